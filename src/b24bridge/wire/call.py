"""A REST call as a value: what is asked, and how to read the answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Generic, TypeAlias, TypeVar

__all__ = ["Api", "Call", "Json", "Param", "Params", "raw"]

# JSON as the portal sends it. Any, because raw answers have no better type.
Json: TypeAlias = Any
# A parameter value: scalars, lists and maps, nested; None is dropped on a form.
Param: TypeAlias = "str | int | float | bool | Sequence[Param] | Mapping[str, Param] | None"
Params: TypeAlias = Mapping[str, Any]

T = TypeVar("T")


class Api(Enum):
    """Generation of the REST API."""

    V2 = 2
    V3 = 3


def raw(result: Json) -> Json:
    """Return the result as the portal sent it."""
    return result


@dataclass(frozen=True, slots=True)
class Call(Generic[T]):
    """One REST method with its parameters, and how to read the answer.

    Attributes:
        method: Full name, such as ``crm.item.list``.
        params: Named parameters, or a list for the positional ``task.*`` methods.
        decode: Turns the ``result`` of the answer into what the caller gets.
        api: REST 2 (``/rest/``) or REST 3.0 (``/rest/api/``).
    """

    method: str
    params: Params | Sequence[Any] = field(default_factory=dict)
    decode: Callable[[Json], T] = raw
    api: Api = Api.V2
