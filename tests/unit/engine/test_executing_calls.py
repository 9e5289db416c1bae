"""One call from start to end."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pytest

from b24bridge import errors
from b24bridge.auth.credentials import Webhook
from b24bridge.engine.events import Event, Retrying, Waiting
from b24bridge.engine.executor import Answer, Executor
from b24bridge.engine.policy import EAGER, Policy
from b24bridge.wire.call import Api, Call
from tests.unit.engine.scripted import HOOK, ScriptedPort, ok, refusal, reply, step

READ = Call("crm.deal.get", {"ID": 1})
WRITE = Call("crm.deal.add", {"fields": {}})
PAGE = reply(b"<html>Bad gateway</html>", 502)
BUSY = refusal("QUERY_LIMIT_EXCEEDED", 503, "Too many requests")


def executor(port: ScriptedPort, policy: Policy = EAGER, hooks: Sequence[Any] = ()) -> Executor:
    """Return an executor over a script."""
    return Executor(port, Webhook(HOOK), policy=policy, hooks=hooks)


def test_an_answer_has_all_parts_of_the_envelope() -> None:
    """Result, next, total, time and the body are handed out."""
    port = ScriptedPort(ok([1], next=50, total=120, time={"start": 1}))

    answer = step(executor(port).execute(READ))

    assert ([1], 50, 120, {"start": 1}) == (answer.result, answer.next, answer.total, answer.time)
    assert isinstance(answer, Answer)
    assert ["crm.deal.get"] == port.sent_methods()


@pytest.mark.parametrize(
    "failure", [PAGE, refusal("INTERNAL_SERVER_ERROR", 500), errors.TimedOut("late"), reply(b"")]
)
def test_a_read_is_repeated_after_a_lost_answer(failure: Any) -> None:
    """Reading twice harms nobody."""
    port = ScriptedPort(failure, failure, ok(7))

    assert 7 == step(executor(port).execute(READ)).result
    assert 3 == len(port.requests)


@pytest.mark.parametrize(
    ("failure", "kind"),
    [
        (PAGE, errors.BadAnswer),
        (refusal("INTERNAL_SERVER_ERROR", 500), errors.ServerError),
        (errors.TimedOut("late"), errors.TimedOut),
        (errors.OutcomeUnknown("cut"), errors.OutcomeUnknown),
        (reply(b'{"result":'), errors.BadAnswer),
    ],
)
def test_a_write_is_never_repeated_after_a_lost_answer(failure: Any, kind: type[errors.B24Error]) -> None:
    """The portal may have done it; the error says so and says what to do."""
    port = ScriptedPort(failure, ok(7))

    with pytest.raises(kind) as caught:
        step(executor(port).execute(WRITE))

    assert 1 == len(port.requests)
    assert caught.value.may_have_been_done
    assert "crm.deal.add" == caught.value.method


@pytest.mark.parametrize("failure", [BUSY, errors.NotSent("refused")])
@pytest.mark.parametrize("call", [READ, WRITE, Call("unheard.of.thing")])
def test_what_surely_did_not_run_is_repeated(failure: Any, call: Call[Any]) -> None:
    """Refusals for load and failed connections are repeated, writes too."""
    port = ScriptedPort(failure, failure, ok(7))

    assert 7 == step(executor(port).execute(call)).result


def test_an_unknown_method_is_treated_like_a_write() -> None:
    """What a method does is not guessed."""
    port = ScriptedPort(PAGE, ok(7))

    with pytest.raises(errors.BadAnswer):
        step(executor(port).execute(Call("unheard.of.thing")))


@pytest.mark.parametrize("code", ["ACCESS_DENIED", "ERROR_METHOD_NOT_FOUND", "100", "NO_AUTH_FOUND"])
def test_a_refusal_for_cause_is_final(code: str) -> None:
    """Nothing is gained by asking again."""
    port = ScriptedPort(refusal(code))

    with pytest.raises(errors.ApiError):
        step(executor(port).execute(READ))

    assert 1 == len(port.requests)


def test_giving_up_tells_attempts_and_earlier_errors() -> None:
    """The error of the last attempt carries what happened before."""
    port = ScriptedPort(errors.NotSent("first"), errors.TimedOut("second"), PAGE)

    with pytest.raises(errors.BadAnswer) as caught:
        step(executor(port, Policy(tariff=None, attempts=3)).execute(READ))

    assert 3 == caught.value.attempts
    assert ["first", "second"] == [str(error) for error in caught.value.earlier]


def test_refusals_end_with_an_advice() -> None:
    """The message counts attempts and seconds; the remedy names the likely cause."""
    port = ScriptedPort(BUSY)

    with pytest.raises(errors.RateLimited) as caught:
        step(executor(port, Policy(tariff=None, refusals=4)).execute(READ))

    assert str(caught.value).startswith("crm.deal.get was refused after 4 attempts in ")
    assert "Another program" in str(caught.value)


def test_retry_after_is_heeded() -> None:
    """What the portal asks for is the least that is waited."""
    port = ScriptedPort(reply({"error": "QUERY_LIMIT_EXCEEDED"}, 503, (("retry-after", "30"),)), ok(1))

    step(executor(port).execute(READ))

    assert port.slept[0] >= 30


def test_jitter_stays_within_its_bounds() -> None:
    """The bound doubles from half a second, and never passes twenty."""
    port = ScriptedPort(*[BUSY] * 12, ok(1))

    step(executor(port).execute(READ))

    assert all(0 <= slept <= min(20.0, 0.5 * 2**at) for at, slept in enumerate(port.slept))


def test_a_deadline_ends_the_waiting() -> None:
    """There is no sleep past the deadline; the last error is told."""
    port = ScriptedPort(reply({"error": "QUERY_LIMIT_EXCEEDED"}, 503, (("retry-after", "30"),)))

    with pytest.raises(errors.DeadlineExceeded, match="QUERY_LIMIT_EXCEEDED") as caught:
        step(executor(port).execute(READ, deadline_s=10))

    assert [] == port.slept
    assert not caught.value.may_have_been_done


def test_a_deadline_shortens_the_time_limit_of_a_request() -> None:
    """The request may not take longer than is left."""
    port = ScriptedPort(ok(1))

    step(executor(port).execute(READ, deadline_s=10))

    assert 10.0 == port.requests[0].timeout_s


def test_a_write_lost_at_the_deadline_may_have_been_done() -> None:
    """The deadline error keeps what matters most."""
    port = ScriptedPort(errors.TimedOut("late"), latency_s=11.0)

    with pytest.raises(errors.DeadlineExceeded) as caught:
        step(executor(port).execute(WRITE, deadline_s=10))

    assert caught.value.may_have_been_done


def test_the_limiter_paces_calls() -> None:
    """48 leave at once, then two a second."""
    port = ScriptedPort(ok(1))
    engine = executor(port, Policy())

    for _ in range(52):
        step(engine.execute(READ))

    assert [0.0] * 48 + [0.5, 1.0, 1.5, 2.0] == port.sent_at


def test_clients_of_one_portal_share_its_budget() -> None:
    """Two executors over one portal fill one bucket."""
    port = ScriptedPort(ok(1))
    first, second = executor(port, Policy()), executor(port, Policy())

    for _ in range(24):
        step(first.execute(READ))
        step(second.execute(READ))
    step(first.execute(READ))

    assert 0.5 == port.sent_at[-1]


def test_a_deadline_before_the_place_in_the_queue_fails_at_once() -> None:
    """Nobody waits for a place that comes too late, and the place is given back."""
    port = ScriptedPort(ok(1))
    engine = executor(port, Policy())
    for _ in range(48):
        step(engine.execute(READ))

    with pytest.raises(errors.DeadlineExceeded):
        step(engine.execute(READ, deadline_s=0.25))

    step(engine.execute(READ))
    assert 0.5 == port.sent_at[-1]


def test_a_method_without_operating_time_waits_for_the_portal() -> None:
    """After a 429 the method rests; another method is not held up."""
    port = ScriptedPort(refusal("OPERATION_TIME_LIMIT", 429), ok(1))
    engine = executor(port, Policy())

    step(engine.execute(READ))
    waited = sum(port.slept)

    assert waited >= 60
    step(engine.execute(Call("user.get")))
    assert waited == sum(port.slept)


def test_operating_time_is_learned_before_the_refusal() -> None:
    """``operating`` at the limit makes the next call of the method wait until ``operating_reset_at``."""
    port = ScriptedPort(ok(1, time={"operating": 480.1, "operating_reset_at": 1_700_000_300}))
    engine = executor(port, Policy())

    step(engine.execute(READ))
    step(engine.execute(READ))

    assert [300.0] == port.slept


def test_a_rest_longer_than_patience_is_refused_at_once() -> None:
    """An interactive caller is not put to sleep for ten minutes when he does not want it."""
    port = ScriptedPort(ok(1, time={"operating": 480.1, "operating_reset_at": 1_700_000_300}))
    engine = executor(port, Policy(patience_s=60))
    step(engine.execute(READ))

    with pytest.raises(errors.OperatingLimit) as caught:
        step(engine.execute(READ))

    assert 1_700_000_300 == caught.value.reset_at
    assert 1 == len(port.requests)


def test_a_storm_of_failures_uses_up_the_retry_budget() -> None:
    """When everything fails, repetitions stop to multiply the load."""
    port = ScriptedPort(PAGE)
    engine = executor(port)

    for _ in range(50):
        with pytest.raises(errors.BadAnswer):
            step(engine.execute(READ))

    assert 50 + 20 == len(port.requests)


def test_rest_3_writes_carry_one_idempotency_key_for_all_attempts() -> None:
    """A repeated write has the key of the first; the next call has another."""
    port = ScriptedPort(errors.NotSent("no"), ok({"id": 1}))
    engine = executor(port)
    call = Call("tasks.task.add", {"fields": {}}, api=Api.V3)

    step(engine.execute(call))
    step(engine.execute(call))

    keys = [dict(request.headers)["Idempotency-Key"] for request in port.requests]
    assert keys[0] == keys[1] != keys[2]


def test_rest_3_reads_carry_no_key() -> None:
    """A key makes sense for writes only."""
    port = ScriptedPort(ok({"item": {}}))

    step(executor(port).execute(Call("tasks.task.get", {"id": 1}, api=Api.V3)))

    assert "Idempotency-Key" not in dict(port.requests[0].headers)


def test_every_step_is_an_event() -> None:
    """Listeners see requests, answers, repetitions and waits, without secrets."""
    seen: list[Event] = []
    port = ScriptedPort(BUSY, ok(1))

    step(executor(port, Policy(), [seen.append]).execute(READ))

    kinds = [type(event).__name__ for event in seen]
    assert ["RequestSent", "AnswerReceived", "Retrying", "Waiting", "RequestSent", "AnswerReceived"] == kinds
    assert isinstance(seen[2], Retrying)
    assert isinstance(seen[3], Waiting)
    assert "secretcode" not in repr(seen)


def test_a_failing_hook_disturbs_no_call(caplog: pytest.LogCaptureFixture) -> None:
    """It is logged."""

    def broken(event: Event) -> None:
        raise ValueError("listener")

    assert 1 == step(executor(ScriptedPort(ok(1)), EAGER, [broken]).execute(READ)).result
    assert "A hook failed on RequestSent." in caplog.text


def test_a_data_error_is_raised_before_anything_is_sent() -> None:
    """Parameters without a form on the wire are the caller's mistake."""
    port = ScriptedPort(ok(1))

    with pytest.raises(errors.DataError):
        step(executor(port).execute(Call("user.get", {"ID": object()})))

    assert [] == port.requests


def test_no_secret_is_in_any_error() -> None:
    """A portal that echoes the address does not bring the code into a message."""
    port = ScriptedPort(reply(f"<html>{HOOK}user.get failed</html>".encode(), 500))

    with pytest.raises(errors.BadAnswer) as caught:
        step(executor(port).execute(WRITE))

    assert "secretcode" not in repr(caught.value) + str(caught.value)


def test_the_request_is_json_for_the_portal() -> None:
    """By default parameters keep their types."""
    port = ScriptedPort(ok(1))

    step(executor(port).execute(READ))

    assert {"ID": 1} == json.loads(port.requests[0].body)


def test_a_rest_3_write_is_repeated_with_its_key_when_the_answer_was_lost() -> None:
    """The portal runs it once ("Idempotency of requests")."""
    port = ScriptedPort(errors.OutcomeUnknown("lost"), ok({"item": {"id": 1}}))
    executor = Executor(port, Webhook(HOOK))

    answer = step(executor.execute(Call("tasks.task.add", {"fields": {}}, api=Api.V3)))

    keys = [dict(request.headers)["Idempotency-Key"] for request in port.requests]
    assert {"item": {"id": 1}} == answer.result
    assert (2, 1) == (len(keys), len(set(keys)))


def test_an_unknown_method_is_answered_with_the_nearest_ones() -> None:
    """A slip of the pen is the usual cause."""
    port = ScriptedPort(refusal("ERROR_METHOD_NOT_FOUND", 404, "Method not found!"))

    with pytest.raises(errors.MethodNotFound) as caught:
        step(Executor(port, Webhook(HOOK)).execute(Call("crm.deal.lst")))

    assert "crm.deal.list" in caught.value.remedy
