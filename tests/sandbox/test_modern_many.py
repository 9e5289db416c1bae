"""Many records at once, and batches whose commands refer to each other, on the sandbox."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from b24bridge import AsyncClient, Client, calls
from b24bridge.errors import BatchError, ConfigError, NotFoundError
from b24bridge.modern import Added
from b24bridge.sandbox import Portal
from b24bridge.wire.call import Call

COUNT = 2000


@pytest.fixture
def portal() -> Iterator[Portal]:
    """A portal with 2,000 deals."""
    with Portal({"items_2": ({"id": n, "title": f"deal {n}"} for n in range(1, COUNT + 1))}) as made:
        yield made


@pytest.fixture
def b24(portal: Portal) -> Iterator[Client]:
    """A client of that portal."""
    with Client.from_webhook(portal.webhook_url, transport=portal) as client:
        yield client


def titles(portal: Portal) -> dict[int, str]:
    """Return the titles by id."""
    return dict(portal.store.rows("SELECT ID, TITLE FROM crm_2"))


def test_two_thousand_updates_take_forty_requests(portal: Portal, b24: Client) -> None:
    """Fifty changes to a request, an outcome for each."""
    changes: dict[int, dict[str, Any]] = {n: {"title": f"new {n}"} for n in range(1, COUNT + 1)}

    outcomes = b24.crm.deals.update_many(changes)

    assert {"ok"} == {outcome.state for outcome in outcomes.values()}
    assert list(changes) == list(outcomes)
    assert {n: f"new {n}" for n in changes} == titles(portal)
    assert 40 == len(portal.requests)


def test_updates_of_items_bring_the_items_and_the_failures(portal: Portal, b24: Client) -> None:
    """One record that is not there spoils no other."""
    outcomes = b24.crm.items(2).update_many(
        {1: {"title": "one"}, 9999: {"title": "none"}, 2: {"title": "two"}}
    )

    assert ["ok", "failed", "ok"] == [outcome.state for outcome in outcomes.values()]
    assert "one" == outcomes[1].value.title
    assert isinstance(outcomes[9999].error, NotFoundError)


def test_two_thousand_ids_take_eight_requests(portal: Portal, b24: Client) -> None:
    """Fifty ids to a command; rows come in the order asked for, ids without a row are left out."""
    found = b24.get_many("crm.deal.list", [*range(COUNT, 0, -1), 9999], {"select": ["ID", "TITLE"]})

    assert list(range(COUNT, 0, -1)) == list(found)
    assert "deal 7" == found[7]["TITLE"]
    assert len(portal.requests) <= 8


def test_any_update_method_takes_many(portal: Portal, b24: Client) -> None:
    """By name, with further parameters for each call."""
    outcomes = b24.update_many("crm.item.update", {5: {"title": "five"}}, {"entityTypeId": 2})

    assert outcomes[5].ok
    assert "five" == titles(portal)[5]


def test_stream_of_changes_goes_through_fifty_at_a_time(portal: Portal, b24: Client) -> None:
    """Generator in, generator out: no more is taken from the stream than travels."""
    taken: list[int] = []

    def changes() -> Iterator[Call[None]]:
        for number in range(1, 121):
            taken.append(number)
            yield calls.crm.deals.update(number, {"title": "x"})

    outcomes = b24.each(changes())
    first = next(outcomes)

    assert first.ok
    assert 50 == len(taken)
    assert 119 == len(list(outcomes))
    assert 3 == len(portal.requests)


def test_batch_has_a_deadline(portal: Portal, b24: Client) -> None:
    """What is not sent by then is surely not done."""
    outcomes = b24.batch(*(calls.crm.deals.update(n, {"title": "late"}) for n in range(1, 4)), deadline_s=0.0)

    assert ["not_run"] * 3 == [outcome.state for outcome in outcomes]
    assert "late" not in titles(portal).values()


@pytest.mark.anyio
async def test_async_client_takes_async_streams_and_many(portal: Portal) -> None:
    """The same helpers, awaited."""

    async def changes() -> AsyncIterator[Call[None]]:
        for number in range(1, 121):
            yield calls.crm.deals.update(number, {"title": "x"})

    async with AsyncClient.from_webhook(portal.webhook_url, transport=portal) as b24:
        streamed = [outcome.state async for outcome in b24.each(changes())]
        many = await b24.crm.deals.update_many({1: {"title": "y"}})
        found = await b24.get_many("crm.item.list", [1], {"entityTypeId": 2}, id_key="id")
        async with b24.batching() as batch:
            first = batch.add(calls.crm.deals.get(1))
            copy = batch.add(calls.crm.deals.add({"TITLE": first["TITLE"]}))

    assert ["ok"] * 120 == streamed
    assert many[1].ok
    assert "y" == found[1]["title"]
    assert "y" == titles(portal)[copy.value]


def test_commands_refer_to_each_other_by_objects(portal: Portal, b24: Client) -> None:
    """A place in an earlier result stands for a parameter, at any depth."""
    with b24.batching() as batch:
        deal = batch.add(calls.crm.deals.get(7))
        copy = batch.add(calls.crm.deals.add({"TITLE": deal["TITLE"]}))
        read = batch.add(calls.call("crm.deal.get"), id=copy.result)

    assert "deal 7" == deal.value.title
    assert "deal 7" == read.value["TITLE"]
    assert copy.value == int(read.value["ID"])
    assert 1 == len(portal.requests)


def test_references_hold_across_the_split(portal: Portal, b24: Client) -> None:
    """The hundred-and-first command uses the first one's result, which came two requests earlier."""
    with b24.batching() as batch:
        first = batch.add(calls.crm.deals.get(7))
        between = batch.extend(calls.crm.deals.update(n, {"title": "x"}) for n in range(100, 200))
        last = batch.add(calls.crm.deals.update(8, {"title": first["TITLE"]}))

    assert 3 == len(portal.requests)
    assert all(added.outcome.ok for added in between)
    assert last.outcome.ok
    assert "deal 7" == titles(portal)[8]


def test_nothing_is_sent_when_the_block_fails(portal: Portal, b24: Client) -> None:
    """An error in the block leaves the portal alone, and there are no outcomes."""
    added: list[Added[None]] = []

    def fail() -> None:
        with b24.batching() as batch:
            added.append(batch.add(calls.crm.deals.delete(1)))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()

    assert 0 == len(portal.requests)
    with pytest.raises(ConfigError, match="has not been run"):
        _ = added[0].value


def test_write_behind_a_failed_command_tells_why_it_was_not_run(b24: Client) -> None:
    """What cannot be resolved is not written."""
    with b24.batching() as batch:
        gone = batch.add(calls.crm.deals.get(9999))
        copy = batch.add(calls.crm.deals.add({"TITLE": gone["TITLE"]}))

    assert "failed" == gone.outcome.state
    assert "not_run" == copy.outcome.state
    with pytest.raises(BatchError, match="refers to c0, which was not done"):
        _ = copy.value


@pytest.mark.parametrize("step", ["A B", "x]", ""])
def test_reference_that_the_portal_would_cut_is_refused(step: str) -> None:
    """The portal reads a reference up to the next blank."""
    with Portal() as empty, pytest.raises(ConfigError, match="cannot go through"):
        Client.from_webhook(empty.webhook_url, transport=empty).batching().add(calls.users.current())[step]
