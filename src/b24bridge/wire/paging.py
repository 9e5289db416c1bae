"""How the pages of a list follow each other, as data, and the guard against lists that never end.

Facts: vendor pages "List methods" and "How to Retrieve Large Volumes of Data", portal source (families
of lists page in different ways), REST 3.0 overview.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from b24bridge.errors import ConfigError, DataError, IncompleteList
from b24bridge.wire.call import Api, Call, Json

__all__ = [
    "PAGE",
    "ByCursor",
    "ById",
    "ByNavigation",
    "ByNext",
    "ByOffset3",
    "Page",
    "StallGuard",
    "Strategy",
    "default_strategy",
    "param_name",
    "refuse_twice",
    "rows_of",
    "stalled",
]

#: Rows of a page in REST 2, for all lists.
PAGE = 50


@dataclass(frozen=True, slots=True)
class Page:
    """One page as it came.

    Attributes:
        rows: Its rows.
        next: Offset of the next page as the portal says, or None.
        total: Number of rows as the portal says, or None.
    """

    rows: Sequence[Json]
    next: int | None = None
    total: int | None = None


class Strategy(Protocol):
    """Which call asks for which page."""

    def first(self, call: Call[Any]) -> Call[Any]:
        """Return the call for the first page."""
        ...

    def following(self, call: Call[Any], page: Page) -> Call[Any] | None:
        """Return the call for the page after the one that ``call`` brought, None at the end."""
        ...


@dataclass(frozen=True, slots=True)
class ByNext:
    """Follow the portal's ``next``: works for every list of REST 2 that reports it."""

    def first(self, call: Call[Any]) -> Call[Any]:
        """Return the caller's own call; a ``start`` in it is where reading begins."""
        return call

    def following(self, call: Call[Any], page: Page) -> Call[Any] | None:
        """Return the call with ``start`` at the portal's ``next``."""
        if page.next is None or not page.rows:
            return None
        start = _start(call)
        if page.next <= start:
            raise stalled(call.method, f"next {page.next} after start {start}")
        return _with(call, **{param_name(call.params, "start"): page.next})

    def nth(self, call: Call[Any], number: int) -> Call[Any]:
        """Return the call for the page of that number, counted from 0 at the caller's ``start``."""
        return _with(call, **{param_name(call.params, "start"): _start(call) + number * PAGE})


@dataclass(frozen=True, slots=True)
class ById:
    """Ask for rows with a larger id than the last one, without counting (``start=-1``).

    Right under inserts and deletes, and the fastest way through a large list (vendor page "How to
    Retrieve Large Volumes of Data"). The id must be among the selected fields.

    Attributes:
        id_field: Name of the id in filter and order.
        row_field: Name of the id in the rows.
    """

    id_field: str = "ID"
    row_field: str = "ID"

    def first(self, call: Call[Any]) -> Call[Any]:
        """Return the call in order of ids.

        Raises:
            DataError: The caller wants another order.
        """
        name = param_name(call.params, "order")
        order = call.params[name] if isinstance(call.params, Mapping) and name in call.params else {}
        wanted = dict(order) if isinstance(order, Mapping) else {"": order}
        if wanted and [key.upper() for key in wanted] != [self.id_field.upper()]:
            raise DataError(f"{call.method} cannot be read by id in the order {wanted}.", method=call.method)
        return _with(call, **{name: {self.id_field: "ASC"}, "start": -1})

    def following(self, call: Call[Any], page: Page) -> Call[Any] | None:
        """Return the call for the rows behind the last id."""
        if len(page.rows) < PAGE:
            return None
        last = page.rows[-1].get(self.row_field)
        if last is None:
            raise DataError(
                f"The rows of {call.method} have no {self.row_field}, so the next page cannot be asked for.",
                method=call.method,
                remedy=f"Add {self.row_field} to the selected fields.",
            )
        name = param_name(call.params, "filter")
        assert isinstance(call.params, Mapping)  # first() made it one
        return _with(call, **{name: {**(call.params.get(name) or {}), f">{self.id_field}": last}})


@dataclass(frozen=True, slots=True)
class ByNavigation:
    """Number the pages in ``NAV_PARAMS``: the positional ``task.*item.getlist`` methods.

    They ignore ``start``; their arguments are task id, order, filter, select, params (portal source,
    ``restservice.php`` of tasks). A number past the end brings the last page again.
    """

    def first(self, call: Call[Any]) -> Call[Any]:
        """Return the call for page 1."""
        return self._page(call, 1)

    def following(self, call: Call[Any], page: Page) -> Call[Any] | None:
        """Return the call for the page with the next number."""
        if len(page.rows) < PAGE:
            return None
        return self._page(call, _list(call)[4]["NAV_PARAMS"]["iNumPage"] + 1)

    def nth(self, call: Call[Any], number: int) -> Call[Any]:
        """Return the call for the page of that number, counted from 0."""
        return self._page(call, number + 1)

    def _page(self, call: Call[Any], number: int) -> Call[Any]:
        arguments = _list(call)
        if arguments and isinstance(arguments[0], Mapping):
            arguments = [0, *arguments]  # the task id may be left out: all tasks
        if not arguments:
            arguments = [0]
        padding: list[Any] = [0, {"ID": "ASC"}, {}, ["*"], {}]
        arguments = [*arguments, *padding[len(arguments) :]]
        arguments[4] = {
            **(arguments[4] if isinstance(arguments[4], Mapping) else {}),
            "NAV_PARAMS": {"nPageSize": PAGE, "iNumPage": number},
        }
        return replace(call, params=arguments)


@dataclass(frozen=True, slots=True)
class ByOffset3:
    """Limit and offset of REST 3.0 lists, which tell neither total nor next.

    Attributes:
        limit: Rows of a page; the portal caps it at 1,000 without a word.
    """

    limit: int = 1000

    def first(self, call: Call[Any]) -> Call[Any]:
        """Return the call for the rows from the caller's offset on."""
        asked = _map(call).get("pagination") or {}
        return _with(call, pagination={"limit": self.limit, "offset": int(asked.get("offset", 0))})

    def following(self, call: Call[Any], page: Page) -> Call[Any] | None:
        """Return the call for the rows behind the last one."""
        if len(page.rows) < self.limit:
            return None
        at = _map(call)["pagination"]
        return _with(call, pagination={**at, "offset": at["offset"] + len(page.rows)})


@dataclass(frozen=True, slots=True)
class ByCursor:
    """Cursor of REST 3.0 ``tail`` methods.

    Attributes:
        field: Field that grows, not to be in the filter.
        value: Where to begin, exclusive.
        limit: Rows of a page.
    """

    field: str = "id"
    value: Any = 0
    limit: int = 1000

    def first(self, call: Call[Any]) -> Call[Any]:
        """Return the call for the rows behind the start value."""
        return self._at(call, self.value)

    def following(self, call: Call[Any], page: Page) -> Call[Any] | None:
        """Return the call for the rows behind the last one."""
        if len(page.rows) < self.limit:
            return None
        return self._at(call, page.rows[-1][self.field])

    def _at(self, call: Call[Any], value: Any) -> Call[Any]:
        cursor = {"field": self.field, "value": value, "order": "ASC", "limit": self.limit}
        return _with(call, cursor=cursor)


class StallGuard:
    """Notices a list that does not get on: a page that came before.

    A classic list answers a ``start`` past the end with page 1 again and ``next: 50``, so a naive loop
    never ends (portal source, navigated lists).
    """

    __slots__ = ("_method", "_seen")

    def __init__(self, method: str) -> None:
        self._method = method
        self._seen: set[int] = set()

    def knows(self, page: Page) -> bool:
        """Return whether this page came before; an empty one never did."""
        return bool(page.rows) and _mark(page) in self._seen

    def check(self, page: Page) -> None:
        """Note a page.

        Raises:
            IncompleteList: It came before.
        """
        if self.knows(page):
            raise stalled(self._method, "the same page came twice")
        self._seen.add(_mark(page))


def _mark(page: Page) -> int:
    return hash((repr(page.rows[0]), repr(page.rows[-1]), len(page.rows))) if page.rows else 0


def stalled(method: str, why: str) -> IncompleteList:
    """Return the error for a list that does not get on."""
    return IncompleteList(
        f"The list of {method} does not get on: {why}.",
        method=method,
        remedy="Read it by id instead of by offset; rows may be missing.",
    )


def rows_of(result: Json, container: str | None = None, *, method: str = "") -> list[Json]:
    """Return the rows inside a result.

    Args:
        result: A list, or a map that holds the list under a name of the method's family.
        container: That name, if it is known.
        method: REST method, for messages.

    Raises:
        DataError: There is no list in it.
    """
    if isinstance(result, list):
        return result
    if isinstance(result, Mapping):
        if container is not None and isinstance(result.get(container), list):
            return result[container]  # type: ignore[no-any-return]  # just checked
        lists = [value for value in result.values() if isinstance(value, list)]
        if len(lists) == 1:
            return lists[0]
    raise DataError(
        f"The answer of {method or 'the method'} holds no list of rows.",
        method=method,
        remedy="Name the key that holds the rows, or call the method without paging.",
    )


def param_name(params: Any, name: str, usual: str = "") -> str:
    """Return the spelling of a parameter (``name`` in small letters) that the caller used.

    If he did not name it, that is ``usual``, or ``name`` itself.

    The portal finds ``FILTER``, ``filter`` and ``Filter`` (portal source, classic lists), and a second
    spelling beside the caller's would hide one of them.
    """
    if isinstance(params, Mapping):
        for key in params:
            if isinstance(key, str) and key.lower() == name:
                return key
    return usual or name


def refuse_twice(call: Call[Any]) -> None:
    """Refuse a list call that names one of its conditions in two spellings.

    The portal takes one of them and drops the other in silence (portal source, classic lists).

    Raises:
        DataError: It does.
    """
    if call.api is Api.V3 or not isinstance(call.params, Mapping):
        return
    folded = [key.lower() for key in call.params if isinstance(key, str)]
    for name in ("filter", "order", "select"):
        if folded.count(name) > 1:
            raise DataError(
                f"{call.method} is given {name} twice, in different spellings; the portal would drop one.",
                method=call.method,
                remedy=f"Put all of it into one {name}.",
            )


def _with(call: Call[Any], **params: Any) -> Call[Any]:
    return replace(call, params={**_map(call), **params})


def _map(call: Call[Any]) -> Mapping[str, Any]:
    if not isinstance(call.params, Mapping):
        raise DataError(f"{call.method} is paged by named parameters, not by a list.", method=call.method)
    return call.params


def _list(call: Call[Any]) -> list[Any]:
    return list(call.params.values()) if isinstance(call.params, Mapping) else list(call.params)


def _start(call: Call[Any]) -> int:
    try:
        params = _map(call)
        return int(params.get(param_name(params, "start")) or 0)
    except (TypeError, ValueError):
        return 0


def offset_of(call: Call[Any]) -> int:
    """Return how many rows the caller wants to pass over."""
    if not isinstance(call.params, Mapping):
        return 0
    if call.api is Api.V3:
        return int((call.params.get("pagination") or {}).get("offset", 0))
    return _start(call)


def resumed(call: Call[Any], strategy: Strategy, position: Json) -> tuple[Call[Any], Strategy]:
    """Return call and strategy for the rows behind a position that an earlier reading reached.

    Raises:
        ConfigError: The strategy cannot begin in the middle.
    """
    if isinstance(strategy, ByNext):
        return _with(call, **{param_name(call.params, "start"): position}), strategy
    if isinstance(strategy, ByOffset3):
        asked = _map(call).get("pagination") or {}
        return _with(call, pagination={**asked, "offset": position}), strategy
    if isinstance(strategy, ByCursor):
        return call, replace(strategy, value=position)
    if isinstance(strategy, ById):
        name = param_name(call.params, "filter")
        return _with(
            call, **{name: {**(_map(call).get(name) or {}), f">{strategy.id_field}": position}}
        ), strategy
    raise ConfigError(
        f"{call.method} is paged by numbers of pages, so its list cannot go on from a position.",
        remedy="Read it from the beginning.",
    )


def default_strategy(call: Call[Any]) -> Strategy:
    """Return the way of paging that suits a method, by its name alone."""
    if call.api is Api.V3:
        return ByCursor() if call.method.endswith(".tail") else ByOffset3()
    if call.method.lower() in NAVIGATED:
        return ByNavigation()
    return ByNext()


#: Lists that page by NAV_PARAMS among positional arguments.
NAVIGATED = frozenset({"task.elapseditem.getlist", "task.commentitem.getlist", "task.items.getlist"})
