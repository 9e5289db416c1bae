"""The portal behind a socket: an ASGI application, and a server that runs it."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
import struct
from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from typing import Any
from urllib.parse import quote

import uvicorn
from starlette.requests import Request
from starlette.responses import Response

from .delivery import Courier
from .portal import Portal
from .reply import Reply

__all__ = ["PortalApp", "Server"]

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

# Pieces that a slow body is cut into.
_DRIPS = 50


class PortalApp:
    """Carries requests to ``Portal.answer`` in a thread, and replies back.

    Attributes:
        portal: The portal that answers; another one may take its place between requests.
        courier: Sends the portal's messages to handlers, once it was started.
    """

    def __init__(self, portal: Portal) -> None:
        self.portal = portal
        self.courier = Courier(lambda: self.portal.collect(), lambda: self.portal.sent)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return
        request = Request(scope, receive)
        body = await request.body()
        headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"]]
        caller = scope["client"][0] if scope.get("client") else "127.0.0.1"
        try:
            reply = await asyncio.to_thread(
                self.portal.answer, scope["method"], _address(scope, request), headers, body, caller
            )
        except (ConnectionResetError, ConnectionRefusedError) as cut:
            _cut(send, hard=isinstance(cut, ConnectionRefusedError))
            await _until_gone(receive)
            return
        except TimeoutError:
            await _until_gone(receive)
            return
        finally:
            if self.portal.events.outbox:
                self.courier.wake()
        if reply.delay_s:
            await asyncio.sleep(reply.delay_s)
        if reply.drip_s and scope["method"] != "HEAD":
            await _drip(reply, send)
            return
        await _response(reply, without_body=scope["method"] == "HEAD")(scope, receive, send)


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _address(scope: Scope, request: Request) -> str:
    """Return the address as it was asked for; the host tells portal and token server apart."""
    raw: bytes = scope.get("raw_path") or quote(scope["path"]).encode()
    query: bytes = scope.get("query_string", b"")
    host = request.headers.get("host", "")
    return f"{scope.get('scheme', 'http')}://{host}{raw.decode('latin-1')}?{query.decode('latin-1')}"


def _headers(reply: Reply) -> list[tuple[bytes, bytes]]:
    return [
        *((name.encode("latin-1"), value.encode("latin-1")) for name, value in reply.headers),
        (b"content-length", str(len(reply.body)).encode()),
    ]


def _response(reply: Reply, *, without_body: bool) -> Response:
    response = Response(b"" if without_body else reply.body, reply.status)
    response.raw_headers = _headers(reply)
    return response


async def _drip(reply: Reply, send: Send) -> None:
    """Send a body in small pieces, evenly over its time."""
    await send({"type": "http.response.start", "status": reply.status, "headers": _headers(reply)})
    size = max(1, -(-len(reply.body) // _DRIPS))
    pieces = [reply.body[at : at + size] for at in range(0, len(reply.body), size)]
    for piece in pieces:
        await asyncio.sleep(reply.drip_s / len(pieces))
        await send({"type": "http.response.body", "body": piece, "more_body": True})
    await send({"type": "http.response.body", "body": b""})


def _cut(send: Send, *, hard: bool) -> None:
    """Close the TCP connection without an answer.

    ASGI has no word for it, so the transport is taken from uvicorn's request cycle, whose method
    ``send`` is.
    """
    transport: asyncio.Transport | None = getattr(getattr(send, "__self__", None), "transport", None)
    if transport is None:
        raise RuntimeError("Cutting connections needs uvicorn as the server.")
    plain = transport.get_extra_info("socket")
    if hard and plain is not None:
        plain.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()


class Server(uvicorn.Server):
    """A server of one portal on one socket; it plays the authorisation server as well.

    Args:
        portal: The portal.
        host: Address to listen on.
        port: Port, 0 for a free one.
        certificate: Files of certificate and key, for HTTPS.
        delivers: Whether messages to handlers are sent; otherwise they wait in the portal's outbox.
        when_ready: Called when the first request can come.

    Attributes:
        app: The application, which knows the portal.
        base_url: Address of the server.
        was_interrupted: Whether Ctrl-C stopped it.
    """

    def __init__(
        self,
        portal: Portal,
        host: str = "127.0.0.1",
        port: int = 0,
        *,
        certificate: tuple[str, str] | None = None,
        delivers: bool = True,
        when_ready: Callable[[], None] = lambda: None,
    ) -> None:
        self.app = PortalApp(portal)
        config = uvicorn.Config(
            self.app,
            host,
            port,
            lifespan="off",
            log_level="warning",
            access_log=False,
            http="h11",
            ssl_certfile=certificate[0] if certificate else None,
            ssl_keyfile=certificate[1] if certificate else None,
            # Longer than the pools of clients keep a connection, so that no request meets its end.
            timeout_keep_alive=75,
            timeout_graceful_shutdown=2,
        )
        super().__init__(config)
        self._when_ready = when_ready
        self.was_interrupted = False
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self.socket = socket.create_server((host, port), family=family, backlog=512)
        # Accepted connections inherit it; without it every answer on a kept connection waits 40 ms for
        # the client's delayed acknowledgement, since its head and body leave apart.
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        scheme = "https" if certificate else "http"
        shown = f"[{host}]" if ":" in host else "127.0.0.1" if host in ("", "0.0.0.0") else host  # noqa: S104
        bound = self.socket.getsockname()[1]
        # Clients leave out the usual port, and compare addresses as texts.
        is_usual = bound == {"http": 80, "https": 443}[scheme] and shown != "127.0.0.1"
        self.base_url = f"{scheme}://{shown}" if is_usual else f"{scheme}://{shown}:{bound}"
        portal.base_url = self.base_url
        # Another name of the same machine, so that a client can tell portal and server apart as on the
        # live ones, and renews its tokens here and not at the vendor's.
        portal.oauth_base = self.base_url.replace("://127.0.0.1:", "://localhost:")
        self._delivers = delivers

    def run(self, sockets: list[socket.socket] | None = None) -> None:
        """Serve until SIGINT or SIGTERM, or until ``should_exit`` is set."""
        if self._delivers:
            self.app.courier.start()
        try:
            asyncio.run(self.serve(sockets or [self.socket]))
        finally:
            self.app.courier.stop()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then say so."""
        await super().startup(sockets)
        if self.started:
            self._when_ready()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Stop on a signal and end normally; uvicorn would raise the signal once more."""

        def stop(number: int, _: object) -> None:
            self.was_interrupted = number == signal.SIGINT
            self.should_exit = True

        try:
            before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
        except ValueError:  # not the main thread; whoever runs it stops it by should_exit
            yield
            return
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
