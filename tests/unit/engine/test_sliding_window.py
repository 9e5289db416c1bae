"""Flows under way, a bounded number of them, their results in order, under both drivers."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextvars import ContextVar
from importlib.util import find_spec
from typing import Any

import anyio
import pytest

from b24bridge.engine.asynchronous import AsyncPort
from b24bridge.engine.blocking import BlockingPort, iterate
from b24bridge.engine.port import Port
from b24bridge.engine.window import in_order

BACKENDS = ["asyncio", *(["trio"] if find_spec("trio") else [])]
WIDTH = 4


class Work:
    """Flows that note how many of them are under way."""

    def __init__(self) -> None:
        self.under_way = 0
        self.most = 0
        self.ended: list[int] = []
        self._guard = threading.Lock()

    async def one(self, number: int, wait: Callable[[], Coroutine[Any, Any, None]]) -> int:
        """Carry out one flow; odd ones fail at 13."""
        with self._guard:
            self.under_way += 1
            self.most = max(self.most, self.under_way)
        try:
            await wait()
            if number == 13:
                raise ValueError("13")
            return number
        finally:
            with self._guard:
                self.under_way -= 1
                self.ended.append(number)


class Barrier:
    """Lets flows go on when as many are there as the window is wide."""

    def __init__(self) -> None:
        self._barrier = threading.Barrier(WIDTH)

    async def blocking(self) -> None:
        """Wait for the others, as threads do."""
        self._barrier.wait(120)


async def nothing() -> None:
    """Go on at once."""


async def pause() -> None:
    """Let the other tasks run."""
    for _ in range(3):
        await anyio.lowlevel.checkpoint()


def window(
    port: Port, work: Work, count: int, wait: Any, made: list[int] | None = None
) -> AsyncIterator[int]:
    """Return a window over so many flows."""

    def flows() -> Iterator[Coroutine[Any, Any, int]]:
        for number in range(count):
            if made is not None:
                made.append(number)
            yield work.one(number, wait)

    return in_order(port, flows(), lambda: WIDTH)


def test_threads_run_at_once_and_bring_their_results_in_order() -> None:
    """Each group passes a barrier that only all of them together pass."""
    work = Work()

    found = list(iterate(window(BlockingPort(), work, 12, Barrier().blocking)))

    assert list(range(12)) == found
    assert WIDTH == work.most


@pytest.mark.parametrize("backend", BACKENDS)
def test_tasks_run_at_once_and_bring_their_results_in_order(backend: str) -> None:
    """No more of them than the window is wide."""
    work = Work()

    async def flow() -> list[int]:
        return [number async for number in window(AsyncPort(), work, 12, pause)]

    assert list(range(12)) == anyio.run(flow, backend=backend)
    assert WIDTH == work.most


def test_flows_begin_only_when_there_is_room() -> None:
    """A reader who stops early has asked for little."""
    made: list[int] = []
    stream = iterate(window(BlockingPort(), Work(), 100, nothing, made))

    first = [next(stream), next(stream)]
    stream.close()  # type: ignore[attr-defined]  # it is a generator

    assert [0, 1] == first
    assert list(range(WIDTH + 2)) == made


def test_the_error_of_a_flow_comes_at_its_place() -> None:
    """What came before is handed out."""
    found: list[int] = []

    with pytest.raises(ValueError, match="13"):
        found.extend(iterate(window(BlockingPort(), Work(), 20, nothing)))

    assert list(range(13)) == found


@pytest.mark.parametrize("backend", BACKENDS)
def test_tasks_are_cancelled_when_the_reader_goes(backend: str) -> None:
    """Also when a cancel scope around the reader ends in the middle."""
    work = Work()

    async def flow() -> int:
        async def reading() -> None:
            async for _ in window(AsyncPort(), work, 100, anyio.sleep_forever):
                pass

        async with anyio.create_task_group() as group:
            group.start_soon(reading)
            while work.under_way < WIDTH:
                await anyio.lowlevel.checkpoint()
            group.cancel_scope.cancel()
        await pause()
        return work.under_way

    assert 0 == anyio.run(flow, backend=backend)
    assert WIDTH == work.most


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_reader_may_stop_inside_a_scope_of_its_own(backend: str) -> None:
    """No task group is open between two results, so scopes may end in any order."""

    async def flow() -> list[int]:
        stream = window(AsyncPort(), Work(), 100, pause)
        found = []
        for _ in range(2):
            with anyio.fail_after(5):
                found.append(await anext(stream))
        await stream.aclose()  # type: ignore[attr-defined]  # it is a generator
        return found

    assert [0, 1] == anyio.run(flow, backend=backend)


def test_a_thread_sees_the_context_of_the_caller() -> None:
    """What guards the caller against writing guards the flow too."""
    mark: ContextVar[str] = ContextVar("mark", default="")
    seen: list[str] = []

    async def look() -> None:
        seen.append(mark.get())

    mark.set("guarded")
    list(iterate(window(BlockingPort(), Work(), 2, look)))

    assert ["guarded", "guarded"] == seen


def test_waiting_ends_when_a_flow_is_given_up() -> None:
    """A thread that waits for the portal's limits keeps nothing alive."""
    port = BlockingPort()
    ended = threading.Event()

    async def flow() -> None:
        try:
            await port.sleep(600)
        finally:
            ended.set()

    running = port.start(flow())
    running.cancel()

    assert ended.wait(120)
