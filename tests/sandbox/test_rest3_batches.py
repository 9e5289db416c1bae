"""REST 3.0: batches with references, and requests that may be sent twice (sections 9.4 and 9.5)."""

from __future__ import annotations

import json
from typing import Any

import pytest
from doors import JSON, Door
from test_rest3_queries import add, call, code


def test_batch_answers_a_list_of_results(door: Door) -> None:
    """Results come in the order of the commands, beside one time."""
    number = add(door, "x")
    commands = [
        {"method": "tasks.task.get", "query": {"id": number, "select": ["id", "title"]}},
        {"method": "tasks.task.update", "query": {"id": number, "fields": {"title": "y"}}},
    ]

    answer = call(door, "batch", commands)

    assert [{"item": {"id": number, "title": "x"}}, {"result": True}] == answer.result
    assert 0 == answer.json["time"]["operating"]


def test_references_take_values_and_columns_of_earlier_results(door: Door) -> None:
    """``$ref`` walks one path, ``$refArray`` takes the last part of every element."""
    first, second = add(door, "a"), add(door, "b")
    commands = [
        {"method": "tasks.task.get", "query": {"id": first, "select": ["id"]}, "as": "t"},
        {"method": "tasks.task.get", "query": {"id": {"$ref": "t.id"}, "select": ["title"]}},
        {"method": "tasks.task.list", "query": {"filter": [["id", "in", [first, second]]]}, "as": "l"},
        {
            "method": "tasks.task.list",
            "query": {"filter": [["id", "in", {"$refArray": "l.id"}]], "select": ["title"]},
        },
        {"method": "tasks.task.get", "query": {"id": {"$ref": "l.1.id"}, "select": ["title"]}},
    ]

    answer = call(door, "batch", commands).result

    assert {"item": {"title": "a"}} == answer[1]
    assert [{"title": "a"}, {"title": "b"}] == answer[3]["items"]
    assert {"item": {"title": "b"}} == answer[4]


@pytest.mark.parametrize(
    ("command", "status", "expected"),
    [
        ({"method": "tasks.task.get", "query": {"ddId": 1}}, 400, "VALIDATION_REQUESTVALIDATIONEXCEPTION"),
        ({"method": "tasks.task.get", "query": {"id": {"$ref": "no.id"}}}, 400, "INVALIDSELECTEXCEPTION"),
        ({"method": "tasks.task.get"}, 400, "INVALIDSELECTEXCEPTION"),
        ({"query": {}}, 400, "INVALIDSELECTEXCEPTION"),
        ({"method": "no.such", "query": {}}, 404, "METHODNOTFOUNDEXCEPTION"),
    ],
)
def test_one_refused_command_is_the_whole_answer(
    door: Door, command: Any, status: int, expected: str
) -> None:
    """All or nothing: what an earlier command of the batch wrote is not kept either."""
    new = {"fields": {"title": "unwanted", "creatorId": 1, "responsibleId": 1}}
    before = door.call("tasks.task.list").json["total"]

    answer = call(door, "batch", [{"method": "tasks.task.add", "query": new}, command])

    assert (status, expected) == code(answer)
    assert before == door.call("tasks.task.list").json["total"]


def test_repeated_key_replays_the_first_answer(door: Door) -> None:
    """The second request with the same key and body does nothing and gets the same body."""
    params = {"fields": {"title": "once", "creatorId": 1, "responsibleId": 1}}
    key = ("Idempotency-Key", "order-7")

    first = call(door, "tasks.task.add", params, key)
    second = call(door, "tasks.task.add", params, key)

    assert first.body == second.body
    assert (None, "true") == tuple(answer.headers.get("idempotent-replayed") for answer in (first, second))
    assert ["order-7", "order-7"] == [answer.headers["idempotency-key"] for answer in (first, second)]


def test_key_with_another_body_or_of_other_letters_is_refused(door: Door) -> None:
    """422 for a key that was used, 400 for one that is none; errors are not kept."""
    params = {"fields": {"title": "once", "creatorId": 1, "responsibleId": 1}}
    key = ("Idempotency-Key", "k")

    refused = call(door, "tasks.task.add", {"fields": {}}, key)
    call(door, "tasks.task.add", params, key)
    other = call(door, "tasks.task.add", {"fields": {**params["fields"], "title": "two"}}, key)
    long = call(door, "tasks.task.add", params, ("Idempotency-Key", "k" * 256))

    assert (400, "VALIDATION_DTOVALIDATIONEXCEPTION") == code(refused)
    assert (422, "IDEMPOTENCYKEYREUSEDEXCEPTION") == code(other)
    assert (400, "INVALIDIDEMPOTENCYKEYEXCEPTION") == code(long)


def test_key_is_forgotten_after_a_day(door: Door) -> None:
    """24 hours later the same request is a new one."""
    params = {"fields": {"title": "daily", "creatorId": 1, "responsibleId": 1}}
    key = ("Idempotency-Key", "k")
    door.portal.clock.freeze("2026-01-01T00:00:00+00:00")

    first = call(door, "tasks.task.add", params, key).result["item"]["id"]
    door.portal.clock.freeze("2026-01-02T00:00:01+00:00")
    second = call(door, "tasks.task.add", params, key).result["item"]["id"]

    assert first != second


def test_rest_2_batch_keeps_what_commands_before_a_refused_one_wrote(door: Door) -> None:
    """In REST 2 every command stands for itself."""
    commands = {"a": "crm.deal.add?fields[TITLE]=kept", "b": "crm.deal.get?id=0"}

    number = door.call("batch", {"cmd": commands}).result["result"]["a"]

    assert "kept" == door.call("crm.deal.get", {"id": number}).result["TITLE"]


def test_token_may_stand_in_the_body(door: Door) -> None:
    """``auth`` inside the JSON object authorises."""
    token = door.portal.tokens()["access"]
    body = json.dumps({"auth": token, "select": ["id"]}).encode()

    answer = door.request("POST", "/rest/api/main.eventlog.list", body, [JSON])

    assert [{"id": 1}] == answer.result["items"]
