"""Applications inside the sandbox's frame page, with their own postMessage protocol."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

if os.environ.get("CI") != "true":  # there its absence is a failure: the import below
    pytest.importorskip(
        "playwright.sync_api", reason="playwright is not installed; scripts/setup installs it"
    )

from playwright.sync_api import Browser, Frame, Page

from b24bridge.sandbox import appoptions
from b24bridge.sandbox.asgi import Server
from b24bridge.sandbox.certificates import write_certificate
from b24bridge.sandbox.portal import Portal
from tests.e2e.bx24_browser import ScriptedPortal, chromium, scripted_portal
from tests.e2e.npm_packages import jssdk

pytestmark = [pytest.mark.chromium, pytest.mark.slow]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One Chromium for the module."""
    with chromium() as started:
        yield started


@pytest.fixture
def sandbox() -> Iterator[Portal]:
    """A sandbox portal behind a loopback socket."""
    portal = Portal(webhook_code="code")
    server = Server(portal)
    thread = threading.Thread(target=server.run)
    thread.start()
    yield portal
    server.should_exit = True
    thread.join()
    portal.close()


@pytest.fixture
def secure(tmp_path: Path) -> Iterator[Portal]:
    """The same behind TLS: the SDK's webhook client takes https for granted."""
    portal = Portal(webhook_code="code")
    server = Server(portal, certificate=write_certificate(tmp_path, "127.0.0.1"))
    thread = threading.Thread(target=server.run)
    thread.start()
    yield portal
    server.should_exit = True
    thread.join()
    portal.close()


@pytest.fixture
def apps() -> Iterator[ScriptedPortal]:
    """A server of application pages, at another origin than the portal."""
    with scripted_portal() as started:
        yield started


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page of its own context, its clock running."""
    context = browser.new_context()
    yield context.new_page()
    context.close()


@pytest.fixture
def trusting_page(browser: Browser) -> Iterator[Page]:
    """A page that accepts the certificate of the sandbox."""
    context = browser.new_context(ignore_https_errors=True)
    yield context.new_page()
    context.close()


def _open(page: Page, sandbox: Portal, app: str, **facts: str) -> Frame:
    query = "&".join(f"{name}={quote(value)}" for name, value in {"app": app, **facts}.items())
    page.goto(f"{sandbox.base_url}/_sandbox/frame?{query}")
    page.wait_for_selector("iframe")
    page.wait_for_function("sandboxFrame.log.length > 0 || frames.length > 0")
    frame = page.frames[1]
    frame.wait_for_url(f"{app.partition('?')[0]}**")
    frame.wait_for_load_state()
    return frame


def _app(page: Page, sandbox: Portal, apps: ScriptedPortal, **facts: str) -> Frame:
    frame = _open(page, sandbox, f"http://{apps.base}/app.html", **facts)
    frame.evaluate("begin()")
    frame.wait_for_function("log.length > 0")
    return frame


def test_an_application_gets_its_session_and_calls_the_portal(
    page: Page, sandbox: Portal, apps: ScriptedPortal
) -> None:
    """Init data, token and REST work from the frame, across origins and without a preflight."""
    frame = _app(page, sandbox, apps, lang="ru")

    got = frame.evaluate("BX24.promise.callMethod('profile', {}).then(result => result.data().ID)")

    assert "1" == got
    assert ["ru", sandbox.host, True] == frame.evaluate("[BX24.getLang(), BX24.getDomain(), BX24.isAdmin()]")
    assert frame.evaluate("BX24.getAuth().member_id") == sandbox.member_id


def test_a_token_that_expired_is_renewed_through_the_window(
    page: Page, sandbox: Portal, apps: ScriptedPortal
) -> None:
    """expired_token leads to refreshAuth, and the call is sent again with the new token."""
    frame = _app(page, sandbox, apps)
    before = frame.evaluate("BX24.getAuth().access_token")
    sandbox.oauth.expire()

    frame.evaluate("BX24.callMethod('profile', {}, result => log.push({id: result.data().ID}))")
    frame.wait_for_function("log.length > 1")

    assert {"id": "1"} == frame.evaluate("log[1]")
    assert before != frame.evaluate("BX24.getAuth().access_token")
    assert ["getInitData", "refreshAuth"] == page.evaluate("sandboxFrame.log.map(entry => entry.command)")


def test_options_outlive_the_page_and_numbers_become_text(
    page: Page, sandbox: Portal, apps: ScriptedPortal
) -> None:
    """They go through a form: numbers return as strings, booleans stay."""
    frame = _app(page, sandbox, apps)
    assert [None, None] == frame.evaluate(
        "[BX24.userOption.get('n') || null, BX24.appOption.get('a') || null]"
    )

    frame.evaluate("BX24.userOption.set('n', 5)")
    frame.evaluate("new Promise(done => BX24.appOption.set('a', {x: 1, y: true}, done))")
    frame = _app(page, sandbox, apps)

    assert ["5", {"x": "1", "y": True}] == frame.evaluate(
        "[BX24.userOption.get('n'), BX24.appOption.get('a')]"
    )


def test_a_first_run_installs_once(page: Page, sandbox: Portal, apps: ScriptedPortal) -> None:
    """The install handler runs before init, and not at the next opening."""
    frame = _open(page, sandbox, f"http://{apps.base}/installer.html")
    frame.wait_for_function("log.length > 1")
    page.wait_for_function("sandboxFrame.log.some(entry => entry.command === 'setInstall')")
    first = frame.evaluate("log.map(entry => entry.callback)")

    again = _open(page, sandbox, f"http://{apps.base}/installer.html")
    again.wait_for_function("log.length > 0")

    assert ["s0.install", "s0.init"] == first
    assert ["s0.init"] == again.evaluate("log.map(entry => entry.callback)")


def test_the_end_of_an_installation_reloads_the_page(
    page: Page, sandbox: Portal, apps: ScriptedPortal
) -> None:
    """installFinish of an installer marks the application installed and reloads with a mark."""
    frame = _app(page, sandbox, apps, install="1", first_run="0")

    before = sandbox.application.is_finished
    frame.evaluate("BX24.installFinish()")
    page.wait_for_url("**install_finished=Y**")

    assert (False, True) == (before, sandbox.application.is_finished)


def test_window_commands_have_their_effect(page: Page, sandbox: Portal, apps: ScriptedPortal) -> None:
    """Size and title change; a bad path is refused with the portal's code."""
    frame = _app(page, sandbox, apps)

    size = frame.evaluate("new Promise(done => BX24.resizeWindow(640, 480, done))")
    frame.evaluate("new Promise(done => BX24.setTitle('Заявки', done))")
    path = frame.evaluate("new Promise(done => BX24.openPath('/etc/', done))")

    assert {"width": 640, "height": 480} == size
    assert "Заявки" == page.title()
    assert {"result": "error", "errorCode": "PATH_NOT_AVAILABLE"} == path


def test_a_dialog_answers_when_it_is_confirmed(page: Page, sandbox: Portal, apps: ScriptedPortal) -> None:
    """selectUser replies with the user that was chosen in the portal's window."""
    frame = _app(page, sandbox, apps)

    frame.evaluate("BX24.selectUser(user => log.push(user.id))")
    page.get_by_text("OK").click()
    frame.wait_for_function("log.length > 1")

    assert "1" == frame.evaluate("log[1]")


def test_placement_events_come_as_often_as_they_happen(
    page: Page, sandbox: Portal, apps: ScriptedPortal
) -> None:
    """One binding, many answers; an event that the placement does not offer stays silent."""
    frame = _app(page, sandbox, apps, placement="CALL_CARD", options='{"ID": 7}')
    interface = frame.evaluate("new Promise(done => BX24.placement.getInterface(done))")
    frame.evaluate("BX24.placement.bindEvent('CallCard::BeforeClose', value => log.push(value))")
    frame.evaluate("BX24.placement.bindEvent('No::Such', value => log.push(value))")
    frame.evaluate("new Promise(done => BX24.placement.call('getStatus', {}, done))")

    page.evaluate("sandboxFrame.fire('CallCard::BeforeClose', {a: 1}); sandboxFrame.fire('No::Such', 2)")
    page.evaluate("sandboxFrame.fire('CallCard::BeforeClose', {a: 2})")
    frame.wait_for_function("log.length > 2")

    assert "CallCard::BeforeClose" in interface["event"]
    assert {"placement": "CALL_CARD", "options": {"ID": "7"}} == frame.evaluate("BX24.placement.info()")
    assert [{"a": 1}, {"a": 2}] == frame.evaluate("log.slice(1)")


def test_another_application_opens_above_and_closes(
    page: Page, sandbox: Portal, apps: ScriptedPortal
) -> None:
    """openApplication gives the new frame its parameters and calls back when it closes itself."""
    frame = _app(page, sandbox, apps)

    frame.evaluate("BX24.openApplication({opened: true}, () => log.push('closed'), {width: 450})")
    page.wait_for_function("frames.length > 1")
    above = page.frames[2]
    above.wait_for_url("**/app.html**")
    above.wait_for_load_state()
    above.evaluate("begin()")
    above.wait_for_function("log.length > 0")
    options = above.evaluate("BX24.placement.info().options")
    above.evaluate("BX24.closeApplication()")
    frame.wait_for_function("log.length > 1")

    assert {"opened": True} == options
    assert "closed" == frame.evaluate("log[1]")


def test_messages_of_strangers_are_ignored(page: Page, sandbox: Portal, apps: ScriptedPortal) -> None:
    """Another origin, another sid, an unknown command: no reply and no entry in the log."""
    frame = _app(page, sandbox, apps)

    page.evaluate("postMessage('getInitData::x:' + document.querySelector('iframe').name.split('|')[2], '*')")
    frame.evaluate("parent.postMessage('getInitData::abc:wrong', '*')")
    frame.evaluate("parent.postMessage('noSuchCommand::abc:' + window.name.split('|')[2], '*')")
    frame.evaluate("new Promise(done => BX24.setTitle('x', done))")

    assert ["getInitData", "noSuchCommand", "setTitle"] == page.evaluate(
        "sandboxFrame.log.map(e => e.command)"
    )


@pytest.mark.parametrize(
    ("query", "text"),
    [("", "app must be the address"), ("app=http://localhost/&placement=NO", "there is no placement NO")],
)
def test_a_page_that_cannot_be_opened_says_why(query: str, text: str, page: Page, sandbox: Portal) -> None:
    """The message names what is missing or what there is."""
    page.goto(f"{sandbox.base_url}/_sandbox/frame?{query}")

    assert text in page.locator(".error").inner_text()


@pytest.fixture
def sdk() -> bytes:
    """The UMD build of @bitrix24/b24jssdk from npm."""
    return (jssdk() / "dist/umd/index.min.js").read_bytes()


def test_the_vendors_frame_client_works_unmodified(
    page: Page, sandbox: Portal, apps: ScriptedPortal, sdk: bytes
) -> None:
    """B24Frame of @bitrix24/b24jssdk starts, calls, and stores options in the frame page."""
    apps.pages["/b24jssdk.js"] = ("text/javascript; charset=utf-8", sdk)
    frame = _open(page, sandbox, f"http://{apps.base}/sdk.html")

    got: Any = frame.evaluate(
        """async () => {
          const b24 = await B24Js.initializeB24Frame();
          const profile = await b24.actions.v2.call.make({method: 'profile', params: {}});
          await b24.options.userSet('k', 'v');
          await b24.parent.setTitle('SDK');
          return {id: profile.getData().result.ID, admin: b24.auth.isAdmin, lang: b24.getLang(), option: b24.options.userGet('k')};
        }"""
    )

    assert "1" == got["id"]
    assert (True, "en") == (got["admin"], got["lang"])
    assert "SDK" == page.title()
    owner = ("user", sandbox.application.client_id, 1)
    assert {"k": "v"} == appoptions.read(sandbox.store, owner)


def test_the_documents_constructor_works_over_the_vendors_client(
    secure: Portal, apps: ScriptedPortal, trusting_page: Page, sdk: bytes
) -> None:
    """new B24({mode: ...}) hands call, batch and callAll to the SDK and unwraps their results."""
    secure.seed(
        {"types": [{"entityTypeId": 140}], "items_140": [{"id": n, "title": f"T{n}"} for n in range(1, 61)]}
    )
    apps.pages["/b24jssdk.js"] = ("text/javascript; charset=utf-8", sdk)
    trusting_page.goto(f"http://{apps.base}/outside.html")
    trusting_page.add_script_tag(url="/b24jssdk.js")

    got = trusting_page.evaluate(
        """async ([url, tokens]) => {
          const hook = new B24({mode: 'webhook', hook: {b24Url: url, userId: 1, secret: 'code'}});
          const oauth = new B24({mode: 'oauth', tokens, clientId: 'id', clientSecret: 'secret'});
          const all = await hook.callAll('crm.item.list', {entityTypeId: 140}, {idKey: 'id', customKeyForResult: 'items'});
          const batch = await hook.batch({me: ['profile', {}]});
          return [(await hook.call('profile')).result.ID, (await oauth.call('profile')).result.ID, all.length, batch.result.me.ID];
        }""",
        [
            secure.base_url,
            {
                "applicationToken": "a",
                "userId": 1,
                "memberId": secure.member_id,
                "accessToken": secure.tokens()["access"],
                "refreshToken": "r",
                "expires": 4_000_000_000,
                "expiresIn": 3600,
                "scope": "crm",
                "domain": secure.host,
                "clientEndpoint": secure.endpoint,
                "serverEndpoint": "https://oauth.bitrix.info/rest/",
                "status": "L",
            },
        ],
    )

    assert ["1", "1", 60, "1"] == got
