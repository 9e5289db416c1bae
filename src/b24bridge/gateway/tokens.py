"""The gateway's own access tokens: signed with the caller's key, good for an hour, kept nowhere."""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from typing import Any

from b24bridge.gateway.settings import Caller

__all__ = ["LIFETIME_S", "answer", "bearer", "issue"]

LIFETIME_S = 3600


def issue(caller: Caller, now: float) -> str:
    """Return an access token of a caller."""
    expires = f"{int(now) + LIFETIME_S:x}"
    return f"{expires}.{_signature(caller, expires)}"


def bearer(callers: Iterable[Caller], token: str, now: float) -> Caller | None:
    """Return the caller whose token it is, None if there is none or the token is too old."""
    expires, _, signature = token.partition(".")
    found = None
    for caller in callers:
        if hmac.compare_digest(_signature(caller, expires).encode(), signature.encode()):
            found = caller
    # int() is safe behind the signature: only this module wrote what it signs.
    return found if found is not None and int(expires, 16) > now else None


def answer(caller: Caller, base: str, now: float) -> dict[str, Any]:
    """Return what the token server answers: the caller's key is its refresh token.

    Args:
        caller: Whom the tokens are for.
        base: Address of the gateway, without a final slash.
        now: Unix time.
    """
    return {
        "access_token": issue(caller, now),
        "expires": int(now) + LIFETIME_S,
        "expires_in": LIFETIME_S,
        "scope": "",
        "domain": base.partition("://")[2],
        "server_endpoint": f"{base}/rest/",
        "status": "L",
        "client_endpoint": f"{base}/rest/",
        "member_id": caller.name,
        "user_id": 1,
        "refresh_token": caller.key,
    }


def _signature(caller: Caller, expires: str) -> str:
    return hmac.new(caller.key.encode(), f"access {expires}".encode(), "sha256").hexdigest()
