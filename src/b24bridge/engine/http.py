"""The only module that knows the HTTP library.

Requests go to the transport of httpx, below its client: nothing is added to the headers, no
redirect is followed, no cookie is kept, the address reaches no logger, and a call costs a third less
CPU. Connections are kept per sender and certificate check.
"""

# ruff: noqa: E402  # the HTTP library is prepared before it is imported

from __future__ import annotations

import socket
import ssl
import sys
from base64 import b64encode
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, NoReturn
from urllib.parse import quote, unquote, urlsplit
from urllib.request import getproxies, proxy_bypass

# The library would load its command line (click, rich, pygments: two thirds of the time) where those are
# installed; it expects that they may be absent.
_COMMAND_LINE = "httpx._main"
_unwanted = "httpx" not in sys.modules
if _unwanted:
    sys.modules[_COMMAND_LINE] = None  # type: ignore[assignment]  # so that its import fails

import httpx

if _unwanted:
    del sys.modules[_COMMAND_LINE]

from b24bridge.engine.port import AsyncTransport, BlockingTransport
from b24bridge.engine.records import read_together
from b24bridge.errors import B24Error, ConfigError, NotSent, OutcomeUnknown, TimedOut
from b24bridge.wire.request import WireRequest, WireResponse
from b24bridge.wire.secrets import mask

__all__ = ["AsyncHttp", "BlockingHttp"]

CONNECT_S = 10.0
# Without a time limit a connection is waited for as long as libcurl does under CRest.
CONNECT_UNLIMITED_S = 300.0
# Shorter than what servers allow: a connection closed under a write leaves its outcome unknown.
KEEPALIVE_S = 10.0
_FAILURES = (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, OSError)
# Bytes of an address that stay as the caller wrote them; all others are percent-encoded.
_LITERAL = "%/:=&?~#+!$,;'@()*[]|\\^`{}<>\"-._"


@dataclass(frozen=True, slots=True)
class Unread:
    """An answer that has begun to come.

    Attributes:
        request: What was asked.
        response: The library's response.
        accepts_packed: Whether the request asked for a packed body.
    """

    request: WireRequest
    response: httpx.Response
    accepts_packed: bool

    @property
    def is_plain(self) -> bool:
        """Whether the library may read the body: it unpacks it, and a given transport may have done so."""
        return self.accepts_packed or self.response.is_stream_consumed


class BlockingHttp:
    """Sends requests and waits for the answers; may be used by many threads.

    Args:
        connections: Connections kept to a portal.
        transport: A transport of httpx to use instead of the network.
    """

    def __init__(self, *, connections: int = 10, transport: BlockingTransport | None = None) -> None:
        self._connections = connections
        self._given = transport
        self._transports: dict[tuple[bool, bool, str], httpx.BaseTransport] = {}

    def send(self, request: WireRequest) -> WireResponse:
        """Send one request and return the answer.

        Raises:
            NotSent, OutcomeUnknown, TimedOut, ConfigError: As the port says.
        """
        return self.read(self.begin(request))

    def begin(self, request: WireRequest) -> Unread:
        """Send one request and return its answer when it has begun to come; it must be read.

        Raises:
            NotSent, OutcomeUnknown, TimedOut, ConfigError: As the port says.
        """
        wire, accepts_packed = _wire(request, iter)
        transport = self._given or self._transport(request, wire.url)
        try:
            return Unread(request, transport.handle_request(wire), accepts_packed)
        except _FAILURES as exc:
            _raise(exc, request)

    def read(self, unread: Unread) -> WireResponse:
        """Return the whole answer.

        Raises:
            OutcomeUnknown, TimedOut: The rest did not come.
        """
        response = unread.response
        try:
            try:
                if unread.request.take is not None and response.status_code == 200:
                    body = b""
                    for part in response.iter_bytes():
                        unread.request.take(part)
                else:
                    body = response.read() if unread.is_plain else b"".join(response.iter_raw())
            finally:
                response.close()
        except _FAILURES as exc:
            _raise(exc, unread.request)
        return WireResponse(response.status_code, _headers(response), body)

    def close(self) -> None:
        """Close all connections."""
        transports = list(self._transports.values())
        self._transports.clear()
        for transport in transports:
            transport.close()

    def _transport(self, request: WireRequest, url: httpx.URL) -> httpx.BaseTransport:
        proxy = _proxy(url.scheme, url.host)
        key = (request.verify_tls, request.reuse_connection, proxy)
        found = self._transports.get(key)
        if found is None:
            made = httpx.HTTPTransport(**_options(request, proxy, self._connections))
            # Two threads may get here at once: the first one's transport stays.
            found = self._transports.setdefault(key, made)
        return found


class AsyncHttp:
    """Sends requests under asyncio or trio.

    Args:
        connections: Connections kept to a portal.
        transport: A transport of httpx to use instead of the network.
    """

    def __init__(self, *, connections: int = 10, transport: AsyncTransport | None = None) -> None:
        self._connections = connections
        self._given = transport
        self._transports: dict[tuple[bool, bool, str], httpx.AsyncBaseTransport] = {}

    async def send(self, request: WireRequest) -> WireResponse:
        """Send one request and return the answer.

        Raises:
            NotSent, OutcomeUnknown, TimedOut, ConfigError: As the port says.
        """
        return await self.read(await self.begin(request))

    async def begin(self, request: WireRequest) -> Unread:
        """Send one request and return its answer when it has begun to come; it must be read.

        Raises:
            NotSent, OutcomeUnknown, TimedOut, ConfigError: As the port says.
        """
        wire, accepts_packed = _wire(request, _in_turns)
        transport = self._given or self._transport(request, wire.url)
        try:
            return Unread(request, await transport.handle_async_request(wire), accepts_packed)
        except _FAILURES as exc:
            _raise(exc, request)

    async def read(self, unread: Unread, turn: Callable[[], Awaitable[None]] | None = None) -> WireResponse:
        """Return the whole answer, after its turn has come.

        Raises:
            OutcomeUnknown, TimedOut: The rest did not come.
        """
        response = unread.response
        try:
            try:
                if turn is not None:
                    await turn()
                if unread.request.take is not None and response.status_code == 200:
                    body = b""
                    async for part in response.aiter_bytes():
                        unread.request.take(part)
                elif unread.is_plain:
                    body = await response.aread()
                else:
                    body = b"".join([part async for part in response.aiter_raw()])
            finally:
                await response.aclose()
        except _FAILURES as exc:
            _raise(exc, unread.request)
        return WireResponse(response.status_code, _headers(response), body)

    async def aclose(self) -> None:
        """Close all connections."""
        transports = list(self._transports.values())
        self._transports.clear()
        for transport in transports:
            await transport.aclose()

    def _transport(self, request: WireRequest, url: httpx.URL) -> httpx.AsyncBaseTransport:
        proxy = _proxy(url.scheme, url.host)
        key = (request.verify_tls, request.reuse_connection, proxy)
        found = self._transports.get(key)
        if found is None:
            found = httpx.AsyncHTTPTransport(**_options(request, proxy, self._connections))
            self._transports[key] = found
        return found


@cache
def _proxy(scheme: str, host: str) -> str:
    """Return the proxy that the environment names for an address, empty for none."""
    proxies = getproxies()
    proxy = proxies.get(scheme) or proxies.get("all") or ""
    if not proxy or proxy_bypass(host):
        return ""
    return proxy if "://" in proxy else f"http://{proxy}"


@cache
def _tls(verify: bool) -> ssl.SSLContext:
    """Return the TLS settings; building them costs 20 ms, so all senders share them."""
    return read_together(httpx.create_ssl_context(verify=verify))


def _options(request: WireRequest, proxy: str, connections: int) -> dict[str, Any]:
    # As many again may hold answers that nobody has read yet; the port bounds the requests under way.
    kept = 2 * connections if request.reuse_connection else 0
    return {
        "verify": _tls(request.verify_tls),
        "limits": httpx.Limits(
            max_connections=None, max_keepalive_connections=kept, keepalive_expiry=KEEPALIVE_S
        ),
        "proxy": proxy or None,
    }


async def _in_turns(parts: Iterator[bytes]) -> AsyncIterator[bytes]:
    for part in parts:
        yield part


def _wire(request: WireRequest, stream: Callable[[Iterator[bytes]], Any]) -> tuple[httpx.Request, bool]:
    """Return the request of the library, and whether it asks for a packed body.

    Args:
        request: What is sent.
        stream: Makes the stream that the library takes in this colour.
    """
    timeout = request.timeout_s
    connect = CONNECT_UNLIMITED_S if timeout is None else min(CONNECT_S, timeout)
    extensions: dict[str, Any] = {
        "timeout": {"connect": connect, "read": timeout, "write": timeout, "pool": None},
        "target": _target(request.url),
    }
    headers = request.headers
    try:
        url = _address(_origin(request.url))
        if url.userinfo and not _has(headers, "authorization"):
            pair = f"{unquote(url.username)}:{unquote(url.password)}".encode()
            headers = (*headers, ("Authorization", "Basic " + b64encode(pair).decode("ascii")))
        content = (request.body or None) if request.source is None else stream(request.source())
        wire = httpx.Request(request.verb, url, headers=list(headers), content=content, extensions=extensions)
    except (httpx.InvalidURL, UnicodeError, ValueError, TypeError) as exc:
        raise ConfigError(
            f"The address or a header cannot be sent: {mask(str(exc))}.",
            remedy="Check the address of the portal.",
        ) from exc
    if url.scheme not in ("http", "https") or not url.host or (url.port or 0) > 65535:
        raise ConfigError("The address of the portal must begin with https:// or http://.")
    return wire, _has(request.headers, "accept-encoding")


@lru_cache(64)
def _address(origin: str) -> httpx.URL:
    """Return an address without path as the library knows it: reading it costs a tenth of a call.

    Raises:
        httpx.InvalidURL, ValueError: A bracket without end, a port that is none, a host that the name
            service cannot be asked for because a part of its name is empty or too long.
    """
    (urlsplit(origin).hostname or "").encode("idna")
    return httpx.URL(origin)


def _origin(url: str) -> str:
    """Return the address without path: the path is sent as written, not as the library would."""
    scheme, mark, rest = url.partition("://")
    for at, character in enumerate(rest):
        if character in "/?#":
            return f"{scheme}{mark}{rest[:at]}/"
    return url


def _target(url: str) -> bytes:
    """Return path and query as they were written, other bytes percent-encoded."""
    rest = url.partition("://")[2]
    starts = [at for at in (rest.find("/"), rest.find("?")) if at >= 0]
    target = rest[min(starts) :] if starts else "/"
    target = target.partition("#")[0]
    target = target if target.startswith("/") else "/" + target
    return target.encode("ascii") if target.isascii() else quote(target, safe=_LITERAL).encode("ascii")


def _has(headers: tuple[tuple[str, str], ...], name: str) -> bool:
    return any(key.lower() == name for key, _ in headers)


def _headers(response: httpx.Response) -> tuple[tuple[str, str], ...]:
    return tuple(
        (key.decode("latin-1").lower(), value.decode("latin-1")) for key, value in response.headers.raw
    )


def _raise(exc: Exception, request: WireRequest) -> NoReturn:
    raise _error(exc, request) from exc


def _error(exc: Exception, request: WireRequest) -> B24Error:
    """Return the error of ``errors.py`` that a failure of the library means."""
    host = urlsplit(request.url).hostname or "the portal"
    reason = mask(str(exc)) or type(exc).__name__
    if isinstance(exc, httpx.InvalidURL | httpx.UnsupportedProtocol | httpx.LocalProtocolError):
        return ConfigError(f"The request to {host} cannot be sent: {reason}.")
    if isinstance(exc, httpx.ConnectTimeout | httpx.PoolTimeout):
        return NotSent(f"No connection to {host} within the time limit.", remedy="Check network and proxy.")
    if isinstance(exc, httpx.ConnectError | httpx.ProxyError):
        return _not_connected(exc, host, reason)
    if isinstance(exc, httpx.TimeoutException):
        limit = "" if request.timeout_s is None else f" within {request.timeout_s:g} s"
        return TimedOut(f"{host} did not answer{limit}.")
    return OutcomeUnknown(f"The answer of {host} was lost: {reason}.")


def _not_connected(exc: Exception, host: str, reason: str) -> NotSent:
    for cause in _causes(exc):
        if isinstance(cause, ssl.SSLCertVerificationError):
            return NotSent(
                f"The certificate of {host} is not trusted: {cause.verify_message}.",
                remedy="Install the missing root certificate, or correct the address.",
                retryable=False,
            )
        if isinstance(cause, ssl.SSLError):
            return NotSent(
                f"No secure connection to {host}: {reason}.",
                remedy="Check that the address and port speak TLS.",
                retryable=False,
            )
        if isinstance(cause, socket.gaierror):
            unknown = cause.errno == socket.EAI_NONAME
            return NotSent(
                f"The host {host} is not known.",
                remedy="Check the address of the portal and the name service.",
                retryable=not unknown,
            )
    return NotSent(f"No connection to {host}: {reason}.", remedy="Check address, network and proxy.")


def _causes(exc: BaseException) -> list[BaseException]:
    chain: list[BaseException] = []
    current: BaseException | None = exc
    while current is not None and current not in chain:
        chain.append(current)
        current = current.__cause__ or current.__context__
    return chain
