"""Playing cassettes."""

from __future__ import annotations

import pytest

from b24bridge.contract.cassettes import About, Cassette
from b24bridge.contract.exchanges import Exchange, Tally, Witness, as_answers, effects, tally
from b24bridge.contract.replay import NotRecorded, ReplayPortal

FORM = (("content-type", "application/x-www-form-urlencoded"),)
JSON = (("content-type", "application/json"),)
HOOK = "https://portal.example/rest/1/***/"
LIVE = "https://other.example/rest/1/abc/"


def one(method: str, body: bytes, answer: bytes = b'{"result": []}', status: int = 200) -> Exchange:
    """A recorded form request."""
    return Exchange("POST", f"{HOOK}{method}.json", FORM, body, status, JSON, answer)


def player(*exchanges: Exchange) -> ReplayPortal:
    """A portal that plays exchanges."""
    return ReplayPortal(Cassette("c", About(), exchanges))


def test_json_request_gets_the_answer_of_the_form() -> None:
    """Requests match by what the portal would read, not by bytes, host or webhook."""
    portal = player(one("crm.item.list", b"entityTypeId=140&filter%5BstageId%5D=A&start=0", b'{"result": 1}'))

    reply = portal.answer(
        "POST", f"{LIVE}crm.item.list", JSON, b'{"filter": {"stageId": "A"}, "entityTypeId": 140, "start": 0}'
    )

    assert b'{"result": 1}' == reply.body
    assert 0 == portal.unused


def test_equal_requests_get_their_answers_in_order() -> None:
    """Each recorded answer is given once."""
    portal = player(one("app.info", b"", b"1"), one("app.info", b"", b"2"))

    replies = [portal.answer("POST", f"{LIVE}app.info.json", FORM, b"").body for _ in range(2)]

    assert [b"1", b"2"] == replies
    with pytest.raises(NotRecorded, match="already played"):
        portal.answer("POST", f"{LIVE}app.info.json", FORM, b"")


def test_near_miss_is_told_with_what_differs() -> None:
    """An unmatched request lists the nearest recording and both values."""
    portal = player(one("crm.item.list", b"entityTypeId=140&start=0"), one("user.get", b"ID=1"))

    with pytest.raises(NotRecorded) as caught:
        portal.answer("POST", f"{LIVE}crm.item.list.json", FORM, b"entityTypeId=140&start=50")

    assert "crm.item.list" in str(caught.value)
    assert "start: 0 -> 50" in str(caught.value)
    assert "user.get" not in str(caught.value)
    assert 1 == len(portal.misses)


def test_unknown_method_lists_the_recorded_ones() -> None:
    """With nothing near, the recorded methods are named."""
    portal = player(one("user.get", b"ID=1"))

    with pytest.raises(NotRecorded, match=r"Recorded methods: user\.get"):
        portal.answer("POST", f"{LIVE}department.get.json", FORM, b"")


def test_cut_connection_is_played_as_one() -> None:
    """A recording of a broken connection breaks the connection."""
    portal = player(one("user.get", b"", b"", 0))

    with pytest.raises(ConnectionResetError):
        portal.answer("POST", f"{LIVE}user.get.json", FORM, b"")


def test_witness_keeps_what_passes() -> None:
    """Requests, commands of batches, refusals and bytes are counted."""
    batch = b"cmd%5Ba%5D=user.get%3FID%3D1&cmd%5Bb%5D=crm.deal.add%3Ffields%5BTITLE%5D%3Dx&halt=0"
    portal = Witness(player(one("batch", batch, b'{"result": {}}'), one("user.get", b"ID=1", b"{}", 503)))

    portal.answer("POST", f"{LIVE}batch.json", FORM, batch)
    portal.answer("POST", f"{LIVE}user.get.json", FORM, b"ID=1")

    assert Tally(2, 3, 1, len(batch) + 4, 16) == tally(portal.exchanges)
    assert ["crm.deal.add"] == [sent.method for sent in effects(portal.exchanges).writes]


def test_recorded_answers_are_given_to_the_sandbox_with_their_questions() -> None:
    """Method, parameters with start, and the decoded body; error pages show no records."""
    exchanges = [
        one("user.get", b"ID=1&start=50", b'{"result": [{"ID": "1"}]}'),
        one("user.get", b"", b"<html>", 502),
    ]

    assert [
        {"method": "user.get", "params": {"ID": "1", "start": 50}, "response": {"result": [{"ID": "1"}]}}
    ] == as_answers(exchanges)
