"""The commands of a batch, as far as the source writes them out."""

from __future__ import annotations

import re
from collections.abc import Mapping

from b24bridge.scan.model import Finding
from b24bridge.wire.call import Json

__all__ = ["batch_commands"]

_BATCHES = ("callBatch", "batch", "batchByChunk")
# A text that begins with the whole name and goes on with what is made: ``'crm.deal.list?' . $query``.
_BEGINS = re.compile(r"""^\(*["'`]([A-Za-z0-9_.]+)\?""")


def batch_commands(finding: Finding) -> tuple[str | None, ...] | None:
    """Return the methods inside a batch, None for each that is not written out; None for no batch."""
    given = finding.params
    if (finding.known_method or "").lower() == "batch":
        given = given.get("cmd") if isinstance(given, Mapping) else None
    elif finding.api.rpartition(".")[2] not in _BATCHES:
        return None
    if isinstance(given, Mapping) and "$code" not in given:
        return tuple(_method(command) for command in given.values())
    if isinstance(given, list):
        return tuple(_method(command) for command in given)
    return (None,)


def _method(command: Json) -> str | None:
    if isinstance(command, str):
        return command.partition("?")[0] or None
    if isinstance(command, list):
        return command[0] if command and isinstance(command[0], str) else None
    if isinstance(command, Mapping):
        code = command.get("$code")
        if isinstance(code, str):
            begins = _BEGINS.match(code)
            return begins.group(1) if begins is not None else None
        method = command.get("method")
        return method if isinstance(method, str) else None
    return None
