"""The form text of BX24 in Python against JavaScript's own functions, and what PHP reads of it."""

from __future__ import annotations

import json
import math
import struct
import subprocess
from datetime import UTC, datetime, timedelta, timezone
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from b24bridge.errors import DataError
from b24bridge.legacy.bx24_form import encode, encode_component, is_truthy, number_text
from b24bridge.wire.phpquery import parse_str

SCRIPT = """
const input = JSON.parse(require('fs').readFileSync(0, 'utf8'));
const view = new DataView(new ArrayBuffer(8));
console.log(JSON.stringify({
  numbers: input.numbers.map(hex => { view.setBigUint64(0, BigInt('0x' + hex)); return String(view.getFloat64(0)); }),
  integers: input.integers.map(text => String(Number(text))),
  texts: input.texts.map(text => encodeURIComponent(text)),
  orders: input.orders.map(keys => Object.keys(Object.fromEntries(keys.map(key => [key, 1])))),
}));
"""
KEYS = st.text("abcXYZ_09", min_size=1, max_size=4).filter(lambda key: not key.isdecimal())
VALUES = st.recursive(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=6),
    lambda inner: (
        st.lists(inner, min_size=1, max_size=3) | st.dictionaries(KEYS, inner, min_size=1, max_size=3)
    ),
    max_leaves=8,
)


def _plain(value: Any) -> Any:
    """Return PHP's arrays with the keys in any order."""
    if isinstance(value, list):
        value = dict(enumerate(value))
    return {str(key): _plain(item) for key, item in value.items()} if isinstance(value, dict) else value


@given(st.dictionaries(KEYS, VALUES, max_size=4))
def test_php_reads_the_values_that_were_written(params: dict[str, Any]) -> None:
    """Extra ampersands and the changed order do not change what PHP's parse_str finds."""
    assert _plain(params) == _plain(parse_str(encode(params)))


@given(st.floats())
def test_a_number_reads_back_as_the_same_number(value: float) -> None:
    """The text of a number is exact and never in Python's own spelling of it."""
    text = number_text(value)

    back = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}.get(text)
    assert repr(value + 0.0) == repr(float(text) if back is None else back)


@pytest.mark.node
def test_numbers_texts_and_key_order_are_those_of_javascript() -> None:
    """Node agrees on 3,000 doubles, on integers around 2**53, on texts, and on the order of keys."""
    random = Random(24)
    doubles = [struct.unpack(">d", random.randbytes(8))[0] for _ in range(2500)]
    doubles += [random.choice([1, 5, 25, 999]) * 10.0 ** random.randint(-9, 24) for _ in range(500)]
    doubles = [value for value in doubles if not math.isnan(value)]
    integers = [
        sign * (2**power + step) for power in (52, 53, 54, 63, 70) for step in (-1, 0, 1) for sign in (1, -1)
    ]
    texts = [
        "".join(
            chr(random.choice([random.randrange(0x20, 0x7F), random.randrange(0x400, 0x500), 0x1F600]))
            for _ in range(8)
        )
        for _ in range(200)
    ]
    orders = [["b", "2", "a", "1", "01", "-1", "1.5", "4294967294", "4294967295", "0"], ["10", "9", "x"]]
    given_values = {
        "numbers": [struct.pack(">d", value).hex() for value in doubles],
        "integers": [str(value) for value in integers],
        "texts": texts,
        "orders": orders,
    }

    done = subprocess.run(
        ["node", "-e", SCRIPT], input=json.dumps(given_values), capture_output=True, text=True, check=True
    )

    from b24bridge.legacy.bx24_form import ALL_QUIRKS, ordered

    expected = json.loads(done.stdout)
    assert expected == {
        "numbers": [number_text(value) for value in doubles],
        "integers": [number_text(value) for value in integers],
        "texts": [encode_component(text) for text in texts],
        "orders": [[key for key, _ in ordered(dict.fromkeys(keys, 1), ALL_QUIRKS)] for keys in orders],
    }


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({"a": {"b": {}}}, ""),
        ({"a": [None]}, ""),
        ({"a": {"b": []}}, "&&a[b]="),
        ({"a": (1, None, 3)}, "&a[0]=1&a[2]=3"),
        ({"x": {1: "a", "b": None}}, "&x[1]=a"),
        ([10, {"POST_MESSAGE": "hi"}], "0=10&1[POST_MESSAGE]=hi"),
        ("a=1&b[]=2", "a=1&b[]=2"),
        (None, ""),
        (
            {"d": datetime(2024, 8, 30, 15, 29, 0, 7999, timezone(timedelta(hours=3)))},
            "&d=2024-08-30T12%3A29%3A00.007Z",
        ),
    ],
)
def test_corner_cases_have_the_text_that_the_rules_give(params: Any, expected: str) -> None:
    """Empty objects vanish, empty lists stay, dates are UTC with milliseconds."""
    assert expected == encode(params)


@pytest.mark.parametrize(
    ("fix", "params", "expected"),
    [
        ("javascript_order", {"f": {"A": {"x": 1}, "B": 2}, "id": 7}, "&&f[A][x]=1&f[B]=2&id=7"),
        ("extra_ampersands", {"f": {"P": [{"V": 1}]}}, "f[P][0][V]=1"),
        ("boolean_words", {"t": True, "f": False}, "t=1&f=0"),
        ("double_numbers", {"n": 2**53 + 1}, "n=9007199254740993"),
    ],
)
def test_a_habit_of_the_form_can_be_switched_off(fix: str, params: Any, expected: str) -> None:
    """Each named quirk changes one thing."""
    from b24bridge.legacy.bx24_quirks import kept

    assert expected == encode(params, kept({fix: False}))


@pytest.mark.parametrize(
    ("value", "word"),
    [(datetime(2024, 1, 1), "zone"), (b"x", "bytes"), ({1}, "set"), ("\ud800", "surrogate")],
)
def test_a_value_without_a_form_is_refused_with_advice(value: Any, word: str) -> None:
    """The error names what is wrong and what to give instead."""
    with pytest.raises(DataError, match=word):
        encode({"x": value})


def test_an_aware_date_of_any_zone_is_sent_in_utc() -> None:
    """The zone does not reach the wire."""
    assert "&d=2024-01-01T00%3A00%3A00.000Z" == encode({"d": datetime(2024, 1, 1, tzinfo=UTC)})


def test_empty_containers_are_true_as_in_javascript() -> None:
    """Only null, false, zero, NaN and empty text are false."""
    assert [True, True, False, False, False, False, True] == [
        is_truthy(value) for value in ({}, [], "", 0, math.nan, None, "0")
    ]
