"""Values of programs as JSON would hold them, so that two paths may return what suits each.

The old path of a module often returns maps, the new one typed objects; what counts is what they hold.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Set
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import Any

from b24bridge.compare.diff import fingerprint
from b24bridge.wire.call import Json

__all__ = ["plain"]

_SCALARS = (str, int, float, type(None))


def plain(value: Any) -> Json:
    """Return a value with maps, lists and scalars in place of other containers.

    Tuples become lists, sets lists in a fixed order, keys texts, dataclasses and objects with ``model_dump``
    (pydantic) maps, members of an enumeration their values. What is none of these stays as it is and is
    compared by ``==``; so does what contains itself.
    """
    return _plain(value, ())


def _plain(value: Any, around: tuple[int, ...]) -> Json:
    if isinstance(value, Enum):
        return _plain(value.value, around)
    if isinstance(value, _SCALARS):
        return value
    if id(value) in around:
        return value
    inside = (*around, id(value))
    if isinstance(value, Mapping):
        return {_key(key): _plain(item, inside) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item, inside) for item in value]
    if isinstance(value, Set):
        return sorted((_plain(item, inside) for item in value), key=_order)
    if is_dataclass(value) and not isinstance(value, type):
        return {item.name: _plain(getattr(value, item.name), inside) for item in fields(value)}
    dump: Callable[[], Any] | None = getattr(value, "model_dump", None)
    if callable(dump) and not isinstance(value, type):
        return _plain(dump(), inside)
    return value


def _key(key: Any) -> str:
    if isinstance(key, Enum):
        key = key.value
    # As json.dumps writes them.
    if key is None:
        return "null"
    return str(key).lower() if isinstance(key, bool) else str(key)


def _order(value: Json) -> str:
    try:
        return fingerprint(value)
    except TypeError:
        return repr(value)
