"""BX24 in Python does what BX24.js was recorded doing."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest

from b24bridge.errors import B24Error
from b24bridge.legacy.bx24 import BX24, AjaxResult
from b24bridge.wire.phpquery import parse_str
from tests.contract.bx24_scripted import ScriptedPort, decoded, tokens_of

VECTORS = Path(__file__).parents[1] / "vectors"
UNDEFINED = {"$undefined": 1}
CASES = [
    case
    for name in ("encoding", "results", "errors", "batch", "frame")
    for case in json.loads((VECTORS / "bx24" / f"{name}.json").read_text())
    if not case.get("js_only")
]
WIRE = json.loads((VECTORS / "portal/bx24_wire.json").read_text())


class Player:
    """Runs the steps of a vector and keeps what the recording keeps."""

    def __init__(self, case: dict[str, Any]) -> None:
        self.port = ScriptedPort(case["replies"])
        self.log: list[dict[str, Any]] = [{"callback": "init"}]
        self.bx24 = BX24(
            tokens_of("http://PORTAL/rest/"),
            port=self.port,
            init={"IS_ADMIN": True, "LANG": "ru"},
            on_uncaught=lambda error: self.log.append(
                {"thrown": error.message if isinstance(error, B24Error) else str(error)}
            ),
        )

    def play(self, name: str, step: dict[str, Any]) -> None:
        callback = {"none": None, "string": "not a function"}.get(
            step.get("cb", ""), self._follower(name, step.get("follow"))
        )
        if step["do"] == "callMethod":
            self.bx24.callMethod(step["method"], decoded(step.get("params")), callback)
        else:
            # In the browser the call returns before its callback runs.
            self.log.append({"returned": name, "value": UNDEFINED})
            assert self.bx24.callBatch(decoded(step["calls"]), callback, step.get("halt", False)) is None

    def _follower(self, name: str, follow: Any) -> Any:
        turn = 0

        def other(result: Any) -> None:
            self.log.append({"callback": f"{name}.other", "result": record(result)})
            if follow == "next_cb_then_next" and result.more():
                result.next()

        def callback(result: Any) -> None:
            nonlocal turn
            turn += 1
            self.log.append({"callback": name, "result": record(result)})
            if follow == "next_once" and turn == 1:
                if result.next() is False:
                    self.log.append({"returned": f"{name}.next", "value": False})
            elif follow == "next_all" and result.more():
                result.next()
            elif follow in ("next_cb", "next_cb_then_next") and turn == 1:
                result.next(other)
            elif isinstance(follow, dict) and turn == 1:
                result[follow["key"]].next(other if follow["mode"] == "next_cb" else None)

        return callback


def record(result: Any) -> dict[str, Any]:
    """Return a result, or a batch of them, in the form of the recordings."""
    if isinstance(result, AjaxResult):
        return _one(result)
    if isinstance(result, dict):
        return {"$batch_object": {key: _one(item) for key, item in result.items()}}
    items = {str(at): _one(item) for at, item in enumerate(result) if item is not None}
    return {"$batch_array": items, "length": len(result)}


def _one(result: AjaxResult) -> dict[str, Any]:
    error = result.error()
    text = result.error_description()
    total = result.total()
    return {
        "data": result.data() if "result" in result.answer else UNDEFINED,
        "more": result.more(),
        "total": {"$nan": 1} if math.isnan(total) else total,
        "status": result.status,
        "error": UNDEFINED
        if error is None
        else {"status": error.getStatus(), "ex": error.getError(), "string": str(error)},
        "error_description": UNDEFINED if text is None else text,
    }


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_a_portable_recording_is_reproduced(case: dict[str, Any]) -> None:
    """Requests, callbacks, return values and exceptions equal the recording."""
    player = Player(case)

    for position, step in enumerate(case["steps"]):
        player.play(f"s{position}", step)

    expected = case["expect"]
    assert expected["log"] == player.log
    assert expected["wire"] == [
        {
            "verb": request.verb,
            "path": request.url.removeprefix("http://PORTAL"),
            "content_type": dict(request.headers).get("Content-Type", ""),
            "body": request.body.decode(),
            "fields": _maps(parse_str(request.body)),
        }
        for request in player.port.requests
    ]


def _maps(value: Any) -> Any:
    """Return PHP arrays as maps, as the recordings write them."""
    if isinstance(value, list):
        value = dict(enumerate(value))
    return {str(key): _maps(item) for key, item in value.items()} if isinstance(value, dict) else value


def _sent(act: Any) -> ScriptedPort:
    port = ScriptedPort()
    act(BX24(tokens_of("https://portal.example/rest/", "TOKEN"), port=port, init={"IS_ADMIN": True}))
    return port


NUMBERS = {"(NaN)": math.nan, "(Infinity)": math.inf}


def _python(case: dict[str, Any]) -> Any:
    """Return the parameters of a wire vector as a Python program would give them."""
    value = json.loads(json.dumps(case["params"]))
    if case["name"].startswith(("date", "date and")):
        return decoded(
            json.loads(
                json.dumps(value).replace(
                    '"2024-08-30T12:29:00.007Z"', '{"$date": "2024-08-30T12:29:00.007Z"}'
                )
            )
        )
    if isinstance(value, dict):
        value = {
            key: NUMBERS.get(item, item) if isinstance(item, str) else item for key, item in value.items()
        }
    return value


BROWSER_ONLY = ("(undefined)", "element", "input")
WIRES = [
    case
    for case in WIRE["call_method"]
    if not any(word in json.dumps(case["params"]) for word in BROWSER_ONLY)
]


@pytest.mark.parametrize("case", WIRES, ids=[case["name"] for case in WIRES])
def test_the_body_of_a_call_equals_the_recorded_one(case: dict[str, Any]) -> None:
    """The request of callMethod has the recorded address and body."""
    port = _sent(lambda bx24: bx24.call_method("crm.deal.list", _python(case)))

    assert [(case["url"], case["body"])] == [(sent.url, sent.body.decode()) for sent in port.requests]


@pytest.mark.parametrize("case", WIRE["call_batch_requests"], ids=lambda case: case["name"])
def test_the_body_of_a_batch_equals_the_recorded_one(case: dict[str, Any]) -> None:
    """The request of callBatch has the recorded address and body."""
    calls = _python({"name": case["name"], "params": case["calls"]})

    port = _sent(lambda bx24: bx24.call_batch(calls, None, case["halt"]))

    expected = [] if case["body"] is None else [(case["url"], case["body"])]
    assert expected == [(sent.url, sent.body.decode()) for sent in port.requests]


def _callback_form(result: AjaxResult) -> dict[str, Any]:
    """Return a result in the form of the wire vectors."""
    error = result.error()
    total = result.total()
    ex = error.ex if error is not None else {}
    text = result.error_description()
    return {
        "data": result.data() if "result" in result.answer else "(undefined)",
        "error": "(undefined)"
        if error is None
        else {
            "status": error.status,
            "error": ex.get("error", "(undefined)"),
            "error_description": ex.get("error_description", "(undefined)"),
            "text": str(error),
        },
        "error_description": "(undefined)" if text is None else text,
        "more": result.more(),
        "total": "(NaN)" if math.isnan(total) else total,
        "status": result.status,
        "has_time_method": False,  # the recorded copies had none; ours has, as the vendor's page says
    }


@pytest.mark.parametrize("case", WIRE["results"], ids=lambda case: case["name"])
def test_the_result_object_of_an_answer_equals_the_recorded_one(case: dict[str, Any]) -> None:
    """Each recorded answer gives the recorded result object, or none and an uncaught exception."""
    results: list[dict[str, Any]] = []
    thrown: list[str] = []
    port = ScriptedPort([{"status": case["status"], "text": case["body"]}])
    bx24 = BX24(
        tokens_of("https://portal.example/rest/"), port=port, on_uncaught=lambda e: thrown.append(e.message)
    )

    bx24.call_method("m", {}, lambda result: results.append(_callback_form(result)))

    assert ([] if case["callback"] is None else [case["callback"]]) == results
    assert case.get("thrown", []) == thrown


@pytest.mark.parametrize("case", WIRE["batch_results"], ids=lambda case: case["name"])
def test_the_result_objects_of_a_batch_equal_the_recorded_ones(case: dict[str, Any]) -> None:
    """Each recorded batch answer gives the recorded container, or none and an uncaught exception."""
    results: list[Any] = []
    thrown: list[str] = []
    port = ScriptedPort([{"status": case["status"], "text": case["body"]}])
    bx24 = BX24(
        tokens_of("https://portal.example/rest/"),
        port=port,
        on_uncaught=lambda error: thrown.append(getattr(error, "message", str(error))),
    )

    bx24.call_batch(case["calls"], results.append)

    got = [
        {"container": "array", "items": {str(at): _callback_form(item) for at, item in enumerate(found)}}
        if isinstance(found, list)
        else {"container": "object", "items": {key: _callback_form(item) for key, item in found.items()}}
        for found in results
    ]
    assert ([] if case["callback"] is None else [case["callback"]]) == got
    assert case.get("thrown", []) == thrown


def test_pages_repeat_the_query_with_a_start() -> None:
    """next() sends start after the token, and returns False on the last page."""
    port = ScriptedPort([{"json": {"result": [], "next": 50}}, {"json": {"result": []}}])
    returned: list[Any] = []
    bx24 = BX24(tokens_of("https://portal.example/rest/", "TOKEN"), port=port)

    bx24.call_method("user.get", {"filter": {"ACTIVE": True}}, lambda result: returned.append(result.next()))

    assert WIRE["next"]["bodies"] == [sent.body.decode() for sent in port.requests]
    assert [None, False] == returned


def test_the_bodies_of_bind_and_unbind_equal_the_recorded_ones() -> None:
    """auth_type is 0 for bind, and left out of unbind unless it is given."""
    port = ScriptedPort()
    bx24 = BX24(tokens_of("https://portal.example/rest/", "TOKEN"), port=port, init={"IS_ADMIN": True})

    bx24.call_bind("OnX", "https://h")
    bx24.call_unbind("OnX", "https://h")
    bx24.call_unbind("OnX", "https://h", 0)

    assert [WIRE["call_bind_body"], WIRE["call_unbind_null_body"], WIRE["call_unbind_0_body"]] == [
        sent.body.decode() for sent in port.requests
    ]


def test_a_user_who_is_no_administrator_binds_nothing() -> None:
    """callBind and callUnbind return False and send nothing."""
    port = ScriptedPort()
    bx24 = BX24(tokens_of("https://portal.example/rest/"), port=port, init={"IS_ADMIN": False})

    returned = [bx24.call_bind("OnX", "https://h"), bx24.call_unbind("OnX", "https://h")]

    assert [WIRE["returns"]["callBind_user"]] * 2 == returned
    assert WIRE["returns"]["callBind_user_requests"] == len(port.requests)


def test_start_is_removed_from_the_callers_own_object() -> None:
    """The original deletes a truthy start from what the caller gave."""
    params = {"a": 1, "start": 50}

    _sent(lambda bx24: bx24.call_method("m", params))

    assert WIRE["caller_object_after_start"] == params


def test_the_limiter_lets_ninety_one_calls_go_and_then_two_a_second() -> None:
    """Vector bx24/frame.json fr-limit, on a clock that only sleeping moves."""
    port = ScriptedPort()
    bx24 = BX24(tokens_of("https://portal.example/rest/"), port=port)

    for k in range(95):
        bx24.call_method("m.x", {"k": k})

    assert [91, 2, 2] == [port.sent_at.count(float(second)) for second in range(3)]
