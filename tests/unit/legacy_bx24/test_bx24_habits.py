"""What BX24 in Python does beside the recordings: switches, order, tokens, errors."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from b24bridge.errors import ConfigError, TransportError
from b24bridge.legacy.bx24 import BX24, AjaxResult
from b24bridge.legacy.bx24_quirks import QUIRKS
from tests.contract.bx24_scripted import ScriptedPort, tokens_of

EXPIRED = {"status": 401, "json": {"error": "expired_token", "error_description": "too old"}}


def _bx24(*replies: dict[str, Any], **settings: Any) -> tuple[BX24, ScriptedPort]:
    port = ScriptedPort(replies)
    return BX24(tokens_of("https://portal.test/rest/"), port=port, **settings), port


@pytest.mark.parametrize(
    ("reply", "text", "status"),
    [
        (
            {
                "status": 503,
                "json": {"error": "QUERY_LIMIT_EXCEEDED", "error_description": "Too many requests"},
            },
            "QUERY_LIMIT_EXCEEDED: Too many requests (503)",
            503,
        ),
        ({"status": 502, "text": "<html>"}, "ERROR_UNEXPECTED_ANSWER: The answer is no JSON. (0)", 0),
        ({"status": 200, "text": "<html>"}, "ERROR_UNEXPECTED_ANSWER: The answer is no JSON. (0)", 0),
        ({"cut": True}, "ERROR_NETWORK: The connection was cut. (0)", 0),
    ],
)
def test_failures_reach_the_callback_when_they_are_not_silent(
    reply: dict[str, Any], text: str, status: int
) -> None:
    """With silent_failures off every failure becomes a result with an error."""
    got: list[AjaxResult] = []
    bx24, _ = _bx24(reply, quirks={"silent_failures": False})

    bx24.call_method("m", {}, got.append)

    assert [(text, status)] == [(str(result.error()), result.status) for result in got]


def test_a_silent_failure_is_logged_without_the_token(caplog: pytest.LogCaptureFixture) -> None:
    """The default report names the reason and no secret."""
    bx24, _ = _bx24({"status": 500, "text": "<html>token1</html>"})

    with caplog.at_level(logging.ERROR):
        bx24.call_method("m", {"secret": "client-secret"}, lambda result: None)

    assert ["uncaught in BX24: Query error! (The answer is no JSON.)"] == [r.message for r in caplog.records]


def test_a_refused_batch_gives_every_command_the_error_when_switched() -> None:
    """With silent_batch_refusal off the callback gets the error under each key."""
    got: list[Any] = []
    bx24, _ = _bx24(
        {"status": 401, "json": {"error": "NO_AUTH_FOUND"}}, quirks={"silent_batch_refusal": False}
    )

    bx24.call_batch({"a": ["profile"], "b": None, "c": ["scope"]}, got.append)

    assert [{"a": "NO_AUTH_FOUND (401)", "c": "NO_AUTH_FOUND (401)"}] == [
        {key: str(result.error()) for key, result in container.items()} for container in got
    ]


def test_an_empty_batch_calls_back_when_switched() -> None:
    """With silent_empty_batch off the callback gets an empty container of the same kind."""
    got: list[Any] = []
    bx24, port = _bx24(quirks={"silent_empty_batch": False})

    bx24.call_batch([], got.append)
    bx24.call_batch({}, got.append)

    assert [[], {}] == got
    assert [] == port.requests


def test_start_is_sent_and_the_caller_keeps_it_when_switched() -> None:
    """With start_dropped off paging by hand works."""
    params = {"start": 50, "a": 1}
    bx24, port = _bx24(quirks={"start_dropped": False})

    bx24.call_method("m", params)

    assert [b"auth=token1&start=50&a=1"] == [sent.body for sent in port.requests]
    assert {"start": 50, "a": 1} == params


def test_an_expired_token_is_renewed_again_and_again_by_default() -> None:
    """The original has no counter; the third token is accepted here."""
    got: list[Any] = []
    bx24, port = _bx24(EXPIRED, EXPIRED, {"json": {"result": 1}})

    bx24.call_method("m", {"x": 1}, lambda result: got.append(result.data()))

    assert [b"auth=token1&x=1", b"auth=token2&x=1", b"auth=token3&x=1"] == [
        sent.body for sent in port.requests
    ]
    assert [1] == got


def test_an_expired_token_is_renewed_once_when_switched() -> None:
    """With endless_refresh off the second refusal reaches the callback."""
    got: list[str] = []
    bx24, port = _bx24(EXPIRED, EXPIRED, quirks={"endless_refresh": False})

    bx24.call_method("m", {}, lambda result: got.append(str(result.error())))

    assert ["expired_token: too old (401)"] == got
    assert 1 == port.refreshes


def test_without_the_limiter_all_calls_go_at_once() -> None:
    """With client_limiter off nothing waits."""
    bx24, port = _bx24(quirks={"client_limiter": False})

    for _ in range(95):
        bx24.call_method("m")

    assert 0.0 == port.seconds


def test_a_token_that_the_clock_calls_old_is_renewed_before_the_call() -> None:
    """portal/bx24_wire.json expired_locally: one call, with the new token."""
    bx24, port = _bx24()
    before = bx24.get_auth()
    port.seconds = 3601.0

    old = bx24.get_auth()
    bx24.call_method("m", {"x": 1})

    assert before == {
        "access_token": "token1",
        "refresh_token": "refresh1",
        "expires_in": 1_760_003_600_000,
        "domain": "portal.test",
        "member_id": "member1",
    }
    assert old is False
    assert [b"auth=token2&x=1"] == [sent.body for sent in port.requests]


def test_refresh_auth_calls_back_with_the_new_tokens() -> None:
    """fr-refresh: the callback gets what get_auth gives afterwards."""
    got: list[Any] = []
    bx24, _ = _bx24()

    bx24.refresh_auth(got.append)

    assert [bx24.get_auth()] == got
    assert "token2" == got[0]["access_token"]


def test_a_webhook_sends_no_auth_field() -> None:
    """The rights are in the address; the rest of the body stays as the original writes it."""
    port = ScriptedPort()
    bx24 = BX24.from_webhook("https://portal.test/rest/1/code/", port=port)

    bx24.call_method("m", {"filter": {"ID": 1}})
    bx24.call_method("m")

    assert [
        ("https://portal.test/rest/1/code/m.json", b"&filter[ID]=1"),
        ("https://portal.test/rest/1/code/m.json", b""),
    ] == [(sent.url, sent.body) for sent in port.requests]
    assert bx24.get_auth() is False


def test_tokens_at_hand_are_used_as_they_are() -> None:
    """from_token needs no store: domain and tokens are those of the request that opened the page."""
    port = ScriptedPort()
    bx24 = BX24.from_token("portal.test:8443", "at hand", port=port)

    bx24.call_method("profile")

    assert [("https://portal.test:8443/rest/profile.json", b"auth=at%20hand")] == [
        (sent.url, sent.body) for sent in port.requests
    ]


@pytest.mark.parametrize(
    ("params", "body"),
    [
        ({}, b"auth=token1&start=50"),
        ({"filter": {"ID": None}}, b"auth=token1&start=50"),
        ({"filter": {"ID": 1}}, b"auth=token1&start=50&&filter[ID]=1"),
        ("x=1?y=2", b"auth=token1&start=50&x=1"),
    ],
)
def test_a_command_asks_for_its_next_page_with_the_text_it_was_sent_as(params: Any, body: bytes) -> None:
    """The text between its question mark and a second one; nothing stays of parameters without values."""
    answer = {
        "result": {
            "result": {"a": [1]},
            "result_error": [],
            "result_total": {"a": 60},
            "result_next": {"a": 50},
        }
    }
    bx24, port = _bx24({"json": answer})

    bx24.call_batch({"a": ["m.list", params]}, lambda found: found["a"].next() if type(found) is dict else 0)

    assert ("https://portal.test/rest/m.list.json", body) == (port.requests[1].url, port.requests[1].body)


def test_what_the_caller_changes_after_an_answer_does_not_reach_the_next_page() -> None:
    """A result keeps its own copy of the parameters."""
    bx24, port = _bx24({"json": {"result": [1], "next": "0x10"}})
    params = {"filter": {"ID": 1}}

    def page(result: AjaxResult) -> None:
        params["filter"]["ID"] = 2
        result.next()

    bx24.call_method("m", params, page)

    assert b"auth=token1&start=16&&filter[ID]=1" == port.requests[1].body


@pytest.mark.parametrize(
    ("offset", "number"), [("50", 50), (" -7abc", -7), ("0x1A", 26), ([50, 60], 50), ([["8"]], 8), (1e21, 1)]
)
def test_an_offset_is_read_as_javascript_reads_numbers(offset: Any, number: int) -> None:
    """Texts up to their first other letter, hexadecimal ones, lists by their first value."""
    bx24, _ = _bx24({"json": {"result": [], "next": offset}})
    got: list[AjaxResult] = []

    bx24.call_method("m", {}, got.append)

    assert [number] == [result.answer["next"] for result in got]


def test_an_event_without_a_name_is_bound_as_an_empty_text() -> None:
    """Missing names are sent empty, not left out."""
    bx24, port = _bx24(init={"IS_ADMIN": True})

    bx24.call_bind("OnX", None)  # type: ignore[arg-type]  # what a page may do

    assert b"auth=token1&event=OnX&handler=&auth_type=0" == port.requests[0].body


def test_a_thousand_pages_need_no_deep_stack() -> None:
    """Calls made inside callbacks run after them, not inside them."""
    pages = [{"json": {"result": [at], "next": at + 1}} for at in range(2000)]
    seen: list[int] = []
    bx24, _ = _bx24(*pages, {"json": {"result": [2000]}}, quirks={"client_limiter": False})

    def page(result: AjaxResult) -> None:
        seen.extend(result.data())
        result.next()

    bx24.call_method("m", {}, page)

    assert list(range(2001)) == seen


def test_an_exception_of_a_callback_reaches_the_caller_after_the_others_ran() -> None:
    """One failing callback does not take the others with it."""
    seen: list[int] = []
    bx24, _ = _bx24()

    def first(result: AjaxResult) -> None:
        bx24.call_method("second", {}, lambda later: seen.append(2))
        raise LookupError("mine")

    with pytest.raises(LookupError, match="mine"):
        bx24.call_method("first", {}, first)

    assert [2] == seen


def test_a_redirect_inside_the_portal_is_followed_without_the_body() -> None:
    """As a browser does: a 302 turns the POST into a GET."""
    got: list[Any] = []
    bx24, port = _bx24({"status": 302, "location": "/rest/other.json"}, {"json": {"result": 5}})

    bx24.call_method("m", {"a": 1}, lambda result: got.append(result.data()))

    assert [("POST", "https://portal.test/rest/m.json"), ("GET", "https://portal.test/rest/other.json")] == [
        (sent.verb, sent.url) for sent in port.requests
    ]
    assert ([5], b"") == (got, port.requests[1].body)


def test_a_redirect_to_another_host_gets_no_token() -> None:
    """The request ends there: nothing is sent to a foreign host."""
    thrown: list[Exception] = []
    bx24, port = _bx24({"status": 307, "location": "https://evil.test/x"}, on_uncaught=thrown.append)

    bx24.call_method("m", {}, lambda result: None)

    assert ["https://portal.test/rest/m.json"] == [sent.url for sent in port.requests]
    assert isinstance(thrown[0], TransportError)


def test_install_handlers_run_one_after_the_other_before_init() -> None:
    """portal/bx24_wire.json install_with_handlers."""
    order: list[str] = []
    bx24, _ = _bx24(init={"FIRST_RUN": True, "INSTALL": True})
    bx24.install(lambda: (order.append("install 1"), bx24.install_finish()))
    bx24.install(lambda: (order.append("install 2"), bx24.install_finish()))

    bx24.init(lambda: order.append("init"))

    assert ["install 1", "install 2", "init"] == order


def test_options_are_a_local_copy_over_the_portals() -> None:
    """fr-options: reads are local, set changes the copy and tells the portal."""
    got: list[Any] = []
    bx24, port = _bx24(init={"IS_ADMIN": True, "USER_OPTIONS": {"color": "blue"}, "APP_OPTIONS": []})

    bx24.userOption.set("color", "red")
    bx24.appOption.set("theme", {"a": 1}, got.append)

    assert ("red", {"a": 1}, None) == (
        bx24.user_option.get("color"),
        bx24.app_option.get("theme"),
        bx24.app_option.get("missing"),
    )
    assert [{"theme": {"a": 1}}] == got
    assert [b"auth=token1&&options[color]=red", b"auth=token1&&&options[theme][a]=1"] == [
        sent.body for sent in port.requests
    ]


def test_application_options_are_not_set_by_others_than_administrators() -> None:
    """appOption.set is empty for them."""
    bx24, port = _bx24(init={"IS_ADMIN": False, "APP_OPTIONS": {}})

    bx24.app_option.set("theme", 1)

    assert (None, []) == (bx24.app_option.get("theme"), port.requests)


def test_rights_that_are_not_known_are_asked_for_once() -> None:
    """Without IS_ADMIN in the init data user.admin tells."""
    bx24, port = _bx24({"json": {"result": True}})

    assert [True, True] == [bx24.is_admin(), bx24.isAdmin()]
    assert ["https://portal.test/rest/user.admin.json"] == [sent.url for sent in port.requests]


def test_functions_of_the_window_say_where_they_are() -> None:
    """The error sends the reader to bx24.js."""
    bx24, _ = _bx24()

    with pytest.raises(AttributeError, match=r"resizeWindow needs the portal's frame: use bx24\.js"):
        bx24.resizeWindow(1, 2)


def test_an_unknown_quirk_is_refused_with_the_known_ones() -> None:
    """The message lists every name."""
    with pytest.raises(ConfigError, match=r"no quirk nope.*silent_failures"):
        _bx24(quirks={"nope": False})


def test_every_quirk_names_its_recording() -> None:
    """The table is complete: a sentence and a vector for each."""
    assert all(quirk.reason.endswith(".") and "bx24/" in quirk.vector for quirk in QUIRKS)
