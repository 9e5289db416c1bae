"""The text of ``settings.json`` as CRest writes it, so that PHP and Python share one file.

Rules: compact JSON in ASCII, with ``< > & ' "`` and ``/`` escaped (crest vectors ``refresh-settings-slash``,
``install-event-html``, ``install-event-float2``).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from decimal import Decimal
from json.encoder import encode_basestring_ascii
from typing import Any

__all__ = ["settings_text"]

_ESCAPES = str.maketrans({"/": "\\/", "<": "\\u003C", ">": "\\u003E", "&": "\\u0026", "'": "\\u0027"})


def settings_text(value: Any) -> str:
    """Return a value as PHP's ``json_encode`` with the HEX flags writes it.

    Raises:
        ValueError: A number is infinite, or a text is no Unicode.
        TypeError: A value has no JSON form.
    """
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, Mapping):
        keys = [str(key) for key in value]
        if keys == [str(at) for at in range(len(keys))]:
            return _list(list(value.values()))
        return "{" + ",".join(f"{_text(str(k))}:{settings_text(v)}" for k, v in value.items()) + "}"
    if isinstance(value, Sequence) and not isinstance(value, bytes):
        return _list(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")


def _list(items: Sequence[Any]) -> str:
    return "[" + ",".join(settings_text(item) for item in items) + "]"


def _text(text: str) -> str:
    text.encode("utf-8")  # half a surrogate pair is no text
    inner = encode_basestring_ascii(text)[1:-1]
    # Cut at doubled backslashes, so that what follows a backslash is an escape for sure.
    parts = [part.replace('\\"', "\\u0022").replace("\\u007f", "\x7f") for part in inner.split("\\\\")]
    return '"' + "\\\\".join(parts).translate(_ESCAPES) + '"'


def _number(value: float) -> str:
    """Return the shortest digits that read back; exponents as PHP writes them."""
    if math.isinf(value) or math.isnan(value):
        raise ValueError("a number is infinite")
    if value == 0:
        return "-0" if math.copysign(1.0, value) < 0 else "0"
    sign, digits, exponent = Decimal(repr(value)).as_tuple()
    text = "".join(map(str, digits)).rstrip("0")
    assert isinstance(exponent, int)  # finite, as checked above
    power = len(digits) + exponent - 1
    minus = "-" if sign else ""
    if power < -4 or power >= 17:
        return f"{minus}{text[0]}.{text[1:] or '0'}e{power:+d}"
    if power < 0:
        return f"{minus}0.{'0' * (-power - 1)}{text}"
    whole = text[: power + 1].ljust(power + 1, "0")
    fraction = text[power + 1 :]
    return f"{minus}{whole}.{fraction}" if fraction else f"{minus}{whole}"
