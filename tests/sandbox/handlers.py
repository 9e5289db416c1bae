"""A server that keeps what the portal sends to an application's addresses."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from b24bridge.wire.phpquery import parse_str

PATIENCE_S = 20


@dataclass(frozen=True)
class Received:
    """One request to the application."""

    path: str
    content_type: str
    body: bytes

    @property
    def form(self) -> dict[str, Any]:
        """The form as PHP reads it."""
        return dict(parse_str(self.body))


@dataclass
class Handler:
    """The application's server: an address, and what came to it."""

    url: str = ""
    status: int = 200
    received: queue.Queue[Received] = field(default_factory=queue.Queue)

    def next(self) -> Received:
        """Wait for the next message."""
        return self.received.get(timeout=PATIENCE_S)


@contextmanager
def handler() -> Iterator[Handler]:
    """Run a server on a free loopback port."""
    kept = Handler()

    class Requests(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            kept.received.put(Received(self.path, self.headers.get("content-type") or "", body))
            self.send_response(kept.status)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Stay silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Requests)
    kept.url = f"http://127.0.0.1:{server.server_port}/handler.php"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield kept
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
