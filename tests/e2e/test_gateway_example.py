"""The PHP example behind the gateway, run by PHP."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from b24bridge.sandbox.portal import Portal
from tests.e2e.gateway_kit import KEY, behind_socket, process, settings

pytestmark = [pytest.mark.slow, pytest.mark.php]

EXAMPLE = Path(__file__).parents[2] / "examples/gateway_php"
STAND_IN = Path(__file__).with_name("crest_like.php")


@pytest.fixture
def portal() -> Iterator[Portal]:
    """A portal with two items."""
    data = {
        "users": [{"ID": "1", "NAME": "Иван", "UF_DEPARTMENT": [1]}],
        "types": [{"entityTypeId": 140}],
        "items_140": [{"id": 1, "title": "Первая"}, {"id": 2, "title": "<Вторая>"}],
    }
    with behind_socket(Portal(data, webhook_code="realcode")) as portal:
        yield portal


def test_the_page_shows_what_the_portal_has(portal: Portal, tmp_path: Path) -> None:
    """With crest.php of the original where CREST_PHP names it, else with a stand-in of the same functions."""
    page = tmp_path / "page"
    shutil.copytree(EXAMPLE, page)
    shutil.copy(os.environ.get("CREST_PHP", STAND_IN), page / "crest.php")
    config = settings(tmp_path / "gateway.toml")

    with process(config, env={"B24_WEBHOOK": portal.webhook_url}) as (line, _):
        done = subprocess.run(
            ["php", str(page / "items.php")],
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, "GATEWAY_HOOK": f"{line['base_url']}/rest/1/{KEY}/"},
        )
        metrics = httpx.get(f"{line['base_url']}/metrics", timeout=120).text

    assert "<h1>Иван</h1>" in done.stdout
    assert "<li>1: Первая</li>" in done.stdout
    assert "<li>2: &lt;Вторая&gt;</li>" in done.stdout
    assert 'requests_total{caller="app",status="200"} 1' in metrics
