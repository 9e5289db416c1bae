"""Effects: the writes of two runs."""

from __future__ import annotations

import pytest

from b24bridge.compare.effects import compare_effects, effects_of, is_write


@pytest.mark.parametrize(
    ("method", "writes"),
    [
        ("crm.item.list", False),
        ("CRM.ITEM.LIST", False),
        ("task.elapseditem.getlist", False),
        ("user.current", False),
        ("server.time", False),
        ("crm.item.add", True),
        ("tasks.task.complete", True),
        ("im.message.add", True),
        ("some.unknown.verb", True),
        ("batch", False),
    ],
)
def test_unknown_method_counts_as_a_write(method: str, writes: bool) -> None:
    """Only names known to read are left out of the effects."""
    assert writes == is_write(method)


def test_batched_write_equals_the_single_one() -> None:
    """The new path may send in one batch of JSON what the old one sent in single forms."""
    old = effects_of(
        [
            ("crm.item.update", {"entityTypeId": "140", "id": "7", "fields": {"title": "Ж", "opened": "1"}}),
            ("crm.item.list", {"entityTypeId": "140"}),
        ]
    )
    new = effects_of(
        [
            (
                "batch",
                {
                    "halt": 0,
                    "cmd": {
                        "a": "crm.item.update?id=7&entityTypeId=140&fields[opened]=1&fields[title]=%D0%96"
                    },
                },
            )
        ]
    )

    compared = compare_effects(old, new)

    assert compared.passes
    assert 1 == compared.same


def test_types_of_json_equal_the_texts_of_a_form() -> None:
    """Numbers, flags and nulls of JSON mean what the form says."""
    old = effects_of(
        [("crm.item.add", {"entityTypeId": "140", "fields": {"isManual": "1", "ids": ["1", "2"]}})]
    )
    new = effects_of(
        [("crm.item.add", {"entityTypeId": 140, "fields": {"isManual": True, "ids": [1, 2], "x": None}})]
    )

    assert compare_effects(old, new).passes


def test_write_sent_twice_is_seen() -> None:
    """Effects are multisets: a doubled write is a difference."""
    once = effects_of([("crm.item.delete", {"id": 1})])
    twice = effects_of([("crm.item.delete", {"id": 1}), ("crm.item.delete", {"id": "1"})])

    compared = compare_effects(once, twice)

    assert not compared.passes
    assert [{"id": "1"}] == [sent.params for sent in compared.only_new]


def test_write_that_only_the_old_path_sends_is_seen() -> None:
    """A forgotten write is a difference as well."""
    compared = compare_effects(effects_of([("crm.item.delete", {"id": 1})]), effects_of([]))

    assert ["crm.item.delete"] == [sent.method for sent in compared.only_old]


def test_batch_inside_a_batch_is_unpacked() -> None:
    """Commands of a nested batch count as effects too."""
    effects = effects_of([("batch", {"cmd": ["batch?cmd[x]=crm.deal.add%3Ffields%5BTITLE%5D%3Da"]})])

    assert [("crm.deal.add", {"fields": {"TITLE": "a"}})] == [
        (sent.method, sent.params) for sent in effects.writes
    ]
