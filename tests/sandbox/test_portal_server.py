"""The server as a process: what it prints, how it stops, what survives its death."""

from __future__ import annotations

import json
import os
import signal
import ssl
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

# Every test starts a process of its own.
pytestmark = pytest.mark.slow

COMMAND = [sys.executable, "-c", "from b24bridge.cli import main; main()", "sandbox", "serve", "--port", "0"]


@contextmanager
def _served(
    *options: str, end: int = signal.SIGTERM
) -> Iterator[tuple[dict[str, Any], subprocess.Popen[str]]]:
    process = subprocess.Popen(
        [*COMMAND, *options], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ}
    )
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line, process.stderr.read() if process.stderr else ""
        yield json.loads(line), process
    finally:
        if process.poll() is None:
            process.send_signal(end)
        process.communicate(timeout=120)


def _get(url: str, context: ssl.SSLContext | None = None) -> Any:
    with urllib.request.urlopen(url, timeout=120, context=context) as answer:
        return json.loads(answer.read())


def test_ready_line_has_everything_a_client_needs() -> None:
    """One JSON line, when the portal answers already."""
    with _served("--size", "small", "--webhook-code", "abc") as (line, _):
        assert line["webhook_url"] == f"{line['base_url']}/rest/1/abc/"
        assert 30 == _get(f"{line['admin_url']}state")["records"]["users"]
        assert (
            "Портала"
            == _get(f"{line['base_url']}/rest/profile?auth={line['access_token']}")["result"]["LAST_NAME"]
        )
        query = (
            f"grant_type=refresh_token&client_id={line['client_id']}&client_secret={line['client_secret']}"
        )
        assert (
            3600 == _get(f"{line['oauth_url']}?{query}&refresh_token={line['refresh_token']}")["expires_in"]
        )


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 0), (signal.SIGINT, 4)])
def test_signals_stop_it_cleanly(number: int, code: int) -> None:
    """Being told to stop is success, Ctrl-C is "interrupted"; neither prints a traceback."""
    with _served() as (_, process):
        process.send_signal(number)
        _, errors = process.communicate(timeout=120)

        assert code == process.returncode
        assert "Traceback" not in errors


def test_acknowledged_writes_survive_kill_9(tmp_path: Path) -> None:
    """What the portal said yes to is there after the process was killed."""
    options = ("--db", str(tmp_path / "portal.db"), "--webhook-code", "abc")
    with _served(*options, end=signal.SIGKILL) as (line, process):
        ids = [_get(f"{line['webhook_url']}crm.deal.add?fields[TITLE]=deal{n}")["result"] for n in range(40)]
        process.kill()

    with _served(*options) as (line, _):
        found = _get(f"{line['webhook_url']}crm.deal.list?select[]=ID&start=-1")["result"]

    assert [str(number) for number in ids] == [row["ID"] for row in found]


def test_tls_works_with_the_generated_certificate() -> None:
    """A client that trusts the printed certificate can talk to the portal."""
    with _served("--tls", "--webhook-code", "abc") as (line, _):
        context = ssl.create_default_context(cafile=line["certificate"])

        assert line["base_url"].startswith("https://")
        assert "result" in _get(f"{line['webhook_url']}server.time", context)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--limits", "gold"], "standard, enterprise"),
        (["--latency", "request_s"], "NAME=NUMBER"),
        (["--data", "no-such-file.json"], "does not exist"),
    ],
)
def test_wrong_use_is_exit_code_2_with_a_hint(options: list[str], words: str) -> None:
    """Wrong options are explained, without a traceback."""
    done = subprocess.run([*COMMAND, *options], capture_output=True, text=True, timeout=120, check=False)

    assert 2 == done.returncode
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_help_loads_no_heavy_library() -> None:
    """``b24bridge --help`` answers without httpx, pydantic, starlette or the portal."""
    script = (
        "import sys\nfrom b24bridge.cli import main\ntry:\n    main(['--help'])\nexcept SystemExit:\n    pass\n"
        "heavy = ('httpx', 'pydantic', 'starlette', 'uvicorn', 'b24bridge.sandbox')\n"
        "print([name for name in heavy if name in sys.modules], file=sys.stderr)"
    )

    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=120, check=True
    )

    assert "[]" == done.stderr.strip()
    assert "sandbox" in done.stdout


def test_seed_dump_and_reset_work_on_a_file(tmp_path: Path) -> None:
    """A dumped portal seeds another one with the same records; reset leaves the administrator only."""
    base = COMMAND[:-3]

    def run(*arguments: str, given: str | None = None) -> Any:
        done = subprocess.run(
            [*base, *arguments], input=given, capture_output=True, text=True, timeout=60, check=True
        )
        return json.loads(done.stdout)

    first, second = str(tmp_path / "first.db"), str(tmp_path / "second.db")
    run("seed", "--db", first, "--size", "small")
    dumped = run("dump", "--db", first)
    run("seed", "--db", second, "--data", "-", given=json.dumps(dumped))

    assert dumped == run("dump", "--db", second)
    assert 120 == run("reset", "--db", second)["items_140"]
    assert [1] == [user["ID"] for user in run("dump", "--db", second)["users"]]
