"""Every combination of repaired defects gives what the original gives on a portal as its authors believed."""

from __future__ import annotations

from itertools import chain, combinations
from pathlib import Path
from typing import Any

import pytest
from service_desk_beliefs import BelievedLine
from service_desk_world import Line, goldens, portal_of

from examples.service_desk.cases import ALL_FIXES, half, request_of

SMALL = {"size": "small", "seed": 140, "anchor": "2025-12-18T12:00:00+03:00", "multiple_product": True}
NEW_YEAR = {"size": "small", "seed": 2026, "anchor": "2026-01-02T01:30:00+03:00", "multiple_product": True}
WORLDS = [(SMALL, "2025-12-18T09:00:00Z"), (NEW_YEAR, "2026-01-01T22:30:00Z")]
REQUESTS: dict[str, list[Any]] = {
    "sector": [None],
    "graph": [
        {"includeCarryoverTickets": True, "includeTickets": True, "includeCarryoverTicketsByDuration": True},
        {"periodMode": "months"},
    ],
    # The answer with details holds the one without.
    "time": [{"includeTaskDetails": True, "perPage": 100}],
    "time-modular": [{"includeTaskDetails": True, "perPage": 100}],
}
WEEK_50 = {"weekStartUtc": "2025-12-08T00:00:00Z", "weekEndUtc": "2025-12-14T23:59:59Z"}
AS_MEANT = [case for case in goldens() if case["fixes"] and not case["faults"]]


def _subsets(module: str) -> list[tuple[str, ...]]:
    fixes = ALL_FIXES[module]
    return list(chain.from_iterable(combinations(fixes, size) for size in range(len(fixes) + 1)))


CASES = [
    pytest.param(module, fixes, id=f"{module}-{'+'.join(fixes) or 'none'}")
    for module in REQUESTS
    for fixes in _subsets(module)
]


@pytest.mark.parametrize("case", AS_MEANT, ids=lambda case: case["id"])
def test_the_believed_portal_gives_the_recorded_answers(case: dict[str, Any], tmp_path: Path) -> None:
    """The legacy half in front of the believed portal prints the golden answers as meant: a fit oracle."""
    portal = portal_of(case)
    (step,) = case["steps"]
    request = request_of(step["request"]["method"], body=step["request"].get("body"))

    answer = half(case["module"], "legacy")(
        request,
        webhook_url=portal.webhook_url,
        now=case["now"],
        cache_dir=tmp_path,
        fixes=(),
        transport=BelievedLine(portal, case["fixes"]),
    )

    assert step["response"]["body"] == answer["body"]


@pytest.mark.parametrize(("module", "fixes"), CASES)
def test_each_repair_works_alone_and_with_any_other(
    module: str, fixes: tuple[str, ...], tmp_path: Path
) -> None:
    """The modern half with some defects repaired equals the old one where exactly these are none."""
    for number, (world, now) in enumerate(WORLDS):
        portal = portal_of({"dataset": world, "now": now})
        for body in _bodies(module, number):
            request = request_of("GET" if body is None else "POST", body=body)
            facts: dict[str, Any] = {"webhook_url": portal.webhook_url, "now": now}
            believed, line = BelievedLine(portal, fixes), Line(portal)
            folder = tmp_path / f"{number}-{hash(str(body))}"

            meant = half(module, "legacy")(
                request, **facts, cache_dir=folder / "old", fixes=(), transport=believed
            )
            answer = half(module, "modern")(
                request, **facts, cache_dir=folder / "new", fixes=fixes, transport=line
            )

            assert meant == answer


def _bodies(module: str, world: int) -> list[Any]:
    weeks = [{**body, **WEEK_50} for body in REQUESTS[module] if body is not None and world == 0]
    return REQUESTS[module] + weeks
