"""One call of BX24 on the wire: wait for the limiter, send, renew the tokens where the original does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from b24bridge.auth.credentials import Credentials
from b24bridge.engine.blocking import run
from b24bridge.engine.port import Port
from b24bridge.errors import ApiError, TransportError
from b24bridge.legacy.bx24_form import encode, encode_component, is_truthy, number_text
from b24bridge.legacy.bx24_limiter import Limiter
from b24bridge.legacy.bx24_result import Query
from b24bridge.legacy.bx24_session import Session
from b24bridge.legacy.bx24_transport import Reply, exchange, render
from b24bridge.wire.call import Json

__all__ = ["Talk"]


class Talk:
    """Sends calls for one BX24.

    Args:
        port: The outside world.
        credentials: Webhook or OAuth tokens.
        session: Age of the tokens, and their renewal.
        quirks: Habits of the original that are kept.
        timeout_s: Seconds to wait for an answer; None waits for ever.
        verify_tls: Whether the portal's certificate is checked.
    """

    def __init__(
        self,
        port: Port,
        credentials: Credentials,
        session: Session,
        quirks: frozenset[str],
        *,
        timeout_s: float | None,
        verify_tls: bool,
    ) -> None:
        self._port = port
        self._credentials = credentials
        self._session = session
        self._quirks = quirks
        self._limiter = Limiter(port)
        self._timeout_s = timeout_s
        self._verify_tls = verify_tls

    def exchange(self, query: Query) -> Reply:
        """Send a call and return the reply.

        Raises:
            TransportError: No answer came.
            ApiError: The token server refused.
        """
        return run(self._exchange(query))

    def ask(self, method: str, params: Mapping[str, Any]) -> Json:
        """Return the result of a method, None if it failed."""
        try:
            reply = self.exchange(Query(method, params, None))
        except (TransportError, ApiError):
            return None
        return reply.answer.get("result") if isinstance(reply.answer, dict) else None

    async def _exchange(self, query: Query) -> Reply:
        refreshed = False
        while True:
            if "client_limiter" in self._quirks:
                await self._limiter.enter()
            if self._session.is_expired():
                await self._session.refresh()
            reply = await self._send(query)
            stale = isinstance(reply.answer, dict) and reply.answer.get("error") == "expired_token"
            if not stale or reply.silent or not self._session.can_refresh:
                return reply
            if refreshed and "endless_refresh" not in self._quirks:
                return reply
            refreshed = True
            await self._session.refresh()

    async def _send(self, query: Query) -> Reply:
        access = self._credentials.access()
        fields = [f"auth={encode_component(access.token)}"] if access.token else []
        if query.start is not None:
            fields.append(f"start={number_text(query.start)}")
        if is_truthy(query.data):
            text = encode(query.data, self._quirks)
            if text or "extra_ampersands" in self._quirks:
                fields.append(text)
        request = render(
            access,
            encode_component(query.method),
            "&".join(fields),
            timeout_s=self._timeout_s,
            verify_tls=self._verify_tls,
        )
        return await exchange(self._port, request)
