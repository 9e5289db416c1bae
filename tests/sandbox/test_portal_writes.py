"""Changing records: defaults, silent drops, what follows from a change (section 5)."""

from __future__ import annotations

from typing import Any

import pytest
from doors import Door


def test_new_item_starts_in_the_default_pipeline(door: Door) -> None:
    """Pipeline, stage, people and times are set; what is unknown or read-only is ignored."""
    door.portal.clock.freeze("2025-12-18T09:00:00+00:00")
    fields = {
        "title": "x",
        "nope": 1,
        "createdBy": 99,
        "ufSubject": "s",
        "begindate": "2024-02-31",
        "closedate": "?",
    }

    item = door.call("crm.item.add", {"entityTypeId": 140, "fields": fields}).result["item"]

    assert (12, "DT140_12:NEW", 1, "2025-12-18T12:00:00+03:00", "s") == (
        item["categoryId"],
        item["stageId"],
        item["createdBy"],
        item["createdTime"],
        item["ufSubject"],
    )
    assert ("2024-03-02T00:00:00+03:00", None) == (item["begindate"], item["closedate"])


def test_moving_an_item_leaves_traces(door: Door) -> None:
    """A change of the stage sets who moved it, when, and the stage before."""
    door.portal.clock.freeze("2025-12-20T09:00:00+00:00")
    params = {"entityTypeId": 140, "id": 3002, "fields": {"stageId": "DT140_12:FAIL"}}

    item = door.call("crm.item.update", params).result["item"]

    assert ("DT140_12:SUCCESS", "2025-12-20T12:00:00+03:00", 1) == (
        item["previousStageId"],
        item["movedTime"],
        item["movedBy"],
    )


def test_unreadable_date_leaves_the_field_alone(door: Door) -> None:
    """A value that does not parse is dropped without a word."""
    number = door.call("crm.deal.add", {"fields": {"TITLE": "x", "BEGINDATE": "05.03.2024"}}).result

    assert door.call("crm.deal.update", {"id": number, "fields": {"BEGINDATE": "1709632800"}}).result

    assert "2024-03-05T00:00:00+03:00" == door.call("crm.deal.get", {"id": number}).result["BEGINDATE"]


@pytest.mark.parametrize(
    ("method", "params", "code", "text"),
    [
        ("crm.item.get", {"entityTypeId": 140, "id": 1}, "NOT_FOUND", "Element not found"),
        ("crm.item.delete", {"entityTypeId": 140, "id": 1}, "NOT_FOUND", "Item not found"),
        ("crm.item.list", {"entityTypeId": 999}, "NOT_FOUND", "Smart process not found"),
        (
            "crm.item.list",
            {"entityTypeId": "x"},
            "100",
            "Invalid value {x} to match with parameter {entityTypeId}. Should be value of type int.",
        ),
        (
            "crm.item.add",
            {"entityTypeId": 140, "fields": {"ufCrm7TypeProduct": "1C"}},
            "100",
            "Expected iterable value for multiple field, but got string instead",
        ),
        ("crm.item.add", {"entityTypeId": 140}, "100", "Could not find value for parameter {fields}"),
        ("tasks.task.add", {"fields": {"TITLE": " "}}, "ERROR_CORE", "Task title is not specified<br>"),
        (
            "tasks.task.get",
            {},
            "100",
            "CTaskItem All parameters in the constructor must have real class type",
        ),
        ("tasks.task.list", {"order": {"NOPE": "asc"}}, "0", "Invalid sorting key"),
        ("crm.deal.list", {"filter": "x"}, "", "Parameter 'filter' must be array."),
        ("crm.contact.update", {"id": 9, "fields": {}}, "", "Contact is not found"),
        (
            "task.elapseditem.add",
            [],
            "ERROR_CORE",
            "TASKS_ERROR_EXCEPTION_#256; Param #0 (taskId) expected by method ctaskelapseditem::add(), "
            "but not given.; 256/TE/WRONG_ARGUMENTS<br>",
        ),
    ],
)
def test_refusals(door: Door, method: str, params: Any, code: str, text: str) -> None:
    """Methods refuse with status 400 and the portal's own texts."""
    answer = door.call(method, params)

    assert (400, {"error": code, "error_description": text}) == (answer.status, answer.json)


def test_refused_write_changes_nothing(door: Door) -> None:
    """A batch goes on after a refused command, and the refused one left no trace."""
    commands = {
        "bad": "tasks.task.update?taskId=71003&fields[TITLE]=",
        "good": "crm.deal.add?fields[TITLE]=kept",
    }

    result = door.call("batch", {"cmd": commands}).result

    assert ["bad"] == list(result["result_error"])
    assert ["kept"] == [row["TITLE"] for row in door.call("crm.deal.list").result]


@pytest.mark.parametrize("halt", [1, True, "1", "false"])
def test_halt_stops_after_the_first_error(door: Door, halt: Any) -> None:
    """Any true value of PHP halts; later commands appear nowhere."""
    result = door.call("batch", {"halt": halt, "cmd": {"a": "no.such", "b": "server.time"}}).result

    assert ({"a"}, []) == (set(result["result_error"]), result["result"])


def test_logged_time_is_summed_up_on_its_task(door: Door) -> None:
    """Adding and removing records changes ``TIME_SPENT_IN_LOGS``."""
    number = door.call("tasks.task.add", {"fields": {"TITLE": "t"}}).result["task"]["id"]
    item = door.call("task.elapseditem.add", [number, {"SECONDS": 90, "COMMENT_TEXT": "c"}]).result
    door.call("task.elapseditem.add", [number, {"SECONDS": "30"}])
    door.call("task.elapseditem.delete", [number, item])

    task = door.call("tasks.task.get", {"taskId": number, "select": ["TIME_SPENT_IN_LOGS"]}).result["task"]

    assert "30" == task["timeSpentInLogs"]


def test_changes_reach_handlers_and_the_offline_queue(door: Door) -> None:
    """Online handlers get a message, offline ones a row; repeated changes of one object are one row."""
    token = door.portal.tokens()["access"]
    url = "https://app.example.test/hook"
    door.token("event.bind", token, {"event": "OnCrmDealAdd", "handler": url})
    door.token("event.bind", token, {"event": "ONCRMDEALUPDATE", "event_type": "offline"})

    number = door.call("crm.deal.add", {"fields": {"TITLE": "x"}}).result
    for title in ("y", "z"):
        door.call("crm.deal.update", {"id": number, "fields": {"TITLE": title}})
    queued = door.token("event.offline.get", token).result

    sent = [(delivery.url, delivery.form["data"]) for delivery in door.portal.events.outbox]
    assert [(url, {"FIELDS": {"ID": number}})] == sent
    assert (None, [{"FIELDS": {"ID": number}}]) == (
        queued["process_id"],
        [row["EVENT_DATA"] for row in queued["events"]],
    )
    assert [] == door.token("event.offline.get", token).result["events"]
