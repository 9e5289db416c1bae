"""Many programs on a stage table in Redis and a ledger in PostgreSQL, as on many machines."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]


@pytest.mark.slow
@pytest.mark.redis
def test_processes_share_a_table_in_redis_and_a_ledger_in_postgresql(
    redis_server: tuple[subprocess.Popen[bytes], str], postgresql: str
) -> None:
    """2 processes make 2,000 routed calls: every row once, and the change of the stage reaches all of them."""
    words = ("--processes", "2", "--calls", "1000", "--cost-calls", "20")
    places = ("--stages", redis_server[1], "--ledger", postgresql)

    done = subprocess.run(
        [sys.executable, "benchmarks/router.py", *words, *places],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )

    load = json.loads(done.stdout.splitlines()[-1])
    assert [2000] * 3 == [load[name] for name in ("calls", "rows", "distinct")]
