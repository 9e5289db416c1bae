"""The body of ``callBatch`` (crest.md 5)."""

from __future__ import annotations

from typing import Any, TypeAlias

from b24bridge.wire.phpquery import http_build_query
from b24bridge.wire.phpvalues import as_text, entries, is_empty, item

__all__ = ["Command", "batch_commands", "batch_params"]

#: Key, method and parameters of one command.
Command: TypeAlias = "tuple[str | int, Any, Any]"


def batch_commands(data: Any, count: int) -> list[Command]:
    """Return the commands that are sent: those with a method, at most ``count``."""
    entries_with_method = (
        (key, item(entry, "method"), item(entry, "params"))
        for key, entry in entries(data)
        if not is_empty(item(entry, "method"))
    )
    return [command for command, _ in zip(entries_with_method, range(count), strict=False)]


def batch_params(commands: list[Command], halt: Any) -> dict[str, Any]:
    """Return the parameters of the request.

    Raises:
        TypeError: The parameters of a command are no array (batch-params-int).
    """
    cmd = {
        key: method if is_empty(params) else f"{as_text(method)}?{http_build_query(params)}"
        for key, method, params in commands
    }
    return {"cmd": cmd, "halt": halt}
