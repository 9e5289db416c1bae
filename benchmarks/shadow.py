"""What shadow costs the caller: the old path in shadow beside the old path alone, call by call.

Run: ``python benchmarks/shadow.py [--calls 200] [--think-ms 20]``. The control waits for a portal (60 ms, and
1 ms), then builds the answer of the service desk's sector module; the candidate does the same for half of the
time. Calls alternate between both, after a pause as between two requests of users, so that whatever the
machine does meets both. Exit code 1 when the median in shadow is more than 2 % above the one of the control
of 60 ms.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

from b24bridge.router import MemoryTable, ModuleState, Router, SqlLedger, Stage
from b24bridge.sandbox import Portal, seeds

LIMIT = 1.02
CONTROL_MS = (60.0, 1.0)


def sector_answer() -> Any:
    """Return the answer of the module on small data: what shadow must keep apart for its comparison."""
    sys.path.insert(0, str(Path(__file__).parents[1]))
    from examples.service_desk.sector import legacy

    request: dict[str, Any] = {"method": "GET", "query": {}, "raw": "", "body": None}
    with Portal(seeds.service_desk("small")) as portal:
        return legacy.run(
            request,
            webhook_url=portal.webhook_url,
            now="2025-12-18T09:00:00Z",
            cache_dir=Path(),
            transport=portal,
        )


def path(wait_s: float, answer: str) -> Callable[[], Any]:
    """Return a path that waits for a portal and decodes its answer."""

    def run() -> Any:
        time.sleep(wait_s)
        return json.loads(answer)

    return run


def timed(call: Callable[[], Any]) -> float:
    """Return the milliseconds of one call."""
    started = time.perf_counter()
    call()
    return (time.perf_counter() - started) * 1000


def compare(control_ms: float, *, calls: int, think_ms: float, answer: str, ledger: str) -> dict[str, float]:
    """Return the medians of both, in ms, and their ratio."""
    runs = SqlLedger(ledger)
    router = Router(MemoryTable({"alone": ModuleState(), "shadow": ModuleState(stage=Stage.SHADOW)}), runs)
    old, new = path(control_ms / 1000, answer), path(control_ms / 2000, answer)
    modules = {name: router.module(name, legacy=old, modern=new) for name in ("alone", "shadow")}
    times: dict[str, list[float]] = {name: [] for name in modules}
    for _ in range(calls):
        for name, module in modules.items():
            time.sleep(think_ms / 1000)
            times[name].append(timed(module))
    router.background.drain()
    runs.flush()
    compared = sum(run.outcome == "match" for run in runs.newest("shadow", calls))
    runs.close()
    alone, shadow = median(times["alone"]), median(times["shadow"])
    return {
        "control_ms": control_ms,
        "alone_ms": round(alone, 3),
        "shadow_ms": round(shadow, 3),
        "added_ms": round(shadow - alone, 3),
        "ratio": round(shadow / alone, 4),
        "compared": compared,
    }


def main() -> int:
    """Measure and print one line of JSON for each control."""
    import tempfile

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=200)
    parser.add_argument("--think-ms", type=float, default=20.0)
    given = parser.parse_args()
    answer = json.dumps(sector_answer())
    passed = True
    for control_ms in CONTROL_MS:
        with tempfile.TemporaryDirectory() as folder:
            found = compare(
                control_ms,
                calls=given.calls,
                think_ms=given.think_ms,
                answer=answer,
                ledger=f"sqlite:///{folder}/ledger.sqlite3",
            )
        print(json.dumps({"answer_bytes": len(answer), **found}))
        if control_ms == CONTROL_MS[0]:
            passed = found["ratio"] <= LIMIT
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main())
