"""Users, departments, rights and features (section 5.7; documentation pages of these methods)."""

from __future__ import annotations

from typing import Any

import pytest
from doors import Door

from b24bridge.sandbox import Portal

NEW = {"EMAIL": "new@example.com", "NAME": "Test", "EXTRANET": "N", "UF_DEPARTMENT": [1]}


def test_user_is_added_found_and_changed(door: Door) -> None:
    """``user.add`` answers a number; the person is found by id, by mail and by the words of the position."""
    number = door.call("user.add", NEW).result

    changed = door.call("user.update", {"ID": number, "WORK_POSITION": "Chief Engineer", "ACTIVE": False})
    found = door.call("user.get", {"FILTER": {"ID": number}}).result
    searched = door.call(
        "user.search", {"FILTER": {"FIND": "Chief Engin", "EMAIL": "NEW@example.com"}}
    ).result

    assert changed.result is True
    assert (str(number), False, [1], {}) == tuple(
        found[0][name] for name in ("ID", "ACTIVE", "UF_DEPARTMENT", "TIMESTAMP_X")
    )
    assert [str(number)] == [row["ID"] for row in searched]


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({"NAME": "x"}, "wrong_email"),
        ({"EMAIL": "no mail"}, "wrong_email"),
        ({"EMAIL": "a@example.com"}, "no_extranet_field"),
        ({"EMAIL": "a@example.com", "EXTRANET": "Y"}, "no_sonet_group_for_extranet"),
    ],
)
def test_user_add_names_what_is_missing(door: Door, fields: dict[str, Any], text: str) -> None:
    """All refusals of ``user.add`` are argument errors with an empty argument."""
    answer = door.call("user.add", fields)

    expected = {"error": "ERROR_ARGUMENT", "error_description": text, "argument": ""}
    assert (400, expected) == (answer.status, answer.json)


def test_same_mail_is_refused(door: Door) -> None:
    """Two people cannot have the same address, whatever the letter case."""
    door.call("user.add", NEW)

    answer = door.call("user.add", {**NEW, "EMAIL": "NEW@EXAMPLE.COM"})

    assert "A user with this email already exists" == answer.json["error_description"]


def test_user_update_says_only_access_denied(door: Door) -> None:
    """A missing and an unknown id get the same answer."""
    answers = [door.call("user.update", params).json for params in ({}, {"ID": 999999})]

    assert [{"error": "ERROR_CORE", "error_description": "access_denied"}] * 2 == answers


def test_department_lives_through_its_methods(door: Door) -> None:
    """Ids are text, the sort is a number, and children of a removed department move up."""
    number = door.call("department.add", {"NAME": "Muggle Studies", "PARENT": 1, "UF_HEAD": 1}).result
    child = door.call("department.add", {"NAME": "Library", "PARENT": number}).result

    changed = door.call("department.update", {"ID": number, "SORT": 123}).result
    row = door.call("department.get", {"ID": number}).result[0]
    removed = door.call("department.delete", {"ID": number}).result
    after = door.call("department.get", {"ID": child}).result[0]

    expected = {"ID": str(number), "NAME": "Muggle Studies", "SORT": 123, "PARENT": "1", "UF_HEAD": "1"}
    assert (True, True) == (changed, removed)
    assert expected == row
    assert "1" == after["PARENT"]


@pytest.mark.parametrize(
    ("method", "params", "text"),
    [
        ("department.add", {"SORT": 1}, "Department name not provided.<br>"),
        ("department.update", {"ID": 999999, "NAME": "x"}, "Department not found"),
        ("department.delete", {}, "Department not found"),
    ],
)
def test_departments_refuse_with_error_core(door: Door, method: str, params: Any, text: str) -> None:
    """Missing names and departments are core errors."""
    answer = door.call(method, params)

    assert (400, {"error": "ERROR_CORE", "error_description": text}) == (answer.status, answer.json)


def test_rights_have_names_and_can_be_asked_for(door: Door) -> None:
    """Groups are named as documented; the administrator of the webhook has the group of all users."""
    names = door.call("access.name", {"ACCESS": ["G2", "AU", "nothing"]}).result

    assert {"provider": "", "name": "All visitors", "provider_id": "other"} == names["G2"]
    assert ["G2", "AU"] == list(names)
    assert [True, False] == [door.call("user.access", {"ACCESS": [code]}).result for code in ("AU", "U999")]


def test_features_are_yes_or_no(door: Door) -> None:
    """``feature.get`` needs a code."""
    answers = [door.call("feature.get", {"CODE": code}) for code in ("rest_auth_connector", "other", "")]

    assert [{"value": "Y"}, {"value": "N"}] == [answer.result for answer in answers[:2]]
    assert {"error": "CODE_EMPTY", "error_description": "CODE can't be empty"} == answers[2].json


def test_offline_event_is_reserved_marked_and_cleared(door: Door) -> None:
    """``clear=0`` gives a process id; events come again under it until they are cleared."""
    token = door.portal.tokens()["access"]
    binding = {"event": "ONCRMLEADADD", "event_type": "offline"}
    assert door.token("event.bind", token, binding).result is True
    door.call("crm.lead.add", {"fields": {"TITLE": "x"}})

    taken = door.token("event.offline.get", token, {"clear": 0}).result
    process = {"process_id": taken["process_id"]}
    message = taken["events"][0]["MESSAGE_ID"]
    marked = door.token("event.offline.error", token, {**process, "message_id": [message]}).result
    failed = door.token("event.offline.get", token, {**process, "error": 1, "clear": 0}).result["events"]
    cleared = door.token("event.offline.clear", token, {**process, "message_id": [message]}).result

    assert 32 == len(taken["process_id"])
    assert (True, True) == (marked, cleared)
    assert [message] == [event["MESSAGE_ID"] for event in failed]
    assert [] == door.token("event.offline.list", token).result


def test_offline_filter_refuses_fields_that_are_not_listed(door: Door) -> None:
    """Only id, date, event and message can be filtered by."""
    token = door.portal.tokens()["access"]

    answer = door.token("event.offline.list", token, {"filter": {"EVENT_DATA": 1}})

    assert "Filter field not allowed: EVENT_DATA" == answer.json["error_description"]


def test_events_are_named_by_scope(door: Door) -> None:
    """With a scope only its events come."""
    token = door.portal.tokens()["access"]

    names = door.token("events", token, {"scope": "crm"}).result

    assert "ONCRMLEADADD" in names
    assert all(name.startswith("ONCRM") for name in names)


def test_a_new_portal_has_its_administrator_and_the_head_department() -> None:
    """Somebody administers every portal, and belongs to the department that all others are under."""
    with Portal() as portal:
        user = Door(portal).call("user.current").result
        departments = Door(portal).call("department.get", {"PARENT": 0}).result

    assert ("1", True, [1]) == (user["ID"], user["ACTIVE"], user["UF_DEPARTMENT"])
    assert ["1"] == [department["ID"] for department in departments]


def test_people_of_a_data_set_replace_the_first_administrator() -> None:
    """A data set says who works at the portal, nobody else does."""
    with Portal({"users": [{"ID": 5, "NAME": "Ольга", "UF_DEPARTMENT": [1]}]}) as portal:
        users = Door(portal).call("user.get").result

    assert ["5"] == [user["ID"] for user in users]
