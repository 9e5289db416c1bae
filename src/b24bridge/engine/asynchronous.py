"""The async driver, on anyio: asyncio and trio."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from contextvars import ContextVar, copy_context
from dataclasses import replace
from importlib import import_module
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

import anyio

from b24bridge.engine.blocking import named_lock
from b24bridge.engine.guard import sent
from b24bridge.engine.inprocess import InProcess, LocalPortal, OwnTime, late
from b24bridge.engine.port import AsyncTransport, Running
from b24bridge.errors import TransportError
from b24bridge.wire.request import WireRequest, WireResponse

if TYPE_CHECKING:
    from b24bridge.engine.http import AsyncHttp

__all__ = ["AsyncPort"]

T = TypeVar("T")

POLL_S = 0.005


class AsyncPort:
    """The outside world for clients under an event loop.

    Args:
        transport: A local portal, or an async transport of httpx, instead of the network. A portal
            that keeps time itself (``OwnTime``) takes the place of the clocks below.
        connections: Requests at once; the others queue before the connection pool, where waiting is cheap.
        now: Monotonic seconds.
        wall: Unix time in seconds.
        sleep: Waits some seconds.
    """

    def __init__(
        self,
        transport: LocalPortal | AsyncTransport | None = None,
        *,
        connections: int = 10,
        now: Callable[[], float] = time.monotonic,
        wall: Callable[[], float] = time.time,
        sleep: Callable[[float], Coroutine[Any, Any, None]] = anyio.sleep,
    ) -> None:
        self._local = InProcess(transport) if isinstance(transport, LocalPortal) else None
        self._given = None if self._local is not None else cast("AsyncTransport | None", transport)
        self._connections = connections
        self._gate = anyio.Semaphore(connections)
        self._turns: dict[str, anyio.Lock] = {}
        self._http: AsyncHttp | None = None
        if isinstance(transport, OwnTime):
            now, wall, sleep = transport.now, transport.wall, _own_sleep(transport)
        self.now = now
        self.wall = wall
        self._sleep = sleep

    @property
    def realm(self) -> object | None:
        """The local portal or the given transport, None for the network."""
        return self._local.portal if self._local is not None else self._given

    async def send(self, request: WireRequest) -> WireResponse:
        """Send one request and await the answer."""
        sent()
        if self._local is None and request.hold_s:
            return await self._send_held(request, request.hold_s)
        async with self._gate:
            if self._local is None:
                return await (self._http or self._open()).send(request)
            response, delay_s = self._local.ask(request)
            wait_s, error = late(request, delay_s)
            await self._sleep(max(0.0, wait_s))
        if error is not None:
            raise error
        return response

    async def _send_held(self, request: WireRequest, hold_s: float) -> WireResponse:
        http = self._http or self._open()
        async with self._gate:
            unread = await http.begin(request)
        began, held_s = self.now(), 0.0

        async def turn() -> None:
            nonlocal held_s
            if (flow := _flow.get()) is not None:
                await flow.until_wanted(hold_s)
                held_s = self.now() - began

        return replace(await http.read(unread, turn), held_s=held_s)

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        if seconds > 0:
            await self._sleep(seconds)

    def lock(self, name: str) -> AbstractAsyncContextManager[None]:
        """Return a lock of this process by name, over all tasks, threads and event loops."""
        return self._held(name)

    @asynccontextmanager
    async def _held(self, name: str) -> AsyncIterator[None]:
        async with self._turns.setdefault(name, anyio.Lock()):
            lock = named_lock(name)
            # Another thread or loop may hold it; a thread that waits for us could not be cancelled.
            while not lock.acquire(blocking=False):
                await anyio.sleep(POLL_S)
            try:
                yield
            finally:
                lock.release()

    async def gather(self, flows: Sequence[Coroutine[Any, Any, T]]) -> list[T]:
        """Run the flows as tasks and return their results in order."""
        if len(flows) == 1:
            return [await flows[0]]
        results: list[Any] = [None] * len(flows)
        errors: list[BaseException] = []
        started: set[int] = set()

        async def work(at: int, scope: anyio.CancelScope) -> None:
            started.add(at)
            try:
                results[at] = await flows[at]
            except Exception as exc:  # noqa: BLE001  # the first one is raised below, without a group
                errors.append(exc)
                scope.cancel()

        try:
            async with anyio.create_task_group() as group:
                for at in range(len(flows)):
                    group.start_soon(work, at, group.cancel_scope)
        finally:
            for at, flow in enumerate(flows):
                if at not in started:
                    flow.close()
        if errors:
            raise errors[0]
        return results

    def start(self, flow: Coroutine[Any, Any, T]) -> Running[T]:
        """Start a flow as a task that outlives the step in which it was started."""
        return _Task(flow)

    async def aclose(self) -> None:
        """Close all connections."""
        http, self._http = self._http, None
        if http is not None:
            await http.aclose()

    def _open(self) -> AsyncHttp:
        from b24bridge.engine.http import AsyncHttp  # the HTTP library is loaded at first use

        if self._http is None:
            self._http = AsyncHttp(connections=self._connections, transport=self._given)
        return self._http


class _Task(Generic[T]):
    """A flow as a task.

    A task group would have to stay open while an async generator yields, which neither asyncio nor trio
    allows, so the task belongs to the event loop and ends by being cancelled.
    """

    def __init__(self, flow: Coroutine[Any, Any, T]) -> None:
        self._flow: Coroutine[Any, Any, T] | None = flow
        self._wanted = anyio.Event()
        self._ended = anyio.Event()
        self._scope = anyio.CancelScope()
        self._value: T | None = None
        self._error: Exception | None = None
        _spawn(self)

    async def result(self) -> T:
        """Wait for the end of the flow."""
        self._wanted.set()
        await self._ended.wait()
        error, self._error = self._error, None
        if error is not None:
            raise error
        value, self._value = self._value, None
        return cast("T", value)

    def cancel(self) -> None:
        """Cancel the task; it ends a moment later."""
        self._scope.cancel()
        self.close()

    def close(self) -> None:
        """Close the flow if it never began."""
        flow, self._flow = self._flow, None
        if flow is not None:
            flow.close()

    async def until_wanted(self, seconds: float) -> None:
        """Wait inside the flow until somebody asks for its result, or so long."""
        with anyio.move_on_after(seconds):
            await self._wanted.wait()

    async def work(self) -> None:
        """Carry out the flow."""
        flow, self._flow = self._flow, None
        if flow is None:
            return
        _flow.set(self)
        self._error = TransportError("The call was given up when the event loop stopped.")
        try:
            with self._scope:
                self._value = await flow
                self._error = None
        except Exception as exc:  # noqa: BLE001  # carried to whoever asks for the result
            self._error = exc
        finally:
            self._ended.set()


_flow: ContextVar[_Task[Any] | None] = ContextVar("b24bridge_flow", default=None)
# The event loop itself keeps tasks by weak references only.
_tasks: set[asyncio.Task[None]] = set()


def _spawn(one: _Task[Any]) -> None:
    """Run a flow as a task of the event loop that runs."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        trio = import_module("trio")  # whoever runs its loop has it; otherwise it need not be installed
        trio.lowlevel.spawn_system_task(one.work, context=copy_context())
        return
    task = asyncio.create_task(one.work())
    _tasks.add(task)

    def ended(task: asyncio.Task[None]) -> None:
        _tasks.discard(task)
        one.close()  # a loop that stops cancels tasks that never began

    task.add_done_callback(ended)


def _own_sleep(portal: OwnTime) -> Callable[[float], Coroutine[Any, Any, None]]:
    async def sleep(seconds: float) -> None:
        portal.sleep(seconds)
        await anyio.sleep(0)  # other tasks may run, and a cancelled one ends here

    return sleep
