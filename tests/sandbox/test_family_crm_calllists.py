"""``crm.calllist.*``: lists of clients to call."""

from __future__ import annotations

from typing import Any

import pytest
from doors import Door


def contacts(door: Door, count: int) -> list[int]:
    """Add contacts."""
    return [door.call("crm.contact.add", {"fields": {"NAME": f"N{i}"}}).result for i in range(count)]


def test_list_is_added_changed_and_read(door: Door) -> None:
    """Ids are text in the list and numbers among the participants."""
    one, two = contacts(door, 2)
    params = {"ENTITY_TYPE": "CONTACT", "ENTITIES": [one]}
    number = door.call("crm.calllist.add", params).result

    changed = door.call("crm.calllist.update", {**params, "LIST_ID": number, "ENTITIES": [one, two]})

    assert changed.result is True
    found = door.call("crm.calllist.get", {"ID": number}).result
    assert (str(number), "CONTACT") == (found["ID"], found["ENTITY_TYPE"])
    select = {"SELECT": ["ID", "CREATED_BY_ID"], "FILTER": {"ENTITY_TYPE_ID": 3}}
    assert [{"ID": str(number), "CREATED_BY_ID": "1"}] == door.call("crm.calllist.list", select).result
    wanted = {"LIST_ID": number, "FILTER": {"STATUS": "IN_WORK"}}
    expected = [{"ID": contact, "STATUS": "IN_WORK", "ENTITY_TYPE": 3} for contact in (one, two)]
    assert expected == door.call("crm.calllist.items.get", wanted).result


def test_statuses_are_those_of_the_page(door: Door) -> None:
    """Ids and sort orders are numbers."""
    rows = door.call("crm.calllist.statuslist").result

    assert {"ID": 61, "NAME": "In Progress", "SORT": 10, "STATUS_ID": "IN_WORK"} == rows[0]
    assert ["IN_WORK", "SUCCESS", "WRONG_NUMBER", "STOP_CALLING"] == [row["STATUS_ID"] for row in rows]


@pytest.mark.parametrize(
    ("method", "params", "code", "text"),
    [
        ("add", {}, "ERROR_ARGUMENT", "ENTITY_TYPE is not found, ENTITIES is not found"),
        ("add", {"ENTITY_TYPE": "DEAL", "ENTITIES": [1]}, "ENTITY_TYPE_ERROR", "Incorrect entity type"),
        ("add", {"ENTITY_TYPE": "CONTACT", "ENTITIES": "1"}, "ENTITIES_ERROR", "Entities is not array"),
        ("add", {"ENTITY_TYPE": "CONTACT", "ENTITIES": [9999]}, "ENTITY_ERROR", "Incorrect entities id"),
        ("get", {"ID": 99}, "LIST_ID_ERROR", "Incorrect list id"),
        ("items.get", {"LIST_ID": -1}, "LIST_ID_ERROR", "List id should be positive"),
        (
            "list",
            {"SELECT": ["TITLE"]},
            "100",
            r"Unknown field definition `TITLE` (TITLE) for \Bitrix\Crm\CallList\Internals\CallList Entity.",
        ),
    ],
)
def test_refusals_have_the_portals_codes(
    door: Door, method: str, params: dict[str, Any], code: str, text: str
) -> None:
    """Codes and texts are those of the pages."""
    answer = door.call(f"crm.calllist.{method}", params)

    assert 400 == answer.status
    assert (code, text) == (answer.json["error"], answer.json["error_description"])
