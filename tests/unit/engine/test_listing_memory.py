"""Memory of long lists, measured in processes of their own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
#: How much more memory ten times the rows may take: one answer of 50 commands instead of one of 16, read
#: twice while its parts are joined, and what asyncio reads ahead of each connection.
MOST = 1.25

SYNC = """
rows = sum(1 for _ in Client.from_webhook(url, limits="none").iter("crm.deal.list"))
"""
ASYNC = """
import anyio
from b24bridge import AsyncClient
async def count():
    async with AsyncClient.from_webhook(url, limits="none") as b24:
        return sum([1 async for _ in b24.iter("crm.deal.list")])
rows = anyio.run(count)
"""
CHILD = """
import sys
from b24bridge import Client
from b24bridge.bench.machine import peak_memory_bytes
url = sys.argv[1]
{read}
print(rows, peak_memory_bytes())
"""


def peak(read: str, deals: int) -> int:
    """Return the largest resident size of a process that iterates over so many deals of 900 bytes."""
    server = [sys.executable, str(ROOT / "benchmarks/cheap_portal.py"), "--deals", str(deals)]
    server += ["--request-s", "0.01", "--command-s", "0.001"]
    with subprocess.Popen(server, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as portal:
        assert portal.stdout is not None
        url = f"http://127.0.0.1:{portal.stdout.readline().strip()}/rest/1/code/"
        child = [sys.executable, "-c", CHILD.format(read=read), url]
        told = subprocess.run(child, capture_output=True, text=True, check=True, cwd=ROOT).stdout
        portal.communicate()
    rows, size = map(int, told.split())
    assert deals == rows
    return size


@pytest.mark.slow
@pytest.mark.parametrize("read", [SYNC, ASYNC], ids=["sync", "async"])
def test_memory_does_not_grow_with_the_list(read: str) -> None:
    """50,000 rows take what 5,000 take; answers wait in the network, rows are decoded page by page."""
    few, many = peak(read, 5_000), peak(read, 50_000)

    assert many <= few * MOST
