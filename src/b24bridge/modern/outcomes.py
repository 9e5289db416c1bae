"""What became of each command of a batch."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, Literal, TypedDict, TypeVar, cast

from b24bridge.errors import B24Error, BatchError
from b24bridge.wire.call import Call

if TYPE_CHECKING:
    from b24bridge.engine.executor import Executor

__all__ = ["BatchOptions", "Outcome", "outcome_of", "outcomes_of"]

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


class BatchOptions(TypedDict, total=False):
    """How a batch is run.

    Attributes:
        halt: Run nothing after the first call that fails.
        together: Let writes of REST 3.0 share requests, 50 each. There the first error is the whole answer,
            so when one is refused, all writes of its request are ``unknown``; without it they go one by one
            and each is told.
        deadline_s: Seconds for all of it; what is not done then is ``not_run``, or ``unknown`` if sent.
    """

    halt: bool
    together: bool
    deadline_s: float


async def outcomes_of(
    executor: Executor,
    commands: Mapping[Any, Call[Any]],
    *,
    halt: bool = False,
    in_order: bool | None = None,
    together: bool = False,
    deadline_s: float | None = None,
) -> dict[Any, Outcome[Any]]:
    """Run calls by key and return what became of each, read.

    Args:
        executor: Carries out the requests.
        commands: Calls by key.
        halt: Run nothing after the first call that fails.
        in_order: Whether requests wait for each other; see :func:`b24bridge.engine.flows.batch`.
        together: Whether writes of REST 3.0 share requests; see :func:`b24bridge.engine.flows.batch`.
        deadline_s: Seconds for all of it.
    """
    from b24bridge.engine import flows  # loaded at first use

    ran = await flows.batch(
        executor, commands, halt=halt, in_order=in_order, together=together, deadline_s=deadline_s
    )
    return {
        key: outcome_of(
            ran[key].state, call.decode, ran[key].value, ran[key].error, ran[key].total, ran[key].next
        )
        for key, call in commands.items()
    }
