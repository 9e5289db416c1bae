"""The router under load: what a routed call costs, and many processes on one stage table and one ledger.

Run: ``python benchmarks/router.py [--processes 8] [--calls 25000] [--cost-calls 20000]``. Exit code 1 when a
row is lost or doubled, when a stage change takes longer than 2 s to be seen everywhere, or when a call costs
more than 15 microseconds in stage modern, or 60 with a row in the ledger.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from statistics import median
from typing import Any

from b24bridge.router import FileTable, ModuleState, Router, SqlLedger, Stage
from b24bridge.router.table import MemoryTable

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


def _worker(folder: str, number: int, calls: int, ready: Any, go: Any, out: Any) -> None:
    """Route calls; the router's wall clock carries process and number, so that rows can be told apart."""
    at = [0.0]
    ledger = SqlLedger(f"sqlite:///{folder}/ledger.sqlite3", keep=10_000_000, queue_limit=10_000_000)
    router = Router(FileTable(f"{folder}/b24bridge.toml"), ledger, wall=lambda: at[0])
    module = router.module(MODULE, legacy=lambda: "legacy", modern=lambda: "modern")
    ready.release()
    go.wait()
    seen = 0.0
    for call in range(calls):
        at[0] = number * 1_000_000.0 + call
        if module() == "modern" and not seen:
            seen = time.time()
    # A fast machine may be through before the change; the answer must still come in time.
    while not seen:
        if router.table.state(MODULE).stage is Stage.MODERN:
            seen = time.time()
        time.sleep(0.01)
    ledger.close()
    out.put((ledger.lost, seen))


def run_load(folder: Path, *, processes: int, calls: int) -> Load:
    """Let processes route calls with one table and one ledger, change the stage meanwhile, and count."""
    table = FileTable(folder / "b24bridge.toml")
    table.change(MODULE, lambda state: replace(state, stage=Stage.LEGACY), who="bench", why="start")
    SqlLedger(f"sqlite:///{folder}/ledger.sqlite3").close()
    context = multiprocessing.get_context("spawn")
    ready, go, out = context.Semaphore(0), context.Event(), context.Queue()
    arguments = [(str(folder), number, calls, ready, go, out) for number in range(processes)]
    workers = [context.Process(target=_worker, args=given) for given in arguments]
    for worker in workers:
        worker.start()
    for _ in workers:
        ready.acquire()
    started = time.time()
    go.set()
    table.change(MODULE, lambda state: replace(state, stage=Stage.MODERN), who="bench", why="under load")
    changed = time.time()
    told = [out.get() for _ in workers]
    for worker in workers:
        worker.join()
    seconds = time.time() - started
    rows, distinct = _count(folder / "ledger.sqlite3")
    assert sum(lost for lost, _ in told) == 0
    return Load(processes * calls, rows, distinct, max(seen for _, seen in told) - changed, seconds)


def _count(file: Path) -> tuple[int, int]:
    with sqlite3.connect(file) as connection:
        rows, distinct = connection.execute("SELECT count(*), count(DISTINCT at) FROM runs").fetchone()
    connection.close()
    return int(rows), int(distinct)


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
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = costs(Path(folder), given.cost_calls)
        for name, value in found.items():
            print(f"{name:<28} {value:8.2f} us a call")
        load = run_load(Path(folder), processes=given.processes, calls=given.calls)
    print(json.dumps(asdict(load) | {"per_second": round(load.per_second)}))
    whole = load.rows == load.distinct == load.calls
    is_cheap = found["modern"] <= LIMIT_BARE_US and found["modern, ledger row, stored"] <= LIMIT_ROW_US
    sys.exit(0 if whole and is_cheap and load.seen_s <= LIMIT_SEEN_S else 1)


if __name__ == "__main__":
    main()
