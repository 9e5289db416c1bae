"""Whatever a network, a portal or a caller does wrong ends in a clear error of ours, without a secret in it."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from b24bridge import AsyncClient, Client
from b24bridge.engine.policy import Policy
from b24bridge.errors import (
    B24Error,
    BadAnswer,
    ConfigError,
    MethodNotFound,
    NotSent,
    OutcomeUnknown,
    PortalMoved,
    ServerError,
    ValidationError,
)
from b24bridge.sandbox import Portal, seeds

CODE = "s3cretc0de"
ONCE = Policy(attempts=1, tariff=None, timeout_s=5)


@contextmanager
def answering(status: int, body: bytes, headers: dict[str, str] | None = None, cut: int = 0) -> Iterator[str]:
    """Serve one answer to everything; ``cut`` promises so many bytes more than come."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(status)
            for name, value in (headers or {}).items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body) + cut))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/rest/1/{CODE}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def error_of(url: str, method: str = "crm.item.list", **params: object) -> B24Error:
    """Return the error that a call ends in."""
    with Client.from_webhook(url, policy=ONCE) as client, pytest.raises(B24Error) as caught:
        client.call(method, params)
    return caught.value


HTML = b"<html><body><h1>502 Bad Gateway</h1>" + b"<p>nginx</p>" * 100 + b"</body></html>"


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (502, HTML, BadAnswer),
        (200, HTML, BadAnswer),
        (200, b"", BadAnswer),
        (504, b"", BadAnswer),
        (200, b'{"result": [1, 2', BadAnswer),
        (200, b"\xff\xfe{}", BadAnswer),
        (200, b"null", BadAnswer),
        (
            500,
            b'{"error": "INTERNAL_SERVER_ERROR", "error_description": "Internal server error"}',
            ServerError,
        ),
        (400, b'{"error": "100", "error_description": "' + b"x" * 200_000 + b'"}', ValidationError),
        (400, b'{"error": "", "error_description": "ID is not defined or invalid."}', ValidationError),
    ],
)
def test_answers_that_are_none_are_told_shortly(status: int, body: bytes, expected: type[B24Error]) -> None:
    """The class says what it is, the text stays readable, the webhook's code stands nowhere."""
    with answering(status, body) as url:
        error = error_of(url)

    assert expected is type(error)
    assert len(str(error)) < 1000
    assert "crm.item.list" in str(error)
    assert CODE not in f"{error}{error!r}{error.__dict__}"


def test_a_cut_answer_says_that_the_work_may_be_done() -> None:
    """100 bytes were promised and did not come."""
    with answering(200, b'{"result": 1', cut=100) as url:
        error = error_of(url, "crm.item.add")

    assert isinstance(error, OutcomeUnknown)
    assert error.may_have_been_done


def test_a_moved_portal_names_its_new_address() -> None:
    """Following would lose the body (portal.md 1.1), so it is told."""
    with answering(302, b"", {"Location": "https://new.example/rest/1/x/crm.item.list"}) as url:
        error = error_of(url)

    assert isinstance(error, PortalMoved)
    assert "new.example" in str(error)


def test_nobody_listens_and_nobody_knows_the_name() -> None:
    """Both were surely not sent."""
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]

    refused = error_of(f"http://127.0.0.1:{port}/rest/1/{CODE}/")
    unknown = error_of(f"https://portal.invalid/rest/1/{CODE}/")

    assert (NotSent, NotSent) == (type(refused), type(unknown))
    assert CODE not in f"{refused}{unknown}"


def test_plain_http_where_tls_is_spoken() -> None:
    """A TLS failure is told as such, and nothing was sent."""
    with answering(200, b"{}") as url:
        error = error_of(url.replace("http://", "https://"))

    assert isinstance(error, NotSent)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "portal.example",
        "ftp://portal.example/rest/1/x/",
        "https://portal.example/",
        "https://[x/rest/1/x/",
    ],
)
def test_an_address_that_is_no_webhook_is_refused(url: str) -> None:
    """Before anything is sent, with an example of a right one."""
    with pytest.raises(ConfigError) as caught:
        Client.from_webhook(url)

    assert "https://portal.example/rest/1/code/" in str(caught.value)


def test_an_unknown_method_and_wrong_types_are_the_portals_words() -> None:
    """With what they mean."""
    portal = Portal(seeds.service_desk("small"))
    with Client.from_webhook(portal.webhook_url, transport=portal) as client:
        with pytest.raises(MethodNotFound) as unknown:
            client.call("crm.itme.list")
        with pytest.raises(ValidationError) as wrong:
            client.call("crm.item.list", {"entityTypeId": "many"})

    assert ("ERROR_METHOD_NOT_FOUND", "100") == (unknown.value.code, wrong.value.code)
    assert "entityTypeId" in str(wrong.value)


@pytest.mark.anyio
async def test_the_async_client_tells_the_same() -> None:
    """One core, two colours."""
    with answering(502, HTML) as url:
        async with AsyncClient.from_webhook(url, policy=ONCE) as client:
            with pytest.raises(BadAnswer) as caught:
                await client.call("crm.item.list")

    assert 502 == caught.value.status
