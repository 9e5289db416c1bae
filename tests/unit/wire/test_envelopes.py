"""Decoding of answers."""

from __future__ import annotations

import json

import pytest

from b24bridge.errors import BadAnswer, PortalMoved
from b24bridge.wire.call import Api
from b24bridge.wire.request import WireResponse
from b24bridge.wire.response import decode


def answer(body: object, status: int = 200, **headers: str) -> WireResponse:
    """Return a response with that JSON."""
    return WireResponse(status, tuple(headers.items()), json.dumps(body).encode())


def test_success_has_result_next_total_and_time() -> None:
    """The fields of the envelope are read; numbers may come as text."""
    envelope = decode(answer({"result": [1], "next": "50", "total": 120, "time": {"start": 1}}))

    assert ([1], 50, 120, {"start": 1}) == (envelope.result, envelope.next, envelope.total, envelope.time)
    assert not envelope.is_error


@pytest.mark.parametrize("result", [None, False, 0, "", [], {}, "text", 7])
def test_any_value_may_be_the_result(result: object) -> None:
    """Empty results are results."""
    envelope = decode(answer({"result": result}))

    assert result == envelope.result
    assert not envelope.is_error


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"error": "", "error_description": "Not found"}, 400),
        ({"error": "0", "error_description": "x"}, 400),
        ({"error": "", "error_description": "Not found"}, 200),
        ({"error": "insufficient_scope", "error_description": "x"}, 200),
        ({"error": "X", "result": {"kept": 1}}, 200),
        ({"error": {"code": "BITRIX_REST_V3_EXCEPTION_X", "message": "m"}}, 400),
        ({"result": 1}, 500),
    ],
)
def test_errors_are_seen_whatever_the_code(body: dict[str, object], status: int) -> None:
    """An empty code is an error too, and so is an error with status 200."""
    assert decode(answer(body, status)).is_error


@pytest.mark.parametrize("error", ["", "0", None, False, [], 0])
def test_an_empty_error_beside_a_result_is_none(error: object) -> None:
    """PHP's empty values with a result are a success (crest vectors ``err-empty-*``)."""
    assert not decode(answer({"error": error, "result": 1})).is_error


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "an empty body"),
        (b"<html>busy</html>", "a page instead of JSON"),
        (b'{"result":[1,2', "ends too early"),
        (b"true", "no envelope"),
        (b'"text"', "no envelope"),
        (b"[]", "no envelope"),
        (b"{}", "no envelope"),
        (b"Busy, sorry", "text that is no JSON"),
        (b'{"result": NaN}', "damaged"),
        (b'{"result": "\xff"}', "damaged"),
        (b"[" * 100_000, "damaged"),
    ],
)
def test_what_is_no_envelope_is_a_bad_answer(body: bytes, words: str) -> None:
    """The message says what came instead."""
    with pytest.raises(BadAnswer, match=words):
        decode(WireResponse(200, (), body), method="user.get")


@pytest.mark.parametrize(
    ("status", "done"), [(200, True), (500, True), (502, True), (403, False), (404, False)]
)
def test_bad_answer_tells_whether_the_work_may_be_done(status: int, done: bool) -> None:
    """A front end that refuses did not run the method; a broken gateway may have."""
    with pytest.raises(BadAnswer) as caught:
        decode(WireResponse(status, (), b"<html>"), method="x")

    assert done == caught.value.may_have_been_done
    assert status == caught.value.status


def test_a_huge_error_page_is_shortened_in_the_message() -> None:
    """200,000 bytes of HTML become one short line without secrets."""
    body = b"<html>https://p.example/rest/1/c0de/ " + b"x" * 200_000

    with pytest.raises(BadAnswer) as caught:
        decode(WireResponse(500, (), body), method="x")

    assert len(str(caught.value)) < 500
    assert "c0de" not in str(caught.value)


def test_a_redirect_is_a_moved_portal() -> None:
    """The new address is told without the webhook code; nothing was done."""
    moved = WireResponse(302, (("location", "https://new.example/rest/1/c0de/user.get"),), b"")

    with pytest.raises(PortalMoved) as caught:
        decode(moved, method="user.get")

    assert "https://new.example/rest/1/***/user.get" == caught.value.location
    assert not caught.value.may_have_been_done


def test_rest_3_may_answer_without_envelope() -> None:
    """OpenAPI documents come raw."""
    envelope = decode(answer({"openapi": "3.0.0"}), api=Api.V3)

    assert {"openapi": "3.0.0"} == envelope.result
