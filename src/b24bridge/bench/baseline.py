"""A run against an earlier one: may it be merged?"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from b24bridge.bench.runner import WorkloadResult
from b24bridge.errors import ConfigError
from b24bridge.wire.call import Json

__all__ = ["Slower", "load_baseline", "slower"]

# Wall time depends on whatever else the machine does; requests and processor time are the client's own.
FIGURES: Final = ("requests", "cpu_s", "wall_s")


@dataclass(frozen=True, slots=True)
class Slower:
    """A figure that got worse.

    Attributes:
        workload: Name of the workload.
        path: Path.
        figure: Which figure.
        before: Its value in the baseline.
        now: Its value now.
    """

    workload: str
    path: str
    figure: str
    before: float
    now: float

    def __str__(self) -> str:
        return (
            f"{self.workload}, {self.path}: {self.figure} {self.before:.4g} -> {self.now:.4g} "
            f"({self.now / self.before:.2f} times)"
        )


def load_baseline(file: Path) -> Mapping[str, Json]:
    """Return the measurements of an earlier report's JSON.

    Raises:
        ConfigError: The file cannot be read or holds none.
    """
    try:
        data = json.loads(file.read_text(encoding="utf-8"))
        measured: Mapping[str, Json] = data["measured"]
    except OSError as error:
        raise ConfigError(f"Baseline {file} cannot be read ({error.strerror}).") from error
    except (ValueError, KeyError, TypeError) as error:
        raise ConfigError(
            f"Baseline {file} holds no measurements.", remedy="Give the bench.json of an earlier run."
        ) from error
    return measured


def slower(results: Sequence[WorkloadResult], baseline: Mapping[str, Json], limit: float) -> list[Slower]:
    """Return the figures whose best round is worse than the baseline's median by more than the limit.

    The best round is what the code can do; a busy machine makes the others slower, never faster.

    Args:
        limit: How many times the baseline a figure may be, such as 1.10.
    """
    found = []
    for result in results:
        before: Mapping[str, Any] = baseline.get(result.name, {}).get("paths", {})
        for name, path in result.paths.items():
            for figure in FIGURES:
                old = before.get(name, {}).get(figure)
                old = old["median"] if isinstance(old, Mapping) else old
                now = path.summary(figure).least
                if old and now > old * limit:
                    found.append(Slower(result.name, name, figure, float(old), now))
    return found
