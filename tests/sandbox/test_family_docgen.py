"""The document generator, the older catalogue methods, types of user fields, notes of timelines."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from doors import Door

from b24bridge.sandbox import Portal


@pytest.fixture
def desk() -> Iterator[Door]:
    """A portal of its own, in the process."""
    with Portal(webhook_code="code") as portal:
        yield Door(portal)


def _token(door: Door, method: str, params: Any = None) -> Any:
    return door.token(method, door.portal.tokens()["access"], params)


def test_region_keeps_the_phrases_that_are_not_named(desk: Door) -> None:
    """Own regions stand beside the vendor's, by their ids; phrases are merged."""
    phrases = {"TAX_INCLUDED": "с НДС", "TAX_NOT_INCLUDED": "без НДС"}
    fields = {"title": "Своя", "languageId": "ru", "phrases": phrases}
    desk.call("documentgenerator.region.add", {"fields": fields})

    change = {"id": 1, "fields": {"phrases": {"TAX_INCLUDED": "НДС"}}}
    region = desk.call("documentgenerator.region.update", change).result["region"]
    regions = desk.call("documentgenerator.region.list").result["regions"]

    assert {"TAX_INCLUDED": "НДС", "TAX_NOT_INCLUDED": "без НДС"} == region["phrases"]
    assert ("Germany", "Своя") == (regions["de"]["title"], regions["1"]["title"])


def test_role_has_small_names_and_no_unknown_rights(desk: Door) -> None:
    """Permissions come back in small letters, complete; what nobody knows is left out."""
    permissions = {"TEMPLATES": {"MODIFY": "D", "FLY": "X"}}
    fields = {"name": "Редакторы", "permissions": permissions}

    role = desk.call("documentgenerator.role.add", {"fields": fields}).result["role"]
    unnamed = desk.call("documentgenerator.role.add", {"fields": {}}).json["error"]

    expected = {
        "settings": {"modify": ""},
        "templates": {"modify": "D"},
        "documents": {"modify": "", "view": ""},
    }
    assert (expected, "BX_EMPTY_REQUIRED") == (role["permissions"], unnamed)


def test_units_and_sections_are_those_of_the_catalogue(desk: Door) -> None:
    """``crm.measure`` and ``crm.productsection`` show the catalogue's records under older names."""
    desk.call("crm.measure.add", {"fields": {"CODE": 715, "MEASURE_TITLE": "Пара", "SYMBOL_RUS": "пар"}})
    section = desk.call("crm.productsection.add", {"fields": {"NAME": "Чай"}}).result

    units = desk.call("catalog.measure.list", {"filter": {"code": 715}, "select": ["symbol"]}).result
    row = desk.call("catalog.section.get", {"id": section}).result["section"]

    assert {"measures": [{"symbol": "пар"}]} == units
    assert ("Чай", 23) == (row["name"], row["iblockId"])


def test_order_is_bound_to_a_record_once(desk: Door) -> None:
    """The same binding a second time is refused (page "Add Binding of an Order")."""
    order = desk.call(
        "sale.order.add", {"fields": {"lid": "s1", "personTypeId": 1, "currency": "EUR"}}
    ).result
    fields = {"orderId": order["order"]["id"], "ownerId": 5, "ownerTypeId": 2}

    first = desk.call("crm.orderentity.add", {"fields": fields}).result
    second = desk.call("crm.orderentity.add", {"fields": fields}).json
    gone = desk.call("crm.orderentity.deleteByFilter", {"fields": fields}).result

    assert ({"dealOrder": fields}, True) == (first, gone)
    assert ("201650000001", "Duplicate entry for key [ownerId, ownerTypeId, orderId]") == (
        second["error"],
        second["error_description"],
    )


def test_type_of_user_field_belongs_to_its_application(desk: Door) -> None:
    """A handler serves one type; a webhook has none."""
    kind = {"USER_TYPE_ID": "Map", "HANDLER": "https://example.com/h", "TITLE": "Карта"}

    added = _token(desk, "userfieldtype.add", kind).result
    again = _token(desk, "userfieldtype.add", {**kind, "USER_TYPE_ID": "other"}).json["error_description"]
    listed = _token(desk, "userfieldtype.list").result
    webhook = desk.call("userfieldtype.list").json["error"]

    assert (True, "Unable to set placement handler: Handler already binded") == (added, again)
    assert ([("map", "Карта")], "WRONG_AUTH_TYPE") == (
        [(row["USER_TYPE_ID"], row["TITLE"]) for row in listed],
        webhook,
    )


def test_note_stands_on_an_entry_that_is_there(desk: Door) -> None:
    """A note is written, changed and removed; another entry has none."""
    lead = desk.call("crm.lead.add", {"fields": {"TITLE": "Лид"}}).result
    comment = {"ENTITY_ID": lead, "ENTITY_TYPE": "lead", "COMMENT": "x"}
    entry = desk.call("crm.timeline.comment.add", {"fields": comment}).result
    place = {"ownerTypeId": 1, "ownerId": lead, "itemType": 1, "itemId": entry}

    desk.call("crm.timeline.note.save", {**place, "text": "Перезвонить"})
    note = desk.call("crm.timeline.note.get", place).result
    removed = desk.call("crm.timeline.note.delete", place).result
    errors = [
        desk.call("crm.timeline.note.get", params).json["error"]
        for params in (place, {**place, "itemId": 99})
    ]

    assert ("Перезвонить", 1, True) == (note["text"], note["createdById"], removed)
    assert ["NOT_FOUND", "NOT_FOUND"] == errors
