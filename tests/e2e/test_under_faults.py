"""Reads and writes while one request or command in twenty goes wrong, on a clock that nobody waits for."""

from __future__ import annotations

from typing import Any

import anyio
import pytest

from b24bridge import AsyncClient, Client, calls
from b24bridge.errors import ServerError
from b24bridge.sandbox import Portal
from benchmarks.faults import KINDS, READS, WRITES, OwnTimePortal, measure, portal_of

SPOILED = [kind for kind in KINDS if kind not in ("none", "operating limit")]
# Faults that strike before the portal does anything, and say so.
HARMLESS = ("connection refused", "503 too many requests")


@pytest.fixture
def deals() -> Any:
    """A portal with 60 deals."""
    with Portal({"items_2": [{"id": n, "title": f"deal {n}"} for n in range(1, 61)]}) as portal:
        yield portal


def client_of(portal: Portal) -> Client:
    """Return a client that waits in the portal's time."""
    return Client.from_webhook(portal.webhook_url, transport=OwnTimePortal(portal))


@pytest.mark.slow
@pytest.mark.parametrize("kind", SPOILED)
@pytest.mark.parametrize("work", READS)
def test_reads_are_whole_and_right(kind: str, work: str) -> None:
    """Every row comes once with its content, whatever is spoiled on the way."""
    tally = measure(kind, READS[work], rows=400, share=0.05, rounds=2)

    assert (tally.wanted, 0, 0, 0) == (tally.right, tally.lost, tally.doubled, tally.raised)


@pytest.mark.slow
@pytest.mark.parametrize("kind", SPOILED)
@pytest.mark.parametrize("work", WRITES)
def test_writes_are_never_doubled_and_what_is_unknown_says_so(kind: str, work: str) -> None:
    """What is reported as done is done once, what is reported as not done is not done."""
    tally = measure(kind, WRITES[work], rows=200, share=0.05, rounds=4)

    assert (0, 0, 0, 0) == (tally.lost, tally.doubled, tally.wrong, tally.raised)
    assert tally.wanted == tally.right + tally.unknown + tally.refused
    if kind in HARMLESS:
        assert tally.wanted == tally.right


@pytest.mark.parametrize("work", [*READS, *WRITES])
def test_work_goes_on_when_the_portal_frees_operating_time(work: str) -> None:
    """A method that used up its time in the middle is waited for, and everything gets done."""
    tally = measure("operating limit", {**READS, **WRITES}[work], rows=1500, share=0, rounds=1)

    assert tally.is_sound
    assert tally.wanted == tally.right
    assert tally.requests <= 90


def test_spoiled_share_is_a_twentieth() -> None:
    """The faults do strike: one request in twenty."""
    tally = measure("connection reset", READS["single reads"], rows=60, share=0.05, rounds=10)

    assert 15 <= tally.faults <= 50
    assert tally.requests == tally.wanted + tally.faults


def test_records_whose_outcome_is_unknown_can_be_settled_by_looking() -> None:
    """A lost answer makes no duplicate: who looks first and then sends again has each record once."""
    with portal_of("answer lost after the work", 0, 0.1, 3) as portal:
        client = client_of(portal)
        commands = {f"n{n}": calls.call("crm.deal.add", {"fields": {"TITLE": f"n{n}"}}) for n in range(60)}

        left, rounds = dict(commands), 0
        while left:
            rounds += 1
            states = {title: client.batch({title: call})[title].state for title, call in left.items()}
            unknown = [title for title, state in states.items() if state == "unknown"]
            there = {
                row["TITLE"] for row in client.iter("crm.deal.list", {"filter": {"@TITLE": unknown or [""]}})
            }
            left = {title: commands[title] for title in unknown if title not in there}

        made = portal.store.rows("SELECT TITLE, count(*) FROM crm_2 GROUP BY TITLE")
    assert {f"n{n}": 1 for n in range(60)} == dict(made)
    assert 1 == rounds


def test_command_that_meets_a_limit_is_repeated_alone(deals: Portal) -> None:
    """Only the refused write travels again; the others are not written twice."""
    deals.faults.add({"method": "crm.deal.add", "preset": "rate_limit", "nth": 3})
    adds = [calls.call("crm.deal.add", {"fields": {"TITLE": f"n{n}"}}) for n in range(5)]

    outcomes = client_of(deals).batch(*adds)

    assert ["ok"] * 5 == [outcome.state for outcome in outcomes]
    made = deals.store.rows("SELECT TITLE, count(*) FROM crm_2 WHERE ID>60 GROUP BY TITLE ORDER BY TITLE")
    assert [(f"n{n}", 1) for n in range(5)] == made
    assert 2 == len(deals.requests)


def test_repeated_command_keeps_what_it_refers_to(deals: Portal) -> None:
    """A command sent again alone gets the value of the one that it refers to."""
    deals.faults.add({"method": "crm.deal.get", "preset": "rate_limit", "nth": 2})
    chain = {
        "first": calls.call("crm.deal.get", {"id": 7}),
        "second": calls.call("crm.deal.get", {"id": "$result[first][ID]"}),
    }

    outcomes = client_of(deals).batch(chain)

    assert ["deal 7", "deal 7"] == [outcome.value["TITLE"] for outcome in outcomes.values()]


def test_read_that_refers_to_a_repeated_command_is_repeated_with_it(deals: Portal) -> None:
    """Without the first result the second read brought nothing of use."""
    deals.faults.add({"method": "crm.deal.get", "preset": "rate_limit", "nth": 1})
    chain = {
        "first": calls.call("crm.deal.get", {"id": 7}),
        "second": calls.call("crm.deal.list", {"filter": {"=ID": "$result[first][ID]"}, "select": ["ID"]}),
    }

    outcomes = client_of(deals).batch(chain)

    assert [{"ID": "7"}] == outcomes["second"].value


def test_write_that_refers_to_a_failed_command_is_not_run(deals: Portal) -> None:
    """The portal would take the map of all results for the id, which PHP reads as 1; what is apart goes on."""
    commands = {
        "gone": calls.call("crm.deal.get", {"id": 999}),
        "delete": calls.call("crm.deal.delete", {"id": "$result[gone][ID]"}),
        "rename": calls.call("crm.deal.update", {"id": 2, "fields": {"TITLE": "renamed"}}),
        "found": calls.call("crm.deal.get", {"id": 3}),
        "copy": calls.call("crm.deal.add", {"fields": {"TITLE": "$result[found][TITLE]"}}),
        "after": calls.call("crm.deal.update", {"id": "$result[delete]", "fields": {"TITLE": "never"}}),
    }

    outcomes = client_of(deals).batch(commands)

    states = {name: outcome.state for name, outcome in outcomes.items()}
    assert {
        "gone": "failed",
        "delete": "not_run",
        "rename": "ok",
        "found": "ok",
        "copy": "ok",
        "after": "not_run",
    } == states
    assert "refers to gone" in str(outcomes["delete"].error)
    titles = dict(deals.store.rows("SELECT ID, TITLE FROM crm_2 WHERE ID IN (1, 2, 61)"))
    assert {1: "deal 1", 2: "renamed", 61: "deal 3"} == titles
    assert 2 == len(deals.requests)


def test_write_that_refers_to_a_failed_command_of_an_earlier_request_is_not_run(deals: Portal) -> None:
    """The same when a batch is split between the two."""
    commands = {"gone": calls.call("crm.deal.get", {"id": 999})}
    commands |= {f"n{n}": calls.call("crm.deal.get", {"id": n}) for n in range(1, 60)}
    commands["delete"] = calls.call("crm.deal.delete", {"id": "$result[gone][ID]"})

    outcomes = client_of(deals).batch(commands)

    assert "not_run" == outcomes["delete"].state
    assert [(60,)] == deals.store.rows("SELECT count(*) FROM crm_2")


def test_write_that_broke_inside_a_batch_is_unknown(deals: Portal) -> None:
    """An internal error of the portal does not say how far it got."""
    deals.faults.add({"method": "crm.deal.add", "preset": "internal"})

    (outcome,) = client_of(deals).batch(calls.call("crm.deal.add", {"fields": {"TITLE": "x"}}))

    assert "unknown" == outcome.state
    assert isinstance(outcome.error, ServerError)


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_async_client_reads_on_too(backend: str) -> None:
    """The same engine under an event loop."""

    async def read(portal: Portal) -> list[int]:
        async with AsyncClient.from_webhook(portal.webhook_url, transport=OwnTimePortal(portal)) as b24:
            return [int(row["ID"]) async for row in b24.iter("crm.deal.list", {"select": ["ID"]})]

    with portal_of("failed command", 400, 0.05, 1) as portal:
        found = anyio.run(read, portal, backend=backend)

    assert list(range(1, 401)) == found
