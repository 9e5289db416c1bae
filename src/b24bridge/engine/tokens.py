"""Renewal of access tokens: once, however many tasks, threads and processes need it.

Single flight by two locks: one of the process, one of the store over all processes. Under the locks
the stored token is read again, and whoever finds another token than the one that was refused takes
it instead of renewing (fencing). The refresh token may be good for one use only.
"""

from __future__ import annotations

from typing import Any

from b24bridge.auth.credentials import OAuth, Tokens
from b24bridge.engine.events import Hook, TokenRefreshed, emit
from b24bridge.engine.port import Port
from b24bridge.errors import BadAnswer, ConfigError, NotInstalled, RefreshRefused
from b24bridge.wire.classify import Explain, read_error
from b24bridge.wire.request import WireResponse, render_refresh
from b24bridge.wire.response import excerpt, load_json
from b24bridge.wire.secrets import mask

__all__ = ["Renewal"]

POLL_S = 0.02
LOCK_PATIENCE_S = 60.0
METHOD = "oauth.refresh"


class Renewal:
    """Renews the tokens of one installation.

    Args:
        port: The outside world.
        credentials: Tokens, store and client of the application.
        hooks: Listeners.
        explain: Knowledge of error codes.
        timeout_s: Seconds to wait for the token server.
        verify_tls: Whether its certificate is checked.
    """

    def __init__(
        self,
        port: Port,
        credentials: OAuth,
        *,
        hooks: tuple[Hook, ...] = (),
        explain: Explain | None = None,
        timeout_s: float | None = 30.0,
        verify_tls: bool = True,
    ) -> None:
        self._port = port
        self._credentials = credentials
        self._hooks = hooks
        self._explain = explain
        self._timeout_s = timeout_s
        self._verify_tls = verify_tls

    async def renew(self, refused_token: str) -> Tokens:
        """Return tokens whose access token is another than the refused one.

        Raises:
            RefreshRefused: The token server refused.
            NotInstalled: The store holds no tokens any more.
            TransportError: The token server could not be reached.
            ConfigError: Client id or secret is missing.
        """
        credentials = self._credentials
        async with self._port.lock(f"refresh {credentials.store.name}"):
            known = credentials.tokens()
            if known.access_token != refused_token:
                return known
            await self._enter()
            try:
                stored = self._stored()
                if stored is not None and stored.access_token != refused_token:
                    return self._done(credentials.adopt(stored), by_other=True, saved=True)
                return await self._refresh(stored or known)
            finally:
                credentials.store.unlock()

    async def _enter(self) -> None:
        """Take the lock of the store; a holder that died has let it go."""
        started = self._port.now()
        while not self._credentials.store.try_lock():
            if self._port.now() - started > LOCK_PATIENCE_S:
                raise RefreshRefused(
                    f"The tokens in {self._credentials.store.name} are locked by another process"
                    f" for more than {LOCK_PATIENCE_S:g} s.",
                    method=METHOD,
                    retryable=True,
                    remedy="Look for a process that hangs.",
                )
            await self._port.sleep(POLL_S)

    def _stored(self) -> Tokens | None:
        try:
            return Tokens.from_settings(self._credentials.store.load())
        except (NotInstalled, ConfigError):
            # CRest writes the file over: it may be empty or half written for a moment.
            return None

    async def _refresh(self, tokens: Tokens) -> Tokens:
        credentials = self._credentials
        client_id, secret = credentials.client()
        if not tokens.refresh_token:
            raise RefreshRefused(
                "The access token is too old and there is no refresh token.",
                code="expired_token",
                method=METHOD,
                remedy="Open or install the application on the portal again.",
            )
        request = render_refresh(
            credentials.oauth_url,
            client_id,
            secret,
            tokens.refresh_token,
            timeout_s=self._timeout_s,
            verify_tls=self._verify_tls,
        )
        response = await self._port.send(request)
        answer = self._read(response)
        if answer.get("error"):
            winner = self._stored()
            if winner is not None and winner.access_token != tokens.access_token:
                # A program without our lock (CRest itself) was faster.
                return self._done(credentials.adopt(winner), by_other=True, saved=True)
            raise self._refused(answer, response.status)
        renewed = Tokens.from_settings({**tokens.raw, **answer})
        try:
            credentials.store.save(renewed.raw)
            saved = True
        except OSError:
            # The new token is good for this process; losing it would be worse than not sharing it.
            saved = False
        return self._done(credentials.adopt(renewed), by_other=False, saved=saved)

    def _done(self, tokens: Tokens, *, by_other: bool, saved: bool) -> Tokens:
        if self._hooks:
            emit(self._hooks, TokenRefreshed(self._credentials.portal, by_other, saved))
        return tokens

    def _read(self, response: WireResponse) -> dict[str, Any]:
        try:
            answer = load_json(response.body)
        except ValueError as exc:
            raise self._unreadable(response) from exc
        if not isinstance(answer, dict) or not (answer.get("access_token") or answer.get("error")):
            raise self._unreadable(response)
        return answer

    def _unreadable(self, response: WireResponse) -> BadAnswer:
        return BadAnswer(
            f"The token server answered with something else than tokens (HTTP {response.status}):"
            f" {excerpt(response.body)}.",
            status=response.status,
            method=METHOD,
            may_have_been_done=True,
            remedy="Check oauth_url.",
        )

    def _refused(self, answer: dict[str, Any], status: int) -> RefreshRefused:
        found = read_error(answer)
        facts = None if self._explain is None else self._explain(found.code)
        text = f": {mask(found.description)}" if found.description else ""
        return RefreshRefused(
            f"The token server refused to renew the access token ({found.code}){text}.",
            code=found.code,
            description=found.description,
            status=status,
            method=METHOD,
            meaning="" if facts is None else facts.meaning,
            remedy="" if facts is None else facts.remedy,
        )
