"""Webhooks and OAuth tokens."""

from __future__ import annotations

from typing import Any

import pytest

from b24bridge.auth.credentials import OAuth, Tokens, Webhook
from b24bridge.auth.stores import MemoryStore
from b24bridge.errors import ConfigError, NotInstalled


@pytest.mark.parametrize(
    "url",
    [
        "https://p.example/rest/1/c0de/",
        "https://p.example/rest/1/c0de",
        " https://p.example/rest/1/c0de/\n",
        "https://p.example/rest/api/1/c0de/",
    ],
)
def test_a_webhook_has_an_address_for_each_generation(url: str) -> None:
    """The final slash and white space around do not matter."""
    access = Webhook(url).access()

    assert "https://p.example/rest/1/c0de/" == access.rest
    assert "https://p.example/rest/api/1/c0de/" == access.rest3
    assert "" == access.token


def test_a_portal_in_a_folder_and_on_a_port() -> None:
    """A box edition may live anywhere."""
    hook = Webhook("http://127.0.0.1:8080/b24/rest/1/c0de/")

    assert "127.0.0.1:8080" == hook.portal
    assert "http://127.0.0.1:8080/b24/rest/api/1/c0de/" == hook.access().rest3


@pytest.mark.parametrize(
    "url",
    [
        "",
        "p.example/rest/1/c0de/",
        "ftp://p.example/rest/1/c0de/",
        "https:///rest/1/c0de/",
        "https://p.example/",
        "https://p.example/rest/1/",
        "https://p.example/rest/1/c0de/user.get.json",
        "https://p.example:99999/rest/1/c0de/",
        "https://p.exa mple/rest/1/c0de/",
        None,
    ],
)
def test_what_is_no_webhook_is_refused_with_an_example(url: Any) -> None:
    """The error shows what a webhook looks like, and never the code."""
    with pytest.raises(ConfigError, match="webhook") as caught:
        Webhook(url)

    assert "c0de" not in str(caught.value)


SETTINGS = {
    "access_token": "t",
    "refresh_token": "r",
    "domain": "p.example",
    "client_endpoint": "https://p.example/rest/",
}


def test_tokens_come_from_the_settings_of_crest() -> None:
    """Both generations are reached with the access token."""
    credentials = OAuth(MemoryStore(SETTINGS), "id", "secret")

    access = credentials.access()

    assert ("https://p.example/rest/", "https://p.example/rest/api/", "t") == (
        access.rest,
        access.rest3,
        access.token,
    )
    assert "p.example" == credentials.portal


def test_an_endpoint_can_be_made_of_the_domain() -> None:
    """Old settings have no ``client_endpoint``."""
    tokens = Tokens.from_settings({"access_token": "t", "domain": "p.example"})

    assert "https://p.example/rest/" == tokens.client_endpoint


@pytest.mark.parametrize(
    "data", [{}, {"access_token": ""}, {"access_token": ["x"], "domain": "d"}, {"access_token": "t"}]
)
def test_without_tokens_the_application_is_not_installed(data: dict[str, Any]) -> None:
    """The error says what lacks and what to do."""
    with pytest.raises(NotInstalled, match="lack") as caught:
        OAuth(MemoryStore(data), "id", "secret").access()

    assert "Install" in str(caught.value)


def test_client_id_and_secret_may_be_stored() -> None:
    """CRest mixes its constants into the file."""
    stored = {**SETTINGS, "C_REST_CLIENT_ID": "app.1", "C_REST_CLIENT_SECRET": "s"}

    assert ("app.1", "s") == OAuth(MemoryStore(stored)).client()


def test_representations_hold_no_secret() -> None:
    """Neither code nor tokens nor the client secret."""
    credentials = OAuth(MemoryStore({**SETTINGS, "access_token": "t0ken"}), "id", "s3cret")

    shown = repr(Webhook("https://p.example/rest/1/c0de/")) + repr(credentials) + repr(credentials.tokens())

    assert not any(secret in shown for secret in ("c0de", "t0ken", "s3cret"))


def test_a_stored_client_secret_is_masked_too() -> None:
    """It need not be given to be a secret."""
    credentials = OAuth(MemoryStore({**SETTINGS, "C_REST_CLIENT_SECRET": "st0red"}))
    credentials.tokens()

    assert "st0red" in credentials.secrets()
