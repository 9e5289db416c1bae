"""Faults inside batches, ready-made faults, and answers that drip."""

from __future__ import annotations

from typing import Any

import pytest
from doors import Door

from b24bridge.sandbox import Portal
from b24bridge.sandbox.asgi import PortalApp
from b24bridge.sandbox.faults import PRESETS

BATCH = {
    "cmd": {
        "a": "crm.deal.add?fields[TITLE]=a",
        "b": "crm.deal.add?fields[TITLE]=b",
        "c": "crm.deal.list?select[]=TITLE",
    }
}
LIMIT = {
    "error": "OPERATION_TIME_LIMIT",
    "error_description": "Method is blocked due to operation time limit.",
}


def test_an_error_strikes_one_command_of_a_batch(door: Door) -> None:
    """The command fails with that error, the others run, the request is a success."""
    door.portal.faults.set([{"method": "crm.deal.add", "nth": 2, "status": 429, "body": LIMIT}])

    result = door.call("batch", BATCH).result

    assert {"b": LIMIT} == result["result_error"]
    assert ["a", "c"] == list(result["result"])
    assert "a" in [row["TITLE"] for row in result["result"]["c"]]


def test_a_page_in_place_of_a_command_spoils_the_request(door: Door) -> None:
    """What is no error answer replaces the whole batch; the commands before it were done."""
    door.portal.faults.set([{"preset": "html_502", "method": "crm.deal.add", "nth": 2}])

    answer = door.call("batch", BATCH)

    assert 502 == answer.status
    assert b"502 Bad Gateway" in answer.body
    assert ["a"] == [row["TITLE"] for row in door.call("crm.deal.list", {"select": ["TITLE"]}).result]


def test_a_lost_command_was_done_and_cuts_the_connection(door: Door) -> None:
    """The write is there, the commands after it are not run, nobody hears of it."""
    door.portal.faults.set([{"method": "crm.deal.add", "nth": 2, "lost": True}])

    with pytest.raises(ConnectionError):
        door.call("batch", BATCH)

    door.portal.faults.clear()
    assert ["a", "b"] == [row["TITLE"] for row in door.call("crm.deal.list", {"select": ["TITLE"]}).result]


def test_a_token_that_expires_at_a_command_fails_it_and_the_next_request(door: Door) -> None:
    """The command is refused, and the token is too old from then on."""
    token = door.portal.tokens()["access"]
    door.portal.faults.set([{"method": "crm.deal.list", "expired_token": True, "times": 1}])

    errors = door.token("batch", token, BATCH).result["result_error"]

    assert {"c": "expired_token"} == {name: error["error"] for name, error in errors.items()}
    assert 401 == door.token("profile", token).status


def test_a_rule_for_any_method_counts_a_batch_once(door: Door) -> None:
    """``*`` means requests."""
    door.portal.faults.set([{"method": "*", "nth": 2, "preset": "rate_limit"}])

    statuses = [door.call("batch", BATCH).status for _ in range(3)]

    assert [200, 503, 200] == statuses


def test_reset_time_is_told_in_header_and_body() -> None:
    """``reset_in_s`` says when it makes sense to come again, by the portal's clock."""
    with Portal() as portal:
        portal.clock.freeze("2026-01-01T00:00:00+00:00")
        portal.faults.set([{"preset": "operating_limit", "method": "profile", "reset_in_s": 90}])

        reply = portal.answer("GET", f"{portal.webhook_url}profile")

        assert (429, "90") == (reply.status, reply.header("retry-after"))
        assert b'"time":{"operating_reset_at":1767225690}' in reply.body


@pytest.mark.parametrize("name", [name for name, rule in PRESETS.items() if "status" in rule])
def test_every_ready_made_answer_comes_with_its_status(name: str) -> None:
    """Presets work as they are; those of the token server name its address."""
    with Portal() as portal:
        portal.faults.set([{"preset": name}])
        address = (
            portal.oauth_url
            if PRESETS[name].get("method") == "oauth.token"
            else f"{portal.webhook_url}profile"
        )

        reply = portal.answer("GET", address)

        assert PRESETS[name]["status"] == reply.status


def test_unknown_presets_name_the_known_ones() -> None:
    """A typo says what to write instead."""
    with Portal() as portal, pytest.raises(ValueError, match="rate_limit, operating_limit"):
        portal.faults.add({"preset": "ratelimit"})


def test_a_slow_body_is_told_in_the_process() -> None:
    """In the process the answer is whole and says how long it would have dripped."""
    with Portal() as portal:
        portal.faults.set([{"preset": "slow_body", "drip_s": 3}])

        reply = portal.answer("GET", f"{portal.webhook_url}profile")

        assert (200, 3) == (reply.status, reply.drip_s)


def test_a_slow_body_arrives_complete_over_a_socket(door: Door) -> None:
    """Dripping changes nothing but the time."""
    door.portal.faults.set([{"method": "scope", "drip_s": 0.01, "times": 1}])

    dripped, plain = door.call("scope"), door.call("scope")

    assert plain.result == dripped.result


@pytest.mark.anyio
async def test_a_slow_body_leaves_in_many_pieces() -> None:
    """The head goes at once, the body a few bytes at a time, with its whole length announced."""
    with Portal() as portal:
        portal.faults.set([{"method": "scope", "drip_s": 0.001}])
        sent: list[Any] = []

        async def receive() -> Any:
            return {"type": "http.request", "body": b""}

        async def send(message: Any) -> None:
            sent.append(message)

        path = f"/rest/1/{portal.webhook_code}/scope"
        scope = {"type": "http", "method": "GET", "path": path, "headers": [], "client": None}
        await PortalApp(portal)(scope, receive, send)

    head, *pieces = sent
    assert 40 <= len([piece for piece in pieces if piece["body"]]) <= 50
    assert (
        str(sum(len(piece["body"]) for piece in pieces)).encode() == dict(head["headers"])[b"content-length"]
    )
