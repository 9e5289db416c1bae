"""The stage table in Redis, for modules that run on many machines."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from b24bridge.errors import ConfigError, TransportError
from b24bridge.router.stages import ModuleState, read_state, write_state
from b24bridge.router.table import Change, Update

if TYPE_CHECKING:
    from redis import Redis
    from redis.client import Pipeline

__all__ = ["RedisTable"]

_log = logging.getLogger("b24bridge.router")

# Enough for years of migration, and it bounds the list.
_KEPT_CHANGES = 10_000
# A call must not pay the time limit of a server that is away more often than this.
_PAUSE_S = 5.0


class RedisTable:
    """The table as a hash in Redis; a change is seen everywhere after at most ``fresh_s`` seconds.

    When Redis cannot be reached, the last state that was read stays in force: a module must not change its
    path because a server is down. It is asked again every few seconds then.

    Args:
        redis: A client of redis-py; give it a ``socket_timeout``, for a call waits for its answer.
        prefix: Begins the names of the keys.
        fresh_s: Seconds for which what was read is trusted.
        clock: Monotonic time in seconds.

    Raises:
        TransportError: Redis cannot be reached at the start.
        ConfigError: It holds an entry that cannot be read.
    """

    def __init__(
        self,
        redis: Redis,
        *,
        prefix: str = "b24bridge",
        fresh_s: float = 0.5,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._redis = redis
        self._stages = f"{prefix}:stages"
        self._journal = f"{prefix}:changes"
        self._fresh_s = fresh_s
        self._clock = clock
        self._complained = ""
        with _reaching():
            self._states = self._read()
        self._looked = clock()

    def state(self, module: str) -> ModuleState:
        """Return the state of a module."""
        if self._clock() - self._looked > self._fresh_s:
            self._refresh()
        return self._states.get(module, _LEGACY)

    def modules(self) -> Mapping[str, ModuleState]:
        """Return all listed modules."""
        self._refresh()
        return dict(self._states)

    def change(self, module: str, update: Update, *, who: str, why: str) -> Change:
        """Change a module's state in one step, over all machines.

        Raises:
            TransportError: Redis cannot be reached; whether it took the change is not known.
            ConfigError: The module's entry cannot be read.
        """
        made: list[Change] = []

        def step(pipe: Pipeline) -> None:
            given = pipe.hget(self._stages, module)
            old = read_state(module, _decoded(module, given) if given else {})
            new = update(old)
            change = Change(time.time(), module, write_state(old), write_state(new), who, why)
            made.append(change)
            pipe.multi()
            if new == old:
                return
            pipe.hset(self._stages, module, json.dumps(change.new))
            pipe.rpush(self._journal, json.dumps(asdict(change), ensure_ascii=False))
            pipe.ltrim(self._journal, -_KEPT_CHANGES, -1)

        # Repeated by redis-py until nobody else changed the table meanwhile; the last round counts.
        with _reaching():
            self._redis.transaction(step, self._stages)
        self._refresh()
        return made[-1]

    def changes(self, module: str | None = None) -> list[Change]:
        """Return the recorded changes, oldest first.

        Raises:
            TransportError: Redis cannot be reached.
        """
        with _reaching():
            rows: list[Any] = self._redis.lrange(self._journal, 0, -1)
        found = [Change(**json.loads(row)) for row in rows]
        return [change for change in found if module in (None, change.module)]

    def _refresh(self) -> None:
        from redis.exceptions import RedisError

        self._looked = self._clock()
        try:
            self._states = self._read()
        except (RedisError, ConfigError) as error:
            # Redis is away, or somebody wrote an entry by hand that cannot be read.
            self._looked += _PAUSE_S
            cause = str(error) if isinstance(error, ConfigError) else type(error).__name__
            if cause != self._complained:
                _log.warning("the stage table cannot be read (%s); the last good state stays", cause)
            self._complained = cause
        else:
            self._complained = ""

    def _read(self) -> dict[str, ModuleState]:
        rows: dict[Any, Any] = self._redis.hgetall(self._stages)
        named = ((_text(name), entry) for name, entry in rows.items())
        return {name: read_state(name, _decoded(name, entry)) for name, entry in named}


_LEGACY = ModuleState()


def _text(value: str | bytes) -> str:
    return value.decode() if isinstance(value, bytes) else value


def _decoded(module: str, entry: str | bytes) -> object:
    try:
        return json.loads(entry)
    except ValueError as exc:
        raise ConfigError(f"Module {module}: its entry in Redis is no JSON.") from exc


@contextmanager
def _reaching() -> Iterator[None]:
    """Tell an error of Redis as one of ours."""
    from redis.exceptions import RedisError

    try:
        yield
    except RedisError as exc:
        # What it says may hold the address, with a password.
        raise TransportError(
            f"The stage table in Redis cannot be reached ({type(exc).__name__}).",
            remedy="See that Redis runs and that B24BRIDGE_STAGES names it.",
        ) from exc
