"""Requests of long lists and batches that wait for a free place."""

from __future__ import annotations

from typing import Literal

import anyio
import pytest

from b24bridge.auth.credentials import Webhook
from b24bridge.engine.executor import Executor
from b24bridge.engine.policy import Policy
from b24bridge.wire.call import Call
from b24bridge.wire.limits import Tariff
from tests.unit.engine.scripted import HOOK, ScriptedPort, ok, step
from tests.unit.engine.virtual import LimitedPortal, run_virtually


def test_wait_below_the_clocks_resolution_ends() -> None:
    """After 68 years of uptime a float of seconds moves by 0.5 µs at least; a shorter wait would not count."""
    port = ScriptedPort(ok(1))
    port.clock = 2.0**31
    executor = Executor(port, Webhook(HOOK), policy=Policy(tariff=Tariff(3, 2.0**23)))

    for _ in range(3):
        step(executor.execute(Call("user.get"), bulk=True))

    assert 3 == len(port.requests)
    assert [0.001, 0.001] == port.slept


@pytest.mark.parametrize(
    ("priority", "first"), [("bulk", "echo.get"), ("auto", "number.get"), ("interactive", "number.get")]
)
def test_a_client_may_let_all_its_calls_wait_for_others(
    priority: Literal["auto", "bulk", "interactive"], first: str
) -> None:
    """A nightly job asked first, and the bucket is full when somebody else calls."""

    async def work() -> LimitedPortal:
        portal = LimitedPortal()
        job = Executor(portal.port(), Webhook(HOOK), policy=Policy(priority=priority))
        other = Executor(portal.port(), Webhook(HOOK))
        async with anyio.create_task_group() as group:
            for _ in range(52):
                group.start_soon(job.execute, Call("number.get", {"n": 1}))
            await anyio.sleep(0.1)
            for _ in range(3):
                group.start_soon(other.execute, Call("echo.get"))
        return portal

    portal = run_virtually(work)

    assert (55, 0) == (len(portal.methods), portal.refused)
    assert [first] * 3 == portal.methods[48:51]
