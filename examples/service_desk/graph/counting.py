"""Figures of one week, shared by the two modes of the graph."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from examples.service_desk.graph.tickets import Ticket
from examples.service_desk.moments import Span
from examples.service_desk.rules import STAGE_NAMES, Json

__all__ = ["WeekCount", "count_week", "stage_counts"]


@dataclass(frozen=True, slots=True)
class WeekCount:
    """Tickets of one week by what happened to them.

    Attributes:
        week: The week.
        new: Created in the week.
        closed_new: Closed, and created in the week.
        closed_other: Closed in the week, created at another time.
        carry_new: Open now, created in the week.
        carry_previous: Open now, created in the week before.
        carry_older: Open now, created earlier still.
        closed: All closed ones, in the order of the tickets.
        carried: All carried-over ones, in the order of the tickets.
    """

    week: Span
    new: Sequence[Ticket]
    closed: Sequence[Ticket]
    closed_new: Sequence[Ticket]
    closed_other: Sequence[Ticket]
    carried: Sequence[Ticket]
    carry_new: int
    carry_previous: int
    carry_older: int

    @property
    def carry_other(self) -> int:
        """Carried over, not created in the week."""
        return self.carry_previous + self.carry_older


def count_week(tickets: Iterable[Ticket], week: Span, previous: Span) -> WeekCount:
    """Return the figures of a week.

    A ticket counts as closed in the week of its creation too (SD-GRA-03), and as carried over
    by the stage that it has now (SD-GRA-04).
    """
    new: list[Ticket] = []
    closed: list[Ticket] = []
    closed_new: list[Ticket] = []
    closed_other: list[Ticket] = []
    carried: list[Ticket] = []
    carry_new = carry_previous = 0
    for ticket in tickets:
        is_new = week.has(ticket.created)
        if is_new:
            new.append(ticket)
        if ticket.is_closed and (is_new or week.has(ticket.moved)):
            closed.append(ticket)
            (closed_new if is_new else closed_other).append(ticket)
        if ticket.is_open and ticket.created is not None and ticket.created <= week.end:
            carried.append(ticket)
            carry_new += is_new
            carry_previous += not is_new and previous.has(ticket.created)
    older = len(carried) - carry_new - carry_previous
    return WeekCount(week, new, closed, closed_new, closed_other, carried, carry_new, carry_previous, older)


def stage_counts(closed: Iterable[Ticket]) -> list[dict[str, Json]]:
    """Return closed tickets by stage, in order of first appearance."""
    counts: dict[str, int] = {}
    for ticket in closed:
        counts[ticket.stage] = counts.get(ticket.stage, 0) + 1
    return [
        {"stageId": stage, "stageName": STAGE_NAMES[stage], "count": count} for stage, count in counts.items()
    ]
