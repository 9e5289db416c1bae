"""Loopback servers that answer as a vector case of CRest says, and note what they were asked.

Three speak HTTP or HTTPS as portals, one is the token server, and one address is closed. Answers are
given in the order in which requests arrive, whichever server they reach.
"""

from __future__ import annotations

import base64
import contextlib
import datetime as dt
import gzip
import socket
import ssl
import struct
import tempfile
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

NAMES = ("portal", "portal2", "sportal", "oauth")
_TLS = ("sportal", "oauth")


@dataclass(slots=True)
class Request:
    """One request as it arrived."""

    server: str
    method: str
    target: str
    headers: list[tuple[str, str]]
    body: bytes


@dataclass(slots=True)
class Script:
    """The answers of one case, and the requests that came."""

    responses: list[dict[str, Any]]
    requests: list[Request] = field(default_factory=list)


class Servers:
    """All servers of the vectors; one script at a time."""

    def __init__(self) -> None:
        self.script = Script([])
        self.addresses: dict[str, str] = {}
        self._stopped = threading.Event()
        self._guard = threading.Lock()
        self._listeners: list[socket.socket] = []
        self._threads: list[threading.Thread] = []
        tls = _self_signed()
        for name in NAMES:
            listener = socket.create_server(("127.0.0.1", 0))
            self.addresses[name] = f"127.0.0.1:{listener.getsockname()[1]}"
            self._listeners.append(listener)
            self._start(self._accept, name, listener, tls if name in _TLS else None)
        with socket.create_server(("127.0.0.1", 0)) as unused:
            self.addresses["closed"] = f"127.0.0.1:{unused.getsockname()[1]}"

    def stop(self) -> None:
        """Close all sockets and wait for the threads."""
        self._stopped.set()
        for listener in self._listeners:
            with contextlib.suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            listener.close()
        for thread in self._threads:
            thread.join()

    def respond(self, request: Request) -> dict[str, Any] | None:
        """Note a request and return the next answer; None closes the connection."""
        script = self.script
        script.requests.append(request)
        return script.responses.pop(0) if script.responses else None

    def _start(self, target: Any, *arguments: Any) -> None:
        thread = threading.Thread(target=target, args=arguments, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self, name: str, listener: socket.socket, tls: ssl.SSLContext | None) -> None:
        while not self._stopped.is_set():
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            # One request at a time: CRest opens one connection after the other.
            with connection, contextlib.suppress(OSError):
                connection.settimeout(30)
                self._serve(name, connection, tls)

    def _serve(self, name: str, connection: socket.socket, tls: ssl.SSLContext | None) -> None:
        if tls is not None:
            with tls.wrap_socket(connection, server_side=True) as secure:
                self._answer(name, secure)
        else:
            self._answer(name, connection)

    def _answer(self, name: str, connection: socket.socket) -> None:
        request = _read_request(name, connection)
        if request is None:
            return
        with self._guard:
            response = self.respond(request)
        if response is None:
            return
        if response.get("delay_s"):
            self._stopped.wait(response["delay_s"])
        _send_response(connection, response)


def body_bytes(body: Any) -> bytes:
    """Return the bytes of a body as the vectors write it."""
    match body:
        case None:
            return b""
        case str():
            return body.encode()
        case list():
            return b"".join(body_bytes(part) for part in body)
        case {"$b64": data}:
            return base64.b64decode(data)
        case {"$repeat": text, "$count": count}:
            return text.encode() * count
        case {"$gzip": inner}:
            return gzip.compress(body_bytes(inner))
    raise ValueError(f"unknown body {body!r}")


def _read_request(name: str, connection: socket.socket) -> Request | None:
    data = b""
    while b"\r\n\r\n" not in data:
        part = connection.recv(65536)
        if not part:
            return None
        data += part
        if not (data[:1].isalpha() and data[:1].isascii()):
            return None  # a TLS hello at a plain port
    head, _, body = data.partition(b"\r\n\r\n")
    first, *rows = head.decode("latin-1").split("\r\n")
    method, target, _ = first.split(" ")
    headers = [(key, value.strip()) for key, _, value in (row.partition(":") for row in rows)]
    lower = {key.lower(): value for key, value in headers}
    if lower.get("expect", "").lower() == "100-continue":
        connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
    length = int(lower.get("content-length", "0"))
    while len(body) < length:
        part = connection.recv(1 << 20)
        if not part:
            break
        body += part
    return Request(name, method, target, headers, body)


def _send_response(connection: socket.socket, response: dict[str, Any]) -> None:
    drop = response.get("drop")
    if drop in ("before_headers", "reset"):
        _end(connection, is_reset=drop == "reset")
        return
    body = body_bytes(response.get("body"))
    framing = response.get("framing", "content-length")
    rows = [f"HTTP/1.1 {response['status']} {response.get('reason', '')}"]
    rows += [f"{key}: {value}" for key, value in response.get("headers", [])]
    if framing == "content-length":
        rows.append(f"Content-Length: {len(body)}")
    elif framing == "chunked":
        rows.append("Transfer-Encoding: chunked")
    rows.append("Connection: close")
    head = "\r\n".join(rows).encode() + b"\r\n\r\n"
    if drop is not None:
        body = body[: response.get("after_bytes", len(body) // 2)]
    if framing == "chunked":
        half = len(body) // 2 or len(body)
        chunks = [part for part in (body[:half], body[half:]) if part]
        wire = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in chunks)
        body = wire if drop is not None else wire + b"0\r\n\r\n"
    connection.sendall(head + body)
    _end(connection, is_reset=drop == "mid_body_reset")


def _end(connection: socket.socket, *, is_reset: bool) -> None:
    if is_reset:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        return
    if isinstance(connection, ssl.SSLSocket):
        with contextlib.suppress(OSError, ValueError):
            connection.unwrap()
    with contextlib.suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)


def _self_signed() -> ssl.SSLContext:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "server.pem"
        file.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
            + certificate.public_bytes(serialization.Encoding.PEM)
        )
        context.load_cert_chain(file)
    return context
