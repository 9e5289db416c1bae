"""Tokens ("How a portal behaves", section 7)."""

from __future__ import annotations

from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from doors import Answered, Door


def _ask(door: Door, **params: str) -> Answered:
    application = door.portal.application
    query = {"client_id": application.client_id, "client_secret": application.client_secret, **params}
    return door.request("GET", f"/oauth/token/?{urlencode(query)}")


def _refresh(door: Door, token: str) -> Answered:
    return _ask(door, grant_type="refresh_token", refresh_token=token)


def test_refresh_gives_a_new_pair_in_the_live_order(door: Door) -> None:
    """The answer has the keys of a live server, and the new token works."""
    pair = door.portal.tokens()

    answer = _refresh(door, pair["refresh"])

    assert [
        "access_token",
        "expires",
        "expires_in",
        "scope",
        "domain",
        "server_endpoint",
        "status",
        "client_endpoint",
        "member_id",
        "user_id",
        "refresh_token",
    ] == list(answer.json)
    assert 200 == door.token("profile", answer.json["access_token"]).status


def test_access_token_expires_by_the_portals_clock(door: Door) -> None:
    """After an hour of the portal's time the token is refused."""
    door.portal.clock.freeze("2025-12-18T09:00:00+00:00")
    token = door.portal.tokens()["access"]

    fresh = door.token("profile", token).status
    door.portal.clock.advance(3600)
    old = door.token("profile", token)

    assert 200 == fresh
    assert (
        401,
        {"error": "expired_token", "error_description": "The access token provided has expired"},
    ) == (
        old.status,
        old.json,
    )


@pytest.mark.parametrize(("strict", "status"), [(False, 200), (True, 400)])
def test_old_refresh_token_after_a_renewal(door: Door, strict: bool, status: int) -> None:
    """It stays valid unless rotation is strict."""
    door.portal.oauth.strict_rotation = strict
    pair = door.portal.tokens()
    _refresh(door, pair["refresh"])

    assert status == _refresh(door, pair["refresh"]).status


def test_errors_of_the_token_server(door: Door) -> None:
    """Codes and statuses as clients of the real server expect them."""
    refresh = door.portal.tokens()["refresh"]

    answers = {
        "unknown token": _refresh(door, "x"),
        "wrong secret": _ask(door, grant_type="refresh_token", refresh_token=refresh, client_secret="x"),
        "wrong client": _ask(door, grant_type="refresh_token", refresh_token=refresh, client_id="x"),
        "no token": _ask(door, grant_type="refresh_token"),
        "no grant": _ask(door),
    }

    assert {
        "unknown token": (400, "invalid_grant"),
        "wrong secret": (400, "invalid_client"),
        "wrong client": (200, "wrong_client"),
        "no token": (400, "invalid_request"),
        "no grant": (400, "invalid_request"),
    } == {name: (answer.status, answer.json["error"]) for name, answer in answers.items()}


def test_code_of_the_authorisation_page_buys_tokens_once(door: Door) -> None:
    """The page redirects with a code that lives 30 seconds and works once."""
    door.portal.clock.freeze("2025-12-18T09:00:00+00:00")
    page = f"/oauth/authorize/?client_id={door.portal.application.client_id}&state=s1"

    target = urlsplit(door.request("GET", page).headers["location"])
    query = parse_qs(target.query)
    first = _ask(door, grant_type="authorization_code", code=query["code"][0])
    second = _ask(door, grant_type="authorization_code", code=query["code"][0])
    late = parse_qs(urlsplit(door.request("GET", page).headers["location"]).query)["code"][0]
    door.portal.clock.advance(30)

    assert "s1" == query["state"][0]
    assert (200, 400) == (first.status, second.status)
    assert 400 == _ask(door, grant_type="authorization_code", code=late).status


def test_tokens_are_letters_and_digits_only(door: Door) -> None:
    """Clients put tokens into addresses without escaping them."""
    pair, application = door.portal.tokens(), door.portal.application

    texts = [pair["access"], pair["refresh"], application.client_id, application.client_secret]

    assert all(text.replace(".", "").isalnum() and text.isascii() for text in texts)


def test_app_info_differs_for_webhook_and_token(door: Door) -> None:
    """A webhook sees its scopes, an application itself."""
    webhook = door.call("app.info").result
    application = door.token("app.info", door.portal.tokens()["access"]).result

    assert {"SCOPE", "LICENSE"} == set(webhook)
    assert (True, "L") == (application["INSTALLED"], application["STATUS"])
