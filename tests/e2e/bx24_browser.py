"""A scripted portal and a headless Chromium for tests of bx24.js (tests/vectors/bx24/README.md)."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Frame, Page, sync_playwright

ROOT = Path(__file__).parents[2]
BX24_JS = ROOT / "src/b24bridge/gateway/static/bx24.js"
PAGES = Path(__file__).parent / "bx24_pages"
CHROMIUM = "/usr/bin/chromium"
SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # Frames stay in the process of their page: starting one more for each test costs half a second.
    "--disable-site-isolation-trials",
]
STEP_MS = 20
PATIENCE_S = 30


@dataclass
class Wire:
    """One REST request as the scripted server saw it."""

    verb: str
    path: str
    content_type: str
    body: str

    def record(self) -> dict[str, str]:
        """Return the request in the form of the vectors."""
        return {"verb": self.verb, "path": self.path, "content_type": self.content_type, "body": self.body}


@dataclass
class ScriptedPortal:
    """Answers REST requests from a list, serves pages from memory, and keeps what was asked.

    ``unordered`` names the paths that the replies belong to, where requests may arrive in any order.
    """

    replies: list[Mapping[str, Any]] = field(default_factory=list)
    unordered: list[str] = field(default_factory=list)
    pages: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    wires: list[Wire] = field(default_factory=list)
    base: str = ""

    def answer(self, wire: Wire) -> Mapping[str, Any]:
        """Keep the request and return its scripted reply."""
        # Requests on connections of their own arrive in any order: the reply follows the request.
        position = self.unordered.index(wire.path) if self.unordered else len(self.wires)
        self.wires.append(wire)
        return (
            self.replies[position]
            if position < len(self.replies)
            else {"status": 200, "json": {"result": True}}
        )


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    portal: ScriptedPortal
    lock: threading.Lock


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_GET(self) -> None:
        page = self.server.portal.pages.get(self.path.partition("?")[0])
        if page is not None:
            self._send(200, page[0], page[1])
        elif self.path.startswith("/rest/"):
            self._rest()
        else:
            self._send(404, "text/plain", b"")

    def do_POST(self) -> None:
        if self.path.startswith("/rest/"):
            self._rest()
        else:
            # A portal opens the page of an application with a form.
            self.rfile.read(int(self.headers.get("content-length") or 0))
            self.do_GET()

    def do_OPTIONS(self) -> None:
        self._rest()

    def _rest(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length") or 0)).decode()
        with self.server.lock:
            reply = self.server.portal.answer(
                Wire(self.command, self.path, self.headers.get("content-type") or "", body)
            )
        if reply.get("cut"):
            self.close_connection = True
            self.connection.shutdown(2)
            return
        text = json.dumps(reply["json"]) if "json" in reply else reply.get("text", "")
        extra = {"location": reply["location"]} if "location" in reply else {}
        # On a connection that was used before, Chromium repeats a request that is cut.
        extra["connection"] = "close"
        self._send(reply.get("status", 200), "application/json; charset=utf-8", text.encode(), extra)

    def _send(self, status: int, kind: str, body: bytes, extra: Mapping[str, str] | None = None) -> None:
        self.send_response(status)
        self.send_header("content-type", kind)
        self.send_header("access-control-allow-origin", "*")
        self.send_header("content-length", str(len(body)))
        for name, value in (extra or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Stay silent."""


@contextmanager
def scripted_portal() -> Iterator[ScriptedPortal]:
    """Run a scripted portal on a free loopback port."""
    portal = ScriptedPortal()
    server = _Server(("127.0.0.1", 0), _Handler)
    server.portal = portal
    server.lock = threading.Lock()
    portal.base = f"127.0.0.1:{server.server_port}"
    portal.pages["/bx24.js"] = ("text/javascript; charset=utf-8", BX24_JS.read_bytes())
    for page in PAGES.iterdir():
        kind = "text/html" if page.suffix == ".html" else "text/javascript"
        portal.pages["/" + page.name] = (
            f"{kind}; charset=utf-8",
            page.read_bytes().replace(b"%PORTAL%", portal.base.encode()),
        )
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield portal
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def chromium() -> Iterator[Browser]:
    """Run the system's Chromium without a window."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def new_page(browser: Browser) -> Iterator[Page]:
    """Open a page of its own context, its clock stopped."""
    context = browser.new_context()
    try:
        page = context.new_page()
        page.clock.install(time=1_760_000_000)
        page.clock.pause_at(1_760_000_001)
        yield page
    finally:
        context.close()


def advance_until(page: Page, condition: Callable[[], bool], what: str, *, step_ms: int = STEP_MS) -> None:
    """Move the page's clock until the condition holds; with a step of 0 the clock stands.

    Raises:
        AssertionError: It did not hold in half a minute.
    """
    patience = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < patience, f"never came: {what}"
        if step_ms:
            page.clock.run_for(step_ms)
        else:
            page.evaluate("0")


def app_frame(page: Page) -> Frame:
    """Return the application's frame once its driver is loaded."""
    page.wait_for_selector("iframe", state="attached")
    advance_until(page, lambda: len(page.frames) > 1, "the frame")
    frame = page.frames[1]
    frame.wait_for_load_state()
    return frame
