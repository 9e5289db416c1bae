"""Drift: a recording against the portal of today, by the shape of the answers."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from b24bridge.compare.effects import commands, is_write
from b24bridge.compare.paths import Path, generalise
from b24bridge.contract.cassettes import Cassette
from b24bridge.contract.exchanges import asked
from b24bridge.errors import ApiError, AuthError, LimitError, ServerError
from b24bridge.wire.call import Json, Params

if TYPE_CHECKING:
    from b24bridge.modern import Client

__all__ = ["Ask", "Drift", "asking", "drift", "shape"]

# Asks a portal for a method and returns the decoded answer, an error's too.
Ask: TypeAlias = Callable[[str, Params], Json]


@dataclass(frozen=True, slots=True)
class Drift:
    """A change of shape.

    Attributes:
        method: REST method that answers otherwise.
        place: Pattern inside its answer.
        recorded: Types that were recorded there, sorted; empty if the place is new.
        now: Types that come now; empty if the place is gone.
    """

    method: str
    place: str
    recorded: tuple[str, ...]
    now: tuple[str, ...]

    def __str__(self) -> str:
        before, after = (" or ".join(types) or "nothing" for types in (self.recorded, self.now))
        return f"{self.method} {self.place}: {before} was recorded, {after} comes now"


def asking(client: Client) -> Ask:
    """Return a way to ask through a client, so that limits are kept and reads are repeated.

    An error that the method answers with is an answer. One that says nothing of the method (credentials,
    load, a broken portal) is raised: it would look like a drift of everything.
    """

    def ask(method: str, params: Params) -> Json:
        try:
            return client.call(method, params).body
        except (AuthError, LimitError, ServerError):
            raise
        except ApiError as error:
            return error.body

    return ask


def drift(cassette: Cassette, ask: Ask) -> list[Drift]:
    """Ask a portal everything that a cassette asked, but for writes, and return what changed its shape.

    The ``time`` block is left out, it holds no data.
    """
    recorded: defaultdict[str, dict[str, set[str]]] = defaultdict(dict)
    fresh: defaultdict[str, dict[str, set[str]]] = defaultdict(dict)
    for exchange in cassette.exchanges:
        found = asked(exchange)
        if found is None or any(is_write(sent.method) for sent in commands(found.method, found.params)):
            continue
        _merge(recorded[found.method], _shape_recorded(exchange.answer))
        _merge(fresh[found.method], _shape_of(ask(found.method, found.params)))
    return [
        Drift(method, place, tuple(sorted(before.get(place, ()))), tuple(sorted(after.get(place, ()))))
        for method, before in recorded.items()
        for after in (fresh[method],)
        for place in sorted(before.keys() | after.keys())
        if _differs(place, before, after)
    ]


def shape(value: Json) -> dict[str, set[str]]:
    """Return the types at every place of a value, positions of lists generalised."""
    types: defaultdict[str, set[str]] = defaultdict(set)
    for path, kind in _places(value, ()):
        types[generalise(path)].add(kind)
    return dict(types)


def _places(value: Json, path: Path) -> Iterator[tuple[Path, str]]:
    yield path, _type(value)
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _places(inner, (*path, key))
    elif isinstance(value, list):
        for at, inner in enumerate(value):
            yield from _places(inner, (*path, at))


def _type(value: Json) -> str:
    if isinstance(value, bool):
        return "flag"
    names: Mapping[type, str] = {int: "number", float: "number", str: "text", list: "list", dict: "map"}
    return "null" if value is None else names[type(value)]


def _shape_recorded(body: bytes) -> dict[str, set[str]]:
    try:
        return _shape_of(json.loads(body))
    except ValueError:
        return {"$": {"no JSON"}}


def _shape_of(value: Json) -> dict[str, set[str]]:
    if isinstance(value, dict):
        value = {key: inner for key, inner in value.items() if key != "time"}
    return shape(value)


def _merge(into: dict[str, set[str]], found: dict[str, set[str]]) -> None:
    for place, types in found.items():
        into.setdefault(place, set()).update(types)


def _differs(place: str, before: dict[str, set[str]], after: dict[str, set[str]]) -> bool:
    """Return whether the types at a place tell of a change.

    Rows come and go, and a value may be null today: an empty list, a null, and what lies below a place that
    is itself gone or new are no change of their own.
    """
    if place in before and place in after:
        old, new = before[place] - {"null"}, after[place] - {"null"}
        return bool(old and new and old != new)
    side = after if place in before else before
    parent = place[: max(place.rfind("."), place.rfind("["), 0)] or "$"
    return not place.endswith("[*]") and parent in side
