"""The list of tasks below the time report."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from examples.service_desk.rules import NO_TITLE, Json, coalesce, is_true, php_round, to_int
from examples.service_desk.time.options import Options
from examples.service_desk.time.records import Record
from examples.service_desk.time.report import created_week, report

__all__ = ["empty_report", "page_of", "task_ids", "task_row"]

_TICKET_FIELDS = (
    "stageId",
    "ufSubject",
    "ufCrm7TypeProduct",
    "ufSlaBlockStr",
    "ufSlaServiceStr",
    "ufActionStr",
    "ufCrm7UfPriority",
)


def task_ids(options: Options, records: Iterable[Record]) -> list[int]:
    """Return the tasks to list: those that the request names, else those with records."""
    if options.task_ids is not None:
        return list(options.task_ids)
    return list(dict.fromkeys(record.task for record in records))


def task_row(
    task: Mapping[str, Json], ticket: Mapping[str, Json] | None, options: Options
) -> dict[str, Json]:
    """Return a task as the list prints it."""
    spent = task.get("timeSpentInLogs")
    return {
        "id": to_int(task["id"]),
        "title": coalesce(task.get("title"), NO_TITLE),
        "startDate": coalesce(task.get("startDatePlan"), task.get("createdDate")),
        "deadline": coalesce(task.get("deadline"), task.get("endDatePlan")),
        "closedDate": task.get("closedDate"),
        "status": to_int(task.get("status")),
        "stageId": to_int(task.get("stageId")),
        "responsibleId": to_int(task.get("responsibleId")),
        "createdBy": to_int(task.get("createdBy")),
        "elapsedTime": php_round(to_int(spent) / 3600) if is_true(spent) else 0,
        "ticket": _ticket(ticket, options) if ticket else None,
    }


def _ticket(ticket: Mapping[str, Json], options: Options) -> dict[str, Json]:
    return {
        "id": int(ticket["id"]),
        "title": ticket.get("title"),
        "createdTime": ticket.get("createdTime"),
        "createdWeek": created_week(ticket, options),
        **{name: ticket.get(name) for name in _TICKET_FIELDS},
    }


def page_of(rows: Sequence[Mapping[str, Json]], options: Options) -> dict[str, Json]:
    """Return the wanted page of the list with its ``pagination``."""
    pages = -(-len(rows) // options.per_page)
    page = min(options.page, max(1, pages))
    first = (page - 1) * options.per_page
    return {
        "tasks": list(rows[first : first + options.per_page]),
        "pagination": {
            "totalTasks": len(rows),
            "currentPage": page,
            "perPage": options.per_page,
            "totalPages": pages,
        },
    }


def empty_report(options: Options, staff: Sequence[int], *, list_without_staff: bool) -> dict[str, Json]:
    """Return the report without records; only the refactored module lists no tasks for no staff."""
    empty = report([], options, staff=len(staff))
    if options.wants_details and (staff or list_without_staff):
        empty["data"].update(page_of([], options))
    return empty
