"""The pilot: the founding modules, old and new, verified, limited and measured in one go."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Final

from b24bridge.bench.machine import Machine, machine
from b24bridge.bench.runner import Measure, WorkloadResult, run_rounds
from b24bridge.bench.scenarios import AllPages, Limited, run_limited
from b24bridge.bench.server import sandbox_server
from b24bridge.bench.workloads import SERVICE_DESK
from b24bridge.compare.rules import RuleSet
from b24bridge.contract.exchanges import Counter, Tally
from b24bridge.contract.live import LivePortal
from b24bridge.contract.modules import load_module, run
from b24bridge.contract.verify import Verification, declared_fixes, verify_on_data
from b24bridge.sandbox.portal import Portal
from b24bridge.sandbox.seeds import service_desk
from b24bridge.wire.call import Json

__all__ = ["CALL_S", "CASES", "MEASURED", "MOMENT", "NOW", "PILOT_MODULES", "Case", "Pilot", "run_pilot"]

Progress = Callable[[str], None]

PILOT_MODULES: Final = ("proxy", "sector", "graph", "time")
MEASURED: Final = ("proxy", "sector", "graph-weeks", "graph-months", "time")
NOW: Final = "2025-12-18T09:00:00Z"
MOMENT: Final = "2025-12-18T12:00:00+03:00"
# Seconds of one request in the recorded run of the original module.
CALL_S: Final = 0.1
_TIME_PLAIN: Final = {"method": "POST", "body": {"product": "1C"}}


@dataclass(frozen=True, slots=True)
class Case:
    """One request to one module on one data set."""

    module: str
    name: str
    size: str
    request: Mapping[str, Json]


def _post(**body: Json) -> dict[str, Json]:
    return {"method": "POST", "body": body}


_WEEK: Final = {"weekStartUtc": "2025-12-08T00:00:00Z", "weekEndUtc": "2025-12-14T23:59:59Z"}
_FULL: Final = {
    "product": "1C",
    "includeTickets": True,
    "includeNewTicketsByStages": True,
    "includeCarryoverTickets": True,
    "includeCarryoverTicketsByDuration": True,
}
_ITEMS: Final = {"entityTypeId": 140, "select": ["*"], "order": {"id": "DESC"}, "useOriginalUfNames": "Y"}

CASES: Final = (
    Case("proxy", "tickets", "small", _post(method="crm.item.list", params=_ITEMS)),
    Case("proxy", "people", "small", _post(method="user.get", params={"ID": [601, 602]})),
    Case("proxy", "unknown method", "small", _post(method="crm.item.lst", params={"x": 1})),
    Case("proxy", "tickets", "medium", _post(method="crm.item.list", params=_ITEMS)),
    Case("sector", "board", "small", {"method": "GET", "body": None}),
    Case("sector", "board", "medium", {"method": "GET", "body": None}),
    Case("graph", "week 50", "small", _post(**_FULL, **_WEEK)),
    Case("graph", "week 50", "medium", _post(**_FULL, **_WEEK)),
    Case("graph", "months", "small", _post(product="1C", periodMode="months")),
    Case("graph", "months", "medium", _post(product="1C", periodMode="months")),
    Case("time", "weeks", "small", _TIME_PLAIN),
    Case("time", "with details", "small", _post(product="1C", includeTaskDetails=True)),
    Case("time", "weeks", "medium", _TIME_PLAIN),
)


@dataclass(frozen=True, slots=True)
class Pilot:
    """Everything that the pilot found out.

    Attributes:
        as_is: Both paths with the defects kept: they must answer the same.
        repaired: The new path with the declared defects repaired.
        limited: The time module against the documented limit, by path.
        all_pages: What it costs to read all pages of ``sector``, by path.
        measured: Rounds on the large data set.
        rounds: How many.
        machine: What it ran on.
        seconds: How long the pilot took.
    """

    as_is: tuple[Verification, ...]
    repaired: tuple[Verification, ...]
    limited: Mapping[str, Limited]
    all_pages: Mapping[str, Tally]
    measured: tuple[WorkloadResult, ...]
    rounds: int
    machine: Machine
    seconds: float

    def may_move(self, module: str) -> bool:
        """Return whether a module passed every case, as it is and repaired."""
        found = [one for one in (*self.as_is, *self.repaired) if one.module == module]
        return bool(found) and all(one.passes for one in found)


def run_pilot(
    rules: RuleSet,
    *,
    today: date,
    rounds: int = 3,
    size: str = "large",
    progress: Progress = lambda text: None,
    clock: Callable[[], float] = time.monotonic,
    measure: Measure | None = None,
) -> Pilot:
    """Verify, limit and measure the founding modules.

    Args:
        rules: Accepted differences; their defects are what the new path is told to repair.
        today: Day for the expiry of accepted differences.
        rounds: Rounds of the measurement.
        size: Data set of the measurement.
        progress: Told what is being done.
        clock: Monotonic seconds.
        measure: As in ``run_rounds``.
    """
    started = clock()
    portals = {name: _portal(name) for name in ("small", "medium")}
    try:
        as_is, repaired = _verify(CASES, portals, rules, today, progress)
        progress("time against the documented limit")
        limited = {side: _limited(side, portals["medium"]) for side in ("legacy", "modern")}
    finally:
        for portal in portals.values():
            portal.close()
    progress(f"starting a portal with {size} data")
    with sandbox_server(size, moment=MOMENT) as webhook_url:
        all_pages = _all_pages(webhook_url, declared_fixes(rules, "sector"))
        measured = run_rounds(
            MEASURED,
            webhook_url,
            rounds=rounds,
            paths=("legacy", "modern"),
            progress=progress,
            measure=measure,
        )
    return Pilot(as_is, repaired, limited, all_pages, tuple(measured), rounds, machine(), clock() - started)


def _portal(size: str) -> Portal:
    portal = Portal(service_desk(size))
    portal.clock.freeze(MOMENT)
    return portal


def _verify(
    cases: Sequence[Case],
    portals: Mapping[str, Portal],
    rules: RuleSet,
    today: date,
    progress: Progress,
) -> tuple[tuple[Verification, ...], tuple[Verification, ...]]:
    as_is: list[Verification] = []
    repaired: list[Verification] = []
    for case in cases:
        progress(f"verifying {case.module}, {case.name}, {case.size} data")
        module = load_module(f"{SERVICE_DESK}.{case.module}")
        name = f"{case.name}, {case.size}"
        portal = portals[case.size]
        for into, fixes in ((as_is, ()), (repaired, declared_fixes(rules, case.module))):
            into.append(
                verify_on_data(
                    name,
                    module,
                    case.request,
                    now=NOW,
                    # The modules only read (their effects are compared too), so one portal serves both.
                    portal=partial(_lent, portal),
                    rules=rules,
                    today=today,
                    fixes=fixes,
                )
            )
    return tuple(as_is), tuple(repaired)


def _lent(portal: Portal) -> AbstractContextManager[Portal]:
    return nullcontext(portal)


def _limited(side: str, portal: Portal) -> Limited:
    module = load_module(f"{SERVICE_DESK}.time")
    path = module.legacy if side == "legacy" else module.modern
    return run_limited(path, _TIME_PLAIN, portal=portal, now=NOW, moment=MOMENT, call_s=CALL_S)


def _all_pages(webhook_url: str, fixes: Sequence[str]) -> dict[str, Tally]:
    module = load_module(f"{SERVICE_DESK}.sector")
    tallies = {}
    for side in ("legacy", "modern"):
        live = LivePortal()
        counter = Counter(live)
        run(
            module.legacy if side == "legacy" else module.modern,
            {"method": "GET", "body": None},
            now=NOW,
            webhook_url=webhook_url,
            transport=AllPages(counter) if side == "legacy" else counter,
            fixes=() if side == "legacy" else fixes,
        )
        live.close()
        tallies[side] = counter.tally
    return tallies
