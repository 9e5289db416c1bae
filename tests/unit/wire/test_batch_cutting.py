"""The answer to a batch, cut into commands without decoding it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from b24bridge.wire.cutting import cut

MAPS: dict[str, Any] = {"result_error": [], "result_total": {"a": 0}, "result_next": [], "result_time": []}


def body(results: Any, **maps: Any) -> bytes:
    """Return the answer to a batch as the portal prints it."""
    answer = {"result": {"result": results, **MAPS, **maps}, "time": {"duration": 0.5}}
    return json.dumps(answer, separators=(",", ":")).encode()


def test_each_result_is_decoded_by_itself() -> None:
    """The other maps are there at once."""
    parts = cut(body({"a": [{"ID": "1"}], "b": {"items": []}}), ["a", "b"])

    assert parts is not None
    assert [{"ID": "1"}] == parts.result("a")
    assert {"items": []} == parts.result("b")
    assert {"result": {"a": None, "b": None}, **MAPS} == parts.outline()


def test_failed_commands_have_no_part() -> None:
    """They are in the map of errors."""
    error = {"b": {"error": "ACCESS_DENIED", "error_description": '},"result_error":'}}
    parts = cut(body({"a": 1, "c": 2}, result_error=error), ["a", "b", "c"])

    assert parts is not None
    assert (["a", "c"], 2) == (list(parts.spans), parts.result("c"))
    assert error == parts.outline()["result_error"]


def test_results_of_any_length_are_found() -> None:
    """A short one behind a long one, a long one behind a short one, and one that repeats a name inside."""
    rows = [{"ID": str(number)} for number in range(50)]
    results = {"a": rows, "b": [], "c": rows * 40, "d": 1, "e": rows, "f": [{"x": 1, "g": 2}] * 9, "h": 3}
    parts = cut(body(results), list(results))

    assert parts is not None
    assert results == {name: parts.result(name) for name in results}


def test_texts_that_look_like_keys_cut_nothing() -> None:
    """Their quotes are escaped."""
    rows = [{"TITLE": ',"b":1},"result_error":[]'}]
    parts = cut(body({"a": rows, "b": rows}), ["a", "b"])

    assert parts is not None
    assert rows == parts.result("a") == parts.result("b")


def test_fields_named_like_a_command_cannot_be_decoded_and_are_noticed() -> None:
    """The caller then decodes the whole answer."""
    parts = cut(body({"a": [{"x": 1, "b": 2}], "b": 3}), ["a", "b"])

    assert parts is not None
    with pytest.raises(ValueError, match="delimiter"):
        parts.result("a")


def test_nothing_behind_a_wrong_cut_is_believed() -> None:
    """What lies there is the field of a row and decodes well, but is no result."""
    parts = cut(body({"a": [{"x": 1, "b": 2}], "b": 3}), ["a", "b"])

    assert parts is not None
    for name in ("a", "b"):
        with pytest.raises(ValueError, match=r"delimiter|wrong place"):
            parts.result(name)


@pytest.mark.parametrize(
    "damaged",
    [b"", b"<html>", body([]), body({"a": 1})[:-9], b'{"error":"X"}', b'{"result":{"result":{"a":[{"ID":'],
)
def test_other_answers_are_not_cut(damaged: bytes) -> None:
    """A page, a list of results, a cut body, an error: they are for the ordinary decoder."""
    assert cut(damaged, ["a"]) is None
