"""The pytest fixtures that users of the sandbox get."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

import pytest

CLIENTS = "b24bridge.contract.pytest_clients"
# Plugins of this project's own tests: others need not have them, and they take longer to load than ours.
OTHERS = ("schemathesis", "hypothesispytest", "xdist", "xdist.looponfail")
TESTS = """
import json
import urllib.request

import pytest


def test_a_portal_is_empty(portal, b24):
    assert [] == list(b24.crm.deals.list())


@pytest.mark.portal_data("small")
def test_a_size_fills_it(b24):
    assert 120 == len(list(b24.crm.items(140).list()))


@pytest.mark.portal_data({"items_2": [{"id": 7, "title": "seven"}]})
def test_a_data_set_fills_it(b24):
    assert "seven" == b24.crm.deals.get(7).title


@pytest.mark.anyio
@pytest.mark.portal_data({"items_2": [{"id": 7, "title": "seven"}]})
async def test_the_async_client(async_b24):
    assert "seven" == (await async_b24.crm.deals.get(7)).title


@pytest.mark.portal_data({"items_2": [{"id": 7, "title": "seven"}]})
def test_a_served_portal_has_an_address(served_portal):
    with urllib.request.urlopen(f"{served_portal.webhook_url}crm.deal.get?id=7", timeout=120) as answer:
        assert "seven" == json.load(answer)["result"]["TITLE"]


class TestOverridden:
    @pytest.fixture
    def portal_data(self):
        return {"items_2": [{"id": 1, "title": "mine"}]}

    def test_a_fixture_of_the_class_decides(self, b24):
        assert ["mine"] == [deal.title for deal in b24.crm.deals.list(select=["TITLE"])]


@pytest.fixture
def anyio_backend():
    return "asyncio"
"""


def _pytest(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    registered = {point.value for point in entry_points(group="pytest11")}
    plugin = [] if CLIENTS in registered else ["-p", CLIENTS]
    without = [word for name in ("cacheprovider", *OTHERS) for word in ("-p", f"no:{name}")]
    command = [sys.executable, "-m", "pytest", "-q", *without, "-W", "error", *plugin]
    return subprocess.run(
        [*command, "--strict-markers", "--rootdir", str(folder), *options],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.slow
def test_fixtures_work_in_somebody_elses_project(tmp_path: Path) -> None:
    """An empty portal, a filled one by marker or fixture, both clients, an address: no set-up needed."""
    (tmp_path / "test_mine.py").write_text(TESTS, encoding="utf-8")

    done = _pytest(tmp_path, "test_mine.py")

    assert 0 == done.returncode, done.stdout + done.stderr
    assert "6 passed" in done.stdout


@pytest.mark.slow
def test_plugins_load_nothing_heavy(tmp_path: Path) -> None:
    """A run that does not use the fixtures pays for neither portal nor client."""
    heavy = ("httpx", "pydantic", "starlette", "uvicorn", "b24bridge.sandbox.portal", "b24bridge.modern")
    (tmp_path / "test_mine.py").write_text(
        f"import sys\n\n\ndef test_it():\n    assert [] == [name for name in {heavy!r} if name in sys.modules]\n",
        encoding="utf-8",
    )

    done = _pytest(tmp_path, "test_mine.py")

    assert 0 == done.returncode, done.stdout


def test_the_portal_fixture_is_empty(portal: object) -> None:
    """In this project's own tests too."""
    assert "Portal(https://portal.test)" == repr(portal)
