"""Many connections to the gateway, held open: nobody is lost, and the memory stays where it is."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import pytest

from benchmarks import gateway

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="memory is read from /proc"),
]


def test_a_hundred_connections_are_held_in_flat_memory() -> None:
    """Each calls again and again; all are answered, and 800 calls more cost no 8 MB."""
    me = str(Path(gateway.__file__).resolve())

    with gateway.running(me, "portal") as (target, _), gateway.gateway(target) as (base, pid):
        asyncio.run(gateway.held(base, 100, 0.5, 0.25))
        before = gateway.memory_mb(pid)
        answered, failed = asyncio.run(gateway.held(base, 100, 2.0, 0.25))
        grown_mb = gateway.memory_mb(pid) - before

    assert 0 == failed
    assert answered >= 100
    assert grown_mb < 8
