"""What a gateway writes to standard error: one JSON object a line."""

from __future__ import annotations

import json
import logging
import sys

__all__ = ["to_stderr"]

_ACCESS = "b24bridge.gateway.access"


class _Lines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        if record.name == _ACCESS:
            return record.getMessage()  # is JSON
        said = {"level": record.levelname, "logger": record.name, "message": record.getMessage()}
        return json.dumps(said, ensure_ascii=False)


def to_stderr(*, access: bool) -> None:
    """Send the gateway's log to standard error.

    Args:
        access: Whether each request has a line; warnings have one always.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Lines())
    logger = logging.getLogger("b24bridge.gateway")
    logger.addHandler(handler)
    logger.setLevel(logging.INFO if access else logging.WARNING)
    logger.propagate = False
