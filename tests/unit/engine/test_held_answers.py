"""Answers that stay unread until somebody waits for them, under the blocking driver."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextvars import ContextVar

import httpx
import pytest

from b24bridge import errors
from b24bridge.engine.blocking import BlockingPort, run
from b24bridge.wire.request import WireRequest, WireResponse

#: Longer than any test: an answer held so long is read by whoever waits for it.
LONG_S = 600.0
PATIENCE_S = 120.0


class Body(httpx.SyncByteStream):
    """A body that notes which thread reads it, or breaks off."""

    def __init__(self, *, broken: bool = False) -> None:
        self.broken = broken
        self.reader = ""
        self.closed = threading.Event()

    def __iter__(self) -> Iterator[bytes]:
        self.reader = threading.current_thread().name
        if self.broken:
            raise httpx.ReadError("cut")
        yield b"{}"

    def close(self) -> None:
        """Tell that it was read."""
        self.closed.set()


def port(body: Body) -> BlockingPort:
    """Return the outside world with one answer."""
    return BlockingPort(httpx.MockTransport(lambda request: httpx.Response(200, stream=body)))


def asked(hold_s: float) -> WireRequest:
    """Return a request whose answer may stay unread."""
    return WireRequest("POST", "https://p.example/rest/1/c/batch", timeout_s=5.0, hold_s=hold_s)


def test_a_held_answer_is_read_by_the_thread_that_waits_for_it() -> None:
    """What many threads took for a moment would stay with each of them."""
    body = Body()
    running = (door := port(body)).start(door.send(asked(LONG_S)))

    response: WireResponse = run(running.result())

    assert (b"{}", threading.current_thread().name) == (response.body, body.reader)


def test_an_answer_that_nobody_waits_for_is_read_by_its_own_thread() -> None:
    """Servers cut connections that take nothing."""
    body = Body()
    running = (door := port(body)).start(door.send(asked(0.001)))

    assert body.closed.wait(PATIENCE_S)
    assert (b"{}", "b24bridge-flow") == (run(running.result()).body, body.reader)


def test_a_flow_that_is_given_up_reads_its_answer_and_ends() -> None:
    """Its connection is free for others."""
    body = Body()
    running = (door := port(body)).start(door.send(asked(LONG_S)))

    running.cancel()

    assert body.closed.wait(PATIENCE_S)
    assert "b24bridge-flow" == body.reader


def test_an_answer_that_breaks_off_while_it_is_read_is_the_error_of_its_flow() -> None:
    """Whoever waits gets it."""
    running = (door := port(Body(broken=True))).start(door.send(asked(LONG_S)))

    with pytest.raises(errors.OutcomeUnknown):
        run(running.result())


def test_what_follows_in_the_waiting_thread_sees_what_the_caller_set() -> None:
    """Guards travel by the context in which the flow began."""
    shown: ContextVar[str] = ContextVar("shown", default="nothing")
    door = port(Body())

    async def flow() -> str:
        await door.send(asked(LONG_S))
        return shown.get()

    token = shown.set("guarded")
    running = door.start(flow())
    shown.reset(token)

    assert ("guarded", "nothing") == (run(running.result()), shown.get())


def test_a_flow_that_awaits_an_event_loop_is_a_loud_error() -> None:
    """There is none."""
    running = port(Body()).start(asyncio.sleep(0))

    with pytest.raises(RuntimeError, match="event loop"):
        run(running.result())
