"""Tokens of BX24 on a server: what ``getAuth`` shows, when they are too old, and their renewal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from b24bridge.auth.credentials import Credentials, OAuth
from b24bridge.engine.port import Port
from b24bridge.engine.tokens import Renewal

__all__ = ["Session"]

LIFETIME_S = 3600.0


class Session:
    """The tokens of one BX24 object.

    Args:
        port: The outside world.
        credentials: Webhook or OAuth tokens.
        init: Init data; ``AUTH_EXPIRES`` (seconds) and ``MEMBER_ID`` are used if the store does not tell.
    """

    def __init__(self, port: Port, credentials: Credentials, init: Mapping[str, Any]) -> None:
        self._port = port
        self._credentials = credentials
        self._init = init
        self._renewal = Renewal(port, credentials) if isinstance(credentials, OAuth) else None
        self._seen = ""
        self._expires_at = 0.0

    @property
    def can_refresh(self) -> bool:
        """Tell whether there are tokens that can be renewed."""
        return self._renewal is not None

    def is_expired(self) -> bool:
        """Tell whether the local clock says that the token is too old."""
        return self.can_refresh and self._expires() < self._port.wall()

    def auth(self) -> dict[str, Any] | Literal[False]:
        """Return the tokens in the words of the original, False when there are none that are good."""
        credentials = self._credentials
        # A call still goes in the very moment in which the token ends.
        if not isinstance(credentials, OAuth) or self._expires() <= self._port.wall():
            return False
        tokens = credentials.tokens()
        return {
            "access_token": tokens.access_token,
            "refresh_token": tokens.refresh_token,
            "expires_in": int(self._expires() * 1000),
            "domain": self._init.get("DOMAIN") or credentials.portal,
            "member_id": tokens.raw.get("member_id", self._init.get("MEMBER_ID")),
        }

    async def refresh(self) -> None:
        """Renew the tokens.

        Raises:
            ApiError: The token server refused.
            TransportError: It could not be reached.
        """
        if self._renewal is not None:
            await self._renewal.renew(self._credentials.access().token)

    def _expires(self) -> float:
        """Return the Unix time at which the token becomes too old, counted from when it was first seen."""
        credentials = self._credentials
        assert isinstance(credentials, OAuth)
        tokens = credentials.tokens()
        if tokens.access_token != self._seen:
            first = not self._seen
            self._seen = tokens.access_token
            stored = _number(tokens.raw.get("expires"))
            lifetime = _number(tokens.raw.get("expires_in")) or LIFETIME_S
            if first:
                lifetime = _number(self._init.get("AUTH_EXPIRES")) or lifetime
            self._expires_at = stored or self._port.wall() + lifetime
        return self._expires_at


def _number(value: Any) -> float:
    try:
        return float(value)
    except (TypeError, ValueError):
        return 0.0
