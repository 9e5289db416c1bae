"""Spoiled calls on demand ("The service desk", section 2, ``faults``)."""

from __future__ import annotations

from typing import Any

import pytest
from doors import Answered, Door

from b24bridge.sandbox import Portal

LIMIT = {"error": "QUERY_LIMIT_EXCEEDED", "error_description": "Too many requests"}
PAGE = "<html><head><title>502 Bad Gateway</title></head><body></body></html>"


def _deal_titles(door: Door) -> list[str]:
    door.portal.faults.clear()
    return [row["TITLE"] for row in door.call("crm.deal.list", {"select": ["TITLE"]}).result]


def _add(door: Door) -> Answered:
    return door.call("crm.deal.add", {"fields": {"TITLE": "x"}})


def test_nth_calls_of_a_method_are_spoiled(door: Door) -> None:
    """Only the calls named by ``nth`` are refused, and refused calls do nothing."""
    door.portal.faults.set([{"method": "crm.deal.add", "nth": [2], "status": 503, "body": LIMIT}])

    answers = [_add(door) for _ in range(3)]

    assert [200, 503, 200] == [answer.status for answer in answers]
    assert LIMIT == answers[1].json
    assert ["x", "x"] == _deal_titles(door)


def test_where_looks_at_parameters_as_text(door: Door) -> None:
    """Dotted names and values choose the calls, whether they come as form or JSON."""
    rule = {"method": "crm.item.list", "where": {"filter.stageId": "A", "entityTypeId": 140}, "nth": "all"}
    door.portal.faults.set([{**rule, "status": 502, "raw": PAGE}])

    spoiled = door.form("crm.item.list", {"entityTypeId": 140, "filter": {"stageId": "A"}})
    other = door.call("crm.item.list", {"entityTypeId": 140, "filter": {"stageId": "B"}})

    assert (502, PAGE.encode(), 200) == (spoiled.status, spoiled.body, other.status)


@pytest.mark.parametrize("kind", ["drop", "reset"])
def test_cut_connection_is_an_error_of_the_connection(door: Door, kind: str) -> None:
    """Nothing comes back, and nothing was done."""
    door.portal.faults.set([{"method": "crm.deal.add", kind: True}])

    with pytest.raises(ConnectionError):
        _add(door)

    assert [] == _deal_titles(door)


def test_lost_answer_leaves_the_work_done(door: Door) -> None:
    """The connection breaks after the write: the client cannot know, the record is there."""
    door.portal.faults.set([{"method": "crm.deal.add", "lost": True, "times": 1}])

    with pytest.raises(ConnectionError):
        _add(door)

    assert ["x"] == _deal_titles(door)


def test_timeout_is_raised_in_the_process() -> None:
    """A call without an answer is a ``TimeoutError`` for whoever stands in for the network."""
    with Portal() as portal:
        portal.faults.set([{"method": "profile", "timeout": True}])

        with pytest.raises(TimeoutError):
            portal.answer("GET", f"{portal.webhook_url}profile")


def test_expired_token_comes_before_the_call(door: Door) -> None:
    """The token that worked a moment ago is too old now."""
    token = door.portal.tokens()["access"]
    door.portal.faults.set([{"method": "profile", "nth": 2, "expired_token": True}])

    answers = [door.token("profile", token) for _ in range(2)]

    assert [200, 401] == [answer.status for answer in answers]
    assert "expired_token" == answers[1].json["error"]


def test_same_seed_spoils_the_same_calls() -> None:
    """A probability is drawn from a seed."""
    with Portal() as portal:
        runs = []
        for _ in range(2):
            portal.faults.set([{"method": "*", "probability": 0.5, "seed": 7, "status": 500, "raw": ""}])
            runs.append([portal.answer("GET", f"{portal.webhook_url}profile").status for _ in range(30)])

        assert runs[0] == runs[1]
        assert {200, 500} == set(runs[0])


@pytest.mark.parametrize("rule", [{"methd": "profile"}, {"nth": "first"}, {"nth": ["1"]}])
def test_wrong_rules_say_what_is_known(rule: dict[str, Any]) -> None:
    """A typo in a rule is an error, not a rule that never strikes."""
    with Portal() as portal, pytest.raises(ValueError, match="fault"):
        portal.faults.add(rule)


def test_token_server_can_be_spoiled_too(door: Door) -> None:
    """Its address is a method for the rules."""
    door.portal.faults.set([{"method": "oauth.token", "status": 500, "raw": "oops"}])

    assert 500 == door.request("GET", "/oauth/token/?grant_type=refresh_token").status


def test_slow_answer_is_the_right_one_later() -> None:
    """``slow_s`` alone delays the true answer."""
    with Portal() as portal:
        portal.faults.set([{"method": "profile", "slow_s": 2.5}])

        reply = portal.answer("GET", f"{portal.webhook_url}profile")

        assert (200, 2.5) == (reply.status, reply.delay_s)
