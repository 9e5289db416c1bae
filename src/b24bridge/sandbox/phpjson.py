"""JSON as the portal writes it (section 1.9, vectors ``php_forms.json`` json_encode).

A value is canonical when it looks like a PHP array after encoding: a map with the keys 0..n-1 in
order is a Python list, an empty PHP array is ``[]``. What is left as an empty ``dict`` is therefore
an object on purpose (``TIMESTAMP_X: {}``). :func:`php_array` makes a map canonical.
"""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

__all__ = ["Raw", "decode", "encode", "php_array", "php_float"]

# Python writes these numbers in another way than PHP, or not as JSON at all.
_FOREIGN_FLOAT = re.compile(r"[:\[,]-?(?:[0-9]+\.0[,\]}]|[0-9.]+e|NaN|Infinity)|^-?(?:[0-9]+\.0|[0-9.]+e)")
_ESCAPE = re.compile(rb"\\(.)", re.DOTALL)
_STRINGS = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
_BRACKETS = re.compile(r"[\[{}\]]")
# ``json_decode`` of PHP reads arrays in each other this deep, and no deeper.
_DEEPEST = 511
_NONCE = secrets.token_hex(8)
_TOKEN = re.compile(f'"{_NONCE}:([0-9]+):"')


class Raw:
    """A value that exists as canonical JSON text and is parsed only when somebody looks inside.

    The store writes rows as JSON in SQL; a list of them reaches the wire without being parsed.
    """

    __slots__ = ("_text", "_value")

    def __init__(self, text: str) -> None:
        self._text = text
        self._value: Any = None

    @property
    def text(self) -> str:
        """The JSON text, not yet with the portal's escapes."""
        return self._text

    @property
    def value(self) -> Any:
        """The parsed value."""
        if self._value is None:
            self._value = json.loads(self._text)
        return self._value


def encode(value: Any) -> bytes:
    """Return the bytes that the portal sends for a canonical value."""
    pieces: list[str] = []

    def keep(raw: object) -> str:
        if not isinstance(raw, Raw):
            raise TypeError(f"The portal cannot send a {type(raw).__name__}.")
        pieces.append(raw.text)
        return f"{_NONCE}:{len(pieces) - 1}:"

    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=keep)
    if _FOREIGN_FLOAT.search(text):
        pieces.clear()
        text = json.dumps(_php_numbers(value), ensure_ascii=False, separators=(",", ":"), default=keep)
    if pieces:
        # A token stands in quotes; the text takes their place.
        text = _TOKEN.sub(lambda match: pieces[int(match[1])], text)
    return _portal_escapes(text.encode("utf-8", "replace"))


def _portal_escapes(text: bytes) -> bytes:
    # Outside strings JSON has none of these characters, so they can be replaced everywhere.
    if b"\\" in text:
        text = _ESCAPE.sub(lambda match: b"\\u0022" if match[1] == b'"' else match[0], text)
    text = text.replace(b"/", b"\\/").replace(b"<", b"\\u003C").replace(b">", b"\\u003E")
    text = text.replace(b"&", b"\\u0026").replace(b"'", b"\\u0027")
    if b"\xe2" in text:  # a search for one byte costs next to nothing
        text = text.replace(b"\xe2\x80\xa8", b"\\u2028").replace(b"\xe2\x80\xa9", b"\\u2029")
    return text


def _php_numbers(value: Any) -> Any:
    """Replace floats by what prints right: whole ones by integers, exponents by ready text."""
    if isinstance(value, float):
        return Raw(php_float(value))
    if isinstance(value, dict):
        return {key: _php_numbers(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_php_numbers(item) for item in value]
    return value


def php_float(value: float) -> str:
    """Return a float as ``json_encode`` of PHP 8.2 writes it (serialize_precision -1)."""
    if value != value or value in (float("inf"), float("-inf")):
        return "0"
    sign, digits, power = Decimal(repr(value)).normalize().as_tuple()
    assert isinstance(power, int)
    text = "".join(map(str, digits))
    point = len(text) + power
    if digits == (0,):
        plain = "0"
    elif point < -3 or point > 17:
        plain = f"{text[0]}.{text[1:] or '0'}e{point - 1:+d}"
    elif point <= 0:
        plain = f"0.{'0' * -point}{text}"
    else:
        plain = text[:point].ljust(point, "0") + (f".{text[point:]}" if len(text) > point else "")
    return f"-{plain}" if sign else plain


def php_array(pairs: Mapping[Any, Any]) -> Any:
    """Return a map as PHP's encoder shows it: ``[]`` when empty, a list when its keys are 0..n-1."""
    if not pairs:
        return []
    for position, key in enumerate(pairs):
        if str(key) != str(position):
            return dict(pairs)
    return list(pairs.values())


def decode(body: bytes) -> Any:
    """Return JSON as PHP reads it into arrays, canonical; None when it does not parse.

    PHP refuses what Python lets through: NaN, single surrogates, arrays deeper than 511.
    """
    try:
        text = body.decode("utf-8")
        if text.count("[") + text.count("{") > _DEEPEST and _depth(text) > _DEEPEST:
            return None
        value = json.loads(text, object_hook=php_array, parse_constant=_no_constant, parse_int=_php_int)
        if "\\u" in text:
            json.dumps(value, ensure_ascii=False).encode("utf-8")
    except (ValueError, RecursionError):
        return None
    return value


def _depth(text: str) -> int:
    """Return how deep JSON text is nested, without looking into its strings; too deep is enough to know."""
    depth = deepest = 0
    for match in _BRACKETS.finditer(_STRINGS.sub("", text)):
        depth += 1 if match[0] in "[{" else -1
        deepest = max(deepest, depth)
        if deepest > _DEEPEST:
            break
    return deepest


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def _php_int(digits: str) -> Any:
    # PHP has 64-bit integers; a longer number becomes a float.
    if len(digits) < 19:
        return int(digits)
    number = int(digits) if len(digits) < 4300 else None
    return number if number is not None and -(2**63) <= number < 2**63 else float(digits)
