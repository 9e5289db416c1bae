"""Installation requests and genuine events."""

from __future__ import annotations

from typing import Any

import pytest

from b24bridge.auth.install import install, is_genuine, read_installation
from b24bridge.auth.stores import MemoryStore
from b24bridge.errors import ValidationError

AUTH = {
    "access_token": "t",
    "refresh_token": "r",
    "domain": "p.example",
    "client_endpoint": "https://p.example/rest/",
    "application_token": "app",
}


def test_the_event_brings_its_auth_as_it_is() -> None:
    """``ONAPPINSTALL`` carries the tokens with the names of settings.json."""
    found = read_installation({"event": "ONAPPINSTALL", "auth": AUTH})

    assert found is not None
    assert (True, AUTH) == (found.rest_only, found.settings)


def test_the_page_brings_the_tokens_in_its_form() -> None:
    """``PLACEMENT=DEFAULT`` has other names, which are translated in CRest's order."""
    found = read_installation(
        {
            "PLACEMENT": "DEFAULT",
            "AUTH_ID": "t",
            "AUTH_EXPIRES": "3600",
            "APP_SID": "sid",
            "REFRESH_ID": "r",
            "DOMAIN": "p.example",
        }
    )

    assert found is not None
    assert not found.rest_only
    assert [
        ("access_token", "t"),
        ("expires_in", "3600"),
        ("application_token", "sid"),
        ("refresh_token", "r"),
        ("domain", "p.example"),
        ("client_endpoint", "https://p.example/rest/"),
    ] == list(found.settings.items())


@pytest.mark.parametrize(
    "request_",
    [
        {},
        {"event": "onappinstall", "auth": AUTH},
        {"event": "ONAPPINSTALL", "auth": "text"},
        {"event": "ONCRMDEALADD", "auth": AUTH},
        {"PLACEMENT": "CRM_DEAL_DETAIL_TAB", "AUTH_ID": "t"},
    ],
)
def test_other_requests_install_nothing(request_: dict[str, Any]) -> None:
    """Names are compared exactly."""
    store = MemoryStore({"kept": 1})

    assert install(request_, store) is None
    assert {"kept": 1} == store.load()


@pytest.mark.parametrize(
    "request_",
    [
        {"event": "ONAPPINSTALL", "auth": {"domain": "p.example"}},
        {"PLACEMENT": "DEFAULT", "DOMAIN": "p.example"},
        {"PLACEMENT": "DEFAULT", "AUTH_ID": "t"},
    ],
)
def test_an_installation_without_tokens_is_refused(request_: dict[str, Any]) -> None:
    """CRest would store it and break; here the old tokens stay."""
    store = MemoryStore({"kept": 1})

    with pytest.raises(ValidationError, match="lacks"):
        install(request_, store)

    assert {"kept": 1} == store.load()


def test_an_installation_is_stored() -> None:
    """The whole store is replaced."""
    store = MemoryStore({"old": 1})

    install({"event": "ONAPPINSTALL", "auth": AUTH}, store)

    assert AUTH == store.load()


def test_what_an_installation_shows_holds_no_token() -> None:
    """Only the names of the keys are shown."""
    assert "'t'" not in repr(read_installation({"event": "ONAPPINSTALL", "auth": AUTH}))


@pytest.mark.parametrize(
    ("request_", "token", "genuine"),
    [
        ({"auth": {"application_token": "app"}}, "app", True),
        ({"auth": {"application_token": "other"}}, "app", False),
        ({"auth": {"application_token": "Ж"}}, "app", False),
        ({"auth": {"application_token": ""}}, "", False),
        ({"auth": {"application_token": ["app"]}}, "app", False),
        ({"auth": "app"}, "app", False),
        ({}, "app", False),
    ],
)
def test_events_prove_themselves_by_the_application_token(
    request_: dict[str, Any], token: str, genuine: bool
) -> None:
    """A missing token proves nothing, an empty one neither."""
    assert genuine == is_genuine(request_, token)
