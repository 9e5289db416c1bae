"""What the generated services are made of: one call, one list, one warning."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeAlias

from b24bridge.modern.dialects import V3
from b24bridge.modern.filters import Expression
from b24bridge.modern.lists import ListCall, listed
from b24bridge.wire.call import Api, Call, Json, raw

__all__ = [
    "OutdatedMethod",
    "a_list",
    "an_object",
    "call_of",
    "in_order",
    "list_of",
    "nothing",
    "outdated",
]

# Types of parameters and results. Aliases, because services have methods named list, set and type.
Obj: TypeAlias = dict[str, Any]
Arr: TypeAlias = list[Any]
Map: TypeAlias = Mapping[str, Any]
Array: TypeAlias = Sequence[Any] | Mapping[str, Any]
Number: TypeAlias = int | float | Decimal
Flag: TypeAlias = bool | str
Id: TypeAlias = int | str
Day: TypeAlias = date | str
Moment: TypeAlias = datetime | str
Filter3: TypeAlias = Expression | Sequence[Any]

GENERATIONS = {2: Api.V2, 3: Api.V3}


class OutdatedMethod(DeprecationWarning):
    """The vendor calls the method outdated."""


def call_of(method: str, params: Map, decode: Callable[[Json], Any] = raw, api: int = 2) -> Call[Any]:
    """Return a call; parameters that are None are left out."""
    return Call(method, _given(params), decode, GENERATIONS[api])


def list_of(method: str, params: Map, container: str = "", api: int = 2) -> ListCall[Any]:
    """Return a list call; parameters that are None are left out."""
    return listed(method, _given(params), raw, container, api=GENERATIONS[api])


def in_order(method: str, params: Map) -> Obj:
    """Return parameters that count by order, up to the last one given.

    Raises:
        TypeError: One before the last is missing; the portal would take the next for it.
    """
    given = dict(params)
    while given and next(reversed(given.values())) is None:
        given.popitem()
    missing = [name for name, value in given.items() if value is None]
    if missing:
        raise TypeError(f"{method} reads its parameters by order: give {', '.join(missing)} too.")
    return given


def _given(params: Map) -> Obj:
    return {
        name: V3.filter(value) if isinstance(value, Expression) else value
        for name, value in params.items()
        if value is not None
    }


def an_object(result: Json) -> Obj:
    """Return an object; PHP prints an empty one as an empty list."""
    return {} if isinstance(result, list) and not result else result


def a_list(result: Json) -> Arr:
    """Return a list; PHP prints one with gaps as an object."""
    return list(result.values()) if isinstance(result, Mapping) else result


def nothing(result: Json) -> None:
    """Return nothing: the method answers null."""


def outdated(method: str, instead: str = "") -> None:
    """Warn that the vendor calls a method outdated."""
    advice = f"; use {instead}" if instead else "; see its page for what replaces it"
    # The caller's line: above this function, the definition and the bound function.
    warnings.warn(f"{method} is outdated{advice}.", OutdatedMethod, stacklevel=4)
