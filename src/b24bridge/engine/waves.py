"""Requests of a batch in waves: those that need no other at once, then those that needed them."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from typing import Any

from b24bridge.engine.port import Port
from b24bridge.wire.batch import Part

__all__ = ["in_waves"]


async def in_waves(
    port: Port,
    parts: Sequence[Part],
    run: Callable[[Part], Coroutine[Any, Any, None]],
    note: Callable[[Part], None],
) -> None:
    """Run the parts, each when those that it needs are done.

    Args:
        port: The outside world.
        parts: They need only earlier ones.
        run: Carries out a part.
        note: Told of each part of a wave when the whole wave is done.
    """
    waiting = dict(enumerate(parts))
    done: set[int] = set()
    while waiting:
        ready = [at for at, part in waiting.items() if part.needs <= done]
        await port.gather([run(waiting[at]) for at in ready])
        done.update(ready)
        for at in ready:
            note(waiting.pop(at))
