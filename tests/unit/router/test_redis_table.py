"""The stage table in a real Redis: seen by all, changed in one step, kept in force when Redis is away."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from pathlib import Path
from threading import Thread

import pytest

from b24bridge.router import ModuleState, Stage
from b24bridge.router.places import open_table
from b24bridge.router.redis_table import RedisTable

redis = pytest.importorskip("redis", reason="the client of the extra redis is not installed")

pytestmark = pytest.mark.redis


def client(address: str) -> RedisTable:
    """A table of one more process."""
    return RedisTable(redis.Redis.from_url(address), fresh_s=0.0)


def test_a_change_is_seen_by_others_with_who_and_why(
    redis_server: tuple[subprocess.Popen[bytes], str],
) -> None:
    """The state and the journal stand in Redis; a module that is not listed is in stage legacy."""
    one, other = client(redis_server[1]), client(redis_server[1])

    one.change("sector", lambda s: replace(s, stage=Stage.CANARY, percent=25), who="борис", why="условия")

    assert (Stage.CANARY, 25) == (other.state("sector").stage, other.state("sector").percent)
    assert ModuleState() == other.state("time")
    assert {"sector"} == set(other.modules())
    (change,) = other.changes("sector")
    assert ("legacy", "canary", "борис", "условия") == (
        change.old["stage"],
        change.new["stage"],
        change.who,
        change.why,
    )


def test_changes_at_the_same_time_are_all_kept(redis_server: tuple[subprocess.Popen[bytes], str]) -> None:
    """4 x 10 increments make 40: read and write are one step."""

    def work() -> None:
        table = client(redis_server[1])
        for _ in range(10):
            table.change("m", lambda s: replace(s, percent=s.percent + 1), who="p", why="count")

    workers = [Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert 5 + 40 == client(redis_server[1]).state("m").percent
    assert 40 == len(client(redis_server[1]).changes("m"))


def test_the_last_state_stays_in_force_when_redis_is_away(
    redis_server: tuple[subprocess.Popen[bytes], str],
) -> None:
    """A module must not change its path because a server is down."""
    table = client(redis_server[1])
    table.change("m", lambda s: replace(s, stage=Stage.MODERN), who="a", why="b")

    redis_server[0].kill()
    redis_server[0].wait()

    assert Stage.MODERN is table.state("m").stage


def test_the_environment_names_the_redis(
    redis_server: tuple[subprocess.Popen[bytes], str], tmp_path: Path
) -> None:
    """``B24BRIDGE_STAGES`` is enough for many machines."""
    table = open_table(tmp_path, {"B24BRIDGE_STAGES": redis_server[1]})

    assert isinstance(table, RedisTable)
    assert {} == table.modules()
