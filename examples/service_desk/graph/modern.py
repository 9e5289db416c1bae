"""Admitted, closed and carried-over tickets, on the typed client: three lists instead of pages by hand."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path

from b24bridge import Client
from b24bridge.errors import B24Error
from examples.service_desk.answers import Answer, answer, body_of
from examples.service_desk.graph.cache import Cache, cached
from examples.service_desk.graph.months import four_months, months_answer
from examples.service_desk.graph.options import Options
from examples.service_desk.graph.queries import Window
from examples.service_desk.graph.tickets import SELECT, Ticket, merge, of_product
from examples.service_desk.graph.weeks import weeks_answer
from examples.service_desk.moments import BadDate, four_weeks, moment
from examples.service_desk.rules import ENTITY_TYPE_ID, OPEN_STAGES, Json
from examples.service_desk.typed import connect

__all__ = ["run"]

BOUNDS_IN_UTC = "SD-GRA-01"
Rows = list[dict[str, Json]]


def run(
    request: Mapping[str, Json],
    *,
    webhook_url: str,
    now: str,
    cache_dir: Path | str,
    fixes: Collection[str] = (),
    transport: object | None = None,
) -> Answer:
    """Answer one request."""
    try:
        options = Options.read(body_of(request), moment(now))
    except BadDate as error:
        return answer({"success": False, "error": str(error)}, 400)
    if options.mode not in ("weeks", "months"):
        return answer({"success": False, "error": 'Invalid periodMode. Must be "weeks" or "months".'}, 400)
    # Apart from the old module's files, or a comparison would read the old answer back.
    cache = Cache(Path(cache_dir) / "modern")
    # The original leaves the offset out, so its bounds count in the portal's zone.
    offset = "+00:00" if BOUNDS_IN_UTC in fixes else ""

    def fresh() -> dict[str, Json]:
        with connect(webhook_url, transport) as b24:
            return report(b24, options, offset)

    try:
        return answer(cached(cache, options, fresh))
    except B24Error as error:
        return answer({"success": False, "message": f"Ошибка получения данных: {error}"}, 500)


def report(b24: Client, options: Options, offset: str) -> dict[str, Json]:
    """Return the answer of the wanted mode."""
    if options.mode == "months":
        months = four_months(options.now)
        return months_answer(tickets(b24, Window.over(months[0], months[-1], offset=offset), options), months)
    weeks = four_weeks(options.span.start)
    return weeks_answer(tickets(b24, Window.over(weeks[0], weeks[-1], offset=offset), options), options)


def tickets(b24: Client, window: Window, options: Options) -> list[Ticket]:
    """Return the tickets of the report in the order of the original."""
    rows = listed(b24, window.created) + listed(b24, window.closed)
    if options.wants("includeCarryoverTickets"):
        carried = listed(b24, window.open_in(list(OPEN_STAGES)))
        rows += sorted(carried, key=lambda row: OPEN_STAGES.index(row["stageId"]))
    return of_product(merge(rows), options.product)


def listed(b24: Client, filter_: Mapping[str, Json]) -> Rows:
    """Return all tickets that match, by id."""
    rows = b24.crm.items(ENTITY_TYPE_ID).list(filter_, select=SELECT, raw=True).raw().all()
    return sorted(rows, key=lambda row: int(row["id"]))
