"""Rounds of old and new, side by side in one run."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from b24bridge.bench.stats import Ratio, Summary, ratio, summarise
from b24bridge.bench.workloads import PATHS, workload
from b24bridge.errors import ConfigError, TransportError
from b24bridge.wire.secrets import mask

__all__ = ["COUNTS", "Measured", "PathResult", "Round", "WorkloadResult", "run_rounds"]

Progress = Callable[[str], None]
Measure = Callable[[Mapping[str, str]], "Round"]

# What does not vary between rounds on a portal at rest.
COUNTS = ("requests", "commands", "refused", "sent_bytes", "received_bytes", "rows")


@dataclass(frozen=True, slots=True)
class Round:
    """One run of one path.

    Attributes:
        wall_s: Seconds from start to end.
        cpu_s: Processor seconds of the client's process.
        memory_bytes: Peak of the client's process.
        rows: Records in the result.
        mark: The same for the same result.
        requests: HTTP requests.
        commands: REST methods asked for.
        refused: Requests that the portal refused for load.
        sent_bytes: Bodies of requests.
        received_bytes: Bodies of answers.
    """

    wall_s: float
    cpu_s: float
    memory_bytes: int
    rows: int
    mark: str
    requests: int
    commands: int
    refused: int
    sent_bytes: int
    received_bytes: int


Measured = Sequence[Round]


@dataclass(frozen=True, slots=True)
class PathResult:
    """All rounds of one path.

    Attributes:
        path: ``legacy``, ``modern`` or ``async``.
        rounds: As measured.
    """

    path: str
    rounds: tuple[Round, ...]

    def series(self, figure: str) -> list[float]:
        """Return one figure of every round."""
        return [float(getattr(one, figure)) for one in self.rounds]

    def summary(self, figure: str) -> Summary:
        """Return median and spread of one figure."""
        return summarise(self.series(figure))

    @property
    def last(self) -> Round:
        """Return the last round, for what does not vary."""
        return self.rounds[-1]


@dataclass(frozen=True, slots=True)
class WorkloadResult:
    """All paths of one workload.

    Attributes:
        name: Name of the workload.
        title: What is done.
        paths: By name, ``legacy`` first.
    """

    name: str
    title: str
    paths: Mapping[str, PathResult]

    @property
    def is_same(self) -> bool:
        """Return whether every path gave the same result in every round."""
        return len({one.mark for path in self.paths.values() for one in path.rounds}) == 1

    def gain(self, figure: str, path: str = "modern") -> Ratio | None:
        """Return how many times less a path needs than the legacy one, or None if that cannot be said."""
        if "legacy" not in self.paths or path not in self.paths:
            return None
        return ratio(self.paths["legacy"].series(figure), self.paths[path].series(figure))


def run_rounds(
    names: Sequence[str],
    webhook_url: str,
    *,
    rounds: int,
    paths: Sequence[str] = PATHS,
    progress: Progress = lambda text: None,
    measure: Measure | None = None,
) -> list[WorkloadResult]:
    """Measure workloads, round by round, the paths taking turns within each round.

    Args:
        names: Workloads.
        webhook_url: The portal.
        rounds: How often each path runs.
        paths: Paths to measure; one that a workload does not have is left out.
        progress: Told what is being measured.
        measure: Runs one path once; by default in a process of its own.

    Raises:
        ConfigError: No rounds, or an unknown workload or path.
        TransportError: A path failed.
    """
    if rounds < 1:
        raise ConfigError("At least one round is needed.")
    if unknown := [path for path in paths if path not in PATHS]:
        raise ConfigError(f"There is no path {unknown[0]!r}.", remedy=f"There are: {', '.join(PATHS)}.")
    measure = measure or _in_child
    results = []
    for name in names:
        work = workload(name)
        wanted = [path for path in paths if path in work.paths]
        measured: dict[str, list[Round]] = {path: [] for path in wanted}
        for number in range(rounds):
            # Each round begins with another path, so that none always runs on a warm portal.
            for path in [*wanted[number % len(wanted) :], *wanted[: number % len(wanted)]]:
                progress(f"{name}, {path}, round {number + 1} of {rounds}")
                measured[path].append(measure({"workload": name, "path": path, "webhook_url": webhook_url}))
        done = {path: PathResult(path, tuple(rows)) for path, rows in measured.items()}
        results.append(WorkloadResult(name, work.title, done))
    return results


def _in_child(order: Mapping[str, str]) -> Round:
    """Run one path once in a process of its own."""
    finished = subprocess.run(  # our own program
        [sys.executable, "-m", "b24bridge.bench.worker"],
        input=json.dumps(order),
        capture_output=True,
        text=True,
        check=False,
    )
    if finished.returncode != 0:
        told = finished.stderr.strip().splitlines() or ["it said nothing"]
        raise TransportError(f"{order['workload']}, {order['path']} failed: {mask(told[-1])}")
    return round_from(json.loads(finished.stdout))


def round_from(data: Mapping[str, Any]) -> Round:
    """Return a round from its JSON form."""
    return Round(**{item.name: data[item.name] for item in fields(Round)})
