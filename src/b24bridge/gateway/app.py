"""The gateway as an ASGI application: a portal's address for programs that shall not know its secrets."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Awaitable, Callable, MutableMapping
from importlib.resources import files
from typing import Any
from urllib.parse import quote

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from b24bridge.errors import B24Error
from b24bridge.gateway import proxy
from b24bridge.gateway.answers import Answers
from b24bridge.gateway.forward import Forwarder
from b24bridge.gateway.metrics import Metrics
from b24bridge.gateway.modes import Fetch
from b24bridge.gateway.settings import Caller, Settings
from b24bridge.gateway.translate import Refusal, read, tokens_asked
from b24bridge.wire.request import WireResponse

__all__ = ["Gateway"]

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

_access = logging.getLogger("b24bridge.gateway.access")
_JSON = "application/json; charset=utf-8"
# What a portal says besides the body; hop-by-hop headers and cookies stay behind.
_KEPT_HEADERS = ("content-type", "x-bitrix-rest-application", "x-bitrix-rest-time", "x-content-type-options")
_CORS_HEADERS = "origin, content-type, accept, authorization"
_LIFETIME_S = 3600
_UNKNOWN_KEY = (401, "INVALID_CREDENTIALS", "Invalid request credentials")
_NO_KEY = (401, "NO_AUTH_FOUND", "Wrong authorization data")


class Gateway:
    """Answers callers in the portal's manner and asks the portal for them.

    Args:
        settings: Who may call, and how much.
        forwarder: The way to the portal.
        fetch: Where answers come from if not straight from the portal (see ``modes.py``).
        now: Monotonic seconds.
    """

    def __init__(
        self,
        settings: Settings,
        forwarder: Forwarder,
        fetch: Fetch | None = None,
        *,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._settings = settings
        self._forwarder = forwarder
        self.metrics = Metrics()
        self._answers = Answers(fetch or forwarder.forward, settings, self.metrics, now=now)
        self._now = now
        self._in_work = 0
        self._script = files(__package__).joinpath("static/bx24.js").read_bytes()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return
        started = self._now()
        request = Request(scope, receive)
        facts = {"caller": "-", "method": "-"}
        try:
            response = await self._answer(request, facts)
        except Refusal as refusal:
            response = _error(refusal.status, refusal.code, refusal.text)
        except ClientDisconnect:
            return
        self._allow_origin(request, response)
        seconds = self._now() - started
        self.metrics.request(facts["caller"], response.status_code, seconds)
        _access.info(
            "%s",
            json.dumps(
                {
                    **facts,
                    "verb": scope["method"],
                    "status": response.status_code,
                    "ms": round(seconds * 1000, 1),
                    "bytes": len(response.body),
                }
            ),
        )
        await response(scope, receive, send)

    async def _answer(self, request: Request, facts: dict[str, str]) -> Response:
        path = _raw_path(request.scope)
        verb = request.method
        proxied = self._settings.proxied if path == proxy.PATH else None
        if verb == "OPTIONS" and proxied is None:
            return Response(b"", 200)
        if path.startswith("/rest/") or proxied is not None:
            if self._in_work >= self._settings.at_once:
                return self._full()
            self._in_work += 1
            try:
                if proxied is not None:
                    return await self._proxy(request, proxied, facts)
                return await self._rest(request, path, facts)
            finally:
                self._in_work -= 1
        if path.rstrip("/") == "/oauth/token":
            return await self._tokens(request, facts)
        if verb in ("GET", "HEAD"):
            if path.rstrip("/") == "/api/v1":
                return Response(self._script, media_type="text/javascript; charset=utf-8")
            if path == "/healthz":
                return Response(b"ok\n", media_type="text/plain")
            if path == "/metrics":
                return Response(self.metrics.text(self._gauges()), media_type="text/plain; version=0.0.4")
        return _error(404, "ERROR_METHOD_NOT_FOUND", "Method not found!")

    async def _proxy(self, request: Request, caller: Caller, facts: dict[str, str]) -> Response:
        body = await self._body(request)
        status, content, method = await proxy.answer(self._answers.get, caller, request.method, body)
        facts.update(caller=caller.name, method=method)
        return Response(content, status, proxy.HEADERS)

    def _full(self) -> Response:
        self.metrics.event("refused_full")
        response = _error(503, "OVERLOAD_LIMIT", "The gateway is full; try again later.")
        response.headers["retry-after"] = str(self._settings.retry_after_s)
        return response

    async def _rest(self, request: Request, path: str, facts: dict[str, str]) -> Response:
        body = await self._body(request)
        headers = [
            (name.decode("latin-1").lower(), value.decode("latin-1"))
            for name, value in request.scope["headers"]
        ]
        query = request.scope.get("query_string", b"").decode("latin-1")
        asked = read(request.method, path, query, headers, body)
        caller = self._settings.caller(asked.key)
        if caller is None:
            raise Refusal(*(_UNKNOWN_KEY if asked.key else _NO_KEY))
        facts.update(caller=caller.name, method=asked.method)
        for method in asked.methods:
            if not caller.may(method, asked.api):
                raise Refusal(403, "ACCESS_DENIED", f"The gateway does not let {caller.name} call {method}.")
        try:
            answer = await self._answers.get(asked)
        except B24Error as error:
            raise Refusal(502, "GATEWAY_NO_ANSWER", error.message) from error
        return _passed(answer)

    async def _body(self, request: Request) -> bytes:
        """Return the body, and stop reading where it becomes too long."""
        limit = self._settings.body_limit
        parts: list[bytes] = []
        size = 0
        async for part in request.stream():
            size += len(part)
            if size > limit:
                raise Refusal(413, "INVALID_REQUEST", f"The body is longer than {limit} bytes.")
            parts.append(part)
        return b"".join(parts)

    async def _tokens(self, request: Request, facts: dict[str, str]) -> Response:
        """Answer the token server's address: a caller's key is its access and its refresh token."""
        asked = tokens_asked(request.scope.get("query_string", b"").decode("latin-1"))
        if request.method == "POST":
            asked |= tokens_asked((await self._body(request)).decode("utf-8", "replace"))
        caller = self._settings.caller(asked.get("refresh_token", ""))
        if caller is None:
            return _error(400, "invalid_grant", "")
        facts.update(caller=caller.name, method="oauth.refresh")
        base = str(request.base_url)
        answer = {
            "access_token": caller.key,
            "refresh_token": caller.key,
            "expires_in": _LIFETIME_S,
            "domain": request.url.netloc,
            "client_endpoint": f"{base}rest/",
            "server_endpoint": f"{base}rest/",
            "status": "L",
            "member_id": caller.name,
        }
        return Response(json.dumps(answer), media_type=_JSON, headers={"cache-control": "no-store"})

    def _allow_origin(self, request: Request, response: Response) -> None:
        """Say which web pages may read the answer; never with credentials of the browser."""
        origins = self._settings.origins
        origin = request.headers.get("origin", "")
        if "*" in origins:
            response.headers["access-control-allow-origin"] = "*"
        elif origin in origins:
            response.headers["access-control-allow-origin"] = origin
            response.headers["vary"] = "Origin"
        else:
            return
        response.headers.setdefault("access-control-allow-headers", _CORS_HEADERS)

    def _gauges(self) -> dict[str, float]:
        return {
            "in_work": self._in_work,
            "waited_seconds": self._forwarder.waited_s,
            "repeated": self._forwarder.repeated,
        }


def _passed(answer: WireResponse) -> Response:
    headers = {name: value for name in _KEPT_HEADERS if (value := answer.header(name)) is not None}
    return Response(answer.body, answer.status, headers)


def _error(status: int, code: str, text: str) -> Response:
    body = {"error": code, "error_description": text} if text else {"error": code}
    return Response(json.dumps(body, ensure_ascii=False), status, media_type=_JSON)


def _raw_path(scope: Scope) -> str:
    """Return the path as it was sent: what is decoded once too often here is a hole."""
    raw: bytes = scope.get("raw_path") or quote(scope["path"]).encode()
    return raw.partition(b"?")[0].decode("latin-1")
