"""Whether a module may go on: the figures of its newest runs against its gates."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import quantiles
from typing import Final

from b24bridge.router.ledger import Ledger, Run
from b24bridge.router.stages import Gates, ModuleState, Stage
from b24bridge.router.table import StageTable

__all__ = [
    "REASONS",
    "Figures",
    "Reason",
    "figures",
    "percentile",
    "reasons_against",
    "reasons_to_demote",
    "requests_of",
    "requests_saved",
    "standing",
]

REASONS: Final[Mapping[str, str]] = {
    "done": "it is done",
    "few": "{seen} of {needed} runs needed",
    "differ": "{seen} of {of} compared runs differ",
    "fail": "{seen} of {of} runs of the new path failed",
    "late": "{seen} runs of the new path passed their time limit",
    "slow": "p95 is {new:.3f} s, of the old path {old:.3f} s (allowed {allowed:g} times that)",
}

# Runs whose compared path did not come to its end.
_CUT_SHORT = ("stopped", "unfinished")

# Fewer failures say nothing: the first call of a new path may meet a restart.
_FAILURES_BEFORE_DEMOTION = 3


class Reason(str):
    """Why a gate is closed: an English sentence that keeps its numbers, for other languages.

    Attributes:
        key: Key of ``REASONS``.
        values: Numbers of the sentence.
    """

    __slots__ = ("key", "values")

    key: str
    values: Mapping[str, float]

    def __new__(cls, key: str, **values: float) -> Reason:
        """Make the sentence."""
        made = super().__new__(cls, REASONS[key].format(**values))
        made.key, made.values = key, values
        return made


@dataclass(frozen=True, slots=True)
class Figures:
    """What the newest runs of a module say.

    Attributes:
        runs: Runs looked at.
        compared: Runs in which both paths ran to their end.
        mismatches: Compared runs that differ.
        stopped: Runs whose compared path wanted to write and was refused.
        unfinished: Runs whose compared path passed its time limit.
        modern_runs: Runs of the new path.
        modern_errors: Runs of the new path that failed.
        fell_back: Runs that the old path had to answer.
        legacy_p50_s: Median seconds of the old path, None without runs.
        legacy_p95_s: 95th percentile of the old path.
        modern_p50_s: Median seconds of the new path.
        modern_p95_s: 95th percentile of the new path.
        legacy_requests: Requests of the old path in a run, on average; None without runs to its end.
        modern_requests: Requests of the new path in a run.
    """

    runs: int
    compared: int
    mismatches: int
    stopped: int
    unfinished: int
    modern_runs: int
    modern_errors: int
    fell_back: int
    legacy_p50_s: float | None
    legacy_p95_s: float | None
    modern_p50_s: float | None
    modern_p95_s: float | None
    legacy_requests: float | None
    modern_requests: float | None


def figures(runs: Sequence[Run]) -> Figures:
    """Return the figures of runs."""
    legacy = [run.legacy_s for run in runs if run.legacy_s is not None]
    modern = [run.modern_s for run in runs if run.modern_s is not None]
    return Figures(
        runs=len(runs),
        compared=sum(run.outcome in ("match", "mismatch") for run in runs),
        mismatches=sum(run.outcome == "mismatch" for run in runs),
        stopped=sum(run.outcome == "stopped" for run in runs),
        unfinished=sum(run.outcome == "unfinished" for run in runs),
        modern_runs=len(modern),
        modern_errors=sum(bool(run.modern_error) for run in runs),
        fell_back=sum(run.outcome == "fell_back" for run in runs),
        legacy_p50_s=percentile(legacy, 50),
        legacy_p95_s=percentile(legacy, 95),
        modern_p50_s=percentile(modern, 50),
        modern_p95_s=percentile(modern, 95),
        legacy_requests=_average(run.legacy_requests for run in runs if not run.legacy_error),
        modern_requests=_average(run.modern_requests for run in runs if not run.modern_error),
    )


def _average(counts: Iterable[int | None]) -> float | None:
    known = [count for count in counts if count is not None]
    return sum(known) / len(known) if known else None


def percentile(values: Sequence[float], percent: int) -> float | None:
    """Return a percentile of values, in their unit, or None of nothing.

    Args:
        values: In any order.
        percent: 1 to 99.
    """
    if not values:
        return None
    if len(values) == 1:
        return values[0]
    return quantiles(values, n=100, method="inclusive")[percent - 1]


def requests_of(runs: Iterable[Run]) -> tuple[float, float] | None:
    """Return how many requests a run of the old and of the new path sends, on average, to its end.

    Runs that failed, were stopped at a write or given up do not count; None while one of both is not known.
    """
    seen = figures([run for run in runs if run.outcome not in _CUT_SHORT])
    if seen.legacy_requests is None or seen.modern_requests is None:
        return None
    return seen.legacy_requests, seen.modern_requests


def requests_saved(ledger: Ledger, module: str, state: ModuleState) -> tuple[float, float] | None:
    """Return how many requests of a run the new path saves, and of how many; None while one is not known.

    Older runs count here, whatever the stage: in modern nobody runs the old path any more.

    Raises:
        TransportError: The ledger cannot be read.
    """
    counted = requests_of(ledger.newest(module, state.gates.window))
    return None if counted is None else (counted[0] - counted[1], counted[0])


def standing(table: StageTable, ledger: Ledger, module: str, state: ModuleState) -> Figures:
    """Return the figures of the runs since the module's last change: older runs say nothing of it now.

    Raises:
        TransportError: The ledger, or a stage table on a server, cannot be read.
    """
    since = max((change.at for change in table.changes(module)), default=0.0)
    return figures([run for run in ledger.newest(module, state.gates.window) if run.at >= since])


def reasons_against(state: ModuleState, seen: Figures) -> list[Reason]:
    """Return why a module may not go to its next stage; an empty list means that its gate is open."""
    gates = state.gates
    if state.stage is Stage.LEGACY:
        return []
    if state.stage is Stage.DONE:
        return [Reason("done")]
    reasons: list[Reason] = []
    needed = seen.compared + seen.stopped if state.stage is Stage.SHADOW else seen.modern_runs
    if needed < gates.min_runs:
        reasons.append(Reason("few", seen=needed, needed=gates.min_runs))
    if seen.compared and seen.mismatches > gates.max_mismatch_rate * seen.compared:
        reasons.append(Reason("differ", seen=seen.mismatches, of=seen.compared))
    if seen.modern_errors > gates.max_error_rate * max(seen.modern_runs, 1):
        reasons.append(Reason("fail", seen=seen.modern_errors, of=seen.modern_runs))
    if seen.unfinished > gates.max_error_rate * seen.runs:
        reasons.append(Reason("late", seen=seen.unfinished))
    return [*reasons, *_too_slow(gates, seen)]


def reasons_to_demote(gates: Gates, seen: Figures) -> list[Reason]:
    """Return why a module must leave canary at once; an empty list means that it may stay."""
    reasons: list[Reason] = []
    failures = seen.modern_errors
    if failures >= _FAILURES_BEFORE_DEMOTION and failures > gates.max_error_rate * seen.modern_runs:
        reasons.append(Reason("fail", seen=failures, of=seen.modern_runs))
    if seen.modern_runs >= gates.min_runs:
        reasons += _too_slow(gates, seen)
    return reasons


def _too_slow(gates: Gates, seen: Figures) -> list[Reason]:
    old, new = seen.legacy_p95_s, seen.modern_p95_s
    if old is None or new is None or new <= old * gates.max_p95_ratio:
        return []
    return [Reason("slow", new=new, old=old, allowed=gates.max_p95_ratio)]
