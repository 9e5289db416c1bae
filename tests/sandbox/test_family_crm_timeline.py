"""``crm.timeline.*``: comments and their bindings."""

from __future__ import annotations

from typing import Any

import pytest
from doors import Door

GIF = "R0lGODlhAQABAIAAAP///wAAACH5BAEAAAAALAAAAAABAAEAAAICRAEAOw=="


def deal(door: Door) -> int:
    """Add a deal."""
    return int(door.call("crm.deal.add", {"fields": {"TITLE": "A"}}).result)


def comment(door: Door, owner: int, **more: Any) -> int:
    """Comment on a deal."""
    fields = {"ENTITY_ID": owner, "ENTITY_TYPE": "deal", "COMMENT": "Привет", **more}
    return int(door.call("crm.timeline.comment.add", {"fields": fields}).result)


def test_comment_is_read_with_its_files(door: Door) -> None:
    """Files are a map by id; ids of the comment are text."""
    owner = deal(door)
    number = comment(door, owner, FILES=[["1.gif", GIF], ["2.txt", "YWJj"]])

    row = door.call("crm.timeline.comment.get", {"id": number}).result

    assert (str(number), str(owner), "deal", "Привет", "1") == tuple(
        row[name] for name in ("ID", "ENTITY_ID", "ENTITY_TYPE", "COMMENT", "AUTHOR_ID")
    )
    image, text = row["FILES"].values()
    assert ("image", "1.gif", 43) == (image["type"], image["name"], image["size"])
    assert ("file", "2.txt", 3) == (text["type"], text["name"], text["size"])


def test_list_is_that_of_one_record(door: Door) -> None:
    """Filter keys are required; ``FILES`` is an empty object if it was asked for."""
    owner, other = deal(door), deal(door)
    numbers = [comment(door, owner) for _ in range(2)]
    comment(door, other)
    mine = {"ENTITY_ID": owner, "ENTITY_TYPE": "deal"}

    params = {"filter": mine, "select": ["ID", "FILES"], "order": {"ID": "DESC"}}
    answer = door.call("crm.timeline.comment.list", params)

    assert [{"ID": str(number), "FILES": {}} for number in reversed(numbers)] == answer.result
    assert 2 == answer.json["total"]
    refused = door.call("crm.timeline.comment.list", {"filter": {"ENTITY_ID": owner}})
    assert (400, "") == (refused.status, refused.json["error"])


def test_comment_of_a_smart_process_has_a_number(door: Door) -> None:
    """The id of its record is a number, as in the page "How to Add a Comment"."""
    type_id = door.call("crm.type.list").result["types"][0]["entityTypeId"]
    params = {"entityTypeId": type_id, "fields": {"title": "x"}}
    owner = door.call("crm.item.add", params).result["item"]["id"]
    fields = {"ENTITY_ID": owner, "ENTITY_TYPE": f"DYNAMIC_{type_id}", "COMMENT": "x"}
    number = door.call("crm.timeline.comment.add", {"fields": fields}).result

    row = door.call("crm.timeline.comment.get", {"id": number}).result

    assert (owner, f"dynamic_{type_id}") == (row["ENTITY_ID"], row["ENTITY_TYPE"])


def test_comment_is_changed_and_removed(door: Door) -> None:
    """Changing answers the id, removing answers null."""
    number = comment(door, deal(door))

    changed = door.call("crm.timeline.comment.update", {"id": number, "fields": {"COMMENT": "B"}}).result

    assert number == changed
    assert "B" == door.call("crm.timeline.comment.get", {"id": number}).result["COMMENT"]
    assert door.call("crm.timeline.comment.delete", {"id": number}).result is None
    expected = {"error": "NOT_FOUND", "error_description": "Not found."}
    assert expected == door.call("crm.timeline.comment.delete", {"id": number}).json
    expected = {"error": "", "error_description": "Not found."}
    assert expected == door.call("crm.timeline.comment.get", {"id": number}).json


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({}, "100"),
        ({"fields": {"ENTITY_ID": 1, "ENTITY_TYPE": "deal"}}, "INVALID_ARG_VALUE"),
        ({"fields": {"ENTITY_ID": 99999, "ENTITY_TYPE": "deal", "COMMENT": "x"}}, "OWNER_NOT_FOUND"),
    ],
)
def test_add_refuses_what_is_missing(door: Door, params: Any, code: str) -> None:
    """Codes are those of section 5.3."""
    answer = door.call("crm.timeline.comment.add", params)

    assert (400, code) == (answer.status, answer.json["error"])


def test_bindings_start_with_the_owner(door: Door) -> None:
    """A comment is bound to its record; binding adds others, once."""
    owner, other = deal(door), deal(door)
    number = comment(door, owner)
    fields = {"OWNER_ID": number, "ENTITY_ID": other, "ENTITY_TYPE": "deal"}

    assert door.call("crm.timeline.bindings.bind", {"fields": fields}).result is True
    assert door.call("crm.timeline.bindings.bind", {"fields": fields}).result is True

    answer = door.call("crm.timeline.bindings.list", {"filter": {"OWNER_ID": number}})
    assert [
        {"OWNER_ID": str(number), "ENTITY_ID": str(bound), "ENTITY_TYPE": "deal"} for bound in (owner, other)
    ] == answer.result
    assert 2 == answer.json["total"]
    assert door.call("crm.timeline.bindings.unbind", {"fields": fields}).result is True
    expected = {"error": "", "error_description": "Not found."}
    assert expected == door.call("crm.timeline.bindings.unbind", {"fields": fields}).json
    expected = {"error": "", "error_description": "OWNER_ID is not defined or invalid."}
    assert expected == door.call("crm.timeline.bindings.bind", {"fields": {}}).json


def test_fields_are_those_of_the_page(door: Door) -> None:
    """Names are in the order of the answer; flags are booleans."""
    fields = door.call("crm.timeline.comment.fields").result

    names = {"ID", "CREATED", "ENTITY_ID", "ENTITY_TYPE", "AUTHOR_ID", "COMMENT", "FILES"}
    assert names == set(fields)
    assert (True, True) == (fields["ENTITY_ID"]["isRequired"], fields["ENTITY_ID"]["isImmutable"])
    assert ["OWNER_ID", "ENTITY_ID", "ENTITY_TYPE"] == list(door.call("crm.timeline.bindings.fields").result)
