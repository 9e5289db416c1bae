"""Addresses, bodies, authorisation and headers ("How a portal behaves", section 1)."""

from __future__ import annotations

import json

import pytest
from doors import FORM, JSON, Door

from b24bridge.sandbox import Portal
from b24bridge.sandbox.methods import Context, Method, Params
from b24bridge.sandbox.portal import DOCUMENTED_STATUSES

PROFILE = "Администратор"


@pytest.mark.parametrize(
    "path",
    [
        "profile",
        "profile/",
        "profile.json",
        "profile.json/",
        "PROFILE",
        "Profile.json",
        "/profile",
    ],
)
def test_webhook_addresses_in_every_spelling(door: Door, path: str) -> None:
    """Suffix, final slash, doubled slash and letter case do not matter."""
    assert PROFILE == door.request("GET", f"{door.webhook}{path}").result["NAME"]


@pytest.mark.parametrize("suffix", ["yaml", "JSON", "json.json"])
def test_other_suffixes_stay_part_of_the_name(door: Door, suffix: str) -> None:
    """Only ``json`` and ``xml`` are cut off, once."""
    assert 404 == door.request("GET", f"{door.webhook}profile.{suffix}").status


def test_xml_replies_are_xml_and_so_are_their_errors(door: Door) -> None:
    """The suffix ``xml`` selects the other reply format."""
    fine = door.request("GET", f"{door.webhook}method.get.xml?name=profile")
    bad = door.request("GET", f"{door.webhook}no.such.xml")

    assert "text/xml; charset=utf-8" == fine.headers["content-type"]
    assert fine.body.startswith(
        b"<response><result><isExisting>1</isExisting><isAvailable>1</isAvailable></result><time>"
    )
    assert (404, b"<response><error>ERROR_METHOD_NOT_FOUND</error>") == (bad.status, bad.body[:47])


def test_token_may_be_in_header_query_or_body(door: Door) -> None:
    """All places work; the header is looked at first."""
    token = door.portal.tokens()["access"]

    answers = [
        door.request("GET", "/rest/profile", headers=[("Authorization", f"Bearer {token}")]),
        door.request("GET", f"/rest/profile?auth={token}"),
        door.request("GET", f"/rest/profile?access_token={token}"),
        door.request("POST", "/rest/profile.json", f"auth={token}".encode(), [FORM]),
        door.request("POST", "/rest/profile.json", json.dumps({"auth": token}).encode(), [JSON]),
        door.request("GET", "/rest/profile?auth=wrong", headers=[("Authorization", f"Bearer {token}")]),
    ]

    assert [200] * 6 == [answer.status for answer in answers]


@pytest.mark.parametrize(
    ("path", "code", "text"),
    [
        ("/rest/profile", "NO_AUTH_FOUND", "Wrong authorization data"),
        ("/rest/1/wrong/profile", "INVALID_CREDENTIALS", "Invalid request credentials"),
        ("/rest/2/code/profile", "INVALID_CREDENTIALS", "Invalid request credentials"),
    ],
)
def test_missing_or_wrong_credentials_are_401(door: Door, path: str, code: str, text: str) -> None:
    """Failures of the authorisation step have status 401, and CORS headers like everything."""
    answer = door.request("GET", path)

    assert (401, {"error": code, "error_description": text}) == (answer.status, answer.json)
    assert "*" == answer.headers["access-control-allow-origin"]


def test_options_is_answered_before_any_authorisation(door: Door) -> None:
    """A preflight gets headers and an empty body."""
    answer = door.request("OPTIONS", "/rest/crm.deal.list")

    assert (200, b"") == (answer.status, answer.body)
    assert "origin, content-type, accept" == answer.headers["access-control-allow-headers"]


def test_json_wins_over_the_query_at_the_top_level(door: Door) -> None:
    """Query and body are merged key by key, without going deeper."""
    path = f"{door.webhook}user.get?ID=1&filter[ID]=113"

    answer = door.request("POST", path, b'{"filter": {"ACTIVE": "Y"}, "select": ["ID"], "start": -1}', [JSON])

    # ``filter`` of the body replaced that of the query, so more than one person is found.
    assert ["1", "113"] == [row["ID"] for row in answer.result[:2]]


def test_put_is_read_like_get(door: Door) -> None:
    """The body of other verbs is not looked at."""
    answer = door.request("PUT", f"{door.webhook}user.get?ID=1&select[]=ID", b"ID=113", [FORM])

    assert [{"ID": "1"}] == answer.result


def test_unencoded_operator_breaks_the_key(door: Door) -> None:
    """A raw ``=`` inside a bracketed key ends it, so the condition is lost."""
    raw = door.request("GET", f"{door.webhook}crm.item.list?entityTypeId=140&filter[>=id]=3202")
    right = door.request("GET", f"{door.webhook}crm.item.list?entityTypeId=140&filter[%3E%3Did]=3202")

    assert (120, 1) == (raw.json["total"], right.json["total"])


def test_multipart_forms_are_read(door: Door) -> None:
    """A multipart form is parsed like a urlencoded one."""
    body = b'--x\r\nContent-Disposition: form-data; name="select[0]"\r\n\r\nID\r\n--x--\r\n'
    kind = ("Content-Type", "multipart/form-data; boundary=x")

    answer = door.request("POST", f"{door.webhook}user.get?ID=1", body, [kind])

    assert [{"ID": "1"}] == answer.result


def test_rest_3_does_not_know_the_method(door: Door) -> None:
    """The newer interface has errors of another shape."""
    answer = door.request("POST", "/rest/api/no.such", b"{}", [JSON])

    assert (404, "BITRIX_REST_V3_EXCEPTION_METHODNOTFOUNDEXCEPTION") == (
        answer.status,
        answer.json["error"]["code"],
    )


def test_state_is_answered_with_a_signature(door: Door) -> None:
    """Methods with security data sign the caller's ``state``."""
    token = door.portal.tokens()["access"]

    assert "signature" in door.token("profile", token, {"state": "x"}).json
    assert "signature" not in door.token("server.time", token, {"state": "x"}).json


def test_unknown_methods_leave_a_hint_in_the_log(door: Door) -> None:
    """The sandbox's own log names the nearest implemented methods; the answer does not."""
    answer = door.call("crm.deal.lst")

    assert "crm.deal.list" in door.portal.requests[-1].note
    assert b"crm.deal.list" not in answer.body


def test_secrets_are_not_in_the_request_log(door: Door) -> None:
    """Neither tokens nor the webhook's address are logged."""
    token = door.portal.tokens()["access"]
    door.token("profile", token, {"x": 1})
    door.call("profile")

    logged = repr(list(door.portal.requests))

    assert [False, False] == [secret in logged for secret in (token, door.webhook)]


def test_statuses_can_follow_the_documentation() -> None:
    """Where source and documentation differ, the documented statuses can be chosen."""
    with Portal(statuses=DOCUMENTED_STATUSES) as portal:
        assert 403 == portal.answer("GET", "/rest/1/wrong/profile").status


def test_plain_http_can_be_refused() -> None:
    """A live portal refuses webhooks without TLS; the sandbox does when it is told to."""
    with Portal(requires_https=True, base_url="http://portal.test") as portal:
        reply = portal.answer("GET", f"{portal.webhook_url}profile")

    assert (401, b'{"error":"INVALID_REQUEST","error_description":"Https required."}') == (
        reply.status,
        reply.body,
    )


def test_a_method_that_fails_is_an_error_and_writes_nothing(caplog: pytest.LogCaptureFixture) -> None:
    """A failure of a method answers ERROR_CORE as on a portal; what it wrote is taken back, the log has it."""

    def failing(context: Context, _: Params) -> None:
        context.store.insert("departments", {"NAME": "half written"})
        raise TypeError("unexpected")

    with Portal(webhook_code="code") as portal:
        portal.dispatcher.methods["test.fails"] = Method("test.fails", failing)
        door = Door(portal)

        answer = door.call("test.fails")

        departments = [row["NAME"] for row in door.call("department.get").result]
    assert (400, {"error": "ERROR_CORE", "error_description": "Internal error"}) == (
        answer.status,
        answer.json,
    )
    assert "half written" not in departments
    assert ["test.fails failed"] == [record.getMessage().partition(";")[0] for record in caplog.records]
