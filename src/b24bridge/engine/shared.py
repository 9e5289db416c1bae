"""The limits of a portal that all machines share, kept in Redis (extra ``redis``).

One number per portal says when its bucket will be empty at the present rate; taking a place moves it on, in a
transaction that starts again when somebody else was quicker. Redis gives the time, so clocks of machines
need not agree. The operating time of methods lies beside it. Without Redis a program keeps to the limits by
what it knows itself, says so once, and looks again after a while.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from b24bridge.engine.link import Link, connect, in_one_step
from b24bridge.engine.registry import Budget
from b24bridge.engine.sharedtime import SharedOperating
from b24bridge.wire.limits import LeakyBucket, Tariff

if TYPE_CHECKING:
    from redis import Redis

__all__ = ["SharedBudget", "connect"]

KEPT_S = 3600


class SharedBudget(Budget):
    """The limits of one portal, shared by all programs that use the same Redis.

    What a program knows itself counts too, so nothing is lost while Redis is away.

    Args:
        tariff: Limits of the plan.
        redis: Connection.
        name: Name of the budget.
        account: Name of the webhook or application whose operating time counts.
        link: What is known of the connection already.
    """

    __slots__ = ("_everybodys", "_key", "_link", "_name", "_rate", "_room_s")

    def __init__(
        self, tariff: Tariff, redis: Redis, name: str, account: str = "", link: Link | None = None
    ) -> None:
        super().__init__(tariff)
        self._name = name
        self._link = Link(redis) if link is None else link
        # The names hold the host of a portal, which is nobody's business in a shared store.
        self._key = f"b24bridge:budget:{_digest(name)}"
        place = f"b24bridge:operating:{_digest(name, account)}"
        self._everybodys = SharedOperating(tariff, self._link, place)
        self._rate = tariff.drain_per_s
        self._room_s = max(1, tariff.capacity - LeakyBucket.SPARE) / tariff.drain_per_s

    def _sister(self, account: str) -> Budget:
        made = SharedBudget(self._tariff, self._link.redis, self._name, account, self._link)
        made._lock, made._bucket = self._lock, self._bucket
        return made

    def reserve(self, now: float) -> float:
        """Take a place for one request and return the seconds to wait for it."""
        own_s = super().reserve(now)
        shared_s = self._asked(now, lambda empty_s: (empty_s + 1 / self._rate, self._over(empty_s)))
        return max(own_s, shared_s)

    def reserve_free(self, now: float) -> float:
        """Take a place for one request if one is free now; otherwise return the seconds until one is."""
        own_s = super().wait(now)
        if own_s > 0:
            return own_s

        def take(empty_s: float) -> tuple[float, float]:
            over_s = self._over(empty_s)
            return (empty_s, over_s) if over_s > 0 else (empty_s + 1 / self._rate, 0.0)

        shared_s = self._asked(now, take)
        if shared_s <= 0:
            super().reserve(now)
        return shared_s

    def release(self) -> None:
        """Give back a place whose request is not sent."""
        super().release()
        self._asked(None, lambda empty_s: (max(0.0, empty_s - 1 / self._rate), 0.0))

    def wait(self, now: float) -> float:
        """Return the seconds that a request asked for now would wait, taking no place."""
        return max(super().wait(now), self._asked(now, lambda empty_s: (empty_s, self._over(empty_s))))

    def refused(self, now: float) -> None:
        """Learn that the portal refused a request as one too many, and tell the others."""
        super().refused(now)
        self._asked(now, lambda empty_s: (max(empty_s, self._room_s), 0.0))

    def operating_wait(self, method: str, wall: float) -> float:
        """Return the seconds until a method has operating time again, by all that anybody knows."""
        return self.operating_waits((method,), wall)[method]

    def operating_waits(self, methods: Collection[str], wall: float) -> dict[str, float]:
        """Return the seconds until each of these methods has operating time again."""
        shared = self._everybodys.waits(methods, wall)
        return {
            name: max(own_s, shared[name]) for name, own_s in super().operating_waits(methods, wall).items()
        }

    def observe(self, method: str, time: dict[str, object]) -> None:
        """Learn from the time block of an answer, and tell the others."""
        super().observe(method, time)
        self._everybodys.observe(method, time)

    def operating_refused(self, method: str, wall: float, reset_at: float | None) -> None:
        """Learn that the portal refused a method for its operating time, and tell the others."""
        super().operating_refused(method, wall, reset_at)
        self._everybodys.refused(method, wall, reset_at)

    def _over(self, empty_s: float) -> float:
        """Return the seconds until there is room for one more, if the bucket is empty in so many seconds."""
        return max(0.0, empty_s + 1 / self._rate - self._room_s)

    def _asked(self, now: float | None, change: Callable[[float], tuple[float, float]]) -> float:
        """Change the seconds until the bucket is empty, and return what the change says; 0 without Redis.

        Args:
            now: Monotonic time, or None where it does not matter.
            change: Takes the seconds until the bucket is empty; returns the new ones and the result.
        """
        return self._link.ask(lambda redis: self._changed(redis, change), 0.0, now)

    def _changed(self, redis: Redis, change: Callable[[float], tuple[float, float]]) -> float:
        def step(pipe: Any) -> float:
            moment, kept = _time(pipe), pipe.get(self._key)
            empty_at = max(moment, float(kept)) if kept else moment
            empty_s, result = change(empty_at - moment)
            pipe.multi()
            pipe.set(self._key, repr(moment + empty_s), ex=KEPT_S)
            return result

        # Where too many others were quicker a short rest is in place; nothing was taken.
        return in_one_step(redis, self._key, step, 1 / self._rate)


def _digest(*names: str) -> str:
    return sha256("\n".join(names).encode()).hexdigest()[:24]


def _time(pipe: Any) -> float:
    seconds, micros = pipe.time()
    return float(seconds) + float(micros) / 1e6
