"""The guard that stands before every command that is sent: it may note it, or refuse it.

A comparison runs the new path of a module beside the old one; whatever that path calls, it must not write.
The guard travels in a context variable, so it reaches every client that the path uses, in tasks and in the
thread that runs it, without being handed through the module's own functions.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Protocol

__all__ = ["Guard", "Tally", "check", "guarded", "sent"]


class Guard(Protocol):
    """Asked before each command is sent, also for the commands of a batch."""

    def check(self, method: str, params: Any) -> None:
        """Return if the command may be sent.

        Raises:
            AccessError: It may not.
        """
        ...


class _Both:
    __slots__ = ("_inner", "_outer")

    def __init__(self, inner: Guard, outer: Guard) -> None:
        self._inner = inner
        self._outer = outer

    def check(self, method: str, params: Any) -> None:
        # The outer one notes only what the inner one lets pass.
        self._inner.check(method, params)
        self._outer.check(method, params)


class Tally:
    """Counts the requests that a run sends, repeats and token refreshes included.

    Attributes:
        requests: Requests so far.
        outer: Counts them too: that of the run inside which this one happens.
    """

    def __init__(self) -> None:
        self.requests = 0
        self.outer: Tally | None = None
        self._lock = threading.Lock()

    def one(self) -> None:
        """Count a request; the flows of a run may do so from several threads."""
        with self._lock:
            self.requests += 1
        if self.outer is not None:
            self.outer.one()


_guard: ContextVar[Guard | None] = ContextVar("b24bridge_guard", default=None)
_tally: ContextVar[Tally | None] = ContextVar("b24bridge_tally", default=None)


@contextmanager
def guarded(guard: Guard | None, tally: Tally | None = None) -> Iterator[None]:
    """Put a guard before every command that is sent inside the block; None lets everything pass.

    Inside another block the outer guard is asked too: what a path calls must not write because it is itself
    routed, and answers there.

    Args:
        guard: Asked before each command.
        tally: Counts the requests; None leaves them to the one that counts already.
    """
    outer = _guard.get()
    token = _guard.set(guard if guard is None or outer is None else _Both(guard, outer))
    counting = None
    if tally is not None:
        tally.outer = _tally.get()
        counting = _tally.set(tally)
    try:
        yield
    finally:
        _guard.reset(token)
        if counting is not None:
            _tally.reset(counting)


def sent() -> None:
    """Count a request that is about to be sent, if somebody counts."""
    tally = _tally.get()
    if tally is not None:
        tally.one()


def check(method: str, params: Any) -> None:
    """Ask the guard of the running context, if there is one.

    Raises:
        AccessError: The guard refuses the command.
    """
    guard = _guard.get()
    if guard is not None:
        guard.check(method, params)
