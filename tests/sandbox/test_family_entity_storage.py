"""``entity.*``: stores, items, properties and sections of an application."""

from __future__ import annotations

from typing import Any

import pytest
from doors import Answered, Door


class App:
    """The application's side of a portal."""

    def __init__(self, door: Door) -> None:
        self.door = door
        self.token = door.portal.tokens()["access"]

    def call(self, method: str, **params: Any) -> Answered:
        """Call a method with the application's token."""
        return self.door.token(method, self.token, params)


@pytest.fixture
def app(door: Door) -> App:
    """An application that has the store ``dish``."""
    found = App(door)
    found.call("entity.add", ENTITY="dish", NAME="Dishes", ACCESS={"U2": "W", "AU": "R"})
    return found


def test_store_is_shown_with_its_block(app: App) -> None:
    """``entity.get`` has the keys of the page "Get Storage Parameters"."""
    answer = app.call("entity.get", ENTITY="dish")

    expected = {"ID": "1", "IBLOCK_TYPE_ID": "rest_entity", "ENTITY": "dish", "NAME": "Dishes"}
    assert expected == answer.result
    assert [expected] == app.call("entity.get").result


def test_rights_keep_the_owner(app: App) -> None:
    """Who made the store has all rights beside those he gave."""
    assert {"U2": "W", "AU": "R", "U1": "X"} == app.call("entity.rights", ENTITY="dish").result


@pytest.mark.parametrize(
    ("method", "params", "expected"),
    [
        (
            "entity.add",
            {"NAME": "x"},
            {
                "error": "ERROR_ARGUMENT",
                "error_description": "Argument 'ENTITY' is null or empty",
                "argument": "ENTITY",
            },
        ),
        (
            "entity.add",
            {"ENTITY": "dish", "NAME": "x"},
            {"error": "ERROR_ENTITY_ALREADY_EXISTS", "error_description": "Entity already exists"},
        ),
        (
            "entity.get",
            {"ENTITY": "none"},
            {"error": "ERROR_ENTITY_NOT_FOUND", "error_description": "Entity not found"},
        ),
        (
            "entity.item.delete",
            {"ENTITY": "dish", "ID": 99},
            {"error": "ERROR_ITEM_NOT_FOUND", "error_description": "Item not found"},
        ),
        (
            "entity.item.property.get",
            {"ENTITY": "dish", "PROPERTY": "none"},
            {"error": "ERROR_PROPERTY_NOT_FOUND", "error_description": "Property not found"},
        ),
        (
            "entity.section.delete",
            {"ENTITY": "dish", "ID": 99},
            {"error": "ERROR_SECTION_NOT_FOUND", "error_description": "Section not found"},
        ),
    ],
)
def test_refusals_have_the_portals_codes(
    app: App, method: str, params: dict[str, Any], expected: dict[str, Any]
) -> None:
    """Codes and texts are those of the pages."""
    answer = app.call(method, **params)

    assert (400, expected) == (answer.status, answer.json)


def test_code_must_fit_beside_the_application(app: App) -> None:
    """The application's id and the code share a column of 50 characters."""
    limit = 49 - len(app.door.portal.application.client_id)

    answer = app.call("entity.add", ENTITY="x" * (limit + 1), NAME="x")

    text = f"Entity code is too long. Max length is {limit} characters."
    assert {"error": "ERROR_ARGUMENT", "error_description": text, "argument": ""} == answer.json


def test_webhook_has_no_stores(door: Door) -> None:
    """Stores belong to applications."""
    answer = door.call("entity.get")

    assert 403 == answer.status
    assert "Access denied! Application context required" == answer.json["error_description"]


def test_item_keeps_values_of_declared_properties(app: App) -> None:
    """Values are text; a property that the store does not have is dropped."""
    for code in ("test", "test1"):
        app.call("entity.item.property.add", ENTITY="dish", PROPERTY=code, TYPE="S")
    given = {"test": 11, "test1": 22, "other": 3}

    number = app.call("entity.item.add", ENTITY="dish", NAME="Суп", PROPERTY_VALUES=given).result

    item = app.call("entity.item.get", ENTITY="dish", FILTER={"ID": number}).result[0]
    assert {"test": "11", "test1": "22"} == item["PROPERTY_VALUES"]
    assert (str(number), "Суп", "Y", "500", "dish", "1") == tuple(
        item[name] for name in ("ID", "NAME", "ACTIVE", "SORT", "ENTITY", "CREATED_BY")
    )


def test_items_are_filtered_by_properties(app: App) -> None:
    """``PROPERTY_x`` in a filter compares the value of a property."""
    app.call("entity.item.property.add", ENTITY="dish", PROPERTY="price", TYPE="N")
    for name, price in (("a", 5), ("b", 7)):
        app.call("entity.item.add", ENTITY="dish", NAME=name, PROPERTY_VALUES={"price": price})

    answer = app.call("entity.item.get", ENTITY="dish", FILTER={"PROPERTY_PRICE": 7})

    assert (["b"], 1) == ([row["NAME"] for row in answer.result], answer.json["total"])


def test_update_of_an_item_keeps_the_other_values(app: App) -> None:
    """Values that are not sent stay as they are."""
    for code in ("a", "b"):
        app.call("entity.item.property.add", ENTITY="dish", PROPERTY=code, TYPE="S")
    number = app.call("entity.item.add", ENTITY="dish", NAME="x", PROPERTY_VALUES={"a": "1", "b": "2"}).result

    assert app.call("entity.item.update", ENTITY="dish", ID=number, PROPERTY_VALUES={"b": "3"}).result is True

    item = app.call("entity.item.get", ENTITY="dish").result[0]
    assert {"a": "1", "b": "3"} == item["PROPERTY_VALUES"]


def test_sections_are_a_nested_set(app: App) -> None:
    """Margins and depths follow the tree, as in the page "Get List of Storage Sections"."""
    parent = app.call("entity.section.add", ENTITY="dish", NAME="Parent").result
    child = app.call("entity.section.add", ENTITY="dish", NAME="Child", SECTION=parent).result
    app.call("entity.section.add", ENTITY="dish", NAME="Zoo")

    rows = app.call("entity.section.get", ENTITY="dish", SORT={"LEFT_MARGIN": "ASC"}).result

    keys = ("NAME", "LEFT_MARGIN", "RIGHT_MARGIN", "DEPTH_LEVEL", "SECTION")
    assert [
        ("Parent", "1", "4", "1", None),
        ("Child", "2", "3", "2", str(parent)),
        ("Zoo", "5", "6", "1", None),
    ] == [tuple(row[key] for key in keys) for row in rows]
    assert child > parent


def test_section_is_not_put_into_itself(app: App) -> None:
    """A section inside itself would have no end: it is refused, and deleting goes on to work."""
    parent = app.call("entity.section.add", ENTITY="dish", NAME="Parent").result
    child = app.call("entity.section.add", ENTITY="dish", NAME="Child", SECTION=parent).result

    refused = [
        app.call("entity.section.update", ENTITY="dish", ID=parent, SECTION=to) for to in (parent, child)
    ]

    assert ["ERROR_CORE"] * 2 == [answer.json["error"] for answer in refused]
    assert app.call("entity.section.delete", ENTITY="dish", ID=parent).result is True
    assert [] == app.call("entity.section.get", ENTITY="dish").result


def test_store_is_added_with_true(app: App) -> None:
    """Page "Create a Data Storage entity.add": the result is a boolean."""
    assert app.call("entity.add", ENTITY="menu", NAME="Menu").result is True


def test_deleted_store_takes_everything_along(app: App) -> None:
    """A new store of the same code is empty."""
    app.call("entity.item.add", ENTITY="dish", NAME="x")

    assert app.call("entity.delete", ENTITY="dish").result is True

    app.call("entity.add", ENTITY="dish", NAME="Again")
    assert [] == app.call("entity.item.get", ENTITY="dish").result
