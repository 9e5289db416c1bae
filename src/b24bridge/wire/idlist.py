"""Lists that can be asked for a range of ids, and how.

Facts: portal source (filters of classic lists and of ``crm.item.list``), vendor page "How to Retrieve
Large Volumes of Data".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from b24bridge.errors import DataError
from b24bridge.wire.call import Api, Call, Json
from b24bridge.wire.paging import PAGE, param_name

__all__ = ["IdList", "id_list"]

_CLASSIC = frozenset(
    f"crm.{name}.list" for name in ("deal", "lead", "contact", "company", "quote", "activity", "invoice")
)
_ITEM = "crm.item.list"


@dataclass(frozen=True, slots=True)
class IdList:
    """One list call that can be asked for ranges of ids.

    Attributes:
        call: The caller's call.
        id: Name of the id in filter, order and rows.
        container: Key inside ``result`` that holds the rows, or None.
        filter: The caller's spelling of this parameter.
        order: The same.
        hidden: Whether the id was added to the selection and is taken out of the rows again.
    """

    call: Call[Any]
    id: str
    container: str | None
    filter: str = "filter"
    order: str = "order"
    hidden: bool = False

    @property
    def method(self) -> str:
        """The REST method."""
        return self.call.method

    def above(self, low: int, high: int | None = None) -> Call[Any]:
        """Return the call for the first rows above an id, up to another one."""
        return self._ask({f">{self.id}": low, **({} if high is None else {f"<={self.id}": high})}, "ASC")

    def below(self, high: int | None = None, low: int = 0) -> Call[Any]:
        """Return the call for the last rows up to an id, above another one."""
        return self._ask({f">{self.id}": low, **({} if high is None else {f"<={self.id}": high})}, "DESC")

    def behind(self, command: str, high: int) -> Call[Any]:
        """Return the call for the rows behind the last row of another command's full page."""
        place = f"[{self.container}]" if self.container else ""
        last = f"$result[{command}]{place}[{PAGE - 1}][{self.id}]"
        return self._ask({f">{self.id}": last, f"<={self.id}": high}, "ASC")

    def id_of(self, row: Json) -> int:
        """Return the id of a row.

        Raises:
            DataError: The row has none.
        """
        try:
            return int(row[self.id])
        except (KeyError, TypeError, ValueError) as exc:
            raise DataError(
                f"A row of {self.method} has no {self.id}, so the list cannot be read by id.",
                method=self.method,
                remedy="Read it with strategy='next'.",
            ) from exc

    def numbers(self, rows: Sequence[Json]) -> list[int]:
        """Return the ids of some rows.

        Raises:
            DataError: A row has none.
        """
        try:
            return [int(row[self.id]) for row in rows]
        except (KeyError, TypeError, ValueError):
            return [self.id_of(row) for row in rows]

    def ordered(self, rows: list[Json]) -> tuple[list[Json], list[int]]:
        """Return the rows in the order of ids, and the ids."""
        numbers = self.numbers(rows)
        rising = sorted(numbers)
        return (rows if numbers == rising else sorted(rows, key=self.id_of)), rising

    def finished(self, rows: list[Json]) -> list[Json]:
        """Return the rows as the caller asked for them."""
        if self.hidden:
            for row in rows:
                row.pop(self.id, None)
        return rows

    def _ask(self, bounds: Mapping[str, Any], direction: str) -> Call[Any]:
        params = self.call.params
        assert isinstance(params, Mapping)  # id_list() made sure
        asked = {
            **params,
            self.filter: {**(params.get(self.filter) or {}), **bounds},
            self.order: {self.id: direction},
            "start": -1,
        }
        return Call(self.call.method, asked)


def id_list(call: Call[Any]) -> IdList | None:
    """Return how to ask a list for ranges of ids, or None if that would change what the caller asked for.

    It would with another order, with conditions on the id, with alternatives at the top of the filter,
    with a ``start``, or with a method that is not known to filter by id.
    """
    method = call.method.lower()
    params = call.params
    if call.api is not Api.V2 or method not in _CLASSIC | {_ITEM} or not isinstance(params, Mapping):
        return None
    names = [key.lower() for key in params if isinstance(key, str)]
    if "start" in names or any(names.count(name) > 1 for name in ("filter", "order", "select")):
        return None
    id_name = "id" if method == _ITEM else "ID"
    spelt = {name: param_name(params, name) for name in ("filter", "order", "select")}
    given = {name: params.get(spelling) or {} for name, spelling in spelt.items()}
    if not isinstance(given["filter"], Mapping) or not _is_plain(given["filter"]):
        return None
    if given["order"] and not _is_ascending(given["order"]):
        return None
    asked = dict(params)
    if method == "crm.deal.list" and not _names(given["filter"], "is_recurring"):
        # The portal adds this condition itself, but only without a condition on the id.
        asked[spelt["filter"]] = {**given["filter"], "IS_RECURRING": "N"}
    select = [str(item).lower() for item in given["select"]]
    hidden = bool(method == _ITEM and select and not {"id", "*"} & set(select))
    if hidden:
        asked[spelt["select"]] = [*given["select"], id_name]
    return IdList(
        replace(call, params=asked),
        id_name,
        "items" if method == _ITEM else None,
        spelt["filter"],
        spelt["order"],
        hidden,
    )


def _is_plain(conditions: Mapping[Any, Any]) -> bool:
    """Return whether a condition on the id can be added: none there, and all joined by AND."""
    if _names(conditions, "id"):
        return False
    return not any(str(key).lower() in ("logic", "::logic") for key in conditions)


def _names(conditions: Mapping[Any, Any], field: str) -> bool:
    return any(str(key).lstrip("!+><=@%?*").lower() == field for key in conditions)


def _is_ascending(order: Any) -> bool:
    return (
        isinstance(order, Mapping)
        and len(order) == 1
        and all(str(k).lower() == "id" and str(v).upper() == "ASC" for k, v in order.items())
    )
