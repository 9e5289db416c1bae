"""Coalescing of equal reads in front of the portal, and a cache for chosen ones."""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Awaitable, Callable

import anyio

from b24bridge.gateway.metrics import Metrics
from b24bridge.gateway.settings import Settings
from b24bridge.gateway.translate import Asked
from b24bridge.knowledge.catalog import safety
from b24bridge.wire.request import WireResponse

__all__ = ["Answers"]

CACHED = 1000
# The vendor's JavaScript client adds it to every address; methods ignore it ("How a portal behaves", 1.7).
_TELEMETRY = re.compile(r"(^|&)bx24_(request_id|sdk_ver|sdk_type)=[^&]*")

_Key = tuple[str, int, str, str, bytes, tuple[tuple[str, str], ...]]


class _Flight:
    """One request under way and those who wait for the same answer."""

    __slots__ = ("answer", "done")

    def __init__(self) -> None:
        self.done = anyio.Event()
        self.answer: WireResponse | None = None


class Answers:
    """Answers of the portal, each fetched once for all who ask the same at the same time.

    Args:
        fetch: Asks the portal.
        settings: Which answers are kept, and how long.
        metrics: Counts what was saved.
        now: Monotonic seconds.
    """

    def __init__(
        self,
        fetch: Callable[[Asked], Awaitable[WireResponse]],
        settings: Settings,
        metrics: Metrics,
        *,
        now: Callable[[], float],
    ) -> None:
        self._fetch = fetch
        self._settings = settings
        self._metrics = metrics
        self._now = now
        self._flights: dict[_Key, _Flight] = {}
        self._kept: OrderedDict[_Key, tuple[float, WireResponse]] = OrderedDict()

    async def get(self, asked: Asked) -> WireResponse:
        """Return the answer to a request.

        Raises:
            B24Error: None came.
        """
        if asked.method.lower() == "batch" or safety(asked.method, asked.api) != "safe":
            return await self._fetch(asked)
        query = _TELEMETRY.sub("", asked.query)
        key = (asked.verb, asked.api, asked.tail, query, asked.body.content, asked.headers)
        kept = self._kept.get(key)
        if kept is not None and kept[0] > self._now():
            self._metrics.event("cached")
            return kept[1]
        flight = self._flights.get(key)
        if flight is not None:
            await flight.done.wait()
            if flight.answer is not None:
                self._metrics.event("coalesced")
                return flight.answer
            return await self.get(
                asked
            )  # the one that was waited for failed or went away: the next one leads
        return await self._lead(key, asked)

    async def _lead(self, key: _Key, asked: Asked) -> WireResponse:
        flight = self._flights[key] = _Flight()
        try:
            answer = flight.answer = await self._fetch(asked)
        finally:
            del self._flights[key]
            flight.done.set()
        ttl = self._settings.ttl(asked.method)
        if ttl > 0 and answer.status == 200:
            self._kept[key] = (self._now() + ttl, answer)
            while len(self._kept) > CACHED:
                self._kept.popitem(last=False)
        return answer
