"""TLS records that are read together, over a pair of sockets inside this thread."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from contextlib import suppress

import pytest

from b24bridge.engine.records import read_together
from b24bridge.sandbox.certificates import write_certificate

#: Three records, the last one short; it fits into the buffer of a socket.
ANSWER = bytes(range(250)) * 160
RECORD = 16384


class Line:
    """A TLS connection both ends of which are stepped by the test, read by a socket or by an object.

    Args:
        kind: ``socket`` or ``object``: which of the two the client's end is.
        certificate: Files of certificate and key.
    """

    def __init__(self, kind: str, certificate: tuple[str, str]) -> None:
        self._ours, self._theirs = socket.socketpair()
        self._theirs.setblocking(False)
        serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        serving.load_cert_chain(*certificate)
        serving.num_tickets = 0
        self._to_server, self._from_server = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._server = serving.wrap_bio(self._to_server, self._from_server, server_side=True)
        asking = read_together(ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT))
        asking.check_hostname, asking.verify_mode = False, ssl.CERT_NONE
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.socket: ssl.SSLSocket | None = None
        self._client: ssl.SSLSocket | ssl.SSLObject
        if kind == "socket":
            self._ours.setblocking(False)
            self.socket = asking.wrap_socket(self._ours, do_handshake_on_connect=False)
            self._client = self.socket
        else:
            self._client = asking.wrap_bio(self._incoming, self._outgoing)
        for _ in range(4):  # greeting, certificate, end, and one to spare
            for end in (self._client, self._server):
                with suppress(ssl.SSLWantReadError):
                    end.do_handshake()
                self._carry()
        if self.socket is not None:
            self.socket.settimeout(30)

    def send(self, data: bytes, behind: bytes = b"") -> None:
        """Let the server send some bytes, and something behind them that is no TLS."""
        self._server.write(data)
        self._carry(behind)

    def read(self, size: int) -> bytes:
        """Read at the client's end."""
        if isinstance(self._client, ssl.SSLSocket):
            return self._client.recv(size)
        return self._client.read(size)

    def close(self) -> None:
        """Close both ends."""
        if self.socket is not None:
            self.socket.close()
        self._ours.close()
        self._theirs.close()

    def _carry(self, behind: bytes = b"") -> None:
        to_client = self._from_server.read() + behind
        if self.socket is None:
            self._incoming.write(to_client)
            self._to_server.write(self._outgoing.read())
            return
        self._theirs.sendall(to_client)
        with suppress(BlockingIOError):
            self._to_server.write(self._theirs.recv(65536))


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    """A certificate for this machine."""
    return write_certificate(tmp_path_factory.mktemp("tls"), "localhost")


@pytest.fixture(params=["socket", "object"])
def line(request: pytest.FixtureRequest, certificate: tuple[str, str]) -> Iterator[Line]:
    """A connection whose client is a socket, or an object of an event loop."""
    made = Line(request.param, certificate)
    yield made
    made.close()


def test_all_records_that_are_there_come_at_once(line: Line) -> None:
    """The HTTP library is called once for them, not once for each."""
    line.send(ANSWER)

    assert ANSWER == line.read(65536)


def test_no_more_is_read_than_was_asked_for(line: Line) -> None:
    """The rest comes with the next reading."""
    line.send(ANSWER)

    assert [ANSWER[:20000], ANSWER[20000:]] == [line.read(20000), line.read(65536)]


def test_a_short_record_is_not_waited_behind(line: Line) -> None:
    """The answer to a call is handed over as it comes."""
    line.send(b"{}")

    assert b"{}" == line.read(65536)


def test_trouble_behind_good_bytes_is_told_by_the_next_reading(line: Line) -> None:
    """Nothing that came is lost, and nothing is hidden."""
    line.send(ANSWER[:RECORD], behind=b"no TLS at all")

    assert ANSWER[:RECORD] == line.read(65536)
    with pytest.raises(ssl.SSLError):
        line.read(65536)


def test_the_time_limit_of_a_socket_stays(certificate: tuple[str, str]) -> None:
    """Only the records behind the first are taken without waiting."""
    line = Line("socket", certificate)
    assert line.socket is not None
    line.send(ANSWER)

    line.read(65536)

    assert 30 == line.socket.gettimeout()
    line.close()
