"""The answer of the graph by months."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from examples.service_desk.graph.counting import WeekCount, count_week, stage_counts
from examples.service_desk.graph.tickets import Ticket
from examples.service_desk.moments import Span, iso_week
from examples.service_desk.rules import Json

__all__ = ["four_months", "months_answer"]

_SECOND = timedelta(seconds=1)
_NAMES = (
    "Январь", "Февраль", "Март", "Апрель", "Май", "Июнь",
    "Июль", "Август", "Сентябрь", "Октябрь", "Ноябрь", "Декабрь",
)  # fmt: skip


def four_months(now: datetime) -> tuple[Span, ...]:
    """Return the month of now (UTC) and the three before, oldest first."""
    current = now.astimezone(UTC)
    first = current.year * 12 + current.month - 1
    starts = [datetime(index // 12, index % 12 + 1, 1, tzinfo=UTC) for index in range(first - 3, first + 2)]
    return tuple(Span(start, after - _SECOND) for start, after in pairwise(starts))


@dataclass(frozen=True, slots=True)
class MonthCount:
    """Figures of one month and of the weeks that touch it."""

    month: Span
    new: int
    closed: Sequence[Ticket]
    closed_new: int
    carried: int
    carry_new: int
    weeks: Sequence[WeekCount]

    def head(self, count: int) -> dict[str, Json]:
        """Return the fields that each list of months begins with."""
        return {
            "month": self.month.start.month,
            "monthName": _NAMES[self.month.start.month - 1],
            "count": count,
        }


def months_answer(tickets: Sequence[Ticket], months: Sequence[Span]) -> dict[str, Json]:
    """Return the answer for the three newest of four months; the oldest is the one before."""
    before, *shown = months
    counts = [_count(tickets, month) for month in shown]
    closed_of_all = [ticket for ticket in tickets if any(_is_closed_in(ticket, month) for month in shown)]
    return {
        "success": True,
        "meta": {
            "periodMode": "months",
            "periodStartUtc": _utc(before.start),
            "periodEndUtc": _utc(shown[-1].end),
            "months": [_meta(count) for count in counts],
        },
        "data": {
            "newTickets": sum(count.new for count in counts),
            "newTicketsByMonth": [
                {**count.head(count.new), "weeks": [_week(week) for week in count.weeks]} for count in counts
            ],
            "closedTickets": sum(len(count.closed) for count in counts),
            "closedTicketsByMonth": [_closed(count) for count in counts],
            # Stocks of three month ends are added up, so a ticket may count three times (SD-GRA-13).
            "carryoverTickets": sum(count.carried for count in counts),
            "carryoverTicketsByMonth": [_carried(count) for count in counts],
            "stages": stage_counts(closed_of_all),
            "responsible": [],
            "previousPeriodData": _previous_period(tickets, before),
        },
    }


def _count(tickets: Iterable[Ticket], month: Span) -> MonthCount:
    closed = [ticket for ticket in tickets if _is_closed_in(ticket, month)]
    carried = [ticket for ticket in tickets if _is_carried(ticket, month.end)]
    return MonthCount(
        month=month,
        new=sum(month.has(ticket.created) for ticket in tickets),
        closed=closed,
        closed_new=sum(month.has(ticket.created) for ticket in closed),
        carried=len(carried),
        carry_new=sum(month.has(ticket.created) for ticket in carried),
        weeks=[count_week(tickets, week, _previous(week)) for week in _weeks_of(month)],
    )


def _is_closed_in(ticket: Ticket, month: Span) -> bool:
    return ticket.is_closed and month.has(ticket.moved)


def _is_carried(ticket: Ticket, end: datetime) -> bool:
    return ticket.is_open and ticket.created is not None and ticket.created <= end


def _weeks_of(month: Span) -> list[Span]:
    """Return the ISO weeks that touch the month, whole (SD-GRA-14)."""
    calendar = month.start.isocalendar()
    weeks = [iso_week(calendar.year, calendar.week)]
    while weeks[-1].end < month.end:
        weeks.append(Span(*(bound + timedelta(weeks=1) for bound in (weeks[-1].start, weeks[-1].end))))
    return weeks


def _previous(week: Span) -> Span:
    """Return what the module takes for the week before.

    Before week 1 it takes the right year but the number of the last week of the year before that
    one, which is wrong next to a year of 53 weeks (SD-GRA-15).
    """
    if week.week_number > 1:
        return week.before()
    year = week.start.isocalendar().year - 1
    sunday = iso_week(year, 1).start - timedelta(days=1)
    return iso_week(year, sunday.isocalendar().week)


def _utc(value: datetime) -> str:
    return f"{value:%Y-%m-%dT%H:%M:%S}Z"


def _meta(count: MonthCount) -> dict[str, Json]:
    start = count.month.start
    return {
        "monthNumber": start.month,
        "monthName": _NAMES[start.month - 1],
        "year": start.year,
        "monthStartUtc": _utc(start),
        "monthEndUtc": _utc(count.month.end),
        "weeks": [week.week.as_week() for week in count.weeks],
    }


def _week(count: WeekCount) -> dict[str, Json]:
    return {
        "weekNumber": count.week.week_number,
        "count": len(count.new),
        "closedCount": len(count.closed),
        "closedCreatedThisWeek": len(count.closed_new),
        "closedCreatedOtherWeek": len(count.closed_other),
        "carryoverCount": len(count.carried),
        "carryoverCreatedThisWeek": count.carry_new,
        "carryoverCreatedPreviousWeek": count.carry_previous,
        "carryoverCreatedOlder": count.carry_older,
        "carryoverCreatedOtherWeek": count.carry_other,
    }


def _closed(count: MonthCount) -> dict[str, Json]:
    return {
        **count.head(len(count.closed)),
        "closedCreatedThisWeek": count.closed_new,
        "closedCreatedOtherWeek": len(count.closed) - count.closed_new,
        "weeks": [
            {
                "weekNumber": week.week.week_number,
                "count": len(week.closed),
                "closedCreatedThisWeek": len(week.closed_new),
                "closedCreatedOtherWeek": len(week.closed_other),
            }
            for week in count.weeks
        ],
    }


def _carried(count: MonthCount) -> dict[str, Json]:
    return {
        **count.head(count.carried),
        "carryoverCreatedThisWeek": count.carry_new,
        "carryoverCreatedOtherWeek": count.carried - count.carry_new,
        "weeks": [
            {
                "weekNumber": week.week.week_number,
                "count": len(week.carried),
                "carryoverCreatedThisWeek": week.carry_new,
                "carryoverCreatedOtherWeek": week.carry_other,
            }
            for week in count.weeks
        ],
    }


def _previous_period(tickets: Iterable[Ticket], month: Span) -> dict[str, Json]:
    return {
        "newTickets": sum(month.has(ticket.created) for ticket in tickets),
        "closedTickets": sum(_is_closed_in(ticket, month) for ticket in tickets),
        "carryoverTickets": sum(_is_carried(ticket, month.start) for ticket in tickets),
    }
