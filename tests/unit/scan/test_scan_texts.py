"""Texts and numbers that are written out mean what PHP 8.2 and Node 18 make of them."""

from __future__ import annotations

import json

import pytest

from b24bridge.scan import scan_text
from b24bridge.wire.call import Json


def php(written: str) -> Json:
    """Return the parameter of a PHP call as the scan notes it."""
    source = f"<?php\nCRest::call('profile', [{written}]);\n"
    return scan_text("a.php", "php", source.encode()).findings[0].params[0]


def js(written: str) -> Json:
    """Return the parameter of a call in JavaScript."""
    source = f"BX24.callMethod('profile', [{written}]);\n"
    return scan_text("a.js", "javascript", source.encode()).findings[0].params[0]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("0x1F", 31),
        ("017", 15),
        ("0o17", 15),
        ("0b11", 3),
        ("-0x10", -16),
        ("1_000", 1000),
        (".5", 0.5),
        ("1.5e3", 1500.0),
        ("9223372036854775807", 9223372036854775807),
        ("9223372036854775808", 9.223372036854775808e18),
        ("-true", {"$code": "-true"}),
        ("1e400", {"$code": "1e400"}),
    ],
)
def test_numbers_of_php_are_read_in_every_notation(written: str, meant: Json) -> None:
    """What is too great for JSON stays code, and no notation ends the scan."""
    assert meant == php(written)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("0X1f", 31),
        ("017", 15),
        ("09", 9),
        ("10n", 10),
        ("0b11", 3),
        (".5", 0.5),
        ("1e400", {"$code": "1e400"}),
    ],
)
def test_numbers_of_javascript_are_read_in_every_notation(written: str, meant: Json) -> None:
    """Old octals and big integers among them."""
    assert meant == js(written)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (r'"a\x41\101\u{43f}\q\"\0z"', 'aAAп\\q"\0z'),
        (r'"\xD0\x9F"', "П"),
        (r"'a\n\'\\x'", "a\\n'\\x"),
        ('<<<E\n  a\\x41 \\" \\$x\n    b\n  E', 'aA \\" $x\n  b'),
        ("<<<'N'\nraw\\n $x\n\nlast\nN", "raw\\n $x\n\nlast"),
        ("<<<E\nE", ""),
        (r'"\u{FFFFFFFF}"', r"\u{FFFFFFFF}"),
    ],
)
def test_texts_of_php_are_read_with_their_escapes(written: str, meant: str) -> None:
    """A heredoc keeps its line breaks and loses the indentation of its closing name."""
    assert meant == php(written)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (r"'\x41\u0411\u{1F600}\b\0\q'", "AБ😀\b\0q"),
        (r"'\uD83D\uDE00'", "😀"),
        ('"a\\\nb"', "ab"),
        (r"'\uD83D'", "\N{REPLACEMENT CHARACTER}"),
        (r"'\u{FFFFFFFF}'", r"\u{FFFFFFFF}"),
    ],
)
def test_texts_of_javascript_are_read_with_their_escapes(written: str, meant: str) -> None:
    """Halves of a surrogate pair make one letter, and a lonely half does not break the JSON."""
    assert meant == js(written)
    json.dumps(js(written), ensure_ascii=False).encode()
