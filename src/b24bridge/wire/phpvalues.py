"""PHP's view of values, as far as the behaviour of CRest and the portal depends on it.

A PHP array is a dict or a list here, a PHP string a str (text) or bytes (as they came).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias

from b24bridge.wire.phpquery import float_text

__all__ = [
    "array_key",
    "as_text",
    "entries",
    "equals_text",
    "html_escape",
    "is_array",
    "is_empty",
    "is_list",
    "item",
    "merge",
    "rebuilt",
    "to_text",
]

_Level: TypeAlias = "tuple[Iterator[tuple[Any, Any]], dict[Any, Any], bool, dict[Any, Any], Any]"
_INT64 = range(-(2**63), 2**63)
_CANONICAL_INT = re.compile(r"(?:0|-?[1-9][0-9]{0,18})\Z", re.ASCII)
_HTML = {"&": "&amp;", '"': "&quot;", "'": "&#039;", "<": "&lt;", ">": "&gt;"}
# One unit of PHP's UTF-8 reader: a whole character, or the bytes that it replaces by one U+FFFD.
_UTF8_UNIT = re.compile(
    rb"[\x00-\x7f]+"
    rb"|[\xc2-\xdf][\x80-\xbf]"
    rb"|(?:\xe0[\xa0-\xbf]|[\xe1-\xec\xee\xef][\x80-\xbf]|\xed[\x80-\x9f])[\x80-\xbf]"
    rb"|(?:\xf0[\x90-\xbf]|[\xf1-\xf3][\x80-\xbf]|\xf4[\x80-\x8f])[\x80-\xbf]{2}"
    rb"|(?P<bad>[\xc2-\xdf][\x80-\xc1\xf5-\xff]"
    rb"|[\xe0-\xef][\x80-\xc1\xf5-\xff](?:[\x80-\xc1\xf5-\xff])?"
    rb"|[\xf0-\xf4][\x80-\xc1\xf5-\xff](?:[\x80-\xc1\xf5-\xff](?:[\x80-\xc1\xf5-\xff])?)?"
    rb"|.)",
    re.DOTALL,
)


def is_array(value: object) -> bool:
    """Tell whether a value is what PHP calls an array."""
    return isinstance(value, (list, tuple, Mapping))


def is_empty(value: object) -> bool:
    """Tell whether PHP's ``empty`` holds: null, false, 0, 0.0, ``""``, ``"0"`` and no elements."""
    return not value or value in ("0", b"0")


def equals_text(value: object, text: str) -> bool:
    """Tell whether PHP's ``==`` holds between a value and a non-empty, non-numeric text."""
    if isinstance(value, bytes):
        return value == text.encode()
    return value is True or value == text


def to_text(value: object) -> str:
    """Return a scalar as PHP turns it into text.

    Raises:
        TypeError: The value is an array or no value of PHP at all.
    """
    match value:
        case str():
            return value
        case bytes():
            return value.decode("utf-8", "surrogateescape")
        case None | False:
            return ""
        case True:
            return "1"
        case int():
            return str(int(value))
        case float():
            return float_text(value)
    raise TypeError(f"Expected text, a number or a boolean, not {type(value).__name__}.")


def as_text(value: object) -> str:
    """Return a value as PHP joins it to a text: an array is the word ``Array``."""
    return "Array" if is_array(value) else to_text(value)


def array_key(key: object) -> str | int:
    """Return the key under which PHP stores it: canonical decimal text becomes an integer."""
    if isinstance(key, bytes):
        key = key.decode("utf-8", "surrogateescape")
    if isinstance(key, str):
        if _CANONICAL_INT.match(key) and int(key) in _INT64:
            return int(key)
        return key
    if key is None:
        return ""
    if isinstance(key, (int, float)):
        return int(key)
    raise TypeError(f"An array key is text or an integer, not {type(key).__name__}.")


def entries(array: Any) -> Iterator[tuple[str | int, Any]]:
    """Return keys and values of a PHP array in order."""
    if isinstance(array, Mapping):
        return ((array_key(key), value) for key, value in array.items())
    return iter(enumerate(array))


def is_list(array: Any) -> bool:
    """Tell whether the keys are 0…n-1 in order."""
    if not isinstance(array, Mapping):
        return True
    return all(array_key(key) == index for index, key in enumerate(array))


def item(value: object, name: str) -> Any:
    """Return the element of that name, or None where PHP's ``??`` would give null."""
    return value.get(name) if isinstance(value, Mapping) else None


def merge(old: Any, new: Any) -> dict[str | int, Any]:
    """Return PHP's ``array_merge``: text keys keep their place, integer keys are numbered anew."""
    merged: dict[str | int, Any] = {}
    number = 0
    for array in (old, new):
        for key, value in entries(array):
            if isinstance(key, int):
                merged[number] = value
                number += 1
            else:
                merged[key] = value
    return merged


def rebuilt(value: Any, scalar: Callable[[Any, Any], Any], rename: Callable[[Any], Any]) -> Any:
    """Return a copy of a value with its scalars and keys replaced, however deep it is nested.

    Args:
        scalar: Gives the new scalar for a key (None at the top) and an old one.
        rename: Gives the new key for an old one.
    """
    top: dict[Any, Any] = {}
    if not is_array(value):
        return scalar(None, value)
    levels: list[_Level] = [(_items(value), {}, isinstance(value, Mapping), top, 0)]
    while levels:
        pairs, made, is_map, parent, place = levels[-1]
        for key, inner in pairs:
            name = rename(key)
            if is_array(inner):
                levels.append((_items(inner), {}, isinstance(inner, Mapping), made, name))
                made[name] = None  # keeps the place
                break
            made[name] = scalar(key, inner)
        else:
            parent[place] = made if is_map else list(made.values())
            levels.pop()
    return top[0]


def _items(array: Any) -> Iterator[tuple[Any, Any]]:
    return iter(array.items()) if isinstance(array, Mapping) else iter(enumerate(array))


def html_escape(value: object) -> str:
    """Return PHP's ``htmlspecialchars`` of a scalar; bytes that are no UTF-8 become U+FFFD."""
    text = to_text(value)
    if not _is_encodable(text):
        data = text.encode("utf-8", "surrogateescape")
        text = "".join("\ufffd" if unit["bad"] else unit[0].decode() for unit in _UTF8_UNIT.finditer(data))
    return "".join(_HTML.get(character, character) for character in text)


def _is_encodable(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True
