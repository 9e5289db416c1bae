"""A request budget that all machines share, kept in Redis (extra ``redis``).

One number per portal says when its bucket will be empty at the present rate; taking a place moves it on, in a
transaction that starts again when somebody else was quicker. Redis gives the time, so clocks of machines
need not agree. Without Redis a program keeps its own budget, says so once, and looks again after a while.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from b24bridge.engine.registry import Budget
from b24bridge.errors import ConfigError
from b24bridge.wire.limits import LeakyBucket, Tariff

if TYPE_CHECKING:
    from redis import Redis

__all__ = ["SharedBudget", "connect"]

_log = logging.getLogger("b24bridge.engine.shared")

TIMEOUT_S = 0.5
#: Seconds after which a Redis that was away is asked again.
AWAY_S = 30.0
#: Attempts to be quicker than the others; each one lost means that somebody took a place.
TRIES = 64
KEPT_S = 3600


def connect(url: str) -> Redis:
    """Return a connection to Redis that gives up soon; nothing is sent yet.

    Raises:
        ConfigError: The extra is not installed, or the address is none.
    """
    try:
        from redis import Redis
    except ImportError as exc:
        raise ConfigError("Redis is not installed.", remedy="pip install 'b24bridge[redis]'") from exc
    try:
        return Redis.from_url(url, socket_timeout=TIMEOUT_S, socket_connect_timeout=TIMEOUT_S)
    except ValueError:
        # The address may hold a password, and the library's message holds the address.
        raise ConfigError(
            "The address of Redis cannot be read.", remedy="Write redis://host:6379/0."
        ) from None


class SharedBudget(Budget):
    """The limits of one portal, shared by all programs that use the same Redis.

    The operating time of methods stays a matter of each program: every answer of the portal tells it.

    Args:
        tariff: Limits of the plan.
        redis: Connection.
        name: Name of the budget.
    """

    __slots__ = ("_away_until", "_key", "_rate", "_redis", "_room_s")

    def __init__(self, tariff: Tariff, redis: Redis, name: str) -> None:
        super().__init__(tariff)
        self._redis = redis
        # The name holds the host of a portal, which is nobody's business in a shared store.
        self._key = f"b24bridge:budget:{sha256(name.encode()).hexdigest()[:24]}"
        self._rate = tariff.drain_per_s
        self._room_s = max(1, tariff.capacity - LeakyBucket.SPARE) / tariff.drain_per_s
        self._away_until = 0.0

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

    def _over(self, empty_s: float) -> float:
        """Return the seconds until there is room for one more, if the bucket is empty in so many seconds."""
        return max(0.0, empty_s + 1 / self._rate - self._room_s)

    def _asked(self, now: float | None, change: Callable[[float], tuple[float, float]]) -> float:
        """Change the seconds until the bucket is empty, and return what the change says; 0 without Redis.

        Args:
            now: Monotonic time, or None where it does not matter.
            change: Takes the seconds until the bucket is empty; returns the new ones and the result.
        """
        if self._away_until and (now is None or now < self._away_until):
            return 0.0
        from redis import RedisError

        try:
            result = self._changed(change)
        except (RedisError, OSError) as error:
            if not self._away_until:
                _log.warning(
                    "Redis cannot be reached (%s): this program keeps to a request budget of its own.",
                    type(error).__name__,
                )
            self._away_until = (now or 0.0) + AWAY_S
            return 0.0
        if self._away_until:
            _log.warning("Redis is back: the request budget is shared again.")
            self._away_until = 0.0
        return result

    def _changed(self, change: Callable[[float], tuple[float, float]]) -> float:
        from redis import WatchError

        with self._redis.pipeline() as pipe:
            for _ in range(TRIES):
                try:
                    pipe.watch(self._key)  # type: ignore[no-untyped-call]  # the library's
                    moment, kept = _time(pipe), pipe.get(self._key)
                    empty_at = max(moment, float(kept)) if kept else moment
                    empty_s, result = change(empty_at - moment)
                    pipe.multi()
                    pipe.set(self._key, repr(moment + empty_s), ex=KEPT_S)
                    pipe.execute()
                except WatchError:
                    continue
                return result
        # So many others were quicker that a short rest is in place; nothing was taken.
        return 1 / self._rate


def _time(pipe: Any) -> float:
    seconds, micros = pipe.time()
    return float(seconds) + float(micros) / 1e6
