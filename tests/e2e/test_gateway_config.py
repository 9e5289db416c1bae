"""Settings of the gateway: every mode is built and answers; mistakes are named."""

from __future__ import annotations

import json
import logging
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from redis import Redis

from b24bridge.contract.cassettes import load_cassette
from b24bridge.errors import ConfigError
from b24bridge.gateway.config import build, load
from b24bridge.sandbox.portal import Portal
from tests.e2e.gateway_kit import KEY, behind_socket, in_thread

CALLER = {"name": "app", "key": KEY}


@pytest.fixture
def portal() -> Iterator[Portal]:
    """A portal behind a socket."""
    with behind_socket(
        Portal({"users": [{"ID": "1", "NAME": "Иван", "UF_DEPARTMENT": [1]}]}, webhook_code="realcode")
    ) as portal:
        yield portal


def _given(portal: Portal, **more: Any) -> dict[str, Any]:
    return {"upstream": {"webhook": portal.webhook_url}, "limits": "none", "caller": [CALLER], **more}


def _ask(base: str, method: str, **params: Any) -> httpx.Response:
    return httpx.post(f"{base}/rest/1/{KEY}/{method}", json=params, timeout=120)


def test_pass_hands_on_bytes(portal: Portal) -> None:
    """The answer is the portal's, bytes and type."""
    with in_thread(build(_given(portal))) as base:
        answer = _ask(base, "user.get", ID=2)

    assert b'{"result":[],"time":{"s' == answer.content[:23]
    assert "application/json; charset=utf-8" == answer.headers["content-type"]


def test_what_record_keeps_replay_answers_and_spy_completes(portal: Portal, tmp_path: Path) -> None:
    """A recording is written at the end; it shows no key and no code."""
    cassette = str(tmp_path / "tape.yaml")

    with in_thread(build(_given(portal, mode="record", cassette=cassette))) as base:
        recorded = _ask(base, "user.get", ID=1, note=KEY).content
    asked = portal.requests.count
    with in_thread(build({"mode": "replay", "cassette": cassette, "caller": [CALLER]})) as base:
        unknown = _ask(base, "user.get", ID=7)
    asked_by_replay = portal.requests.count - asked
    with in_thread(build(_given(portal, mode="spy", cassette=cassette))) as base:
        rest = _ask(base, "profile")

    text = Path(cassette).read_text(encoding="utf-8")
    assert "Иван" in json.loads(recorded)["result"][0]["NAME"]
    assert ["user.get"] == [exchange_method(one) for one in load_cassette(Path(cassette)).exchanges]
    assert KEY not in text
    assert "realcode" not in text
    assert 0 == asked_by_replay
    assert (502, "GATEWAY_NO_ANSWER") == (unknown.status_code, unknown.json()["error"])
    assert "1" == rest.json()["result"]["ID"]


def exchange_method(exchange: Any) -> str:
    """Return the REST method of a recorded exchange."""
    return str(exchange.url.partition("?")[0].rpartition("/")[2])


def test_a_read_replays_as_often_as_it_is_asked(portal: Portal, tmp_path: Path) -> None:
    """A page that is loaded again gets the same answer."""
    cassette = str(tmp_path / "tape.yaml")
    with in_thread(build(_given(portal, mode="record", cassette=cassette))) as base:
        recorded = _ask(base, "user.get", ID=1).json()["result"]

    with in_thread(build({"mode": "replay", "cassette": cassette, "caller": [CALLER]})) as base:
        replayed = [_ask(base, "user.get", ID=1).json()["result"] for _ in range(3)]

    assert [recorded] * 3 == replayed


def test_diff_answers_from_the_first_and_finishes_its_comparisons(
    portal: Portal, caplog: pytest.LogCaptureFixture
) -> None:
    """The second portal is slow; at the stop the gateway waits for it, and says what differs."""
    other = Portal({"users": [{"ID": "1", "NAME": "Пётр", "UF_DEPARTMENT": [1]}]}, webhook_code="othercode")
    other.faults.add({"method": "user.get", "slow_s": 0.3})
    with behind_socket(other), caplog.at_level(logging.WARNING, "b24bridge.gateway"):
        given = _given(portal, mode="diff", second={"webhook": other.webhook_url})
        with in_thread(build(given)) as base:
            answer = _ask(base, "user.get", ID=1)

    assert "Иван" == answer.json()["result"][0]["NAME"]
    assert "user.get differs" in caplog.text
    assert "Пётр" in caplog.text


def test_at_the_end_the_ports_are_closed(portal: Portal) -> None:
    """No connection to the portal stays open behind a gateway that stopped."""
    setup = build(_given(portal))

    with in_thread(setup) as base:
        _ask(base, "profile")
        forwarder = setup.gateway._forwarder
        assert forwarder is not None
        port: Any = forwarder._port
        assert port._http is not None

    assert port._http is None


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ({"caller": [CALLER]}, "does not know its portal"),
        ({"upstream": {"webhook": "https://p.example/rest/1/c/"}}, "Nobody may call"),
        ({"caller": [{"name": "app"}]}, "no key"),
        ({"caller": [{"name": "app", "key": KEY, "secret": "x"}]}, "unknown keys: secret"),
        ({"caller": [{"name": "app", "key": KEY, "allow": "crm.*"}]}, "allow as str"),
        ({"caller": "app"}, "caller as str"),
        ({"at_once": True}, "at_once as bool"),
        ({"at_once": "5"}, "at_once as str"),
        ({"colour": 1}, "unknown keys: colour"),
        ({"caller": [CALLER], "mode": "dream"}, "no mode 'dream'"),
        ({"caller": [CALLER], "mode": "record"}, "needs a cassette"),
        ({"caller": [CALLER], "upstream": {"webhook": "https://p.example/"}}, "no webhook"),
        ({"caller": [CALLER], "upstream": {"webhok": "x"}}, "unknown keys: webhok"),
        (
            {"caller": [CALLER], "upstream": {"webhook": "https://p.example/rest/1/c/"}, "limits": "x"},
            "limits",
        ),
        (
            {"caller": [CALLER], "upstream": {"webhook": "https://p.example/rest/1/c/"}, "mode": "diff"},
            "second",
        ),
        (
            {
                "caller": [CALLER],
                "upstream": {"webhook": "https://p.example/rest/1/c/"},
                "certificate": "c.pem",
            },
            "certificate and key",
        ),
        (
            {
                "caller": [CALLER],
                "upstream": {"webhook": "https://p.example/rest/1/c/"},
                "redis_url": f"nonsense://:{KEY}@host",
            },
            "address of Redis cannot be read",
        ),
        ({"caller": [CALLER], "public_url": "gateway.example/x"}, "public_url"),
        ({"caller": [CALLER], "proxy_caller": "nobody"}, "no caller 'nobody'"),
    ],
)
def test_a_mistake_in_the_settings_is_named(given: dict[str, Any], text: str) -> None:
    """Missing, unknown, of the wrong kind: the message says which and never the value of a secret."""
    with pytest.raises(ConfigError, match=text) as caught:
        build(given)

    assert KEY not in str(caught.value)


@pytest.mark.redis
def test_gateways_share_the_limits_of_the_portal_through_redis(portal: Portal, tmp_path: Path) -> None:
    """What one gateway takes is written where another looks, under a name that tells no portal."""
    place = tmp_path / "redis.sock"
    options = ["--port", "0", "--unixsocket", str(place), "--save", "", "--dir", str(tmp_path)]
    with subprocess.Popen(["redis-server", *options], stdout=subprocess.PIPE) as server:
        assert server.stdout is not None
        while b"ready to accept connections" not in (line := server.stdout.readline()).lower():
            assert line, "redis-server ended"
        try:
            given = {**_given(portal), "limits": "standard", "redis_url": f"unix://{place}"}
            with in_thread(build(given)) as base:
                _ask(base, "user.get", ID=1)
            kept = Redis(unix_socket_path=str(place)).keys()
        finally:
            server.kill()

    assert kept
    assert not any(b"127.0.0.1" in name or b"realcode" in name for name in kept)


def test_a_file_may_take_values_from_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """At any depth; a variable that is not set is named."""
    file = tmp_path / "g.toml"
    file.write_text('origins = ["env:PAGE"]\n[upstream]\nwebhook = "env:HOOK"\n', encoding="utf-8")
    monkeypatch.setenv("PAGE", "https://desk.example")

    with pytest.raises(ConfigError, match="no HOOK"):
        load(file)
    monkeypatch.setenv("HOOK", "https://p.example/rest/1/c/")

    assert {
        "origins": ["https://desk.example"],
        "upstream": {"webhook": "https://p.example/rest/1/c/"},
    } == load(file)


@pytest.mark.parametrize(("text", "message"), [("a = ", "no TOML"), ("a = 1\na = 2", "no TOML")])
def test_a_file_that_is_no_toml_says_where(text: str, message: str, tmp_path: Path) -> None:
    """The reader's own words name the line."""
    file = tmp_path / "g.toml"
    file.write_text(text, encoding="utf-8")

    with pytest.raises(ConfigError, match=message):
        load(file)
