"""The HTTP door, over loopback."""

from __future__ import annotations

import gzip
import socket
import ssl
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import anyio
import httpx
import pytest

from b24bridge import errors
from b24bridge.engine.asynchronous import AsyncPort
from b24bridge.engine.blocking import BlockingPort, run
from b24bridge.sandbox.certificates import write_certificate
from b24bridge.wire.request import WireRequest, WireResponse

OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"


class RawServer:
    """Answers each request with the bytes given and keeps what it read."""

    def __init__(self, answer: bytes, close: bool = False) -> None:
        self._answer = answer
        self._close = close
        self.seen: list[bytes] = []
        self.connections = 0
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._talk, args=(connection,), daemon=True).start()

    def _talk(self, connection: socket.socket) -> None:
        with connection:
            while True:
                data = b""
                while b"\r\n\r\n" not in data:
                    part = connection.recv(65536)
                    if not part:
                        return
                    data += part
                    if data[:1] == b"\x16":  # a TLS greeting, which this server does not understand
                        connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
                        return
                head, _, body = data.partition(b"\r\n\r\n")
                length = next(
                    (
                        int(line[15:])
                        for line in head.split(b"\r\n")
                        if line.lower().startswith(b"content-length:")
                    ),
                    0,
                )
                while len(body) < length:
                    body += connection.recv(65536)
                self.seen.append(head + b"\r\n\r\n" + body)
                connection.sendall(self._answer)
                if self._close:
                    return

    def stop(self) -> None:
        """Accept no more connections."""
        self._socket.close()


@pytest.fixture
def served(request: pytest.FixtureRequest) -> Iterator[RawServer]:
    """A server with the answer of the test's parameter."""
    server = RawServer(*request.param) if isinstance(request.param, tuple) else RawServer(request.param)
    yield server
    server.stop()


def both(request: WireRequest) -> list[WireResponse | Exception]:
    """Return what each colour makes of a request."""
    found: list[WireResponse | Exception] = []
    port = BlockingPort()
    try:
        found.append(run(port.send(request)))
    except errors.B24Error as error:
        found.append(error)
    finally:
        port.close()

    async def asked() -> WireResponse:
        async_port = AsyncPort()
        try:
            return await async_port.send(request)
        finally:
            await async_port.aclose()

    try:
        found.append(anyio.run(asked))
    except errors.B24Error as error:
        found.append(error)
    return found


@pytest.mark.parametrize("served", [OK], indirect=True)
def test_the_request_is_sent_exactly_as_it_is(served: RawServer) -> None:
    """Order of headers, path and query are the caller's; nothing is added."""
    host = served.url.removeprefix("http://")
    headers = (
        ("Host", host),
        ("User-Agent", "x"),
        ("Accept", "*/*"),
        ("Content-Length", "3"),
        ("X-Last", "1"),
    )
    request = WireRequest("POST", f"{served.url}/rest/1/c/a[b].json?x=[1]&y=%20", headers, b"a=1", 5.0)

    for response in both(request):
        assert isinstance(response, WireResponse)
        assert (200, b"{}") == (response.status, response.body)
    expected = (
        f"POST /rest/1/c/a[b].json?x=[1]&y=%20 HTTP/1.1\r\nHost: {host}\r\nUser-Agent: x\r\n"
        "Accept: */*\r\nContent-Length: 3\r\nX-Last: 1\r\n\r\na=1"
    )
    assert [expected.encode()] * 2 == served.seen


@pytest.mark.parametrize(
    "served",
    [
        b"HTTP/1.1 302 Found\r\nLocation: http://other.example/\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 307 Temporary Redirect\r\nLocation: /x\r\nContent-Length: 0\r\n\r\n",
    ],
    indirect=True,
)
def test_redirects_are_not_followed(served: RawServer) -> None:
    """The redirect itself is the answer."""
    for response in both(WireRequest("POST", f"{served.url}/rest/", (), b"x", 5.0)):
        assert isinstance(response, WireResponse)
        assert response.status in (302, 307)
        assert response.header("location") in ("http://other.example/", "/x")


PACKED = gzip.compress(b'{"result":1}', mtime=0)
PACKED_ANSWER = (
    b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: "
    + str(len(PACKED)).encode()
    + b"\r\n\r\n"
    + PACKED
)


@pytest.mark.parametrize("served", [PACKED_ANSWER], indirect=True)
@pytest.mark.parametrize(
    ("headers", "body"), [((("Accept-Encoding", "gzip"),), b'{"result":1}'), ((), PACKED)]
)
def test_a_packed_body_is_unpacked_only_when_it_was_asked_for(
    served: RawServer, headers: Any, body: bytes
) -> None:
    """CRest neither asks for gzip nor unpacks it."""
    for response in both(WireRequest("GET", f"{served.url}/", headers, b"", 5.0)):
        assert isinstance(response, WireResponse)
        assert body == response.body


@pytest.mark.parametrize("served", [OK], indirect=True)
@pytest.mark.parametrize(("reuse", "connections"), [(True, 1), (False, 3)])
def test_connections_are_kept_or_not(served: RawServer, reuse: bool, connections: int) -> None:
    """Three requests in a row need one connection, or one each as with CRest."""
    port = BlockingPort()

    for _ in range(3):
        run(port.send(WireRequest("GET", f"{served.url}/", (), b"", 5.0, reuse_connection=reuse)))
    port.close()

    assert connections == served.connections


@pytest.mark.parametrize(
    ("served", "kind"),
    [
        ((b"", True), errors.OutcomeUnknown),
        ((b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{", True), errors.OutcomeUnknown),
        ((b"no http at all\r\n\r\n", True), errors.OutcomeUnknown),
    ],
    indirect=["served"],
)
def test_a_lost_answer_is_an_unknown_outcome(served: RawServer, kind: type[Exception]) -> None:
    """The request was sent; what became of it is not known."""
    for found in both(WireRequest("POST", f"{served.url}/rest/1/c0de/x", (), b"x", 5.0)):
        assert kind is type(found)
        assert "c0de" not in str(found)


@pytest.mark.parametrize("served", [b""], indirect=True)
def test_silence_is_a_timeout(served: RawServer) -> None:
    """The message names the limit."""
    for found in both(WireRequest("POST", f"{served.url}/rest/1/c0de/x", (), b"x", 0.05)):
        assert errors.TimedOut is type(found)
        assert "within 0.05 s" in str(found)


def test_a_refused_connection_was_not_sent() -> None:
    """It may be repeated without risk."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

    for found in both(WireRequest("POST", f"http://127.0.0.1:{port}/rest/1/c0de/x", (), b"x", 5.0)):
        assert isinstance(found, errors.NotSent)
        assert found.retryable
        assert "c0de" not in str(found)


@pytest.mark.parametrize("served", [OK], indirect=True)
def test_a_server_without_tls_is_a_clear_error(served: RawServer) -> None:
    """Repeating would not help."""
    url = served.url.replace("http://", "https://")

    for found in both(WireRequest("GET", f"{url}/rest/1/c0de/x", (), b"", 5.0)):
        assert isinstance(found, errors.NotSent)
        assert not found.retryable
        assert "TLS" in str(found)


@pytest.mark.parametrize(
    "url", ["http://", "ftp://p.example/x", "http://p.example:99999/x", "http://[::1/x", "p.example"]
)
def test_an_address_that_cannot_be_sent_is_a_configuration_error(url: str) -> None:
    """No bare error of the library comes through."""
    for found in both(WireRequest("GET", url, (), b"", 5.0)):
        assert isinstance(found, errors.ConfigError)


def test_a_transport_of_httpx_can_be_given() -> None:
    """Tests and benchmarks put their own in place of the network."""
    transport = httpx.MockTransport(lambda request: httpx.Response(200, content=b"{}"))

    response = run(BlockingPort(transport).send(WireRequest("GET", "https://p.example/x")))

    assert b"{}" == response.body


def test_no_address_reaches_a_logger(caplog: pytest.LogCaptureFixture) -> None:
    """The library's client would log the whole address with the webhook code."""
    caplog.set_level(0)
    transport = httpx.MockTransport(lambda request: httpx.Response(200, content=b"{}"))

    run(BlockingPort(transport).send(WireRequest("GET", "https://p.example/rest/1/c0de/profile")))

    assert "c0de" not in caplog.text


@pytest.fixture
def tls_server(tmp_path: Path) -> Iterator[str]:
    """A server with a certificate that nobody trusts."""
    certificate, key = write_certificate(tmp_path, "localhost")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)

    class Quiet(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, format: str, *args: object) -> None:
            """Stay silent."""

    class Silent(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: Any, client_address: Any) -> None:
            """A client that hangs up is what the test is about."""

    with Silent(("127.0.0.1", 0), Quiet) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"https://localhost:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()


def test_an_untrusted_certificate_is_a_clear_error(tls_server: str) -> None:
    """Nothing is sent, and repeating would not help."""
    for found in both(WireRequest("GET", f"{tls_server}/rest/1/c0de/x", (), b"", 5.0)):
        assert isinstance(found, errors.NotSent)
        assert not found.retryable
        assert "certificate of localhost is not trusted" in str(found)


def test_the_check_of_certificates_can_be_switched_off(tls_server: str) -> None:
    """CRest has a constant for that."""
    for found in both(WireRequest("GET", f"{tls_server}/rest/1/c0de/x", (), b"", 5.0, verify_tls=False)):
        assert isinstance(found, WireResponse)
        assert b"{}" == found.body


@pytest.mark.parametrize("host", ["[x", "a" * 70 + ".example", "a..example"])
def test_a_host_that_cannot_be_looked_up_is_a_matter_of_configuration(host: str) -> None:
    """Neither the parser of addresses nor the name codec shows through."""
    with pytest.raises(errors.ConfigError, match="cannot be sent"):
        run(BlockingPort().send(WireRequest("POST", f"https://{host}/rest/1/code/profile")))
