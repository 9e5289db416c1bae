"""What a client has done so far, counted from the engine's events."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from threading import Lock

from b24bridge.engine.events import (
    AnswerLost,
    AnswerReceived,
    Coalesced,
    Event,
    RequestSent,
    Retrying,
    TokenRefreshed,
    Waiting,
)

__all__ = ["Meter", "Stats"]


@dataclass(frozen=True, slots=True)
class Stats:
    """Totals of one client since it was made.

    Attributes:
        requests: HTTP requests sent, repetitions included.
        retries: Requests that were repetitions.
        refused: Answers with status 503 or 429.
        failed: Answers with an error of any kind.
        lost: Requests without an answer.
        waited_s: Seconds spent waiting for the portal's limits.
        sent_bytes: Bytes of request bodies.
        received_bytes: Bytes of answers.
        operating_s: Portal seconds charged to the last call of each method, by method.
        refreshed: How often the access token was renewed.
        coalesced: Reads that travelled together with others.
        by_method: Requests by method.
    """

    requests: int = 0
    retries: int = 0
    refused: int = 0
    failed: int = 0
    lost: int = 0
    waited_s: float = 0.0
    sent_bytes: int = 0
    received_bytes: int = 0
    refreshed: int = 0
    coalesced: int = 0
    operating_s: dict[str, float] = field(default_factory=dict)
    by_method: dict[str, int] = field(default_factory=dict)


class Meter:
    """A hook that counts; may be shared by threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._counts: Counter[str] = Counter()
        self._by_method: Counter[str] = Counter()
        self._operating: dict[str, float] = {}
        self._waited_s = 0.0

    def __call__(self, event: Event) -> None:
        """Count one event."""
        with self._lock:
            self._count(event)

    def _count(self, event: Event) -> None:
        counts = self._counts
        if isinstance(event, RequestSent):
            counts["requests"] += 1
            counts["sent_bytes"] += event.size_bytes
            self._by_method[event.method] += 1
        elif isinstance(event, AnswerReceived):
            counts["received_bytes"] += event.size_bytes
            counts["refused"] += event.status in (429, 503)
            counts["failed"] += event.code is not None or event.status >= 400
            if event.operating_s is not None:
                self._operating[event.method] = event.operating_s
        elif isinstance(event, AnswerLost):
            counts["lost"] += 1
        elif isinstance(event, Waiting):
            self._waited_s += event.delay_s
        elif isinstance(event, Retrying):
            counts["retries"] += 1
        elif isinstance(event, TokenRefreshed):
            counts["refreshed"] += 1
        elif isinstance(event, Coalesced):
            counts["coalesced"] += event.calls

    def stats(self) -> Stats:
        """Return the totals so far."""
        with self._lock:
            return Stats(
                **self._counts,
                waited_s=self._waited_s,
                operating_s=dict(self._operating),
                by_method=dict(self._by_method),
            )
