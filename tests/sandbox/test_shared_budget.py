"""One request budget for many clients through a real Redis."""

from __future__ import annotations

import logging
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from b24bridge import Client
from b24bridge.auth.credentials import Webhook
from b24bridge.engine.policy import Policy
from b24bridge.engine.registry import budget_of
from b24bridge.engine.shared import SharedBudget, connect
from b24bridge.errors import ConfigError
from b24bridge.sandbox import Portal
from b24bridge.wire.limits import STANDARD, Tariff

pytestmark = pytest.mark.redis

WORKER = """
import sys
from b24bridge.engine.shared import SharedBudget, connect
from b24bridge.wire.limits import Tariff
budget = SharedBudget(Tariff(52, 0.001), connect(sys.argv[1]), "portal")
print(*[round(budget.reserve(0.0), 3) for _ in range(25)])
"""


class RedisServer:
    """A Redis of its own on a socket file: no port that another test could have."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.place = folder / "redis.sock"
        self.url = f"unix://{self.place}"
        self.start()

    def start(self) -> None:
        """Start it and wait until it answers."""
        options = ["--port", "0", "--unixsocket", str(self.place), "--save", "", "--dir", str(self.folder)]
        self.process = subprocess.Popen(["redis-server", *options], stdout=subprocess.PIPE)
        assert self.process.stdout is not None
        while b"ready to accept connections" not in (line := self.process.stdout.readline()).lower():
            assert line, "redis-server ended"

    def stop(self) -> None:
        """Stop it."""
        with self.process:
            self.process.terminate()


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[RedisServer]:
    """A running Redis."""
    server = RedisServer(tmp_path)
    yield server
    server.stop()


def budget(redis: RedisServer, tariff: Tariff = STANDARD) -> SharedBudget:
    """Return a budget as another program would have it."""
    return SharedBudget(tariff, connect(redis.url), "portal")


def test_two_programs_fill_one_bucket(redis: RedisServer) -> None:
    """What one takes is missing for the other; in the end both wait for their places in turn."""
    first, second = budget(redis, Tariff(12, 0.001)), budget(redis, Tariff(12, 0.001))

    waits = [one.reserve(0.0) for _ in range(5) for one in (first, second)]

    assert [0.0] * 10 == waits
    assert 990 < first.wait(0.0) <= 1000
    assert 990 < second.reserve(0.0) <= 1000
    assert 1990 < first.reserve(0.0) <= 2000


def test_processes_never_get_more_places_than_there_are(redis: RedisServer) -> None:
    """Four processes that ask 25 times each get 50 places at once, and the others in turn."""
    commands = [[sys.executable, "-c", WORKER, redis.url] for _ in range(4)]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for command in commands]
    waits = sorted(float(wait) for one in running for wait in one.communicate(timeout=60)[0].split())

    assert 100 == len(waits)
    assert 50 == sum(wait == 0 for wait in waits)
    assert 50 == len({wait for wait in waits if wait > 0})


def test_place_is_given_back_for_all(redis: RedisServer) -> None:
    """A request that is not sent leaves room for another program."""
    slow = Tariff(3, 0.001)
    first, second = budget(redis, slow), budget(redis, slow)
    first.reserve(0.0)
    full_s = second.wait(0.0)

    first.release()

    assert full_s > 900
    assert 0.0 == second.reserve_free(0.0)
    assert first.reserve_free(0.0) > 900


def test_refusal_is_told_to_all(redis: RedisServer) -> None:
    """A refusal means a full bucket, whoever meets it."""
    slow = Tariff(12, 0.001)
    first, second = budget(redis, slow), budget(redis, slow)

    first.refused(0.0)

    assert 990 < second.wait(0.0) <= 1000


def test_without_redis_the_budget_of_the_process_holds_and_it_is_said_once(
    redis: RedisServer, caplog: pytest.LogCaptureFixture
) -> None:
    """Nobody waits for a Redis that is away; when it is back, it is used again."""
    shared = budget(redis)
    shared.reserve(0.0)
    redis.stop()

    with caplog.at_level(logging.WARNING):
        waits = [shared.reserve(1.0) for _ in range(60)]
        redis.start()
        shared.reserve(20.0)
        shared.reserve(40.0)

    assert 0.0 == waits[40]
    assert waits[-1] > 4.0
    assert [
        "Redis cannot be reached (ConnectionError): this program keeps to a request budget of its own.",
        "Redis is back: the request budget is shared again.",
    ] == [record.getMessage() for record in caplog.records]


def test_client_uses_it_by_policy(redis: RedisServer) -> None:
    """Two clients with portals of their own share the bucket, and the address stays out of sight."""
    policy = Policy(tariff=Tariff(6, 0.001), redis_url=redis.url)
    with Portal(webhook_code="code") as one, Portal(webhook_code="code") as two:
        for portal in (one, two):
            with Client.from_webhook(portal.webhook_url, transport=portal, policy=policy) as b24:
                b24.call("server.time")
                b24.call("server.time")

    other = budget_of(Webhook(portal.webhook_url).budget, Tariff(6, 0.001), None, redis.url)
    assert other.wait(0.0) > 900
    assert "unix://" not in repr(policy)


@pytest.mark.parametrize("url", ["nonsense://:secret@host", "host"])
def test_address_that_is_none_is_refused_without_showing_it(url: str) -> None:
    """It may hold a password."""
    with pytest.raises(ConfigError, match="cannot be read") as caught:
        connect(url)

    assert "secret" not in str(caught.value)
    assert caught.value.__cause__ is None
