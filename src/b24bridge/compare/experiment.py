"""Running the old path and the new path of one thing and comparing them.

The vocabulary is that of GitHub's scientist: the *control* is the path the caller relies on, the
*candidate* the one on trial; each run of a path is an *observation*. The caller always gets the control's
value or error; the candidate's error is recorded and never raised.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, Generic, TypeVar

from b24bridge.compare.diff import compare
from b24bridge.compare.effects import Effects, EffectsComparison, Sent, compare_effects, is_write
from b24bridge.compare.rules import Judgement, RuleSet, judge
from b24bridge.engine.guard import guarded
from b24bridge.errors import AccessError
from b24bridge.wire.call import Json

__all__ = ["Experiment", "Observation", "Outcome", "WriteWatch"]

T = TypeVar("T")

# Code of the error with which a candidate's write is refused; the portal has none like it.
WRITE_REFUSED: Final = "B24BRIDGE_WRITE_REFUSED"


@dataclass(frozen=True, slots=True)
class Observation:
    """One run of one path.

    Attributes:
        name: ``control`` or ``candidate``.
        value: What it returned, None if it raised.
        error: What it raised.
        duration_s: Seconds by the experiment's monotonic clock.
        effects: Writes it sent, or, for a candidate, wanted to send.
    """

    name: str
    value: Json
    error: Exception | None
    duration_s: float
    effects: Effects = field(default_factory=Effects)


@dataclass(frozen=True, slots=True)
class Outcome:
    """Both observations and what the comparison says.

    Attributes:
        experiment: Name of the experiment.
        control: Run of the old path.
        candidate: Run of the new path.
        judgement: Differences of the two values.
        effects: Differences of the two sets of writes.
    """

    experiment: str
    control: Observation
    candidate: Observation
    judgement: Judgement
    effects: EffectsComparison

    @property
    def stopped_at_write(self) -> bool:
        """Return whether the candidate ended because its write was refused, so that its value is unknown."""
        error = self.candidate.error
        return isinstance(error, AccessError) and error.code == WRITE_REFUSED

    @property
    def mismatched(self) -> bool:
        """Return whether somebody must look at this run.

        A candidate that was stopped at a write is judged by what it wanted to write alone.
        """
        if self.stopped_at_write:
            return bool(self.effects.only_new)
        same_end = (self.control.error is None) == (self.candidate.error is None)
        return not (same_end and self.judgement.passes and self.effects.passes)


class WriteWatch:
    """Keeps the writes of one run; for a candidate it refuses them too.

    A guard of the engine (``engine.guard``): asked before each command that any client sends.
    """

    def __init__(self, *, refuse: bool) -> None:
        self._refuse = refuse
        self._writes: list[Sent] = []

    @property
    def effects(self) -> Effects:
        """Return the writes that were asked for so far."""
        return Effects(tuple(self._writes))

    def check(self, method: str, params: Any) -> None:
        """Note a write and let it pass, or refuse it.

        Raises:
            AccessError: The command is a write of a candidate; it must not be sent.
        """
        if not is_write(method):
            return
        self._writes.append(Sent(method, params))
        if self._refuse:
            raise AccessError(
                f"{method} was not sent: a candidate must not write.",
                code=WRITE_REFUSED,
                method=method,
                remedy="Compare its effects on a cassette or on the sandbox.",
            )


class Experiment(Generic[T]):
    """Compares a candidate with a control, run after run.

    Args:
        name: Name in reports.
        clock: Monotonic time in seconds; never the wall clock, which can jump.
        today: Day for the expiry of accepted differences.
        rules: What the comparison may overlook.
        publish: Gets every outcome.
        enabled: Decides for each run whether the candidate runs at all.
        failed: Gets the errors of ``enabled``, of comparing and of ``publish``; they never reach the caller.
    """

    def __init__(
        self,
        name: str,
        *,
        clock: Callable[[], float],
        today: Callable[[], date],
        rules: RuleSet | None = None,
        publish: Callable[[Outcome], None] = lambda outcome: None,
        enabled: Callable[[], bool] = lambda: True,
        failed: Callable[[Exception], None] = lambda error: None,
    ) -> None:
        self._name = name
        self._clock = clock
        self._today = today
        self._rules = rules or RuleSet()
        self._publish = publish
        self._enabled = enabled
        self._failed = failed

    def run(self, control: Callable[[], T], candidate: Callable[[], Any]) -> T:
        """Return the control's value, or raise its error; run and compare the candidate afterwards.

        The writes of both are noted, those of the candidate refused, in every client of b24bridge that
        they use.
        """
        watch, started = WriteWatch(refuse=False), self._clock()
        try:
            with guarded(watch):
                value = control()
        except Exception as error:
            self._side(self._observe("control", None, error, started, watch), candidate)
            raise
        self._side(self._observe("control", value, None, started, watch), candidate)
        return value

    async def arun(self, control: Callable[[], Awaitable[T]], candidate: Callable[[], Awaitable[Any]]) -> T:
        """Do the same for coroutine functions."""
        watch, started = WriteWatch(refuse=False), self._clock()
        try:
            with guarded(watch):
                value = await control()
        except Exception as error:
            await self._aside(self._observe("control", None, error, started, watch), candidate)
            raise
        await self._aside(self._observe("control", value, None, started, watch), candidate)
        return value

    def _side(self, control: Observation, candidate: Callable[[], Any]) -> None:
        if not self._wanted():
            return
        watch, started = WriteWatch(refuse=True), self._clock()
        value, caught = None, None
        try:
            with guarded(watch):
                value = candidate()
        except Exception as error:  # noqa: BLE001  # the border that the class promises
            caught = error
        self._conclude(control, self._observe("candidate", value, caught, started, watch))

    async def _aside(self, control: Observation, candidate: Callable[[], Awaitable[Any]]) -> None:
        if not self._wanted():
            return
        watch, started = WriteWatch(refuse=True), self._clock()
        value, caught = None, None
        try:
            with guarded(watch):
                value = await candidate()
        except Exception as error:  # noqa: BLE001  # the border that the class promises
            caught = error
        self._conclude(control, self._observe("candidate", value, caught, started, watch))

    def _observe(
        self, name: str, value: Json, error: Exception | None, started: float, watch: WriteWatch
    ) -> Observation:
        return Observation(name, value, error, self._clock() - started, watch.effects)

    def _wanted(self) -> bool:
        try:
            return self._enabled()
        except Exception as error:  # noqa: BLE001  # recorded; the control must not suffer
            self._failed(error)
            return False

    def _conclude(self, control: Observation, candidate: Observation) -> None:
        try:
            both_returned = control.error is None and candidate.error is None
            differences = compare(control.value, candidate.value, self._rules) if both_returned else []
            self._publish(
                Outcome(
                    self._name,
                    control,
                    candidate,
                    judge(differences, self._rules, today=self._today()),
                    compare_effects(control.effects, candidate.effects),
                )
            )
        except Exception as error:  # noqa: BLE001  # recorded; the control must not suffer
            self._failed(error)
