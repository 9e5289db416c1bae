"""REST 3.0: what can be asked, and how it is refused ("How a portal behaves", section 9)."""

from __future__ import annotations

import json
from typing import Any

import pytest
from doors import JSON, Answered, Door

PREFIX = "BITRIX_REST_V3_EXCEPTION_"


def call(door: Door, method: str, params: Any, *headers: tuple[str, str]) -> Answered:
    """Call a method of REST 3.0 through the webhook."""
    path = door.webhook.replace("/rest/", "/rest/api/", 1)
    return door.request("POST", f"{path}{method}", json.dumps(params).encode(), [JSON, *headers])


def code(answer: Answered) -> tuple[int, str]:
    """Return status and code of a refusal."""
    return answer.status, answer.json["error"]["code"].removeprefix(PREFIX)


def add(door: Door, title: str, **fields: Any) -> int:
    """Add a task and return its id."""
    new = {"title": title, "creatorId": 1, "responsibleId": 1, **fields}
    number: int = call(door, "tasks.task.add", {"fields": new}).result["item"]["id"]
    return number


def test_task_is_added_read_changed_and_removed(door: Door) -> None:
    """A task lives through its four methods, with numbers, booleans and words for statuses."""
    number = add(door, "Задача", needsControl=True, priority="high")

    item = call(door, "tasks.task.get", {"id": number}).result["item"]
    changed = call(door, "tasks.task.update", {"id": number, "fields": {"status": "completed"}}).result
    after = call(door, "tasks.task.get", {"id": str(number), "select": ["status", "title"]}).result["item"]
    removed = call(door, "tasks.task.delete", {"id": number}).result

    found = (item["title"], item["needsControl"], item["priority"], item["status"])
    assert ("Задача", True, "high", "pending") == found
    assert {"result": True} == changed
    assert {"status": "completed", "title": "Задача"} == after
    assert {"result": True} == removed


def test_task_of_rest_3_is_the_task_of_rest_2(door: Door) -> None:
    """Both versions show the same record."""
    number = add(door, "Both")

    task = door.call("tasks.task.get", {"taskId": number}).result["task"]

    assert (str(number), "Both", "2") == (task["id"], task["title"], task["status"])


def test_select_brings_related_entities(door: Door) -> None:
    """``rel.field`` comes as a nested object; an unknown field of it is refused."""
    number = add(door, "x")

    found = call(door, "tasks.task.get", {"id": number, "select": ["id", "responsible.id"]}).result["item"]
    refused = call(door, "tasks.task.get", {"id": number, "select": ["responsible.stageId"]})

    assert {"id": number, "responsible": {"id": 1}} == found
    assert (400, "UNKNOWNDTOPROPERTYEXCEPTION") == code(refused)
    assert 'Unknown field "stageId" found in entity "UserDto".' == refused.json["error"]["message"]


def test_task_get_leaves_unknown_own_fields_out(door: Door) -> None:
    """``tasks.task.get`` drops a name that the task does not have."""
    number = add(door, "x")

    found = call(door, "tasks.task.get", {"id": number, "select": ["id", "nothing"]}).result["item"]

    assert {"id": number} == found


@pytest.mark.parametrize(
    ("filter_", "expected"),
    [
        ([["id", "=", 2]], [2]),
        (["id", ">=", 3], [3, 4]),
        ([["id", [1, 4]]], [1, 4]),
        ([["id", "in", [2]]], [2]),
        ([["id", "between", [2, 3]]], [2, 3]),
        ([["id", ">", 1], ["id", "<", 4]], [2, 3]),
        ({"logic": "or", "conditions": [["id", 1], ["id", 4]]}, [1, 4]),
        ([{"logic": "or", "conditions": [["id", 1], ["id", 4]], "negative": True}], [2, 3]),
        ([["userId", "!=", 7]], [1, 2, 3, 4]),
        ([[{"expression": "length", "parameters": ["auditTypeId"]}, ">", 5]], [1]),
        ([["userId", "=", {"expression": "column", "parameters": ["id"]}]], [1]),
        ([], [1, 2, 3, 4]),
    ],
)
def test_filters_are_triples_and_groups(door: Door, filter_: Any, expected: list[int]) -> None:
    """Triples, pairs, groups and expressions choose the rows."""
    for _ in range(3):
        door.portal.store.insert("event_log", {"USER_ID": 1, "AUDIT_TYPE_ID": "A"})

    answer = call(door, "main.eventlog.list", {"filter": filter_, "select": ["id"]}).result

    assert expected == [item["id"] for item in answer["items"]]


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({"filter": [["id", "5"]]}, "VALIDATION_REQUESTFILTERVALIDATIONEXCEPTION"),
        ({"filter": [["severity", "SECURITY"]]}, "VALIDATION_REQUESTFILTERVALIDATIONEXCEPTION"),
        ({"filter": [["id", "like", 5]]}, "UNKNOWNFILTEROPERATOREXCEPTION"),
        ({"filter": [["id", "between", [1]]]}, "INVALIDFILTEREXCEPTION"),
        ({"filter": [["auditTypeId", "between", ["a", "b"]]]}, "INVALIDFILTEREXCEPTION"),
        ({"filter": [5]}, "INVALIDFILTEREXCEPTION"),
        ({"filter": [["nothing", 5]]}, "UNKNOWNDTOPROPERTYEXCEPTION"),
        ({"filter": "id"}, "VALIDATION_REQUESTVALIDATIONEXCEPTION"),
        ({"order": ["id"]}, "INVALIDORDEREXCEPTION"),
        ({"order": {"id": "UP"}}, "INVALIDORDEREXCEPTION"),
        ({"order": {"severity": "ASC"}}, "VALIDATION_REQUESTVALIDATIONEXCEPTION"),
        ({"order": {"nothing": "ASC"}}, "UNKNOWNDTOPROPERTYEXCEPTION"),
        ({"pagination": {"limit": "abc"}}, "INVALIDPAGINATIONEXCEPTION"),
        ({"pagination": {"limit": 0}}, "INVALIDPAGINATIONEXCEPTION"),
        ({"select": [["id"]]}, "INVALIDSELECTEXCEPTION"),
        ({"select": ["nothing"]}, "UNKNOWNDTOPROPERTYEXCEPTION"),
    ],
)
def test_bad_requests_are_refused_with_the_code_of_the_cause(door: Door, params: Any, expected: str) -> None:
    """Each part of the request object has its own refusal; none has a time."""
    answer = call(door, "main.eventlog.list", params)

    assert (400, expected) == code(answer)
    assert "time" not in answer.json


def test_pages_are_capped_and_have_no_total(door: Door) -> None:
    """50 rows by default, 1000 at most, ``page`` wins over ``offset``, neither total nor next."""
    rows = [("TEST", 1)] * 1100
    door.portal.store.insert_many("event_log", ["AUDIT_TYPE_ID", "USER_ID"], rows)

    answers = [
        call(door, "main.eventlog.list", {"select": ["id"], "pagination": pages})
        for pages in (
            None,
            {"limit": 5000},
            {"limit": 10, "page": 3, "offset": 999},
            {"limit": 10, "offset": 5},
            {"limit": 10, "page": 0},
        )
    ]

    assert [50, 1000, 10, 10, 10] == [len(answer.result["items"]) for answer in answers]
    assert [1, 1, 21, 6, 1] == [answer.result["items"][0]["id"] for answer in answers]
    assert {"result", "time"} == set(answers[0].json)


def test_tail_reads_behind_a_cursor(door: Door) -> None:
    """``tail`` is strict about the cursor's value, and the cursor's field must not be in the filter."""
    door.portal.store.insert_many("event_log", ["USER_ID"], [(1,)] * 3)

    found = call(door, "main.eventlog.tail", {"select": ["id"], "cursor": {"field": "id", "value": 2}})
    back = call(
        door, "main.eventlog.tail", {"select": ["id"], "cursor": {"field": "id", "value": 3, "order": "DESC"}}
    )
    clash = call(
        door, "main.eventlog.tail", {"filter": [["id", ">", 1]], "cursor": {"field": "id", "value": 2}}
    )
    absent = call(door, "main.eventlog.tail", {})

    assert [{"id": 3}, {"id": 4}] == found.result["items"]
    assert [{"id": 2}, {"id": 1}] == back.result["items"]
    assert (400, "INVALIDFILTEREXCEPTION") == code(clash)
    assert (400, "VALIDATION_REQUESTVALIDATIONEXCEPTION") == code(absent)


@pytest.mark.parametrize(
    ("method", "params", "status", "expected"),
    [
        ("tasks.task.get", {}, 400, "VALIDATION_REQUESTVALIDATIONEXCEPTION"),
        ("tasks.task.get", {"id": -1}, 400, "ENTITYNOTFOUNDEXCEPTION"),
        ("tasks.task.add", {}, 400, "VALIDATION_REQUESTVALIDATIONEXCEPTION"),
        ("tasks.task.add", {"fields": {"title": "x"}}, 400, "VALIDATION_DTOVALIDATIONEXCEPTION"),
        ("tasks.task.add", {"fields": {"deadline": "soon"}}, 400, "VALIDATION_REQUESTVALIDATIONEXCEPTION"),
        ("tasks.task.add", {"fields": {"TITLE": "x"}}, 400, "UNKNOWNDTOPROPERTYEXCEPTION"),
        ("tasks.task.delete", {"id": 999999}, 403, "ACCESSDENIEDEXCEPTION"),
        ("tasks.task.Get", {"id": 1}, 404, "METHODNOTFOUNDEXCEPTION"),
        ("tasks.task.get.json", {"id": 1}, 404, "METHODNOTFOUNDEXCEPTION"),
        ("timeman.record.list", {"filter": [["startTime", "2026-01-01"]]}, 400,
         "VALIDATION_REQUESTVALIDATIONEXCEPTION"),
    ],
)  # fmt: skip
def test_methods_refuse_with_code_and_status(
    door: Door, method: str, params: Any, status: int, expected: str
) -> None:
    """Missing, unknown and wrong parameters, records and methods have their codes."""
    assert (status, expected) == code(call(door, method, params))


def test_creator_cannot_be_changed(door: Door) -> None:
    """A field that is not editable is refused with the attribute that it lacks."""
    number = add(door, "x")

    answer = call(door, "tasks.task.update", {"id": number, "fields": {"creatorId": 2}})

    text = 'DTO "TaskDto" in field "creatorId" requires attribute "Editable" to perform this request.'
    assert [{"message": text, "field": "creatorId"}] == answer.json["error"]["validation"]


def test_body_must_be_json(door: Door) -> None:
    """A form is refused, and a number; methods without a request object do not care."""
    path = door.webhook.replace("/rest/", "/rest/api/", 1)

    form = door.request("POST", f"{path}tasks.task.get", b"id=1")
    scalar = door.request("POST", f"{path}tasks.task.list", b"5", [JSON])
    scopes = door.request("GET", f"{path}rest.scope.list")

    assert (400, "INVALIDJSONEXCEPTION") == code(form)
    assert (400, "INVALIDJSONEXCEPTION") == code(scalar)
    assert "rest" in scopes.result
    assert "get" in scopes.result["tasks"]["task"]


def test_missing_authorisation_is_401_and_unknown_method_404(door: Door) -> None:
    """The method is looked for before the caller."""
    answers = [
        door.request("POST", f"/rest/api/{name}", b"{}", [JSON]) for name in ("tasks.task.get", "no.such")
    ]

    assert [(401, "ACCESSDENIEDEXCEPTION"), (404, "METHODNOTFOUNDEXCEPTION")] == list(map(code, answers))


def test_fields_describe_an_entity(door: Door) -> None:
    """``field.list`` and ``field.get`` tell types and what a field is good for."""
    select = ["name", "type", "filterable", "sortable"]

    listed = call(door, "main.eventlog.field.list", {"select": select}).result["items"]
    one = call(door, "main.eventlog.field.get", {"name": "timestampX", "select": select}).result["item"]
    refused = call(door, "main.eventlog.field.list", {"select": ["unknownField"]})

    assert {"name": "id", "type": "int", "filterable": True, "sortable": True} == listed[0]
    assert {"name": "timestampX", "type": "object", "filterable": True, "sortable": True} == one
    assert 'Unknown field "unknownField" found in entity "DtoFieldDto".' == refused.json["error"]["message"]


def test_openapi_is_sent_without_an_envelope(door: Door) -> None:
    """The description is raw, and each of its schemas that is referred to exists."""
    path = door.webhook.replace("/rest/", "/rest/api/", 1)

    answer = door.request("GET", f"{path}documentation").json

    assert "3.0.0" == answer["openapi"]
    assert "/tasks.task.get" in answer["paths"]
    assert {"TaskDto", "UserDto", "EventLogDto"} <= set(answer["components"]["schemas"])
    assert "time" not in answer
