"""Where the modules of a migration stand: stages over time, mismatches by cause, figures, gates."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from b24bridge.report.model import Span
from b24bridge.router.gates import Figures, Reason, figures, reasons_against, requests_of, standing
from b24bridge.router.ledger import Ledger, Run
from b24bridge.router.stages import ModuleState
from b24bridge.router.table import Change, StageTable

__all__ = ["Cause", "Leftover", "ModuleStory", "Work", "read_portfolio", "shown_value", "spans", "works"]

_RUNS_READ = 5000


@dataclass(frozen=True, slots=True)
class Cause:
    """Mismatches that have one cause, as far as a place tells: same place in every row, same kind.

    Attributes:
        place: Pattern of the place, or the method of a write that only one path makes.
        kind: Kind of the difference, ``only_old_writes`` or ``only_new_writes``.
        runs: Runs that show it.
        example: Number of such a run, for ``b24bridge explain run:NUMBER``.
        old: Value of the old path, as JSON; empty if it has none.
        new: Value of the new path.
    """

    place: str
    kind: str
    runs: int
    example: int
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class ModuleStory:
    """One module.

    Attributes:
        name: Name in the stage table.
        state: Its state now.
        now: Figures since its last change.
        over_all: Figures of the newest runs, whatever the stage.
        against: Why its gate is closed; empty if it is open.
        changes: Its changes, oldest first.
        causes: Mismatches by cause, most frequent first.
        requests: Requests of a call by the old and by the new path, on average; None while one is not known.
    """

    name: str
    state: ModuleState
    now: Figures
    over_all: Figures
    against: tuple[Reason, ...]
    changes: tuple[Change, ...]
    causes: tuple[Cause, ...]
    requests: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Leftover:
    """An outdated method that the code base still calls.

    Attributes:
        method: The method.
        replacement: Methods to use instead.
        places: Where, as ``file:line``.
    """

    method: str
    replacement: tuple[str, ...]
    places: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Work:
    """One measured piece of work, old and new.

    Attributes:
        name: Name of the work, or of a module.
        old_requests: Requests of the old path for the whole work.
        new_requests: Requests of the new path.
        old_s: Median seconds of the old path.
        new_s: Median seconds of the new path.
    """

    name: str
    old_requests: int
    new_requests: int
    old_s: float
    new_s: float


def read_portfolio(table: StageTable, ledger: Ledger) -> tuple[ModuleStory, ...]:
    """Return the modules of a stage table, in order of name.

    Raises:
        ConfigError: The stage table cannot be read.
        TransportError: The ledger cannot be read.
    """
    stories = []
    for name, state in sorted(table.modules().items()):
        now = standing(table, ledger, name, state)
        runs = ledger.newest(name, _RUNS_READ)
        stories.append(
            ModuleStory(
                name=name,
                state=state,
                now=now,
                over_all=figures(runs),
                against=tuple(reasons_against(state, now)),
                changes=tuple(table.changes(name)),
                causes=tuple(_causes(runs)),
                requests=requests_of(runs),
            )
        )
    return tuple(stories)


def spans(changes: Sequence[Change], state: ModuleState, start: float, end: float) -> tuple[Span, ...]:
    """Return the stages that a module was in between two moments."""
    found: list[Span] = []
    since, stage = start, changes[0].old.get("stage", "legacy") if changes else state.stage.value
    for change in changes:
        new = change.new.get("stage", "legacy")
        if new != stage:
            found.append(Span(since, change.at, stage))
            since, stage = change.at, new
    return (*found, Span(since, end, stage))


def _causes(runs: Iterable[Run]) -> list[Cause]:
    gathered: dict[tuple[str, str], Cause] = {}
    for run in runs:
        if run.outcome != "mismatch" or not run.detail:
            continue
        # A cause counts once for a run, however many rows show it.
        for found in {(one.place, one.kind): one for one in _told(run)}.values():
            known = gathered.get((found.place, found.kind))
            gathered[found.place, found.kind] = (
                found if known is None else replace(known, runs=known.runs + 1)
            )
    return sorted(gathered.values(), key=lambda one: (-one.runs, one.place, one.kind))


def _told(run: Run) -> Iterable[Cause]:
    detail = json.loads(run.detail)
    for shown in detail.get("shown", ()):
        place = re.sub(r"\[\d+\]", "[*]", shown["place"]) or "$"
        yield Cause(place, shown["kind"], 1, run.id, shown_value(shown["old"]), shown_value(shown["new"]))
    for side in ("only_old_writes", "only_new_writes"):
        for write in detail.get(side, ()):
            params = json.dumps(write["params"], ensure_ascii=False)
            values = (params, "") if side == "only_old_writes" else ("", params)
            yield Cause(write["method"], side, 1, run.id, *values)


def shown_value(side: Any) -> str:
    """Return the value of one side of a difference as JSON, empty if that side has none.

    A redacted detail keeps it under the name of its field.
    """
    if isinstance(side, Mapping):
        if not side:
            return ""
        (side,) = list(side.values())[:1]
    return json.dumps(side, ensure_ascii=False)


def works(measured: Mapping[str, Any]) -> tuple[Work, ...]:
    """Return the pieces of work of ``bench.json`` or ``pilot.json`` that both paths did.

    What is not written as those files are is passed over.
    """
    entries = measured.get("measured") or measured.get("workloads")
    if not isinstance(entries, Mapping):
        return ()
    found = []
    for name, entry in sorted(entries.items()):
        paths = entry.get("paths", {}) if isinstance(entry, Mapping) else {}
        try:
            old, new = paths["legacy"], paths["modern"]
            seconds = (float(old["wall_s"]["median"]), float(new["wall_s"]["median"]))
            found.append(Work(name, int(old["requests"]), int(new["requests"]), *seconds))
        except (KeyError, TypeError, ValueError):
            continue
    return tuple(found)
