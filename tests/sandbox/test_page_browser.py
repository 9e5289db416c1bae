"""The web page of the sandbox in headless Chromium."""

from __future__ import annotations

import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from urllib.parse import quote

import pytest

pytest.importorskip("playwright.sync_api", reason="playwright is not installed; scripts/setup installs it")

from handlers import handler
from playwright.sync_api import Browser, Page, expect

from b24bridge.sandbox import Portal
from b24bridge.sandbox.asgi import Server
from tests.e2e.bx24_browser import chromium

pytestmark = [pytest.mark.chromium, pytest.mark.slow]

PATIENCE_MS = 20_000
SCRIPT = "<img src=x onerror=document.title='caught'>"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One Chromium for the module."""
    with chromium() as started:
        yield started


@pytest.fixture
def portal() -> Iterator[Portal]:
    """A portal behind a socket."""
    ready = threading.Event()
    with Portal({"items_2": [{"id": 1, "title": "x"}]}, webhook_code="code") as made:
        made.clock.freeze("2026-02-03T04:05:06+00:00")
        server = Server(made, when_ready=ready.set)
        thread = threading.Thread(target=server.run)
        thread.start()
        assert ready.wait(120)
        yield made
        server.should_exit = True
        thread.join()


@pytest.fixture
def page(browser: Browser, portal: Portal) -> Iterator[Page]:
    """The page, opened; whatever its scripts complain about fails the test."""
    context = browser.new_context()
    opened = context.new_page()
    opened.set_default_timeout(PATIENCE_MS)
    expect.set_options(timeout=PATIENCE_MS)
    complaints: list[str] = []
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.goto(f"{portal.base_url}/_sandbox/")
    yield opened
    context.close()
    assert [] == complaints


def _status(portal: Portal, path: str) -> int:
    try:
        with urllib.request.urlopen(portal.webhook_url + path, timeout=120) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code


def test_it_shows_the_portals_time_and_records(page: Page) -> None:
    """Time in the portal's zone; kinds that have no records are left out."""
    expect(page.locator("#now")).to_have_text("2026-02-03 07:05:06 +03:00")
    expect(page.locator("#frozen")).to_be_visible()
    expect(page.locator("#records tr", has_text="items_2")).to_have_text("items_21")
    expect(page.locator("#records tr", has_text="tasks")).to_have_count(0)


def test_the_clock_is_moved_by_its_buttons(page: Page, portal: Portal) -> None:
    """A day forward, to a moment, and running on."""
    page.get_by_role("button", name="+ 1 day").click()
    expect(page.locator("#now")).to_have_text("2026-02-04 07:05:06 +03:00")

    page.get_by_label("Go to").fill("2030-01-01T00:00:00+03:00")
    page.get_by_role("button", name="Set", exact=True).click()
    expect(page.locator("#now")).to_have_text("2030-01-01 00:00:00 +03:00")

    page.locator("[data-clock*=run]").click()
    expect(page.locator("#frozen")).to_be_hidden()

    assert not portal.clock.is_frozen


def test_a_wrong_moment_is_explained(page: Page) -> None:
    """What the admin interface answers is shown, and goes away with the next success."""
    page.get_by_label("Go to").fill("2030-01-01T00:00:00")
    page.get_by_role("button", name="Set", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("has no offset")

    page.get_by_role("button", name="+ 1 day").click()
    expect(page.get_by_role("alert")).to_be_hidden()


def test_requests_appear_by_themselves_and_can_be_searched(page: Page, portal: Portal) -> None:
    """Newest first; refused ones can be picked out; what a request holds is shown as text."""
    _status(portal, f"crm.deal.get?id=1&x={quote(SCRIPT)}")
    _status(portal, "user.gett")
    expect(page.locator("#requests tr")).to_have_count(2)

    first = page.locator("#requests tr").first
    expect(first).to_contain_text("ERROR_METHOD_NOT_FOUND")
    expect(first).to_contain_text("user.get")
    page.locator("#requests details summary").click()
    expect(page.locator("#requests pre")).to_contain_text("onerror")
    assert "Sandbox portal" == page.title()

    page.get_by_label("refused ones").check()
    expect(page.locator("#requests tr")).to_have_count(1)
    page.get_by_label("refused ones").uncheck()
    page.get_by_label("Show only").fill("DEAL")
    expect(page.locator("#requests tr")).to_have_count(1)
    page.get_by_label("Show only").fill("")
    page.locator("#clear-requests").click()
    expect(page.locator("#no-requests")).to_be_visible()


def test_a_fault_is_added_strikes_and_is_removed(page: Page, portal: Portal) -> None:
    """Chosen by name, for one method and one call."""
    page.get_by_label("What happens").select_option("rate_limit")
    page.get_by_label("to method").fill("profile")
    page.get_by_label("which call").fill("2")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.locator("#faults tr")).to_contain_text("503 QUERY_LIMIT_EXCEEDED")

    assert [200, 503, 200] == [_status(portal, "profile") for _ in range(3)]

    expect(page.locator("#faults tr td").nth(3)).to_have_text("3")
    expect(page.locator("#faults tr td").nth(4)).to_have_text("1")
    page.get_by_role("button", name="Remove all").click()
    expect(page.locator("#no-faults")).to_be_visible()
    assert 200 == _status(portal, "profile")


def test_limits_tokens_and_overload_are_switched(page: Page, portal: Portal) -> None:
    """The portal does what the page says."""
    token = portal.tokens()["access"]
    page.get_by_label("Tariff").select_option("enterprise")
    page.get_by_role("button", name="Apply").click()
    expect(page.locator("#limits")).to_contain_text("250 at once, then 5 a second")

    page.get_by_role("button", name="Block all calls as overloaded").click()
    expect(page.get_by_role("button", name="End the overload")).to_be_visible()
    assert 401 == _status(portal, "profile")
    page.get_by_role("button", name="End the overload").click()
    expect(page.get_by_role("button", name="Block all calls as overloaded")).to_be_visible()

    with page.expect_response("**/_sandbox/api/oauth"):
        page.get_by_role("button", name="Let all access tokens expire").click()
    assert 401 == portal.answer("GET", f"{portal.endpoint}profile?auth={token}").status


def test_an_application_is_installed_from_the_page(page: Page, portal: Portal) -> None:
    """The message goes out, and what became of it is shown."""
    with handler() as app:
        page.get_by_label("Address of the application").fill(app.url)
        page.get_by_role("button", name="Install").click()

        assert "ONAPPINSTALL" == app.next().form["event"]

        expect(page.locator("#sent tr")).to_contain_text("ONAPPINSTALL")
        expect(page.locator("#sent tr .good")).to_have_text("200")


def test_emptying_asks_first(page: Page, portal: Portal) -> None:
    """Only after a yes the records are gone."""
    page.once("dialog", lambda dialog: dialog.dismiss())
    page.get_by_role("button", name="Empty the portal").click()
    before = portal.counts()["items_2"]

    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Empty the portal").click()
    expect(page.locator("#records tr", has_text="items_2")).to_have_count(0)

    assert (1, 0) == (before, portal.counts()["items_2"])


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_texts_can_be_read_in_both_schemes(browser: Browser, portal: Portal, scheme: str) -> None:
    """Text and its ground differ by at least 4.5 to 1 (WCAG 2.2, contrast), and nothing is cut off on a phone."""
    context = browser.new_context(color_scheme=scheme, viewport={"width": 390, "height": 800})
    page = context.new_page()
    page.goto(f"{portal.base_url}/_sandbox/")
    page.wait_for_selector("#records tr")

    worst, width = page.evaluate(
        """() => {
          const light = text => {
            const parts = text.match(/[\\d.]+/g).slice(0, 3).map(part => part / 255)
              .map(part => part <= .04045 ? part / 12.92 : ((part + .055) / 1.055) ** 2.4);
            return .2126 * parts[0] + .7152 * parts[1] + .0722 * parts[2];
          };
          const ratios = ['h1', 'header code', 'h2', 'label', 'td', 'th', 'dt', '.danger', '.badge', '.quiet'].map(name => {
            const element = document.querySelector(name);
            const card = element.closest('section') ?? document.body;
            const [a, b] = [light(getComputedStyle(element).color), light(getComputedStyle(card).backgroundColor)];
            return (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
          });
          return [Math.min(...ratios), document.documentElement.scrollWidth];
        }"""
    )
    context.close()

    assert worst >= 4.5
    assert 390 == width


def test_its_files_are_closed_to_scripts_from_elsewhere(portal: Portal) -> None:
    """A policy forbids everything but the page's own files."""
    for path in ("/_sandbox/", "/_sandbox/page.js", "/_sandbox/page.css"):
        reply = portal.answer("GET", f"{portal.base_url}{path}")

        assert 200 == reply.status
        assert "default-src 'self'" in (reply.header("content-security-policy") or "")
