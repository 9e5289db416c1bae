"""PHP programs behind the gateway: many at once inside the portal's limits, and CRest's token renewal."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from b24bridge import CRest
from b24bridge.sandbox.portal import Portal
from tests.e2e.gateway_kit import KEY, behind_socket, process, settings

pytestmark = pytest.mark.slow

USERS = {"users": [{"ID": "1", "NAME": "Иван", "UF_DEPARTMENT": [1]}]}
PROCESSES = 8
# 56 calls: all that may go at once, and three seconds of what comes after.
CALLS = 7

# Waits until all are there; then calls one after the other, no two alike; prints the errors.
HAMMER = r"""
[, $base, $number, $calls] = $argv;
$curl = curl_init();
$errors = [];
echo "ready\n";
fgets(STDIN);
for ($count = 0; $count < $calls; $count++) {
    curl_setopt_array($curl, [CURLOPT_URL => "$base/rest/1/KEY/user.get.json", CURLOPT_RETURNTRANSFER => true,
        CURLOPT_POST => true, CURLOPT_POSTFIELDS => http_build_query(['ID' => 1, 'n' => "$number-$count"])]);
    $answer = json_decode(curl_exec($curl), true);
    if (!isset($answer['result'])) { $errors[] = $answer['error'] ?? curl_error($curl); }
}
echo json_encode($errors);
"""

# What CRest 1.36 does with tokens, in few lines: call, on expired_token renew at the token server, store, call again.
TOKENS = r"""
[, $base, $file] = $argv;
function send($url, $fields) {
    $curl = curl_init($url);
    curl_setopt_array($curl, [CURLOPT_RETURNTRANSFER => true, CURLOPT_POST => true, CURLOPT_POSTFIELDS => http_build_query($fields)]);
    return json_decode(curl_exec($curl), true);
}
$tokens = json_decode(file_get_contents($file), true);
$first = send("{$tokens['client_endpoint']}profile.json", ['auth' => $tokens['access_token']]);
$renewed = send("$base/oauth/token/", ['client_id' => 'id', 'client_secret' => 'secret',
    'grant_type' => 'refresh_token', 'refresh_token' => $tokens['refresh_token']]);
file_put_contents($file, json_encode(array_merge($tokens, $renewed)));
$second = send("{$renewed['client_endpoint']}profile.json", ['auth' => $renewed['access_token']]);
echo json_encode([$first['error'], $second['result']['NAME'], $renewed['client_endpoint']]);
"""


@pytest.fixture
def portal() -> Iterator[Portal]:
    """A portal without limits."""
    with behind_socket(Portal(USERS, webhook_code="realcode")) as portal:
        yield portal


@pytest.mark.php
def test_eight_processes_use_the_allowance_and_no_more(tmp_path: Path) -> None:
    """Nobody is refused, the portal refuses nothing, and at least nine tenths of its allowance are used."""
    with behind_socket(Portal(USERS, webhook_code="realcode", limits="standard")) as portal:
        config = settings(tmp_path / "gateway.toml")
        with process(config, env={"B24_WEBHOOK": portal.webhook_url}) as (line, _):
            command = ["php", "-r", HAMMER.replace("KEY", KEY), "--", line["base_url"]]
            running = [
                subprocess.Popen(
                    [*command, str(number), str(CALLS)],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    text=True,
                )
                for number in range(PROCESSES)
            ]
            assert {"ready\n"} == {one.stdout.readline() for one in running if one.stdout}
            for one in running:
                assert one.stdin is not None
                one.stdin.write("go\n")
                one.stdin.flush()
            errors = [json.loads(one.communicate(timeout=60)[0]) for one in running]
        asked = [(entry.at, entry.status) for entry in portal.requests]

    lasted = asked[-1][0] - asked[0][0]
    assert [[]] * PROCESSES == errors
    assert [200] * (PROCESSES * CALLS) == [status for _, status in asked]
    assert len(asked) >= 0.9 * (50 + 2 * lasted)


def _stored(base: str, folder: Path) -> Path:
    """Write CRest's file as it is on the day of the change: tokens of the portal, a key, the new address."""
    file = folder / "settings.json"
    stored = {
        "access_token": "of-the-portal",
        "expires_in": "3600",
        "application_token": "of-the-application",
        "refresh_token": KEY,
        "domain": base.partition("://")[2],
        "client_endpoint": f"{base}/rest/",
    }
    file.write_text(json.dumps(stored), encoding="utf-8")
    return file


@pytest.mark.php
def test_php_renews_its_tokens_at_the_gateway(portal: Portal, tmp_path: Path) -> None:
    """The old token is said to be expired, the key buys a new one, and the call goes through."""
    config = settings(tmp_path / "gateway.toml")
    with process(config, env={"B24_WEBHOOK": portal.webhook_url}) as (line, _):
        base = line["base_url"]
        file = _stored(base, tmp_path)

        done = subprocess.run(
            ["php", "-r", TOKENS, "--", base, str(file)], capture_output=True, text=True, check=True
        )

    assert ["expired_token", "Иван", f"{base}/rest/"] == json.loads(done.stdout)
    assert KEY == json.loads(file.read_text(encoding="utf-8"))["refresh_token"]


def test_crest_renews_its_tokens_at_the_gateway(portal: Portal, tmp_path: Path) -> None:
    """The facade, which does what crest.php does, with its token server at the gateway's address."""

    class Module(CRest):
        """One module's CRest."""

    config = settings(tmp_path / "gateway.toml")
    with process(config, env={"B24_WEBHOOK": portal.webhook_url}) as (line, _):
        base = line["base_url"]
        file = _stored(base, tmp_path)
        Module.configure(
            settings_dir=tmp_path,
            oauth_url=f"{base}/oauth/token/",
            C_REST_CLIENT_ID="id",
            C_REST_CLIENT_SECRET="secret",
            C_REST_BLOCK_LOG=True,
        )

        profile: Any = Module.call("profile")
        batch: Any = Module.call_batch({"me": {"method": "profile"}, "none": {"method": "no.such"}})

    stored = json.loads(file.read_text(encoding="utf-8"))
    assert "Иван" == profile["result"]["NAME"]
    assert "1" == batch["result"]["result"]["me"]["ID"]
    assert "ERROR_METHOD_NOT_FOUND" == batch["result"]["result_error"]["none"]["error"]
    assert (KEY, f"{base}/rest/") == (stored["refresh_token"], stored["client_endpoint"])
    assert [] == [entry.method for entry in portal.requests if entry.method.startswith("oauth")]


def test_crest_over_a_webhook_needs_the_address_only(portal: Portal, tmp_path: Path) -> None:
    """C_REST_WEB_HOOK_URL names the gateway and the caller's key; answers are the portal's."""

    class Direct(CRest):
        """Straight to the portal."""

    class Through(CRest):
        """Through the gateway."""

    config = settings(tmp_path / "gateway.toml")
    with process(config, env={"B24_WEBHOOK": portal.webhook_url}) as (line, _):
        Direct.configure(C_REST_WEB_HOOK_URL=portal.webhook_url, C_REST_BLOCK_LOG=True)
        Through.configure(C_REST_WEB_HOOK_URL=f"{line['base_url']}/rest/1/{KEY}/", C_REST_BLOCK_LOG=True)

        calls = [("user.get", {"ID": 1}), ("no.such.method", {}), ("crm.item.list", {})]
        direct = [_plain(Direct.call(method, params)) for method, params in calls]
        through = [_plain(Through.call(method, params)) for method, params in calls]

    assert direct == through
    assert "Иван" == direct[0]["result"][0]["NAME"]


def _plain(answer: Any) -> Any:
    return {name: value for name, value in answer.items() if name != "time"}
