"""The authorisation server's answers besides the plain ones ("How a portal behaves", 7.1 to 7.3)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from b24bridge.sandbox import Portal

SERVER = "https://oauth.bitrix.info"


@pytest.fixture
def portal() -> Iterator[Portal]:
    """A portal whose clock stands."""
    with Portal(base_url="https://portal.test") as made:
        made.clock.freeze("2026-02-03T04:05:06+00:00")
        yield made


def _ask(portal: Portal, base: str = SERVER, **params: str) -> tuple[int, Any]:
    application = portal.application
    query = {"client_id": application.client_id, "client_secret": application.client_secret, **params}
    reply = portal.answer("GET", f"{base}/oauth/token/?{urlencode(query)}")
    return reply.status, json.loads(reply.body)


def _refresh(portal: Portal, base: str = SERVER, **more: str) -> tuple[int, Any]:
    return _ask(portal, base, grant_type="refresh_token", refresh_token=portal.tokens()["refresh"], **more)


def test_post_with_a_form_is_the_same(portal: Portal) -> None:
    """Third-party code sends the parameters in the body."""
    application = portal.application
    body = urlencode(
        {
            "grant_type": "refresh_token",
            "client_id": application.client_id,
            "client_secret": application.client_secret,
            "refresh_token": portal.tokens()["refresh"],
        }
    ).encode()

    reply = portal.answer("POST", f"{SERVER}/oauth/token/", body=body)

    assert 200 == reply.status


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"is_installed": False}, (401, "NOT_INSTALLED")),
        ({"is_paid": False}, (401, "PAYMENT_REQUIRED")),
    ],
)
def test_the_state_of_the_application_decides(
    portal: Portal, facts: dict[str, Any], expected: tuple[int, str]
) -> None:
    """No new tokens for what is not installed or not paid."""
    portal.applications.change(portal.application.client_id, **facts)

    status, body = _refresh(portal)

    assert expected == (status, body["error"])


def test_tokens_of_an_unpaid_application_are_refused(portal: Portal) -> None:
    """The portal answers 401 ``PAYMENT_REQUIRED``."""
    token = portal.tokens()["access"]
    portal.applications.change(portal.application.client_id, is_paid=False)

    reply = portal.answer("GET", f"{portal.endpoint}profile?auth={token}")

    assert (401, b'{"error":"PAYMENT_REQUIRED","error_description":"Payment required"}') == (
        reply.status,
        reply.body,
    )


def test_a_scope_that_the_application_has_not_is_refused(portal: Portal) -> None:
    """403 ``invalid_scope``."""
    assert (403, "invalid_scope") == ((answer := _refresh(portal, scope="crm,moon"))[0], answer[1]["error"])


def test_the_portals_own_address_puts_its_host_and_the_scope_back(portal: Portal) -> None:
    """``domain`` is who was asked; a scope that was asked for comes back from the portal only."""
    direct = _refresh(portal, scope="crm")[1]
    proxied = _refresh(portal, "https://portal.test", scope="crm")[1]

    assert ("oauth.bitrix.info", "portal.test") == (direct["domain"], proxied["domain"])
    assert "crm" == proxied["scope"] != direct["scope"]


def test_a_refresh_token_lives_180_days(portal: Portal) -> None:
    """Then it is ``invalid_grant``, without a description."""
    refresh = portal.tokens()["refresh"]
    portal.clock.advance(180 * 86400)

    assert (400, {"error": "invalid_grant"}) == _ask(
        portal, grant_type="refresh_token", refresh_token=refresh
    )


def test_a_token_of_another_application_is_no_grant(portal: Portal) -> None:
    """Refresh tokens belong to one application."""
    other = portal.applications.add(scopes=["crm"])

    status, body = _refresh(portal, client_id=other.client_id, client_secret=other.client_secret)

    assert (400, "invalid_grant") == (status, body["error"])


def test_the_authorisation_page_redirects_with_six_facts(portal: Portal) -> None:
    """code, state, domain, member_id, scope, server_domain; the application's own query stays."""
    client_id = portal.application.client_id
    portal.applications.change(client_id, redirect_uri="https://app.example/back?x=1")

    reply = portal.answer("GET", f"https://portal.test/oauth/authorize/?client_id={client_id}&state=a%20b")
    target = urlsplit(reply.header("location") or "")
    query = {name: values[0] for name, values in parse_qs(target.query).items()}

    assert (302, "app.example", "/back") == (reply.status, target.netloc, target.path)
    assert {"x", "code", "state", "domain", "member_id", "scope", "server_domain"} == set(query)
    assert ("a b", "portal.test", "oauth.bitrix.info", portal.member_id) == (
        query["state"],
        query["domain"],
        query["server_domain"],
        query["member_id"],
    )


def test_an_unknown_application_gets_a_page_and_no_redirect(portal: Portal) -> None:
    """Errors of authorisation are shown on the portal."""
    reply = portal.answer("GET", "https://portal.test/oauth/authorize/?client_id=x")

    assert 200 == reply.status
    assert reply.header("location") is None
    assert b"Application not found" in reply.body


def test_app_info_of_the_server_is_another_method(portal: Portal) -> None:
    """It tells the portal that a token belongs to, so that an application can trust what it got."""
    token = portal.tokens()["access"]

    reply = portal.answer("GET", f"{SERVER}/rest/app.info/?auth={token}")
    result = json.loads(reply.body)["result"]

    assert ["client_id", "scope", "expires", "install", "user_id"] == list(result)
    assert ("2026-02-03T05:05:06+00:00", 1) == (result["expires"], result["user_id"])
    assert ("portal.test", "https://portal.test/rest/", portal.member_id, True) == (
        result["install"]["domain"],
        result["install"]["client_endpoint"],
        result["install"]["member_id"],
        result["install"]["installed"],
    )


@pytest.mark.parametrize(("advance", "code"), [(0, "invalid_token"), (3600, "expired_token")])
def test_app_info_of_the_server_refuses_bad_tokens(portal: Portal, advance: int, code: str) -> None:
    """401 with the code that makes clients renew."""
    token = portal.tokens()["access"] if advance else "x"
    portal.clock.advance(advance)

    reply = portal.answer("GET", f"{SERVER}/rest/app.info?auth={token}")

    assert (401, code) == (reply.status, json.loads(reply.body)["error"])


def test_tokens_survive_a_new_process(tmp_path: Any) -> None:
    """Tokens of a portal in a file are records like others."""
    file = str(tmp_path / "portal.db")
    with Portal(db=file) as first:
        token = first.tokens()["access"]

    with Portal(db=file) as second:
        reply = second.answer("GET", f"{second.endpoint}profile?auth={token}")

    assert 200 == reply.status
