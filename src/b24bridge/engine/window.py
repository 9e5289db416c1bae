"""A window that slides over flows: so many under way at once, their results in order."""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncGenerator, Callable, Coroutine, Iterable, Iterator
from typing import Any, TypeVar

from b24bridge.engine.port import Port, Running

__all__ = ["in_order"]

T = TypeVar("T")


async def in_order(
    port: Port,
    flows: Iterator[Coroutine[Any, Any, T]],
    width: Callable[[], int],
    begun: Iterable[Running[T]] = (),
) -> AsyncGenerator[T, None]:
    """Yield the results of the flows in their order.

    A flow begins when there is room, so what it asks may depend on what came before. Flows that are under
    way when the reader stops are given up.

    Args:
        port: The outside world.
        flows: Made one by one.
        width: Returns how many may be under way or unread now, at least 1.
        begun: Flows that run already and come first.
    """
    running: deque[Running[T]] = deque(begun)

    def fill() -> None:
        while len(running) < max(1, width()):
            flow = next(flows, None)
            if flow is None:
                return
            running.append(port.start(flow))

    try:
        fill()
        while running:
            result = await running[0].result()
            running.popleft()
            fill()
            yield result
            del result  # it may be large, and the next one comes before this name is used again
    finally:
        for one in running:
            one.cancel()
