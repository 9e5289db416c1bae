"""Port of ``api/tickets-time-tracking-sector-1c.php.legacy``, the CRest way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from examples.service_desk.answers import Answer, answer, body_of
from examples.service_desk.crest_port import connect
from examples.service_desk.dates import BadDate
from examples.service_desk.moments import moment
from examples.service_desk.rules import Json
from examples.service_desk.time.details import empty_report
from examples.service_desk.time.old_loading import Loader, details, records_of
from examples.service_desk.time.options import Options, is_other_product
from examples.service_desk.time.report import report
from examples.service_desk.time.tickets import wanted

__all__ = ["build", "run"]


def run(
    request: Mapping[str, Json],
    *,
    webhook_url: str,
    now: str,
    cache_dir: Path | str,
    fixes: Sequence[str] = (),
    transport: object | None = None,
) -> Answer:
    """Answer one request; refusals and exceptions have status 200 (SD-TT-15)."""
    body = body_of(request)
    if is_other_product(body):
        return answer({"error": "invalid_product", "error_description": "Only product=1C is supported"})
    try:
        options = Options.read(body, moment(now))
    except BadDate as error:
        return answer({"error": "internal_error", "error_description": str(error)})
    return answer(build(Loader(connect(webhook_url, cache_dir, transport)), options))


def build(loader: Loader, options: Options, *, list_without_staff: bool = False) -> dict[str, Json]:
    """Return the report; errors of the portal only make it smaller (SD-TT-10)."""
    staff = loader.staff()
    tasks = loader.tasks(staff, options.period) if staff else []
    records = records_of(loader, tasks, options, staff)
    if not records:
        return empty_report(options, staff, list_without_staff=list_without_staff)
    tickets = loader.tickets(wanted(tasks, records))
    result = report(records, options, staff=len(staff), names=loader.names(staff), tickets=tickets)
    if options.wants_details:
        result["data"].update(details(loader, options, records, tickets))
    return result
