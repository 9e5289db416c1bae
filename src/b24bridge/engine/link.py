"""A Redis that may be away: what is asked of it then has a default, and it is asked again after a while."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from b24bridge.errors import ConfigError

if TYPE_CHECKING:
    from redis import Redis

__all__ = ["Link", "connect", "in_one_step"]

_log = logging.getLogger("b24bridge.engine.shared")

T = TypeVar("T")

TIMEOUT_S = 0.5
#: Seconds after which a Redis that was away is asked again.
AWAY_S = 30.0
#: Attempts to be quicker than the others; each one lost means that somebody wrote.
TRIES = 64


def connect(url: str, timeout_s: float | None = None) -> Redis:
    """Return a connection to Redis that gives up soon; nothing is sent yet.

    Args:
        url: ``redis://host:6379/0``.
        timeout_s: Seconds to wait for an answer; default half a second.

    Raises:
        ConfigError: The extra is not installed, or the address is none.
    """
    try:
        from redis import Redis
    except ImportError as exc:
        raise ConfigError("Redis is not installed.", remedy="pip install 'b24bridge[redis]'") from exc
    patience_s = TIMEOUT_S if timeout_s is None else timeout_s
    try:
        return Redis.from_url(url, socket_timeout=patience_s, socket_connect_timeout=patience_s)
    except ValueError:
        # The address may hold a password, and the library's message holds the address.
        raise ConfigError(
            "The address of Redis cannot be read.", remedy="Write redis://host:6379/0."
        ) from None


def in_one_step(redis: Redis, key: str, step: Callable[[Any], T], lost: T) -> T:
    """Read and write a key as one step, again where another program wrote it in between.

    Args:
        redis: Connection.
        key: What is read and written.
        step: Gets a pipeline that answers at once; reads, calls ``multi``, and writes.
        lost: Result if others were quicker each time; nothing is written then.
    """
    from redis import WatchError

    opened: Any = redis.pipeline()
    with opened as pipe:
        for _ in range(TRIES):
            try:
                pipe.watch(key)
                result = step(pipe)
                pipe.execute()
            except WatchError:
                continue
            return result
    return lost


class Link:
    """One program's connection to the Redis that all share.

    Args:
        redis: Connection.
    """

    __slots__ = ("_away_until", "_seen", "redis")

    def __init__(self, redis: Redis) -> None:
        self.redis = redis
        self._away_until = 0.0
        self._seen = 0.0

    def ask(self, question: Callable[[Redis], T], default: T, now: float | None = None) -> T:
        """Return the answer to a question, the default while Redis is away.

        Args:
            question: Asks Redis.
            default: Answer without Redis.
            now: Monotonic time; without it a Redis that was away is not asked again.
        """
        if now is not None:
            self._seen = max(self._seen, now)
        if self._away_until and (now is None or now < self._away_until):
            return default
        from redis import RedisError

        try:
            answer = question(self.redis)
        except (RedisError, OSError) as error:
            if not self._away_until:
                _log.warning(
                    "Redis cannot be reached (%s): this program keeps to the limits by what it knows itself.",
                    type(error).__name__,
                )
            self._away_until = self._seen + AWAY_S
            return default
        if self._away_until:
            _log.warning("Redis is back: the limits are shared again.")
            self._away_until = 0.0
        return answer
