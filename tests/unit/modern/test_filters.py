"""Filters: expressions and their renderings by family."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest

from b24bridge.errors import DataError
from b24bridge.modern.dialects import CLASSIC, ITEM, TASKS, USERS, V3, Dialect
from b24bridge.modern.filters import Expression, F

MOSCOW = timezone(timedelta(hours=3))


@pytest.mark.parametrize(
    ("dialect", "expression", "rendered"),
    [
        (ITEM, F.stageId == "NEW", {"=stageId": "NEW"}),
        (ITEM, F.STAGE_ID == "NEW", {"=stageId": "NEW"}),
        (ITEM, F.id.in_([1, 2]), {"@id": [1, 2]}),
        (ITEM, F.id == [1, 2], {"@id": [1, 2]}),
        (ITEM, F.id.not_in([1, 2]), {"!@id": [1, 2]}),
        (ITEM, F.title != "x", {"!=title": "x"}),
        (ITEM, F.title.contains("x"), {"%title": "x"}),
        (ITEM, ~F.title.contains("x"), {"!%title": "x"}),
        (ITEM, F.title.like("x%"), {"=%title": "x%"}),
        (ITEM, F["UF_CRM_7_TYPE_PRODUCT"] == "1C", {"=ufCrm7TypeProduct": "1C"}),
        (ITEM, F.opened == True, {"=opened": "Y"}),  # noqa: E712
        (ITEM, F.ufCrm7Flag == False, {"=ufCrm7Flag": "0"}),  # noqa: E712
        (ITEM, F.opportunity >= Decimal("10.50"), {">=opportunity": "10.50"}),
        (ITEM, F.closedate.is_empty(), {"=closedate": ""}),
        (CLASSIC, F.stageId == "NEW", {"=STAGE_ID": "NEW"}),
        (CLASSIC, F.createdTime > date(2025, 1, 2), {">DATE_CREATE": "2025-01-02"}),
        (CLASSIC, F.id.in_([1]), {"@ID": [1]}),
        (CLASSIC, (F.id > 1) & (F.stageId == "NEW"), {">ID": 1, "=STAGE_ID": "NEW"}),
        (TASKS, (F.responsibleId == 5) & (F.status != 5), {"RESPONSIBLE_ID": 5, "!STATUS": 5}),
        (TASKS, F.id.in_([1, 2]), {"ID": [1, 2]}),
        (USERS, F.active == True, {"ACTIVE": True}),  # noqa: E712
        (USERS, F.id.in_([1, 2]), {"@ID": [1, 2]}),
        (V3, F.id == 5, [["id", "=", 5]]),
        (V3, (F.id > 5) & (F.title == "x"), [["id", ">", 5], ["title", "=", "x"]]),
        (V3, F.id.between(1, 9), [["id", "between", [1, 9]]]),
        (V3, F.id.in_([1, 2]), [["id", "in", [1, 2]]]),
        (V3, F.id == [1, 2], [["id", "in", [1, 2]]]),
        (V3, F.UF_CRM_1 == True, [["UF_CRM_1", "=", True]]),  # noqa: E712
        (
            V3,
            F.id.not_in([1]),
            [{"logic": "and", "negative": True, "conditions": [["id", "in", [1]]]}],
        ),
        (
            V3,
            (F.id == 1) | (F.id == 2),
            [{"logic": "or", "conditions": [["id", "=", 1], ["id", "=", 2]]}],
        ),
    ],
)
def test_expression_is_rendered_in_the_words_of_the_family(
    dialect: Dialect, expression: Expression, rendered: Any
) -> None:
    """The same condition has another form in each family."""
    assert rendered == dialect.filter(expression)


def test_range_becomes_two_prefixes_with_offset() -> None:
    """crm.item.list refuses ``><``, so a range is two conditions; times carry their offset."""
    first = datetime(2025, 12, 1, tzinfo=MOSCOW)
    last = datetime(2025, 12, 31, 23, 59, 59, tzinfo=MOSCOW)

    rendered = ITEM.filter(F.createdTime.between(first, last))

    assert {
        ">=createdTime": "2025-12-01T00:00:00+03:00",
        "<=createdTime": "2025-12-31T23:59:59+03:00",
    } == rendered


def test_groups_of_crm_item_nest() -> None:
    """OR is a numbered group with its logic; AND merges beside it."""
    wanted = (F.categoryId == 12) & ((F.stageId == "A") | ((F.stageId == "B") & (F.id > 5)))

    rendered = ITEM.filter(wanted)

    assert {
        "=categoryId": 12,
        "1": {"logic": "OR", "0": {"=stageId": "A"}, "1": {"=stageId": "B", ">id": 5}},
    } == rendered


def test_two_conditions_of_one_key_survive_as_a_group() -> None:
    """A dictionary holds a key once, so the second condition goes into a group of its own."""
    rendered = ITEM.filter((F.title.contains("a")) & (F.title.contains("b")))

    assert {"%title": "a", "1": {"%title": "b"}} == rendered


def test_negation_goes_inwards() -> None:
    """``~`` turns AND into OR and each operator around."""
    rendered = V3.filter(~((F.id > 5) & (F.title == "x")))

    assert [{"logic": "or", "conditions": [["id", "<=", 5], ["title", "!=", "x"]]}] == rendered


@pytest.mark.parametrize(
    ("dialect", "expression", "word"),
    [
        (CLASSIC, (F.id == 1) | (F.title == "x"), "OR"),
        (CLASSIC, (F.title.contains("a")) & (F.title.contains("b")), "two conditions"),
        (CLASSIC, ~F.title.contains("a"), "not contains"),
        (TASKS, (F.id == 1) | (F.id == 2), "OR"),
        (V3, F.title.contains("a"), "contains"),
        (ITEM, F.createdTime > datetime(2025, 1, 1), "time zone"),
    ],
)
def test_what_a_family_cannot_say_is_refused(dialect: Dialect, expression: Expression, word: str) -> None:
    """The portal would drop the condition and return everything; we raise before sending."""
    with pytest.raises(DataError, match=word):
        dialect.filter(expression)


def test_raw_filters_pass_untouched() -> None:
    """A dictionary of the caller goes out as it is."""
    own = {">ID": 5, "LOGIC": "OR"}

    assert own is CLASSIC.filter(own)


@pytest.mark.parametrize("use", [lambda a, b: a and b, lambda a, b: not a, lambda a, _: bool(a)])
def test_python_words_between_conditions_are_refused(use: Any) -> None:
    """``a and b`` would silently drop ``a``."""
    with pytest.raises(TypeError, match="&"):
        use(F.id > 1, F.id < 5)


def test_utc_times_keep_their_offset() -> None:
    """Offset zero is written out."""
    rendered = CLASSIC.filter(F.DATE_CREATE > datetime(2025, 1, 1, tzinfo=UTC))

    assert {">DATE_CREATE": "2025-01-01T00:00:00+00:00"} == rendered
