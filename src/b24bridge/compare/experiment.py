"""A control and a candidate side by side: what each run did, and whether they did the same.

The vocabulary is that of GitHub's scientist: the *control* is the path the caller relies on, the
*candidate* the one on trial; each run of a path is an *observation*. When and where the candidate runs is
the router's affair; here is what is observed and how it is judged.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from b24bridge.compare.diff import compare
from b24bridge.compare.effects import (
    Effects,
    EffectsComparison,
    Sent,
    commands,
    compare_effects,
    is_write,
)
from b24bridge.compare.rules import Judgement, RuleSet, judge
from b24bridge.errors import AccessError
from b24bridge.wire.call import Json

__all__ = ["WRITE_REFUSED", "Observation", "Outcome", "WriteWatch", "conclude"]

# Codes of the errors with which a watch refuses; the portal has none like them.
WRITE_REFUSED: Final = "B24BRIDGE_WRITE_REFUSED"
_RUN_ENDED: Final = "B24BRIDGE_RUN_ENDED"


class WriteWatch:
    """Keeps the writes of one run; for a candidate it refuses them too.

    A guard of the engine (``engine.guard``): asked before each command that any client sends.
    """

    def __init__(self, *, refuse: bool) -> None:
        self._refuse = refuse
        self._ended = False
        self._writes: list[Sent] = []
        # A path may send from several threads, and some of them may outlive it.
        self._lock = threading.Lock()

    @property
    def effects(self) -> Effects:
        """Return the writes that were asked for so far."""
        with self._lock:
            return Effects(tuple(self._writes))

    @property
    def wrote(self) -> bool:
        """Return whether a write was let through."""
        return bool(self._writes) and not self._refuse

    def end(self) -> None:
        """Refuse everything from now on: the run was given up."""
        with self._lock:
            self._ended = True

    def end_unwritten(self) -> bool:
        """End a run that let no write through; return whether it is so, and another path may run instead.

        What the run has left behind, in threads or tasks, sends nothing any more.
        """
        with self._lock:
            if self.wrote:
                return False
            self._ended = True
            return True

    def check(self, method: str, params: Any) -> None:
        """Note the writes of a command, or of a batch, and let it pass, or refuse it.

        Raises:
            AccessError: The run was given up, or it is a candidate that wants to write.
        """
        writes = [sent for sent in commands(method, params) if is_write(sent.method)]
        with self._lock:
            ended = self._ended
            if not ended:
                self._writes += writes
        if ended:
            raise AccessError(
                f"{method} was not sent: this run was given up.", code=_RUN_ENDED, method=method
            )
        if writes and self._refuse:
            raise AccessError(
                f"{writes[0].method} was not sent: a path that is only compared must not write.",
                code=WRITE_REFUSED,
                method=writes[0].method,
                remedy="Compare its effects with `b24bridge verify`.",
            )


@dataclass(frozen=True, slots=True)
class Observation:
    """One run of one path.

    Attributes:
        value: What it returned, None if it raised.
        error: What it raised.
        duration_s: Seconds by a monotonic clock.
        effects: Writes it sent, or, for a candidate, wanted to send.
    """

    value: Json = None
    error: BaseException | None = None
    duration_s: float = 0.0
    effects: Effects = field(default_factory=Effects)

    @property
    def stopped_at_write(self) -> bool:
        """Return whether it ended because its write was refused, so that its value is unknown."""
        return isinstance(self.error, AccessError) and self.error.code == WRITE_REFUSED


@dataclass(frozen=True, slots=True)
class Outcome:
    """Both observations and what the comparison says.

    Attributes:
        control: Run of the path that answered.
        candidate: Run of the path that was compared.
        judgement: Differences of the two values; none when one of them raised.
        effects: Differences of the two sets of writes: old is the control, new the candidate.
    """

    control: Observation
    candidate: Observation
    judgement: Judgement
    effects: EffectsComparison

    @property
    def mismatched(self) -> bool:
        """Return whether somebody must look at this run.

        Two errors of one class are the same end. A candidate that was stopped at a write is judged by
        what it wanted to write alone.
        """
        if self.candidate.stopped_at_write:
            return bool(self.effects.only_new)
        same_end = type(self.control.error) is type(self.candidate.error)
        return not (same_end and self.judgement.passes and self.effects.passes)


def conclude(control: Observation, candidate: Observation, rules: RuleSet, *, today: date) -> Outcome:
    """Compare two observations.

    Args:
        control: Run of the path that answered.
        candidate: Run of the path that was compared.
        rules: What may be overlooked.
        today: Day for the expiry of accepted differences.
    """
    both_returned = control.error is None and candidate.error is None
    differences = compare(control.value, candidate.value, rules) if both_returned else []
    return Outcome(
        control,
        candidate,
        judge(differences, rules, today=today),
        compare_effects(control.effects, candidate.effects),
    )
