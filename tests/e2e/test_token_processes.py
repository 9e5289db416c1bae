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
from urllib.parse import parse_qs

import pytest

PROGRAM = """
import sys
from b24bridge.auth import OAuth, SettingsFile
from b24bridge.engine.blocking import BlockingPort, run
from b24bridge.engine.executor import Executor
from b24bridge.engine.policy import EAGER
from b24bridge.wire.call import Call

path, base, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
credentials = OAuth(SettingsFile(path), "app.1", "s3cret", oauth_url=base + "/oauth/token/")
executor = Executor(BlockingPort(), credentials, policy=EAGER)
credentials.tokens()
print("ready", flush=True)
sys.stdin.readline()
for _ in range(count):
    print(run(executor.execute(Call("profile"))).result["token"], flush=True)
"""


class Server(ThreadingHTTPServer):
    """A portal and its token server: strict rotation, a new pair with each renewal."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, *, expire_each: bool = False) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.guard = threading.Lock()
        self.number = 1
        self.valid = False
        self.expire_each = expire_each
        self.refreshes: list[str] = []

    @property
    def base(self) -> str:
        """Address without the final slash."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    def settings(self) -> dict[str, str]:
        """Return the tokens of the installation; the access token is too old."""
        return {
            "access_token": f"access{self.number}",
            "refresh_token": f"refresh{self.number}",
            "domain": "127.0.0.1",
            "client_endpoint": f"{self.base}/rest/",
            "application_token": "app",
        }


class Handler(BaseHTTPRequestHandler):
    """Answers ``profile`` and token requests."""

    server: Server
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        """Answer one request."""
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        server = self.server
        with server.guard:
            if self.path == "/oauth/token/":
                self._answer(*self._refresh(parse_qs(body)["refresh_token"][0]))
            elif server.valid and json.loads(body)["auth"] == f"access{server.number}":
                self._answer(200, {"result": {"token": f"access{server.number}"}})
                server.valid = not server.expire_each
            else:
                self._answer(401, {"error": "expired_token", "error_description": "The access token"})

    def _refresh(self, token: str) -> tuple[int, dict[str, object]]:
        server = self.server
        server.refreshes.append(token)
        if token != f"refresh{server.number}":
            return 400, {"error": "invalid_grant"}
        server.number += 1
        server.valid = True
        return 200, {"access_token": f"access{server.number}", "refresh_token": f"refresh{server.number}"}

    def _answer(self, status: int, body: dict[str, object]) -> None:
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: object) -> None:
        """Stay silent."""


@pytest.fixture
def server() -> Iterator[Server]:
    """A server whose token is too old at first."""
    with Server() as running:
        yield from _served(running)


@pytest.fixture
def forgetful() -> Iterator[Server]:
    """A server whose token is too old after each call."""
    with Server(expire_each=True) as running:
        yield from _served(running)


def _served(running: Server) -> Iterator[Server]:
    thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield running
    finally:
        running.shutdown()
        thread.join()


def start(path: Path, server: Server, count: int) -> subprocess.Popen[str]:
    """Start a client process that waits for a line before it calls."""
    command = [sys.executable, "-c", PROGRAM, str(path), server.base, str(count)]
    return subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


@pytest.mark.slow
def test_eight_processes_with_one_expired_token_refresh_once(tmp_path: Path, server: Server) -> None:
    """All eight have read the old token; the first renews it, the others take the new one."""
    path = tmp_path / "settings.json"
    path.write_text(json.dumps(server.settings()))
    processes = [start(path, server, 1) for _ in range(8)]
    for process in processes:
        assert process.stdout is not None
        assert "ready\n" == process.stdout.readline()

    results = []
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    for process in processes:
        results.append(process.communicate(timeout=60))

    assert [("access2\n", "")] * 8 == results
    assert ["refresh1"] == server.refreshes
    assert "access2" == json.loads(path.read_text())["access_token"]


@pytest.mark.slow
def test_a_process_killed_at_any_moment_leaves_a_usable_file(tmp_path: Path, forgetful: Server) -> None:
    """The file always holds a whole pair of tokens, and no lock outlives its holder."""
    path = tmp_path / "settings.json"
    path.write_text(json.dumps(forgetful.settings()))
    moments = random.Random(7)

    for _ in range(6):
        process = start(path, forgetful, 10_000)
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdout.readline()
        process.stdin.write("go\n")
        process.stdin.flush()
        for _ in range(moments.randint(1, 6)):
            process.stdout.readline()
        process.send_signal(signal.SIGKILL)
        process.communicate(timeout=60)

        stored = json.loads(path.read_text())
        assert stored["access_token"].removeprefix("access") == stored["refresh_token"].removeprefix(
            "refresh"
        )
        with forgetful.guard:
            # With strict rotation a process that dies between the server's answer and its own write
            # loses the pair, whoever writes it; the last pair stored is then made good again.
            forgetful.number = int(stored["access_token"].removeprefix("access"))

    last = start(path, forgetful, 1)
    output, errors = last.communicate("go\n", timeout=60)
    assert "" == errors
    assert f"ready\naccess{forgetful.number}\n" == output
