"""Request rate, operating time, and how long a live portal would take (section 6)."""

from __future__ import annotations

import math
import random
from collections import deque
from dataclasses import dataclass, field
from typing import Any

from .refusals import system

__all__ = ["TARIFFS", "Latency", "Limits", "OperatingTime", "RateLimit"]

# Threshold and drain per second by tariff (DOC "REST API Limits").
TARIFFS: dict[str, tuple[float, float]] = {"standard": (50.0, 2.0), "enterprise": (250.0, 5.0)}

_BUCKET_S = 60
_BUCKETS = 10
_LEAST_CHARGED_S = 0.1


class RateLimit:
    """A leaky bucket per source address; a refused request does not fill it.

    Raises:
        ValueError: A bucket that holds nothing or never drains would refuse everything for ever.
    """

    def __init__(self, threshold: float, drain_per_s: float) -> None:
        if threshold < 1 or drain_per_s <= 0:
            raise ValueError("threshold of a limit is 1 or more, drain_per_s more than 0.")
        self.threshold = threshold
        self.drain_per_s = drain_per_s
        self._levels: dict[str, tuple[float, float]] = {}

    def admit(self, caller: str, now: float) -> bool:
        """Count a request and say whether it may pass."""
        level, last = self._levels.get(caller, (0.0, now))
        level = max(0.0, level - self.drain_per_s * max(0.0, now - last))
        passes = level + 1 <= self.threshold
        self._levels[caller] = (level + 1 if passes else level, now)
        return passes


class OperatingTime:
    """Time that a method used up in the last ten minutes, per webhook or application."""

    def __init__(self, limit_s: float | None = 480.0) -> None:
        self.limit_s = limit_s
        self._used: dict[tuple[str, str], deque[tuple[float, float]]] = {}

    def check(self, key: str, method: str, now: float) -> None:
        """Refuse a call of a method that has used up its time.

        Raises:
            Refusal: The method is blocked; the call that crossed the line was still carried out.
        """
        if self.limit_s is not None and self.used(key, method, now) > self.limit_s:
            raise system("operating")

    def used(self, key: str, method: str, now: float) -> float:
        """Return the seconds that count at this moment."""
        buckets = self._used.get((key, method))
        if not buckets:
            return 0
        while buckets and buckets[0][0] + _BUCKET_S * _BUCKETS <= now:
            buckets.popleft()
        return sum(seconds for _, seconds in buckets)

    def charge(self, key: str, method: str, now: float, seconds: float) -> None:
        """Add the time of one call; short calls are free."""
        if seconds <= _LEAST_CHARGED_S:
            return
        buckets = self._used.setdefault((key, method), deque())
        if buckets and now < buckets[-1][0] + _BUCKET_S:
            first, used = buckets.pop()
            buckets.append((first, used + seconds))
        else:
            buckets.append((now, seconds))

    def reset_at(self, key: str, method: str, now: float) -> int:
        """Return when the oldest time is forgotten."""
        buckets = self._used.get((key, method))
        return int((buckets[0][0] if buckets else now) + _BUCKET_S * _BUCKETS)


@dataclass(slots=True)
class Latency:
    """How long a live portal would take, for realistic performance work.

    Attributes:
        request_s: Every HTTP request.
        command_s: Every method, also inside a batch.
        count_s: Counting the rows of a list, on top.
        methods: Seconds of single methods, instead of ``command_s``.
        sigma: Spread of a lognormal factor on the whole; 0 for fixed times.
        seed: Seed of that spread.
    """

    request_s: float = 0.0
    command_s: float = 0.0
    count_s: float = 0.0
    methods: dict[str, float] = field(default_factory=dict)
    sigma: float = 0.0
    seed: int = 0
    _random: random.Random | None = None

    def command(self, method: str, *, counted: bool) -> float:
        """Return the seconds of one method."""
        return self.methods.get(method, self.command_s) + (self.count_s if counted else 0.0)

    def spread(self, seconds: float) -> float:
        """Return a request's seconds with the random factor; its median is 1."""
        if not self.sigma or not seconds:
            return seconds
        if self._random is None:
            self._random = random.Random(self.seed)
        return seconds * math.exp(self._random.gauss(0.0, self.sigma))


class Limits:
    """What a portal allows; without settings nothing is limited.

    Args:
        tariff: ``standard`` (50, then 2 a second), ``enterprise`` (250, then 5), or None.
        threshold: Replaces the tariff's threshold.
        drain_per_s: Replaces the tariff's drain.
        operating_s: Operating time per method in ten minutes, or None for no limit.
    """

    def __init__(
        self,
        tariff: str | None = None,
        *,
        threshold: float | None = None,
        drain_per_s: float | None = None,
        operating_s: float | None = None,
    ) -> None:
        if tariff is not None and tariff not in TARIFFS:
            raise ValueError(f"There is no tariff {tariff!r}; choose one of {', '.join(TARIFFS)}.")
        base = TARIFFS.get(tariff or "")
        self.rate: RateLimit | None = None
        if base or threshold is not None:
            known = base or TARIFFS["standard"]
            self.rate = RateLimit(
                known[0] if threshold is None else threshold, known[1] if drain_per_s is None else drain_per_s
            )
        self.operating = OperatingTime(operating_s)
        self.is_overloaded = False

    @classmethod
    def of(cls, settings: str | dict[str, Any] | Limits | None) -> Limits:
        """Return limits from a tariff's name, a map of arguments, or as they are."""
        if isinstance(settings, Limits):
            return settings
        return cls(**settings) if isinstance(settings, dict) else cls(settings)
