"""From an HTTP request to the reply: which part of the portal an address belongs to, and what spoils it.

Facts: "How a Bitrix24 REST portal behaves", sections 1 and 2.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from . import authserver, frame, page
from .admin import PREFIX, handle
from .phpinput import Incoming, read
from .phpjson import encode
from .phpxml import encode_xml
from .refusals import Refusal, system, version_3
from .reply import CORS, JSON, Reply
from .requestlog import LoggedRequest
from .spoiling import Spoiled, cut, spoil

if TYPE_CHECKING:
    from .portal import Portal

__all__ = ["Reception"]

_XML = ("content-type", "text/xml; charset=utf-8")
# Of the cloud; since times are whole seconds there, a quick answer took none (section 1.8).
_TIMES = tuple((f"x-bitrix-rest-{name}", "0.0000000000") for name in ("time", "user-time", "system-time"))
_NOT_FOUND = b"<!DOCTYPE html>\n<title>404 Not Found</title>\n<h1>Not Found</h1>\n"

Headers = Sequence[tuple[str, str]]


class Reception:
    """Takes the requests of one portal."""

    def __init__(self, portal: Portal) -> None:
        self._portal = portal

    def answer(self, verb: str, url: str, headers: Headers, body: bytes, caller: str) -> Reply:
        """Answer one request; see :meth:`Portal.answer`."""
        portal = self._portal
        incoming = read(verb, url, headers, body)
        if incoming is None:
            return self._other(verb, url, headers, body, caller)
        if portal.moved_to is not None:
            return _moved(portal.moved_to, url)
        if verb.upper() == "OPTIONS":
            return Reply(200, CORS)
        if authserver.is_app_info(portal, url, incoming):
            return authserver.handle(portal, verb, "/rest/app.info", url, headers, body, caller)
        incoming.is_secure = not portal.requires_https or urlsplit(url).scheme != "http"
        return self._rest(verb, incoming, caller)

    def _rest(self, verb: str, incoming: Incoming, caller: str) -> Reply:
        portal, name = self._portal, incoming.method.lower()
        entry = portal.requests.open(portal.clock.now(), verb, name, caller)
        entry.params, entry.start = incoming.params, incoming.start
        # A refusal takes the time of a request, too.
        portal.dispatcher.delay_s = portal.latency.request_s
        if portal.limits.rate is not None and not portal.limits.rate.admit(caller, portal.clock.now()):
            return self._refused(system("rate"), entry, incoming)
        params = incoming.params if incoming.start is None else {**incoming.params, "start": incoming.start}
        fault = portal.faults.strike(name, params)
        if fault is not None:
            spoiled = spoil(portal, fault, entry, incoming.token)
            if spoiled is not None:
                return spoiled
        try:
            if incoming.link and name in ("download", "upload"):
                reply = portal.transfers.answer(incoming)
            else:
                reply = self._reply(200, portal.dispatcher.answer(incoming, entry), incoming)
        except Refusal as refusal:
            reply = self._refused(refusal, entry, incoming)
        except Spoiled as spoiled_command:
            return spoiled_command.reply
        else:
            entry.status = 200
        if fault is None:
            return reply
        if fault.lost:
            raise cut(portal, entry)
        return replace(reply, delay_s=reply.delay_s + fault.slow_s, drip_s=fault.drip_s)

    def _refused(self, refusal: Refusal, entry: LoggedRequest, incoming: Incoming) -> Reply:
        refusal.status = self._portal.statuses.get(refusal.code, refusal.status)
        body = refusal.body() if incoming.version == 2 else version_3(refusal, incoming.method)
        entry.status, entry.error = refusal.status, refusal.code
        return self._reply(refusal.status, body, incoming)

    def _reply(self, status: int, body: Any, incoming: Incoming) -> Reply:
        delay = self._portal.latency.spread(self._portal.dispatcher.delay_s)
        application = (("x-bitrix-rest-application", incoming.client_id),) if incoming.client_id else ()
        headers = (*CORS, *application, *_TIMES, *incoming.reply_headers)
        if incoming.transport == "xml":
            return Reply(status, (_XML, *headers), encode_xml(body), delay)
        return Reply(status, (JSON, *headers), encode(body), delay)

    def _other(self, verb: str, url: str, headers: Headers, body: bytes, caller: str) -> Reply:
        parts = urlsplit(url)
        path = "/" + "/".join(piece for piece in parts.path.split("/") if piece)
        if path in authserver.PATHS:
            return authserver.handle(self._portal, verb, path, url, headers, body, caller)
        if path in page.FILES and verb.upper() in ("GET", "HEAD"):
            return page.handle(path)
        if f"{path}/".startswith(PREFIX):
            return handle(self._portal, verb, path, parts.query, body)
        if f"{path}/".startswith(f"{frame.PREFIX}/"):
            return frame.handle(self._portal, verb, path, body)
        return Reply(404, (("content-type", "text/html; charset=UTF-8"),), _NOT_FOUND)


def _moved(address: str, url: str) -> Reply:
    """Return what the old address of a portal answers; its body is no JSON."""
    parts = urlsplit(url)
    query = f"?{parts.query}" if parts.query else ""
    target = f"{address.rstrip('/')}{parts.path}{query}"
    return Reply(302, (("location", target), ("content-type", "text/html")), _NOT_FOUND)
