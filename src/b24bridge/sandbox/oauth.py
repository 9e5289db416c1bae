# ruff: noqa: S608  # names of tables and columns are declared in code; values are always bound
"""Tokens: issuing, checking, renewing ("How a portal behaves", section 7)."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC
from typing import Any
from urllib.parse import quote, urlencode

from .applications import Application
from .clock import Clock, iso
from .methods import Caller
from .refusals import system
from .reply import Reply
from .store import Store

__all__ = ["ACCESS_S", "CODE_S", "REFRESH_S", "OAuth", "Where"]

ACCESS_S = 3600
REFRESH_S = 180 * 86400
CODE_S = 30

_TOKENS = "oauth_tokens"
_CODES = "oauth_codes"


class OAuth:
    """The authorisation server, and the portal's own check of tokens.

    Attributes:
        strict_rotation: Whether a renewal makes the old refresh token useless at once; whether a
            live server does so is not known, the documentation only says to store the new one.
    """

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self.strict_rotation = False

    def prepare(self) -> None:
        """Create the tables."""
        text = dict.fromkeys(("access", "refresh", "client_id", "scope"), "TEXT")
        numbers = dict.fromkeys(("user_id", "expires", "refresh_expires", "spent"), "INTEGER")
        self._store.ensure(_TOKENS, {**text, **numbers}, ("access", "refresh"))
        self._store.ensure(
            _CODES, {"code": "TEXT", "client_id": "TEXT", "user_id": "INTEGER", "expires": "INTEGER"}
        )

    # -- tokens -----------------------------------------------------------------------------------

    def issue(self, application: Application, user_id: int) -> dict[str, Any]:
        """Return a new pair of tokens."""
        now = int(self._clock.now())
        pair = {
            "access": secrets.token_hex(35),
            "refresh": secrets.token_hex(35),
            "client_id": application.client_id,
            "user_id": user_id,
            "scope": ",".join(application.scopes),
            "expires": now + ACCESS_S,
            "refresh_expires": now + REFRESH_S,
            "spent": 0,
        }
        self._store.insert(_TOKENS, pair)
        return pair

    def caller(self, token: str, applications: Mapping[str, Application]) -> Caller:
        """Return who holds an access token.

        Raises:
            Refusal: The token is unknown or too old, or the application is gone.
        """
        row = self._store.one(
            f"SELECT client_id,user_id,scope,expires FROM {_TOKENS} WHERE access=?", (token,)
        )
        if row is None:
            raise system("invalid_token")
        client_id, user_id, scope, expires = row
        if expires <= self._clock.now():
            raise system("expired")
        application = applications.get(client_id)
        if application is None or not application.is_installed:
            raise system("not_installed")
        if not application.is_paid:
            raise system("payment")
        return Caller(
            "token", user_id, frozenset(scope.split(",")), client_id, f"app:{client_id}", token=token
        )

    def expire(self, token: str | None = None) -> None:
        """Make one access token, or all of them, too old from now on."""
        now = int(self._clock.now())
        if token is None:
            self._store.run(f"UPDATE {_TOKENS} SET expires=?", (now,))
        else:
            self._store.run(f"UPDATE {_TOKENS} SET expires=? WHERE access=?", (now, token))

    # -- the server's addresses -----------------------------------------------------------------------

    def token(
        self, params: Mapping[str, Any], applications: Mapping[str, Application], where: Where
    ) -> tuple[int, Any]:
        """Answer ``/oauth/token/``: status and body."""
        kind = params.get("grant_type")
        if kind not in ("authorization_code", "refresh_token"):
            return 400, _error(
                "invalid_request", 'No "grant_type" parameter found' if not kind else "Invalid grant_type"
            )
        client_id = params.get("client_id")
        application = applications.get(client_id) if isinstance(client_id, str) else None
        if application is None:
            return 200, {"error": "wrong_client"}
        if params.get("client_secret") != application.client_secret:
            return 400, _error("invalid_client", "")
        if not application.is_installed:
            return 401, _error("NOT_INSTALLED", "Application not installed")
        if not application.is_paid:
            return 401, _error("PAYMENT_REQUIRED", "Payment required")
        scope = params.get("scope")
        if isinstance(scope, str) and not set(filter(None, scope.split(","))) <= set(application.scopes):
            return 403, _error("invalid_scope", "The requested scope is invalid, unknown, or malformed")
        name = "code" if kind == "authorization_code" else "refresh_token"
        value = params.get(name)
        if not isinstance(value, str) or not value:
            return 400, _error("invalid_request", f'No "{name}" parameter found')
        user_id = (
            self._spend_code(value, application)
            if name == "code"
            else self._spend_refresh(value, application)
        )
        if user_id is None:
            return 400, {"error": "invalid_grant"}
        answer = self._answer(application, user_id, where)
        if scope and where.is_portal:
            answer["scope"] = scope
        return 200, answer

    def _answer(self, application: Application, user_id: int, where: Where) -> dict[str, Any]:
        pair = self.issue(application, user_id)
        return {
            "access_token": pair["access"],
            "expires": pair["expires"],
            "expires_in": ACCESS_S,
            "scope": pair["scope"],
            "domain": where.domain,
            "server_endpoint": f"{where.server}/rest/",
            "status": application.status,
            "client_endpoint": f"{where.portal}/rest/",
            "member_id": where.member_id,
            "user_id": user_id,
            "refresh_token": pair["refresh"],
        }

    def app_info(
        self, token: str | None, applications: Mapping[str, Application], where: Where
    ) -> tuple[int, Any]:
        """Answer ``/rest/app.info`` of the authorisation server: what a token belongs to."""
        row = self._store.one(
            f"SELECT client_id,user_id,scope,expires FROM {_TOKENS} WHERE access=?", (token,)
        )
        application = applications.get(row[0]) if row else None
        if row is None or application is None:
            return 401, _error("invalid_token", "Unable to get application by token")
        _, user_id, scope, expires = row
        if expires <= self._clock.now():
            return 401, _error("expired_token", "The access token provided has expired")
        install = {
            "installed": application.is_finished,
            "version": "1",
            "status": application.status,
            "scope": scope,
            "domain": where.portal_host,
            "uri": where.portal,
            "client_endpoint": f"{where.portal}/rest/",
            "member_id": where.member_id,
            "member_type": "bitrix24",
        }
        return 200, {
            "client_id": application.client_id,
            "scope": scope,
            "expires": iso(expires, UTC),
            "install": install,
            "user_id": user_id,
        }

    def _spend_refresh(self, refresh: str, application: Application) -> int | None:
        row = self._store.one(
            f"SELECT ID,client_id,user_id,refresh_expires,spent FROM {_TOKENS} WHERE refresh=?", (refresh,)
        )
        if row is None or row[1] != application.client_id or row[3] <= self._clock.now():
            return None
        if row[4] and self.strict_rotation:
            return None
        self._store.run(f"UPDATE {_TOKENS} SET spent=1 WHERE ID=?", (row[0],))
        return int(row[2])

    def _spend_code(self, code: str, application: Application) -> int | None:
        row = self._store.one(f"SELECT ID,client_id,user_id,expires FROM {_CODES} WHERE code=?", (code,))
        if row is None:
            return None
        self._store.delete(_CODES, row[0])
        return int(row[2]) if row[1] == application.client_id and row[3] > self._clock.now() else None

    def authorize(
        self, params: Mapping[str, Any], applications: Mapping[str, Application], where: Where, user_id: int
    ) -> Reply:
        """Answer ``/oauth/authorize/``: the user is logged in already, so it redirects at once."""
        client_id = params.get("client_id")
        application = applications.get(client_id) if isinstance(client_id, str) else None
        if application is None:
            page = b"<!DOCTYPE html><title>Authorization</title><p>Application not found (client_id)</p>"
            return Reply(200, (("content-type", "text/html; charset=UTF-8"),), page)
        code = secrets.token_hex(35)
        self._store.insert(
            _CODES,
            {
                "code": code,
                "client_id": application.client_id,
                "user_id": user_id,
                "expires": int(self._clock.now()) + CODE_S,
            },
        )
        query = {
            "code": code,
            "state": str(params.get("state", "")),
            "domain": where.portal_host,
            "member_id": where.member_id,
            "scope": ",".join(application.scopes),
            "server_domain": where.server.partition("://")[2],
        }
        target = application.redirect_uri or str(params.get("redirect_uri", "")) or f"{where.portal}/"
        joint = "&" if "?" in target else "?"
        return Reply(302, (("location", f"{target}{joint}{urlencode(query, quote_via=quote)}"),))


@dataclass(frozen=True, slots=True)
class Where:
    """The addresses that an answer names.

    Attributes:
        portal: The portal's.
        server: The authorisation server's.
        member_id: Identity of the portal.
        domain: Host that was asked: the server's own, or the portal's, which passes requests on.
    """

    portal: str
    server: str
    member_id: str
    domain: str

    @property
    def portal_host(self) -> str:
        """Host of the portal, with its port."""
        return self.portal.partition("://")[2]

    @property
    def is_portal(self) -> bool:
        """Whether the portal was asked and not the server."""
        return self.domain == self.portal_host


def _error(code: str, text: str) -> dict[str, str]:
    return {"error": code, "error_description": text} if text else {"error": code}
