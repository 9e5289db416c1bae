"""PHP's ``json_decode`` and ``json_encode`` as CRest uses them.

Decoding gives null for anything that PHP does not take; encoding writes the bytes of ``settings.json``
and of the logs (crest.md 4 and 7).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from json.encoder import encode_basestring_ascii
from typing import Any

from b24bridge.wire.phpvalues import entries, is_array, is_list

__all__ = ["MAX_DEPTH", "Unencodable", "decode", "encode", "shortest_float"]

# Containers inside each other: one more cannot be written, and this many cannot be read.
MAX_DEPTH = 512

_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|.)", re.DOTALL)
_ANY_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")
_PHP_ESCAPES = (
    ('\\"', "\\u0022"),
    ("/", "\\/"),
    ("<", "\\u003C"),
    (">", "\\u003E"),
    ("&", "\\u0026"),
    ("'", "\\u0027"),
)


class Unencodable(ValueError):
    """A value that ``json_encode`` refuses: text that is no UTF-8, INF, NAN, or too deep."""


def decode(body: bytes, *, big_integers: bool = True) -> Any:
    """Return the value of a JSON text, or None where PHP's ``json_decode`` gives null.

    Args:
        big_integers: Keep integers outside int64 exact; PHP makes floats of them (``json-int-over``).
    """
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        return None
    if _ANY_SURROGATE.search(text) and _has_half_pair(text):
        return None
    try:
        value = json.loads(text, parse_constant=_refuse, parse_int=None if big_integers else _php_int)
    except (ValueError, RecursionError) as exc:
        if isinstance(exc, (json.JSONDecodeError, RecursionError)) or exc.args == (_CONSTANT,):
            return None
        # A number of thousands of digits: Python refuses to read it, PHP reads a float.
        return decode(body, big_integers=False) if big_integers else None
    if text.count("[") + text.count("{") >= MAX_DEPTH and _depth(value) >= MAX_DEPTH:
        return None
    return value


def encode(value: Any) -> str:
    """Return a value as JSON text in PHP's spelling with ``JSON_HEX_*``.

    Raises:
        Unencodable: PHP's ``json_encode`` would return false.
    """
    if not is_array(value):
        return _scalar(value)
    parts: list[str] = []
    levels = [_opened(value, parts)]
    while levels:
        pairs, is_keyed = levels[-1]
        for key, inner in pairs:
            if parts[-1] not in ("[", "{"):
                parts.append(",")
            if is_keyed:
                parts.append(_string(str(key)) + ":")
            if is_array(inner):
                levels.append(_opened(inner, parts))
                break
            parts.append(_scalar(inner))
        else:
            parts.append("}" if is_keyed else "]")
            levels.pop()
        if len(levels) > MAX_DEPTH:
            raise Unencodable(f"More than {MAX_DEPTH} levels.")
    return "".join(parts)


def _opened(array: Any, parts: list[str]) -> tuple[Iterator[tuple[str | int, Any]], bool]:
    is_keyed = not is_list(array)
    parts.append("{" if is_keyed else "[")
    return entries(array), is_keyed


def shortest_float(value: float, *, exponent: str, whole: str) -> str:
    """Return a float with the fewest digits that read back (``serialize_precision=-1``).

    Args:
        exponent: Letter of the exponent.
        whole: What follows a number without fraction, such as ``.0``.
    """
    digits, power = _digits(abs(value))
    sign = "-" if str(value).startswith("-") else ""
    if -5 < power < 17:
        return sign + _positional(digits, power, whole)
    return f"{sign}{digits[0]}.{digits[1:] or '0'}{exponent}{power:+d}"


def _digits(value: float) -> tuple[str, int]:
    """Return the significant digits and the decimal power of the first one."""
    mantissa, _, power = f"{value!r}".partition("e")
    whole, _, fraction = mantissa.partition(".")
    digits = (whole + fraction).lstrip("0")
    if not digits:
        return "0", 0
    lead = len(whole) - 1 if whole != "0" else -(len(fraction) - len(fraction.lstrip("0")) + 1)
    return digits.rstrip("0"), lead + int(power or 0)


def _positional(digits: str, power: int, whole: str) -> str:
    if power < 0:
        return "0." + "0" * (-power - 1) + digits
    if len(digits) > power + 1:
        return f"{digits[: power + 1]}.{digits[power + 1 :]}"
    return digits.ljust(power + 1, "0") + whole


def _scalar(value: Any) -> str:
    if isinstance(value, str):
        return _string(value)
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(int(value))
    if isinstance(value, float):
        if value - value != 0:
            raise Unencodable("INF and NAN have no JSON text.")
        return shortest_float(value, exponent="e", whole="")
    if isinstance(value, bytes):
        return _string(value.decode("utf-8", "surrogateescape"))
    raise Unencodable(f"A {type(value).__name__} has no JSON text.")


def _string(text: str) -> str:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as exc:
        raise Unencodable("The text is no UTF-8.") from exc
    # DEL stands raw in PHP's output and escaped in Python's.
    written = "\x7f".join(encode_basestring_ascii(part)[1:-1] for part in text.split("\x7f"))
    for plain, escaped in _PHP_ESCAPES:
        written = written.replace(plain, escaped)
    return f'"{written}"'


_CONSTANT = "NaN and Infinity are no JSON"


def _refuse(_: str) -> Any:
    raise ValueError(_CONSTANT)


def _php_int(digits: str) -> int | float:
    # 19 digits and a sign hold every int64; the exact border is checked on the number itself.
    if len(digits) > 20:
        return float(digits)
    number = int(digits)
    return number if -(2**63) <= number < 2**63 else float(digits)


def _has_half_pair(text: str) -> bool:
    """Tell whether an escaped surrogate stands alone; PHP refuses the whole text."""
    high_end = -1
    for escape in _ESCAPE.finditer(text):
        if high_end >= 0 and not (escape.start() == high_end and _is_low(escape[1])):
            return True
        if high_end >= 0:
            high_end = -1
        elif _is_low(escape[1]):
            return True
        elif escape[1] is not None and escape[1][:2].lower() in ("d8", "d9", "da", "db"):
            high_end = escape.end()
    return high_end >= 0


def _is_low(digits: str | None) -> bool:
    return digits is not None and digits[:2].lower() in ("dc", "dd", "de", "df")


def _depth(value: Any) -> int:
    """Return how many containers lie inside each other."""
    depth = 0
    level = [value] if isinstance(value, (list, dict)) else []
    while level:
        depth += 1
        level = [
            inner
            for container in level
            for inner in (container.values() if isinstance(container, dict) else container)
            if isinstance(inner, (list, dict))
        ]
    return depth
