"""One run of one path of one workload in a process of its own: ``python -m b24bridge.bench.worker``.

A fresh process has its own memory peak and its own budget of requests. The first run only counts, and warms
up what is loaded late; the second is timed. One JSON object comes in by standard input, one goes out.
"""

from __future__ import annotations

import json
import sys
import time
from dataclasses import asdict
from typing import Any

from b24bridge.bench.machine import peak_memory_bytes
from b24bridge.bench.workloads import Target, workload
from b24bridge.contract.exchanges import Counter
from b24bridge.contract.live import LivePortal
from b24bridge.contract.record import answer_mark
from b24bridge.wire.call import Json

__all__ = ["main", "measure"]


def measure(order: dict[str, Any]) -> dict[str, Json]:
    """Run what the order says and return the measurement."""
    path = workload(order["workload"]).paths[order["path"]]
    url = order["webhook_url"]
    live = LivePortal()
    counter = Counter(live)
    path(Target(url, counter))
    live.close()
    cpu_before, before = time.process_time(), time.perf_counter()
    result = path(Target(url))
    wall_s, cpu_s = time.perf_counter() - before, time.process_time() - cpu_before
    return {
        "wall_s": wall_s,
        "cpu_s": cpu_s,
        "memory_bytes": peak_memory_bytes(),
        "rows": len(result) if isinstance(result, list) else 1,
        "mark": answer_mark({"result": result}),
        **asdict(counter.tally),
    }


def main() -> None:
    """Read an order, carry it out, print the measurement."""
    sys.stdout.write(json.dumps(measure(json.load(sys.stdin))) + "\n")


if __name__ == "__main__":
    main()
