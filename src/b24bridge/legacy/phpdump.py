"""``var_export`` and ``print_r`` as CRest's dumps and ``checkServer`` show them."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

from b24bridge.wire.phpjson import shortest_float
from b24bridge.wire.phpvalues import entries, is_array

__all__ = ["print_r", "var_export"]

_INT64_MIN = -(2**63)


def var_export(value: Any, encode: Callable[[str], bytes]) -> bytes:
    """Return the dump of a value.

    Args:
        encode: Gives the bytes of a text.
    """
    if not is_array(value):
        return _scalar(value, encode)
    parts = [b"array (\n"]
    levels = [entries(value)]
    while levels:
        indent = "  " * len(levels)
        for key, inner in levels[-1]:
            name = str(key).encode() if isinstance(key, int) else _quoted(key, encode)
            parts.append(indent.encode() + name + b" => ")
            if is_array(inner):
                parts.append(f"\n{indent}array (\n".encode())
                levels.append(entries(inner))
                break
            parts.append(_scalar(inner, encode) + b",\n")
        else:
            levels.pop()
            parts.append(("  " * len(levels)).encode() + (b"),\n" if levels else b")"))
    return b"".join(parts)


def print_r(array: Mapping[str, str]) -> str:
    """Return the listing of a flat array of texts."""
    rows = "".join(f"    [{key}] => {text}\n" for key, text in array.items())
    return f"Array\n(\n{rows})\n"


def _scalar(value: Any, encode: Callable[[str], bytes]) -> bytes:
    if value is None:
        return b"NULL"
    if isinstance(value, bool):
        return b"true" if value else b"false"
    if isinstance(value, int):
        # The smallest integer cannot be written as a literal of PHP.
        return b"-9223372036854775807-1" if value == _INT64_MIN else str(int(value)).encode()
    if isinstance(value, float):
        if math.isnan(value):
            return b"NAN"
        if math.isinf(value):
            return b"INF" if value > 0 else b"-INF"
        return shortest_float(value, exponent="E", whole=".0").encode()
    return _quoted(value if isinstance(value, (str, bytes)) else str(value), encode)


def _quoted(text: str | bytes, encode: Callable[[str], bytes]) -> bytes:
    data = text if isinstance(text, bytes) else encode(text)
    data = data.replace(b"\\", b"\\\\").replace(b"'", b"\\'").replace(b"\0", b"' . \"\\0\" . '")
    return b"'" + data + b"'"
