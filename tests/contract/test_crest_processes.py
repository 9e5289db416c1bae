"""Several processes over one settings.json: one refresh for all, and never half a file."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from crest_server import Request, Servers

pytestmark = pytest.mark.slow

_CALL = """
import sys
from b24bridge import CRest
CRest.configure(settings_dir=sys.argv[1], oauth_url=sys.argv[2], C_REST_IGNORE_SSL=True, C_REST_BLOCK_LOG=True,
                C_REST_CLIENT_ID="local.1", C_REST_CLIENT_SECRET="csec_1")
print(CRest.call("profile"))
"""
_WRITE = """
import sys
from b24bridge import CRest
CRest.configure(settings_dir=sys.argv[1])
number = 0
while True:
    number += 1
    CRest.set_setting_data({"number": number, "text": "x" * 200_000})
    print(number, flush=True)
"""


class StrictServers(Servers):
    """A portal that knows the newest token only; each refresh token works once."""

    token = 1
    refreshes = 0

    def respond(self, request: Request) -> dict[str, Any]:
        """Return what a portal with strict rotation answers."""
        if request.server == "oauth":
            self.refreshes += 1
            if f"refresh_token=rtok_{self.token}".encode() not in request.body:
                return {"status": 400, "body": '{"error":"invalid_grant"}'}
            self.token += 1
            renewed = {"access_token": f"atok_{self.token}", "refresh_token": f"rtok_{self.token}"}
            return {"status": 200, "body": json.dumps(renewed), "delay_s": 0.5}
        is_known = f"auth=atok_{self.token}".encode() == request.body
        return {"status": 200, "body": '{"result":true}' if is_known else '{"error":"expired_token"}'}


@pytest.fixture
def strict() -> Iterator[StrictServers]:
    """Give a portal with strict rotation of tokens."""
    running = StrictServers()
    yield running
    running.stop()


def _python(*arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-c", *arguments], stdout=subprocess.PIPE, text=True)


def test_processes_that_meet_an_expired_token_refresh_once(strict: StrictServers, tmp_path: Path) -> None:
    """Four processes share one expired token: one request to the token server, four answers."""
    stored = {
        "access_token": "atok_0",
        "refresh_token": "rtok_1",
        "application_token": "apptok_1",
        "domain": "demo.test",
        "client_endpoint": f"http://{strict.addresses['portal']}/rest/",
    }
    (tmp_path / "settings.json").write_text(json.dumps(stored))
    oauth = f"https://{strict.addresses['oauth']}/oauth/token/"

    processes = [_python(_CALL, str(tmp_path), oauth) for _ in range(4)]
    printed = [process.communicate(timeout=60)[0] for process in processes]

    assert printed == ["{'result': True}\n"] * 4
    assert strict.refreshes == 1
    assert json.loads((tmp_path / "settings.json").read_text())["refresh_token"] == "rtok_2"


def test_a_killed_process_leaves_whole_settings(tmp_path: Path) -> None:
    """Killed in the middle of writing, a process leaves the old file or the new one, and no lock."""
    file = tmp_path / "settings.json"
    for _ in range(5):
        process = _python(_WRITE, str(tmp_path))
        assert process.stdout is not None
        written = int(process.stdout.readline())

        process.send_signal(signal.SIGKILL)
        process.communicate()

        data = json.loads(file.read_text())
        assert data["number"] >= written
        assert data["text"] == "x" * 200_000
