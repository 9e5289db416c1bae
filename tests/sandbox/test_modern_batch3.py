"""Batches of REST 3.0 by the clients, against the sandbox."""

from __future__ import annotations

from typing import Any

import anyio
import pytest

from b24bridge import AsyncClient, Client, calls
from b24bridge.engine.policy import Policy
from b24bridge.sandbox import Portal
from b24bridge.wire.call import Call

TASK = calls.v3.tasks.task


def new(title: str) -> Call[Any]:
    """Return the call that creates a task."""
    return TASK.add(fields={"title": title, "creatorId": 1, "responsibleId": 1})


def commands(portal: Portal) -> list[int]:
    """Return the numbers of commands of the requests so far."""
    return [len(entry.commands) for entry in portal.requests]


def test_sixty_tasks_are_two_requests_and_so_is_reading_them() -> None:
    """Written together and read together, each with its own result."""
    portal = Portal()
    with Client.from_webhook(portal.webhook_url, transport=portal) as b24:
        made = b24.batch({at: new(f"Задача {at}") for at in range(60)}, together=True)
        ids = [outcome.value["item"]["id"] for outcome in made.values()]
        got = b24.batch(*(TASK.get(id=number, select=["title"]) for number in ids))

    assert [50, 10] == commands(portal)[:2]
    assert [10, 50] == sorted(commands(portal)[2:])  # side by side
    assert [{"item": {"title": f"Задача {at}"}} for at in range(60)] == [outcome.value for outcome in got]


def test_missing_task_costs_no_other_its_result() -> None:
    """The portal answers the whole batch with one error; the client finds out whose it is."""
    portal = Portal()
    with Client.from_webhook(portal.webhook_url, transport=portal) as b24:
        ids = [b24.run(new("x"))["item"]["id"] for _ in range(3)]
        got = b24.batch({number: TASK.get(id=number, select=["id"]) for number in [*ids, 99_999]})

    assert ["ok", "ok", "ok", "failed"] == [outcome.state for outcome in got.values()]
    assert "99999" in str(got[99_999].error)


def test_batch_is_built_step_by_step_across_writes() -> None:
    """A place in a result stands wherever a parameter can, a column of a list too."""
    portal = Portal()
    with Client.from_webhook(portal.webhook_url, transport=portal) as b24, b24.batching() as batch:
        first = batch.add(new("first"))
        again = batch.add(TASK.get(id=1), id=first["item"]["id"], select=["title"])
        rows = batch.add(TASK.list(select=["id"]))
        same = batch.add(TASK.list(select=["title"]), filter=[["id", "in", rows.column("id")]])
        renamed = batch.add(
            calls.call("tasks.task.update", api=3), id=first["item"]["id"], fields={"title": "new"}
        )

    assert {"item": {"title": "first"}} == again.value
    assert [{"title": "first"}] == same.value
    assert {"result": True} == renamed.value


def test_command_by_name_may_be_of_rest_3() -> None:
    """As b24jssdk writes them, with the generation beside."""
    portal = Portal()
    with Client.from_webhook(portal.webhook_url, transport=portal) as b24:
        got = b24.batch(
            {
                "old": {"method": "server.time"},
                "new": {"method": "main.eventlog.list", "params": {"select": ["id"]}, "api": 3},
            }
        )

    assert ["ok", "ok"] == [outcome.state for outcome in got.values()]
    assert [{"id": 1}] == got["new"].value["items"]


@pytest.mark.parametrize("together", [False, True])
@pytest.mark.parametrize("preset", ["lost", "internal", "html_502", "rate_limit", "cut"])
def test_no_write_is_doubled_or_lost_under_faults(preset: str, together: bool) -> None:
    """A fifth of the requests fails; what is not ``ok`` is told, and nothing is there twice."""
    portal = Portal()
    quick = Policy(tariff=None, base_delay_s=0.001, max_delay_s=0.002)
    with Client.from_webhook(portal.webhook_url, transport=portal, policy=quick) as b24:
        portal.faults.add({"method": "*", "preset": preset, "probability": 0.2, "seed": 7})
        made = b24.batch(*(new(f"task {at}") for at in range(60)), together=together)
        portal.faults.clear()
        titles = [row["title"] for row in b24.list("tasks.task.list", {"select": ["ID", "TITLE"]})]

    done = {f"task {at}" for at, outcome in enumerate(made) if outcome.ok}
    unknown = {f"task {at}" for at, outcome in enumerate(made) if outcome.state == "unknown"}
    assert len(titles) == len(set(titles))
    assert done <= set(titles) <= done | unknown


@pytest.mark.anyio
async def test_reads_at_once_travel_together_in_the_async_client() -> None:
    """Those that find no connection free, as in REST 2; a missing task fails alone."""
    portal = Portal()
    async with AsyncClient.from_webhook(portal.webhook_url, transport=portal) as b24:
        numbers = [(await b24.run(new("x")))["item"]["id"] for _ in range(3)] * 20
        before = len(portal.requests)
        found: list[Any] = [None] * len(numbers)

        async def read(at: int) -> None:
            answer = await b24.call("tasks.task.get", {"id": numbers[at], "select": ["id"]}, api=3)
            found[at] = answer.result["item"]["id"]

        async with anyio.create_task_group() as group:
            for at in range(len(numbers)):
                group.start_soon(read, at)

    assert numbers == found
    assert b24.stats().coalesced > 0
    assert len(numbers) > len(portal.requests) - before
