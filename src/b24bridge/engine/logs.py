"""The engine's events as log lines, without parameters, addresses or tokens.

A hook like any other: ``Client(..., hooks=[LogEvents()])``.
"""

from __future__ import annotations

import logging

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
from b24bridge.wire.secrets import mask

__all__ = ["LogEvents"]

#: Waits from here on are worth a line of their own.
LONG_S = 5.0


class LogEvents:
    """Writes a line for each event: what is usual at DEBUG, what slows down at INFO, trouble at WARNING.

    Args:
        logger: Where the lines go.
    """

    def __init__(self, logger: logging.Logger | None = None) -> None:
        self._logger = logger or logging.getLogger("b24bridge.calls")

    def __call__(self, event: Event) -> None:
        """Write the line of one event."""
        log = self._logger
        if isinstance(event, RequestSent):
            log.debug("%s: sent, attempt %d, %d bytes", event.method, event.attempt, event.size_bytes)
        elif isinstance(event, AnswerReceived):
            level = logging.DEBUG if event.code is None and event.status < 400 else logging.WARNING
            log.log(
                level,
                "%s: answer %d %s in %.3f s, %d bytes",
                event.method,
                event.status,
                event.code or "",
                event.elapsed_s,
                event.size_bytes,
            )
        elif isinstance(event, AnswerLost):
            log.warning(
                "%s: no answer after %.3f s: %s", event.method, event.elapsed_s, mask(str(event.error))
            )
        elif isinstance(event, Retrying):
            kind = type(event.error).__name__
            log.warning("%s: %s, goes again in %.1f s", event.method, kind, event.delay_s)
        elif isinstance(event, Waiting):
            level = logging.INFO if event.delay_s >= LONG_S else logging.DEBUG
            log.log(level, "%s: waits %.1f s for its %s limit", event.method, event.delay_s, event.reason)
        elif isinstance(event, TokenRefreshed):
            log.info("%s: token renewed%s", event.portal, " by another client" if event.by_other else "")
        elif isinstance(event, Coalesced):
            log.debug("%d reads travel together", event.calls)
