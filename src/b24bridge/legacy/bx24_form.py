"""The form body of BX24.js: values to text as JavaScript writes them.

Facts: "BX24.js and the portal page around it", section 5; vectors bx24/encoding.json and
portal/bx24_wire.json.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from b24bridge.errors import DataError
from b24bridge.legacy.bx24_quirks import kept

__all__ = ["ALL_QUIRKS", "encode", "encode_component", "is_truthy", "number_text", "ordered", "scalar_text"]

ALL_QUIRKS = kept({})

# What encodeURIComponent leaves alone besides letters, digits and "_.-~" (ECMA-262, 19.2.6.4).
_UNESCAPED = "!'()*"
_EXACT_INTEGERS = 2**53
_LAST_INDEX = 2**32 - 2


def encode_component(text: str) -> str:
    """Return the text as encodeURIComponent writes it.

    Raises:
        DataError: It holds half of a surrogate pair, which has no UTF-8 form.
    """
    try:
        return quote(text, safe=_UNESCAPED)
    except UnicodeEncodeError as exc:
        raise DataError(
            "A text holds half of a surrogate pair and cannot be sent.",
            remedy="Decode the text as UTF-8 first.",
        ) from exc


def number_text(value: float, *, exact: bool = False) -> str:
    """Return a number as JavaScript's ``String(number)`` writes it.

    Args:
        value: An integer or a float.
        exact: Keeps integers beyond 2**53 as they are.
    """
    if isinstance(value, int):
        if exact or abs(value) <= _EXACT_INTEGERS:
            return str(value)
        try:
            value = float(value)
        except OverflowError:
            return "Infinity" if value > 0 else "-Infinity"
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    if value == 0:
        return "0"
    sign = "-" if value < 0 else ""
    return sign + _decimal(abs(value))


def _decimal(value: float) -> str:
    """Return a positive number by the rules of ECMA-262, Number::toString."""
    mantissa, _, exponent = f"{value!r}".partition("e")
    whole, _, fraction = mantissa.partition(".")
    digits = (whole + ("" if fraction == "0" else fraction)).lstrip("0")
    point = len(whole) + int(exponent or 0)
    if whole == "0":
        point -= len(fraction) - len(fraction.lstrip("0")) + 1
    digits = digits.rstrip("0") or "0"
    if len(digits) <= point <= 21:
        return digits + "0" * (point - len(digits))
    if 0 < point <= 21:
        return f"{digits[:point]}.{digits[point:]}"
    if -6 < point <= 0:
        return f"0.{'0' * -point}{digits}"
    power = point - 1
    head = digits[0] + (f".{digits[1:]}" if len(digits) > 1 else "")
    return f"{head}e{'+' if power > 0 else '-'}{abs(power)}"


def is_truthy(value: Any) -> bool:
    """Tell whether JavaScript takes the value for true: empty lists and objects are."""
    if isinstance(value, Mapping | list | tuple):
        return True
    return bool(value) and value == value  # NaN is not


def ordered(value: Mapping[Any, Any] | Sequence[Any], quirks: frozenset[str]) -> Iterator[tuple[str, Any]]:
    """Iterate over the keys as JavaScript does: array indices first, in ascending order."""
    if not isinstance(value, Mapping):
        yield from ((str(position), item) for position, item in enumerate(value))
        return
    pairs = [(_key(key, quirks), item) for key, item in value.items()]
    if "javascript_order" in quirks:
        pairs.sort(key=lambda pair: (0, int(pair[0])) if _is_index(pair[0]) else (1, 0))
    yield from pairs


def _key(key: Any, quirks: frozenset[str]) -> str:
    return key if isinstance(key, str) else scalar_text(key, quirks)


def _is_index(key: str) -> bool:
    return key.isascii() and key.isdecimal() and str(int(key)) == key and int(key) <= _LAST_INDEX


def encode(params: Any, quirks: frozenset[str] = ALL_QUIRKS) -> str:
    """Return the parameters of a method as form text.

    Args:
        params: A mapping, a list (positional methods), or a ready query string.
        quirks: Habits of the original that are kept.

    Raises:
        DataError: A value has no form in JavaScript.
    """
    if params is None or not isinstance(params, Mapping | list | tuple):
        return params if isinstance(params, str) else ""
    return _level(params, "", quirks)


def _level(value: Mapping[Any, Any] | Sequence[Any], prefix: str, quirks: frozenset[str]) -> str:
    parts: list[tuple[bool, str]] = []
    for key, item in ordered(value, quirks):
        name = f"{prefix}[{encode_component(key)}]" if prefix else encode_component(key)
        if item is None:
            continue
        if isinstance(item, Mapping | list | tuple | datetime):
            part = _object(name, item, quirks)
            if part:
                parts.append((True, part))
        else:
            parts.append((False, f"{name}={encode_component(scalar_text(item, quirks))}"))
    if "javascript_order" in quirks:
        parts.sort(key=lambda part: part[0])
    text = "&".join(part for _, part in parts)
    leading = bool(parts) and parts[0][0] and "extra_ampersands" in quirks
    return "&" + text if leading else text


def _object(name: str, value: Any, quirks: frozenset[str]) -> str:
    if isinstance(value, datetime):
        return f"{name}={encode_component(_moment(value))}"
    if not isinstance(value, Mapping) and not value:
        return f"{name}="
    return _level(value, name, quirks)


def scalar_text(value: Any, quirks: frozenset[str]) -> str:
    """Return a scalar as JavaScript joins it to a text.

    Raises:
        DataError: It has no form in JavaScript.
    """
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        if "boolean_words" in quirks:
            return "true" if value else "false"
        return "1" if value else "0"
    if isinstance(value, int | float):
        return number_text(value, exact="double_numbers" not in quirks)
    raise DataError(
        f"A value of type {type(value).__name__} cannot be sent.",
        remedy="Give text, numbers, booleans, None, datetime with a zone, lists or dictionaries.",
    )


def _moment(value: datetime) -> str:
    if value.tzinfo is None:
        raise DataError(
            "A date without a time zone cannot be sent.", remedy="Give it one: value.replace(tzinfo=...)."
        )
    return value.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"
