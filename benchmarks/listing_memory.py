"""Peak memory of listing 5,000 and 50,000 rows, raw, iterated.

Run: ``python benchmarks/listing_memory.py [--rows 5000 50000] [--limit-mb 20]``. Each list runs in a process
of its own against a sandbox in another one. Exit code 1 if more rows need more memory than the limit.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from b24bridge.bench.machine import peak_memory_bytes
from b24bridge.bench.server import sandbox_server

FIELDS = ["id", "title", "stageId", "assignedById", "createdTime", "updatedTime"]


def data_set(rows: int) -> dict[str, object]:
    """Return a portal with one smart process of so many items."""
    return {
        "portal": {"offset": "+03:00", "webhook_user_id": 1},
        "types": [{"id": 7, "title": "Обращения", "entityTypeId": 140}],
        "users": [{"ID": "1", "NAME": "Администратор", "ACTIVE": True, "UF_DEPARTMENT": [1]}],
        "items_140": [
            {"id": 2 * number + 1, "title": f"Обращение {number}", "createdTime": "2025-12-18T12:00:00+03:00"}
            for number in range(rows)
        ],
    }


def list_all(webhook_url: str) -> dict[str, int]:
    """List all items in this process and return their number and the peak of memory."""
    from b24bridge.engine.policy import EAGER
    from b24bridge.modern.client import Client

    with Client.from_webhook(webhook_url, policy=EAGER) as b24:
        rows = sum(1 for _ in b24.iter("crm.item.list", {"entityTypeId": 140, "select": FIELDS}))
        return {"rows": rows, "requests": b24.stats().requests, "memory_bytes": peak_memory_bytes()}


def measure(rows: int, folder: Path) -> dict[str, int]:
    """Serve so many items, list them in a child, and return what it measured."""
    file = folder / f"{rows}.json"
    file.write_text(json.dumps(data_set(rows)), encoding="utf-8")
    with sandbox_server(data=file) as webhook_url:
        child = subprocess.run(
            [sys.executable, __file__, "--child"],
            input=webhook_url,
            capture_output=True,
            text=True,
            check=True,
        )
    found: dict[str, int] = json.loads(child.stdout)
    return found


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, nargs="+", default=[5_000, 50_000])
    parser.add_argument("--limit-mb", type=float, default=20)
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.child:
        print(json.dumps(list_all(sys.stdin.read())))
        return
    peaks = []
    with tempfile.TemporaryDirectory() as folder:
        for rows in given.rows:
            found = measure(rows, Path(folder))
            assert rows == found["rows"], f"{found['rows']} of {rows} rows came"
            peaks.append(found["memory_bytes"] / 1e6)
            print(f"{rows:,} rows: peak {peaks[-1]:.1f} MB, {found['requests']} requests")
    growth = max(peaks) - peaks[0]
    times = max(given.rows) / given.rows[0]
    print(f"{growth:.1f} MB more for {times:g} times the rows, limit {given.limit_mb:g} MB")
    sys.exit(growth > given.limit_mb)


if __name__ == "__main__":
    main()
