"""The sandbox against what the real PHP and the real portal code answered (vectors of the portal)."""

from __future__ import annotations

import json
from datetime import timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from b24bridge.sandbox.batch import split_command
from b24bridge.sandbox.dates import strtotime
from b24bridge.sandbox.names import camel, filter_name, upper
from b24bridge.sandbox.phpinput import form
from b24bridge.sandbox.phpjson import encode, php_array
from b24bridge.sandbox.refs import resolve

VECTORS = Path(__file__).parent.parent / "vectors" / "portal"
MOSCOW = timezone(timedelta(hours=3))


def _load(name: str) -> Any:
    return json.loads((VECTORS / f"{name}.json").read_text(encoding="utf-8"))


FORMS = _load("php_forms")
REFS = _load("batch_refs")
NAMES = _load("crm_item_names")

# What the vector file calls each value, as the portal holds it before it is written.
ENCODED: dict[str, Any] = {
    "empty array": php_array({}),
    "list": [1, 2],
    "keys 0,1": php_array({0: "a", 1: "b"}),
    "keys 1,2": php_array({1: "a", 2: "b"}),
    "keys 1,0": php_array({1: "b", 0: "a"}),
    "string keys": php_array({"a": 1}),
    "numeric-string keys 0,1": php_array({"0": "a", "1": "b"}),
    "html": {"t": "<b>\"q\" & 's' / é</b>"},
    "float": {"f": 0.1, "g": 1.0, "h": 1e25, "i": 1 / 3, "j": 1700000000.123456},
    "bool null": {"a": True, "b": None},
    "datetime object": {"TIMESTAMP_X": {}},
    "bad utf8": form(b"x=%C3"),
    "slash": "a/b",
    "emoji": "😀\u2028",
    "big int": 9007199254740993,
}


@pytest.mark.parametrize("case", FORMS["parse_str"], ids=lambda case: case["body"])
def test_forms_are_read_as_php_reads_them(case: dict[str, Any]) -> None:
    """A form body becomes the parameter tree that ``parse_str`` of PHP makes of it."""
    assert case["parsed"] == form(case["body"].encode())


@pytest.mark.parametrize("case", FORMS["json_encode"], ids=lambda case: case["what"])
def test_answers_are_written_as_the_portal_writes_them(case: dict[str, Any]) -> None:
    """Values are encoded with the portal's own set of flags."""
    assert case["json"].encode() == encode(ENCODED[case["what"]])


@pytest.mark.parametrize("case", FORMS["strtotime"], ids=lambda case: case["in"] or "empty")
def test_dates_are_read_as_strtotime_reads_them(case: dict[str, Any]) -> None:
    """A date that a client sends is the moment that PHP reads in it, or none."""
    assert case["ts"] == strtotime(case["in"], 1_700_000_000, MOSCOW)


@pytest.mark.parametrize("case", FORMS["parse_url"], ids=lambda case: case["cmd"] or "empty")
def test_commands_are_split_as_parse_url_splits_them(case: dict[str, Any]) -> None:
    """A batch command is split into method and query; the rest of the address is lost."""
    expected = (case["parse_url"].get("path", ""), case["parse_url"].get("query", ""))

    assert expected == split_command(case["cmd"])


@pytest.mark.parametrize("case", REFS["cases"], ids=lambda case: case["query"])
def test_references_are_replaced_as_on_the_portal(case: dict[str, Any]) -> None:
    """References to earlier commands become their values, with the portal's oddities."""
    assert case["params"] == resolve(form(case["query"]), REFS["context"])


@pytest.mark.parametrize("case", NAMES["upper_to_camel"], ids=lambda case: case["upper"])
def test_field_names_of_items_are_converted_both_ways(case: dict[str, str]) -> None:
    """Database names become the names in responses and back."""
    assert (case["camel"], case["back"]) == (camel(case["upper"]), upper(case["camel"]))


@pytest.mark.parametrize("case", NAMES["filter_keys_to_upper"], ids=lambda case: case["in"])
def test_filter_keys_of_items_are_converted(case: dict[str, str]) -> None:
    """A filter key becomes the key that the portal checks."""
    assert case["out"] == filter_name(case["in"])
