"""What the old halves make of answers that no recorded case shows ("The service desk", sections 3 and 4)."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from b24bridge.sandbox.reply import Reply
from b24bridge.wire.phpquery import parse_str
from examples.service_desk.cases import half, request_of

Json = Any
WEBHOOK = "https://portal.example/rest/1/code/"
NOW = "2025-12-18T09:00:00Z"
WEEK = "2025-12-16T10:00:00+03:00"
REFUSED = {"error": "QUERY_LIMIT_EXCEEDED", "error_description": "Too many requests"}


class Scripted:
    """A portal that answers each method as told, and notes what it was asked."""

    def __init__(self, answers: Mapping[str, Json | Callable[[Json], Json]]) -> None:
        self._answers = answers
        self.asked: list[tuple[str, Json]] = []

    def answer(self, verb: str, url: str, headers: Sequence[tuple[str, str]], body: bytes) -> Reply:
        method = urlsplit(url).path.rpartition("/")[2].removesuffix(".json")
        params = parse_str(body)
        self.asked.append((method, params))
        found = self._answers.get(method, {"result": []})
        found = found(params) if callable(found) else found
        text = found if isinstance(found, str) else json.dumps(found)
        return Reply(200, (("Content-Type", "application/json"),), text.encode())

    def parameters_of(self, method: str) -> list[Json]:
        return [params for name, params in self.asked if name == method]


def run(module: str, portal: Scripted, folder: Path, body: Json = None, *, now: str = NOW) -> dict[str, Json]:
    """Return the answer of an old half."""
    request = request_of("GET" if body is None else "POST", body=body)
    answer = half(module, "legacy")(
        request, webhook_url=WEBHOOK, now=now, cache_dir=folder, fixes=(), transport=portal
    )
    return dict(answer)


def ticket(number: int, **fields: Json) -> dict[str, Json]:
    """Return a ticket of the sector in the first stage."""
    return {
        "id": number, "title": "T", "stageId": "DT140_12:UC_0VHWE2", "assignedById": 7,
        "createdTime": WEEK, "updatedTime": WEEK, "movedTime": WEEK, "ufCrm7TypeProduct": ["1C"], **fields,
    }  # fmt: skip


def first_stage(*tickets: Json) -> Callable[[Json], Json]:
    """Answer with tickets for the first stage, with nothing for others."""
    return lambda params: {
        "result": {"items": list(tickets) if params["filter"].get("stageId") == "DT140_12:UC_0VHWE2" else []}
    }


@pytest.mark.parametrize(
    ("reply", "message"),
    [
        ({"error": "E", "error_description": "Text"}, "Text"),
        ({"error": "E", "error_description": ""}, ""),
        ({"error": "E", "error_description": None}, "E"),
        ({"error": "E"}, "E"),
        ({"error": ""}, ""),
        ({"error": False}, ""),
        ({"error": 0}, "0"),
    ],
)
def test_an_error_is_a_key_that_is_not_null(reply: Json, message: str, tmp_path: Path) -> None:
    """Its text is the description, if that is missing or null the code; both may be empty."""
    answer = run("sector", Scripted({"crm.item.list": reply}), tmp_path)

    expected = {"success": False, "message": f"Bitrix24 API error: {message}"}
    assert {"status": 500, "body": expected} == answer


@pytest.mark.parametrize("reply", [{"error": None}, {"result": None}, {"result": []}, [], "", "<html>", "7"])
def test_answers_without_rows_are_empty_stages(reply: Json, tmp_path: Path) -> None:
    """A null error is none; what is no JSON or holds no rows counts as empty, and the answer as a success."""
    answer = run("sector", Scripted({"crm.item.list": reply}), tmp_path)

    assert answer["body"]["success"] is True
    assert [] == answer["body"]["data"]["employees"]


def test_a_missing_part_of_a_name_leaves_its_blank(tmp_path: Path) -> None:
    """The sector's names are two parts and a blank, whatever is there; no address is null."""
    users = {"result": [{"ID": "7", "LAST_NAME": "Б"}, {"ID": "8", "NAME": "А", "LAST_NAME": None}]}
    portal = Scripted({"crm.item.list": first_stage(ticket(1), ticket(2, assignedById=8)), "user.get": users})

    answer = run("sector", portal, tmp_path)

    assert [
        {"id": 7, "name": " Б", "email": None},
        {"id": 8, "name": "А ", "email": None},
    ] == answer["body"]["data"]["employees"]


def test_people_are_asked_for_in_parts_of_fifty_each_once(tmp_path: Path) -> None:
    """Ids come in the order of first appearance, joined by commas."""
    tickets = [ticket(number, assignedById=1000 - number % 51) for number in range(60)]
    portal = Scripted({"crm.item.list": first_stage(*tickets)})

    run("sector", portal, tmp_path)

    assert [
        {"ID": ",".join(str(number) for number in range(1000, 950, -1))},
        {"ID": "950"},
    ] == portal.parameters_of("user.get")


def test_a_product_object_of_json_is_an_array(tmp_path: Path) -> None:
    """PHP decodes objects to arrays, so the tag is searched among the values."""
    portal = Scripted({"crm.item.list": first_stage(ticket(1, ufCrm7TypeProduct={"a": "1C"}))})

    answer = run("sector", portal, tmp_path)

    assert 1 == len(answer["body"]["data"]["stages"][0]["employees"])


def test_an_unknown_mode_is_refused_before_dates_are_read(tmp_path: Path) -> None:
    """The mode is the first thing that is checked."""
    body = {"periodMode": "", "weekStartUtc": "nonsense", "weekEndUtc": "nonsense"}

    answer = run("graph", Scripted({}), tmp_path, body)

    error = 'Invalid periodMode. Must be "weeks" or "months".'
    assert {"status": 400, "body": {"success": False, "error": error}} == answer


@pytest.mark.parametrize(
    ("page", "calls"),
    [
        ({"result": {"items": [ticket(n) for n in range(50)], "next": 50}}, 5),
        ({"result": {"items": [ticket(n) for n in range(50)]}, "next": "50"}, 5),
        ({"result": {"items": [ticket(n) for n in range(50)]}, "next": 0}, 4),
        ({"result": {"items": [ticket(n) for n in range(50)]}}, 4),
        ({"result": {"items": [ticket(n) for n in range(49)]}, "next": 50}, 4),
    ],
)
def test_a_full_page_with_a_next_start_has_another_one(page: Json, calls: int, tmp_path: Path) -> None:
    """The graph goes on while a page has 50 rows and names a positive next start in either place."""

    def answer(params: Json) -> Json:
        return page if params["start"] == "0" and "<=createdTime" in params["filter"] else {"result": {}}

    portal = Scripted({"crm.item.list": answer})

    run("graph", portal, tmp_path)

    assert calls == len(portal.asked)


@pytest.mark.parametrize(("now", "calls"), [("2025-12-18T09:05:00Z", 0), ("2025-12-18T09:05:01Z", 2)])
def test_months_are_kept_for_three_hundred_seconds(now: str, calls: int, tmp_path: Path) -> None:
    """The last second counts."""
    body = {"periodMode": "months", "includeCarryoverTickets": False}
    run("graph", Scripted({}), tmp_path, body)
    portal = Scripted({})

    run("graph", portal, tmp_path, body, now=now)

    assert calls == len(portal.asked)


def test_a_refreshed_answer_is_kept_and_a_failed_one_is_not(tmp_path: Path) -> None:
    """``forceRefresh`` skips reading, not writing; nothing is kept for errors."""
    failed = run("graph", Scripted({"crm.item.list": REFUSED}), tmp_path, {})
    run("graph", Scripted({}), tmp_path, {"forceRefresh": True})
    portal = Scripted({"crm.item.list": REFUSED})

    answer = run("graph", portal, tmp_path, {})

    assert 500 == failed["status"]
    assert ("exact", []) == (answer["body"]["cache_type"], portal.asked)


STAFF = {"result": [{"ID": "7", "LAST_NAME": " ", "SECOND_NAME": None}]}


def log(**fields: Json) -> dict[str, Json]:
    """Return a row of logged time by a member of the staff in the newest week."""
    return {"ID": "1", "TASK_ID": "5", "USER_ID": "7", "CREATED_DATE": WEEK, **fields}


def hours(rows: list[Json], folder: Path, task: Mapping[str, Json]) -> Json:
    """Return the data of the report over one task with these rows."""
    portal = Scripted(
        {
            "user.get": STAFF,
            "tasks.task.list": {"result": {"tasks": [{"id": "5", **task}]}},
            "task.elapseditem.getlist": {"result": rows},
        }
    )
    return run("time", portal, folder, {})["body"]["data"]


@pytest.mark.parametrize(
    ("fields", "elapsed"),
    [
        ({"SECONDS": "5400", "MINUTES": "1"}, 1.5),
        ({"SECONDS": "0", "MINUTES": "30.9"}, 0.5),
        ({"MINUTES": None, "HOURS": "2"}, 2),
        ({"SECONDS": "-5"}, None),
        ({}, None),
        ({"SECONDS": "60", "CREATED_DATE": "2025-11-24T02:59:59+03:00"}, None),
        ({"SECONDS": "3600", "CREATED_DATE": "2025-11-24T03:00:00+03:00"}, 1),
        ({"SECONDS": "60", "USER_ID": "8"}, None),
    ],
)
def test_length_of_a_record_is_seconds_else_minutes_else_hours(
    fields: Json, elapsed: float | None, tmp_path: Path
) -> None:
    """Whole numbers; what is not positive, not in the period or not by the staff does not count."""
    data = hours([log(**fields)], tmp_path, {})

    expected = (0, 0) if elapsed is None else (elapsed, 1)
    assert expected == (data["totalElapsedTime"], data["totalRecordsCount"])


@pytest.mark.parametrize(
    ("task", "user"), [({"responsibleId": "9", "createdBy": "3"}, 9), ({"createdBy": "3"}, 3)]
)
def test_time_of_nobody_belongs_to_the_owner_of_the_task(task: Json, user: int, tmp_path: Path) -> None:
    """The person in charge, else who created it; an unread or empty name is unknown."""
    data = hours([log(USER_ID="0", SECONDS="60")], tmp_path, task)

    assert [(user, "Неизвестный")] == [(one["id"], one["name"]) for one in data["employeesSummary"]]


def test_without_records_the_own_time_of_tasks_counts(tmp_path: Path) -> None:
    """It is booked at the last change, else at the creation, on the person in charge, else the creator."""
    task = {"timeSpentInLogs": "7200", "changedDate": None, "createdDate": WEEK, "createdBy": "7"}

    data = hours([], tmp_path, task)

    assert (2, 1) == (data["totalElapsedTime"], data["totalRecordsCount"])
    assert [0, 0, 0, 2] == [week["totalElapsedTime"] for week in data["weeks"]]


def test_only_the_first_binding_of_a_task_names_its_ticket(tmp_path: Path) -> None:
    """Searched anywhere in the text, with small letters as written; a refused part of the list is skipped."""
    bindings = {
        "5": ["xT8c_31!", "T8c_1"],
        "6": ["T8C_32"],
        "7": ["C_1", "T8c_33"],
        "8": "T8c_34",
        "9": ["T8c_31"],
    }
    tasks = [{"id": number, "ufCrmTask": value, "responsibleId": "7"} for number, value in bindings.items()]
    portal = Scripted(
        {
            "user.get": STAFF,
            "tasks.task.list": {"result": {"tasks": tasks}},
            "task.elapseditem.getlist": {"result": [log(SECONDS="60")]},
            "crm.item.list": REFUSED,
        }
    )

    answer = run("time", portal, tmp_path, {})

    (asked,) = portal.parameters_of("crm.item.list")
    assert {"id": ["31"], "UF_CRM_7_TYPE_PRODUCT": "1C"} == asked["filter"]
    assert 0 == answer["body"]["data"]["employeesSummary"][0]["totalTicketsCount"]


def test_task_ids_are_whole_positive_and_each_once(tmp_path: Path) -> None:
    """Texts are cast; an object of JSON is an array as well."""
    portal = Scripted(
        {
            "user.get": STAFF,
            "tasks.task.list": {"result": {"tasks": [{"id": "5"}]}},
            "task.elapseditem.getlist": {"result": [log(SECONDS="60")]},
        }
    )
    body = {"includeTaskDetails": True, "taskIds": {"a": "12x", "b": -3, "c": 12, "d": 4.9}}

    run("time", portal, tmp_path, body)

    (asked,) = portal.parameters_of("batch")
    assert ["task_12", "task_4"] == list(asked["cmd"])


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        ({"product": None, "weekStartUtc": 5}, "weekStartUtc must be a non-empty string"),
        ({"weekEndUtc": "nonsense"}, "weekEndUtc must be a valid date string"),
        ({"taskIds": {"a": 0}}, "All taskIds must be positive integers"),
        ({"taskIds": ["5abc"]}, "All taskIds must be positive integers"),
        ({"taskIds": ["٣"]}, "All taskIds must be positive integers"),
        ({"taskIds": [True]}, "All taskIds must be positive integers"),
        ({"page": "2"}, "page must be a positive integer"),
        ({"perPage": 2.0}, "perPage must be a positive integer"),
        ({"perPage": False}, "perPage must be a positive integer"),
    ],
)
def test_the_refactored_module_names_what_it_refuses(body: Json, complaint: str, tmp_path: Path) -> None:
    """Null counts as absent, and nothing is asked of the portal."""
    portal = Scripted({})

    answer = run("time-modular", portal, tmp_path, body)

    assert {
        "status": 400,
        "body": {"error": "invalid_request", "error_description": complaint},
    } == answer
    assert [] == portal.asked


def test_the_refactored_module_lists_no_tasks_for_no_staff(tmp_path: Path) -> None:
    """The other one leaves the list out then."""
    body = {"includeTaskDetails": True, "perPage": 7}

    old, new = (run(name, Scripted({}), tmp_path, body)["body"]["data"] for name in ("time", "time-modular"))

    pages = {"totalTasks": 0, "currentPage": 1, "perPage": 7, "totalPages": 0}
    assert "tasks" not in old
    assert ([], pages) == (new["tasks"], new["pagination"])
