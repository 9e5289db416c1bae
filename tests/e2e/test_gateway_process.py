"""The gateway as a process on a loopback socket, with real clients."""

from __future__ import annotations

import json
import os
import signal
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from b24bridge.contract.cassettes import load_cassette
from b24bridge.sandbox.certificates import write_certificate
from b24bridge.sandbox.portal import Portal
from tests.e2e.gateway_kit import KEY, behind_socket, process, settings

pytestmark = pytest.mark.slow

PHP = r"""
[, $base, $portal, $way] = $argv;
function ask($url, $form, $way) {
    if ($way === 'curl') {
        $curl = curl_init($url);
        curl_setopt_array($curl, [CURLOPT_RETURNTRANSFER => true, CURLOPT_POST => true, CURLOPT_POSTFIELDS => $form]);
        return curl_exec($curl);
    }
    if ($way === 'multipart') {
        parse_str($form, $fields);
        $curl = curl_init($url);
        curl_setopt_array($curl, [CURLOPT_RETURNTRANSFER => true, CURLOPT_POST => true, CURLOPT_POSTFIELDS => flat($fields)]);
        return curl_exec($curl);
    }
    $context = stream_context_create(['http' => [
        'method' => 'POST', 'header' => 'Content-Type: application/x-www-form-urlencoded', 'content' => $form,
        'ignore_errors' => true]]);
    return file_get_contents($url, false, $context);
}
// curl takes a flat array and sends it as multipart/form-data; nested parameters stand in the names.
function flat($fields, $name = '') {
    $found = [];
    foreach ($fields as $key => $value) {
        $full = $name === '' ? (string) $key : "{$name}[$key]";
        $found += is_array($value) ? flat($value, $full) : [$full => $value];
    }
    return $found;
}
$calls = [
    ['crm.item.list', ['entityTypeId' => 140, 'filter' => ['>id' => 3], 'select' => ['id', 'title'], 'start' => 0]],
    ['user.get', ['filter' => ['ID' => [1, 2]], 'ACTIVE' => true]],
    ['tasks.task.list', ['filter' => ['>=CREATED_DATE' => '2024-01-01'], 'select' => ['ID', 'TITLE']]],
    ['task.elapseditem.getlist', ['TASKID' => 1]],
    ['crm.item.get', ['entityTypeId' => 140, 'id' => 7]],
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
    data = {
        "users": [{"ID": "1", "NAME": "Иван", "UF_DEPARTMENT": [1]}],
        "types": [{"entityTypeId": 140}],
        "items_140": [{"id": n, "title": f"Заявка {n}"} for n in range(1, 80)],
    }
    with behind_socket(Portal(data, webhook_code="realcode")) as portal:
        yield portal


@pytest.fixture
def gateway(portal: Portal, tmp_path: Path) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """A gateway process in front of it: its address, and the process."""
    config = settings(tmp_path / "gateway.toml")
    with process(config, env={"B24_WEBHOOK": portal.webhook_url}) as (line, started):
        yield line["base_url"], started


def test_the_process_answers_and_stops_on_a_signal(gateway: tuple[str, subprocess.Popen[str]]) -> None:
    """It says where it listens, answers, logs each request as JSON, and ends with status 0."""
    base, started = gateway

    answer = httpx.get(f"{base}/rest/1/{KEY}/profile", timeout=120)
    started.send_signal(signal.SIGTERM)
    _, errors = started.communicate(timeout=120)

    assert "1" == answer.json()["result"]["ID"]
    assert 0 == started.returncode
    lines = [json.loads(line) for line in errors.splitlines()]
    assert [("app", "profile", "GET", 200)] == [
        (line["caller"], line["method"], line["verb"], line["status"]) for line in lines
    ]
    assert KEY not in errors


def test_the_access_log_can_be_left_out(portal: Portal, tmp_path: Path) -> None:
    """Then only warnings are written, as JSON too."""
    other = {"webhook": f"{portal.base_url}/rest/1/anothercode/"}
    config = settings(
        tmp_path / "gateway.toml",
        "access_log = false",
        'mode = "diff"',
        f'second = {{webhook = "{other["webhook"]}"}}',
    )

    with process(config, env={"B24_WEBHOOK": portal.webhook_url}) as (line, started):
        httpx.get(f"{line['base_url']}/rest/1/{KEY}/profile", timeout=120)
        started.send_signal(signal.SIGTERM)
        _, errors = started.communicate(timeout=60)

    lines = [json.loads(line) for line in errors.splitlines()]
    assert ["b24bridge.gateway.modes"] == [line["logger"] for line in lines]
    assert "status 200 -> 401" in lines[0]["message"]


def test_ctrl_c_ends_with_the_status_of_an_interruption(
    gateway: tuple[str, subprocess.Popen[str]],
) -> None:
    """As every command of b24bridge: 4."""
    started = gateway[1]

    started.send_signal(signal.SIGINT)
    started.communicate(timeout=120)

    assert 4 == started.returncode


def test_a_recording_is_written_when_a_signal_stops_the_gateway(portal: Portal, tmp_path: Path) -> None:
    """SIGTERM is how services are stopped; it costs no recording."""
    cassette = tmp_path / "tape.yaml"
    config = settings(tmp_path / "gateway.toml", 'mode = "record"', f'cassette = "{cassette}"')

    with process(config, env={"B24_WEBHOOK": portal.webhook_url}) as (line, started):
        httpx.get(f"{line['base_url']}/rest/1/{KEY}/profile", timeout=120)
        started.send_signal(signal.SIGTERM)
        started.communicate(timeout=120)

    assert 1 == len(load_cassette(cassette).exchanges)


def test_https_with_a_certificate_made_at_the_start(portal: Portal, tmp_path: Path) -> None:
    """The line names the certificate; who trusts it gets answers, also at the token address."""
    config = settings(tmp_path / "gateway.toml")
    with process(config, "--self-signed", env={"B24_WEBHOOK": portal.webhook_url}) as (line, _):
        context = ssl.create_default_context(cafile=line["certificate"])
        with httpx.Client(verify=context, base_url=line["base_url"], timeout=120) as client:
            answer = client.get(f"/rest/1/{KEY}/profile")
            tokens = client.get("/oauth/token/", params={"refresh_token": KEY}).json()

    assert "1" == answer.json()["result"]["ID"]
    assert line["base_url"].startswith("https://127.0.0.1:")
    assert f"{line['base_url']}/rest/" == tokens["client_endpoint"]


def test_https_with_a_certificate_of_ones_own(portal: Portal, tmp_path: Path) -> None:
    """--certificate and --key, or the same names in the settings."""
    certificate, key = write_certificate(tmp_path, "127.0.0.1")
    config = settings(tmp_path / "gateway.toml")
    context = ssl.create_default_context(cafile=certificate)
    options = ("--certificate", certificate, "--key", key)
    with process(config, *options, env={"B24_WEBHOOK": portal.webhook_url}) as (line, _):
        answer = httpx.get(f"{line['base_url']}/healthz", verify=context, timeout=120)

    assert "ok\n" == answer.text


def test_a_wrong_certificate_or_a_taken_port_is_said_in_a_sentence(portal: Portal, tmp_path: Path) -> None:
    """No traceback, status 2 or another that is not 0."""
    certificate, key = write_certificate(tmp_path / "a", "localhost")
    other = write_certificate(tmp_path / "b", "localhost")[1]
    config = settings(tmp_path / "gateway.toml")
    env = {**os.environ, "B24_WEBHOOK": portal.webhook_url}
    port = portal.base_url.rpartition(":")[2]
    command = [sys.executable, "-m", "b24bridge.cli", "gateway", "--config", str(config)]

    outcomes = [
        subprocess.run([*command, *options], capture_output=True, text=True, env=env, check=False)
        for options in (
            ("--port", "0", "--certificate", certificate, "--key", other),
            ("--port", port),
            ("--port", "0", "--certificate", certificate, "--key", key, "--self-signed"),
        )
    ]

    assert all(done.returncode and "Traceback" not in done.stderr for done in outcomes)
    assert "cannot be used with its key" in outcomes[0].stderr
    assert f"Cannot listen on 127.0.0.1:{port}" in outcomes[1].stderr
    assert "--self-signed makes its own" in outcomes[2].stderr


def test_a_call_in_flight_ends_before_the_process_does(
    gateway: tuple[str, subprocess.Popen[str]], portal: Portal
) -> None:
    """SIGTERM does not cost a caller its answer."""
    base, started = gateway
    arrived = threading.Event()
    portal.faults.add({"method": "user.get", "slow_s": 0.5})
    strike = portal.faults.strike

    def note(method: str, params: Any) -> Any:
        arrived.set()
        return strike(method, params)

    portal.faults.strike = note  # type: ignore[method-assign]  # tells when the call is at the portal
    answers: list[httpx.Response] = []
    asking = threading.Thread(
        target=lambda: answers.append(httpx.get(f"{base}/rest/1/{KEY}/user.get", timeout=120))
    )
    asking.start()
    assert arrived.wait(120)

    started.send_signal(signal.SIGTERM)
    asking.join(120)

    assert [200] == [answer.status_code for answer in answers]


PHP_OVER_HTTPS = r"""
[, $url, $certificate] = $argv;
function ask($url, $tls) {
    return @file_get_contents($url, false, stream_context_create(['ssl' => $tls, 'http' => [
        'method' => 'POST', 'header' => 'Content-Type: application/x-www-form-urlencoded', 'content' => 'ID=1',
        'ignore_errors' => true, 'timeout' => 60]]));
}
$answers = [
    ask($url, []),
    ask($url, ['verify_peer' => false, 'verify_peer_name' => false]),
    ask($url, ['allow_self_signed' => true, 'cafile' => $certificate]),
    ask($url, ['cafile' => $certificate]),
];
echo json_encode(array_map(fn ($answer) => $answer === false ? false : json_decode($answer, true)['result'][0]['ID'], $answers));
"""


@pytest.mark.php
def test_php_reads_the_gateway_over_https(portal: Portal, tmp_path: Path) -> None:
    """file_get_contents refuses the gateway's own certificate until its context trusts it, or trusts all."""
    config = settings(tmp_path / "gateway.toml")
    with process(config, "--self-signed", env={"B24_WEBHOOK": portal.webhook_url}) as (line, _):
        url = f"{line['base_url']}/rest/1/{KEY}/user.get.json"
        done = subprocess.run(
            ["php", "-r", PHP_OVER_HTTPS, "--", url, line["certificate"]],
            capture_output=True,
            text=True,
            check=True,
        )

    assert [False, "1", "1", "1"] == json.loads(done.stdout)


@pytest.mark.php
@pytest.mark.parametrize("way", ["curl", "multipart", "file_get_contents"])
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

    found = json.loads(done.stdout)
    assert 7 == len(found)
    assert [] == [method for method, same in found.items() if same is not True]
