"""``crm.deal.contact.*`` and its relatives; values of the documentation's examples."""

from __future__ import annotations

from typing import Any

import pytest
from doors import Door

OWNERS = ("lead", "deal", "company", "quote")


def _ids(door: Door, method: str, count: int) -> list[int]:
    return [door.call(method, {"fields": {"TITLE": "x", "NAME": "x"}}).result for _ in range(count)]


def _bound(door: Door, family: str, number: int) -> Any:
    return door.call(f"crm.{family}.items.get", {"id": number}).result


@pytest.mark.parametrize("owner", OWNERS)
def test_set_contacts_come_back_in_their_order(door: Door, owner: str) -> None:
    """What ``items.set`` names comes back by ``SORT``, with the primary one marked."""
    (number,) = _ids(door, f"crm.{owner}.add", 1)
    first, second, third = _ids(door, "crm.contact.add", 3)
    items = [
        {"CONTACT_ID": second, "SORT": 200},
        {"CONTACT_ID": first, "IS_PRIMARY": "Y", "SORT": 100},
        {"CONTACT_ID": third, "SORT": 400},
    ]

    assert True is door.call(f"crm.{owner}.contact.items.set", {"id": number, "items": items}).result

    expected = [
        {"CONTACT_ID": first, "SORT": 100, "ROLE_ID": 0, "IS_PRIMARY": "Y"},
        {"CONTACT_ID": second, "SORT": 200, "ROLE_ID": 0, "IS_PRIMARY": "N"},
        {"CONTACT_ID": third, "SORT": 400, "ROLE_ID": 0, "IS_PRIMARY": "N"},
    ]
    assert expected == _bound(door, f"{owner}.contact", number)


def test_added_primary_contact_takes_the_place_of_the_old_one(door: Door) -> None:
    """There is one primary contact; the deal shows it as its ``CONTACT_ID``."""
    (deal,) = _ids(door, "crm.deal.add", 1)
    old, new = _ids(door, "crm.contact.add", 2)
    for contact in (old, new):
        fields = {"CONTACT_ID": contact, "IS_PRIMARY": "Y", "SORT": 10 * contact}
        door.call("crm.deal.contact.add", {"id": deal, "fields": fields})

    marks = {item["CONTACT_ID"]: item["IS_PRIMARY"] for item in _bound(door, "deal.contact", deal)}

    assert {old: "N", new: "Y"} == marks
    assert str(new) == door.call("crm.deal.get", {"id": deal}).result["CONTACT_ID"]


def test_without_a_mark_the_first_contact_is_primary(door: Door) -> None:
    """A deal with contacts always has a primary one, and places count in tens."""
    (deal,) = _ids(door, "crm.deal.add", 1)
    first, second = _ids(door, "crm.contact.add", 2)

    door.call("crm.deal.update", {"id": deal, "fields": {"CONTACT_IDS": [first, second]}})

    found = [
        (item["CONTACT_ID"], item["SORT"], item["IS_PRIMARY"]) for item in _bound(door, "deal.contact", deal)
    ]
    assert [(first, 10, "Y"), (second, 20, "N")] == found


def test_items_show_the_same_contacts(door: Door) -> None:
    """``crm.item.get`` lists the ids that the classic method bound."""
    (deal,) = _ids(door, "crm.deal.add", 1)
    contacts = _ids(door, "crm.contact.add", 2)
    items = [{"CONTACT_ID": number} for number in contacts]
    door.call("crm.deal.contact.items.set", {"id": deal, "items": items})

    item = door.call("crm.item.get", {"entityTypeId": 2, "id": deal}).result["item"]

    assert (contacts, contacts[0]) == (item["contactIds"], item["contactId"])


def test_contact_and_company_are_bound_from_either_side(door: Door) -> None:
    """A company bound to a contact lists the contact, and unbinding takes both away."""
    (contact,), (company,) = _ids(door, "crm.contact.add", 1), _ids(door, "crm.company.add", 1)
    door.call("crm.contact.company.add", {"id": contact, "fields": {"COMPANY_ID": company}})

    seen = [item["CONTACT_ID"] for item in _bound(door, "company.contact", company)]
    door.call("crm.company.contact.delete", {"id": company, "fields": {"CONTACT_ID": contact}})

    assert [contact] == seen
    assert [] == _bound(door, "contact.company", contact)


def test_deleted_contact_is_unbound(door: Door) -> None:
    """A deal does not keep contacts that are gone."""
    (deal,) = _ids(door, "crm.deal.add", 1)
    first, second = _ids(door, "crm.contact.add", 2)
    items = [{"CONTACT_ID": first}, {"CONTACT_ID": second}]
    door.call("crm.deal.contact.items.set", {"id": deal, "items": items})

    door.call("crm.contact.delete", {"id": first})

    assert [second] == [item["CONTACT_ID"] for item in _bound(door, "deal.contact", deal)]


def test_cleared_record_has_no_contacts(door: Door) -> None:
    """``items.delete`` leaves an empty list."""
    (deal,) = _ids(door, "crm.deal.add", 1)
    (contact,) = _ids(door, "crm.contact.add", 1)
    door.call("crm.deal.contact.add", {"id": deal, "fields": {"CONTACT_ID": contact}})

    assert True is door.call("crm.deal.contact.items.delete", {"id": deal}).result
    assert [] == _bound(door, "deal.contact", deal)


def test_contacts_of_seeded_records_are_bindings(door: Door) -> None:
    """Records from a data set have bindings although only their columns name them."""
    door.portal.seed({"items_2": [{"id": 7, "title": "x", "contactIds": [5, 6]}]})

    assert [(5, "Y"), (6, "N")] == [
        (item["CONTACT_ID"], item["IS_PRIMARY"]) for item in _bound(door, "deal.contact", 7)
    ]


@pytest.mark.parametrize(
    ("method", "params", "code", "text"),
    [
        ("crm.company.contact.add", {}, "", "The parameter 'fields' must be array."),
        (
            "crm.company.contact.add",
            {"fields": {"CONTACT_ID": 1}},
            "",
            "The parameter 'ownerEntityID' is invalid or not defined.",
        ),
        ("crm.company.contact.items.get", {}, "", "The parameter ownerEntityID is invalid or not defined."),
        ("crm.company.contact.items.set", {"id": 1}, "", "The parameter items must be array."),
        ("crm.deal.contact.items.get", {"id": 999}, "", "Not found."),
        ("crm.lead.contact.items.get", {"id": 999}, "NOT_FOUND", "Not found."),
        ("crm.quote.contact.add", {"id": 1, "fields": {}}, "", "The parameter 'fields' is not valid."),
    ],
)
def test_bindings_refuse_with_the_documented_texts(
    door: Door, method: str, params: dict[str, Any], code: str, text: str
) -> None:
    """Codes and texts of the error examples and tables of these pages."""
    answer = door.call(method, params)

    assert (400, {"error": code, "error_description": text}) == (answer.status, answer.json)


def test_fields_of_a_binding(door: Door) -> None:
    """Three fields; the bound id is required."""
    fields = door.call("crm.deal.contact.fields").result

    assert ["SORT", "IS_PRIMARY", "CONTACT_ID"] == list(fields)
    assert [("integer", False), ("char", False), ("integer", True)] == [
        (field["type"], field["isRequired"]) for field in fields.values()
    ]
