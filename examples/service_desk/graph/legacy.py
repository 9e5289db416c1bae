"""Port of ``api/graph-1c-admission-closure.php`` and its folder, the CRest way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from b24bridge import CRest
from examples.service_desk.answers import Answer, answer, body_of, crashed
from examples.service_desk.crest_port import connect, error_of
from examples.service_desk.dates import BadDate
from examples.service_desk.graph.cache import Cache, cached
from examples.service_desk.graph.months import four_months, months_answer
from examples.service_desk.graph.options import MODES, Options, mode_of
from examples.service_desk.graph.parallel import post_at_once
from examples.service_desk.graph.queries import Window
from examples.service_desk.graph.tickets import SELECT, merge, of_product
from examples.service_desk.graph.weeks import weeks_answer
from examples.service_desk.moments import four_weeks, moment
from examples.service_desk.rules import ENTITY_TYPE_ID, OPEN_STAGES, PAGE, Json, elements, to_int

__all__ = ["run"]

METHOD = "crm.item.list"
# The upper-case name is unknown to crm.item.list and dropped there.
OLD_SELECT = [*SELECT[:-1], "UF_CRM_7_TYPE_PRODUCT", SELECT[-1]]
Rows = list[dict[str, Json]]


def run(
    request: Mapping[str, Json],
    *,
    webhook_url: str,
    now: str,
    cache_dir: Path | str,
    fixes: Sequence[str] = (),
    transport: object | None = None,
) -> Answer:
    """Answer one request."""
    body = body_of(request)
    if mode_of(body) not in MODES:
        return answer({"success": False, "error": 'Invalid periodMode. Must be "weeks" or "months".'}, 400)
    try:
        options = Options.read(body, moment(now))
    except BadDate:
        return crashed()
    loader = Loader(connect(webhook_url, cache_dir, transport), webhook_url, transport)
    make = by_months if options.mode == "months" else by_weeks
    try:
        return answer(cached(Cache(cache_dir), options, lambda: make(loader, options)))
    except PortalError as error:
        return answer({"success": False, "message": f"Ошибка получения данных: {error}"}, 500)


def by_weeks(loader: Loader, options: Options) -> dict[str, Json]:
    """Return the answer by weeks."""
    weeks = four_weeks(options.span.start)
    window = Window.over(weeks[0], weeks[-1])
    created = params_of(window.created)
    closed = params_of(window.closed)
    # Built with an empty list of stages, which vanishes in the form: it asks for everything
    # moved in the window, and the answer is thrown away, like the second one for C (SD-GRA-02).
    first_c, _ = loader.at_once(created, params_of(window.moved))
    rows = loader.all_pages(created, first_c)
    _, first_d = loader.at_once(created, closed)
    rows += loader.all_pages(closed, first_d)
    if options.wants("includeCarryoverTickets"):
        rows += loader.open_tickets(window)
    return weeks_answer(of_product(merge(rows), options.product), options)


def by_months(loader: Loader, options: Options) -> dict[str, Json]:
    """Return the answer by months."""
    months = four_months(options.now)
    window = Window.over(months[0], months[-1])
    created, closed = params_of(window.created), params_of(window.closed)
    first_c, first_d = loader.at_once(created, closed)
    if error_of(first_c) is not None or error_of(first_d) is not None:
        first_c = first_d = AGAIN
    rows = loader.all_pages(created, first_c)
    rows += loader.all_pages(closed, first_d)
    if options.wants("includeCarryoverTickets"):
        rows += loader.open_tickets(window)
    return months_answer(of_product(merge(rows), options.product), months)


class PortalError(Exception):
    """The portal answered with an error."""


# Stands for a first page that has to be asked for again.
AGAIN = {"error": "", "error_description": ""}


class Loader:
    """The module's two ways to the portal: CRest, and its own simultaneous posts (SD-GRA-19)."""

    def __init__(self, portal: type[CRest], webhook_url: str, transport: object | None) -> None:
        self._portal = portal
        self._webhook_url = webhook_url
        self._transport = transport

    def at_once(self, *params: Mapping[str, Json]) -> list[Json]:
        """Post several calls at the same time, past CRest."""
        return post_at_once(self._webhook_url, METHOD, params, self._transport)

    def all_pages(self, params: Mapping[str, Json], first: Json = AGAIN) -> Rows:
        """Return the rows of all pages; a first page that failed is asked for again at once (SD-GRA-17)."""
        reply = first if error_of(first) is None else self._call(params)
        rows = items_of(reply)
        start = 0
        while len(items_of(reply)) == PAGE and has_next(reply):
            start += PAGE
            reply = self._call({**params, "start": start})
            rows += items_of(reply)
        return rows

    def open_tickets(self, window: Window) -> Rows:
        """Return the tickets of the open stages."""
        return [row for stage in OPEN_STAGES for row in self.all_pages(params_of(window.open_in(stage)))]

    def _call(self, params: Mapping[str, Json]) -> Json:
        reply = self._portal.call(METHOD, params)
        message = error_of(reply)
        if message is not None:
            raise PortalError(message)
        return reply


def params_of(filter_: Mapping[str, Json]) -> dict[str, Json]:
    """Return the parameters of a first page."""
    return {"entityTypeId": ENTITY_TYPE_ID, "filter": filter_, "select": OLD_SELECT, "start": 0}


def items_of(reply: Json) -> Rows:
    """Return the rows of a page; one that is no JSON counts as empty and last (SD-GRA-16)."""
    result = reply.get("result") if isinstance(reply, dict) else None
    return elements(result.get("items")) if isinstance(result, dict) else []


def has_next(reply: Json) -> bool:
    """Return whether the page names a positive next start, inside ``result`` or beside it."""
    result = reply.get("result") or {}
    return to_int(result.get("next")) > 0 or to_int(reply.get("next")) > 0
