"""Doors for events, installations and openings in web programs, as ASGI and WSGI applications.

Starlette and FastAPI mount the ASGI ones; Flask (``DispatcherMiddleware``) and Django mount the WSGI ones.
They read the body up to a limit, believe only the right application token, and never print what they got.
Inside a view of a framework, :mod:`b24bridge.modern.web` gives the form instead.
"""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Iterable, Mapping, MutableMapping
from typing import Any, TypeAlias

from b24bridge.auth.credentials import Store
from b24bridge.auth.install import Installed, install, read_installation
from b24bridge.errors import AccessError, B24Error, ValidationError
from b24bridge.modern.incoming import Event, read_event
from b24bridge.modern.opening import Opening, read_opening
from b24bridge.modern.web import LIMIT, form_of, merged

__all__ = ["EventApp", "EventWsgi", "InstallApp", "InstallWsgi", "PageApp", "PageWsgi"]

Token: TypeAlias = Callable[[], str]
Handler: TypeAlias = Callable[[Event], Awaitable[None] | None]
Page: TypeAlias = Callable[[Opening], Awaitable[str] | str]
Form: TypeAlias = Mapping[str, Any]
#: Status, kind and text of an answer.
Reply: TypeAlias = tuple[int, str, bytes]

#: What the installer shows inside the portal: it tells the portal that the installation is done.
FINISHED = """<!DOCTYPE html>
<meta charset="utf-8">
<title>Installed</title>
<script src="https://api.bitrix24.com/api/v1/"></script>
<script>BX24.init(function () { BX24.installFinish(); });</script>
"""

_PLAIN = "text/plain; charset=utf-8"
_HTML = "text/html; charset=utf-8"
_DONE: Reply = (200, _PLAIN, b"ok")
_REASONS = {200: "OK", 400: "Bad Request", 403: "Forbidden", 405: "Method Not Allowed"}


def _refusal(error: B24Error, what: bytes) -> Reply:
    if isinstance(error, AccessError):
        return 403, _PLAIN, b"not from this portal"
    return 400, _PLAIN, b"no " + what


class _Asgi:
    """Reads one request; what it means is for the kinds of doors."""

    async def __call__(
        self,
        scope: MutableMapping[str, Any],
        receive: Callable[[], Awaitable[MutableMapping[str, Any]]],
        send: Callable[[MutableMapping[str, Any]], Awaitable[None]],
    ) -> None:
        """Answer one request: 200 when it was handled, 400, 403, 405 or 413 without."""
        status, kind, text = await self._read(scope, receive)
        head = [(b"content-type", kind.encode())]
        await send({"type": "http.response.start", "status": status, "headers": head})
        await send({"type": "http.response.body", "body": text})

    async def _read(
        self, scope: MutableMapping[str, Any], receive: Callable[[], Awaitable[MutableMapping[str, Any]]]
    ) -> Reply:
        if scope.get("method") != "POST":
            return 405, _PLAIN, b"POST only"
        body = b""
        while True:
            message = await receive()
            body += message.get("body", b"")
            if len(body) > LIMIT:
                return 413, _PLAIN, b"too large"
            if not message.get("more_body"):
                break
        return await self._answer(merged(scope.get("query_string") or b"", body))

    async def _answer(self, form: Form) -> Reply:
        raise NotImplementedError


class _Wsgi:
    """The same, without an event loop."""

    def __call__(
        self, environ: Mapping[str, Any], start_response: Callable[[str, list[tuple[str, str]]], Any]
    ) -> Iterable[bytes]:
        """Answer one request: 200 when it was handled, 400, 403, 405 or 413 without."""
        status, kind, text = self._read(environ)
        reason = _REASONS.get(status, "Payload Too Large")
        start_response(f"{status} {reason}", [("Content-Type", kind)])
        return [text]

    def _read(self, environ: Mapping[str, Any]) -> Reply:
        if environ.get("REQUEST_METHOD") != "POST":
            return 405, _PLAIN, b"POST only"
        try:
            form = form_of(environ)
        except ValidationError:
            return 413, _PLAIN, b"too large"
        return self._answer(form)

    def _answer(self, form: Form) -> Reply:
        raise NotImplementedError


class EventApp(_Asgi):
    """An ASGI application that takes events.

    Args:
        token: Returns the application token; asked each time, since a reinstallation changes it.
        handler: Gets each event; may be a coroutine function.
    """

    def __init__(self, token: Token, handler: Handler) -> None:
        self._token = token
        self._handler = handler

    async def _answer(self, form: Form) -> Reply:
        try:
            event = read_event(form, self._token())
        except B24Error as error:
            return _refusal(error, b"event")
        done = self._handler(event)
        if inspect.isawaitable(done):
            await done
        return _DONE


class EventWsgi(_Wsgi):
    """The same as a WSGI application; the handler is an ordinary function."""

    def __init__(self, token: Token, handler: Callable[[Event], None]) -> None:
        self._token = token
        self._handler = handler

    def _answer(self, form: Form) -> Reply:
        try:
            event = read_event(form, self._token())
        except B24Error as error:
            return _refusal(error, b"event")
        self._handler(event)
        return _DONE


class _Installation:
    """What both installers know and do."""

    def __init__(
        self, store: Store, *, confirm: Callable[[Installed], bool] | None = None, page: str = FINISHED
    ) -> None:
        self._store = store
        self._confirm = confirm
        self._page = page

    def _installed(self, form: Form) -> Reply:
        try:
            found = read_installation(form)
            if found is None:
                return 400, _PLAIN, b"no installation"
            there, comes = (data.get("member_id") for data in (self._store.load(), found.settings))
            if (there and comes != there) or (self._confirm is not None and not self._confirm(found)):
                return 403, _PLAIN, b"not from this portal"
            install(form, self._store)
        except B24Error as error:
            return _refusal(error, b"installation")
        return _DONE if found.rest_only else (200, _HTML, self._page.encode())


class InstallApp(_Installation, _Asgi):
    """An ASGI application that takes installations, by the event or by the installer's page.

    A store that belongs to one portal is not overwritten by another.

    Args:
        store: Where the tokens go.
        confirm: Says whether an installation may be stored, for instance after it asked the portal with
            the tokens that came along; without it the first one is believed.
        page: What the installer's page shows; it must end the installation.
    """

    async def _answer(self, form: Form) -> Reply:
        return self._installed(form)


class InstallWsgi(_Installation, _Wsgi):
    """The same as a WSGI application."""

    def _answer(self, form: Form) -> Reply:
        return self._installed(form)


class PageApp(_Asgi):
    """An ASGI application that shows a page inside the portal: the main page, or a placement.

    Args:
        token: Returns the application token; asked each time, since a reinstallation changes it.
        page: Returns the HTML for an opening; may be a coroutine function.
    """

    def __init__(self, token: Token, page: Page) -> None:
        self._token = token
        self._page = page

    async def _answer(self, form: Form) -> Reply:
        try:
            opening = read_opening(form, self._token())
        except B24Error as error:
            return _refusal(error, b"opening")
        text = self._page(opening)
        return 200, _HTML, (await text if inspect.isawaitable(text) else text).encode()


class PageWsgi(_Wsgi):
    """The same as a WSGI application; ``page`` is an ordinary function."""

    def __init__(self, token: Token, page: Callable[[Opening], str]) -> None:
        self._token = token
        self._page = page

    def _answer(self, form: Form) -> Reply:
        try:
            opening = read_opening(form, self._token())
        except B24Error as error:
            return _refusal(error, b"opening")
        return 200, _HTML, self._page(opening).encode()
