"""The time report: weeks, employees, tasks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from examples.service_desk.moments import moment
from examples.service_desk.rules import Json, coalesce, php_round, php_sum
from examples.service_desk.time.options import Options
from examples.service_desk.time.records import Record

__all__ = ["UNKNOWN", "created_week", "full_name", "report", "short_ticket"]

UNKNOWN = "Неизвестный"
Tickets = Mapping[int, Mapping[str, Json]]


def full_name(user: Mapping[str, Json]) -> str:
    """Return last, first and second name joined by blanks, trimmed at the ends only."""
    parts = [str(coalesce(user.get(key), "")) for key in ("LAST_NAME", "NAME", "SECOND_NAME")]
    return " ".join(parts).strip(" \t\n\r\0\v") or UNKNOWN


def created_week(ticket: Mapping[str, Json], options: Options) -> int | None:
    """Return the number of the week, of the four, in which a ticket was created."""
    created = ticket.get("createdTime")
    week = options.week_of(moment(created)) if created else None
    return week.week_number if week else None


def short_ticket(ticket: Mapping[str, Json], options: Options) -> dict[str, Json]:
    """Return a ticket as the weeks print it."""
    return {
        "id": int(ticket["id"]),
        "title": ticket.get("title"),
        "createdWeek": created_week(ticket, options),
    }


@dataclass(slots=True)
class _Person:
    """Time of one person in one week; hours are added up in the order of the records."""

    hours: float = 0.0
    records: int = 0
    tasks: dict[int, float] = field(default_factory=dict)

    def add(self, record: Record) -> None:
        self.hours += record.hours
        self.records += 1
        self.tasks[record.task] = self.tasks.get(record.task, 0.0) + record.hours


def report(
    records: Iterable[Record],
    options: Options,
    *,
    staff: int,
    names: Mapping[int, str] | None = None,
    tickets: Tickets | None = None,
) -> dict[str, Json]:
    """Return the answer without details; no records make the empty answer."""
    weeks = _weeks(list(records), options, names or {}, tickets or {})
    return {
        "success": True,
        "meta": {**options.span.as_week(), "totalWeeks": 4, "sector1CEmployeesCount": staff},
        "data": {
            # Sums of rounded values, here and in the summary (SD-TT-14).
            "totalElapsedTime": php_round(php_sum(week["totalElapsedTime"] for week in weeks)),
            "totalElapsedTimeUnit": "hours",
            "totalRecordsCount": sum(week["recordsCount"] for week in weeks),
            "weeks": weeks,
            "employeesSummary": _summary(weeks),
        },
    }


def _weeks(
    records: Sequence[Record], options: Options, names: Mapping[int, str], tickets: Tickets
) -> list[dict[str, Json]]:
    if not records:
        return []
    people: list[dict[int, _Person]] = [{} for _ in options.weeks]
    hours = [0.0 for _ in options.weeks]
    for record in records:
        week = options.week_of(record.when)
        if week is None:
            continue
        position = options.weeks.index(week)
        hours[position] += record.hours
        people[position].setdefault(record.user, _Person()).add(record)
    return [
        {
            **week.as_week(),
            "totalElapsedTime": php_round(hours[position]),
            "recordsCount": sum(person.records for person in people[position].values()),
            "employees": [
                _employee(number, person, options, names, tickets)
                for number, person in people[position].items()
            ],
        }
        for position, week in enumerate(options.weeks)
    ]


def _employee(
    number: int, person: _Person, options: Options, names: Mapping[int, str], tickets: Tickets
) -> dict[str, Json]:
    tasks: list[dict[str, Json]] = []
    for task, hours in person.tasks.items():
        row: dict[str, Json] = {"id": task, "elapsedTime": php_round(hours)}
        if task in tickets:
            row["ticket"] = short_ticket(tickets[task], options)
        tasks.append(row)
    return {
        "id": number,
        "name": names.get(number, UNKNOWN),
        "elapsedTime": php_round(person.hours),
        "recordsCount": person.records,
        "tasksCount": len(tasks),
        "ticketsCount": sum("ticket" in row for row in tasks),
        "tasks": tasks,
    }


def _summary(weeks: Iterable[Mapping[str, Json]]) -> list[dict[str, Json]]:
    sums: dict[int, dict[str, Json]] = {}
    for week in weeks:
        for person in week["employees"]:
            total = sums.setdefault(
                person["id"],
                {
                    "id": person["id"],
                    "name": person["name"],
                    "totalElapsedTime": 0.0,
                    "totalRecordsCount": 0,
                    "totalTasksCount": 0,
                    "totalTicketsCount": 0,
                },
            )
            for key in ("elapsedTime", "recordsCount", "tasksCount", "ticketsCount"):
                total[f"total{key[0].upper()}{key[1:]}"] += person[key]
    return [{**total, "totalElapsedTime": php_round(total["totalElapsedTime"])} for total in sums.values()]
