"""When two answers have the same shape: containers, keys, JSON types, emptiness.

Documented answers are shortened by hand, so a record may have more keys than its example; it must
never have fewer. What an example shows of the envelope and of the containers is exact.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import Any

__all__ = ["differences"]

# Names that are this portal's own: user fields, properties, links to smart processes.
_OWN = re.compile(r"UF_.*|uf[A-Z_].*|PROPERTY_\d+.*|property\d+|parentId\d+|PARENT_ID_\d+")
_TIME = {"operating", "operating_reset_at", "processing"}
_ENVELOPE = {"time", "next", "total"}


def differences(documented: Any, ours: Any, optional: Collection[str] = ()) -> list[str]:
    """Return where an answer departs from the documented one, empty when the shape is the same."""
    if not isinstance(documented, dict) or not isinstance(ours, dict):
        return list(_differ("", documented, ours, optional))
    found = [
        f"{name}: not documented in the envelope"
        for name in ours
        if name not in documented and name not in _ENVELOPE and name not in optional
    ]
    if isinstance(documented.get("time"), dict):
        documented = {**documented, "time": {k: v for k, v in documented["time"].items() if k not in _TIME}}
    return found + list(_differ("", documented, ours, optional))


def _differ(path: str, documented: Any, ours: Any, optional: Collection[str]) -> Iterator[str]:
    if isinstance(documented, dict) and documented and isinstance(ours, dict):
        yield from _objects(path, documented, ours, optional)
    elif isinstance(documented, list) and documented and isinstance(ours, list):
        yield from _lists(path, documented, ours, optional)
    elif not _fits(documented, ours, top=path in ("", "result")):
        yield f"{path}: {_kind(documented)} is documented, {_kind(ours)} came"


def _objects(path: str, documented: Any, ours: Any, optional: Collection[str]) -> Iterator[str]:
    if not ours and not path.startswith("time"):
        yield f"{path}: an object with keys is documented, an empty one came"
    elif all(key.isdigit() for key in documented):
        # A map by id: its keys are data, its values are records.
        if all(key.isdigit() for key in ours):
            yield from _lists(path, list(documented.values()), list(ours.values()), optional)
        else:
            yield f"{path}: a map by id is documented"
    else:
        for key, value in documented.items():
            where = f"{path}.{key}" if path else key
            if key in ours:
                yield from _differ(where, value, ours[key], optional)
            elif not _OWN.fullmatch(key) and not _is_optional(where, key, optional):
                yield f"{where}: missing"


def _lists(path: str, documented: list[Any], ours: list[Any], optional: Collection[str]) -> Iterator[str]:
    if not ours:
        if not _is_optional(path, path.rpartition(".")[2], optional):
            yield f"{path}: rows are documented, none came"
        return
    # The elements need not stand in the same order; each needs one of ours that is like it.
    for item in documented:
        problems = [list(_differ(f"{path}[]", item, own, optional)) for own in ours[:50]]
        yield from min(problems, key=len)


def _is_optional(where: str, key: str, optional: Collection[str]) -> bool:
    return key in optional or where in optional


def _fits(documented: Any, ours: Any, *, top: bool) -> bool:
    before, now = _kind(documented), _kind(ours)
    if before == now:
        return True
    if (documented is False and now == "list") or (ours is False and before == "list"):
        # An empty multiple user field is false.
        return True
    if documented is None or ours is None:
        # A column without a value is null; that is state, not shape.
        return not top
    if before == "[]":
        return now in ("list", "object")
    return (before, now) in {("{}", "object"), ("list", "[]")}


def _kind(value: Any) -> str:
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, (int, float)):
        return "number"
    if isinstance(value, str):
        return "text"
    if isinstance(value, dict):
        return "object" if value else "{}"
    if isinstance(value, list):
        return "list" if value else "[]"
    return "null"
