"""Batches of REST 3.0: an outcome for each command, although the portal gives all results or one error."""

from __future__ import annotations

from typing import Any

import pytest

from b24bridge import errors
from b24bridge.auth.credentials import Webhook
from b24bridge.engine import flows
from b24bridge.engine.executor import Executor
from b24bridge.engine.policy import EAGER, Policy
from b24bridge.wire.batch import Outcome
from b24bridge.wire.call import Api, Call
from tests.unit.engine.rest3 import ModelPortal3, Refused
from tests.unit.engine.scripted import HOOK, ModelPortal, ScriptedPort, reply, step


def call(method: str, **query: Any) -> Call[Any]:
    """Return a call of REST 3.0."""
    return Call(method, query, api=Api.V3)


def run(portal: Any, commands: dict[Any, Call[Any]], **options: Any) -> dict[Any, Outcome[Any]]:
    """Run a batch on a model of the portal."""
    return step(flows.batch(Executor(ScriptedPort(portal), Webhook(HOOK), policy=EAGER), commands, **options))


def states(outcomes: dict[Any, Outcome[Any]]) -> list[str]:
    """Return the states in order."""
    return [outcome.state for outcome in outcomes.values()]


def test_reads_travel_fifty_to_a_request() -> None:
    """120 reads are three requests; values come in the caller's order, by his keys."""
    portal = ModelPortal3()

    outcomes = run(portal, {("n", at): call("echo.get", n=at) for at in range(120)})

    assert ["batch"] * 3 == portal.requests
    assert [50, 50, 20] == [len(body) for body in portal.batches]
    assert [{"item": {"n": at}} for at in range(120)] == [outcome.value for outcome in outcomes.values()]


def test_only_requests_that_write_carry_a_key() -> None:
    """The portal keeps the answer of a request with a key for a day, which reads do not need."""
    portal = ModelPortal3()

    run(portal, {at: call("echo.get") for at in range(2)})
    run(portal, {at: call("note.add") for at in range(2)}, together=True)

    assert [True, False] == [key is None for key in portal.keys]


def test_command_is_an_object_of_method_query_and_alias() -> None:
    """Types are kept, since the body is JSON; without parameters the query is empty."""
    portal = ModelPortal3()

    run(portal, {"a": call("echo.get", n=1, on=True, no=None, when=[1.5, "ё"]), "b": call("echo.get")})

    assert [
        {"method": "echo.get", "query": {"n": 1, "on": True, "no": None, "when": [1.5, "ё"]}, "as": "a"},
        {"method": "echo.get", "query": {}, "as": "b"},
    ] == portal.batches[0]


def test_guilty_reads_are_found_by_halves() -> None:
    """One refused read of fifty costs eleven requests more, and no other its result."""
    portal = ModelPortal3()
    commands = {at: call("fail.get" if at == 17 else "echo.get", n=at) for at in range(50)}

    outcomes = run(portal, commands)

    assert ["ok"] * 17 + ["failed"] + ["ok"] * 32 == states(outcomes)
    assert isinstance(outcomes[17].error, errors.NotFoundError)
    assert 13 >= len(portal.requests)


def test_single_call_is_sent_as_such() -> None:
    """A batch of one would only hide its method from limits and logs."""
    portal = ModelPortal3()

    outcomes = run(portal, {"a": call("echo.get", n=1)})

    assert ["echo.get"] == portal.requests
    assert {"item": {"n": 1}} == outcomes["a"].value


def test_write_goes_alone_with_a_key_of_its_own() -> None:
    """Reads around it share requests; what was written is told exactly, whatever fails beside it."""
    portal = ModelPortal3()
    commands = {
        "a": call("echo.get", n=1),
        "b": call("echo.get", n=2),
        "c": call("note.add", text="x"),
        "d": call("fail.add"),
        "e": call("note.add", text="y"),
        "f": call("echo.get", n=3),
    }

    outcomes = run(portal, commands)

    assert ["batch", "note.add", "fail.add", "note.add", "echo.get"] == portal.requests
    assert ["ok", "ok", "ok", "failed", "ok", "ok"] == states(outcomes)
    keys = portal.keys[1:4]
    assert None not in keys
    assert 3 == len(set(keys))
    assert [{"text": "x"}, {"text": "y"}] == portal.written


def test_halt_stops_where_the_portal_does() -> None:
    """What follows a failure is not run, also when the failure had to be found."""
    portal = ModelPortal3()
    commands = {
        "a": call("echo.get", n=1),
        "b": call("fail.get"),
        "c": call("echo.get", n=2),
        "d": call("note.add", text="x"),
    }

    outcomes = run(portal, commands, halt=True)

    assert ["ok", "failed", "not_run", "not_run"] == states(outcomes)
    assert [] == portal.written


def test_references_are_left_to_the_portal_inside_a_request() -> None:
    """Written as in REST 2 or as REST 3.0 has them; the envelope around a record is no step."""
    portal = ModelPortal3()
    commands = {
        "me": call("echo.get", id=7, tags=["a", "b"]),
        "rows": call("rows.list", ids=[3, 4]),
        "one": call("echo.get", id="$result[me][item][id]", tag="$result[me][tags][1]"),
        "two": call("echo.get", ids={"$refArray": "rows.id"}, first={"$ref": "rows.0.id"}),
    }

    outcomes = run(portal, commands)

    assert ["batch"] == portal.requests
    assert {"id": {"$ref": "me.id"}, "tag": {"$ref": "me.tags.1"}} == portal.batches[0][2]["query"]
    assert {"item": {"id": 7, "tag": "b"}} == outcomes["one"].value
    assert {"item": {"ids": [3, 4], "first": 3}} == outcomes["two"].value


def test_references_hold_across_requests() -> None:
    """A write cuts the request; what it brought, and what came before, is put in as a value."""
    portal = ModelPortal3()
    commands = {
        "rows": call("rows.list", ids=[3, 4]),
        "more": call("echo.get", n=1),
        "new": call("note.add", ids={"$refArray": "rows.id"}),
        "got": call("echo.get", id="$result[new][id]"),
    }

    outcomes = run(portal, commands)

    assert [{"ids": [3, 4]}] == portal.written
    assert {"item": {"id": 1}} == outcomes["got"].value


def test_what_needs_a_failed_command_is_not_run() -> None:
    """Nor what needs a place that a result does not have; the others are."""
    portal = ModelPortal3()
    commands = {
        "bad": call("fail.get"),
        "good": call("echo.get", n=None),
        "a": call("note.add", id={"$ref": "bad.id"}),
        "b": call("note.add", id={"$ref": "good.n"}),
        "c": call("note.add", id={"$ref": "a.id"}),
        "d": call("note.add", id=5),
    }

    outcomes = run(portal, commands)

    assert ["failed", "ok", "not_run", "not_run", "not_run", "ok"] == states(outcomes)
    assert "refers to good.n" in str(outcomes["b"].error)
    assert [{"id": 5}] == portal.written


@pytest.mark.parametrize("text", ["id $result[a][id]", "$total[a]", "$result[a][x.y]"])
def test_reference_that_rest_3_does_not_have_is_refused(text: str) -> None:
    """Before anything is sent: inside a text, to a total, through a dot."""
    portal = ModelPortal3()

    with pytest.raises(errors.BatchError, match=r"REST 3\.0"):
        run(portal, {"a": call("echo.get"), "b": call("echo.get", x=text)})

    assert [] == portal.requests


def test_text_that_only_looks_like_a_reference_stays() -> None:
    """There is no command of that name, so it is a text."""
    portal = ModelPortal3()

    outcomes = run(portal, {"a": call("echo.get"), "b": call("echo.get", x="$result[other][ID], 5 $")})

    assert {"item": {"x": "$result[other][ID], 5 $"}} == outcomes["b"].value


def test_objects_of_references_are_refused_in_rest_2() -> None:
    """There they would be taken for values, and a filter would find something else."""
    with pytest.raises(errors.BatchError, match="REST 2 does not know"):
        run(ModelPortal(), {"a": Call("echo.get"), "b": Call("echo.get", {"x": {"$ref": "a.id"}})})


def test_writes_share_requests_if_that_is_wished() -> None:
    """100 writes are two requests."""
    portal = ModelPortal3()

    outcomes = run(portal, {at: call("note.add", n=at) for at in range(100)}, together=True)

    assert ["batch", "batch"] == portal.requests
    assert ["ok"] * 100 == states(outcomes)
    assert [{"n": at} for at in range(100)] == portal.written


def test_writes_that_travelled_with_a_refused_one_are_unknown() -> None:
    """The portal keeps what ran before it and does not say which that is; nothing is sent again."""
    portal = ModelPortal3()
    methods = ["note.add", "fail.add", "note.add"]

    outcomes = run(portal, {at: call(method, n=at) for at, method in enumerate(methods)}, together=True)

    assert ["unknown"] * 3 == states(outcomes)
    assert all(
        outcome.error is not None and outcome.error.may_have_been_done for outcome in outcomes.values()
    )
    assert [{"n": 0}] == portal.written


def test_unknown_method_costs_the_others_nothing() -> None:
    """The portal finds it before anything runs, so writes can be sent again."""
    portal = ModelPortal3()
    methods = ["note.add", "no.such", "note.add", "note.add"]

    outcomes = run(portal, {at: call(method, n=at) for at, method in enumerate(methods)}, together=True)

    assert ["ok", "failed", "ok", "ok"] == states(outcomes)
    assert [{"n": 0}, {"n": 2}, {"n": 3}] == portal.written


def test_lost_answer_of_reads_is_asked_for_again_and_of_writes_together_is_not() -> None:
    """A key that keeps writes from running twice is documented for single methods only."""
    portal = ModelPortal3()
    lost = errors.TimedOut("No answer.", may_have_been_done=True)
    reads = ScriptedPort(lost, portal)
    writes = ScriptedPort(lost, portal)

    read = step(
        flows.batch(
            Executor(reads, Webhook(HOOK), policy=EAGER), {at: call("echo.get", n=at) for at in range(2)}
        )
    )
    written = step(
        flows.batch(
            Executor(writes, Webhook(HOOK), policy=EAGER),
            {at: call("note.add", n=at) for at in range(2)},
            together=True,
        )
    )

    assert ["ok", "ok"] == states(read)
    assert ["unknown", "unknown"] == states(written)
    assert 1 == len(writes.requests)


def test_limit_makes_the_request_wait_and_nothing_fails() -> None:
    """429 comes before anything runs."""
    portal = ModelPortal3()
    port = ScriptedPort(Refused("RATELIMITEXCEPTION", 429).answer, portal)

    outcomes = step(
        flows.batch(
            Executor(port, Webhook(HOOK), policy=EAGER),
            {at: call("note.add", n=at) for at in range(3)},
            together=True,
        )
    )

    assert ["ok"] * 3 == states(outcomes)
    assert 3 == len(portal.written)


def test_refused_credentials_are_raised() -> None:
    """Nothing was done, and nothing will be."""
    port = ScriptedPort(Refused("ACCESSDENIEDEXCEPTION", 401).answer)

    with pytest.raises(errors.AuthError):
        step(
            flows.batch(
                Executor(port, Webhook(HOOK), policy=EAGER), {at: call("echo.get") for at in range(3)}
            )
        )


def test_answer_with_too_few_results_leaves_the_commands_unknown() -> None:
    """Nobody can say whose results they are."""
    outcomes = run(reply({"result": [{"item": {}}]}), {at: call("echo.get") for at in range(2)})

    assert ["unknown", "unknown"] == states(outcomes)


def test_results_may_come_by_alias() -> None:
    """The vendor's own client reads both forms."""
    answer = reply({"result": {"b": {"item": 2}, "a": {"item": 1}}})

    outcomes = run(answer, {name: call("echo.get") for name in "ab"})

    assert [{"item": 1}, {"item": 2}] == [outcome.value for outcome in outcomes.values()]


def test_deadline_leaves_the_rest_not_run() -> None:
    """What is not sent in time is surely not done."""
    port = ScriptedPort(ModelPortal3(), latency_s=6.0)
    commands = {at: call("note.add", n=at) for at in range(3)}

    outcomes = step(flows.batch(Executor(port, Webhook(HOOK), policy=EAGER), commands, deadline_s=10))

    assert ["ok", "ok", "not_run"] == states(outcomes)


def test_both_generations_mix() -> None:
    """Reads go in one request of each kind."""
    old, new = ModelPortal(), ModelPortal3()
    port = ScriptedPort(lambda request: new(request) if "/rest/api/" in request.url else old(request))
    commands = {
        at: call("echo.get", n=at) if at % 2 else Call("echo.get", {"n": str(at)}) for at in range(20)
    }

    outcomes = step(flows.batch(Executor(port, Webhook(HOOK), policy=EAGER), commands))

    assert 2 == len(port.requests)
    assert list(range(20)) == list(outcomes)
    assert {"item": {"n": 3}} == outcomes[3].value
    assert {"n": "4"} == outcomes[4].value


def test_mixed_writes_keep_their_order_and_halt() -> None:
    """Neighbours of one generation share requests."""
    old, new = ModelPortal(), ModelPortal3()
    port = ScriptedPort(lambda request: new(request) if "/rest/api/" in request.url else old(request))
    commands = {"a": call("note.add", n=1), "b": Call("fail.get"), "c": call("note.add", n=2)}

    outcomes = step(flows.batch(Executor(port, Webhook(HOOK), policy=EAGER), commands, halt=True))

    assert ["ok", "failed", "not_run"] == states(outcomes)
    assert [{"n": 1}] == new.written


def test_reference_between_generations_is_refused() -> None:
    """No portal resolves it."""
    commands = {"a": Call("echo.get"), "b": call("echo.get", x={"$ref": "a.ID"})}

    with pytest.raises(errors.BatchError, match="mixed"):
        run(ModelPortal3(), commands)


def test_operating_time_of_rest_3_is_that_of_the_batch() -> None:
    """The portal counts the method it was asked for."""
    time = {"operating": 481.0, "operating_reset_at": 1_700_000_100}
    port = ScriptedPort(reply({"result": [{"item": 1}, {"item": 2}], "time": time}))
    executor = Executor(port, Webhook(HOOK), policy=Policy())
    commands = {at: call("echo.get") for at in range(2)}

    step(flows.batch(executor, commands))
    step(flows.batch(executor, commands))

    assert [100.0] == port.slept


def test_refusal_is_for_operating_time_and_slows_no_other_method() -> None:
    """The method rests until the portal said that time comes free; the bucket of requests is not full."""
    time = {"operating": 470.0, "operating_reset_at": 1_700_000_200}
    good = reply({"result": {"item": 1}, "time": time})
    port = ScriptedPort(good, Refused("RATELIMITEXCEPTION", 429).answer, good)
    executor = Executor(port, Webhook(HOOK), policy=Policy(base_delay_s=0.0))

    for _ in range(2):
        step(executor.execute(call("echo.get")))
    before = len(port.slept)
    step(executor.execute(call("rows.list")))

    assert 200.0 == sum(port.slept)
    assert before == len(port.slept)
