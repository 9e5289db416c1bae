"""Batches built step by step, in which a command can use what an earlier one brings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from types import TracebackType
from typing import TYPE_CHECKING, Any, Generic, Self, TypeVar

from b24bridge.engine.blocking import run
from b24bridge.errors import ConfigError
from b24bridge.modern.outcomes import BatchOptions, Outcome, outcomes_of
from b24bridge.wire.call import Call

if TYPE_CHECKING:
    from b24bridge.engine.executor import Executor

__all__ = ["Added", "AsyncBatch", "BlockingBatch", "Reference"]

T = TypeVar("T")


class Reference(str):
    """A place in the result of an earlier command: ``r["UF_DEPARTMENT"][0]``.

    It is the text that the portal puts a value in place of, so it can stand wherever a parameter can, also
    inside ``fields``.
    """

    __slots__ = ()

    def __getitem__(self, step: str | int) -> Reference:  # type: ignore[override]  # a path, not characters
        """Return the place one step deeper."""
        text = str(step)
        if not text or any(mark.isspace() or mark in "[]" for mark in text):
            raise ConfigError(
                f"A reference cannot go through {text!r}: the portal ends it at blanks and brackets."
            )
        return Reference(f"{self}[{text}]")


class Added(Generic[T]):
    """A command that was added to a batch: a place to refer to, and later its outcome."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._outcome: Outcome[T] | None = None

    @property
    def result(self) -> Reference:
        """The whole result, for a method that brings just an id."""
        return Reference(f"$result[{self._name}]")

    def __getitem__(self, step: str | int) -> Reference:
        """Return a place in the result, named as the portal names it."""
        return self.result[step]

    def column(self, field: str) -> dict[str, str]:
        """Return a field of all rows that a list of REST 3.0 brings, such as their ids."""
        return {"$refArray": f"{self._name}.{field}"}

    @property
    def outcome(self) -> Outcome[T]:
        """What became of the command.

        Raises:
            ConfigError: The batch has not been run.
        """
        if self._outcome is None:
            raise ConfigError(
                "The batch has not been run yet.", remedy="Read outcomes behind the `with` block."
            )
        return self._outcome

    @property
    def value(self) -> T:
        """What the command brought.

        Raises:
            B24Error: It failed, or was not run.
            ConfigError: The batch has not been run.
        """
        return self.outcome.value

    def __repr__(self) -> str:
        return f"<{self._name}: {self._outcome.state if self._outcome is not None else 'not yet run'}>"


class _Adding:
    """What both colours share."""

    def __init__(self, executor: Executor, options: BatchOptions) -> None:
        self._executor = executor
        self._options = options
        self._calls: dict[str, Call[Any]] = {}
        self._added: list[Added[Any]] = []

    def add(self, call: Call[T], /, **params: Any) -> Added[T]:
        """Add a call.

        Args:
            call: A call of ``calls``.
            params: Parameters laid over those of the call; they may refer to earlier commands.

        Raises:
            ConfigError: Parameters cannot be laid over a list of them.
        """
        if params:
            if not isinstance(call.params, Mapping):
                raise ConfigError(f"{call.method} takes its parameters in order, so none can be named.")
            call = replace(call, params={**call.params, **params})
        added: Added[T] = Added(f"c{len(self._calls)}")
        self._calls[added._name] = call
        self._added.append(added)
        return added

    def extend(self, calls: Iterable[Call[T]]) -> list[Added[T]]:
        """Add many calls."""
        return [self.add(call) for call in calls]

    async def _run(self) -> None:
        if not self._calls:
            return
        outcomes = await outcomes_of(self._executor, self._calls, **self._options)
        for added in self._added:
            added._outcome = outcomes[added._name]


class BlockingBatch(_Adding):
    """A batch that is run at the end of its ``with`` block; nothing is sent if the block fails."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            run(self._run())


class AsyncBatch(_Adding):
    """A batch that is run at the end of its ``async with`` block; nothing is sent if the block fails."""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            await self._run()
