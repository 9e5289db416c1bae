"""Laws of PHP's form codec, and its agreement with the php binary."""

from __future__ import annotations

import base64
import json
import os
import shutil
import struct
import subprocess
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from b24bridge.wire.phpquery import http_build_query, parse_str

# One line in, one line out. Values travel as [type, data], so that bytes and floats arrive exactly.
_SERVER = r"""
function read($v) {
    switch ($v[0]) {
        case "a": $o = []; foreach ($v[1] as [$k, $x]) { $o[base64_decode($k)] = read($x); } return $o;
        case "s": return base64_decode($v[1]);
        case "f": return unpack("E", base64_decode($v[1]))[1];
        default: return $v[1];
    }
}
function write($v) {
    if (!is_array($v)) { return base64_encode($v); }
    $o = [];
    foreach ($v as $k => $x) { $o[] = [base64_encode((string)$k), write($x)]; }
    return $o;
}
while (($line = fgets(STDIN)) !== false) {
    [$what, $data] = json_decode($line, true, 2000);
    if ($what === "build") { $answer = base64_encode(http_build_query(read($data))); }
    else { parse_str(base64_decode($data), $tree); $answer = write($tree); }
    echo json_encode($answer, 0, 2000), "\n";
}
"""
Ask = Callable[[str, Any], Any]


@pytest.fixture(scope="module")
def php() -> Iterator[Ask]:
    """Give a function that asks one long-lived PHP process."""
    binary = shutil.which("php")
    if binary is None:
        if os.environ.get("CI") == "true":
            pytest.fail("php is missing; `scripts/setup --system` installs it")
        pytest.skip("php is not installed; `scripts/setup --system` installs it")
    options = ["-n", "-d", "display_errors=0", "-d", "max_input_vars=100000", "-d", "precision=14"]
    with subprocess.Popen(
        [binary, *options, "-r", _SERVER],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        requests, answers = process.stdin, process.stdout

        def ask(what: str, data: Any) -> Any:
            requests.write(json.dumps([what, data]).encode() + b"\n")
            requests.flush()
            return json.loads(answers.readline())

        yield ask
        requests.close()


def _b64(text: str) -> str:
    return base64.b64encode(text.encode("utf-8", "surrogateescape")).decode()


def _typed(value: Any) -> list[Any]:
    """Return a value in the form the PHP side reads."""
    match value:
        case dict():
            return ["a", [[_b64(str(key)), _typed(item)] for key, item in value.items()]]
        case list():
            return ["a", [[_b64(str(index)), _typed(item)] for index, item in enumerate(value)]]
        case str():
            return ["s", _b64(value)]
        case float():
            return ["f", base64.b64encode(struct.pack(">d", value)).decode()]
        case _:
            return ["v", value]


def _pairs(tree: Any) -> Any:
    """Return a parsed tree in the form the PHP side writes."""
    if isinstance(tree, str):
        return _b64(tree)
    items = enumerate(tree) if isinstance(tree, list) else tree.items()
    return [[_b64(str(key)), _pairs(value)] for key, value in items]


_BYTES = st.binary(max_size=8).map(lambda data: data.decode("utf-8", "surrogateescape"))
_TEXTS = st.one_of(st.text(st.characters(exclude_categories=["Cs"]), max_size=8), _BYTES)
_SCALARS = st.one_of(st.none(), st.booleans(), st.integers(-(2**63), 2**63 - 1), st.floats(), _TEXTS)
_TREES = st.dictionaries(
    _TEXTS,
    st.recursive(
        _SCALARS,
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_TEXTS, inner, max_size=4),
        max_leaves=8,
    ),
    max_size=5,
)
_FRAGMENTS = st.lists(
    st.sampled_from(
        [
            " ",
            "\t",
            "\xa0",
            *[
                "a",
                "b",
                "[",
                "]",
                "[]",
                "[b]",
                "=",
                "&",
                "=1&a",
                ".",
                "+",
                "%",
                "%00",
                "%5B",
                "%5D",
                "%20",
                "%2",
                "%ff",
                "0",
                "1",
                "-",
                "_",
                "__Host-",
                "_Secure-",
            ],
            "9223372036854775807",
            "9223372036854775808",
        ]
    ),
    max_size=16,
).map("".join)


@pytest.mark.php
@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(params=_TREES)
def test_http_build_query_agrees_with_php(php: Ask, params: dict[str, Any]) -> None:
    """Any parameter tree is written as the php binary writes it."""
    expected = base64.b64decode(php("build", _typed(params))).decode("ascii")

    assert http_build_query(params) == expected


@pytest.mark.php
@settings(max_examples=500, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(body=st.one_of(_FRAGMENTS, st.binary(max_size=24).map(lambda data: data.decode("latin-1"))))
def test_parse_str_agrees_with_php(php: Ask, body: str) -> None:
    """Any form body is read as the php binary reads it."""
    data = body.encode("latin-1")

    expected = php("parse", base64.b64encode(data).decode())

    assert _pairs(parse_str(data)) == expected


_NAMES = st.text("abz_-АЯ019<>!@%~", min_size=1, max_size=5).filter(lambda name: not name.startswith("__"))
_LEAVES = st.text(st.characters(exclude_categories=["Cs"]), max_size=8) | _BYTES
_NESTED = st.recursive(
    _LEAVES,
    lambda inner: (
        st.lists(inner, min_size=1, max_size=4)
        | st.dictionaries(_NAMES.filter(lambda name: name != "0"), inner, min_size=1, max_size=4)
    ),
    max_leaves=10,
)


@given(params=st.dictionaries(_NAMES, _NESTED, max_size=5))
def test_parsing_what_was_built_gives_the_parameters_back(params: dict[str, Any]) -> None:
    """Text trees without empty containers survive the round trip, types and order included."""
    assert parse_str(http_build_query(params)) == params


@given(body=st.text(max_size=40) | _FRAGMENTS)
def test_parsing_is_stable_under_rebuilding(body: str) -> None:
    """Once read, a tree reads the same after it was written (bodies of any kind)."""
    tree = parse_str(body)

    again = parse_str(http_build_query(tree))

    assert http_build_query(again) == http_build_query(tree)
