"""How a local application is installed, opened and removed (sections 7.4 and 7.5)."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from doors import Door, LoopbackDoor
from handlers import handler

from b24bridge.sandbox import Portal
from b24bridge.sandbox.asgi import Server
from b24bridge.wire.phpquery import parse_str

URL = "https://app.example/install.php?v=2"


@pytest.fixture
def portal() -> Iterator[Portal]:
    """A portal with one application."""
    with Portal(webhook_code="code") as made:
        yield made


def _only_form(portal: Portal) -> dict[str, Any]:
    (delivery,) = portal.collect()
    return dict(parse_str(delivery.body))


def _admin(door: Door, verb: str, name: str, given: Any = None) -> Any:
    answer = door.request(verb, f"/_sandbox/api/{name}", json.dumps(given).encode() if given else b"")
    assert 200 == answer.status, answer.body
    return answer.json


def test_an_application_without_pages_hears_onappinstall(portal: Portal) -> None:
    """Version, activity and language as text, and a pair of tokens that work."""
    portal.install(URL)

    form = _only_form(portal)

    assert "ONAPPINSTALL" == form["event"]
    assert {"VERSION": "1", "ACTIVE": "Y", "INSTALLED": "Y", "LANGUAGE_ID": "en"} == form["data"]
    assert "refresh_token" in form["auth"]
    assert portal.application.token == form["auth"]["application_token"]
    assert portal.answer("GET", f"{portal.endpoint}profile?auth={form['auth']['access_token']}").status == 200


def test_an_installer_page_is_opened_as_any_page(portal: Portal) -> None:
    """Address with the portal's query, form with tokens; afterwards the installation is not finished."""
    delivery = portal.install(URL, kind="page", user_id=1)

    query = parse_qs(urlsplit(delivery.url).query)
    form = _only_form(portal)

    assert {"v", "DOMAIN", "PROTOCOL", "LANG", "APP_SID"} == set(query)
    assert ["portal.test", "1", "en"] == [query[name][0] for name in ("DOMAIN", "PROTOCOL", "LANG")]
    assert [
        "AUTH_ID",
        "AUTH_EXPIRES",
        "REFRESH_ID",
        "SERVER_ENDPOINT",
        "APPLICATION_TOKEN",
        "APPLICATION_SCOPE",
        "member_id",
        "status",
        "PLACEMENT",
    ] == list(form)
    assert ("DEFAULT", "3600", "L") == (form["PLACEMENT"], form["AUTH_EXPIRES"], form["status"])
    assert not portal.application.is_finished


def test_tokens_work_while_the_installer_is_open(portal: Portal) -> None:
    """The installer calls the portal, which says that the application is not installed yet."""
    portal.install(URL, kind="page")
    token = _only_form(portal)["AUTH_ID"]

    answer = json.loads(portal.answer("GET", f"{portal.endpoint}app.info?auth={token}").body)

    assert answer["result"]["INSTALLED"] is False


def test_finishing_tells_the_handlers(door: Door) -> None:
    """``installFinish`` fires ONAPPINSTALL to those that the installer has bound."""
    _admin(door, "POST", "install", {"address": URL, "kind": "page"})
    token = door.portal.tokens()["access"]
    door.token("event.bind", token, {"event": "ONAPPINSTALL", "handler": URL})
    door.portal.collect()

    told = _admin(door, "POST", "finish")

    assert {"told": 1} == told
    assert ["ONAPPINSTALL"] == [delivery.name for delivery in door.portal.collect()]
    assert door.token("app.info", token).result["INSTALLED"] is True


def test_removing_an_application_ends_its_tokens_handlers_and_options(door: Door) -> None:
    """Its handlers hear of it without a token; afterwards nothing of it is left."""
    token = door.portal.tokens()["access"]
    door.token("event.bind", token, {"event": "ONAPPUNINSTALL", "handler": URL})
    door.token("event.bind", token, {"event": "ONCRMDEALADD", "handler": URL})
    door.token("app.option.set", token, {"options": {"a": 1}})

    told = _admin(door, "POST", "uninstall", {"clean": True})
    (farewell,) = door.portal.collect()
    refused = door.token("profile", token)
    _admin(door, "POST", "install", {"address": URL})
    door.portal.collect()
    door.call("crm.deal.add", {"fields": {"TITLE": "x"}})

    assert {"told": 1} == told
    assert {"domain", "member_id", "application_token"} == set(farewell.form["auth"])
    assert (401, "ERROR_OAUTH") == (refused.status, refused.json["error"])
    assert [] == door.portal.collect()
    assert [] == door.token("app.option.get", door.portal.tokens()["access"]).result


def test_options_are_one_store_for_rest_and_for_frames(portal: Portal) -> None:
    """What a page has set by its frame, ``app.option.get`` gives back."""
    opened = json.loads(
        portal.answer(
            "POST", f"{portal.base_url}/_sandbox/frame/open", body=b'{"app":"http://app.example/"}'
        ).body
    )
    command = {"sid": opened["sid"], "command": "setAppOption", "params": {"name": "theme", "value": "dark"}}
    portal.answer("POST", f"{portal.base_url}/_sandbox/frame/command", body=json.dumps(command).encode())

    token = portal.tokens()["access"]
    answer = json.loads(portal.answer("GET", f"{portal.endpoint}app.option.get?auth={token}").body)

    assert {"theme": "dark"} == answer["result"]


def test_applications_can_be_added_and_changed(door: Door) -> None:
    """A second application has its own secrets, which only its registration shows."""
    added = _admin(door, "POST", "applications", {"scopes": ["crm"], "redirect_uri": "https://b.example/"})
    _admin(door, "POST", "applications", {"client_id": added["client_id"], "is_paid": False})

    listed = _admin(door, "GET", "applications")

    assert ["crm"] == added["scopes"]
    assert {"client_secret", "application_token"} <= set(added)
    assert [True, False] == [application["is_paid"] for application in listed]
    assert not {"client_secret", "application_token"} & set(listed[1])


@pytest.mark.parametrize(
    ("name", "given", "words"),
    [
        ("install", {}, "has no install_url"),
        ("install", {"address": URL, "kind": "letter"}, "choose one of event, page"),
        ("install", {"address": "nowhere", "kind": "page"}, "http://localhost:3000/"),
        ("install", {"address": URL, "client_id": "x"}, "There is no application 'x'"),
        ("applications", {"color": "red"}, "An application has no 'color'"),
    ],
)
def test_wrong_wishes_say_what_is_possible(portal: Portal, name: str, given: Any, words: str) -> None:
    """An error of the caller is explained, and changes nothing."""
    before = list(portal.applications.values())

    reply = portal.answer(
        "POST", f"{portal.base_url}/_sandbox/api/{name}", body=json.dumps(given or {"kind": "event"}).encode()
    )

    assert 400 == reply.status
    assert words in json.loads(reply.body)["error"]
    assert before == list(portal.applications.values())


def test_secrets_of_an_application_are_not_shown(portal: Portal) -> None:
    """Neither the secret nor the token is in its text."""
    shown = repr(portal.application)

    assert portal.application.client_secret not in shown
    assert portal.application.token not in shown


def test_a_server_installs_over_http() -> None:
    """The message reaches the application's own server."""
    ready = threading.Event()
    with Portal() as portal, handler() as app:
        server = Server(portal, when_ready=ready.set)
        thread = threading.Thread(target=server.run)
        thread.start()
        assert ready.wait(120)
        _admin(LoopbackDoor(portal), "POST", "install", {"address": app.url})

        form = app.next().form
        server.should_exit = True
        thread.join()

    assert "ONAPPINSTALL" == form["event"]
    assert portal.base_url.replace("127.0.0.1", "localhost") + "/rest/" == form["auth"]["server_endpoint"]
