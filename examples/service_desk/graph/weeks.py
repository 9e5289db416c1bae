"""The answer of the graph by weeks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from examples.service_desk.graph.counting import WeekCount, count_week, stage_counts
from examples.service_desk.graph.options import Options
from examples.service_desk.graph.tickets import Ticket
from examples.service_desk.moments import four_weeks
from examples.service_desk.rules import (
    CLOSING_STAGES,
    COLOURS,
    KEEPER_ID,
    OPEN_STAGES,
    STAGE_NAMES,
    Json,
)

__all__ = ["weeks_answer"]

_DAY_S = 86400
# Category, label, colour, first day that no longer belongs to it.
_AGES = (
    ("up_to_month", "До 1 месяца", "#28a745", 14),
    ("less_than_month", "Менее 1 месяца", "#6cbd45", 30),
    ("more_than_month", "Более 1 месяца", "#ffc107", 60),
    ("more_than_2_months", "Более 2 месяцев", "#ff9800", 180),
    ("more_than_half_year", "Более полугода", "#dc3545", 365),
    ("more_than_year", "Более года", "#c82333", None),
)


def weeks_answer(tickets: Sequence[Ticket], options: Options) -> dict[str, Json]:
    """Return the answer for the four weeks that end with the request's week."""
    counts = [count_week(tickets, week, week.before()) for week in four_weeks(options.span.start)]
    newest = counts[-1]
    data = _data(counts, options)
    if options.wants("includeCarryoverTickets"):
        data.update(_carry("carryoverTickets", newest))
    if options.wants("includeCarryoverTicketsByDuration"):
        data["carryoverTicketsByDuration"] = _by_age(newest.carried, options)
    current = options.span.as_week()
    return {
        "success": True,
        "meta": {**current, "currentWeek": current, "weeks": [count.week.as_week() for count in counts]},
        "data": data,
        "carryoverDebug": _carryover_debug(counts, options),
        "debug": _debug(tickets, newest, options) if options.wants("debug") else None,
    }


def _data(counts: Sequence[WeekCount], options: Options) -> dict[str, Json]:
    newest = counts[-1]
    weeks_data = [_week_data(count) for count in counts]
    by_stages = _new_by_stages(newest.new, options) if options.wants("includeNewTicketsByStages") else None
    return {
        **_closed("newTickets", "closedTickets", newest),
        "series": {
            "new": [len(count.new) for count in counts],
            "closed": [len(count.closed) for count in counts],
            "closedCreatedThisWeek": [len(count.closed_new) for count in counts],
            "closedCreatedOtherWeek": [len(count.closed_other) for count in counts],
            **_carry_series(counts),
            "carryoverCreatedOtherWeek": [count.carry_other for count in counts],
        },
        "weeksData": weeks_data,
        "currentWeek": weeks_data[-1],
        "stagesByWeek": [week["stages"] for week in weeks_data],
        "stages": weeks_data[-1]["stages"],
        "responsible": [],
        "responsibleCreatedThisWeek": _by_person(newest.closed_new, options),
        "responsibleCreatedOtherWeek": _by_person(newest.closed_other, options),
        "newTicketsByStages": by_stages,
    }


def _closed(new: str, closed: str, count: WeekCount) -> dict[str, Json]:
    return {
        new: len(count.new),
        closed: len(count.closed),
        f"{closed}CreatedThisWeek": len(count.closed_new),
        f"{closed}CreatedOtherWeek": len(count.closed_other),
    }


def _carry(name: str, count: WeekCount) -> dict[str, Json]:
    return {
        name: len(count.carried),
        f"{name}CreatedThisWeek": count.carry_new,
        f"{name}CreatedPreviousWeek": count.carry_previous,
        f"{name}CreatedOlder": count.carry_older,
        f"{name}CreatedOtherWeek": count.carry_other,
    }


def _carry_series(counts: Sequence[WeekCount]) -> dict[str, list[int]]:
    return {
        "carryover": [len(count.carried) for count in counts],
        "carryoverCreatedThisWeek": [count.carry_new for count in counts],
        "carryoverCreatedPreviousWeek": [count.carry_previous for count in counts],
        "carryoverCreatedOlder": [count.carry_older for count in counts],
    }


def _week_data(count: WeekCount) -> dict[str, Json]:
    return {
        "weekNumber": count.week.week_number,
        **_closed("newTickets", "closedTickets", count),
        **_carry("carryoverTickets", count),
        "stages": stage_counts(count.closed),
    }


def _new_by_stages(new: Iterable[Ticket], options: Options) -> list[dict[str, Json]]:
    by_stage: dict[str, list[Ticket]] = {stage: [] for stage in (*OPEN_STAGES, *CLOSING_STAGES)}
    for ticket in new:
        if ticket.stage in by_stage:
            by_stage[ticket.stage].append(ticket)
    return [
        _group(
            {"stageId": stage, "stageName": STAGE_NAMES[stage], "color": COLOURS[stage]},
            len(found),
            [ticket.brief() for ticket in found],
            options,
        )
        for stage, found in by_stage.items()
        if found
    ]


def _by_age(carried: Iterable[Ticket], options: Options) -> list[dict[str, Json]]:
    by_age: dict[str, list[Ticket]] = {category: [] for category, *_ in _AGES}
    for ticket in carried:
        by_age[_age(ticket, options.now)].append(ticket)
    return [
        _group(
            {"durationCategory": category, "durationLabel": label, "color": colour},
            len(by_age[category]),
            [ticket.brief() for ticket in by_age[category]],
            options,
        )
        for category, label, colour, _ in _AGES
        if by_age[category]
    ]


def _age(ticket: Ticket, now: datetime) -> str:
    """Return the category; ages count from now, not from the week asked for (SD-GRA-09)."""
    assert ticket.created is not None
    days = abs(int((now - ticket.created).total_seconds())) // _DAY_S
    return next(category for category, _, _, limit in _AGES if limit is None or days < limit)


def _by_person(closed: Iterable[Ticket], options: Options) -> list[dict[str, Json]]:
    """Return closed tickets by person; nobody and the keeper are one group (SD-GRA-18)."""
    groups: dict[Json, list[Ticket]] = {}
    ids: dict[Json, Json] = {}
    for ticket in closed:
        key = None if ticket.person == KEEPER_ID else ticket.person
        ids.setdefault(key, ticket.person)
        groups.setdefault(key, []).append(ticket)
    return [
        _group(
            {"id": ids[key], "name": "Не назначен" if key is None else f"ID {key}"},
            len(found),
            [ticket.closed_brief() for ticket in found],
            options,
        )
        for key, found in groups.items()
    ]


def _group(
    head: dict[str, Json], count: int, tickets: list[dict[str, Json]], options: Options
) -> dict[str, Json]:
    group = {**head, "count": count}
    return {**group, "tickets": tickets} if options.wants("includeTickets") else group


def _breakdown(count: WeekCount) -> dict[str, Json]:
    return {
        "total": len(count.carried),
        "thisWeek": count.carry_new,
        "previousWeek": count.carry_previous,
        "older": count.carry_older,
        "sum": count.carry_new + count.carry_other,
    }


def _carryover_debug(counts: Sequence[WeekCount], options: Options) -> dict[str, Json]:
    series = _carry_series(counts)
    if not options.wants("includeCarryoverTickets"):
        # The other figures of the answer keep the incomplete numbers (SD-GRA-05).
        series = {name: [0] for name in series}
    weeks_data = []
    for count in counts:
        carry = _carry("carryoverTickets", count)
        del carry["carryoverTicketsCreatedOtherWeek"]
        weeks_data.append({"weekNumber": count.week.week_number, **carry})
    return {
        **_breakdown(counts[-1]),
        "series": series,
        "currentWeekData": weeks_data[-1],
        "weeksData": weeks_data,
    }


def _debug(tickets: Sequence[Ticket], newest: WeekCount, options: Options) -> dict[str, Json]:
    bounds = options.span.as_week()
    return {
        "fetchedTotal": len(tickets),
        "sample": [ticket.raw for ticket in tickets[:5]],
        "stageCounts": {stage["stageId"]: stage["count"] for stage in stage_counts(newest.closed)} or [],
        "carryoverBreakdown": _breakdown(newest),
        "params": {
            "product": options.given["product"],
            "weekStartUtc": bounds["weekStartUtc"],
            "weekEndUtc": bounds["weekEndUtc"],
            "includeCarryoverTickets": options.given["includeCarryoverTickets"],
        },
    }
