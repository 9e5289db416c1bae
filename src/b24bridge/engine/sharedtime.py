"""The operating time of methods as all machines know it, kept in Redis (extra ``redis``).

One hash per portal says of each method until when the portal refuses it, and when its time comes free. Only
news is written: a method that used up its time, or another moment at which some comes free. Moments are
those of the portal's clock, as its answers give them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

from b24bridge.engine.link import Link, in_one_step
from b24bridge.wire.limits import OperatingBudget, Tariff

if TYPE_CHECKING:
    from redis import Redis

__all__ = ["SharedOperating"]

#: Seconds after which Redis forgets a portal of which nobody wrote; the portal's window is 600.
KEPT_S = 3600
#: Moments that differ by less are the same.
SAME_S = 1.0


class SharedOperating:
    """The operating time of the methods of one portal, as all programs together know it.

    Args:
        tariff: Limits of the plan.
        link: Connection.
        key: Where it is kept.
    """

    __slots__ = ("_key", "_limit_s", "_link", "_noted")

    def __init__(self, tariff: Tariff, link: Link, key: str) -> None:
        self._limit_s = tariff.operating_s
        self._link = link
        self._key = key
        self._noted: dict[str, float] = {}

    def waits(self, methods: Collection[str], wall: float) -> dict[str, float]:
        """Return the seconds until each of these methods may be called again, by what the others wrote."""
        if not methods:
            return {}
        names = list(methods)
        nothing: list[bytes | str | None] = [None] * len(names)
        fields = [_blocked(name) for name in names]
        kept = self._link.ask(lambda redis: redis.hmget(self._key, fields), nothing)
        return {
            name: max(0.0, float(until) - wall) if until is not None else 0.0
            for name, until in zip(names, kept, strict=True)
        }

    def observe(self, method: str, time: Mapping[str, Any]) -> None:
        """Tell the others what the time block of an answer says, if it is news."""
        told = OperatingBudget.read(time)
        if told is None:
            return
        operating, reset_at = told
        name = method.lower()
        is_used_up = operating >= self._limit_s
        if not is_used_up and abs(self._noted.get(name, 0.0) - reset_at) < SAME_S:
            return
        moments = {_resets(name): reset_at}
        if is_used_up:
            moments[_blocked(name)] = reset_at
        if self._link.ask(lambda redis: self._write(redis, moments), False):
            self._noted[name] = reset_at

    def refused(self, method: str, wall: float, reset_at: float | None) -> None:
        """Tell the others of a refusal; what any of them knows of the method's reset time counts."""
        self._link.ask(lambda redis: self._block(redis, method, wall, reset_at), None)

    def _write(self, redis: Redis, moments: Mapping[str, float]) -> bool:
        with redis.pipeline() as pipe:
            pipe.hset(self._key, mapping={name: repr(moment) for name, moment in moments.items()})
            pipe.expire(self._key, KEPT_S)
            pipe.execute()
        return True

    def _block(self, redis: Redis, method: str, wall: float, reset_at: float | None) -> None:
        fields = [_resets(method), _blocked(method)]

        def step(pipe: Any) -> None:
            known, until = [None if kept is None else float(kept) for kept in pipe.hmget(self._key, fields)]
            free_at = OperatingBudget.free_at(wall, known, reset_at)
            pipe.multi()
            pipe.hset(self._key, fields[1], repr(max(free_at, until or 0.0)))
            pipe.expire(self._key, KEPT_S)

        in_one_step(redis, self._key, step, None)


def _blocked(method: str) -> str:
    return f"until {method.lower()}"


def _resets(method: str) -> str:
    return f"reset {method.lower()}"
