"""Admitted, closed and carried-over tickets, on the typed client: one list."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path

from b24bridge import Client, F
from b24bridge.errors import B24Error
from examples.service_desk.answers import Answer, answer, body_of
from examples.service_desk.dates import BadDate
from examples.service_desk.graph.cache import Cache, cached
from examples.service_desk.graph.months import four_months, months_answer
from examples.service_desk.graph.options import MODES, Options, mode_of
from examples.service_desk.graph.queries import Window
from examples.service_desk.graph.tickets import SELECT, Ticket, of_product
from examples.service_desk.graph.weeks import weeks_answer
from examples.service_desk.moments import four_weeks, moment
from examples.service_desk.rules import CLOSING_STAGES, ENTITY_TYPE_ID, OPEN_STAGES, Json
from examples.service_desk.typed import connect

__all__ = ["run"]

BOUNDS_IN_UTC = "SD-GRA-01"


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
    body = body_of(request)
    if mode_of(body) not in MODES:
        return answer({"success": False, "error": 'Invalid periodMode. Must be "weeks" or "months".'}, 400)
    try:
        options = Options.read(body, moment(now))
    except BadDate as error:
        return answer({"success": False, "error": str(error)}, 400)
    # Apart from the old module's files, or a comparison would read the old answer back.
    cache = Cache(Path(cache_dir) / "modern")

    def fresh() -> dict[str, Json]:
        with connect(webhook_url, transport) as b24:
            return report(b24, options, in_utc=BOUNDS_IN_UTC in fixes)

    try:
        return answer(cached(cache, options, fresh))
    except B24Error as error:
        return answer({"success": False, "message": f"Ошибка получения данных: {error}"}, 500)


def report(b24: Client, options: Options, *, in_utc: bool) -> dict[str, Json]:
    """Return the answer of the wanted mode."""
    if options.mode == "months":
        months = four_months(options.now)
        return months_answer(tickets(b24, Window.over(months[0], months[-1], in_utc=in_utc), options), months)
    weeks = four_weeks(options.span.start)
    return weeks_answer(tickets(b24, Window.over(weeks[0], weeks[-1], in_utc=in_utc), options), options)


def tickets(b24: Client, window: Window, options: Options) -> list[Ticket]:
    """Return the tickets of the report in the order of the original."""
    start, end = window.start, window.end
    wanted = F.createdTime.between(start, end) | (
        F.movedTime.between(start, end) & F.stageId.in_(CLOSING_STAGES)
    )
    if options.wants("includeCarryoverTickets"):
        wanted |= F.stageId.in_(OPEN_STAGES) & (F.createdTime <= end)
    rows = b24.crm.items(ENTITY_TYPE_ID).list(wanted, select=SELECT).raw()
    return of_product(sorted(rows, key=lambda row: place(row, window)), options.product)


def place(row: Mapping[str, Json], window: Window) -> tuple[int, int, int]:
    """Return where a ticket stands: created ones, then closed ones, then open ones by stage."""
    if window.holds(row["createdTime"]):
        return 0, 0, row["id"]
    stage = row["stageId"]
    return (2, OPEN_STAGES.index(stage), row["id"]) if stage in OPEN_STAGES else (1, 0, row["id"])
