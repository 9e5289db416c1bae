"""bx24.js in headless Chromium: every recorded vector, and what it adds outside a portal."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

if os.environ.get("CI") != "true":  # there its absence is a failure: the import below
    pytest.importorskip(
        "playwright.sync_api", reason="playwright is not installed; scripts/setup installs it"
    )

from playwright.sync_api import Browser, Page

from tests.e2e.bx24_browser import (
    ScriptedPortal,
    advance_until,
    app_frame,
    chromium,
    new_page,
    scripted_portal,
)

pytestmark = [pytest.mark.chromium, pytest.mark.slow]

VECTORS = Path(__file__).parents[1] / "vectors/bx24"
CASES = [
    case
    for name in ("encoding", "results", "errors", "batch", "frame")
    for case in json.loads((VECTORS / f"{name}.json").read_text())
]
# More of the original's rules in the same form, also recorded from a copy of it.
RULES = json.loads(Path(__file__).with_name("bx24_rules.json").read_text())
INIT = {
    "LANG": "ru",
    "PROTOCOL": 0,
    "PATH": "/rest",
    "AUTH_ID": "token1",
    "REFRESH_ID": "refresh1",
    "AUTH_EXPIRES": 3600,
    "MEMBER_ID": "member1",
    "IS_ADMIN": True,
    "APP_OPTIONS": {"theme": "light"},
    "USER_OPTIONS": {"color": "blue"},
    "PLACEMENT": "DEFAULT",
    "INSTALL": False,
    "FIRST_RUN": False,
}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One Chromium for the module."""
    with chromium() as started:
        yield started


@pytest.fixture
def portal() -> Iterator[ScriptedPortal]:
    """A scripted portal of this test."""
    with scripted_portal() as started:
        yield started


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page with a stopped clock."""
    with new_page(browser) as opened:
        yield opened


def _key(entry: dict[str, Any]) -> str:
    return json.dumps(entry, sort_keys=True)


def _named(value: Any, host: str) -> Any:
    return json.loads(json.dumps(value).replace(host, "PORTAL"))


@pytest.mark.parametrize("case", CASES + RULES, ids=[case["id"] for case in CASES + RULES])
def test_bx24_js_does_what_the_original_was_recorded_doing(
    case: dict[str, Any], portal: ScriptedPortal, page: Page
) -> None:
    """Requests, callbacks, return values, exceptions and messages equal the recording."""
    portal.replies = case["replies"]
    expected = case["expect"]
    portal.unordered = [wire["path"] for wire in expected["wire"]] if case.get("unordered") else []
    page.goto(f"http://{portal.base}/parent.html")
    page.evaluate(
        "([data, hold]) => open_app(data, hold)",
        [INIT | {"DOMAIN": portal.base} | case.get("init", {}), bool(case.get("before_init"))],
    )
    frame = app_frame(page)
    installs = any(step["do"] == "install" for step in case["steps"])

    if not installs:
        frame.evaluate("begin()")
    if case.get("before_init"):
        frame.evaluate("steps => play(steps)", case["steps"])
        advance_until(page, lambda: page.evaluate("held !== null"), "getInitData")
        page.evaluate("held()")
    else:
        advance_until(page, lambda: frame.evaluate("log.length > 0"), "init")
        frame.evaluate("steps => play(steps)", case["steps"])
    if case.get("timing"):
        page.clock.run_for(780)
        advance_until(
            page,
            lambda: len(portal.wires) >= expected["timing"]["within_800_ms"],
            "the first burst",
            step_ms=0,
        )
        within = len(portal.wires)
        advance_until(page, lambda: len(portal.wires) >= expected["timing"]["requests"], "all requests")
        assert expected["timing"] == {"requests": len(portal.wires), "within_800_ms": within}
        return
    advance_until(
        page,
        lambda: (
            len(portal.wires) >= len(expected["wire"])
            and frame.evaluate("log.length") >= len(expected["log"])
            and page.evaluate("messages.length") >= len(expected["parent"])
        ),
        "everything that was recorded",
    )
    page.clock.run_for(5000)

    wires = [wire.record() for wire in portal.wires]
    log = frame.evaluate("log")
    recorded = [{key: value for key, value in wire.items() if key != "fields"} for wire in expected["wire"]]
    if case.get("unordered"):
        wires.sort(key=_key)
        recorded.sort(key=_key)
        log.sort(key=_key)
        expected["log"].sort(key=_key)
    assert recorded == _named(wires, portal.base)
    assert expected["log"] == _named(log, portal.base)
    assert expected["parent"] == page.evaluate("messages")
