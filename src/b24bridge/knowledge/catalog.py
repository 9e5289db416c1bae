"""Methods of the REST API by name: kind, scope, parameters, paging, whether a repeat is safe.

The data are ``methods.json`` and ``events.json``, built by ``scripts/build_knowledge.py``. Names are
compared without regard to case, as the portal does (portal source, method lookup).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from typing import Any, Literal

__all__ = ["MethodFacts", "ParamFacts", "kind", "lookup", "methods", "nearest", "safety", "word_kind"]

Safety = Literal["safe", "unsafe", "unknown"]

# The last word of a name tells what an undocumented method does; the same rule built the catalogue.
_READ_WORDS = frozenset(
    [
        "get",
        "list",
        "getlist",
        "fields",
        "getfields",
        "search",
        "find",
        "tail",
        "count",
        "info",
        "current",
        "status",
    ]
)
_WRITE_WORDS = frozenset(
    ["add", "create", "register", "update", "edit", "set", "delete", "remove", "unregister", "clear", "unset"]
)
_READ_KINDS = {"list", "get", "fields"}
_WRITE_KINDS = {"add", "update", "delete", "action"}

# Documented as get-like by the shape of their answer, yet they change something: event.offline.get clears
# the queue unless told not to, entity.rights sets rights when they are given, the rest act on a screen or
# a process; batch runs anything.
_OVERRIDES: dict[str, Safety] = {
    "batch": "unknown",
    "biconnector.dataset.fieldsupdate": "unsafe",
    "bizproc.event.send": "unsafe",
    "entity.rights": "unsafe",
    "event.offline.get": "unsafe",
    "imopenlines.session.open": "unsafe",
    "landing.landing.showblock": "unsafe",
    "telephony.externalcall.show": "unsafe",
}


@dataclass(frozen=True, slots=True)
class ParamFacts:
    """One documented parameter.

    Attributes:
        name: Name, dotted inside objects (``filter.ID``).
        type: Documented type, alternatives joined by a bar, empty if not given.
        required: Whether its parent object must have it.
    """

    name: str
    type: str
    required: bool


@dataclass(frozen=True, slots=True)
class MethodFacts:
    """What the catalogue says of one method.

    Attributes:
        name: Name as documented.
        api: 2 or 3.
        kind: ``list``, ``get``, ``fields``, ``add``, ``update``, ``delete`` or ``action``.
        scope: Scopes, any or all of them needed.
        params: Documented parameters in order.
        one_of: Groups of parameters of which one is needed.
        positional: Whether parameters count by order, not by name.
        result: JSON type of ``result``.
        container: Key inside ``result`` that holds the payload, or None.
        pagination: ``start``, ``page``, ``limit-offset``, ``cursor``, ``none`` or ``unknown``.
        batch_allowed: False only where the documentation forbids it.
        app_only: Whether an application token is needed.
        deprecated: Whether the documentation calls it outdated.
        replacement: Methods that replace it.
        errors: Documented error codes.
        doc: Path of the vendor's documentation page, or empty.
    """

    name: str
    api: int
    kind: str
    scope: tuple[str, ...]
    params: tuple[ParamFacts, ...]
    one_of: tuple[tuple[str, ...], ...]
    positional: bool
    result: str
    container: str | None
    pagination: str
    batch_allowed: bool
    app_only: bool
    deprecated: bool
    replacement: tuple[str, ...]
    errors: tuple[str, ...]
    doc: str

    @property
    def required(self) -> tuple[str, ...]:
        """Names of the required parameters at the top level."""
        return tuple(p.name for p in self.params if p.required and "." not in p.name)


def lookup(name: str, api: int = 2) -> MethodFacts | None:
    """Return the facts of a method, or None if the catalogue does not know it."""
    row = _rows().get((name.lower(), api))
    return None if row is None else _facts(row)


def methods() -> Iterator[MethodFacts]:
    """Iterate over all methods, by name."""
    return map(_facts, _rows().values())


def nearest(name: str, api: int = 2, count: int = 3) -> list[str]:
    """Return the known names most like a name, the best first."""
    names = {key: row["name"] for (key, version), row in _rows().items() if version == api}
    return [names[key] for key in get_close_matches(name.lower(), names, n=count, cutoff=0.5)]


def kind(name: str, api: int = 2) -> str | None:
    """Return the documented kind of a method, or None if it is unknown."""
    row = _rows().get((name.lower(), api))
    return None if row is None else str(row["kind"])


def word_kind(name: str) -> Literal["read", "write"] | None:
    """Return what the last word of a name says, or None."""
    last = name.lower().rpartition(".")[2]
    return "read" if last in _READ_WORDS else "write" if last in _WRITE_WORDS else None


def safety(name: str, api: int = 2) -> Safety:
    """Return whether a method may be sent again when its answer was lost.

    ``safe`` methods only read; ``unsafe`` ones change something; ``unknown`` is said of names that
    neither the catalogue nor their last word explains.
    """
    lowered = name.lower()
    if lowered in _OVERRIDES:
        return _OVERRIDES[lowered]
    documented = kind(lowered, api)
    if documented in _READ_KINDS and word_kind(lowered) != "write":
        return "safe"
    if documented in _WRITE_KINDS:
        return "unsafe"
    word = word_kind(lowered)
    return "unknown" if word is None else "safe" if word == "read" else "unsafe"


@cache
def _rows() -> dict[tuple[str, int], dict[str, Any]]:
    rows = json.loads(files(__package__).joinpath("methods.json").read_text("utf-8"))
    return {(row["name"].lower(), row["api"]): row for row in rows}


def _facts(row: dict[str, Any]) -> MethodFacts:
    return MethodFacts(
        name=row["name"],
        api=row["api"],
        kind=row["kind"],
        scope=tuple(row.get("scope", ())),
        params=tuple(ParamFacts(p[0], p[1], len(p) > 2) for p in row.get("params", ())),
        one_of=tuple(tuple(group) for group in row.get("one_of", ())),
        positional=bool(row.get("positional", False)),
        result=row.get("result", "unknown"),
        container=row.get("container"),
        pagination=row.get("pagination", "none"),
        batch_allowed=row.get("batch", True),
        app_only=row.get("auth") == "app",
        deprecated=row.get("deprecated", False),
        replacement=tuple(row.get("replacement", ())),
        errors=tuple(row.get("errors", ())),
        doc=row.get("doc", ""),
    )
