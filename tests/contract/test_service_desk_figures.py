"""What the migration gives the founding team, counted."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from service_desk_world import Line

from b24bridge.sandbox.limits import Latency, Limits
from b24bridge.sandbox.portal import Portal
from examples.service_desk.cases import CASES, NOW, Case, dataset, run

HOURS = next(case for case in CASES if case.name == "time")
# Most requests that a modern half may need, however large the data are.
MOST = {"sector": 6, "graph-months": 12, "time": 40}
# Calls of the originals on large data ("The service desk", section 8). `time` is measured there with 764: 743
# tasks, where the generator lists 730 (`window_tasks`): 3 + 3 pages of people, 15 of tasks, a call a task.
CALLS_LARGE = {
    "proxy": 1, "sector": 5, "graph-weeks": 73, "graph-months": 154, "time": 751, "time-modular": 751,
}  # fmt: skip


def _counted(portal: Portal, case: Case, which: str, folder: Path, *, as_meant: bool = False) -> Line:
    line = Line(portal)
    answer = run(
        case,
        which,  # type: ignore[arg-type]  # names come from the tests
        webhook_url=portal.webhook_url,
        cache_dir=folder / which / str(as_meant),
        as_meant=as_meant,
        transport=line,
    )
    assert 200 == answer["status"]
    return line


@pytest.fixture(scope="module")
def medium() -> Iterator[Portal]:
    """A portal with the medium data, its clock at the end of the history."""
    with Portal(dataset("medium"), webhook_code="code") as portal:
        portal.clock.freeze(NOW)
        yield portal


@pytest.fixture
def limited(medium: Portal) -> Iterator[Portal]:
    """The same with the documented limiter (50, then 2 a second) and 0.1 s a call.

    Which calls are refused depends on milliseconds; with 4 ms of the portal's own work they are those of
    the recorded run.
    """
    medium.limits = Limits("standard")
    medium.latency = Latency(request_s=0.1, command_s=0.004)
    medium.clock.freeze(NOW)
    yield medium
    medium.limits, medium.latency = Limits(), Latency()


@pytest.fixture(scope="module")
def large() -> Iterator[Portal]:
    """A portal with the large data."""
    with Portal(dataset("large"), webhook_code="code") as portal:
        portal.clock.freeze(NOW)
        yield portal


def test_legacy_time_report_loses_hours_at_the_limit_and_calls_it_success(
    limited: Portal, tmp_path: Path
) -> None:
    """35 of 106 calls are refused, and 1,122.83 of 1,399.54 hours are reported (SD-TT-10)."""
    line = Line(limited)

    answer = run(HOURS, "legacy", webhook_url=limited.webhook_url, cache_dir=tmp_path, transport=line)

    assert (106, 35) == (len(line.calls), line.statuses.count(503))
    assert answer["body"]["success"] is True
    assert 1122.83 == answer["body"]["data"]["totalElapsedTime"]


def test_modern_time_report_keeps_all_hours_at_the_limit(limited: Portal, tmp_path: Path) -> None:
    """Nothing is refused, and all 1,399.54 hours are reported."""
    line = Line(limited)

    answer = run(HOURS, "modern", webhook_url=limited.webhook_url, cache_dir=tmp_path, transport=line)

    assert 0 == line.statuses.count(503)
    assert answer["body"]["success"] is True
    assert 1399.54 == answer["body"]["data"]["totalElapsedTime"]


@pytest.mark.parametrize(
    ("name", "calls"),
    [("sector", 4), ("graph-weeks", 25), ("graph-months", 41), ("time", 107), ("time-modular", 107)],
)
def test_legacy_halves_call_as_often_as_the_originals(
    medium: Portal, name: str, calls: int, tmp_path: Path
) -> None:
    """On medium data the counts are those measured with PHP ("The service desk", section 8)."""
    case = next(case for case in CASES if case.name == name)

    line = _counted(medium, case, "legacy", tmp_path)

    assert calls == len(line.calls)


@pytest.mark.slow
@pytest.mark.parametrize("name", MOST)
def test_modern_halves_need_few_requests_on_large_data(large: Portal, name: str, tmp_path: Path) -> None:
    """All tickets, months and hours are read within the set number of requests, defects repaired."""
    case = next(case for case in CASES if case.name == name)

    line = _counted(large, case, "modern", tmp_path, as_meant=True)

    assert len(line.calls) <= MOST[name]


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_both_halves_agree_on_large_data(large: Portal, case: Case, tmp_path: Path) -> None:
    """With no defect repaired the new half prints what the old one prints, which calls like the original."""
    facts = {"webhook_url": large.webhook_url}
    old_line, new_line = Line(large), Line(large)

    old = run(case, "legacy", **facts, cache_dir=tmp_path / "old", transport=old_line)
    new = run(case, "modern", **facts, cache_dir=tmp_path / "new", transport=new_line)

    for answer in (old, new):
        answer["body"].pop("time", None)
    assert old == new
    assert CALLS_LARGE[case.name] == len(old_line.calls)
    assert len(new_line.calls) <= MOST.get(case.name, 40)
