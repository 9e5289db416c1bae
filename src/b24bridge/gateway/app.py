"""The gateway as an ASGI application: a portal's address for programs that shall not know its secrets."""

from __future__ import annotations

import functools
import json
import logging
import time
import traceback
from collections.abc import Awaitable, Callable, MutableMapping
from importlib.resources import files
from typing import Any
from urllib.parse import quote

import anyio
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from b24bridge.errors import B24Error
from b24bridge.gateway import proxy, tokens
from b24bridge.gateway.allow import allowed
from b24bridge.gateway.answers import Answers
from b24bridge.gateway.forward import Forwarder
from b24bridge.gateway.intake import Full, Intake
from b24bridge.gateway.metrics import Metrics
from b24bridge.gateway.modes import Fetch
from b24bridge.gateway.settings import Caller, Settings
from b24bridge.gateway.translate import Address, Asked, Refusal, address, read, tokens_asked
from b24bridge.wire.request import WireResponse

__all__ = ["Gateway"]

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

_access = logging.getLogger("b24bridge.gateway.access")
_log = logging.getLogger("b24bridge.gateway")
_JSON = "application/json; charset=utf-8"
# What a portal says besides the body; hop-by-hop headers and cookies stay behind, and addresses too.
_KEPT_HEADERS = (
    *("content-type", "x-bitrix-rest-application", "x-bitrix-rest-time", "x-content-type-options"),
    *("retry-after", "idempotency-key", "idempotent-replayed"),
)
LONGEST_NAME = 100
_CORS_HEADERS = "origin, content-type, accept, authorization"
_UNKNOWN_KEY = (401, "INVALID_CREDENTIALS", "Invalid request credentials")
# Said of an unknown token too: it makes CRest renew the tokens that it still has of the portal.
_EXPIRED = (401, "expired_token", "The access token provided has expired.")
_NO_KEY = (401, "NO_AUTH_FOUND", "Wrong authorization data")


class Gateway:
    """Answers callers in the portal's manner and asks the portal for them.

    Args:
        settings: Who may call, and how much.
        forwarder: The way to the portal, None if ``fetch`` needs none.
        fetch: Where answers come from if not straight from the portal (see ``modes.py``).
        now: Monotonic seconds.
        wall: Unix time in seconds.
    """

    def __init__(
        self,
        settings: Settings,
        forwarder: Forwarder | None,
        fetch: Fetch | None = None,
        *,
        now: Callable[[], float] = time.monotonic,
        wall: Callable[[], float] = time.time,
    ) -> None:
        self._settings = settings
        self._forwarder = forwarder
        self.metrics = Metrics()
        source = fetch or (forwarder.forward if forwarder is not None else None)
        if source is None:
            raise ValueError("A gateway needs a forwarder or a source of answers.")
        self._answers = Answers(source, settings, self.metrics, now=now)
        self._intake = Intake(settings)
        self._now = now
        self._wall = wall
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
        except Full:
            response = self._full()
        except ClientDisconnect:
            self.metrics.event("caller_gone")
            return
        except Exception as error:  # noqa: BLE001  # the border to the server, which would answer with a page
            # Places in the code only: the error's own text might show what a caller sent.
            where = "".join(traceback.format_tb(error.__traceback__))
            _log.error("A request of %s failed (%s):\n%s", facts["caller"], type(error).__name__, where)
            response = _error(500, "INTERNAL_SERVER_ERROR", "Internal server error")
        self._allow_origin(request, response)
        seconds = self._now() - started
        self.metrics.request(facts["caller"], response.status_code, seconds)
        _access.info("%s", _line(facts, scope["method"], response, seconds))
        await response(scope, receive, send)

    async def _answer(self, request: Request, facts: dict[str, str]) -> Response:
        path = _raw_path(request.scope)
        verb = request.method
        proxied = self._settings.proxied if path == proxy.PATH else None
        if verb == "OPTIONS" and proxied is None:
            return Response(b"", 200)
        if path.startswith("/rest/") or proxied is not None:
            if self._in_work >= self._settings.at_once:
                raise Full
            self._in_work += 1
            try:
                if proxied is not None:
                    return await self._proxy(request, proxied, facts)
                return await self._rest(request, address(path), facts)
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
        origin = request.headers.get("origin", "")
        if origin and not self._settings.origin(origin):
            # The address has no key: the page's origin is all that tells friend from foe.
            raise Refusal(403, "ACCESS_DENIED", "This page may not call the gateway; add it to origins.")
        async with self._intake.body(request) as body:
            ask = functools.partial(self._ask, request)
            status, content, method = await proxy.answer(ask, caller, request.method, body)
        facts.update(caller=caller.name, method=self._shown(method))
        return Response(content, status, proxy.HEADERS)

    def _full(self) -> Response:
        self.metrics.event("refused_full")
        response = _error(503, "OVERLOAD_LIMIT", "The gateway is full; try again later.")
        response.headers["retry-after"] = str(self._settings.retry_after_s)
        return response

    async def _rest(self, request: Request, at: Address, facts: dict[str, str]) -> Response:
        caller = self._settings.caller(at.key) if at.key else None
        if at.key and caller is None:
            raise Refusal(*_UNKNOWN_KEY)
        async with self._intake.body(request) as body:
            headers = [
                (name.decode("latin-1").lower(), value.decode("latin-1"))
                for name, value in request.scope["headers"]
            ]
            query = request.scope.get("query_string", b"").decode("latin-1")
            asked = read(request.method, at, query, headers, body)
            caller = caller or self._bearer(asked.key)
            facts.update(caller=caller.name, method=self._shown(asked.method))
            try:
                return _passed(await self._ask(request, allowed(caller, asked)))
            except B24Error as error:
                raise Refusal(502, "GATEWAY_NO_ANSWER", error.message) from error

    def _bearer(self, token: str) -> Caller:
        """Return whose key or access token it is."""
        if not token:
            raise Refusal(*_NO_KEY)
        found = self._settings.caller(token) or tokens.bearer(self._settings.callers, token, self._wall())
        if found is None:
            raise Refusal(*_EXPIRED)
        return found

    async def _ask(self, request: Request, asked: Asked) -> WireResponse:
        """Return the portal's answer; a call that still waits for its turn ends with its caller.

        A write that is sent after its caller gave up would be one that nobody knows of.

        Raises:
            B24Error: None came.
            Full: The portal's limits would keep the call waiting too long.
            ClientDisconnect: The caller hung up.
        """
        answers: list[WireResponse] = []
        errors: list[Exception] = []

        async def work() -> None:
            try:
                answers.append(await self._answers.get(asked))
            except Exception as error:  # noqa: BLE001  # raised below, without the group that tasks wrap it in
                errors.append(error)
            group.cancel_scope.cancel()

        async with anyio.create_task_group() as group:
            group.start_soon(work)
            while (await request.receive())["type"] != "http.disconnect":
                pass
            group.cancel_scope.cancel()
        if answers:
            return answers[0]
        raise errors[0] if errors else ClientDisconnect

    async def _tokens(self, request: Request, facts: dict[str, str]) -> Response:
        """Answer the token server's address: a caller's key is its refresh token."""
        asked = tokens_asked(request.scope.get("query_string", b"").decode("latin-1"))
        if request.method == "POST":
            async with self._intake.body(request) as body:
                asked |= tokens_asked(body.decode("utf-8", "replace"))
        caller = self._settings.caller(asked.get("refresh_token", ""))
        if caller is None:
            return _error(400, "invalid_grant", "")
        facts.update(caller=caller.name, method="oauth.refresh")
        base = self._settings.public_url or str(request.base_url).rstrip("/")
        answer = tokens.answer(caller, base, self._wall())
        return Response(json.dumps(answer), media_type=_JSON, headers={"cache-control": "no-store"})

    def _allow_origin(self, request: Request, response: Response) -> None:
        """Say which web pages may read the answer; never with credentials of the browser."""
        allowed = self._settings.origin(request.headers.get("origin", ""))
        if allowed != "*":
            response.headers["vary"] = "Origin"
        if allowed:
            response.headers["access-control-allow-origin"] = allowed
            response.headers.setdefault("access-control-allow-headers", _CORS_HEADERS)

    def _shown(self, method: str) -> str:
        """Return a method's name for the log; what is too long, or holds a key by mistake, is not shown."""
        is_odd = len(method) > LONGEST_NAME or any(one.key in method for one in self._settings.callers)
        return "?" if is_odd else method

    def _gauges(self) -> dict[str, float]:
        return {
            "in_work": self._in_work,
            "held_bytes": self._intake.held_bytes,
            "waited_seconds": self._forwarder.waited_s if self._forwarder else 0.0,
            "repeated": self._forwarder.repeated if self._forwarder else 0,
        }


def _passed(answer: WireResponse) -> Response:
    headers = {name: value for name in _KEPT_HEADERS if (value := answer.header(name)) is not None}
    return Response(answer.body, answer.status, headers)


def _error(status: int, code: str, text: str) -> Response:
    body = {"error": code, "error_description": text} if text else {"error": code}
    return Response(json.dumps(body, ensure_ascii=False), status, media_type=_JSON)


def _line(facts: dict[str, str], verb: str, response: Response, seconds: float) -> str:
    said = {"verb": verb, "status": response.status_code, "ms": round(seconds * 1000, 1)}
    return json.dumps({**facts, **said, "bytes": len(response.body)})


def _raw_path(scope: Scope) -> str:
    """Return the path as it was sent: what is decoded once too often here is a hole."""
    raw: bytes = scope.get("raw_path") or quote(scope["path"]).encode()
    return raw.partition(b"?")[0].decode("latin-1")
