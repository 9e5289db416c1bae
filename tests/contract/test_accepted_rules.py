"""The accepted differences of the service desk: all of what a repair changes, and nothing beside it."""

from __future__ import annotations

import copy
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from service_desk_world import golden, goldens

from b24bridge.compare.diff import compare
from b24bridge.compare.rules import Judgement, judge, load_rules

Json = Any
RULES = load_rules(Path(__file__).parents[2] / "cassettes" / "accepted.toml")
TODAY = date(2026, 1, 15)
ASKED = ("module", "dataset", "now")


def _as_is(meant: Json) -> Json:
    """Return the case that asks the same and shows the original as it is, if it was recorded."""
    requests = [step["request"] for step in meant["steps"]]
    return next(
        (
            case
            for case in goldens()
            if not case["fixes"]
            and not case["faults"]
            and all(case[key] == meant[key] for key in ASKED)
            and requests == [step["request"] for step in case["steps"]]
        ),
        None,
    )


PAIRS = [
    (as_is, meant)
    for meant in goldens()
    if meant["fixes"] and not meant["faults"] and (as_is := _as_is(meant)) is not None
]


def _judged(as_is: Json, meant: Json, change: Callable[[Json], object] = lambda body: None) -> Judgement:
    """Judge the answer as meant, changed, against the one as it is."""
    old, new = ({"body": copy.deepcopy(case["steps"][0]["response"]["body"])} for case in (as_is, meant))
    change(new["body"])
    rules = RULES.for_module(meant["module"].replace("-", "_")).repairing(meant["fixes"])
    return judge(compare(old, new, rules), rules, today=TODAY)


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair[1]["id"])
def test_every_recorded_repair_is_accepted(pair: tuple[Json, Json]) -> None:
    """Between PHP's answer as it is and as meant no place differs that the rules do not name."""
    found = _judged(*pair)

    assert [] == [str(one) for one in found.open]


def test_all_recorded_pairs_are_judged() -> None:
    """There are pairs of every module that has something to repair."""
    assert 23 == len(PAIRS)
    assert {"sector", "graph", "time", "time-modular"} == {meant["module"] for _, meant in PAIRS}


def _set(*path: str | int, to: Json) -> Callable[[Json], object]:
    def change(body: Json) -> None:
        for part in path[:-1]:
            body = body[part]
        body[path[-1]] = to

    return change


def _drop(*path: str | int) -> Callable[[Json], object]:
    def change(body: Json) -> None:
        for part in path[:-1]:
            body = body[part]
        del body[path[-1]]

    return change


WEEK_50, REPORT, BOARD = "graph-weeks-50-full", "time-details", "sector-small"


@pytest.mark.parametrize(
    ("name", "change", "told"),
    [
        (WEEK_50, _set("meta", "weekNumber", to=51), "body.meta.weekNumber"),
        (WEEK_50, _set("data", "series", "new", 2, to=99), "body.data.series.new[2]"),
        (
            WEEK_50,
            _set("data", "weeksData", 0, "closedTickets", to=99),
            "body.data.weeksData[0].closedTickets",
        ),
        (WEEK_50, _set("data", "weeksData", 3, "weekNumber", to=51), "body.data.weeksData[3].weekNumber"),
        (WEEK_50, _set("data", "newTickets", to="10"), "body.data.newTickets"),
        (WEEK_50, _set("data", "newTickets", to=None), "body.data.newTickets"),
        (WEEK_50, _set("data", "responsible", to=[1]), "body.data.responsible[0]"),
        (WEEK_50, _set("data", "stages", 0, "stageName", to="X"), "body.data.stages[0].stageName"),
        (WEEK_50, _set("data", "extra", to=1), "body.data.extra"),
        (WEEK_50, _drop("data", "newTicketsByStages", 0), "body.data.newTicketsByStages[0].stageId"),
        (
            WEEK_50,
            _drop("data", "carryoverTicketsByDuration", 0, "tickets", 0),
            "body.data.carryoverTicketsByDuration[0].tickets[0]",
        ),
        (
            WEEK_50,
            _set("data", "carryoverTicketsByDuration", 2, "tickets", 3, "title", to="X"),
            "body.data.carryoverTicketsByDuration[2].tickets[5].title",
        ),
        (WEEK_50, _set("carryoverDebug", "previousWeek", to=99), "body.carryoverDebug.previousWeek"),
        (REPORT, _set("meta", "sector1CEmployeesCount", to=1), "body.meta.sector1CEmployeesCount"),
        (REPORT, _set("data", "totalElapsedTimeUnit", to="days"), "body.data.totalElapsedTimeUnit"),
        (REPORT, _set("data", "weeks", to=[]), "body.data.weeks[0]"),
        (REPORT, _set("data", "weeks", 1, "weekNumber", to=1), "body.data.weeks[1].weekNumber"),
        (
            REPORT,
            _set("data", "weeks", 0, "employees", 0, "name", to="X"),
            "body.data.weeks[0].employees[0].name",
        ),
        (
            REPORT,
            _set("data", "weeks", 0, "employees", 0, "tasks", 0, "elapsedTime", to=99),
            "body.data.weeks[0].employees[0].tasks[0].elapsedTime",
        ),
        (REPORT, _set("data", "employeesSummary", 0, "name", to="X"), "body.data.employeesSummary[0].name"),
        (REPORT, _set("data", "pagination", "perPage", to=1), "body.data.pagination.perPage"),
        (REPORT, _set("data", "totalElapsedTime", to=None), "body.data.totalElapsedTime"),
        (BOARD, _set("data", "stages", 0, "color", to="#000000"), "body.data.stages[0].color"),
        (
            BOARD,
            _drop("data", "stages", 0, "employees", 0, "tickets", 0),
            "body.data.stages[0].employees[0].tickets[0].id",
        ),
        (BOARD, _set("data", "stages", 0, "employees", 0, "id", to=1), "body.data.stages[0].employees[0].id"),
        (BOARD, _drop("data", "zeroPointTickets", "formed", 0), "body.data.zeroPointTickets.formed[0]"),
    ],
)
def test_a_fault_beside_a_repair_is_found(name: str, change: Callable[[Json], object], told: str) -> None:
    """One change more than the repair makes, at a place that no defect explains, stays open."""
    found = _judged(golden(name), golden(f"{name}-as-meant"), change)

    assert told in [one.place for one in found.open]
    assert found.accepted
