"""Marked secrets go in everywhere, and come out nowhere."""

from __future__ import annotations

import json
import logging
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from b24bridge import AsyncClient, Client, CRest, calls
from b24bridge.auth.credentials import OAuth
from b24bridge.auth.stores import MemoryStore
from b24bridge.cli import main
from b24bridge.contract.cassettes import save_cassette
from b24bridge.contract.modules import load_module
from b24bridge.contract.record import record
from b24bridge.engine.logs import LogEvents
from b24bridge.engine.policy import Policy
from b24bridge.legacy.configuration import Defines
from b24bridge.sandbox import Portal
from b24bridge.sandbox.faults import PRESETS
from benchmarks.faults import OwnTimePortal

ROOT = Path(__file__).parents[2]
SMALL = ROOT / "tests" / "fixtures" / "service_desk" / "small.json"
HOOK_CODE = "canaryhook7f3a9b"
LIMIT = Policy(attempts=2, refusals=2)


class Everything:
    """All text that the flows leave behind, and the secrets that must not be in it."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.secrets: set[str] = {HOOK_CODE}

    def keep(self, *things: object) -> None:
        """Keep how things look: as text and for logs."""
        for thing in things:
            self.texts += [str(thing), repr(thing)]

    def attempt(self, work: Callable[[], object]) -> None:
        """Do a work and keep its result or its error with the whole traceback."""
        try:
            self.keep(work())
        except Exception as error:  # noqa: BLE001  # whatever it is, it must hold no secret
            self.keep(error, error.args, vars(error))
            self.texts.append("".join(traceback.format_exception(error)))

    def leaks(self) -> dict[str, list[str]]:
        """Return where secrets are, plain or as an address or JSON writes them."""
        found: dict[str, list[str]] = {}
        for secret in self.secrets:
            for form in {secret, quote(secret, safe=""), json.dumps(secret)[1:-1]}:
                for text in self.texts:
                    at = text.find(form)
                    if at >= 0:
                        found.setdefault(form, []).append(text[max(0, at - 120) : at + 60])
        return found


@pytest.fixture
def portal() -> Iterator[Portal]:
    """The small service desk, with a marked webhook."""
    with Portal(json.loads(SMALL.read_text("utf-8")), webhook_code=HOOK_CODE) as made:
        yield made


@pytest.fixture
def kept(portal: Portal, caplog: pytest.LogCaptureFixture) -> Iterator[Everything]:
    """What is left behind; at the end nothing of it, nor of the log, may hold a secret."""
    caplog.set_level(logging.DEBUG)
    everything = Everything()
    everything.secrets.add(portal.application.client_secret)
    yield everything
    everything.texts.append(caplog.text)
    assert {} == everything.leaks()
    assert everything.texts


def oauth_of(portal: Portal, kept: Everything) -> OAuth:
    """Return credentials of the application, whose secrets are marked."""
    pair = portal.tokens()
    kept.secrets |= {pair["access"], pair["refresh"]}
    store = MemoryStore(
        {
            "access_token": pair["access"],
            "refresh_token": pair["refresh"],
            "client_endpoint": portal.endpoint,
            "domain": portal.host,
            "application_token": "canaryapplication",
        }
    )
    kept.secrets.add("canaryapplication")
    application = portal.application
    return OAuth(store, application.client_id, application.client_secret, oauth_url=portal.oauth_url)


@pytest.mark.parametrize("preset", sorted(PRESETS))
def test_failures_of_the_modern_client(portal: Portal, kept: Everything, preset: str, tmp_path: Path) -> None:
    """Every kind of failure, for single calls, batches, lists, writes and files."""
    portal.faults.add({"preset": preset})
    client = Client.from_webhook(
        portal.webhook_url, transport=OwnTimePortal(portal), hooks=[LogEvents(), kept.keep], policy=LIMIT
    )

    kept.attempt(lambda: client.call("user.get", {"ID": 1}))
    kept.attempt(lambda: client.call("crm.item.add", {"entityTypeId": 140, "fields": {"title": "x"}}))
    kept.attempt(lambda: client.batch(calls.users.current(), calls.users.get(1)))
    kept.attempt(lambda: client.crm.items(140).list().all())
    kept.attempt(lambda: client.download(f"{portal.webhook_url}download/?token=x", tmp_path / "unwritten"))
    kept.keep(client, client.stats(), client._executor, client._executor.credentials, client._port)


def test_refusals_of_the_modern_client(portal: Portal, kept: Everything) -> None:
    """Wrong methods, wrong values, a wrong code, a moved portal, addresses that are none."""
    client = Client.from_webhook(portal.webhook_url, transport=portal, hooks=[LogEvents(), kept.keep])

    kept.attempt(lambda: client.call("no.such.method"))
    kept.attempt(lambda: client.call("crm.item.get", {"entityTypeId": "x"}))
    kept.attempt(lambda: client.crm.items(140).get(99999))
    kept.attempt(lambda: client.call("profile", api=3))
    portal.moved_to = "https://new.test"
    kept.attempt(lambda: client.call("user.get"))
    portal.moved_to = None
    wrong = portal.webhook_url.replace(HOOK_CODE, HOOK_CODE + "x")
    kept.attempt(lambda: Client.from_webhook(wrong, transport=portal).call("user.get"))
    kept.attempt(lambda: Client.from_webhook(portal.webhook_url.replace("https", "ftp")).call("user.get"))
    kept.attempt(lambda: Client.from_webhook(f"https://host.invalid/rest/1/{HOOK_CODE}/").call("user.get"))
    kept.attempt(lambda: Client.from_webhook(f"https://host/rest/1/{HOOK_CODE}?"))
    kept.attempt(
        lambda: Client.from_webhook(f"http://127.0.0.1:1/rest/1/{HOOK_CODE}/", policy=LIMIT).call("x")
    )


@pytest.mark.anyio
async def test_failures_of_the_async_client(portal: Portal, kept: Everything) -> None:
    """The same, awaited."""
    async with AsyncClient.from_webhook(
        portal.webhook_url, transport=OwnTimePortal(portal), hooks=[LogEvents(), kept.keep], policy=LIMIT
    ) as client:
        for preset in ("cut", "html_502", "wrong_json", "rate_limit"):
            portal.faults.set([{"preset": preset}])
            try:
                kept.keep(await client.call("user.get", {"ID": 1}))
            except Exception as error:  # noqa: BLE001  # whatever it is, it must hold no secret
                kept.texts.append("".join(traceback.format_exception(error)))
        kept.keep(client, client.stats())


@pytest.mark.parametrize("refusal", ["", "invalid_grant", "no_auth_found"])
def test_renewal_of_tokens(portal: Portal, kept: Everything, refusal: str) -> None:
    """Tokens that expire are renewed, or not; old and new ones are secrets."""
    credentials = oauth_of(portal, kept)
    client = Client(credentials, transport=OwnTimePortal(portal), hooks=[LogEvents(), kept.keep])
    portal.clock.advance(7200)
    if refusal:
        portal.faults.add({"preset": refusal})

    kept.attempt(lambda: client.call("profile").result["ID"])
    kept.attempt(lambda: client.call("no.such.method"))

    tokens = credentials.tokens()
    kept.secrets |= {tokens.access_token, tokens.refresh_token}
    kept.keep(client, credentials, credentials.store, tokens, credentials.access())


def test_legacy_facade_and_its_log_files(portal: Portal, kept: Everything, tmp_path: Path) -> None:
    """CRest writes a log file a request; returned arrays hold what the original's hold and are not looked at."""
    pair = portal.tokens()
    kept.secrets |= {pair["access"], pair["refresh"]}
    logs = tmp_path / "logs"
    settings = {
        "access_token": pair["access"],
        "refresh_token": pair["refresh"],
        "client_endpoint": portal.endpoint,
        "domain": portal.host,
    }
    (tmp_path / "settings.json").write_text(json.dumps(settings), "utf-8")

    class Hook(CRest):
        """By webhook."""

    class Application(CRest):
        """By tokens."""

    common: dict[str, Any] = {"settings_dir": tmp_path, "transport": portal, "C_REST_LOGS_DIR": f"{logs}/"}
    secret = portal.application.client_secret
    hook: Defines = {"C_REST_WEB_HOOK_URL": portal.webhook_url}
    keys: Defines = {"C_REST_CLIENT_ID": portal.application.client_id, "C_REST_CLIENT_SECRET": secret}
    Hook.configure(**hook, **common)
    Application.configure(**keys, **common, oauth_url=portal.oauth_url)

    for facade in (Hook, Application):
        for preset in (None, "cut", "html_502", "wrong_json", "expired_token"):
            portal.faults.set([] if preset is None else [{"preset": preset, "nth": 1}])
            facade.call("user.get", {"ID": "1"})
            facade.call("no.such.method")
            facade.call_batch({"a": {"method": "user.get", "params": {"ID": "1"}}})
        kept.keep(facade)

    tokens = json.loads((tmp_path / "settings.json").read_text("utf-8"))
    kept.secrets |= {tokens["access_token"], tokens["refresh_token"]}
    files = [path for path in logs.rglob("*") if path.is_file()]
    kept.texts += [path.read_text("utf-8") + path.name for path in files]
    assert len(files) > 20


def test_cassettes(portal: Portal, kept: Everything, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A recording of a module is scrubbed, in both formats."""
    monkeypatch.chdir(ROOT)
    module = load_module("examples.service_desk.sector")

    made = record(
        "canary",
        module,
        {"method": "GET"},
        now="2025-12-18T09:00:00Z",
        webhook_url=portal.webhook_url,
        portal=portal,
    )

    for name in ("canary.json", "canary.yaml"):
        save_cassette(made.cassette, tmp_path / name, known=made.known)
        kept.texts.append((tmp_path / name).read_text("utf-8"))
    kept.keep(made.cassette, made.answer)


def test_a_leak_would_be_found() -> None:
    """Plain, in an address and in JSON."""
    everything = Everything()
    everything.secrets = {'a/b"c'}
    everything.texts = ['x a/b"c', "x a%2Fb%22c", 'x a/b\\"c']

    assert {'a/b"c', "a%2Fb%22c", 'a/b\\"c'} == set(everything.leaks())


@pytest.mark.slow
def test_command_line(
    kept: Everything, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Commands take secrets from the environment and print none, also when nothing answers."""
    monkeypatch.setenv("B24BRIDGE_WEBHOOK_URL", f"http://127.0.0.1:1/rest/1/{HOOK_CODE}/")

    for command in (["call", "user.get"], ["doctor"]):
        with pytest.raises(SystemExit) as ended:
            main(command)
        kept.keep(ended.value.code)

    shown = capfd.readouterr()
    kept.texts += [shown.out, shown.err]
