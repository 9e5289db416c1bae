"""One run of one path of a module: what it gave, how long it took, what it sent."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from b24bridge.compare.experiment import Observation, WriteWatch
from b24bridge.engine.guard import Tally, guarded

__all__ = ["Attempt", "frozen", "in_comparison"]

_in_comparison: ContextVar[bool] = ContextVar("b24bridge_in_comparison", default=False)


@dataclass(slots=True)
class Attempt:
    """One run of one path, filled in while it runs.

    A path that is only compared must end nobody's program, so that its ``sys.exit`` is an error like others.

    Attributes:
        watch: Notes its writes, or refuses them.
        is_compared: Whether nobody waits for its answer.
        value: What it returned.
        error: What it raised.
        seconds: How long it took.
    """

    watch: WriteWatch
    is_compared: bool
    value: Any = None
    error: BaseException | None = None
    seconds: float = 0.0
    _tally: Tally = field(default_factory=Tally)

    @classmethod
    def answering(cls) -> Attempt:
        """Return a run whose answer the caller gets."""
        return cls(WriteWatch(refuse=False), is_compared=False)

    @classmethod
    def compared(cls) -> Attempt:
        """Return a run that is only compared: its writes are refused."""
        return cls(WriteWatch(refuse=True), is_compared=True)

    def run(self, path: Callable[..., Any], args: Any, kwargs: Any, clock: Callable[[], float]) -> None:
        """Run a blocking path."""
        started = clock()
        if self.is_compared:
            # In a context of its own, which ends with the run.
            _in_comparison.set(True)
        try:
            with guarded(self.watch, self._tally):
                self.value = path(*args, **kwargs)
        except Exception as error:  # noqa: BLE001  # the border: raised to the caller, or recorded
            self.error = error
        except SystemExit as error:
            self._contain(error)
        self.seconds = clock() - started

    async def arun(
        self, path: Callable[..., Awaitable[Any]], args: Any, kwargs: Any, clock: Callable[[], float]
    ) -> None:
        """Run an async path."""
        started = clock()
        if self.is_compared:
            # In a context of its own, which ends with the run.
            _in_comparison.set(True)
        try:
            with guarded(self.watch, self._tally):
                self.value = await path(*args, **kwargs)
        except Exception as error:  # noqa: BLE001  # the border: raised to the caller, or recorded
            self.error = error
        except SystemExit as error:
            self._contain(error)
        self.seconds = clock() - started

    def _contain(self, error: SystemExit) -> None:
        if not self.is_compared:
            raise error
        self.error = error

    def give(self) -> Any:
        """Return the value.

        Raises:
            Exception: What the path raised, unchanged.
        """
        if self.error is not None:
            raise self.error
        return self.value

    def observed(self) -> Observation:
        """Return what can be compared."""
        return Observation(self.value, self.error, self.seconds, self.watch.effects)

    @property
    def requests(self) -> int:
        """Return how many requests it has sent."""
        return self._tally.requests

    @property
    def error_name(self) -> str:
        """Return the class of its error; a refused write is none: the path was stopped by us.

        That happens to an answering path too, when it is called by one that is only compared.
        """
        if self.error is None or self.observed().stopped_at_write:
            return ""
        return type(self.error).__name__


def in_comparison() -> bool:
    """Return whether what runs here is only compared; then what it calls is not compared once more."""
    return _in_comparison.get()


def frozen(value: Any) -> Callable[[], Any]:
    """Return what gives the value as it is now, though its owner may change it meanwhile."""
    try:
        kept = pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
    except Exception:  # noqa: BLE001  # pickle raises anything for what it cannot keep
        try:
            copied = copy.deepcopy(value)
        except Exception:  # noqa: BLE001  # an open file, a lock: nothing can be kept apart
            return lambda: value
        return lambda: copied
    return lambda: pickle.loads(kept)  # noqa: S301  # made in this process a moment ago
