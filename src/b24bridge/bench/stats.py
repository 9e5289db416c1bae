"""Medians, spread, and ratios with an interval."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median, quantiles
from typing import Final

__all__ = ["Ratio", "Summary", "ratio", "summarise"]

_RESAMPLES: Final = 2_000
_SEED: Final = 1718


@dataclass(frozen=True, slots=True)
class Summary:
    """Repeated measurements of one thing.

    Attributes:
        median: Half of the rounds were below.
        low: Lower quartile.
        high: Upper quartile.
        least: Best round.
        most: Worst round.
        rounds: How many.
    """

    median: float
    low: float
    high: float
    least: float
    most: float
    rounds: int


@dataclass(frozen=True, slots=True)
class Ratio:
    """How many times smaller the new figure is than the old one, with a 95 % interval.

    Attributes:
        value: Median of the old divided by median of the new; above 1 is a gain.
        low: Lower end of the interval.
        high: Upper end.
    """

    value: float
    low: float
    high: float

    @property
    def is_certain(self) -> bool:
        """Return whether the interval leaves no doubt on which side of 1 the ratio lies."""
        return self.low > 1 or self.high < 1


def summarise(values: Sequence[float]) -> Summary:
    """Return median and spread of at least one measurement."""
    ordered = sorted(values)
    low, _, high = quantiles(ordered, n=4, method="inclusive") if len(ordered) > 1 else [ordered[0]] * 3
    return Summary(median(ordered), low, high, ordered[0], ordered[-1], len(ordered))


def ratio(old: Sequence[float], new: Sequence[float], *, seed: int = _SEED) -> Ratio | None:
    """Return the ratio of medians with a bootstrap interval, or None if the new one is zero.

    Rounds are interleaved, so the old and the new measurement of one round share the machine's mood; they
    are resampled as pairs where both have the same number of rounds.

    Args:
        seed: Makes the interval repeatable.
    """
    if not old or not new or median(new) == 0:
        return None
    chance = random.Random(seed)  # noqa: S311  # statistics, not secrets
    paired = len(old) == len(new)
    resampled = []
    for _ in range(_RESAMPLES):
        left = [chance.randrange(len(old)) for _ in old]
        right = left if paired else [chance.randrange(len(new)) for _ in new]
        below = median(new[at] for at in right)
        if below > 0:
            resampled.append(median(old[at] for at in left) / below)
    resampled.sort()
    edge = len(resampled) // 40
    return Ratio(median(old) / median(new), resampled[edge], resampled[-1 - edge])
