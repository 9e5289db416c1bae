"""Renewal of access tokens: once, fenced, stored."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from b24bridge import errors
from b24bridge.auth.credentials import OAuth
from b24bridge.auth.stores import MemoryStore, SettingsFile
from b24bridge.engine.events import Event, TokenRefreshed
from b24bridge.engine.executor import Executor
from b24bridge.engine.policy import EAGER
from b24bridge.wire.call import Call
from b24bridge.wire.request import WireRequest, WireResponse
from tests.unit.engine.scripted import ScriptedPort, ok, refusal, reply, step

OAUTH = "https://oauth.example/oauth/token/"
OLD = {
    "access_token": "old",
    "refresh_token": "r1",
    "domain": "p.example",
    "client_endpoint": "https://p.example/rest/",
    "application_token": "app",
}
NEW = {"access_token": "new", "refresh_token": "r2", "expires_in": 3600}
EXPIRED = refusal("expired_token", 401)
WRITE = Call("crm.deal.add", {"fields": {"TITLE": "x"}})


def executor(port: ScriptedPort, store: Any = None, hooks: Any = ()) -> Executor:
    """Return an executor of an application."""
    credentials = OAuth(store or MemoryStore(OLD), "app.1", "s3cret", oauth_url=OAUTH)
    return Executor(port, credentials, policy=EAGER, hooks=hooks)


@pytest.mark.parametrize("code", ["expired_token", "invalid_token"])
def test_a_stale_token_is_renewed_and_the_call_repeated(code: str) -> None:
    """Writes too: a refused call was not run."""
    port = ScriptedPort(refusal(code, 401), reply(NEW), ok(7))
    store = MemoryStore(OLD)

    assert 7 == step(executor(port, store).execute(WRITE)).result

    assert ["old", "new"] == [json.loads(port.requests[at].body)["auth"] for at in (0, 2)]
    assert OAUTH == port.requests[1].url
    assert {**OLD, **NEW} == store.load()


def test_the_old_parameters_are_sent_to_the_new_endpoint() -> None:
    """A renewal may name another address of the portal."""
    port = ScriptedPort(EXPIRED, reply({**NEW, "client_endpoint": "https://moved.example/rest/"}), ok(7))

    step(executor(port).execute(WRITE))

    assert "https://moved.example/rest/crm.deal.add" == port.requests[2].url


def test_a_token_renewed_by_another_program_is_taken() -> None:
    """Whoever finds another token in the store does not renew (fencing)."""
    store = MemoryStore(OLD)
    seen: list[Event] = []

    def expired(request: WireRequest) -> WireResponse:
        store.save({**OLD, **NEW})
        return EXPIRED

    port = ScriptedPort(expired, ok(7))

    step(executor(port, store, [seen.append]).execute(WRITE))

    assert ["crm.deal.add", "crm.deal.add"] == port.sent_methods()
    assert [TokenRefreshed("p.example", by_other=True, saved=True)] == [
        event for event in seen if isinstance(event, TokenRefreshed)
    ]


def test_the_loser_of_a_race_without_lock_takes_the_winners_token() -> None:
    """CRest knows no lock: when it was faster, the refusal of our refresh token is no failure."""
    store = MemoryStore(OLD)

    def refused(request: WireRequest) -> WireResponse:
        store.save({**OLD, **NEW})
        return refusal("invalid_grant", 400)

    port = ScriptedPort(EXPIRED, refused, ok(7))

    assert 7 == step(executor(port, store).execute(WRITE)).result


@pytest.mark.parametrize("code", ["invalid_grant", "invalid_client", "wrong_client", "NOT_INSTALLED"])
def test_a_refused_renewal_is_an_error_that_says_what_to_do(code: str) -> None:
    """``wrong_client`` even comes with status 200; the store keeps what it had."""
    store = MemoryStore(OLD)
    port = ScriptedPort(EXPIRED, reply({"error": code}, 200 if code == "wrong_client" else 400))

    with pytest.raises(errors.RefreshRefused) as caught:
        step(executor(port, store).execute(WRITE))

    assert code == caught.value.code
    assert caught.value.remedy
    assert OLD == store.load()


@pytest.mark.parametrize("body", [b"<html>", b"", b"[]", b'{"scope":"crm"}'])
def test_an_answer_without_tokens_is_a_bad_answer(body: bytes) -> None:
    """Nothing is stored."""
    store = MemoryStore(OLD)

    with pytest.raises(errors.BadAnswer, match="token server"):
        step(executor(ScriptedPort(EXPIRED, reply(body)), store).execute(WRITE))

    assert OLD == store.load()


def test_a_second_refusal_of_the_token_is_final() -> None:
    """A call renews once."""
    port = ScriptedPort(EXPIRED, reply(NEW), EXPIRED)

    with pytest.raises(errors.ExpiredToken):
        step(executor(port).execute(WRITE))

    assert 3 == len(port.requests)


def test_without_client_secret_nothing_can_be_renewed() -> None:
    """The error names what is missing."""
    engine = Executor(ScriptedPort(EXPIRED), OAuth(MemoryStore(OLD), oauth_url=OAUTH), policy=EAGER)

    with pytest.raises(errors.ConfigError, match="client_secret"):
        step(engine.execute(WRITE))


def test_a_store_that_cannot_be_written_does_not_lose_the_token() -> None:
    """The new token is used; the event says that it was not saved."""

    class Full(MemoryStore):
        def save(self, data: Mapping[str, Any]) -> None:
            raise OSError(28, "No space left on device")

    seen: list[Event] = []
    port = ScriptedPort(EXPIRED, reply(NEW), ok(7))

    assert 7 == step(executor(port, Full(OLD), [seen.append]).execute(WRITE)).result
    assert TokenRefreshed("p.example", by_other=False, saved=False) in seen


def test_a_file_that_crest_is_just_writing_is_no_obstacle(tmp_path: Path) -> None:
    """CRest writes over its file: for a moment it is empty, and our own tokens count."""
    file = tmp_path / "settings.json"
    store = SettingsFile(file)
    store.save(OLD)

    def expired(request: WireRequest) -> WireResponse:
        file.write_bytes(b"")
        return EXPIRED

    step(executor(ScriptedPort(expired, reply(NEW), ok(7)), store).execute(WRITE))

    assert {**OLD, **NEW} == store.load()


def test_a_lock_held_for_ever_ends_in_an_error() -> None:
    """Waiting for another process has an end."""
    store = MemoryStore(OLD)
    store.try_lock()

    with pytest.raises(errors.RefreshRefused, match="locked"):
        step(executor(ScriptedPort(EXPIRED), store).execute(WRITE))


def test_webhooks_do_not_renew() -> None:
    """There is nothing to renew."""
    from b24bridge.auth.credentials import Webhook

    port = ScriptedPort(EXPIRED)

    with pytest.raises(errors.ExpiredToken):
        step(Executor(port, Webhook("https://p.example/rest/1/c0de/"), policy=EAGER).execute(WRITE))

    assert 1 == len(port.requests)


def test_no_secret_is_in_events_errors_or_representations() -> None:
    """Tokens and the client secret stay inside."""
    seen: list[Event] = []
    port = ScriptedPort(
        EXPIRED, reply({"error": "invalid_grant", "error_description": "refresh_token=r1"}, 400)
    )
    engine = executor(port, None, [seen.append])

    with pytest.raises(errors.RefreshRefused) as caught:
        step(engine.execute(WRITE))

    shown = repr(seen) + str(caught.value) + repr(engine.credentials) + repr(engine.credentials.access())
    for secret in ("s3cret", "=r1", "'old'"):
        assert secret not in shown
