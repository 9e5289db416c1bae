"""The catalogue answers for methods as the vendor's pages describe them."""

from __future__ import annotations

import pytest

from b24bridge.knowledge import catalog


def test_names_are_found_in_any_letter_case() -> None:
    """The portal ignores case, so does the lookup."""
    facts = catalog.lookup("CRM.Item.LIST")

    assert facts is not None
    assert "crm.item.list" == facts.name
    assert ("entityTypeId",) == facts.required
    assert "items" == facts.container


def test_both_generations_of_a_method_are_kept_apart() -> None:
    """tasks.task.get exists in REST 2 and in REST 3.0."""
    old, new = catalog.lookup("tasks.task.get", 2), catalog.lookup("tasks.task.get", 3)

    assert old is not None
    assert new is not None
    assert (2, 3) == (old.api, new.api)


def test_positional_methods_are_marked() -> None:
    """task.elapseditem.add takes its parameters by order (portal.md 5.5)."""
    facts = catalog.lookup("task.elapseditem.add")

    assert facts is not None
    assert facts.positional


@pytest.mark.parametrize(
    ("method", "expected"),
    [
        ("crm.item.list", "safe"),
        ("user.current", "safe"),
        ("profile", "safe"),
        ("crm.deal.add", "unsafe"),
        ("tasks.task.complete", "unsafe"),
        ("event.offline.get", "unsafe"),
        ("entity.rights", "unsafe"),
        ("batch", "unknown"),
        ("vendor.new.list", "safe"),
        ("vendor.new.add", "unsafe"),
        ("vendor.new.frobnicate", "unknown"),
    ],
)
def test_only_reading_methods_are_safe_to_repeat(method: str, expected: str) -> None:
    """A method is safe when it only reads; what nobody describes is unknown."""
    assert expected == catalog.safety(method)


def test_no_method_whose_name_says_write_is_safe() -> None:
    """A catalogue slip must not make a write repeatable."""
    wrong = [
        m.name
        for m in catalog.methods()
        if catalog.word_kind(m.name) == "write" and catalog.safety(m.name, m.api) == "safe"
    ]

    assert [] == wrong


def test_a_misspelt_name_finds_its_neighbours() -> None:
    """Errors can say which method was probably meant."""
    assert "crm.item.list" == catalog.nearest("crm.itme.list")[0]


def test_the_whole_catalogue_can_be_read() -> None:
    """1,688 entries: 1,578 of REST 2 and 110 of REST 3.0 (catalogue README)."""
    facts = list(catalog.methods())

    assert 1578 == sum(m.api == 2 for m in facts)
    assert 110 == sum(m.api == 3 for m in facts)
