"""The port: everything the engine may do to the outside world.

The engine awaits these functions and nothing else, so the same coroutines run under the blocking
driver (which never suspends) and under any event loop.
"""

from __future__ import annotations

from collections.abc import Coroutine, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any, Generic, Protocol, TypeVar

from b24bridge.wire.request import WireRequest, WireResponse

__all__ = ["AsyncTransport", "BlockingTransport", "Later", "Port", "Running"]

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


class Running(Protocol[T_co]):
    """A flow that was started."""

    async def result(self) -> T_co:
        """Wait for the end and return the result, or raise the error of the flow.

        Whoever waits here wants the answer: until then its body may stay unread (``hold_s`` of a request).
        """
        ...

    def cancel(self) -> None:
        """Give the flow up: nobody will ask for its result."""
        ...


class Later(Generic[T]):
    """A flow that runs when its result is asked for: where nothing runs at the same time.

    Args:
        flow: The flow.
    """

    def __init__(self, flow: Coroutine[Any, Any, T]) -> None:
        self._flow = flow

    async def result(self) -> T:
        """Run the flow and return its result."""
        return await self._flow

    def cancel(self) -> None:
        """Leave the flow."""
        self._flow.close()


class Port(Protocol):
    """Everything the engine may do to the outside world."""

    @property
    def realm(self) -> object | None:
        """The portal inside this process that is talked to, None for the network."""
        ...

    async def send(self, request: WireRequest) -> WireResponse:
        """Send one request and return the answer, redirects not followed.

        Raises:
            NotSent: The request surely never reached the server.
            OutcomeUnknown: It was sent, or may have been, and no whole answer came
                (``TimedOut`` when the time limit passed).
        """
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        ...

    def now(self) -> float:
        """Return a monotonic time in seconds."""
        ...

    def wall(self) -> float:
        """Return the Unix time in seconds."""
        ...

    def lock(self, name: str) -> AbstractAsyncContextManager[None]:
        """Return a lock of this process (all tasks and threads) by name."""
        ...

    async def gather(self, flows: Sequence[Coroutine[Any, Any, T]]) -> list[T]:
        """Run the flows (at once where the driver can) and return their results in order.

        Raises the first error of a flow, never a group; flows that did not start are closed then.
        """
        ...

    def start(self, flow: Coroutine[Any, Any, T]) -> Running[T]:
        """Start a flow beside the running one (where the driver can), its result to be fetched later.

        Whoever starts it asks for its result or cancels it.
        """
        ...


class BlockingTransport(Protocol):
    """A transport of httpx, without naming the library."""

    def handle_request(self, request: Any) -> Any:
        """Send a request of httpx and return its response."""
        ...


class AsyncTransport(Protocol):
    """An async transport of httpx, without naming the library."""

    async def handle_async_request(self, request: Any) -> Any:
        """Send a request of httpx and return its response."""
        ...
