"""The blocking driver: coroutines that never suspend, threads, a local portal."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

import pytest

from b24bridge import errors
from b24bridge.engine.blocking import BlockingPort, iterate, run
from b24bridge.wire.request import WireRequest

GET = WireRequest("GET", "https://p.example/rest/1/c/profile", timeout_s=5.0)


async def value(number: int) -> int:
    """Return the number."""
    return number


async def broken() -> int:
    """Fail with a domain error."""
    raise errors.NotSent("no")


@dataclass
class Reply:
    """An answer of a local portal."""

    status: int = 200
    headers: Sequence[tuple[str, str]] = (("Content-Type", "application/json"),)
    body: bytes = b"{}"
    delay_s: float = 0.0


class Local:
    """A local portal that answers with a reply, or raises."""

    def __init__(self, reply: Reply | Exception) -> None:
        self.reply = reply
        self.asked: list[str] = []

    def answer(self, verb: str, url: str, headers: Sequence[tuple[str, str]], body: bytes) -> Reply:
        """Answer."""
        self.asked.append(url)
        if isinstance(self.reply, Exception):
            raise self.reply
        return self.reply


def test_a_coroutine_runs_to_its_end_on_the_first_step() -> None:
    """Its result is returned, its error raised."""
    assert 7 == run(value(7))
    with pytest.raises(errors.NotSent):
        run(broken())


def test_a_coroutine_that_suspends_is_a_loud_error() -> None:
    """Something in it awaits an event loop, which is not there."""
    with pytest.raises(RuntimeError, match="event loop"):
        run(asyncio.sleep(0))


def test_a_stream_is_stepped_and_closed() -> None:
    """Leaving the loop early closes the generator."""
    closed: list[bool] = []

    async def numbers() -> AsyncIterator[int]:
        try:
            for number in range(10):
                yield number
        finally:
            closed.append(True)

    stream = iterate(numbers())

    assert [0, 1] == [next(stream), next(stream)]
    stream.close()  # type: ignore[attr-defined]
    assert [True] == closed


def test_gather_keeps_the_order_and_uses_threads() -> None:
    """Flows meet at a barrier, so they run at once."""
    barrier = threading.Barrier(4)

    async def meet(number: int) -> int:
        barrier.wait(timeout=120)
        return number

    assert [0, 1, 2, 3] == run(BlockingPort().gather([meet(number) for number in range(4)]))


def test_gather_raises_the_first_error_and_no_group() -> None:
    """Flows that did not start are closed without a warning."""
    flows = [broken(), *(value(number) for number in range(50))]

    with pytest.raises(errors.NotSent):
        run(BlockingPort(connections=1).gather(flows))


def test_gather_inside_a_flow_does_not_wait_for_threads() -> None:
    """Nested flows run one after the other, so nothing locks up."""
    port = BlockingPort(connections=2)

    async def outer(number: int) -> list[int]:
        return await port.gather([value(number), value(number + 1)])

    assert [[0, 1], [1, 2], [2, 3]] == run(port.gather([outer(number) for number in range(3)]))


def test_locks_are_shared_by_name() -> None:
    """A second port waits for the first one's lock of the same name."""
    first, second = BlockingPort(), BlockingPort()
    order: list[str] = []
    holding, asked = threading.Event(), threading.Event()

    async def hold() -> None:
        async with first.lock("same"):
            holding.set()
            asked.wait(timeout=120)
            order.append("first")

    async def follow() -> None:
        async with second.lock("same"):
            order.append("second")

    thread = threading.Thread(target=run, args=(hold(),))
    thread.start()
    holding.wait(timeout=120)
    other = threading.Thread(target=run, args=(follow(),))
    other.start()
    asked.set()
    thread.join()
    other.join()

    assert ["first", "second"] == order


def test_a_local_portal_answers_without_sockets() -> None:
    """Header names come in lower case; its delay is waited."""
    slept: list[float] = []
    port = BlockingPort(Local(Reply(delay_s=0.2)), sleep=slept.append)

    response = run(port.send(GET))

    assert (200, (("content-type", "application/json"),), b"{}") == (
        response.status,
        response.headers,
        response.body,
    )
    assert [0.2] == slept


def test_an_answer_after_the_time_limit_is_a_timeout() -> None:
    """Only the time limit is waited."""
    slept: list[float] = []

    with pytest.raises(errors.TimedOut):
        run(BlockingPort(Local(Reply(delay_s=60)), sleep=slept.append).send(GET))

    assert [5.0] == slept


@pytest.mark.parametrize(
    ("failure", "kind"),
    [
        (ConnectionRefusedError(), errors.NotSent),
        (ConnectionResetError(), errors.OutcomeUnknown),
        (TimeoutError(), errors.TimedOut),
        (BrokenPipeError(), errors.OutcomeUnknown),
    ],
)
def test_failures_of_a_local_portal_are_those_of_a_network(failure: Exception, kind: type[Exception]) -> None:
    """A refused connection was surely not sent, a cut one may have been."""
    with pytest.raises(kind) as caught:
        run(BlockingPort(Local(failure)).send(GET))

    assert kind is type(caught.value)
