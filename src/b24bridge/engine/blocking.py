"""The blocking driver: coroutines of the engine run to their end on the first step."""

from __future__ import annotations

import threading
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Coroutine, Generator, Iterator, Sequence
from contextlib import AbstractAsyncContextManager
from contextvars import copy_context
from dataclasses import replace
from types import TracebackType
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

from b24bridge.engine.guard import sent
from b24bridge.engine.inprocess import InProcess, LocalPortal, OwnTime, late
from b24bridge.engine.port import BlockingTransport, Later, Running
from b24bridge.errors import TransportError
from b24bridge.wire.request import WireRequest, WireResponse

if TYPE_CHECKING:
    from b24bridge.engine.http import BlockingHttp

__all__ = ["BlockingPort", "iterate", "run"]

T = TypeVar("T")

_SUSPENDED = "A coroutine suspended under the blocking driver: it awaits an event loop."


def run(coroutine: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine that never suspends and return its result.

    Raises:
        RuntimeError: It suspended; something in it awaits an event loop.
    """
    try:
        coroutine.send(None)
    except StopIteration as stop:
        return cast("T", stop.value)
    coroutine.close()
    raise RuntimeError(_SUSPENDED)


def iterate(stream: AsyncIterator[T]) -> Iterator[T]:
    """Step an async generator that never suspends, and close it in the end."""
    try:
        while True:
            try:
                item = run(cast("Coroutine[Any, Any, T]", stream.__anext__()))
            except StopAsyncIteration:
                return
            yield item
    finally:
        if isinstance(stream, AsyncGenerator):
            run(stream.aclose())


class BlockingPort:
    """The outside world for blocking clients; may be used by many threads.

    Args:
        transport: A local portal, or a transport of httpx, instead of the network. A portal that
            keeps time itself (``OwnTime``) takes the place of the clocks below.
        connections: Requests at once.
        now: Monotonic seconds.
        wall: Unix time in seconds.
        sleep: Waits some seconds.
    """

    def __init__(
        self,
        transport: LocalPortal | BlockingTransport | None = None,
        *,
        connections: int = 10,
        now: Callable[[], float] = time.monotonic,
        wall: Callable[[], float] = time.time,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._local = InProcess(transport) if isinstance(transport, LocalPortal) else None
        self._given = None if self._local is not None else cast("BlockingTransport | None", transport)
        self._connections = connections
        self._gate = threading.BoundedSemaphore(connections)
        self._http: BlockingHttp | None = None
        self._guard = threading.Lock()
        self._keeps_time = isinstance(transport, OwnTime)
        if isinstance(transport, OwnTime):
            now, wall, sleep = transport.now, transport.wall, transport.sleep
        self.now = now
        self.wall = wall
        self._sleep = sleep

    @property
    def realm(self) -> object | None:
        """The local portal or the given transport, None for the network."""
        return self._local.portal if self._local is not None else self._given

    async def send(self, request: WireRequest) -> WireResponse:
        """Send one request and wait for the answer."""
        sent()
        if self._local is None:
            http = self._http or self._open()
            if not request.hold_s:
                with self._gate:
                    return http.send(request)
            with self._gate:
                unread = http.begin(request)
            if (flow := _running()) is None:
                return http.read(unread)
            began = self.now()
            await flow.turn(request.hold_s)
            held_s = self.now() - began
            return replace(http.read(unread), held_s=held_s)
        with self._gate:
            with self._guard:  # a local portal answers one at a time; only its delays overlap
                response, delay_s = self._local.ask(request)
            wait_s, error = late(request, delay_s)
            if wait_s > 0:
                self._sleep(wait_s)
        if error is not None:
            raise error
        return response

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        if seconds <= 0:
            return
        if (flow := _running()) is not None and self._sleep is time.sleep:
            flow.rest(seconds)
        else:
            self._sleep(seconds)

    def lock(self, name: str) -> AbstractAsyncContextManager[None]:
        """Return a lock of this process by name."""
        return _Held(named_lock(name))

    async def gather(self, flows: Sequence[Coroutine[Any, Any, T]]) -> list[T]:
        """Run the flows in threads, at most as many at once as there are connections.

        Inside a flow further flows run one after the other, so threads never wait for threads. So they
        do with a portal that keeps time itself: threads would make its clock a matter of chance.
        """
        if len(flows) < 2 or self._keeps_time or _in_flow():
            return _one_by_one(flows)
        return _in_threads(flows, min(len(flows), self._connections))

    def start(self, flow: Coroutine[Any, Any, T]) -> Running[T]:
        """Start a flow in a thread; inside one, and with a portal that keeps time, it runs later."""
        if self._keeps_time or _in_flow():
            return Later(flow)
        return _Threaded(flow)

    def close(self) -> None:
        """Close all connections."""
        with self._guard:
            http, self._http = self._http, None
        if http is not None:
            http.close()

    def _open(self) -> BlockingHttp:
        from b24bridge.engine.http import BlockingHttp  # the HTTP library is loaded at first use

        with self._guard:
            if self._http is None:
                self._http = BlockingHttp(connections=self._connections, transport=self._given)
            return self._http


_locks: dict[str, threading.Lock] = {}
_locks_guard = threading.Lock()
_worker = threading.local()


def named_lock(name: str) -> threading.Lock:
    """Return the lock of that name, one for the whole process."""
    with _locks_guard:
        return _locks.setdefault(name, threading.Lock())


class _Held:
    """A thread lock as async context manager that never suspends."""

    __slots__ = ("_lock",)

    def __init__(self, lock: threading.Lock) -> None:
        self._lock = lock

    async def __aenter__(self) -> None:
        self._lock.acquire()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._lock.release()


class _Turn:
    """Suspends a flow until its turn has come."""

    def __await__(self) -> Generator[_Turn, None, None]:
        yield self


_TURN = _Turn()


class _Threaded(Generic[T]):
    """A flow in a thread of its own, which ends in the thread that waits for it.

    Large answers are read there, because memory that many threads took for a moment stays with each of
    them, and what follows too: two threads that take turns cost time wherever processors are scarce.
    """

    def __init__(self, flow: Coroutine[Any, Any, T]) -> None:
        self._changed = threading.Condition()
        self._ready = False
        self._ended = False
        self._given_up = False
        self._hold_s = 0.0
        self._flow = flow
        self._value: T | None = None
        self._error: BaseException | None = None
        # A thread begins with an empty context; what guards the caller must guard the flow too.
        self._context = copy_context()
        threading.Thread(target=self._work, name="b24bridge-flow", daemon=True).start()

    async def result(self) -> T:
        """Wait for the end of the flow, or until it may be carried on in this thread, and do so."""
        with self._changed:
            self._changed.wait_for(lambda: self._ended or self._ready)
            mine, self._ready = self._ready, False
            self._changed.notify_all()
        while mine and not self._step():
            pass  # its turn has come whenever it asks
        error, self._error = self._error, None
        if error is not None:
            raise error
        value, self._value = self._value, None
        return cast("T", value)

    def cancel(self) -> None:
        """Let the thread end by itself, without waiting for anything any more."""
        with self._changed:
            self._given_up = True
            self._changed.notify_all()

    async def turn(self, seconds: float) -> None:
        """Wait inside the flow until somebody waits for it, or so long."""
        self._hold_s = seconds
        await _TURN

    def rest(self, seconds: float) -> None:
        """Wait inside the flow.

        Raises:
            TransportError: The flow was given up meanwhile.
        """
        with self._changed:
            if self._changed.wait_for(lambda: self._given_up, seconds):
                raise TransportError("Nobody waits for this call any more.")

    def _work(self) -> None:
        _worker.flow = self
        while not self._step():
            with self._changed:
                self._ready = True
                self._changed.notify_all()
                self._changed.wait_for(lambda: not self._ready or self._given_up, self._hold_s)
                mine, self._ready = self._ready, False
            if not mine:
                return  # whoever waits for the flow carries it on

    def _step(self) -> bool:
        """Carry on the flow until it waits for its turn or ends; return whether it ended."""
        try:
            if self._context.run(self._flow.send, None) is _TURN:
                return False
            self._flow.close()
            raise RuntimeError(_SUSPENDED)
        except StopIteration as stop:
            self._value = stop.value
        except BaseException as exc:  # noqa: BLE001  # carried to whoever asks for the result
            self._error = exc
        with self._changed:
            self._ended = True
            self._changed.notify_all()
        return True


def _running() -> _Threaded[Any] | None:
    """Return the started flow to which this thread belongs."""
    flow: _Threaded[Any] | None = getattr(_worker, "flow", None)
    return flow


def _in_flow() -> bool:
    """Return whether this thread carries out a flow: then it starts no threads, which would wait in turn."""
    return _running() is not None or getattr(_worker, "busy", False)


def _one_by_one(flows: Sequence[Coroutine[Any, Any, T]]) -> list[T]:
    results: list[T] = []
    try:
        for flow in flows:
            results.append(run(flow))  # a failing flow must leave the others closed
    finally:
        for flow in flows[len(results) :]:
            flow.close()
    return results


def _in_threads(flows: Sequence[Coroutine[Any, Any, T]], count: int) -> list[T]:
    results: list[Any] = [None] * len(flows)
    errors: list[BaseException] = []
    queue = iter(range(len(flows)))
    guard = threading.Lock()

    def work() -> None:
        _worker.busy = True
        while not errors:
            with guard:
                at = next(queue, None)
            if at is None:
                return
            try:
                results[at] = run(flows[at])
            except BaseException as exc:  # noqa: BLE001  # carried to the caller's thread
                errors.append(exc)

    # A thread begins with an empty context; what guards the caller must guard the flows too.
    threads = [
        threading.Thread(target=copy_context().run, args=(work,), name="b24bridge-flow", daemon=True)
        for _ in range(count)
    ]
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    except BaseException as exc:
        # Ctrl-C in the caller's thread: flows that did not start never do.
        errors.append(exc)
        raise
    finally:
        for at in queue:
            flows[at].close()
    if errors:
        raise errors[0]
    return results
