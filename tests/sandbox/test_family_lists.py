"""Universal lists: fields, sections, elements (documentation pages ``lists.*``)."""

from __future__ import annotations

from typing import Any

import pytest
from doors import Door

TYPE = {"IBLOCK_TYPE_ID": "lists"}


@pytest.fixture
def block(door: Door) -> dict[str, Any]:
    """The parameters that name a list."""
    number = door.call("lists.add", {**TYPE, "IBLOCK_CODE": "tasks", "FIELDS": {"NAME": "Список"}}).result
    return {**TYPE, "IBLOCK_ID": number}


def test_list_is_found_changed_and_removed(door: Door, block: dict[str, Any]) -> None:
    """Ids of lists are texts; the type is found by id or code."""
    changed = door.call("lists.update", {**block, "FIELDS": {"NAME": "New", "SORT": 600}}).result
    found = door.call("lists.get", {**TYPE, "IBLOCK_CODE": "tasks"}).json
    kind = door.call("lists.get.iblock.type.id", {"IBLOCK_CODE": "tasks"}).result
    removed = door.call("lists.delete", block).result

    row = found["result"][0]
    assert (True, True, "lists", 1) == (changed, removed, kind, found["total"])
    assert (str(block["IBLOCK_ID"]), "New", "600") == (row["ID"], row["NAME"], row["SORT"])
    assert [] == door.call("lists.get", TYPE).result


def test_field_is_a_property_with_a_text_id(door: Door, block: dict[str, Any]) -> None:
    """Adding answers ``PROPERTY_N``; reading one answers a map by type."""
    new = {"NAME": "Status", "TYPE": "L", "CODE": "STATUS", "LIST_TEXT_VALUES": "Open\nDone"}
    field = door.call("lists.field.add", {**block, "FIELDS": new}).result

    found = door.call("lists.field.get", {**block, "FIELD_ID": field}).result
    changed = door.call(
        "lists.field.update", {**block, "FIELD_ID": field, "FIELDS": {"NAME": "State", "TYPE": "L"}}
    )
    every = door.call("lists.field.get", block).result
    types = door.call("lists.field.type.get", block).result
    removed = door.call("lists.field.delete", {**block, "FIELD_ID": field}).result

    assert field.startswith("PROPERTY_")
    assert (["L"], field, ["Open", "Done"]) == (
        list(found), found["L"]["FIELD_ID"], list(found["L"]["DISPLAY_VALUES_FORM"].values()),
    )  # fmt: skip
    assert (True, True) == (changed.result, removed)
    assert {"NAME": "Name", field: "State"} == {name: item["NAME"] for name, item in every.items()}
    assert {"S": "String", "SORT": "Sorting"}.items() <= types.items()


def test_element_keeps_each_value_under_an_id(door: Door, block: dict[str, Any]) -> None:
    """Values of a property are a map; what an update does not bring is lost."""
    field = door.call("lists.field.add", {**block, "FIELDS": {"NAME": "A", "TYPE": "S", "CODE": "A"}}).result
    other = door.call("lists.field.add", {**block, "FIELDS": {"NAME": "B", "TYPE": "S", "CODE": "B"}}).result
    fields = {"NAME": "Element", field: ["x", "y"], other: "z"}
    number = door.call("lists.element.add", {**block, "ELEMENT_CODE": "e", "FIELDS": fields}).result

    found = door.call("lists.element.get", {**block, "FILTER": {f"={field}": "y"}}).json
    changed = door.call(
        "lists.element.update", {**block, "ELEMENT_ID": number, "FIELDS": {"NAME": "N", field: "w"}}
    )
    after = door.call("lists.element.get", {**block, "ELEMENT_ID": number}).result[0]
    removed = door.call("lists.element.delete", {**block, "ELEMENT_ID": number}).result

    row = found["result"][0]
    assert (1, str(number), ["x", "y"]) == (found["total"], row["ID"], list(row[field].values()))
    assert all(key.isdigit() for key in row[field])
    assert (True, True) == (changed.result, removed)
    assert ("N", ["w"], False) == (after["NAME"], list(after[field].values()), other in after)


def test_files_of_an_element_have_addresses(door: Door, block: dict[str, Any]) -> None:
    """A file is sent as name and content; ``_DEL`` removes it by the id of its value."""
    field = door.call("lists.field.add", {**block, "FIELDS": {"NAME": "F", "TYPE": "F", "CODE": "F"}}).result
    fields = {"NAME": "Element", field: ["a.txt", "YQ=="]}
    number = door.call("lists.element.add", {**block, "ELEMENT_CODE": "e", "FIELDS": fields}).result
    place = {**block, "ELEMENT_ID": number}

    urls = door.call("lists.element.get.file.url", {**place, "FIELD_ID": int(field[9:])}).result
    values = door.call("lists.element.get", place).result[0][field]
    signs = dict.fromkeys(values, "Y")
    door.call("lists.element.update", {**place, "FIELDS": {"NAME": "Element", f"{field}_DEL": signs}})

    assert 1 == len(urls)
    assert urls[0].startswith(f"/company/lists/{block['IBLOCK_ID']}/file/0/{number}/{field}/")
    assert [] == door.call("lists.element.get.file.url", {**place, "FIELD_ID": int(field[9:])}).result


def test_sections_are_listed_with_a_pattern(door: Door, block: dict[str, Any]) -> None:
    """A percent sign in the value of a name is a pattern; dates are in the site's format."""
    door.portal.clock.freeze("2025-10-27T11:36:56+03:00")
    fields = {"NAME": "Marketing Documents", "XML_ID": "x", "SORT": 500}
    number = door.call("lists.section.add", {**block, "SECTION_CODE": "m", "FIELDS": fields}).result

    found = door.call("lists.section.get", {**block, "FILTER": {"NAME": "%marketing%"}}).result
    changed = door.call(
        "lists.section.update", {**block, "SECTION_ID": number, "FIELDS": {"NAME": "Other"}}
    ).result
    removed = door.call("lists.section.delete", {**block, "SECTION_ID": number}).result

    assert [(str(number), "m", "10/27/2025 11:36:56 am")] == [
        (row["ID"], row["CODE"], row["DATE_CREATE"]) for row in found
    ]
    assert (True, True) == (changed, removed)


@pytest.mark.parametrize(
    ("method", "params", "code"),
    [
        ("lists.add", {"IBLOCK_TYPE_ID": "lists"}, "ERROR_REQUIRED_PARAMETERS_MISSING"),
        ("lists.get", {}, "ERROR_REQUIRED_PARAMETERS_MISSING"),
        ("lists.update", {**TYPE, "IBLOCK_ID": 99, "FIELDS": {"NAME": "x"}}, "ERROR_IBLOCK_NOT_FOUND"),
        ("lists.element.get", TYPE, "ERROR_REQUIRED_PARAMETERS_MISSING"),
        ("lists.element.add", {**TYPE, "IBLOCK_CODE": "no", "ELEMENT_CODE": "e"}, "ERROR_IBLOCK_NOT_FOUND"),
    ],
)
def test_lists_name_what_is_missing(door: Door, method: str, params: Any, code: str) -> None:
    """Missing parameters and lists have their own codes."""
    answer = door.call(method, params)

    assert (400, code) == (answer.status, answer.json["error"])


def test_codes_are_unique_and_files_are_no_numbers(door: Door, block: dict[str, Any]) -> None:
    """The second list and the second element of a code are refused, and so is a file by its id."""
    field = door.call("lists.field.add", {**block, "FIELDS": {"NAME": "F", "TYPE": "F", "CODE": "F"}}).result
    new = {**block, "ELEMENT_CODE": "e", "FIELDS": {"NAME": "x"}}

    twice = [door.call("lists.element.add", new).json for _ in range(2)]
    again = door.call("lists.add", {**TYPE, "IBLOCK_CODE": "tasks", "FIELDS": {"NAME": "x"}}).json
    number = {**block, "ELEMENT_CODE": "f", "FIELDS": {"NAME": "x", field: 5}}

    assert "ERROR_ELEMENT_ALREADY_EXISTS" == twice[1]["error"]
    assert "ERROR_IBLOCK_ALREADY_EXISTS" == again["error"]
    assert "ERROR_ELEMENT_FIELD_VALUE" == door.call("lists.element.add", number).json["error"]
