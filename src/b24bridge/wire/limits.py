"""Limits of a portal as arithmetic: the leaky bucket of requests and the operating time of methods.

Time is passed in. Figures: vendor page "REST API Limits" (50 requests, then 2 a second; Enterprise
250 and 5; 480 s of operating time per method in ten minutes).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

__all__ = ["ENTERPRISE", "STANDARD", "LeakyBucket", "OperatingBudget", "Tariff"]


@dataclass(frozen=True, slots=True)
class Tariff:
    """What a plan allows.

    Attributes:
        capacity: Requests that the bucket holds.
        drain_per_s: Requests that leave it each second.
        operating_s: Portal seconds that one method may use in ten minutes.
    """

    capacity: int
    drain_per_s: float
    operating_s: float = 480.0


STANDARD = Tariff(50, 2.0)
ENTERPRISE = Tariff(250, 5.0)


class LeakyBucket:
    """The requests of one portal and address, counted the way the portal counts them.

    ``reserve`` hands out a place in time to each request, in the order of asking, so that nobody
    overtakes and the bucket of the portal never overflows. Two places stay free, because the portal
    drains in whole seconds and requests may arrive closer together than they were sent.
    """

    __slots__ = ("_drain", "_factor", "_level", "_room", "_stamp", "tariff")

    SPARE = 2

    def __init__(self, tariff: Tariff = STANDARD) -> None:
        self.tariff = tariff
        self._room = float(max(1, tariff.capacity - self.SPARE))
        self._drain = tariff.drain_per_s
        self._factor = 1.0
        self._level = 0.0
        self._stamp = 0.0

    @property
    def rate_per_s(self) -> float:
        """Requests a second that are sent once the bucket is full."""
        return self._drain * self._factor

    def level(self, now: float) -> float:
        """Return how many requests the bucket holds at that time."""
        return max(0.0, self._level - max(0.0, now - self._stamp) * self.rate_per_s)

    def reserve(self, now: float) -> float:
        """Take a place for one request and return the seconds to wait for it."""
        elapsed = now - self._stamp
        rate = self._drain * self._factor
        # The stamp never runs backwards: threads may ask with a time read a moment ago.
        if elapsed > 0.0:
            self._level = max(0.0, self._level - elapsed * rate)
            self._stamp = now
        self._level += 1.0
        over = self._level - self._room
        return over / rate if over > 0.0 else 0.0

    def release(self) -> None:
        """Give back a place whose request is not sent."""
        self._level = max(0.0, self._level - 1.0)

    def wait(self, now: float) -> float:
        """Return the seconds that a request asked for now would wait, taking no place."""
        over = self.level(now) + 1.0 - self._room
        return over / self.rate_per_s if over > 0.0 else 0.0

    def refused(self, now: float) -> None:
        """Learn from a refusal: the bucket is full and somebody else fills it too."""
        self._level = max(self.level(now), self._room)
        self._stamp = max(self._stamp, now)
        self._factor = max(0.25, self._factor * 0.7)

    def accepted(self) -> None:
        """Learn from an answer: the speed lost by refusals comes back slowly."""
        if self._factor < 1.0:
            self._factor = min(1.0, self._factor + 0.01)


class OperatingBudget:
    """The operating time of each method, as the portal's answers report it.

    Under pressure the portal refuses a method for minutes, so a method that used up its time waits
    until the portal frees some.
    """

    __slots__ = ("_blocked", "_limit_s", "_resets")

    #: Without word from the portal the oldest of its ten buckets of 60 s is gone after this time.
    BLOCK_S = 60.0
    WINDOW_S = 600.0

    def __init__(self, limit_s: float = STANDARD.operating_s) -> None:
        self._limit_s = limit_s
        self._blocked: dict[str, float] = {}
        self._resets: dict[str, float] = {}

    def observe(self, method: str, time: Mapping[str, Any]) -> None:
        """Learn from the time block of an answer."""
        told = self.read(time)
        if told is None:
            return
        operating, reset_at = told
        self._resets[method.lower()] = reset_at
        if operating >= self._limit_s:
            self._blocked[method.lower()] = reset_at

    @staticmethod
    def read(time: Mapping[str, Any]) -> tuple[float, float] | None:
        """Return the operating time that an answer tells and when some comes free, None if it tells none."""
        operating = time.get("operating")
        reset_at = time.get("operating_reset_at")
        if not isinstance(operating, int | float) or not isinstance(reset_at, int | float):
            return None
        return float(operating), float(reset_at)

    def refused(self, method: str, now: float, reset_at: float | None = None) -> None:
        """Learn from a refusal (429 ``OPERATION_TIME_LIMIT``).

        A refusal mostly does not say when time comes free; the method's last good answer did.
        """
        key = method.lower()
        until = self.free_at(now, self._resets.get(key), reset_at)
        self._blocked[key] = max(until, self._blocked.get(key, 0.0))

    @classmethod
    def free_at(cls, now: float, known: float | None, reset_at: float | None) -> float:
        """Return when a refused method has time again.

        Args:
            now: Time of the refusal.
            known: When the method's last good answer said that time comes free.
            reset_at: When the refusal itself says so.
        """
        if reset_at is not None:
            return reset_at
        return known if known is not None and now < known <= now + cls.WINDOW_S else now + cls.BLOCK_S

    def wait(self, method: str, now: float) -> float:
        """Return the seconds until the method may be called again, 0 for now."""
        if not self._blocked:
            return 0.0
        until = self._blocked.get(method.lower())
        if until is None:
            return 0.0
        if until <= now:
            del self._blocked[method.lower()]
            return 0.0
        return until - now
