"""Who may do what: administrators, other people, logins ("How a portal behaves", sections 1.1, 2.4, 5)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from doors import Door

from b24bridge.sandbox import Portal

PEOPLE = [
    {"ID": 1, "NAME": "A", "EMAIL": "boss@example.com", "UF_DEPARTMENT": [1]},
    {"ID": 7, "NAME": "B", "EMAIL": "b@example.com", "UF_DEPARTMENT": [1]},
    {"ID": 8, "NAME": "C", "UF_DEPARTMENT": [1], "ADMIN": "Y"},
]
HANDLER = "https://app.example.com/handler"


@pytest.fixture(scope="module")
def people() -> Iterator[Door]:
    """A portal with an administrator, somebody else, and a second administrator."""
    with Portal({"users": PEOPLE}, webhook_code="code") as portal:
        yield Door(portal)


def _as(door: Door, user: int, method: str, params: Any = None) -> Any:
    return door.token(method, door.portal.tokens(user)["access"], params).json


@pytest.mark.parametrize(("user", "is_admin"), [(1, True), (7, False), (8, True)])
def test_only_administrators_are_administrators(people: Door, user: int, is_admin: bool) -> None:
    """``user.admin`` and ``profile`` say whether the caller administers the portal."""
    assert is_admin == _as(people, user, "user.admin")["result"]
    assert is_admin == _as(people, user, "profile")["result"]["ADMIN"]


@pytest.mark.parametrize(
    ("method", "params", "refusal"),
    [
        ("app.option.set", {"options": {"a": 1}}, "Access denied! Administrator authorization required"),
        (
            "event.bind",
            {"event": "ONCRMLEADADD", "event_type": "offline"},
            "Access denied! Offline events binding requires administrator access rights",
        ),
        (
            "event.bind",
            {"event": "ONCRMLEADADD", "handler": HANDLER, "auth_type": 1},
            "Access denied! Event binding with AUTH_TYPE requires administrator access rights",
        ),
        (
            "event.unbind",
            {"event": "ONCRMLEADADD", "event_type": "offline"},
            "Access denied! Offline events unbinding requires administrator access rights",
        ),
        (
            "event.unbind",
            {"event": "ONCRMLEADADD", "handler": HANDLER, "auth_type": 1},
            "Access denied! Event unbinding with AUTH_TYPE requires administrator access rights",
        ),
        ("event.offline.get", {}, "Access denied!"),
        ("event.offline.list", {}, "Access denied!"),
        ("event.offline.clear", {"process_id": "x"}, "Access denied!"),
        ("event.offline.error", {"process_id": "x"}, "Access denied!"),
        ("crm.type.list", {}, "Access denied"),
    ],
)
def test_other_people_are_refused_with_access_denied(
    people: Door, method: str, params: Any, refusal: str
) -> None:
    """What only administrators may do is refused in the words of the portal."""
    answer = _as(people, 7, method, params)

    assert {"error": "ACCESS_DENIED", "error_description": refusal} == answer


@pytest.mark.parametrize(
    ("method", "params", "code", "text"),
    [
        ("user.add", {"EMAIL": "x@example.com", "UF_DEPARTMENT": [1]}, "ERROR_CORE", "access_denied"),
        ("user.update", {"ID": 7, "NAME": "Z"}, "ERROR_CORE", "access_denied"),
        ("crm.deal.userfield.add", {"fields": {"USER_TYPE_ID": "string"}}, "", "Access denied."),
        ("crm.lead.get", {"id": 99}, "", "Access denied."),
        ("crm.contact.get", {"id": 99}, "", "Access denied."),
        ("crm.company.get", {"id": 99}, "", "Access denied."),
        ("crm.deal.get", {"id": 99}, "", "Not found"),
    ],
)
def test_other_people_are_refused_in_the_way_of_the_family(
    people: Door, method: str, params: Any, code: str, text: str
) -> None:
    """Older families have codes of their own, and ask for rights before they look for the record."""
    assert {"error": code, "error_description": text} == _as(people, 7, method, params)


def test_a_handler_of_somebody_else_runs_as_that_person(people: Door) -> None:
    """Who is no administrator binds with their own rights."""
    _as(people, 7, "event.bind", {"event": "ONCRMLEADADD", "handler": HANDLER})

    bound = _as(people, 7, "event.get")["result"]

    assert [{"event": "ONCRMLEADADD", "handler": HANDLER, "auth_type": "7", "offline": 0}] == bound


def test_a_webhook_of_somebody_else_has_their_rights() -> None:
    """The rights of a webhook are those of its owner, if the data set says that they are no administrator."""
    data = {"users": [{"ID": 5, "NAME": "A", "ADMIN": "N"}], "portal": {"webhook_user_id": 5}}
    with Portal(data) as portal:
        assert Door(portal).call("user.admin").result is False


@pytest.mark.parametrize(("user", "status"), [("boss@example.com", 200), ("b@example.com", 401), ("7", 401)])
def test_the_owner_of_a_webhook_may_be_named_by_login(people: Door, user: str, status: int) -> None:
    """A login in the address of a webhook is accepted like the number of its owner."""
    assert status == people.request("GET", f"/rest/{user}/code/profile").status


def test_event_test_sends_its_parameters_back() -> None:
    """``event.test`` answers 1 and sends ONAPPTEST, with a refresh token, to the handlers bound to it."""
    with Portal() as portal:
        door = Door(portal)
        _as(door, 1, "event.bind", {"event": "onAppTest", "handler": HANDLER})

        answer = _as(door, 1, "event.test", {"any": "data"})

        (sent,) = portal.collect()
        assert 1 == answer["result"]
        assert ("ONAPPTEST", {"QUERY": {"any": "data"}}) == (sent.name, sent.form["data"])
        assert "refresh_token" in sent.form["auth"]


def test_min_timeout_is_the_pause_between_two_notices() -> None:
    """``options.minTimeout`` of a handler of ONOFFLINEEVENT takes the place of one second."""
    with Portal() as portal:
        door = Door(portal)
        portal.clock.freeze("2026-01-01T00:00:00+03:00")
        given = {"event": "ONOFFLINEEVENT", "handler": HANDLER, "options": {"minTimeout": 60}}
        _as(door, 1, "event.bind", given)
        _as(door, 1, "event.bind", {"event": "ONCRMLEADADD", "event_type": "offline"})

        told = []
        for pause in (0, 59, 1):
            portal.clock.advance(pause)
            door.call("crm.lead.add", {"fields": {"TITLE": f"{pause}"}})
            told.append(len(portal.collect()))

        assert [1, 0, 1] == told


def test_replies_name_application_and_times(people: Door) -> None:
    """Calls with a token name the application; times have ten decimals, as whole seconds now."""
    token = people.portal.tokens()["access"]

    with_token = people.request("GET", f"/rest/profile?auth={token}").headers
    with_webhook = people.request("GET", f"{people.webhook}profile").headers

    assert people.portal.application.client_id == with_token["x-bitrix-rest-application"]
    assert "x-bitrix-rest-application" not in with_webhook
    assert "0.0000000000" == with_webhook["x-bitrix-rest-time"]


@pytest.mark.parametrize(("value", "shown"), [(True, "1"), (False, ""), ([1], "Array"), ("x", "x")])
def test_values_of_another_type_are_shown_as_php_prints_them(people: Door, value: Any, shown: str) -> None:
    """The text of a refused value is what PHP makes of it."""
    body = json.dumps({"entityTypeId": value}).encode()

    answer = people.request(
        "POST", f"{people.webhook}crm.item.list", body, [("Content-Type", "application/json")]
    )

    text = f"Invalid value {{{shown}}} to match with parameter {{entityTypeId}}. Should be value of type int."
    assert {"error": "100", "error_description": text} == answer.json


def test_a_data_set_says_what_the_webhook_may_use() -> None:
    """Methods of other modules are refused, in a batch with an empty text; methods without a scope are not."""
    with Portal({"portal": {"webhook_scopes": ["user", "task"]}}) as portal:
        door = Door(portal)
        text = "The request requires higher privileges than provided by the webhook token"

        refused = door.call("crm.deal.list")
        inside = door.call("batch", {"cmd": {"a": "crm.deal.list", "b": "user.get"}}).result

        assert (401, {"error": "insufficient_scope", "error_description": text}) == (
            refused.status,
            refused.json,
        )
        assert {"a": {"error": "insufficient_scope", "error_description": ""}} == inside["result_error"]
        assert ["b"] == list(inside["result"])
        assert ["task", "user"] == sorted(door.call("scope").result)
        assert 200 == door.call("server.time").status
