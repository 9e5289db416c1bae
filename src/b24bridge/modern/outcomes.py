"""What became of each command of a batch."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, Literal, TypeVar, cast

from b24bridge.errors import B24Error, BatchError

__all__ = ["Outcome"]

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Outcome(Generic[T]):
    """What became of one command of a batch.

    Attributes:
        state: ``ok``; ``failed`` (the portal refused it); ``not_run`` (it was surely not carried
            out, for instance because the batch was halted); ``unknown`` (the answer was lost, so a
            write may have been done).
        error: What went wrong, None for ``ok``.
        total: Number of rows, for a list.
        next: Offset of the next page, for a list.
    """

    state: Literal["ok", "failed", "not_run", "unknown"]
    _value: T | None = None
    error: B24Error | None = None
    total: int | None = None
    next: int | None = None

    @property
    def ok(self) -> bool:
        """Whether the command was carried out."""
        return self.state == "ok"

    @property
    def value(self) -> T:
        """The result.

        Raises:
            B24Error: The error of the command; ``BatchError`` when it was not run.
        """
        if self.state == "ok":
            return cast("T", self._value)
        raise self.error or BatchError(
            "The command was not run: an earlier one failed and the batch was halted."
        )

    def or_else(self, default: T) -> T:
        """Return the result, or the default if there is none."""
        return cast("T", self._value) if self.state == "ok" else default


def outcome_of(
    state: Literal["ok", "failed", "not_run", "unknown"],
    decode: Callable[[object], T],
    result: object,
    error: B24Error | None,
    total: int | None,
    next: int | None,
) -> Outcome[T]:
    """Return the outcome of a command with its result read; what cannot be read has failed."""
    if state != "ok":
        return Outcome(state, error=error, total=total, next=next)
    try:
        return Outcome("ok", decode(result), None, total, next)
    except B24Error as unreadable:
        return Outcome("failed", error=unreadable, total=total, next=next)
