"""The vendor's ``@bitrix24/b24jssdk`` from npm, unmodified, with the gateway as its portal."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from b24bridge.sandbox.portal import Portal
from tests.e2e.gateway_kit import KEY, behind_socket, process, settings
from tests.e2e.npm_packages import jssdk

pytestmark = [pytest.mark.slow, pytest.mark.node]

CALLS = Path(__file__).with_name("jssdk_calls.mjs")
SAME_FOR_BOTH = {
    "user": "Иван",
    "page": 120,
    "batch": ["1", False, "Заявка 7"],
    "all": 120,
    "pages": [50, 50, 20],
    "refused": True,
}


@pytest.fixture(scope="module")
def portal() -> Iterator[Portal]:
    """A portal with 120 items and a task."""
    data = {
        "users": [{"ID": "1", "NAME": "Иван", "UF_DEPARTMENT": [1]}],
        "types": [{"entityTypeId": 140}],
        "items_140": [{"id": n, "title": f"Заявка {n}"} for n in range(1, 121)],
        "tasks": [{"ID": "1", "TITLE": "Задача", "RESPONSIBLE_ID": "1", "CREATED_BY": "1"}],
    }
    with behind_socket(Portal(data, webhook_code="realcode")) as portal:
        yield portal


@pytest.fixture(scope="module")
def outcome(portal: Portal, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What all calls through a gateway with HTTPS and limits gave."""
    client = jssdk() / "dist/esm/index.mjs"
    config = settings(tmp_path_factory.mktemp("gateway") / "gateway.toml")
    with process(config, "--self-signed", env={"B24_WEBHOOK": portal.webhook_url}) as (line, _):
        done = subprocess.run(
            ["node", str(CALLS), client.as_uri(), line["base_url"], KEY],
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "NODE_EXTRA_CA_CERTS": line["certificate"]},
        )
    assert done.stdout, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("way", ["webhook", "oauth"])
def test_calls_batches_and_lists_work(way: str, outcome: dict[str, Any]) -> None:
    """call, batch with an error in it, callList, fetchList page by page, a refused method."""
    assert outcome[way] == SAME_FOR_BOTH


def test_the_client_renews_its_token_at_the_gateway(outcome: dict[str, Any], portal: Portal) -> None:
    """Once when it knows that the token is old, once when the gateway tells it; the portal renews nothing."""
    assert (1, 1, "Иван") == (outcome["renewed"], outcome["told"], outcome["late"])
    assert [] == [entry.method for entry in portal.requests if entry.method.startswith("oauth")]


def test_a_wrong_key_is_an_error_of_the_client(outcome: dict[str, Any]) -> None:
    """The refresh is refused in the token server's words, and the call fails."""
    assert outcome["failed"] is True


def test_rest_3_goes_through(outcome: dict[str, Any]) -> None:
    """The address of REST 3.0 under the same webhook."""
    assert {"item": {"id": 1, "title": "Задача"}} == outcome["three"]
