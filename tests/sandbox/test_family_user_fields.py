"""User fields of people and tasks (documentation pages ``user.userfield.*``, ``userfieldconfig.*``)."""

from __future__ import annotations

from typing import Any

import pytest
from doors import Door


def test_field_of_people_is_added_used_and_removed(door: Door) -> None:
    """A field that is declared can be written and read with the person."""
    fields = {"FIELD_NAME": "UF_USR_SKILL", "USER_TYPE_ID": "string", "MULTIPLE": "N"}
    number = door.call("user.userfield.add", {"fields": fields}).result

    door.call("user.update", {"ID": 113, "UF_USR_SKILL": "Python"})
    person = door.call("user.get", {"FILTER": {"UF_USR_SKILL": "python"}}).result
    changed = door.call(
        "user.userfield.update", {"id": number, "fields": {"SORT": 123, "SETTINGS": {"ROWS": 3}}}
    )
    listed = door.call("user.userfield.list", {"filter": {"ID": number}}).result
    removed = door.call("user.userfield.delete", {"id": number}).result

    assert [("113", "Python")] == [(row["ID"], row["UF_USR_SKILL"]) for row in person]
    assert (True, True) == (changed.result, removed)
    row = listed[0]
    assert (str(number), "UF_USR_SKILL", "123", 3) == (
        row["ID"], row["FIELD_NAME"], row["SORT"], row["SETTINGS"]["ROWS"],
    )  # fmt: skip
    assert "UF_USR_SKILL" not in door.call("user.fields").result


def test_field_of_tasks_takes_params_and_data(door: Door) -> None:
    """``PARAMS`` makes it, ``DATA`` changes it, and tasks keep its values."""
    new = {"FIELD_NAME": "CLIENT_REQUEST", "USER_TYPE_ID": "string", "EDIT_FORM_LABEL": {"en": "Request"}}
    number = door.call("task.item.userfield.add", {"PARAMS": new}).result

    changed = door.call(
        "task.item.userfield.update", {"ID": number, "DATA": {"EDIT_FORM_LABEL": "Wish"}}
    ).result
    found = door.call("task.item.userfield.get", {"ID": number}).result
    door.call("tasks.task.update", {"taskId": 71003, "fields": {"UF_CLIENT_REQUEST": "quick"}})
    query = {"filter": {"ID": 71003}, "select": ["ID", "UF_CLIENT_REQUEST"]}
    task = door.call("tasks.task.list", query).result["tasks"][0]

    assert (True, "UF_CLIENT_REQUEST", "Wish") == (
        changed,
        found["FIELD_NAME"],
        found["EDIT_FORM_LABEL"]["en"],
    )
    assert "quick" == task["ufClientRequest"]
    assert [str(number)] == [row["ID"] for row in door.call("task.item.userfield.getlist").result]


@pytest.mark.parametrize(
    ("method", "params", "expected"),
    [
        ("user.userfield.add", {"fields": {"USER_TYPE_ID": "string"}}, ("", "The 'FIELD_NAME' field is not found.")),
        ("task.item.userfield.add", {"PARAMS": {}}, ("ERROR_CORE", "The 'USER_TYPE_ID' field is not found.")),
        ("task.item.userfield.get", {}, ("ERROR_CORE", "ID is not defined or invalid.")),
        ("userfieldconfig.get", {"moduleId": "crm", "id": 99}, ("", "You do not have permission to view user field settings")),
        ("userfieldconfig.get", {"id": 99}, ("100", "Could not find value for parameter {moduleId}")),
    ],
)  # fmt: skip
def test_user_fields_refuse_as_documented(
    door: Door, method: str, params: Any, expected: tuple[str, str]
) -> None:
    """Codes are empty for people and configuration, ``ERROR_CORE`` for tasks."""
    answer = door.call(method, params)

    assert (400, expected) == (answer.status, (answer.json["error"], answer.json["error_description"]))


def test_configuration_speaks_camel_case(door: Door) -> None:
    """Ids are texts, options stand in ``enum``, removing answers null."""
    field = {
        "entityId": "CRM_DEAL",
        "fieldName": "UF_CRM_DEAL_KIND",
        "userTypeId": "enumeration",
        "editFormLabel": {"en": "Kind"},
        "enum": [{"value": "A", "sort": 100}, {"value": "B", "def": "Y", "sort": 200}],
    }
    added = door.call("userfieldconfig.add", {"moduleId": "crm", "field": field}).result["field"]
    place = {"moduleId": "crm", "id": int(added["id"])}

    changed = door.call("userfieldconfig.update", {**place, "field": {"mandatory": "Y"}}).result["field"]
    listed = door.call(
        "userfieldconfig.list", {"moduleId": "crm", "filter": {"fieldName": "UF_CRM_DEAL_KIND"}}
    )
    deal = door.call("crm.deal.fields").result["UF_CRM_DEAL_KIND"]
    removed = door.call("userfieldconfig.delete", place).json

    assert (["A", "B"], {"en": "Kind"}) == ([o["value"] for o in added["enum"]], added["editFormLabel"])
    assert ("Y", added["id"]) == (changed["mandatory"], changed["id"])
    assert ([added["id"]], 1) == ([row["id"] for row in listed.result["fields"]], listed.json["total"])
    assert "enumeration" == deal["type"]
    assert removed["result"] is None
    assert "UF_CRM_DEAL_KIND" not in door.call("crm.deal.fields").result
