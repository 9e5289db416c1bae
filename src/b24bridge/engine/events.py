"""What the engine tells its listeners, as values.

A hook is any callable that takes an event. Events hold no parameters and no secrets.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

__all__ = [
    "AnswerLost",
    "AnswerReceived",
    "Coalesced",
    "Event",
    "Hook",
    "RequestSent",
    "Retrying",
    "TokenRefreshed",
    "Waiting",
    "emit",
]

logger = logging.getLogger("b24bridge.engine")


@dataclass(frozen=True, slots=True)
class RequestSent:
    """A request is about to leave."""

    method: str
    attempt: int
    size_bytes: int


@dataclass(frozen=True, slots=True)
class AnswerReceived:
    """An answer came, good or bad."""

    method: str
    attempt: int
    status: int
    elapsed_s: float
    size_bytes: int
    operating_s: float | None
    code: str | None


@dataclass(frozen=True, slots=True)
class AnswerLost:
    """A request brought no answer: it was not sent, cut, or too late."""

    method: str
    attempt: int
    elapsed_s: float
    error: Exception


@dataclass(frozen=True, slots=True)
class Waiting:
    """A call waits for the portal's limits; ``reason`` is ``rate`` or ``operating``."""

    method: str
    delay_s: float
    reason: str


@dataclass(frozen=True, slots=True)
class Retrying:
    """A call will be sent again after a delay."""

    method: str
    attempt: int
    delay_s: float
    error: Exception


@dataclass(frozen=True, slots=True)
class TokenRefreshed:
    """The access token was renewed, by us or, if ``by_other``, by another client of the same store."""

    portal: str
    by_other: bool
    saved: bool


@dataclass(frozen=True, slots=True)
class Coalesced:
    """Reads that would have waited for the limit travel as one batch."""

    calls: int


Event: TypeAlias = AnswerLost | AnswerReceived | Coalesced | RequestSent | Retrying | TokenRefreshed | Waiting
Hook: TypeAlias = Callable[[Event], None]


def emit(hooks: tuple[Hook, ...], event: Event) -> None:
    """Hand an event to all hooks; a hook that fails is logged and disturbs nobody."""
    for hook in hooks:
        try:
            hook(event)
        except Exception:  # a listener must not break the call it listens to
            logger.exception("A hook failed on %s.", type(event).__name__)
