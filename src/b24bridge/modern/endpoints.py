"""Doors for events and installations in web programs: an ASGI and a WSGI application, without a framework.

Starlette and FastAPI mount the ASGI one; Flask (``DispatcherMiddleware``) and Django mount the WSGI one. Both
read the body up to a limit, believe only the right application token, and never print what they got.
"""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Iterable, Mapping, MutableMapping
from typing import Any

from b24bridge.errors import AccessError, B24Error
from b24bridge.modern.incoming import Event, read_event

__all__ = ["EventApp", "EventWsgi"]

_LIMIT = 1_000_000

Handler = Callable[[Event], Awaitable[None] | None]
Token = Callable[[], str]


def _refusal(error: B24Error) -> tuple[int, bytes]:
    return (403, b"not from this portal") if isinstance(error, AccessError) else (400, b"no event")


class EventApp:
    """An ASGI application that takes events.

    Args:
        token: Returns the application token; asked each time, since a reinstallation changes it.
        handler: Gets each event; may be a coroutine function.
    """

    def __init__(self, token: Token, handler: Handler) -> None:
        self._token = token
        self._handler = handler

    async def __call__(
        self,
        scope: MutableMapping[str, Any],
        receive: Callable[[], Awaitable[MutableMapping[str, Any]]],
        send: Callable[[MutableMapping[str, Any]], Awaitable[None]],
    ) -> None:
        """Answer one request: 200 when the event was handled, 400, 403, 405 or 413 without."""
        status, text = await self._answer(scope, receive)
        head = [(b"content-type", b"text/plain")]
        await send({"type": "http.response.start", "status": status, "headers": head})
        await send({"type": "http.response.body", "body": text})

    async def _answer(
        self, scope: MutableMapping[str, Any], receive: Callable[[], Awaitable[MutableMapping[str, Any]]]
    ) -> tuple[int, bytes]:
        if scope.get("method") != "POST":
            return 405, b"POST only"
        body = b""
        while True:
            message = await receive()
            body += message.get("body", b"")
            if len(body) > _LIMIT:
                return 413, b"too large"
            if not message.get("more_body"):
                break
        try:
            event = read_event(body, self._token())
        except B24Error as error:
            return _refusal(error)
        done = self._handler(event)
        if inspect.isawaitable(done):
            await done
        return 200, b"ok"


class EventWsgi:
    """The same as a WSGI application; the handler is an ordinary function."""

    def __init__(self, token: Token, handler: Callable[[Event], None]) -> None:
        self._token = token
        self._handler = handler

    def __call__(
        self, environ: Mapping[str, Any], start_response: Callable[[str, list[tuple[str, str]]], Any]
    ) -> Iterable[bytes]:
        """Answer one request."""
        status, text = self._answer(environ)
        reasons = {200: "OK", 400: "Bad Request", 403: "Forbidden", 405: "Method Not Allowed"}
        reason = reasons.get(status, "Payload Too Large")
        start_response(f"{status} {reason}", [("Content-Type", "text/plain")])
        return [text]

    def _answer(self, environ: Mapping[str, Any]) -> tuple[int, bytes]:
        if environ.get("REQUEST_METHOD") != "POST":
            return 405, b"POST only"
        given = str(environ.get("CONTENT_LENGTH") or "0")
        length = int(given) if given.isdigit() else 0
        if length > _LIMIT:
            return 413, b"too large"
        try:
            event = read_event(environ["wsgi.input"].read(length), self._token())
        except B24Error as error:
            return _refusal(error)
        self._handler(event)
        return 200, b"ok"
