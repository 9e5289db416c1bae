"""Many tasks under the documented limit: nobody is refused, nobody waits too long, nothing is wasted."""

from __future__ import annotations

from typing import Any

import anyio
import pytest

from b24bridge.auth.credentials import Webhook
from b24bridge.engine import flows
from b24bridge.engine.executor import Executor
from b24bridge.engine.policy import Policy
from b24bridge.wire.call import Call
from tests.unit.engine.scripted import HOOK
from tests.unit.engine.virtual import LimitedPortal, loop_time, run_virtually

#: Requests that the portal takes in so many seconds at most, from an empty bucket.
CAPACITY, PER_SECOND = 50, 2


def burst(method: str, count: int, **policy: Any) -> tuple[LimitedPortal, list[Any], list[float]]:
    """Return portal, results and the times at which so many calls at once were done."""
    portal = LimitedPortal()
    results: list[Any] = [None] * count
    ended: list[float] = [0.0] * count

    async def flow() -> None:
        executor = Executor(portal.port(), Webhook(HOOK), policy=Policy(**policy))

        async def one(number: int) -> None:
            results[number] = (await executor.execute(Call(method, {"n": number}))).result
            ended[number] = loop_time()

        async with anyio.create_task_group() as group:
            for number in range(count):
                group.start_soon(one, number)

    run_virtually(flow)
    return portal, results, ended


def test_200_reads_at_once_take_a_second_when_they_travel_together() -> None:
    """Twelve go alone, the others in four batches; each caller gets its own answer."""
    portal, results, ended = burst("number.get", 200, coalesce=True)

    assert [str(number) for number in range(200)] == [result["ID"] for result in results]
    assert 0 == portal.refused
    assert len(portal.sent_at) <= 12 + 4
    assert max(ended) <= 1.0


@pytest.mark.parametrize("count", [200, 1000])
def test_calls_that_cannot_travel_together_share_the_allowance_fairly(count: int) -> None:
    """None is refused, 95 % of the allowance is used, and no task waits more than twice its fair time."""
    portal, results, ended = burst("echo.get", count, coalesce=False)

    assert 0 == portal.refused
    assert all(result is not None for result in results)
    span_s = max(portal.sent_at)
    assert count >= 0.95 * (CAPACITY + PER_SECOND * span_s)
    for number, end in enumerate(ended):
        fair_s = max(0.0, (number + 1 - CAPACITY) / PER_SECOND) + 1.0
        assert end <= 2 * fair_s


def test_1000_reads_on_a_client_that_coalesces_see_no_limit() -> None:
    """A thousand reads are 12 requests and twenty batches."""
    portal, _, ended = burst("number.get", 1000, coalesce=True)

    assert 0 == portal.refused
    assert len(portal.sent_at) <= 12 + 20
    assert max(ended) <= 3.0


@pytest.mark.slow
def test_a_single_call_goes_before_a_long_list() -> None:
    """A list takes places only when they are free; a call waits for one place, not for the list's queue."""
    portal = LimitedPortal()
    waits: list[float] = []

    async def flow() -> int:
        executor = Executor(portal.port(), Webhook(HOOK), policy=Policy())
        rows = 0

        async def bulk() -> None:
            nonlocal rows
            for _ in range(16):
                async for page in flows.pages(executor, Call("crm.deal.list")):
                    rows += len(page)

        async with anyio.create_task_group() as group:
            group.start_soon(bulk)
            await anyio.sleep(6)
            for number in range(20):
                began = loop_time()
                await executor.execute(Call("number.get", {"n": number}))
                waits.append(loop_time() - began)
                await anyio.sleep(0.3)
        return rows

    assert 16 * 2_500 == run_virtually(flow)
    assert 0 == portal.refused
    assert max(waits) <= 1.2
