"""One request budget for many clients through a real Redis."""

from __future__ import annotations

import logging
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from b24bridge import Client
from b24bridge.auth.credentials import Webhook
from b24bridge.engine import flows, link
from b24bridge.engine.executor import Executor
from b24bridge.engine.policy import Policy
from b24bridge.engine.registry import budget_of
from b24bridge.engine.shared import SharedBudget, connect
from b24bridge.errors import ConfigError
from b24bridge.sandbox import Portal
from b24bridge.wire.call import Call
from b24bridge.wire.limits import STANDARD, Tariff
from tests.unit.engine.scripted import HOOK, ScriptedPort, ok, step

pytestmark = pytest.mark.redis

#: Seconds that a busy machine may take for anything; no test waits so long.
PATIENCE_S = 60.0
#: Portals that give back a place in a quarter of an hour: what passes while a test runs changes nothing.
SLOW = 0.001
METHOD = "crm.item.list"
#: Any moment; the wall clock is handed in.
WALL = 1_800_000_000.0

WORKER = f"""
import sys
from b24bridge.engine.shared import SharedBudget, connect
from b24bridge.wire.limits import Tariff
budget = SharedBudget(Tariff(52, {SLOW}), connect(sys.argv[1], {PATIENCE_S}), "portal")
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


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    """A running Redis for all tests here."""
    running = RedisServer(tmp_path_factory.mktemp("redis"))
    yield running
    running.stop()


@pytest.fixture
def redis(server: RedisServer) -> RedisServer:
    """The Redis, empty."""
    connect(server.url, PATIENCE_S).flushall()
    return server


def budget(redis: RedisServer, tariff: Tariff = STANDARD) -> SharedBudget:
    """Return a budget as another program would have it."""
    return SharedBudget(tariff, connect(redis.url, PATIENCE_S), "portal")


def test_two_programs_fill_one_bucket(redis: RedisServer) -> None:
    """What one takes is missing for the other; in the end both wait for their places in turn."""
    first, second = budget(redis, Tariff(12, SLOW)), budget(redis, Tariff(12, SLOW))

    waits = [one.reserve(0.0) for _ in range(5) for one in (first, second)]

    assert [0.0] * 10 == waits
    assert 900 < first.wait(0.0) <= 1000
    assert 900 < second.reserve(0.0) <= 1000
    assert 1900 < first.reserve(0.0) <= 2000


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
    slow = Tariff(3, SLOW)
    first, second = budget(redis, slow), budget(redis, slow)
    first.reserve(0.0)
    full_s = second.wait(0.0)

    first.release()

    assert full_s > 900
    assert 0.0 == second.reserve_free(0.0)
    assert first.reserve_free(0.0) > 900


def test_refusal_is_told_to_all(redis: RedisServer) -> None:
    """A refusal means a full bucket, whoever meets it."""
    slow = Tariff(12, SLOW)
    first, second = budget(redis, slow), budget(redis, slow)

    first.refused(0.0)

    assert 900 < second.wait(0.0) <= 1000


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
        "Redis cannot be reached (ConnectionError): this program keeps to the limits by what it knows itself.",
        "Redis is back: the limits are shared again.",
    ] == [record.getMessage() for record in caplog.records]


def test_client_uses_it_by_policy(redis: RedisServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two clients with portals of their own share the bucket, and the address stays out of sight."""
    monkeypatch.setattr(link, "TIMEOUT_S", PATIENCE_S)
    policy = Policy(tariff=Tariff(6, SLOW), redis_url=redis.url)
    with Portal(webhook_code="code") as one, Portal(webhook_code="code") as two:
        for portal in (one, two):
            with Client.from_webhook(portal.webhook_url, transport=portal, policy=policy) as b24:
                b24.call("server.time")
                b24.call("server.time")

    other = budget_of(Webhook(portal.webhook_url).budget, Tariff(6, SLOW), None, redis.url)
    assert other.wait(0.0) > 900
    assert "unix://" not in repr(policy)


@pytest.mark.parametrize("url", ["nonsense://:secret@host", "host"])
def test_address_that_is_none_is_refused_without_showing_it(url: str) -> None:
    """It may hold a password."""
    with pytest.raises(ConfigError, match="cannot be read") as caught:
        connect(url)

    assert "secret" not in str(caught.value)
    assert caught.value.__cause__ is None


def told(operating: float, reset_at: float) -> dict[str, object]:
    """Return the time block of an answer."""
    return {"operating": operating, "operating_reset_at": reset_at}


def test_method_that_used_up_its_time_rests_in_all_programs(redis: RedisServer) -> None:
    """What the portal told one holds for the others, for this method and in any spelling."""
    first, second = budget(redis), budget(redis)

    first.observe(METHOD, told(481.5, WALL + 240))

    assert 240.0 == second.operating_wait("CRM.Item.List", WALL)
    assert {METHOD: 200.0, "crm.deal.list": 0.0} == second.operating_waits(
        {METHOD, "crm.deal.list"}, WALL + 40
    )
    assert 0.0 == second.operating_wait(METHOD, WALL + 240)


def test_time_that_is_not_used_up_holds_nobody(redis: RedisServer) -> None:
    """479 of 480 seconds are no reason to rest."""
    first, second = budget(redis), budget(redis)

    first.observe(METHOD, told(479.9, WALL + 240))

    assert 0.0 == second.operating_wait(METHOD, WALL)


def test_refusal_in_one_program_uses_what_another_knows_of_the_reset(redis: RedisServer) -> None:
    """A refusal seldom says when time comes free; the last good answer did, whoever got it."""
    first, second, third = budget(redis), budget(redis), budget(redis)
    first.observe(METHOD, told(470.0, WALL + 300))

    second.operating_refused(METHOD, WALL, None)
    second.operating_refused("crm.deal.list", WALL, None)

    assert 300.0 == third.operating_wait(METHOD, WALL)
    assert 60.0 == third.operating_wait("crm.deal.list", WALL)


def test_of_two_refusals_the_longer_holds(redis: RedisServer) -> None:
    """In whatever order they arrive."""
    first, second, third = budget(redis), budget(redis), budget(redis)

    first.operating_refused(METHOD, WALL, WALL + 500)
    second.operating_refused(METHOD, WALL, WALL + 100)

    assert 500.0 == third.operating_wait(METHOD, WALL)


def test_refusals_at_the_same_moment_lose_nothing(redis: RedisServer) -> None:
    """Eight programs that are refused at once leave the longest of their moments."""
    programs = [budget(redis) for _ in range(8)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda at: programs[at].operating_refused(METHOD, WALL, WALL + 10 * at), range(1, 8)))

    assert 70.0 == programs[0].operating_wait(METHOD, WALL)


def test_what_is_kept_expires_and_names_no_portal(redis: RedisServer) -> None:
    """A portal that nobody uses any more leaves nothing in Redis."""
    one = budget(redis)
    one.reserve(0.0)

    one.observe(METHOD, told(481.0, WALL + 240))

    store = connect(redis.url, PATIENCE_S)
    keys = store.keys()
    assert 2 == len(keys)
    assert all(600 < store.ttl(key) <= 3600 for key in keys)
    assert not any(b"portal" in key for key in keys)


def test_only_news_is_written(redis: RedisServer) -> None:
    """A long list does not write to Redis with each page."""
    one, store = budget(redis), connect(redis.url, PATIENCE_S)
    store.config_resetstat()
    for used in range(50):
        one.observe(METHOD, told(float(used), WALL + 240))

    calls = store.info("commandstats")["cmdstat_hset"]["calls"]

    assert 1 == calls


def test_without_redis_the_operating_time_of_the_process_holds(redis: RedisServer) -> None:
    """What the program learned itself is not lost, and it is shared again when Redis is back."""
    one, other = budget(redis), budget(redis)
    redis.stop()

    one.observe(METHOD, told(481.0, WALL + 240))
    one.operating_refused("crm.deal.list", WALL, WALL + 100)
    alone = one.operating_waits((METHOD, "crm.deal.list"), WALL)
    redis.start()
    one.reserve(40.0)
    one.observe(METHOD, told(482.0, WALL + 250))

    assert {METHOD: 240.0, "crm.deal.list": 100.0} == alone
    assert 250.0 == other.operating_wait(METHOD, WALL)


def test_operating_time_belongs_to_the_webhook_and_the_bucket_to_all(redis: RedisServer) -> None:
    """The portal counts them so; what one webhook used up does not stop another."""
    tariff = Tariff(6, SLOW)
    first, second = budget(redis, tariff), budget(redis, tariff)

    first.of("webhook a").observe(METHOD, told(481.0, WALL + 240))
    for account in ("webhook a", "webhook b"):
        first.of(account).reserve(0.0)
        first.of(account).reserve(0.0)

    assert [240.0, 0.0] == [second.of(f"webhook {name}").operating_wait(METHOD, WALL) for name in "ab"]
    assert second.of("webhook b").wait(0.0) > 900


def test_commands_of_a_batch_are_shared_too(redis: RedisServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """A client in another program rests before a batch whose method the first client used up."""
    monkeypatch.setattr(link, "TIMEOUT_S", PATIENCE_S)
    time_block = told(481.0, 1_700_000_100.0)
    maps = {name: {} for name in ("result", "result_error", "result_total", "result_next", "result_time")}
    answer = ok({**maps, "result": {"a": 1}, "result_time": {"a": time_block}})
    policy = Policy(redis_url=redis.url)
    first, second = ScriptedPort(answer), ScriptedPort(answer)

    for port in (first, second):
        step(flows.batch(Executor(port, Webhook(HOOK), policy=policy), {"a": Call("crm.deal.get")}))

    assert [] == first.slept
    assert [100.0] == second.slept
