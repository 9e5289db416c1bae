"""What a client is allowed with: an incoming webhook, or an application's OAuth tokens."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Protocol, runtime_checkable
from urllib.parse import urlsplit

from b24bridge.errors import ConfigError, NotInstalled
from b24bridge.wire.request import Access

__all__ = ["OAUTH_URL", "Credentials", "OAuth", "Store", "Tokens", "Webhook", "host_of"]

#: Authorisation server of the international documentation (vendor page "OAuth 2.0").
OAUTH_URL = "https://oauth.bitrix.info/oauth/token/"

_HOOK = re.compile(r"^(?P<base>.*?/rest/)(?:api/)?(?P<user>[^/]+)/(?P<code>[^/]+)/?$")


class Credentials(Protocol):
    """What the engine needs of credentials."""

    @property
    def portal(self) -> str:
        """Host of the portal, for messages."""
        ...

    @property
    def budget(self) -> str:
        """Name of the request budget: clients with the same name share one limit.

        The portal counts requests per portal and address of the sender (vendor page "REST API
        Limits"), so all credentials of one portal share it.
        """
        ...

    @property
    def account(self) -> str:
        """Name of what the portal charges operating time to: this webhook, or this application.

        It counts them apart (portal source, ``loadlimiter.php``); the name gives no secret away.
        """
        ...

    def access(self) -> Access:
        """Return where requests go and what authorises them now.

        Raises:
            NotInstalled: There are no tokens yet.
        """
        ...

    def secrets(self) -> tuple[str, ...]:
        """Return the secrets, so that they can be masked wherever they stand."""
        ...


def host_of(url: str) -> str:
    """Return host and port of an address.

    Raises:
        ConfigError: It is no address of a portal.
    """
    try:
        parts = urlsplit(url)
        port = f":{parts.port}" if parts.port else ""
    except ValueError as exc:
        raise ConfigError("The address of the portal cannot be read.", remedy=_EXAMPLE) from exc
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ConfigError("The address of the portal must begin with https://.", remedy=_EXAMPLE)
    if re.search(r"[\s\x00-\x1f]", url):
        raise ConfigError("The address of the portal contains white space.", remedy=_EXAMPLE)
    return parts.hostname + port


_EXAMPLE = "Copy the webhook from its page in the portal; it looks like https://portal.example/rest/1/code/."


class Webhook:
    """An incoming webhook: an address with the rights of one user in it.

    Args:
        url: ``https://portal/rest/USER/CODE/``, with or without the final slash.

    Raises:
        ConfigError: The address is no webhook.
    """

    __slots__ = ("_access", "_code", "portal")

    def __init__(self, url: str) -> None:
        text = url.strip() if isinstance(url, str) else ""
        self.portal = host_of(text)
        match = _HOOK.match(text)
        if match is None:
            raise ConfigError("The address is no webhook: it must end in /rest/USER/CODE/.", remedy=_EXAMPLE)
        base, user, code = match["base"], match["user"], match["code"]
        self._code = code
        self._access = Access(f"{base}{user}/{code}/", f"{base}api/{user}/{code}/")

    @property
    def budget(self) -> str:
        """Name of the request budget."""
        return self.portal

    @property
    def account(self) -> str:
        """Name of the webhook's operating time; its code is in it only as a digest."""
        return f"webhook {sha256(self._access.rest.encode()).hexdigest()[:16]}"

    def access(self) -> Access:
        """Return the addresses of the webhook."""
        return self._access

    def secrets(self) -> tuple[str, ...]:
        """Return the webhook code."""
        return (self._code,)

    def __repr__(self) -> str:
        return f"Webhook({self.portal!r})"


@dataclass(frozen=True, slots=True)
class Tokens:
    """The tokens of one installation, in the words of CRest's ``settings.json``.

    Attributes:
        access_token: Valid for an hour.
        refresh_token: Valid for 180 days.
        client_endpoint: Address of REST 2 with the final slash.
        raw: Everything that is stored, other keys included.
    """

    access_token: str
    refresh_token: str
    client_endpoint: str
    raw: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def from_settings(cls, data: Mapping[str, Any]) -> Tokens:
        """Return the tokens inside stored settings.

        Raises:
            NotInstalled: A token or the address is missing.
        """
        domain = data.get("domain")
        endpoint = data.get("client_endpoint") or (f"https://{domain}/rest/" if domain else "")
        names = {"access_token": data.get("access_token"), "client_endpoint": endpoint}
        missing = [name for name, value in names.items() if not value or not isinstance(value, str)]
        if missing:
            raise NotInstalled(
                f"The stored settings lack {' and '.join(missing)}.",
                code="no_install_app",
                remedy="Install the application on the portal again.",
            )
        text = str(endpoint)
        return cls(
            str(data["access_token"]),
            str(data.get("refresh_token") or ""),
            text if text.endswith("/") else text + "/",
            dict(data),
        )

    def __repr__(self) -> str:
        return f"Tokens({host_of(self.client_endpoint)!r})"


@runtime_checkable
class Store(Protocol):
    """Where the tokens of one installation live.

    ``try_lock`` and ``unlock`` are a lock over all processes that share the store.
    """

    @property
    def name(self) -> str:
        """Name of the place, the same in every object over it, without secrets."""
        ...

    def load(self) -> dict[str, Any]:
        """Return what is stored, empty if nothing is."""
        ...

    def save(self, data: Mapping[str, Any]) -> None:
        """Replace what is stored as a whole, or leave it as it was.

        Raises:
            OSError: It could not be written.
        """
        ...

    def try_lock(self) -> bool:
        """Take the lock if it is free, without waiting."""
        ...

    def unlock(self) -> None:
        """Give the lock back."""
        ...


class OAuth:
    """An application's tokens in a store, renewed by the engine when they are too old.

    Args:
        store: Where the tokens live.
        client_id: Application id; stored ``C_REST_CLIENT_ID`` is used if it is empty.
        client_secret: Application key; stored ``C_REST_CLIENT_SECRET`` is used if it is empty.
        oauth_url: Full address of the token server.
    """

    __slots__ = ("_access", "_client_id", "_client_secret", "_tokens", "oauth_url", "store")

    def __init__(
        self, store: Store, client_id: str = "", client_secret: str = "", *, oauth_url: str = OAUTH_URL
    ) -> None:
        host_of(oauth_url)
        self.store = store
        self.oauth_url = oauth_url
        self._client_id = client_id
        self._client_secret = client_secret
        self._tokens: Tokens | None = None
        self._access: Access | None = None

    @property
    def portal(self) -> str:
        """Host of the portal."""
        return host_of(self.tokens().client_endpoint)

    @property
    def budget(self) -> str:
        """Name of the request budget."""
        return self.portal

    @property
    def account(self) -> str:
        """Name of the application's operating time."""
        return f"application {self._client_id or self.tokens().raw.get('C_REST_CLIENT_ID') or ''}".rstrip()

    def tokens(self) -> Tokens:
        """Return the tokens, read from the store at first use.

        Raises:
            NotInstalled: The store has none.
        """
        return self._tokens if self._tokens is not None else self.reload()

    def reload(self) -> Tokens:
        """Read the tokens from the store again and return them.

        Raises:
            NotInstalled: The store has none.
        """
        return self.adopt(Tokens.from_settings(self.store.load()))

    def adopt(self, tokens: Tokens) -> Tokens:
        """Use these tokens from now on and return them."""
        endpoint = tokens.client_endpoint
        base, rest, tail = endpoint.rpartition("/rest/")
        endpoint3 = f"{base}{rest}api/{tail}" if rest else endpoint + "api/"
        self._tokens = tokens
        self._access = Access(endpoint, endpoint3, tokens.access_token)
        return tokens

    def access(self) -> Access:
        """Return the addresses and the access token."""
        if self._access is None:
            self.tokens()
        assert self._access is not None  # set by adopt()
        return self._access

    def client(self) -> tuple[str, str]:
        """Return client id and secret.

        Raises:
            ConfigError: They are not known, so no token can be renewed.
        """
        raw = self.tokens().raw
        client_id = self._client_id or str(raw.get("C_REST_CLIENT_ID") or "")
        secret = self._client_secret or str(raw.get("C_REST_CLIENT_SECRET") or "")
        if not client_id or not secret:
            raise ConfigError(
                "The access token cannot be renewed without client id and client secret.",
                remedy="Give client_id and client_secret (C_REST_CLIENT_ID and C_REST_CLIENT_SECRET).",
            )
        return client_id, secret

    def secrets(self) -> tuple[str, ...]:
        """Return tokens and client secret, the stored one included."""
        known: list[str] = [self._client_secret]
        if (tokens := self._tokens) is not None:
            stored = tokens.raw.get("C_REST_CLIENT_SECRET")
            known += [tokens.access_token, tokens.refresh_token, stored if isinstance(stored, str) else ""]
        return tuple(secret for secret in known if secret)

    def __repr__(self) -> str:
        return f"OAuth({self.store.name!r})"
