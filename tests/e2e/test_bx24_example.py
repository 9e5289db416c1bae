"""The example page in Chromium, standalone and inside the sandbox's frame page."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

if os.environ.get("CI") != "true":  # there its absence is a failure: the import below
    pytest.importorskip(
        "playwright.sync_api", reason="playwright is not installed; scripts/setup installs it"
    )

from playwright.sync_api import Browser, Page

from b24bridge.gateway.config import build
from b24bridge.sandbox.asgi import Server
from b24bridge.sandbox.portal import Portal
from tests.e2e.bx24_browser import ScriptedPortal, chromium, scripted_portal
from tests.e2e.gateway_kit import KEY, in_thread

pytestmark = [pytest.mark.chromium, pytest.mark.slow]

EXAMPLE = Path(__file__).parents[2] / "examples/bx24_page"
DATA = {
    "users": [{"ID": "1", "NAME": "Иван", "LAST_NAME": "Петров", "ACTIVE": True, "ADMIN": True}],
    "types": [{"entityTypeId": 140, "title": "Заявки"}],
    "items_140": [{"id": number, "title": f"Заявка {number}"} for number in range(1, 61)],
}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One Chromium for the module."""
    with chromium() as started:
        yield started


@pytest.fixture
def sandbox() -> Iterator[Portal]:
    """A sandbox portal with 60 items behind a loopback socket."""
    portal = Portal(DATA, webhook_code="code")
    server = Server(portal)
    thread = threading.Thread(target=server.run)
    thread.start()
    yield portal
    server.should_exit = True
    thread.join()
    portal.close()


@pytest.fixture
def site(sandbox: Portal) -> Iterator[ScriptedPortal]:
    """A web server with the example's files, set to the sandbox."""
    with scripted_portal() as started:
        for file in EXAMPLE.iterdir():
            kind = {".html": "text/html", ".js": "text/javascript"}.get(file.suffix, "text/plain")
            started.pages[f"/{file.name}"] = (f"{kind}; charset=utf-8", file.read_bytes())
        config = f"window.B24BRIDGE = {{script: '/bx24.js', endpoint: '{sandbox.webhook_url}'}};"
        started.pages["/config.js"] = ("text/javascript", config.encode())
        yield started


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page of its own context."""
    context = browser.new_context()
    yield context.new_page()
    context.close()


def test_the_page_runs_standalone(page: Page, sandbox: Portal, site: ScriptedPortal) -> None:
    """Script, user and all 60 items come from a gateway; only the gateway knows the portal's code."""
    given = {
        "upstream": {"webhook": sandbox.webhook_url},
        "limits": "none",
        "origins": [f"http://{site.base}"],
        "caller": [
            {"name": "page", "key": KEY, "allow": ["batch", "*.get", "crm.item.list", "profile", "user.*"]}
        ],
    }
    with in_thread(build(given)) as gateway:
        config = f"window.B24BRIDGE = {{script: '{gateway}/api/v1/', endpoint: '{gateway}/rest/1/{KEY}'}};"
        site.pages["/config.js"] = ("text/javascript", config.encode())
        page.goto(f"http://{site.base}/index.html")
        page.wait_for_selector("[data-ready=yes]", state="attached")

        assert "Петров Иван" == page.inner_text("#user")
        assert 60 == page.locator("li").count()
        metrics = httpx.get(f"{gateway}/metrics", timeout=120).text

    assert 'requests_total{caller="page",status="200"} 4' in metrics
    assert ["batch", "user.current", "crm.item.list", "crm.item.list"] == [
        entry.method for entry in sandbox.requests
    ]


def test_the_page_runs_in_a_frame(page: Page, sandbox: Portal, site: ScriptedPortal) -> None:
    """The same files get their session from the portal's window."""
    page.goto(f"{sandbox.base_url}/_sandbox/frame?app=http://{site.base}/index.html")
    frame = page.frame_locator("iframe")
    frame.locator("[data-ready=yes]").wait_for(state="attached")

    assert "Петров Иван" == frame.locator("#user").inner_text()
    assert 60 == frame.locator("li").count()
    assert ["getInitData"] == page.evaluate("sandboxFrame.log.map(entry => entry.command)")


def test_the_page_says_what_failed(page: Page, sandbox: Portal, site: ScriptedPortal) -> None:
    """A portal in trouble is an error on the page, not silence."""
    site.pages["/config.js"] = (
        "text/javascript",
        b"window.B24BRIDGE = {script: '/bx24.js', endpoint: '/rest/1/key', init: {IS_ADMIN: true}};",
    )
    site.replies = [
        {"status": 503, "json": {"error": "QUERY_LIMIT_EXCEEDED", "error_description": "Too many requests"}}
    ]

    page.goto(f"http://{site.base}/index.html")
    page.wait_for_selector("[data-ready=failed]", state="attached")

    assert "QUERY_LIMIT_EXCEEDED: Too many requests (503)" == page.inner_text("#error")
