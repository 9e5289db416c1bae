"""Reads that travel together while the bucket is full."""

from __future__ import annotations

from typing import Any

import anyio
import pytest

from b24bridge import errors
from b24bridge.auth.credentials import Webhook
from b24bridge.engine.asynchronous import AsyncPort
from b24bridge.engine.events import Coalesced, Event
from b24bridge.engine.executor import Executor
from b24bridge.engine.policy import Policy
from b24bridge.wire.call import Call
from b24bridge.wire.request import WireRequest
from tests.unit.engine.scripted import HOOK, ModelPortal, ScriptedPort, step


class Clocked:
    """A local portal over a model, whose clock moves when its clients wait."""

    def __init__(self) -> None:
        self.model = ModelPortal()
        self.time = 0.0

    def answer(self, verb: str, url: str, headers: Any, body: bytes) -> Any:
        """Answer at once."""
        response = self.model(WireRequest(verb, url, tuple(headers), body))

        class Reply:
            status, headers, body, delay_s = response.status, (), response.body, 0.0

        return Reply

    def now(self) -> float:
        """Return the time."""
        return self.time

    def wall(self) -> float:
        """Return the time."""
        return self.time

    def sleep(self, seconds: float) -> None:
        """Move the time."""
        self.time += seconds


def burst(method: str, count: int, **policy: Any) -> tuple[Clocked, list[Any], list[Event]]:
    """Return portal, results and events of that many calls at once."""
    portal = Clocked()
    seen: list[Event] = []
    executor = Executor(AsyncPort(portal), Webhook(HOOK), policy=Policy(**policy), hooks=[seen.append])

    async def one(number: int) -> Any:
        try:
            return (await executor.execute(Call(method, {"n": number}))).result["ID"]
        except errors.B24Error as error:
            return type(error).__name__

    async def flow() -> list[Any]:
        return await executor.port.gather([one(number) for number in range(count)])

    return portal, anyio.run(flow), seen


def test_a_burst_of_reads_needs_a_fiftieth_of_the_places() -> None:
    """200 at once: 48 leave alone, the others in a few batches; each gets its own answer."""
    portal, results, seen = burst("number.get", 200, coalesce=True)

    assert [str(number) for number in range(200)] == results
    assert portal.model.requests <= 48 + 6
    assert portal.time <= 3.0
    assert any(isinstance(event, Coalesced) for event in seen)


def test_without_coalescing_a_burst_waits() -> None:
    """The same calls take a place each."""
    portal, results, _ = burst("number.get", 60)

    assert 60 == len(results) == portal.model.requests
    assert 6.0 == portal.time


def test_each_caller_gets_its_own_error() -> None:
    """A refused read fails its caller alone."""
    _, results, _ = burst("fail.get", 60, coalesce=True)

    assert ["NotFoundError"] * 60 == results


@pytest.mark.parametrize("method", ["crm.deal.update", "unheard.of.thing"])
def test_writes_are_never_put_together(method: str) -> None:
    """What is no read waits for its own place."""
    portal, _, seen = burst(method, 60, coalesce=True)

    assert 60 == portal.model.requests
    assert not any(isinstance(event, Coalesced) for event in seen)


@pytest.mark.parametrize("text", ["$result[0][ID]", {"$ref": "0.id"}])
def test_text_that_looks_like_a_reference_goes_alone(text: Any) -> None:
    """Among the commands of others the portal would put a value of theirs in its place."""
    portal = Clocked()
    seen: list[Event] = []
    executor = Executor(AsyncPort(portal), Webhook(HOOK), policy=Policy(coalesce=True), hooks=[seen.append])
    calls = [Call("echo.get", {"x": text}) for _ in range(60)]

    async def flow() -> list[Any]:
        answers = await executor.port.gather([executor.execute(call) for call in calls])
        return [answer.result for answer in answers]

    assert [{"x": text}] * 60 == anyio.run(flow)
    assert not any(isinstance(event, Coalesced) for event in seen)


def test_a_single_caller_is_left_alone() -> None:
    """A batch of one would gain nothing."""
    model = ModelPortal()
    port = ScriptedPort(model)
    executor = Executor(port, Webhook(HOOK), policy=Policy(coalesce=True))

    for number in range(50):
        step(executor.execute(Call("number.get", {"n": number})))

    assert ["number.get"] * 50 == port.sent_methods()
