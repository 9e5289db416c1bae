"""A portal behind two doors: called in the process, and over a loopback socket."""

from __future__ import annotations

import http.client
import json
import threading
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from b24bridge.sandbox import Portal
from b24bridge.sandbox.asgi import Server
from b24bridge.wire.phpquery import http_build_query

FORM = ("Content-Type", "application/x-www-form-urlencoded")
JSON = ("Content-Type", "application/json")


class Answered:
    """One answer: status, headers with small letters, body."""

    def __init__(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        self.status = status
        self.headers = headers
        self.body = body

    @property
    def json(self) -> Any:
        """The decoded body."""
        return json.loads(self.body)

    @property
    def result(self) -> Any:
        """The ``result`` of a success."""
        assert self.status == 200, self.body
        return self.json["result"]


class Door:
    """Sends requests to a portal, the same way whatever is in between."""

    def __init__(self, portal: Portal) -> None:
        self.portal = portal

    def request(
        self, verb: str, path: str, body: bytes = b"", headers: Sequence[tuple[str, str]] = ()
    ) -> Answered:
        """Send one request to a path of the portal."""
        reply = self.portal.answer(verb, f"{self.portal.base_url}{path}", headers, body)
        return Answered(reply.status, dict(reply.headers), reply.body)

    @property
    def webhook(self) -> str:
        """Path of the webhook."""
        return urlsplit(self.portal.webhook_url).path

    def call(self, method: str, params: Any = None) -> Answered:
        """Call a method with a JSON body through the webhook."""
        return self.request("POST", f"{self.webhook}{method}.json", json.dumps(params or {}).encode(), [JSON])

    def form(self, method: str, params: Mapping[str, Any]) -> Answered:
        """Call a method with a form body, as CRest does."""
        body = http_build_query(params).encode()
        return self.request("POST", f"{self.webhook}{method}.json", body, [FORM])

    def token(self, method: str, token: str, params: Any = None) -> Answered:
        """Call a method with an access token."""
        body = json.dumps({**(params or {}), "auth": token}).encode()
        return self.request("POST", f"/rest/{method}.json", body, [JSON])


class LoopbackDoor(Door):
    """The same over TCP."""

    def request(
        self, verb: str, path: str, body: bytes = b"", headers: Sequence[tuple[str, str]] = ()
    ) -> Answered:
        """Send one request to a path of the portal."""
        parts = urlsplit(self.portal.base_url)
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=120)
        try:
            connection.request(verb, path, body or None, dict(headers))
            answer = connection.getresponse()
            found = {name.lower(): value for name, value in answer.getheaders()}
            return Answered(answer.status, found, answer.read())
        finally:
            connection.close()


def serve(portal: Portal) -> tuple[Server, threading.Thread]:
    """Start a server of a portal in a thread and return when it answers."""
    ready = threading.Event()
    server = Server(portal, delivers=False, when_ready=ready.set)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    assert ready.wait(120)
    return server, thread
