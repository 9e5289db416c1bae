"""An event loop whose time passes only by waiting, and a portal with the documented limits on it."""

from __future__ import annotations

import asyncio
import json
import selectors
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import anyio

from b24bridge.engine.asynchronous import AsyncPort
from tests.unit.engine.scripted import ModelPortal, refusal, reply

T = TypeVar("T")


class _Jumping(selectors.DefaultSelector):
    """Never blocks: where the loop would wait, its time moves on."""

    now = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        """Return what is ready at once."""
        ready = super().select(0)
        if not ready and timeout:
            self.now += timeout
        return ready


class VirtualLoop(asyncio.SelectorEventLoop):
    """An event loop on virtual time."""

    def __init__(self) -> None:
        self._jumping = _Jumping()
        super().__init__(self._jumping)

    def time(self) -> float:
        """Return the virtual time."""
        return self._jumping.now


def run_virtually(flow: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """Run a flow on virtual time."""
    return anyio.run(flow, backend_options={"loop_factory": VirtualLoop})


def loop_time() -> float:
    """Return the time of the running loop."""
    return asyncio.get_running_loop().time()


@dataclass(frozen=True)
class Reply:
    """An answer of the portal."""

    status: int
    body: bytes
    delay_s: float
    headers: Sequence[tuple[str, str]] = ()


class LimitedPortal:
    """50 requests at once, then 2 a second, drained in whole seconds; 60 ms a request, 8 ms a command."""

    def __init__(self) -> None:
        self.model = ModelPortal([{"ID": str(number)} for number in range(1, 2_501)])
        self.refused = 0
        self.sent_at: list[float] = []
        self.methods: list[str] = []
        self._level, self._second = 0.0, 0

    def port(self) -> AsyncPort:
        """Return a port to this portal on the running loop's time."""
        return AsyncPort(self, now=loop_time, wall=loop_time, connections=12)

    def answer(self, verb: str, url: str, headers: Any, body: bytes) -> Reply:
        """Answer one request."""
        now = loop_time()
        self._level = max(0.0, self._level - 2 * (int(now) - self._second))
        self._second = int(now)
        if self._level + 1 > 50:
            self.refused += 1
            response = refusal("QUERY_LIMIT_EXCEEDED", 503)
            return Reply(response.status, response.body, 0.06)
        self._level += 1
        self.sent_at.append(now)
        method = url.rpartition("/")[2]
        self.methods.append(method)
        params = json.loads(body)
        before = self.model.commands
        if method == "batch":
            response = reply({"result": self.model.batch(params)})
        else:
            response = reply(self.model.run(method, params))
        return Reply(response.status, response.body, 0.06 + 0.008 * (self.model.commands - before))
