"""What tests of the gateway share: a sandbox behind a socket, and a gateway in front of it."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path

from b24bridge.gateway.config import Setup
from b24bridge.gateway.serve import Server as GatewayServer
from b24bridge.sandbox.asgi import Server
from b24bridge.sandbox.portal import Portal

KEY = "caller-key-1"


@contextlib.contextmanager
def behind_socket(portal: Portal) -> Iterator[Portal]:
    """Serve a portal from a thread; its ``base_url`` is the address."""
    server = Server(portal)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        yield portal
    finally:
        server.should_exit = True
        thread.join()
        portal.close()


@contextlib.contextmanager
def in_thread(setup: Setup) -> Iterator[str]:
    """Serve a gateway from a thread; yields its address."""
    started = threading.Event()
    server = GatewayServer(setup, "127.0.0.1", 0, lambda base: started.set())
    thread = threading.Thread(target=lambda: server.run([server.socket]))
    thread.start()
    assert started.wait(120)
    try:
        yield server.base_url
    finally:
        server.should_exit = True
        thread.join()


@contextlib.contextmanager
def process(
    config: Path, *options: str, env: Mapping[str, str] | None = None
) -> Iterator[tuple[dict[str, str], subprocess.Popen[str]]]:
    """Run ``b24bridge gateway`` on a free port; yields the line that it prints, and the process."""
    started = subprocess.Popen(
        [
            *(sys.executable, "-m", "b24bridge.cli", "gateway"),
            *("--config", str(config), "--port", "0", *options),
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **(env or {})},
    )
    try:
        assert started.stdout is not None
        line = started.stdout.readline()
        assert line, started.stderr.read() if started.stderr else ""
        yield json.loads(line), started
    finally:
        if started.poll() is None:
            started.send_signal(signal.SIGTERM)
        started.communicate(timeout=120)


def settings(file: Path, *lines: str) -> Path:
    """Write settings with one caller, whose key is ``KEY``; the portal comes from ``B24_WEBHOOK``."""
    caller = ("[upstream]", 'webhook = "env:B24_WEBHOOK"', "[[caller]]", 'name = "app"', f'key = "{KEY}"')
    file.write_text("\n".join((*lines, *caller)) + "\n", encoding="utf-8")
    return file


def raw(base: str, request: bytes) -> bytes:
    """Send bytes as they are and return everything that comes back."""
    host, _, port = base.partition("://")[2].partition(":")
    with socket.create_connection((host, int(port)), 10) as connection:
        connection.sendall(request)
        parts = []
        # A server that stops reading closes with a reset; what it said before counts.
        with contextlib.suppress(ConnectionResetError):
            while part := connection.recv(65536):
                parts.append(part)
    return b"".join(parts)
