"""``crm.type.*``: adding a smart process makes ``crm.item.*`` work for it."""

from __future__ import annotations

from typing import Any

import pytest
from doors import Door

# The example of the documentation page "crm.type.add".
SPA = {
    "title": "SPA",
    "entityTypeId": 2024,
    "isAutomationEnabled": "Y",
    "isBeginCloseDatesEnabled": "Y",
    "isCategoriesEnabled": "Y",
    "isClientEnabled": "Y",
    "isObserversEnabled": "Y",
    "isStagesEnabled": "Y",
    "linkedUserFields": {"CALENDAR_EVENT|UF_CRM_CAL_EVENT": "true", "TASKS_TASK|UF_CRM_TASK": "true"},
    "relations": {
        "parent": [{"entityTypeId": 1, "isChildrenListEnabled": "true"}],
        "child": [{"entityTypeId": 3, "isChildrenListEnabled": "true"}, {"entityTypeId": 4}],
    },
}


def _add(door: Door, **fields: Any) -> dict[str, Any]:
    added: dict[str, Any] = door.call("crm.type.add", {"fields": {"title": "T", **fields}}).result["type"]
    return added


def test_added_type_answers_as_in_the_documentation(door: Door) -> None:
    """Switches, links and relations come back; clients are parents of a type with clients."""
    added = _add(door, **SPA)

    assert ("SPA", 2024, "Y", "N") == (
        added["title"],
        added["entityTypeId"],
        added["isStagesEnabled"],
        added["isPaymentsEnabled"],
    )
    assert {
        "CALENDAR_EVENT|UF_CRM_CAL_EVENT": "Y",
        "TASKS_TASK|UF_CRM_TASK": "Y",
        "TASKS_TASK_TEMPLATE|UF_CRM_TASK": "N",
    } == added["linkedUserFields"]
    assert [(3, "Y"), (4, "Y"), (1, "N")] == [
        (row["entityTypeId"], row["isPredefined"]) for row in added["relations"]["parent"]
    ]
    assert [
        {"entityTypeId": 3, "isChildrenListEnabled": "Y", "isPredefined": "N"},
        {"entityTypeId": 4, "isChildrenListEnabled": "N", "isPredefined": "N"},
    ] == added["relations"]["child"]


def test_type_has_items_in_its_first_stage(door: Door) -> None:
    """A new type has a pipeline, whose stages are named after type and pipeline."""
    number = _add(door, **SPA)["entityTypeId"]
    (pipeline,) = door.call("crm.category.list", {"entityTypeId": number}).result["categories"]

    item = door.call("crm.item.add", {"entityTypeId": number, "fields": {"title": "first"}}).result["item"]

    assert f"DT{number}_{pipeline['id']}:NEW" == item["stageId"]
    stages = door.call(
        "crm.status.list", {"filter": {"ENTITY_ID": f"DYNAMIC_{number}_STAGE_{pipeline['id']}"}}
    )
    assert ["NEW", "PREPARATION", "CLIENT", "SUCCESS", "FAIL"] == [
        row["STATUS_ID"].rpartition(":")[2] for row in stages.result
    ]


def test_switches_decide_which_fields_items_have(door: Door) -> None:
    """A type without stages and clients has items without them, until they are switched on."""
    added = _add(door)
    params = {"entityTypeId": added["entityTypeId"]}

    without = set(door.call("crm.item.fields", params).result["fields"])
    switches = {"isStagesEnabled": "Y", "isClientEnabled": "Y"}
    door.call("crm.type.update", {"id": added["id"], "fields": switches})
    after = set(door.call("crm.item.fields", params).result["fields"])

    assert set() == without & {"stageId", "companyId", "contactId", "begindate"}
    assert {"stageId", "companyId", "contactId", "contactIds"} <= after


def test_children_link_to_their_parent(door: Door) -> None:
    """A contact of a type that is its parent has ``PARENT_ID_2024``; items of the type have ``parentId1``."""
    _add(door, **SPA)

    contact = door.call("crm.contact.add", {"fields": {"NAME": "x", "PARENT_ID_2024": 7}}).result
    item = door.call("crm.item.add", {"entityTypeId": 2024, "fields": {"title": "x", "parentId1": 5}}).result

    assert "7" == door.call("crm.contact.get", {"id": contact}).result["PARENT_ID_2024"]
    assert 5 == item["item"]["parentId1"]
    fields = door.call("crm.item.fields", {"entityTypeId": 2024}).result["fields"]
    assert {"parentEntityTypeId": 1} == fields["parentId1"]["settings"]


def test_type_is_found_by_id_and_by_number(door: Door) -> None:
    """``get``, ``getByEntityTypeId`` and ``list`` show the same type."""
    added = _add(door)

    found = [
        door.call("crm.type.get", {"id": added["id"]}).result["type"],
        door.call("crm.type.getByEntityTypeId", {"entityTypeId": added["entityTypeId"]}).result["type"],
        door.call("crm.type.list", {"filter": {"id": added["id"]}}).result["types"][0],
    ]

    assert 3 * [(added["id"], added["entityTypeId"], "T")] == [
        (row["id"], row["entityTypeId"], row["title"]) for row in found
    ]


def test_type_with_items_stays(door: Door) -> None:
    """A type with items cannot be deleted; an empty one answers an empty array."""
    added = _add(door)
    params = {"entityTypeId": added["entityTypeId"], "fields": {"title": "x"}}
    item = door.call("crm.item.add", params).result["item"]["id"]

    refused = door.call("crm.type.delete", {"id": added["id"]}).json
    door.call("crm.item.delete", {"entityTypeId": added["entityTypeId"], "id": item})

    assert {
        "error": "BX_ERROR",
        "error_description": "You cannot delete an entity type that has elements",
    } == refused
    assert [] == door.call("crm.type.delete", {"id": added["id"]}).result
    gone = door.call("crm.item.list", {"entityTypeId": added["entityTypeId"]}).json
    assert "NOT_FOUND" == gone["error"]


@pytest.mark.parametrize("number", [1, 127, 193, 1031, 140])
def test_numbers_of_types_have_their_ranges(door: Door, number: int) -> None:
    """Outside the ranges, and taken numbers, are refused; 140 is the service desk's."""
    answer = door.call("crm.type.add", {"fields": {"title": "x", "entityTypeId": number}})

    assert (400, "INVALID_ARG_VALUE", "entityTypeId is out of allowed range") == (
        answer.status,
        answer.json["error"],
        answer.json["error_description"],
    )


@pytest.mark.parametrize(
    ("method", "params", "code", "text"),
    [
        ("crm.type.get", {"id": 999}, "0", "SPA not found"),
        ("crm.type.update", {"id": 999, "fields": {"title": "x"}}, "0", "SPA not found"),
        ("crm.type.getByEntityTypeId", {"entityTypeId": 999}, "0", "Smart process not found"),
        ("crm.type.add", {}, "100", "Could not find value for parameter {fields}"),
    ],
)
def test_types_refuse_with_the_documented_texts(
    door: Door, method: str, params: dict[str, Any], code: str, text: str
) -> None:
    """Codes are texts (quirk 4); the texts are those of the pages."""
    answer = door.call(method, params)

    assert (400, {"error": code, "error_description": text}) == (answer.status, answer.json)


def test_user_field_of_a_type_is_seen_in_its_items(door: Door) -> None:
    """User fields of a smart process are declared for the id of its type (``CRM_7``)."""
    added = _add(door)
    door.portal.entities.add_user_field(
        f"CRM_{added['id']}", f"UF_CRM_{added['id']}_X", "string", multiple=False
    )
    params = {"entityTypeId": added["entityTypeId"], "fields": {"title": "x", f"ufCrm{added['id']}X": "y"}}

    assert "y" == door.call("crm.item.add", params).result["item"][f"ufCrm{added['id']}X"]
