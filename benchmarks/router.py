"""The router under load: what a routed call costs, and many processes on one stage table and one ledger.

Run: ``python benchmarks/router.py [--processes 8] [--calls 25000] [--cost-calls 20000] [--stages redis://...]
[--ledger postgresql+psycopg://...]``. Exit code 1 when a row is lost or doubled, when a stage change takes
longer than 2 s to be seen everywhere, or when a call costs more than 15 microseconds in stage modern, or 60
with a row in the ledger. Without the addresses the table is a file and the ledger SQLite.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from statistics import median
from typing import Any
from uuid import uuid4

from b24bridge.router import FileTable, MemoryTable, ModuleState, Router, SqlLedger, Stage
from b24bridge.router.places import open_table

MODULE = "load"
LIMIT_BARE_US = 15.0
LIMIT_ROW_US = 60.0
LIMIT_SEEN_S = 2.0


@dataclass(frozen=True)
class Load:
    """What the processes did.

    Attributes:
        calls: Calls made.
        rows: Rows in the ledger.
        distinct: Distinct calls among the rows; each call is known by its process and number.
        seen_s: Seconds from a stage change until the last process answered by the new path.
        seconds: Seconds of the whole, all rows stored.
    """

    calls: int
    rows: int
    distinct: int
    seen_s: float
    seconds: float

    @property
    def per_second(self) -> float:
        """Calls of all processes in a second."""
        return self.calls / self.seconds


@dataclass(frozen=True)
class Places:
    """Where the processes keep what they share.

    Attributes:
        stages: Address or file of the stage table.
        ledger: Address of the ledger.
        module: Name of the module; a new one, so that a ledger that others use can take part.
    """

    stages: str
    ledger: str
    module: str

    def router(self, wall: Callable[[], float] = time.time) -> tuple[Router, SqlLedger]:
        """Return a router on them, and its ledger."""
        ledger = SqlLedger(self.ledger, keep=10_000_000, queue_limit=10_000_000)
        table = open_table(environ={"B24BRIDGE_STAGES": self.stages})
        return Router(table, ledger, wall=wall), ledger


def _worker(places: Places, number: int, calls: int, ready: Any, go: Any, out: Any) -> None:
    """Route calls; the router's wall clock carries process and number, so that rows can be told apart."""
    at = [0.0]
    router, ledger = places.router(lambda: at[0])
    module = router.module(places.module, legacy=lambda: "legacy", modern=lambda: "modern")
    ready.release()
    go.wait()
    seen = 0.0
    for call in range(calls):
        at[0] = number * 1_000_000.0 + call
        if module() == "modern" and not seen:
            seen = time.time()
    # A fast machine may be through before the change; the answer must still come in time.
    while not seen:
        if router.table.state(places.module).stage is Stage.MODERN:
            seen = time.time()
        time.sleep(0.01)
    ledger.close()
    out.put((ledger.lost, seen))


def run_load(places: Places, *, processes: int, calls: int) -> Load:
    """Let processes route calls with one table and one ledger, change the stage meanwhile, and count."""
    router, ledger = places.router()
    table = router.table
    table.change(places.module, lambda state: replace(state, stage=Stage.LEGACY), who="bench", why="start")
    context = multiprocessing.get_context("spawn")
    ready, go, out = context.Semaphore(0), context.Event(), context.Queue()
    arguments = [(places, number, calls, ready, go, out) for number in range(processes)]
    workers = [context.Process(target=_worker, args=given) for given in arguments]
    for worker in workers:
        worker.start()
    for _ in workers:
        ready.acquire()
    started = time.time()
    go.set()
    table.change(
        places.module, lambda state: replace(state, stage=Stage.MODERN), who="bench", why="under load"
    )
    changed = time.time()
    told = [out.get() for _ in workers]
    for worker in workers:
        worker.join()
    seconds = time.time() - started
    stored = [run.at for run in ledger.newest(places.module, processes * calls + 1)]
    ledger.close()
    assert sum(lost for lost, _ in told) == 0
    seen_s = max(seen for _, seen in told) - changed
    return Load(processes * calls, len(stored), len(set(stored)), seen_s, seconds)


def cost_us(call: Callable[[], Any], calls: int, rounds: int = 7) -> float:
    """Return the median microseconds of a call, of the processor: other programs do not count."""
    times = []
    for _ in range(rounds):
        started = time.process_time()
        for _ in range(calls):
            call()
        times.append((time.process_time() - started) / calls * 1e6)
    return median(times)


def costs(folder: Path, calls: int) -> dict[str, float]:
    """Return the microseconds of a bare call and of routed ones."""

    def path() -> str:
        return "answer"

    table = FileTable(folder / "cost.toml")
    table.change(MODULE, lambda state: replace(state, stage=Stage.MODERN), who="bench", why="cost")
    ledger = SqlLedger(f"sqlite:///{folder}/cost.sqlite3", queue_limit=10_000_000)
    found = {
        "bare": cost_us(path, calls),
        "modern": cost_us(Router(table).module(MODULE, legacy=path, modern=path), calls),
        "modern, memory table": cost_us(
            Router(MemoryTable({MODULE: ModuleState(stage=Stage.MODERN)})).module(
                MODULE, legacy=path, modern=path
            ),
            calls,
        ),
        "modern, ledger row": cost_us(Router(table, ledger).module(MODULE, legacy=path, modern=path), calls),
    }
    # A row is paid for when it is stored: the time of the writer's thread belongs to it.
    ledger.flush()
    started = time.process_time()
    routed = Router(table, ledger).module(MODULE, legacy=path, modern=path)
    for _ in range(calls):
        routed()
    ledger.flush()
    found["modern, ledger row, stored"] = (time.process_time() - started) / calls * 1e6
    ledger.close()
    return found


def main() -> None:
    """Measure, print, and fail above a limit."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--processes", type=int, default=8)
    parser.add_argument("--calls", type=int, default=25_000, help="calls of each process")
    parser.add_argument("--cost-calls", type=int, default=20_000)
    parser.add_argument("--stages", default="", help="stage table, such as redis://localhost")
    parser.add_argument(
        "--ledger", default="", help="ledger, such as postgresql+psycopg://user@host/database"
    )
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        places = Places(
            given.stages or f"{folder}/b24bridge.toml",
            given.ledger or f"sqlite:///{folder}/ledger.sqlite3",
            f"{MODULE}-{uuid4().hex[:12]}",
        )
        found = costs(Path(folder), given.cost_calls)
        for name, value in found.items():
            print(f"{name:<28} {value:8.2f} us a call")
        load = run_load(places, processes=given.processes, calls=given.calls)
    print(json.dumps(asdict(load) | {"per_second": round(load.per_second)}))
    whole = load.rows == load.distinct == load.calls
    is_cheap = found["modern"] <= LIMIT_BARE_US and found["modern, ledger row, stored"] <= LIMIT_ROW_US
    sys.exit(0 if whole and is_cheap and load.seen_s <= LIMIT_SEEN_S else 1)


if __name__ == "__main__":
    main()
