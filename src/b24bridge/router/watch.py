"""The guard of one routed run: notes its writes, refuses those of a compared path, and ends it when told."""

from __future__ import annotations

from typing import Any

from b24bridge.compare.effects import Effects, Sent, commands, is_write
from b24bridge.errors import AccessError

__all__ = ["WRITE_REFUSED", "RunWatch"]

WRITE_REFUSED = "B24BRIDGE_WRITE_REFUSED"
_RUN_ENDED = "B24BRIDGE_RUN_ENDED"


class RunWatch:
    """Stands before every command that one run of a path sends (``engine.guard``).

    Attributes:
        refused: Whether a write was refused.
    """

    def __init__(self, *, refuse_writes: bool) -> None:
        self.refused = False
        self._refuse_writes = refuse_writes
        self._ended = False
        self._writes: list[Sent] = []

    @property
    def effects(self) -> Effects:
        """Writes that were asked for so far."""
        return Effects(tuple(self._writes))

    @property
    def wrote(self) -> bool:
        """Whether a write was let through: then no other path may run for the same call."""
        return bool(self._writes) and not self._refuse_writes

    def end(self) -> None:
        """Refuse everything from now on: the run was given up."""
        self._ended = True

    def check(self, method: str, params: Any) -> None:
        """Note the writes of a command and let it pass, or refuse it.

        Raises:
            AccessError: The run was given up, or it is a compared path that wants to write.
        """
        if self._ended:
            raise AccessError(
                f"{method} was not sent: this run passed its time limit and was given up.",
                code=_RUN_ENDED,
                method=method,
            )
        writes = [sent for sent in commands(method, params) if is_write(sent.method)]
        self._writes += writes
        if writes and self._refuse_writes:
            self.refused = True
            raise AccessError(
                f"{writes[0].method} was not sent: a path that is only compared must not write.",
                code=WRITE_REFUSED,
                method=writes[0].method,
                remedy="Compare its effects with `b24bridge verify`.",
            )
