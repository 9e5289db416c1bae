"""Batches of any length over a model of the portal."""

from __future__ import annotations

import json
from typing import Any

import pytest

from b24bridge import errors
from b24bridge.auth.credentials import Webhook
from b24bridge.engine import flows
from b24bridge.engine.executor import Executor
from b24bridge.engine.policy import EAGER, Policy
from b24bridge.wire.call import Call
from b24bridge.wire.request import WireRequest, WireResponse
from tests.unit.engine.scripted import HOOK, ModelPortal, ScriptedPort, ok, refusal, step

FIVE: dict[str, Any] = {
    "result": {},
    "result_error": {},
    "result_total": {},
    "result_next": {},
    "result_time": {},
}


def engine(port: ScriptedPort, policy: Policy = EAGER) -> Executor:
    """Return an executor over a script."""
    return Executor(port, Webhook(HOOK), policy=policy)


def sent(request: WireRequest) -> dict[str, str]:
    """Return the commands of a request."""
    return json.loads(request.body)["cmd"]  # type: ignore[no-any-return]


def test_outcomes_are_in_the_callers_order_and_by_his_keys() -> None:
    """Keys may be of any kind."""
    port = ScriptedPort(ModelPortal())
    commands: dict[Any, Call[Any]] = {
        ("a", 1): Call("echo.get", {"x": "1"}),
        7: Call("fail.get"),
        "7": Call("echo.get"),
    }

    outcomes = step(flows.batch(engine(port), commands))

    assert [("a", 1), 7, "7"] == list(outcomes)
    assert ["ok", "failed", "ok"] == [outcome.state for outcome in outcomes.values()]
    assert {"x": "1"} == outcomes["a", 1].value
    assert isinstance(outcomes[7].error, errors.NotFoundError)


def test_nothing_is_sent_for_no_commands() -> None:
    """An empty batch has no outcomes."""
    port = ScriptedPort(ModelPortal())

    assert {} == step(flows.batch(engine(port), {}))
    assert [] == port.requests


def test_references_hold_across_requests() -> None:
    """A command of the third request reads what one of the first returned."""
    port = ScriptedPort(ModelPortal())
    commands = {f"c{at}": Call("number.get", {"n": at}) for at in range(120)}
    commands["c119"] = Call("echo.get", {"id": "$result[c0][ID]", "in": {"@ID": "$result[c60][list]"}})

    outcomes = step(flows.batch(engine(port), commands, in_order=True))

    assert {"id": "0", "in": {"@ID": {"0": "60", "1": "7"}}} == outcomes["c119"].value
    assert 3 == len(port.requests)


def test_halt_stops_across_requests() -> None:
    """What follows the first failure is not run, in later requests neither."""
    port = ScriptedPort(ModelPortal())
    commands = {at: Call("fail.get" if at == 10 else "echo.get") for at in range(120)}

    outcomes = step(flows.batch(engine(port), commands, halt=True))

    states = [outcome.state for outcome in outcomes.values()]
    assert ["ok"] * 10 + ["failed"] + ["not_run"] * 109 == states
    assert 1 == len(port.requests)


def limited_once(code: str) -> Any:
    """Return an answer function that refuses command ``b`` in the first request."""
    calls: list[int] = []

    def answer(request: WireRequest) -> WireResponse:
        calls.append(1)
        names = sent(request)
        refused = {"b": {"error": code, "error_description": ""}} if len(calls) == 1 else {}
        return ok({**FIVE, "result": {n: n for n in names if n not in refused}, "result_error": refused})

    return answer


@pytest.mark.parametrize("code", ["OPERATION_TIME_LIMIT", "QUERY_LIMIT_EXCEEDED"])
@pytest.mark.parametrize("method", ["crm.deal.update", "crm.deal.get"])
def test_a_command_refused_for_load_is_sent_again_alone(code: str, method: str) -> None:
    """The others were done and are not done twice."""
    port = ScriptedPort(limited_once(code))

    outcomes = step(flows.batch(engine(port, Policy()), {name: Call(method) for name in "abc"}))

    assert {"a": "a", "b": "b", "c": "c"} == {name: outcome.value for name, outcome in outcomes.items()}
    assert [["a", "b", "c"], ["b"]] == [list(sent(request)) for request in port.requests]


def test_a_refused_command_of_a_halting_batch_goes_on_from_there() -> None:
    """The portal stopped at it, so it and what follows is sent."""

    def answer(request: WireRequest) -> WireResponse:
        if len(port.requests) == 1:
            return ok({**FIVE, "result": {"a": 1}, "result_error": {"b": {"error": "OPERATION_TIME_LIMIT"}}})
        return ok({**FIVE, "result": dict.fromkeys(sent(request), 2)})

    port = ScriptedPort(answer)

    outcomes = step(
        flows.batch(engine(port, Policy()), {n: Call("crm.deal.update") for n in "abc"}, halt=True)
    )

    assert [1, 2, 2] == [outcome.value for outcome in outcomes.values()]
    assert [["a", "b", "c"], ["b", "c"]] == [list(sent(request)) for request in port.requests]


def test_a_lost_batch_of_writes_is_unknown_and_not_repeated() -> None:
    """Each command may have been done."""
    port = ScriptedPort(errors.TimedOut("late"), ok(FIVE))

    outcomes = step(flows.batch(engine(port), {n: Call("crm.deal.add") for n in "ab"}))

    assert ["unknown", "unknown"] == [outcome.state for outcome in outcomes.values()]
    assert 1 == len(port.requests)


def test_a_lost_batch_of_reads_is_repeated() -> None:
    """Reading twice harms nobody."""
    port = ScriptedPort(errors.TimedOut("late"), ModelPortal())

    outcomes = step(flows.batch(engine(port), {n: Call("echo.get") for n in "ab"}))

    assert ["ok", "ok"] == [outcome.state for outcome in outcomes.values()]


def test_a_portal_that_is_not_reached_ran_nothing() -> None:
    """The commands are ``not_run``, with the reason."""
    port = ScriptedPort(errors.NotSent("refused", retryable=False))

    outcomes = step(flows.batch(engine(port), {"a": Call("crm.deal.add")}))

    assert "not_run" == outcomes["a"].state
    assert isinstance(outcomes["a"].error, errors.NotSent)


def test_refused_credentials_are_raised() -> None:
    """No outcome per command is needed to say that nobody is let in."""
    port = ScriptedPort(refusal("INVALID_CREDENTIALS", 401))

    with pytest.raises(errors.AuthError):
        step(flows.batch(engine(port), {"a": Call("crm.deal.add")}))


def test_an_operating_figure_inside_a_batch_is_learned() -> None:
    """The budget of the inner method counts, so its next call waits."""
    time = {"operating": 481, "operating_reset_at": 1_700_000_100}
    port = ScriptedPort(ok({**FIVE, "result": {"a": 1}, "result_time": {"a": time}}), ok(1))
    executor = engine(port, Policy())

    step(flows.batch(executor, {"a": Call("crm.deal.get")}))
    step(executor.execute(Call("crm.deal.get")))

    assert [100.0] == port.slept


def test_the_deadline_leaves_the_rest_not_run() -> None:
    """What is not sent in time is surely not done."""
    port = ScriptedPort(ModelPortal(), latency_s=6.0)

    outcomes = step(flows.batch(engine(port), {at: Call("echo.get") for at in range(150)}, deadline_s=10))

    states = [outcome.state for outcome in outcomes.values()]
    assert 100 == states.count("ok")
    assert 50 == states.count("not_run")
