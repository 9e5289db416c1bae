"""PHP's JSON, dumps and escapes against the php binary: any value, not only recorded ones."""

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

from b24bridge.legacy.phpdump import var_export
from b24bridge.wire.phpjson import Unencodable, decode, encode
from b24bridge.wire.phpvalues import html_escape

pytestmark = pytest.mark.php

_SERVER = r"""
const HEX = JSON_HEX_TAG | JSON_HEX_AMP | JSON_HEX_APOS | JSON_HEX_QUOT;
function read($v) {
    switch ($v[0]) {
        case "a": $o = []; foreach ($v[1] as [$k, $x]) { $o[read($k)] = read($x); } return $o;
        case "s": return base64_decode($v[1]);
        case "f": return unpack("E", base64_decode($v[1]))[1];
        default: return $v[1];
    }
}
while (($line = fgets(STDIN)) !== false) {
    [$what, $data] = json_decode($line, true, 2000);
    switch ($what) {
        case "encode": $answer = json_encode(read($data), HEX); break;
        case "dump": $answer = var_export(read($data), true); break;
        case "html": $answer = htmlspecialchars(read($data)); break;
        default:
            $value = json_decode(read($data), true);
            $answer = json_last_error() === JSON_ERROR_NONE ? serialize($value) : false;
    }
    echo $answer === false ? "-" : base64_encode($answer), "\n";
}
"""
Ask = Callable[[str, Any], "bytes | None"]
_GIVEN = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture(scope="module")
def php() -> Iterator[Ask]:
    """Give a function that asks one long-lived PHP process; None is PHP's false."""
    binary = shutil.which("php")
    if binary is None:
        if os.environ.get("CI") == "true":
            pytest.fail("php is missing; `scripts/setup --system` installs it")
        pytest.skip("php is not installed; `scripts/setup --system` installs it")
    options = ["-n", "-d", "display_errors=0", "-d", "precision=14", "-d", "serialize_precision=-1"]
    with subprocess.Popen(
        [binary, *options, "-r", _SERVER],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        requests, answers = process.stdin, process.stdout

        def ask(what: str, data: Any) -> bytes | None:
            requests.write(json.dumps([what, _typed(data)]).encode() + b"\n")
            requests.flush()
            line = answers.readline().strip()
            return None if line == b"-" else base64.b64decode(line)

        yield ask
        requests.close()


def _typed(value: Any) -> list[Any]:
    match value:
        case dict():
            return ["a", [[_typed(key), _typed(item)] for key, item in value.items()]]
        case list():
            return ["a", [[_typed(index), _typed(item)] for index, item in enumerate(value)]]
        case str():
            return ["s", base64.b64encode(value.encode("utf-8", "surrogateescape")).decode()]
        case bytes():
            return ["s", base64.b64encode(value).decode()]
        case float():
            return ["f", base64.b64encode(struct.pack(">d", value)).decode()]
        case _:
            return ["v", value]


_TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8) | st.binary(max_size=5).map(
    lambda data: data.decode("utf-8", "surrogateescape")
)
_KEYS = st.text("aЖ'\\\0\x7f</", max_size=4) | st.integers(-3, 9)
_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats() | _TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_KEYS, inner, max_size=4),
    max_leaves=8,
)


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


@_GIVEN
@given(value=_VALUES)
def test_json_is_written_as_php_writes_it(php: Ask, value: Any) -> None:
    """settings.json and JSON logs have PHP's bytes, or are refused where PHP refuses them."""
    expected = php("encode", value)

    try:
        written: bytes | None = encode(value).encode()
    except Unencodable:
        written = None

    assert written == expected


@_GIVEN
@given(value=_VALUES)
def test_dumps_are_written_as_php_writes_them(php: Ask, value: Any) -> None:
    """Dump logs have the bytes of var_export."""
    assert var_export(value, _bytes) == php("dump", value)


@_GIVEN
@given(
    data=st.text(st.characters(exclude_categories=["Cs"]), max_size=12).map(str.encode)
    | st.binary(max_size=8)
)
def test_html_is_escaped_as_php_escapes_it(php: Ask, data: bytes) -> None:
    """Installation values pass htmlspecialchars, which mends broken UTF-8 in its own way."""
    expected = php("html", data)

    assert expected is not None
    assert html_escape(data).encode() == expected


_PIECES = st.lists(
    st.sampled_from(
        [
            " ",
            "\t",
            "\n",
            "\ufeff",
            "\x00",
            '"\x7f"',
            '"\t"',
            '{"a":1,"a":2}',
            *[
                r"{",
                r"}",
                r"[",
                r"]",
                r",",
                r":",
                r'"',
                r'"a"',
                r'"\ud83d\ude00"',
                r'"\ud83d"',
                r'"\ude00"',
                r'"\\ud83d"',
                r'"\u0000"',
                r"'a'",
                r"[[]]",
            ],
            *["1", "-0", "0.5", "1e5", "01", "9223372036854775807", "true", "TRUE", "null", "NaN", "/**/"],
        ]
    ),
    max_size=8,
).map("".join)


@_GIVEN
@given(text=_PIECES)
def test_json_is_read_as_php_reads_it(php: Ask, text: str) -> None:
    """What is no JSON for PHP is null, what is JSON has the same value."""
    expected = php("decode", text)

    value = decode(text.encode(), big_integers=False)

    assert (b"N;" if expected is None else expected) == _serialized(value)


def _serialized(value: Any) -> bytes:
    """Return PHP's serialize() of a decoded value."""
    match value:
        case None:
            return b"N;"
        case bool():
            return b"b:%d;" % value
        case int():
            return b"i:%d;" % value
        case float():
            return b"d:" + var_export(value, _bytes).removesuffix(b".0") + b";"
        case str():
            return b's:%d:"%s";' % (len(value.encode()), value.encode())
    items = dict(enumerate(value)) if isinstance(value, list) else value
    inner = b"".join(_serialized(_key(key)) + _serialized(item) for key, item in items.items())
    return b"a:%d:{%s}" % (len(items), inner)


def _key(key: Any) -> Any:
    is_number = isinstance(key, str) and key.isdecimal() and str(int(key)) == key and int(key) < 2**63
    return int(key) if is_number else key
