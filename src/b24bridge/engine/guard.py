"""The guard that stands before every command that is sent: it may note it, or refuse it.

A comparison runs the new path of a module beside the old one; whatever that path calls, it must not write.
The guard travels in a context variable, so it reaches every client that the path uses, in tasks and in the
thread that runs it, without being handed through the module's own functions.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Protocol

__all__ = ["Guard", "check", "guarded"]


class Guard(Protocol):
    """Asked before each command is sent, also for the commands of a batch."""

    def check(self, method: str, params: Any) -> None:
        """Return if the command may be sent.

        Raises:
            AccessError: It may not.
        """
        ...


_guard: ContextVar[Guard | None] = ContextVar("b24bridge_guard", default=None)


@contextmanager
def guarded(guard: Guard | None) -> Iterator[None]:
    """Put a guard before every command that is sent inside the block; None lets everything pass."""
    token = _guard.set(guard)
    try:
        yield
    finally:
        _guard.reset(token)


def check(method: str, params: Any) -> None:
    """Ask the guard of the running context, if there is one.

    Raises:
        AccessError: The guard refuses the command.
    """
    guard = _guard.get()
    if guard is not None:
        guard.check(method, params)
