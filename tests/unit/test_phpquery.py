"""PHP's form codec against recorded cases of PHP 8.2."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from b24bridge.wire.phpquery import float_text, http_build_query, parse_str, url_encode

VECTORS: dict[str, Any] = json.loads(
    (Path(__file__).parents[1] / "vectors" / "portal" / "php_forms.json").read_text("utf-8")
)


def _substituted(tree: Any) -> Any:
    """Return the tree as the recording shows it: bytes that are no UTF-8 stand as U+FFFD there."""
    if isinstance(tree, str):
        return tree.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    if isinstance(tree, list):
        return [_substituted(item) for item in tree]
    return {key: _substituted(value) for key, value in tree.items()}


def _ids(cases: list[dict[str, Any]]) -> Iterator[str]:
    return (str(next(iter(case.values()))) for case in cases)


@pytest.mark.parametrize("case", VECTORS["parse_str"], ids=_ids(VECTORS["parse_str"]))
def test_parse_str_reads_bodies_as_recorded(case: dict[str, Any]) -> None:
    """Every recorded form body gives PHP's parameter tree (php_forms.json)."""
    tree = parse_str(case["body"])

    assert _substituted(tree) == case["parsed"]


@pytest.mark.parametrize("case", VECTORS["http_build_query"])
def test_http_build_query_writes_as_recorded(case: dict[str, Any]) -> None:
    """Every recorded parameter tree gives PHP's form body (php_forms.json)."""
    body = http_build_query(case["in"])

    assert body == case["http_build_query"]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1.0, "1"),
        (0.1, "0.1"),
        (1 / 3, "0.33333333333333"),
        (99999999999999.0, "99999999999999"),
        (1e14, "1.0E+14"),
        (0.0001, "0.0001"),
        (1e-5, "1.0E-5"),
        (1.5e-7, "1.5E-7"),
        (1e25, "1.0E+25"),
        (2.25e-300, "2.25E-300"),
        (-0.0, "-0"),
        (float("inf"), "INF"),
        (float("-inf"), "-INF"),
        (float("nan"), "NAN"),
    ],
)
def test_floats_have_fourteen_digits(value: float, text: str) -> None:
    """Floats are written with PHP's default precision of 14 (crest.md 3.1)."""
    assert float_text(value) == text


def test_only_letters_digits_and_three_signs_stay_unescaped() -> None:
    """The tilde is escaped and the space becomes a plus (hbq-tilde, hbq-ascii-each)."""
    assert url_encode("aZ9-_.~ *'й") == "aZ9-_.%7E+%2A%27%D0%B9"


def test_bytes_that_are_no_text_survive_both_ways() -> None:
    """Invalid UTF-8 is sent as it is and comes back as it was (hbq-invalid-utf8)."""
    body = http_build_query({"a": "x\udcffy", "b": b"\xc3("})

    assert body == "a=x%FFy&b=%C3%28"
    assert parse_str(body) == {"a": "x\udcffy", "b": "\udcc3("}


def test_a_half_surrogate_pair_never_raises() -> None:
    """A lone surrogate that stands for no byte is sent as its three bytes."""
    assert http_build_query({"a": "\ud83d"}) == "a=%ED%A0%BD"


def test_null_and_empty_arrays_vanish_and_list_indexes_stay() -> None:
    """Null leaves a gap in a list, an empty array leaves nothing (hbq-null-in-list, hbq-nestedempty)."""
    assert http_build_query({"a": [1, None, 3], "b": {}, "c": [[]], "d": None}) == "a%5B0%5D=1&a%5B2%5D=3"


def test_keys_are_escaped_and_odd_keys_become_php_keys() -> None:
    """Brackets in keys are escaped, and keys that are no text become integers or nothing."""
    assert (
        http_build_query({">=ID": {"a b": 1}, None: 2, True: 3, 2.9: 4}) == "%3E%3DID%5Ba+b%5D=1&=2&1=3&2=4"
    )


@pytest.mark.parametrize("params", ["a=1", b"a=1", 5, None])
def test_parameters_that_are_no_container_are_refused(params: Any) -> None:
    """PHP dies on parameters that are no array; here it is a TypeError (hbq-scalar-string)."""
    with pytest.raises(TypeError, match="dict or a list"):
        http_build_query(params)


def test_a_value_of_an_unknown_type_is_named() -> None:
    """The error names the parameter, so that the caller finds it."""
    with pytest.raises(TypeError, match=r"fields%5BX%5D.*object"):
        http_build_query({"fields": {"X": object()}})


def test_a_container_that_holds_itself_is_refused() -> None:
    """A cycle ends in an error, not in an endless loop."""
    params: dict[str, Any] = {}
    params["a"] = {"b": params}

    with pytest.raises(ValueError, match="contains itself"):
        http_build_query(params)


def test_nesting_deeper_than_pythons_stack_is_written() -> None:
    """Depth is bounded by memory only."""
    params: Any = 1
    for _ in range(5_000):
        params = {"a": params}

    assert http_build_query(params).count("%5Ba%5D") == 4_999


def test_a_name_with_sixty_five_brackets_is_dropped_with_what_it_held() -> None:
    """PHP's max_input_nesting_level removes the whole variable."""
    deep = "a" + "[b]" * 65

    assert parse_str(f"a=5&{deep}=1&c=2") == {"c": "2"}


def test_variables_beyond_the_limit_are_dropped() -> None:
    """PHP's max_input_vars stops the parser."""
    assert parse_str("a=1&&b=2&c=3", max_vars=2) == {"a": "1", "b": "2"}


@pytest.mark.parametrize(
    ("body", "tree"),
    [
        (b"a=1\x00&b=2", {"a": "1"}),
        (b"a%00b=1", {"a": "1"}),
        (b"a[%00]=1", {"a_": "1"}),
        (b"  a=1", {"a": "1"}),
        (b"a[9223372036854775807]=x&a[]=y", {"a": {"9223372036854775807": "x"}}),
        (b"a[-5]=x&a[]=y", {"a": {"-5": "x", "0": "y"}}),
        (b"a[1]=x&a[0]=y", {"a": {"1": "x", "0": "y"}}),
        (b"..Host-a=1&__Host-b=2", {"__Host-b": "2"}),
        (b"a[__Secure-b]=1", {"a": []}),
    ],
)
def test_odd_names_are_read_as_php_reads_them(body: bytes, tree: dict[str, Any]) -> None:
    """Corner cases found by comparison with the php binary stay fixed."""
    assert parse_str(body) == tree
