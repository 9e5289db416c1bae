"""bx24.js outside a portal, beside the original, and its promise forms."""

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

from tests.e2e.bx24_browser import ScriptedPortal, advance_until, chromium, new_page, scripted_portal

pytestmark = [pytest.mark.chromium, pytest.mark.slow]

MESSAGES = json.loads((Path(__file__).parents[1] / "vectors/portal/bx24_wire.json").read_text())["messages"]
START = {
    "json": {
        "result": {
            "result": {"me": {"ID": "1", "ADMIN": True}, "user": {"color": "blue"}, "app": []},
            "result_error": [],
            "result_total": [],
            "result_next": [],
        }
    }
}
OUTCOME = """expression => {
  window.outcome = null;
  eval(expression).then(
    value => { window.outcome = {value: encode(value && value.data ? value.data() : value)}; },
    error => { window.outcome = {code: error.code, status: error.status, text: error.message}; });
}"""


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


def _outside(page: Page, portal: ScriptedPortal, *replies: dict[str, Any]) -> None:
    portal.replies = [START, *replies]
    page.goto(f"http://localhost:{portal.base.partition(':')[2]}/outside.html")
    page.evaluate("begin()")
    advance_until(page, lambda: page.evaluate("log.length") > 0, "init")


def _outcome(page: Page, expression: str) -> Any:
    page.evaluate(OUTCOME, expression)
    advance_until(page, lambda: page.evaluate("window.outcome !== null"), expression)
    return page.evaluate("window.outcome")


def test_outside_a_portal_calls_go_to_the_gateway(portal: ScriptedPortal, page: Page) -> None:
    """The endpoint of the script tag is used, without a token and without a preflight."""
    _outside(page, portal, {"json": {"result": [1], "next": 50, "total": 60}}, {"json": {"result": [2]}})

    page.evaluate(
        "play([{do: 'callMethod', method: 'user.get', params: {filter: {ACTIVE: true}}, follow: 'next_all'}])"
    )
    advance_until(page, lambda: page.evaluate("log.length") > 2, "two pages")

    assert [
        ("POST", "/rest/1/key/batch.json"),
        ("POST", "/rest/1/key/user.get.json"),
        ("POST", "/rest/1/key/user.get.json"),
    ] == [(wire.verb, wire.path) for wire in portal.wires]
    assert ["&filter[ACTIVE]=true", "start=50&&filter[ACTIVE]=true"] == [
        wire.body for wire in portal.wires[1:]
    ]
    assert [[1], [2]] == [entry["result"]["data"] for entry in page.evaluate("log")[1:]]


def test_outside_a_portal_the_session_is_asked_for_once(portal: ScriptedPortal, page: Page) -> None:
    """Rights and options come from one batch; domain is the gateway's host."""
    _outside(page, portal)

    state = page.evaluate(
        "[BX24.isAdmin(), BX24.getDomain(), BX24.userOption.get('color'), BX24.appOption.get('x') === undefined]"
    )

    assert [True, portal.base, "blue", True] == state
    assert 1 == len(portal.wires)


def test_outside_a_portal_dialogs_warn_and_do_nothing(portal: ScriptedPortal, page: Page) -> None:
    """The warning names the command and says that a frame is needed."""
    warnings: list[str] = []
    page.on("console", lambda message: warnings.append(message.text))
    _outside(page, portal)

    page.evaluate("BX24.selectUser(function () { throw 'never'; })")
    page.evaluate("BX24.setTitle('Заголовок')")

    ours = [text for text in warnings if text.startswith("bx24.js")]
    assert ["bx24.js: selectUser needs the frame of a portal; outside it nothing happens."] == ours
    assert "Заголовок" == page.title()


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        ({"json": {"result": {"ID": "1"}}}, {"value": {"ID": "1"}}),
        (
            {"status": 400, "json": {"error": "NOT_FOUND", "error_description": "нет"}},
            {"code": "NOT_FOUND", "status": 400, "text": "NOT_FOUND: нет (400)"},
        ),
        (
            {
                "status": 503,
                "json": {"error": "QUERY_LIMIT_EXCEEDED", "error_description": "Too many requests"},
            },
            {
                "code": "QUERY_LIMIT_EXCEEDED",
                "status": 503,
                "text": "QUERY_LIMIT_EXCEEDED: Too many requests (503)",
            },
        ),
        (
            {"status": 502, "text": "<html>"},
            {
                "code": "ERROR_UNEXPECTED_ANSWER",
                "status": 502,
                "text": "ERROR_UNEXPECTED_ANSWER: The portal answered without JSON. (502)",
            },
        ),
        (
            {"cut": True},
            {"code": "ERROR_NETWORK", "status": 0, "text": "ERROR_NETWORK: The portal was not reached. (0)"},
        ),
        (
            {"status": 400, "json": {"error": {"code": "X", "message": "Y"}}},
            {"code": "X", "status": 400, "text": "X: Y (400)"},
        ),
    ],
    ids=["answer", "refusal", "limit", "html", "cut", "rest 3"],
)
def test_a_promise_settles_whatever_the_portal_does(
    reply: dict[str, Any], expected: dict[str, Any], portal: ScriptedPortal, page: Page
) -> None:
    """Where the callback forms stay silent, the promise is rejected with code, status and text."""
    _outside(page, portal, reply)

    assert expected == _outcome(page, "BX24.promise.callMethod('m', {})")


def test_a_promise_gives_up_after_its_time_limit(portal: ScriptedPortal, page: Page) -> None:
    """An answer that does not come in time rejects; the limit is in milliseconds."""
    page.route("**/rest/1/key/slow.json", lambda route: None)
    _outside(page, portal)

    got = _outcome(page, "BX24.promise.callMethod('slow', {}, {timeout: 500})")

    assert {"code": "TIMED_OUT", "status": 0, "text": "TIMED_OUT: slow took longer than 500 ms. (0)"} == got


def test_promise_pages_are_collected(portal: ScriptedPortal, page: Page) -> None:
    """callAll follows next to the end and sends start, which the callback form cannot."""
    _outside(
        page, portal, {"json": {"result": {"items": [1, 2]}, "next": 2}}, {"json": {"result": {"items": [3]}}}
    )

    got = _outcome(page, "BX24.promise.callAll('crm.item.list', {entityTypeId: 2, start: 0})")

    assert {"value": [1, 2, 3]} == got
    assert ["entityTypeId=2&start=0", "start=2&entityTypeId=2&start=0"] == [
        wire.body for wire in portal.wires[1:]
    ]


def test_a_promised_batch_tells_which_commands_did_not_run(portal: ScriptedPortal, page: Page) -> None:
    """After a halt the callback form has no key; the promise form has an error there."""
    halted = {
        "result": [],
        "result_error": {"a": {"error": "X", "error_description": "bad"}},
        "result_total": [],
        "result_next": [],
    }
    _outside(page, portal, {"json": {"result": halted}})

    got = _outcome(
        page,
        "BX24.promise.callBatch({a: ['x'], b: ['y']}, {halt: true}).then(r => [String(r.a.error()), String(r.b.error())])",
    )

    assert {"value": ["X: bad (200)", "NOT_RUN: A command before this one failed. (200)"]} == got


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("BX24.promise.callBatch([])", {"value": []}),
        (
            "BX24.promise.callBatch({a: ['profile']})",
            {"code": "NO_AUTH_FOUND", "status": 401, "text": "NO_AUTH_FOUND (401)"},
        ),
        ("BX24.promise.init()", {"value": {"$undefined": 1}}),
    ],
)
def test_promise_forms_settle_where_the_originals_do_not(
    expression: str, expected: dict[str, Any], portal: ScriptedPortal, page: Page
) -> None:
    """An empty batch resolves, a refused one rejects."""
    _outside(page, portal, {"status": 401, "json": {"error": "NO_AUTH_FOUND"}})

    assert expected == _outcome(page, expression)


def test_the_founding_spellings_work(portal: ScriptedPortal, page: Page) -> None:
    """BX24.getUser(cb) asks user.current; BX24.getAuth(cb) calls back with what it returns."""
    _outside(page, portal, {"json": {"result": {"ID": "7"}}})

    page.evaluate("BX24.getUser(function (result) { log.push({user: result.data()}); })")
    page.evaluate("BX24.getAuth(function (auth) { log.push({domain: auth.domain}); })")
    advance_until(page, lambda: page.evaluate("log.length") > 2, "both callbacks")

    assert {"user": {"ID": "7"}} in page.evaluate("log")
    assert {"domain": portal.base} in page.evaluate("log")


def test_the_original_is_left_alone(portal: ScriptedPortal, page: Page) -> None:
    """Where BX24 is loaded already only promise and getUser are added; promises use its token."""
    portal.replies = [{"json": {"result": 5}}]
    page.goto(f"http://{portal.base}/guest.html")
    page.add_script_tag(url=f"http://{portal.base}/driver.js")

    got = _outcome(page, "BX24.promise.callMethod('m', {a: 1})")

    assert {"value": 5} == got
    assert ["auth=given&a=1"] == [wire.body for wire in portal.wires]
    assert [] == page.evaluate("members.filter(name => there[name] !== kept[name])")
    assert ["getUser", "promise"] == page.evaluate(
        "Object.keys(there).filter(name => !(name in kept)).sort()"
    )


CALLS = {
    "resizeWindow": "BX24.resizeWindow(800, 600, cb)",
    "resizeWindow 100%": "BX24.resizeWindow('100%', 600, cb)",
    "resizeWindow bad": "BX24.resizeWindow('x', 600, cb)",
    "reloadWindow": "BX24.reloadWindow()",
    "setTitle": "BX24.setTitle('a:b \"c\"', cb)",
    "scrollParentWindow": "BX24.scrollParentWindow(20)",
    "appOption.set": "BX24.appOption.set('k', {a: 1}, cb)",
    "userOption.set": "BX24.userOption.set('k', 2)",
    "selectUser": "BX24.selectUser('T', cb)",
    "selectUsers": "BX24.selectUsers(cb)",
    "selectAccess": "BX24.selectAccess(['U1'], cb)",
    "selectAccess title": "BX24.selectAccess('T', ['U1'], cb)",
    "selectCRM": "BX24.selectCRM({entityType: ['lead'], multiple: true, value: {lead: [1]}}, cb)",
    "openApplication": "BX24.openApplication({opened: true}, cb, {width: 450})",
    "closeApplication": "BX24.closeApplication(cb)",
    "installFinish": "BX24.installFinish()",
    "im.callTo": "BX24.im.callTo(1, true)",
    "im.phoneTo": "BX24.im.phoneTo('+1')",
    "im.openMessenger": "BX24.im.openMessenger('chat1')",
    "im.openHistory": "BX24.im.openHistory(5)",
    "placement.getInterface": "BX24.placement.getInterface(cb)",
    "placement.call": "BX24.placement.call('setValue', 'v', cb)",
    "placement.call falsy": "BX24.placement.call('setValue', '', cb)",
    "placement.call name taken": "BX24.placement.call('setTitle', 'v', cb)",
    "placement.bindEvent": "BX24.placement.bindEvent('CallCard::BeforeClose', cb)",
    "refreshAuth": "BX24.refreshAuth(cb)",
}


def test_messages_to_the_parent_are_those_of_the_original(portal: ScriptedPortal, page: Page) -> None:
    """Every recorded message is reproduced to the letter, the random callback id left aside."""
    page.goto(f"http://{portal.base}/parent.html")
    page.evaluate("window.raw = []; addEventListener('message', event => raw.push(event.data))")
    page.evaluate(
        "data => open_app(data, false)",
        {
            "DOMAIN": portal.base,
            "PROTOCOL": 0,
            "PATH": "/rest",
            "AUTH_ID": "t",
            "AUTH_EXPIRES": 3600,
            "IS_ADMIN": True,
            "INSTALL": False,
            "FIRST_RUN": False,
            "APP_OPTIONS": [],
            "USER_OPTIONS": [],
        },
    )
    advance_until(page, lambda: len(page.frames) > 1, "the frame")
    frame = page.frames[1]
    frame.wait_for_load_state()
    frame.evaluate("begin()")
    advance_until(page, lambda: frame.evaluate("log.length") > 0, "init")
    seen: dict[str, Any] = {}

    for name, call in CALLS.items():
        before = page.evaluate("raw.length")
        frame.evaluate(f"(function () {{ var cb = function () {{}}; {call}; }}())")
        frame.evaluate("parent.postMessage('end:::sid1', '*')")
        advance_until(page, lambda: page.evaluate("raw[raw.length - 1]") == "end:::sid1", name)
        sent = page.evaluate("from => raw.slice(from, -1)", before)
        seen[name] = _without_id(sent[0]) if sent else None
        page.evaluate("raw.pop()")

    assert {
        name: text and text.replace("SID123", "sid1") for name, text in MESSAGES.items() if name in CALLS
    } == seen


def _without_id(message: str) -> str:
    head, callback, sid = message.rsplit(":", 2)
    return f"{head}:{'CB' if len(callback) == 32 else callback}:{sid}"
