"""Events on their way to handlers ("How a portal behaves", sections 5.8 and 7.5)."""

from __future__ import annotations

import json
import threading
from collections import deque
from collections.abc import Iterator
from typing import Any

import pytest
from handlers import handler

from b24bridge.sandbox import Portal
from b24bridge.sandbox.asgi import Server
from b24bridge.sandbox.delivery import Courier, Delivery, Sent, deliver
from b24bridge.wire.phpquery import parse_str

NOW = "2026-02-03T04:05:06+00:00"
URL = "https://app.example/handler.php?key=secret"


@pytest.fixture
def portal() -> Iterator[Portal]:
    """A portal whose clock stands."""
    with Portal(webhook_code="code", base_url="https://portal.test") as made:
        made.clock.freeze(NOW)
        yield made


def _call(portal: Portal, method: str, params: Any, token: str | None = None) -> Any:
    url = f"{portal.endpoint}{method}?auth={token}" if token else f"{portal.webhook_url}{method}"
    body = json.dumps(params).encode()
    answer = json.loads(portal.answer("POST", url, [("content-type", "application/json")], body).body)
    assert "result" in answer, answer
    return answer["result"]


def _bind(portal: Portal, event: str, **more: Any) -> str:
    token: str = portal.tokens()["access"]
    assert _call(portal, "event.bind", {"event": event, "handler": URL, **more}, token) is True
    return token


def _forms(portal: Portal) -> list[dict[str, Any]]:
    return [dict(parse_str(delivery.body)) for delivery in portal.collect()]


def test_a_write_is_told_as_a_form_in_the_portals_order(portal: Portal) -> None:
    """Name, number of the handler, data, time, authorisation; every leaf is text."""
    _bind(portal, "ONCRMDEALADD")
    number = _call(portal, "crm.deal.add", {"fields": {"TITLE": "x"}})

    (form,) = _forms(portal)

    assert ["event", "event_handler_id", "data", "ts", "auth"] == list(form)
    assert ("ONCRMDEALADD", "1", "1770091506") == (form["event"], form["event_handler_id"], form["ts"])
    assert {"FIELDS": {"ID": str(number)}} == form["data"]


def test_the_token_of_a_message_is_the_users_and_works(portal: Portal) -> None:
    """The user who changed something lends the handler a token, without a refresh token."""
    _bind(portal, "ONCRMDEALADD")
    _call(portal, "crm.deal.add", {"fields": {"TITLE": "x"}})

    auth = _forms(portal)[0]["auth"]

    assert {
        "access_token",
        "expires",
        "expires_in",
        "scope",
        "status",
        "user_id",
        "domain",
        "client_endpoint",
        "server_endpoint",
        "member_id",
        "application_token",
    } == set(auth)
    assert ("portal.test", "https://portal.test/rest/", "https://oauth.bitrix.info/rest/") == (
        auth["domain"],
        auth["client_endpoint"],
        auth["server_endpoint"],
    )
    assert (portal.application.token, "1", "3600") == (
        auth["application_token"],
        auth["user_id"],
        auth["expires_in"],
    )
    assert "1" == _call(portal, "profile", {}, auth["access_token"])["ID"]


def test_auth_type_chooses_the_user_of_the_token(portal: Portal) -> None:
    """A handler bound for a user gets that user's token, whoever changed something."""
    _bind(portal, "ONCRMDEALADD", auth_type=7)
    _call(portal, "crm.deal.add", {"fields": {"TITLE": "x"}})

    assert "7" == _forms(portal)[0]["auth"]["user_id"]


def test_messages_without_a_user_carry_three_facts(portal: Portal) -> None:
    """Who it is from, and nothing to call with."""
    _bind(portal, "ONAPPPAYMENT")

    told = portal.events.fire("ONAPPPAYMENT", {}, client_id=portal.application.client_id)

    assert 1 == told
    assert {"domain", "member_id", "application_token"} == set(_forms(portal)[0]["auth"])


@pytest.mark.parametrize("name", ["ONAPPTEST", "ONAPPUPDATE"])
def test_some_messages_bring_a_refresh_token(portal: Portal, name: str) -> None:
    """Those of the application's own life do."""
    _bind(portal, name)

    portal.events.fire(name, {}, client_id=portal.application.client_id, user_id=1)

    assert "refresh_token" in _forms(portal)[0]["auth"]


def test_nothing_is_told_before_the_installation_is_finished(portal: Portal) -> None:
    """Handlers that an unfinished application has bound stay silent."""
    _bind(portal, "ONCRMDEALADD")
    portal.applications.change(portal.application.client_id, is_finished=False)

    _call(portal, "crm.deal.add", {"fields": {"TITLE": "x"}})

    assert [] == portal.collect()


def test_a_refused_write_is_not_told(portal: Portal) -> None:
    """Events are about what happened."""
    _bind(portal, "ONCRMDEALUPDATE")

    portal.answer("POST", f"{portal.webhook_url}crm.deal.update?id=99&fields[TITLE]=x")

    assert [] == portal.collect()


def test_every_command_of_a_batch_is_told(portal: Portal) -> None:
    """A batch of writes is several messages, in order."""
    _bind(portal, "ONCRMDEALADD")

    _call(portal, "batch", {"cmd": [f"crm.deal.add?fields[TITLE]={n}" for n in range(3)]})

    assert ["1", "2", "3"] == [form["data"]["FIELDS"]["ID"] for form in _forms(portal)]


def test_tasks_tell_before_and_after(portal: Portal) -> None:
    """A new task has no before."""
    _bind(portal, "ONTASKADD")
    _call(portal, "tasks.task.add", {"fields": {"TITLE": "x", "RESPONSIBLE_ID": 1}})

    data = _forms(portal)[0]["data"]

    assert ("undefined", "1") == (data["FIELDS_BEFORE"], data["FIELDS_AFTER"]["ID"])


# -- the offline queue and its notices ------------------------------------------------------------------


def _bind_offline(portal: Portal) -> str:
    token: str = portal.tokens()["access"]
    _call(portal, "event.bind", {"event": "ONCRMDEALADD", "event_type": "offline"}, token)
    return token


def test_notices_of_the_queue_come_once_in_a_second(portal: Portal) -> None:
    """The first change is told at once, the next ones together after the pause."""
    _bind_offline(portal)
    _bind(portal, "ONOFFLINEEVENT")

    told = []
    for pause in (0, 0.4, 0.4, 0.4):
        portal.clock.advance(pause)
        _call(portal, "crm.deal.add", {"fields": {"TITLE": "x"}})
        told.append([form["event"] for form in _forms(portal)])

    assert [["ONOFFLINEEVENT"], [], [], ["ONOFFLINEEVENT"]] == told


def test_a_notice_that_waited_is_sent_without_another_change(portal: Portal) -> None:
    """After the pause the application hears of what it missed."""
    _bind_offline(portal)
    _bind(portal, "ONOFFLINEEVENT")
    for _ in range(2):
        _call(portal, "crm.deal.add", {"fields": {"TITLE": "x"}})
    at_once = len(portal.collect())

    portal.clock.advance(1)

    assert (1, 1, 0) == (at_once, len(portal.collect()), len(portal.collect()))


def test_a_notice_has_no_data_but_tokens(portal: Portal) -> None:
    """An empty list vanishes from a form."""
    _bind_offline(portal)
    _bind(portal, "ONOFFLINEEVENT")
    _call(portal, "crm.deal.add", {"fields": {"TITLE": "x"}})

    (form,) = _forms(portal)

    assert "data" not in form
    assert "refresh_token" in form["auth"]


# -- the sender -----------------------------------------------------------------------------------------


def test_deliver_sends_each_message_once_and_tells_what_became_of_it(portal: Portal) -> None:
    """A handler that fails gets no second message; what it said is kept."""
    _bind(portal, "ONCRMDEALADD")
    asked: list[str] = []

    def send(url: str, body: bytes) -> int:
        asked.append(url)
        if len(asked) == 1:
            raise ConnectionRefusedError("nobody there")
        return 500

    for _ in range(2):
        _call(portal, "crm.deal.add", {"fields": {"TITLE": "x"}})
    outcomes = portal.deliver(send)

    assert [URL, URL] == asked
    assert [
        Sent("ONCRMDEALADD", "https://app.example/handler.php", 0, "ConnectionRefusedError: nobody there"),
        Sent("ONCRMDEALADD", "https://app.example/handler.php", 500),
    ] == outcomes
    assert outcomes == list(portal.sent)
    assert [] == portal.deliver(send)


def test_messages_show_no_secrets(portal: Portal) -> None:
    """Neither the token nor the query of the handler's address."""
    _bind(portal, "ONCRMDEALADD")
    _call(portal, "crm.deal.add", {"fields": {"TITLE": "x"}})

    (delivery,) = portal.collect()

    assert "Delivery(ONCRMDEALADD to https://app.example/handler.php)" == repr(delivery)


def test_an_address_that_is_none_is_reported() -> None:
    """Whatever somebody has bound, the sender goes on."""
    outcome = deliver([Delivery("ftp://app.example/", {"event": "X"})])

    assert ["ValueError: a handler has an address that begins with http:// or https://"] == [
        sent.error for sent in outcome
    ]


def test_a_server_sends_events_as_forms() -> None:
    """Behind a socket the messages leave by themselves."""
    ready = threading.Event()
    with Portal(webhook_code="code") as portal, handler() as app:
        server = Server(portal, when_ready=ready.set)
        thread = threading.Thread(target=server.run)
        thread.start()
        assert ready.wait(120)
        token = portal.tokens()["access"]
        _call(portal, "event.bind", {"event": "ONCRMDEALADD", "handler": app.url}, token)

        _call(portal, "crm.deal.add", {"fields": {"TITLE": "x"}})
        received = app.next()
        server.should_exit = True
        thread.join()

    assert ("/handler.php", "application/x-www-form-urlencoded") == (received.path, received.content_type)
    assert "ONCRMDEALADD" == received.form["event"]
    assert [Sent("ONCRMDEALADD", app.url, 200)] == list(portal.sent)


def test_a_courier_that_stops_leaves_the_rest() -> None:
    """Stopping waits for one message at most."""
    begun, go_on = threading.Event(), threading.Event()
    waiting = [[Delivery("http://a/", {"event": str(n)}) for n in range(3)]]
    log: deque[Sent] = deque()

    def send(_: str, __: bytes) -> int:
        begun.set()
        assert go_on.wait(120)
        return 200

    courier = Courier(lambda: waiting.pop() if waiting else [], lambda: log, send=send, pause_s=0.01)
    courier.start()
    assert begun.wait(120)
    stopper = threading.Thread(target=courier.stop)
    stopper.start()
    while not courier.is_stopping:
        stopper.join(0.001)
    go_on.set()
    stopper.join()

    assert ["0"] == [sent.name for sent in log]
