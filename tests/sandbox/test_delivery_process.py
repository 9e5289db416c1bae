"""Events and installations of a served portal: what survives its death, what its options send."""

from __future__ import annotations

import json
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
from handlers import handler

# Every test starts processes of its own.
pytestmark = pytest.mark.slow

COMMAND = [sys.executable, "-c", "from b24bridge.cli import main; main()", "sandbox", "serve", "--port", "0"]


@contextmanager
def _served(*options: str, end: int = signal.SIGTERM) -> Iterator[dict[str, Any]]:
    process = subprocess.Popen(
        [*COMMAND, *options], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        assert process.stderr is not None
        line = process.stdout.readline()
        assert line, process.stderr.read()
        yield json.loads(line)
    finally:
        process.send_signal(end)
        process.communicate(timeout=120)


def _get(url: str, context: ssl.SSLContext | None = None) -> Any:
    with urllib.request.urlopen(url, timeout=120, context=context) as answer:
        return json.loads(answer.read())


def test_offline_events_of_acknowledged_writes_survive_kill_9(tmp_path: Path) -> None:
    """Each write that was answered has its event in the queue; one that was not has neither or both."""
    options = ("--db", str(tmp_path / "portal.db"), "--webhook-code", "abc")
    with _served(*options, end=signal.SIGKILL) as line:
        token = line["access_token"]
        _get(f"{line['base_url']}/rest/event.bind?auth={token}&event=ONCRMDEALADD&event_type=offline")
        ids = [_get(f"{line['webhook_url']}crm.deal.add?fields[TITLE]=deal{n}")["result"] for n in range(40)]

    with _served(*options) as line:
        rest = f"{line['base_url']}/rest/event.offline.get?auth={line['access_token']}&limit=100"
        kept = _get(f"{rest}&clear=0")["result"]
        again = _get(f"{rest}&clear=0&process_id={kept['process_id']}")["result"]

    assert [str(number) for number in ids] == [
        str(event["EVENT_DATA"]["FIELDS"]["ID"]) for event in kept["events"]
    ]
    assert kept["events"] == again["events"]


def test_a_reserved_part_of_the_queue_survives_kill_9(tmp_path: Path) -> None:
    """A process that had reserved events finds them again under its number."""
    options = ("--db", str(tmp_path / "portal.db"), "--webhook-code", "abc")
    with _served(*options, end=signal.SIGKILL) as line:
        query = f"auth={line['access_token']}"
        _get(f"{line['base_url']}/rest/event.bind?{query}&event=ONCRMDEALADD&event_type=offline")
        for number in range(4):
            _get(f"{line['webhook_url']}crm.deal.add?fields[TITLE]=deal{number}")
        taken = _get(f"{line['base_url']}/rest/event.offline.get?{query}&clear=0&limit=2")["result"]

    with _served(*options) as line:
        rest = f"{line['base_url']}/rest/event.offline"
        query = f"auth={line['access_token']}"
        mine = _get(f"{rest}.get?{query}&clear=0&process_id={taken['process_id']}")["result"]["events"]
        _get(f"{rest}.clear?{query}&process_id={taken['process_id']}")
        left = _get(f"{rest}.get?{query}")["result"]["events"]

    assert taken["events"] == mine
    assert ["3", "4"] == [str(event["EVENT_DATA"]["FIELDS"]["ID"]) for event in left]


@pytest.mark.parametrize(("kind", "name"), [("event", "ONAPPINSTALL"), ("page", "DEFAULT")])
def test_the_command_installs_an_application_at_its_start(kind: str, name: str) -> None:
    """The message reaches the address as soon as the portal answers; its tokens work at once."""
    with handler() as app, _served("--install", app.url, "--install-kind", kind):
        form = app.next().form

    assert name == (form.get("event") or form.get("PLACEMENT"))


def test_a_certificate_is_kept_and_the_hint_names_it(tmp_path: Path) -> None:
    """With a folder the same certificate serves again, so it has to be trusted once."""
    options = ("--tls", "--certificates", str(tmp_path))
    with _served(*options) as line:
        first = Path(line["certificate"]).read_bytes()
    with _served(*options) as line:
        context = ssl.create_default_context(cafile=str(tmp_path / "sandbox-certificate.pem"))
        answered = _get(f"{line['webhook_url']}server.time", context)

    assert first == (tmp_path / "sandbox-certificate.pem").read_bytes()
    assert "result" in answered


def test_the_hint_says_how_to_trust_the_certificate() -> None:
    """On standard error, for every kind of client."""
    process = subprocess.Popen([*COMMAND, "--tls"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    certificate = json.loads(process.stdout.readline())["certificate"]
    process.terminate()
    _, hint = process.communicate(timeout=120)

    for setting in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "NODE_EXTRA_CA_CERTS", "curl.cainfo", "--cacert"):
        assert f"{setting}={certificate}" in hint or f"{setting} {certificate}" in hint
