"""The stage table in a real Redis: seen by all, changed in one step, kept in force when Redis is away."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from pathlib import Path
from threading import Thread

import pytest

from b24bridge.errors import ConfigError, TransportError
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


def test_a_state_that_stays_is_no_change_in_redis(
    redis_server: tuple[subprocess.Popen[bytes], str],
) -> None:
    """As in the file: the journal tells of one demotion, however many programs saw the gate break."""
    for _ in range(3):
        client(redis_server[1]).change(
            "m", lambda s: replace(s, stage=Stage.SHADOW), who="gate", why="errors"
        )

    assert ["shadow"] == [change.new["stage"] for change in client(redis_server[1]).changes("m")]


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


class Away:
    """A client whose server can be taken away; counts how often it is asked."""

    def __init__(self) -> None:
        self.is_away = False
        self.asked = 0

    def hgetall(self, name: str) -> dict[bytes, bytes]:
        """Answer, or fail as redis-py does."""
        self.asked += 1
        if self.is_away:
            raise redis.ConnectionError("Error 111 connecting to :s3cret@stages:6379")
        return {b"sector": b'{"stage": "modern"}'}


def test_a_redis_that_is_away_is_asked_now_and_then_only(caplog: pytest.LogCaptureFixture) -> None:
    """Each look may cost its time limit, and a caller waits for it; the log tells of it once."""
    client_, now = Away(), [0.0]
    table = RedisTable(client_, fresh_s=0.5, clock=lambda: now[0])  # type: ignore[arg-type]  # what it uses of it
    client_.is_away = True

    stages = []
    for now[0] in [1.0, 2.0, 3.0, 6.0, 7.0, 8.0]:
        stages.append(table.state("sector").stage)

    assert [Stage.MODERN] * 6 == stages
    assert 1 + 2 == client_.asked
    assert 1 == caplog.text.count("the last good state stays")
    assert "s3cret" not in caplog.text


def test_a_redis_that_is_away_at_the_start_is_told_without_its_address() -> None:
    """It may hold a password."""
    client_ = Away()
    client_.is_away = True

    with pytest.raises(TransportError, match="cannot be reached") as caught:
        RedisTable(client_)  # type: ignore[arg-type]  # what it uses of it

    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize("entry", ["{", "5", '{"stage": "shadwo"}'])
def test_an_entry_written_by_hand_that_cannot_be_read_changes_nothing(
    redis_server: tuple[subprocess.Popen[bytes], str], entry: str
) -> None:
    """A running program goes on with the last good state."""
    table = client(redis_server[1])
    table.change("sector", lambda s: replace(s, stage=Stage.CANARY), who="a", why="b")

    redis.Redis.from_url(redis_server[1]).hset("b24bridge:stages", "time", entry)

    assert Stage.CANARY is table.state("sector").stage
    with pytest.raises(ConfigError, match="Module time"):
        client(redis_server[1])


def test_an_address_that_is_none_is_told(tmp_path: Path) -> None:
    """The command line says how to write it."""
    with pytest.raises(ConfigError, match="no address of a Redis"):
        open_table(tmp_path, {"B24BRIDGE_STAGES": "redis://host:port"})
