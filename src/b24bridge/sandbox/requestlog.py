"""What the portal was asked: for tests, the admin interface, and people who look at it."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

__all__ = ["LoggedRequest", "RequestLog"]


@dataclass(slots=True)
class LoggedRequest:
    """One request; secrets are left out.

    Attributes:
        number: Counts from 1.
        at: The portal's time.
        verb: HTTP verb.
        method: REST method, or the path of another address.
        params: Parameters as the method got them, without authorisation and ``start``.
        start: ``start`` of the request.
        commands: Methods inside a batch, in order.
        status: HTTP status of the answer, 0 when the connection was cut.
        error: Code of the answer's error, or None.
        note: What the sandbox has to say about it, such as the nearest known method.
        caller: Source address.
    """

    number: int
    at: float
    verb: str
    method: str
    params: Any = None
    start: int | None = None
    commands: list[str] = field(default_factory=list)
    status: int = 0
    error: str | None = None
    note: str = ""
    caller: str = ""
    delay_s: float = 0.0


class RequestLog:
    """The last requests, oldest first; behaves like a list that nobody else can change."""

    def __init__(self, length: int = 10_000) -> None:
        self._entries: deque[LoggedRequest] = deque(maxlen=length)
        self.count = 0

    def open(self, at: float, verb: str, method: str, caller: str) -> LoggedRequest:
        """Add a request and return its entry, to be completed."""
        self.count += 1
        entry = LoggedRequest(self.count, at, verb, method, caller=caller)
        self._entries.append(entry)
        return entry

    def clear(self) -> None:
        """Forget everything."""
        self._entries.clear()
        self.count = 0

    def methods(self) -> list[str]:
        """Return the methods in the order they were asked for."""
        return [entry.method for entry in self._entries]

    def __iter__(self) -> Iterator[LoggedRequest]:
        return iter(list(self._entries))

    def __len__(self) -> int:
        return len(self._entries)

    def __getitem__(self, position: int) -> LoggedRequest:
        return self._entries[position]
