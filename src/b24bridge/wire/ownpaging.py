"""Lists of REST 2 that page in a way of their own: by limit and offset, by page number, by the last id.

Facts: the parameter tables of the vendor's pages of these methods. They tell neither total nor ``next``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from b24bridge.errors import ConfigError, DataError
from b24bridge.wire.call import Api, Call, Json
from b24bridge.wire.paging import PAGE, Page, Strategy, param_name

__all__ = ["ByLastId", "ByLimit", "ByPageNumber", "own_id_key", "own_strategy"]


@dataclass(frozen=True, slots=True)
class ByLimit:
    """Ask for so many rows behind so many others, until none come.

    A page may be short because rows that the user may not see were left out of it, so only an empty one
    is the end, and the offset moves by what was asked for.

    Attributes:
        most: Rows that the method gives at most; it cuts a larger limit without a word.
        group: Parameter that holds limit and offset, empty when they stand alone.
        upper: Whether their names are in capitals.
    """

    most: int = PAGE
    group: str = ""
    upper: bool = False

    def first(self, call: Call[Any]) -> Call[Any]:
        """Return the call for the first page; the caller's limit is the size of a page."""
        given = self._given(call)
        limit, offset = self._names(given)
        size = min(self.most, _number(call, given.get(limit)) or min(PAGE, self.most))
        return self._with(call, {limit: size, offset: _number(call, given.get(offset))})

    def following(self, call: Call[Any], page: Page) -> Call[Any] | None:
        """Return the call for the rows behind this page."""
        if not page.rows:
            return None
        given = self._given(call)
        limit, offset = self._names(given)
        return self._with(call, {offset: given[offset] + given[limit]})

    def resumed(self, call: Call[Any], position: Json) -> Call[Any]:
        """Return the call for the rows behind so many."""
        return self._with(call, {self._names(self._given(call))[1]: position})

    def passed(self, call: Call[Any]) -> int:
        """Return how many rows the caller wants to pass over."""
        given = self._given(call)
        return _number(call, given.get(self._names(given)[1]))

    def _given(self, call: Call[Any]) -> Mapping[str, Any]:
        params = _named(call)
        if not self.group:
            return params
        given = params.get(param_name(params, self.group.lower(), self.group)) or {}
        if not isinstance(given, Mapping):
            raise DataError(f"{self.group} of {call.method} must be named parameters.", method=call.method)
        return given

    def _names(self, given: Mapping[str, Any]) -> tuple[str, str]:
        names = ("LIMIT", "OFFSET") if self.upper else ("limit", "offset")
        return param_name(given, "limit", names[0]), param_name(given, "offset", names[1])

    def _with(self, call: Call[Any], changed: Mapping[str, Any]) -> Call[Any]:
        params = _named(call)
        if not self.group:
            return replace(call, params={**params, **changed})
        group = param_name(params, self.group.lower(), self.group)
        return replace(call, params={**params, group: {**self._given(call), **changed}})


@dataclass(frozen=True, slots=True)
class ByPageNumber:
    """Number the pages of 50 rows from 1."""

    def first(self, call: Call[Any]) -> Call[Any]:
        """Return the call for the caller's page, by default the first."""
        params = _named(call)
        name = param_name(params, "page")
        return replace(call, params={**params, name: _number(call, params.get(name)) or 1})

    def following(self, call: Call[Any], page: Page) -> Call[Any] | None:
        """Return the call for the page with the next number."""
        if len(page.rows) < PAGE:
            return None
        params = _named(call)
        name = param_name(params, "page")
        return replace(call, params={**params, name: params[name] + 1})

    def resumed(self, call: Call[Any], position: Json) -> Call[Any]:
        """Return the call for the page that holds the row behind so many."""
        params = _named(call)
        return replace(call, params={**params, param_name(params, "page"): int(position) // PAGE + 1})

    def passed(self, call: Call[Any]) -> int:
        """Return how many rows the caller wants to pass over."""
        params = _named(call)
        return max(0, _number(call, params.get(param_name(params, "page"))) - 1) * PAGE


@dataclass(frozen=True, slots=True)
class ByLastId:
    """Ask for what lies behind the last id of the page before, until nothing comes.

    Attributes:
        oldest: Whether that is the smallest id of the page, in whatever order it has its rows; else the
            id of its last row.
    """

    oldest: bool = False

    def first(self, call: Call[Any]) -> Call[Any]:
        """Return the caller's own call, with 50 rows a page unless he wants otherwise.

        Raises:
            ConfigError: The caller wants to read the other way.
        """
        params = _named(call)
        if param_name(params, "first_id") in params:
            raise ConfigError(
                f"The list of {call.method} goes from new to old and cannot begin with FIRST_ID.",
                remedy="Leave FIRST_ID out, or ask for single pages with call().",
            )
        name = param_name(params, "limit", "LIMIT")
        return replace(call, params={**params, name: params.get(name) or PAGE})

    def following(self, call: Call[Any], page: Page) -> Call[Any] | None:
        """Return the call for the rows behind this page."""
        if not page.rows:
            return None
        try:
            numbers = [int(row["id"]) for row in page.rows]
        except (KeyError, TypeError, ValueError) as exc:
            raise DataError(
                f"A row of {call.method} has no id, so the next page cannot be asked for.",
                method=call.method,
            ) from exc
        return self.resumed(call, min(numbers) if self.oldest else numbers[-1])

    def resumed(self, call: Call[Any], position: Json) -> Call[Any]:
        """Return the call for the rows behind an id."""
        params = _named(call)
        return replace(call, params={**params, param_name(params, "last_id", "LAST_ID"): position})


_PLAIN, _NESTED, _IM = ByLimit(1000), ByLimit(group="params"), ByLimit(upper=True)
#: How a method pages and under which name its rows have their id.
_METHODS: dict[str, tuple[Strategy, str]] = {
    "biconnector.connector.list": (ByPageNumber(), "id"),
    "biconnector.dataset.list": (ByPageNumber(), "id"),
    "biconnector.source.list": (ByPageNumber(), "id"),
    "humanresources.hcmlink.company.list": (_PLAIN, "id"),
    "humanresources.hcmlink.company.user.list": (_PLAIN, "id"),
    "humanresources.hcmlink.employee.list": (_PLAIN, "id"),
    "im.department.colleagues.list": (_IM, "id"),
    "im.dialog.messages.get": (ByLastId(oldest=True), "id"),
    "im.dialog.messages.search": (ByLastId(), "id"),
    "im.dialog.users.list": (ByLimit(200, upper=True), "id"),
    "im.notify.history.search": (ByLastId(), "id"),
    "im.recent.list": (ByLimit(200, upper=True), "id"),
    "im.search.chat.list": (_IM, "id"),
    "im.search.department.list": (_IM, "id"),
    "imbot.v2.bot.list": (ByLimit(), "id"),
    "imopenlines.config.list.get": (ByLimit(200, group="PARAMS"), "ID"),
    "landing.demos.getlist": (_NESTED, "ID"),
    "landing.landing.getlist": (_NESTED, "ID"),
    "landing.repo.getlist": (_NESTED, "ID"),
    "landing.site.getlist": (_NESTED, "ID"),
    "landing.template.getlist": (_NESTED, "ID"),
    "log.blogcomment.user.get": (ByLastId(oldest=True), "id"),
    "sign.b2e.company.provider.list": (_PLAIN, "id"),
    "sign.b2e.mysafe.tail": (_PLAIN, "id"),
    "sign.b2e.personal.tail": (_PLAIN, "id"),
}


def own_strategy(call: Call[Any]) -> Strategy | None:
    """Return how a method pages that does so in its own way, None for all others."""
    known = _METHODS.get(call.method.lower()) if call.api is Api.V2 else None
    return known[0] if known is not None else None


def own_id_key(call: Call[Any]) -> str | None:
    """Return the name of the id in the rows of such a method, None for all others."""
    known = _METHODS.get(call.method.lower()) if call.api is Api.V2 else None
    return known[1] if known is not None else None


def _named(call: Call[Any]) -> Mapping[str, Any]:
    if not isinstance(call.params, Mapping):
        raise DataError(f"{call.method} is paged by named parameters, not by a list.", method=call.method)
    return call.params


def _number(call: Call[Any], value: Any) -> int:
    try:
        return int(value or 0)
    except (TypeError, ValueError) as exc:
        raise DataError(f"{value!r} is no number to page {call.method} by.", method=call.method) from exc
