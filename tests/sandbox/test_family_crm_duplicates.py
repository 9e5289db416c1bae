"""``crm.duplicate.findbycomm``: records by phone and mail address."""

from __future__ import annotations

from typing import Any

import pytest
from doors import Door


def _add(door: Door, kind: str, name: str, value: str) -> int:
    fields = {"TITLE": "x", "NAME": "x", name: [{"VALUE": value, "VALUE_TYPE": "WORK"}]}
    number: int = door.call(f"crm.{kind}.add", {"fields": fields}).result
    return number


def test_found_records_come_by_kind(door: Door) -> None:
    """The answer is an object by kind of record, kinds without any left out."""
    lead, contact = (
        _add(door, "lead", "EMAIL", "A@example.com"),
        _add(door, "contact", "EMAIL", "a@example.com"),
    )

    found = door.call("crm.duplicate.findbycomm", {"type": "EMAIL", "values": ["a@Example.com"]}).result

    assert {"LEAD": [lead], "CONTACT": [contact]} == found


def test_one_kind_can_be_asked_for(door: Door) -> None:
    """``entity_type`` narrows the search to one kind."""
    _add(door, "lead", "PHONE", "8976543")
    contacts = [_add(door, "contact", "PHONE", value) for value in ("8976543", "112 233-55")]

    params = {"entity_type": "CONTACT", "type": "PHONE", "values": ["8976543", "11223355"]}

    assert {"CONTACT": contacts} == door.call("crm.duplicate.findbycomm", params).result


def test_nothing_found_is_an_empty_array(door: Door) -> None:
    """Quirk 7: no records, no object."""
    assert [] == door.call("crm.duplicate.findbycomm", {"type": "PHONE", "values": ["1"]}).result


def test_only_twenty_values_count(door: Door) -> None:
    """The twenty-first value is not looked for."""
    _add(door, "contact", "PHONE", "21")
    values = [f"000{number}" for number in range(20)]

    assert [] == door.call("crm.duplicate.findbycomm", {"type": "PHONE", "values": [*values, "21"]}).result


@pytest.mark.parametrize(
    ("params", "text"),
    [
        ({"values": ["1"]}, "Communication type is not defined."),
        ({"type": "ICQ", "values": ["1"]}, "Communication type 'ICQ' is not supported in current context."),
        ({"type": "PHONE"}, "Communication values is not defined."),
        (
            {"type": "PHONE", "values": ["1"], "entity_type": "DEAL"},
            "Deal is not supported in current context.",
        ),
    ],
)
def test_search_refuses_with_the_texts_of_the_source(door: Door, params: dict[str, Any], text: str) -> None:
    """Section 5.3: the text is the description, the code is empty."""
    answer = door.call("crm.duplicate.findbycomm", params)

    assert (400, {"error": "", "error_description": text}) == (answer.status, answer.json)
