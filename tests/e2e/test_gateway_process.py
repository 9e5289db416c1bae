"""The gateway as a process on a loopback socket, with real clients."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from b24bridge.sandbox.asgi import Server
from b24bridge.sandbox.portal import Portal

pytestmark = pytest.mark.slow

KEY = "caller-key-1"
PHP = r"""
[, $base, $portal, $way] = $argv;
function ask($url, $form, $way) {
    if ($way === 'curl') {
        $curl = curl_init($url);
        curl_setopt_array($curl, [CURLOPT_RETURNTRANSFER => true, CURLOPT_POST => true, CURLOPT_POSTFIELDS => $form]);
        return curl_exec($curl);
    }
    $context = stream_context_create(['http' => [
        'method' => 'POST', 'header' => 'Content-Type: application/x-www-form-urlencoded', 'content' => $form,
        'ignore_errors' => true]]);
    return file_get_contents($url, false, $context);
}
$calls = [
    ['crm.item.list', ['entityTypeId' => 140, 'filter' => ['>id' => 3], 'select' => ['id', 'title'], 'start' => 0]],
    ['user.get', ['filter' => ['ID' => [1, 2]], 'ACTIVE' => true]],
    ['no.such.method', ['a' => 'ё & "1"']],
    ['batch', ['halt' => 0, 'cmd' => ['a' => 'user.get?ID=1', 'b' => 'profile']]],
];
$same = [];
foreach ($calls as [$method, $params]) {
    $form = http_build_query($params);
    $direct = ask("$portal$method.json", $form, $way);
    $through = ask("$base/rest/1/KEY/$method.json", $form, $way);
    // Only the clock may differ: the time block.
    $cut = fn ($text) => preg_replace('/"(time|result_time)":(\{[^{}]*\}|\{(\"\w+\":\{[^{}]*\},?)*\})/', '', $text);
    $same[$method] = $cut($direct) === $cut($through) && strlen($through) > 10;
}
echo json_encode($same);
"""


@pytest.fixture
def portal() -> Iterator[Portal]:
    """A sandbox behind a socket."""
    portal = Portal(
        {
            "users": [{"ID": "1", "NAME": "Иван", "UF_DEPARTMENT": [1]}],
            "types": [{"entityTypeId": 140}],
            "items_140": [{"id": n, "title": f"Заявка {n}"} for n in range(1, 80)],
        },
        webhook_code="realcode",
    )
    server = Server(portal)
    thread = threading.Thread(target=server.run)
    thread.start()
    yield portal
    server.should_exit = True
    thread.join()
    portal.close()


@pytest.fixture
def gateway(portal: Portal, tmp_path: Path) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """A gateway process in front of it: its address, and the process."""
    config = tmp_path / "gateway.toml"
    config.write_text(f'[upstream]\nwebhook = "env:B24_WEBHOOK"\n[[caller]]\nname = "app"\nkey = "{KEY}"\n')
    process = subprocess.Popen(
        [sys.executable, "-m", "b24bridge.cli", "gateway", "--config", str(config), "--port", "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "B24_WEBHOOK": portal.webhook_url},
    )
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line, process.stderr.read() if process.stderr else ""
    yield json.loads(line)["base_url"], process
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
    process.communicate(timeout=20)


def test_the_process_answers_and_stops_on_a_signal(gateway: tuple[str, subprocess.Popen[str]]) -> None:
    """It says where it listens, answers, and ends with status 0 or the signal's."""
    base, process = gateway

    answer = httpx.get(f"{base}/rest/1/{KEY}/profile")
    process.send_signal(signal.SIGTERM)
    _, errors = process.communicate(timeout=20)

    assert "1" == answer.json()["result"]["ID"]
    assert process.returncode in (0, -signal.SIGTERM)
    assert "" == errors


def test_a_call_in_flight_ends_before_the_process_does(
    gateway: tuple[str, subprocess.Popen[str]], portal: Portal
) -> None:
    """SIGTERM does not cost a caller its answer."""
    base, process = gateway
    arrived = threading.Event()
    portal.faults.add({"method": "user.get", "slow_s": 0.5})
    strike = portal.faults.strike

    def note(method: str, params: Any) -> Any:
        arrived.set()
        return strike(method, params)

    portal.faults.strike = note  # type: ignore[method-assign]  # tells when the call is at the portal
    answers: list[httpx.Response] = []
    asking = threading.Thread(target=lambda: answers.append(httpx.get(f"{base}/rest/1/{KEY}/user.get")))
    asking.start()
    assert arrived.wait(10)

    process.send_signal(signal.SIGTERM)
    asking.join(20)

    assert [200] == [answer.status_code for answer in answers]


@pytest.mark.php
@pytest.mark.parametrize("way", ["curl", "file_get_contents"])
def test_php_callers_get_equal_bytes_with_and_without_the_gateway(
    way: str, gateway: tuple[str, subprocess.Popen[str]], portal: Portal
) -> None:
    """Answers, errors and batches are the same but for the time block."""
    code = PHP.replace("KEY", KEY)

    done = subprocess.run(
        ["php", "-r", code, "--", gateway[0], portal.webhook_url, way],
        capture_output=True,
        text=True,
        check=True,
    )

    assert {"crm.item.list": True, "user.get": True, "no.such.method": True, "batch": True} == json.loads(
        done.stdout
    )
