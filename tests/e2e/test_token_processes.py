"""Real processes that share one settings.json: one renewal, and a file that is whole at every moment."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from b24bridge.sandbox import Portal

PROGRAM = """
import sys
from b24bridge.auth import OAuth, SettingsFile
from b24bridge.engine.blocking import BlockingPort, run
from b24bridge.engine.executor import Executor
from b24bridge.engine.policy import EAGER
from b24bridge.wire.call import Call

path, base, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
credentials = OAuth(SettingsFile(path), oauth_url=base + "/oauth/token/")
executor = Executor(BlockingPort(), credentials, policy=EAGER)
credentials.tokens()
print("ready", flush=True)
sys.stdin.readline()
for _ in range(count):
    print(run(executor.execute(Call("profile"))).result["ID"], flush=True)
"""


class Server(ThreadingHTTPServer):
    """The sandbox over loopback."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.guard = threading.Lock()
        self.base = f"http://127.0.0.1:{self.server_address[1]}"
        self.portal = Portal(base_url=self.base)
        self.forgets = False

    def settings(self) -> dict[str, str]:
        """Return the settings of an installed application whose access token is too old."""
        pair = self.portal.tokens()
        self.portal.oauth.expire()
        return {
            "access_token": pair["access"],
            "refresh_token": pair["refresh"],
            "domain": self.portal.host,
            "client_endpoint": self.portal.endpoint,
            "application_token": self.portal.application.token,
            "C_REST_CLIENT_ID": self.portal.application.client_id,
            "C_REST_CLIENT_SECRET": self.portal.application.client_secret,
        }

    def refreshes(self) -> list[int]:
        """Return the status of each token request."""
        return [entry.status for entry in self.portal.requests if entry.method == "oauth.token"]


class Handler(BaseHTTPRequestHandler):
    """Hands each request to the portal."""

    server: Server
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        """Answer one request."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        server = self.server
        with server.guard:
            reply = server.portal.answer("POST", server.base + self.path, list(self.headers.items()), body)
            if server.forgets and reply.status == 200 and "/rest/" in self.path:
                server.portal.oauth.expire()
        self.send_response(reply.status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()
        self.wfile.write(reply.body)

    def log_message(self, format: str, *args: object) -> None:
        """Stay silent."""


@pytest.fixture
def server() -> Iterator[Server]:
    """The sandbox, served by a thread."""
    with Server() as running:
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield running
        finally:
            running.shutdown()
            thread.join()
            running.portal.close()


def start(path: Path, server: Server, count: int) -> subprocess.Popen[str]:
    """Start a client process that waits for a line before it calls."""
    command = [sys.executable, "-c", PROGRAM, str(path), server.base, str(count)]
    return subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


@pytest.mark.slow
def test_eight_processes_with_one_expired_token_refresh_once(tmp_path: Path, server: Server) -> None:
    """All eight have read the old token; the first renews it, the others take the new one."""
    server.portal.oauth.strict_rotation = True
    path = tmp_path / "settings.json"
    path.write_text(json.dumps(server.settings()))
    processes = [start(path, server, 1) for _ in range(8)]
    for process in processes:
        assert process.stdout is not None
        assert "ready\n" == process.stdout.readline()

    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    results = [process.communicate(timeout=60) for process in processes]

    assert [("1\n", "")] * 8 == results
    assert [200] == server.refreshes()


@pytest.mark.slow
def test_a_process_killed_at_any_moment_leaves_a_usable_file(tmp_path: Path, server: Server) -> None:
    """The file always holds a whole pair of tokens, and no lock outlives its holder."""
    server.forgets = True
    path = tmp_path / "settings.json"
    path.write_text(json.dumps(server.settings()))
    moments = random.Random(7)

    for _ in range(6):
        process = start(path, server, 10_000)
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdout.readline()
        process.stdin.write("go\n")
        process.stdin.flush()
        for _ in range(moments.randint(1, 6)):
            process.stdout.readline()
        process.send_signal(signal.SIGKILL)
        process.communicate(timeout=60)

        assert {"access_token", "refresh_token"} <= set(json.loads(path.read_text()))

    output, errors = start(path, server, 1).communicate("go\n", timeout=60)
    assert ("ready\n1\n", "") == (output, errors)
    assert {200} == set(server.refreshes())
