"""Hours logged by week, employee and task, on the typed client."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path

from b24bridge.errors import B24Error
from examples.service_desk.answers import Answer, answer, body_of
from examples.service_desk.dates import BadDate
from examples.service_desk.moments import moment
from examples.service_desk.rules import Json
from examples.service_desk.time.details import empty_report, page_of, task_ids, task_row
from examples.service_desk.time.new_loading import Loader, TicketsRefused
from examples.service_desk.time.options import Options, is_other_product
from examples.service_desk.time.report import report
from examples.service_desk.time.tickets import wanted
from examples.service_desk.typed import connect

__all__ = ["build", "run"]


def run(
    request: Mapping[str, Json],
    *,
    webhook_url: str,
    now: str,
    cache_dir: Path | str,
    fixes: Collection[str] = (),
    transport: object | None = None,
) -> Answer:
    """Answer one request; the front end relies on status 200 for refusals (SD-TT-15)."""
    body = body_of(request)
    if is_other_product(body):
        return answer({"error": "invalid_product", "error_description": "Only product=1C is supported"})
    try:
        options = Options.read(body, moment(now))
    except BadDate as error:
        return answer({"error": "internal_error", "error_description": str(error)})
    try:
        with connect(webhook_url, transport) as b24:
            return answer(build(Loader(b24, fixes), options))
    except B24Error as error:
        # A report that is too small must not look like a result (SD-TT-10).
        return answer({"error": "internal_error", "error_description": str(error)}, 500)


def build(
    loader: Loader, options: Options, *, list_without_staff: bool = False, tickets_required: bool = False
) -> dict[str, Json]:
    """Return the report.

    Args:
        loader: Reads the portal.
        options: The request.
        list_without_staff: Whether an answer without staff has a list of tasks.
        tickets_required: Whether refused tickets end the request; otherwise tasks stay without.

    Raises:
        TicketsRefused: Tickets are required, and the portal refuses the original's query.
    """
    staff = loader.staff()
    tasks = loader.tasks(staff, options.period) if staff else []
    records = loader.records(tasks, options.period, staff)
    if not records:
        return empty_report(options, list(staff), list_without_staff=list_without_staff)
    tickets: Mapping[int, Mapping[str, Json]] = {}
    try:
        tickets = loader.tickets(wanted(tasks, records))
    except TicketsRefused:
        if tickets_required:
            raise
    result = report(records, options, staff=len(staff), names=staff, tickets=tickets)
    if options.wants_details:
        fields = loader.task_fields(task_ids(options, records))
        rows = [task_row(task, tickets.get(int(task["id"])), options) for task in fields]
        result["data"].update(page_of(rows, options))
    return result
