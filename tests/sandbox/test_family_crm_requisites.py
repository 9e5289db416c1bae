"""``crm.requisite.*`` and ``crm.address.*``."""

from __future__ import annotations

from typing import Any

import pytest
from doors import Answered, Door


def call(door: Door, method: str, **params: Any) -> Answered:
    """Call a method of the details."""
    return door.call(f"crm.{method}", params)


def company(door: Door) -> int:
    """Add a company."""
    return int(call(door, "company.add", fields={"TITLE": "C"}).result)


def detail(door: Door, owner: int, **more: Any) -> int:
    """Add details of a company."""
    fields = {"ENTITY_TYPE_ID": 4, "ENTITY_ID": owner, "PRESET_ID": 1, "NAME": "Основные", **more}
    return int(call(door, "requisite.add", fields=fields).result)


def test_detail_lives_and_dies(door: Door) -> None:
    """Values are text, empty ones null; the text of a refusal names the id."""
    number = detail(door, company(door), RQ_INN="7717586110")

    assert call(door, "requisite.update", id=number, fields={"NAME": "B"}).result is True

    row = call(door, "requisite.get", id=number).result
    assert ("B", "7717586110", None, "Y", "500", "1") == tuple(
        row[name] for name in ("NAME", "RQ_INN", "RQ_KPP", "ACTIVE", "SORT", "CREATED_BY_ID")
    )
    assert call(door, "requisite.delete", id=number).result is True
    expected = {"error": "", "error_description": f"The Requisite with ID '{number}' is not found"}
    assert expected == call(door, "requisite.get", id=number).json


def test_list_gives_just_what_was_selected(door: Door) -> None:
    """Keys come in the order of the select, without ``ID`` (page "Get a List of Details")."""
    owner = company(door)
    detail(door, owner)

    answer = call(
        door,
        "requisite.list",
        filter={"ENTITY_TYPE_ID": 4, "ENTITY_ID": owner},
        select=["NAME", "ENTITY_ID"],
    )

    assert [["NAME", "ENTITY_ID"]] == [list(row) for row in answer.result]
    assert 1 == answer.json["total"]


def test_user_field_of_details_is_written_and_read(door: Door) -> None:
    """``crm.requisite.userfield.*`` adds a column."""
    field = {"FIELD_NAME": "NEWTECH", "USER_TYPE_ID": "string", "ENTITY_ID": "CRM_REQUISITE"}
    call(door, "requisite.userfield.add", fields=field)
    number = detail(door, company(door), UF_CRM_NEWTECH="45")

    answer = call(door, "requisite.list", filter={"ID": number}, select=["UF_CRM_NEWTECH"])

    assert [{"UF_CRM_NEWTECH": "45"}] == answer.result


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({}, "ENTITY_TYPE_ID is not defined or invalid."),
        ({"ENTITY_TYPE_ID": 4}, "ENTITY_ID is not defined or invalid."),
        ({"ENTITY_TYPE_ID": 4, "ENTITY_ID": 1}, "PRESET_ID is not defined or invalid."),
        ({"ENTITY_TYPE_ID": 4, "ENTITY_ID": 99999, "PRESET_ID": 1}, "Entity not found."),
    ],
)
def test_detail_names_what_is_missing(door: Door, fields: dict[str, Any], text: str) -> None:
    """Texts are those of the page "Add Details"."""
    assert {"error": "", "error_description": text} == call(door, "requisite.add", fields=fields).json


def test_bank_has_the_documented_keys(door: Door) -> None:
    """Keys are those of the page "Get Bank Details"; an unchanged record has no date of change."""
    fields = {"ENTITY_ID": detail(door, company(door)), "NAME": "Superbank", "RQ_BIK": "044525225"}
    number = call(door, "requisite.bankdetail.add", fields=fields).result

    row = call(door, "requisite.bankdetail.get", id=number).result

    first = ["ID", "ENTITY_ID", "COUNTRY_ID", "DATE_CREATE", "DATE_MODIFY", "CREATED_BY_ID", "MODIFY_BY_ID"]
    last = ["RQ_CODEB", "RQ_CODEG", "RQ_RIB", "RQ_AGENCY_NAME", "COMMENTS"]
    assert (first, last) == (list(row)[:7], list(row)[-5:])
    assert ("122", "", None, "044525225") == tuple(
        row[name] for name in ("COUNTRY_ID", "DATE_MODIFY", "MODIFY_BY_ID", "RQ_BIK")
    )
    expected = {"error": "", "error_description": "The RequisiteBankDetail with ID '999' is not found"}
    assert expected == call(door, "requisite.bankdetail.get", id=999).json


def test_preset_in_use_stays(door: Door) -> None:
    """A preset without details goes."""
    fields = {"ENTITY_TYPE_ID": 8, "COUNTRY_ID": 1, "NAME": "LLC", "ACTIVE": "Y", "SORT": 520}
    number = call(door, "requisite.preset.add", fields=fields).result
    used = detail(door, company(door), PRESET_ID=number)

    body = call(door, "requisite.preset.delete", id=number).json

    text = "You cannot delete the template because requisites have already been created for it"
    assert {"error": "", "error_description": text} == body
    call(door, "requisite.delete", id=used)
    assert call(door, "requisite.preset.delete", id=number).result is True


def test_standard_presets_and_countries_are_there(door: Door) -> None:
    """Every portal has presets for companies and people."""
    rows = call(door, "requisite.preset.list", select=["ID", "NAME"]).result
    countries = call(door, "requisite.preset.countries").result

    assert {"ID": "1", "NAME": "Organization"} == rows[0]
    assert {"ID": 122, "CODE": "US", "TITLE": "USA"} in countries


def test_fields_of_a_preset_have_numbers(door: Door) -> None:
    """Ids count within the preset (page "Get Preset Field")."""
    fields = {"ENTITY_TYPE_ID": 8, "COUNTRY_ID": 1, "NAME": "LLC"}
    preset = {"preset": {"ID": call(door, "requisite.preset.add", fields=fields).result}}
    field = {"FIELD_NAME": "RQ_NAME", "FIELD_TITLE": "TEST", "IN_SHORT_LIST": "N", "SORT": 580}

    assert 1 == call(door, "requisite.preset.field.add", **preset, fields=field).result

    assert {"ID": 1, **field} == call(door, "requisite.preset.field.get", ID=1, **preset).result
    body = call(door, "requisite.preset.field.add", **preset, fields=field).json
    assert {"error": "", "error_description": "The field 'RQ_NAME' can not be added."} == body
    change = {"FIELD_NAME": "RQ_NAME", "FIELD_TITLE": "Name", "IN_SHORT_LIST": "Y"}
    assert call(door, "requisite.preset.field.update", ID=1, **preset, fields=change).result is True
    assert call(door, "requisite.preset.field.delete", ID=1, **preset).result is True
    body = call(door, "requisite.preset.field.get", ID=1, **preset).json
    assert "The PresetField with ID '1' is not found" == body["error_description"]


def test_link_is_registered_once(door: Door) -> None:
    """A link has no id; registering again replaces it."""
    owner = company(door)
    deal = call(door, "deal.add", fields={"TITLE": "A", "COMPANY_ID": owner}).result
    used = detail(door, owner)
    zeros = {"BANK_DETAIL_ID": 0, "MC_REQUISITE_ID": 0, "MC_BANK_DETAIL_ID": 0}
    fields = {"ENTITY_TYPE_ID": 2, "ENTITY_ID": deal, "REQUISITE_ID": used, **zeros}
    for _ in range(2):
        assert call(door, "requisite.link.register", fields=fields).result is True

    expected = {name: str(value) for name, value in fields.items()}
    assert expected == call(door, "requisite.link.get", entityTypeId=2, entityId=deal).result
    answer = call(door, "requisite.link.list", filter={"@ENTITY_TYPE_ID": [2]})
    assert ([expected], 1) == (answer.result, answer.json["total"])
    assert call(door, "requisite.link.unregister", entityTypeId=2, entityId=deal).result is True
    body = call(door, "requisite.link.get", entityTypeId=2, entityId=deal).json
    assert {"error": "", "error_description": "Not found"} == body
    body = call(door, "requisite.link.register", fields={**fields, "REQUISITE_ID": 99}).json
    assert "The Requisite with ID '99' is not found" == body["error_description"]


def test_address_belongs_to_the_owner_of_the_details(door: Door) -> None:
    """Keys are those of the page "Get List of Addresses"."""
    owner = company(door)
    key = {"TYPE_ID": 1, "ENTITY_TYPE_ID": 8, "ENTITY_ID": detail(door, owner)}
    assert call(door, "address.add", fields={**key, "CITY": "Berlin"}).result is True
    assert call(door, "address.update", fields={**key, "ADDRESS_1": "Street, 7"}).result is True

    answer = call(door, "address.list", filter=key)

    expected = {
        "TYPE_ID": "1",
        "ENTITY_TYPE_ID": "8",
        "ENTITY_ID": str(key["ENTITY_ID"]),
        "ADDRESS_1": "Street, 7",
        "ADDRESS_2": None,
        "CITY": "Berlin",
        "POSTAL_CODE": None,
        "REGION": None,
        "PROVINCE": None,
        "COUNTRY": None,
        "COUNTRY_CODE": None,
        "LOC_ADDR_ID": None,
        "ANCHOR_TYPE_ID": "4",
        "ANCHOR_ID": str(owner),
    }
    assert ([expected], 1) == (answer.result, answer.json["total"])
    body = call(door, "address.add", fields=key).json
    assert {"error": "", "error_description": "TypeAddress exists."} == body
    assert call(door, "address.delete", fields=key).result is True
    body = call(door, "address.delete", fields=key).json
    assert {"error": "", "error_description": "TypeAddress not found."} == body


def test_addresses_are_counted_up_to_a_page(door: Door) -> None:
    """Only ``start=-1`` gives the true total (section 2.6)."""
    for number in range(52):
        fields = {"TYPE_ID": 1, "ENTITY_TYPE_ID": 3, "ENTITY_ID": number + 1}
        call(door, "address.add", fields=fields)

    totals = [call(door, "address.list", start=start).json["total"] for start in (0, -1)]

    assert [50, 52] == totals


def test_changes_are_told_to_handlers(door: Door) -> None:
    """Details tell their id, addresses their key and whom they belong to."""
    token = door.portal.tokens()["access"]
    for name in ("ONCRMREQUISITEADD", "ONCRMADDRESSREGISTER"):
        door.token("event.bind", token, {"event": name, "event_type": "offline"})
    owner = company(door)
    number = detail(door, owner)
    call(door, "address.add", fields={"TYPE_ID": 1, "ENTITY_TYPE_ID": 8, "ENTITY_ID": number})

    told = door.token("event.offline.get", token).result["events"]

    key = {"TYPE_ID": 1, "ENTITY_TYPE_ID": 8, "ENTITY_ID": number, "ANCHOR_ID": owner, "ANCHOR_TYPE_ID": 4}
    assert [
        ("ONCRMREQUISITEADD", {"ID": str(number)}),
        ("ONCRMADDRESSREGISTER", {name: str(value) for name, value in key.items()}),
    ] == [
        (row["EVENT_NAME"], {name: str(value) for name, value in row["EVENT_DATA"]["FIELDS"].items()})
        for row in told
    ]
