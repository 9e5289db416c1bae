"""Many records at once by the name of a method or by a service, on the sandbox."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from b24bridge import AsyncClient, Client
from b24bridge.errors import DataError, NotFoundError
from b24bridge.sandbox import Portal


@pytest.fixture
def portal() -> Iterator[Portal]:
    """A portal without records."""
    with Portal() as made:
        yield made


@pytest.fixture
def b24(portal: Portal) -> Iterator[Client]:
    """A client of that portal."""
    with Client.from_webhook(portal.webhook_url, transport=portal) as client:
        yield client


def test_records_are_added_and_deleted_fifty_to_a_request(portal: Portal, b24: Client) -> None:
    """An outcome for each, by position and by id; one that is not there spoils no other."""
    added = b24.add_many("crm.deal.add", ({"TITLE": f"Сделка {at}"} for at in range(60)))
    titles = {number: row["TITLE"] for number, row in b24.get_many("crm.deal.list", range(1, 61)).items()}
    sizes = sorted(len(entry.commands) for entry in portal.requests if entry.method == "batch")
    deleted = b24.delete_many("crm.deal.delete", [1, 60, 999])

    assert {f"Сделка {at}" for at in range(60)} == set(titles.values())
    assert [f"Сделка {at}" for at in added] == [titles[outcome.value] for outcome in added.values()]
    assert [10, 50] == sizes[-2:]
    assert ["ok", "ok", "failed"] == [outcome.state for outcome in deleted.values()]
    assert isinstance(deleted[999].error, NotFoundError)


def test_services_add_change_read_and_delete_many(b24: Client) -> None:
    """Deals, items and tasks, with models."""
    deals = b24.crm.deals.add_many([{"title": "a"}, {"title": "b"}])
    items = b24.crm.items(2).add_many([{"title": "c"}])
    tasks = b24.tasks.add_many([{"title": "t", "responsible_id": 1}] * 3)
    changed = b24.tasks.update_many({2: {"title": "u"}})
    gone = {**b24.crm.deals.delete_many([1]), **b24.tasks.delete_many([3])}

    assert [1, 2] == [outcome.value for outcome in deals.values()]
    assert "c" == items[0].value.title
    assert [1, 2, 3] == [outcome.value.id for outcome in tasks.values()]
    assert all(outcome.ok for outcome in [*changed.values(), *gone.values()])
    assert [(1, "t"), (2, "u")] == [(task.id, task.title) for task in b24.tasks.get_many([2, 1, 3])]
    assert [1] == [user.id for user in b24.users.get_many([1, 99])]
    assert ["ok"] == [outcome.state for outcome in b24.crm.items(2).delete_many([3]).values()]


def test_what_is_known_of_a_method_names_its_parameters(b24: Client) -> None:
    """``taskId``, ``ID``, fields inside ``fields`` or at the top: nobody has to say so."""
    b24.add_many("tasks.task.add", [{"TITLE": "t", "RESPONSIBLE_ID": 1}])

    outcomes = [
        b24.update_many("tasks.task.update", {1: {"TITLE": "u"}})[1],
        b24.update_many("department.update", {1: {"NAME": "Отдел"}})[1],
        b24.update_many("user.update", {1: {"NAME": "Анна"}})[1],
    ]

    assert ["ok"] * 3 == [outcome.state for outcome in outcomes]
    assert "Отдел" == b24.departments.get(1).name
    assert "Анна" == b24.users.get(1).name
    assert "u" == b24.get_many("tasks.task.list", [1])[1]["title"]
    assert [1] == list(b24.get_many("user.get", [1, 99]))


def test_rest_3_reads_a_thousand_ids_in_a_request(portal: Portal, b24: Client) -> None:
    """By its filter of ids, beside the caller's own conditions."""
    made = b24.add_many(
        "tasks.task.add",
        [{"title": "a", "creatorId": 1, "responsibleId": 1}] * 3,
        api=3,
        together=True,
    )
    before = len(portal.requests)
    found = b24.get_many("tasks.task.list", [3, 1, 999], {"select": ["id"], "filter": ["id", "<", 3]}, api=3)

    assert ["ok"] * 3 == [outcome.state for outcome in made.values()]
    assert {1: {"id": 1}} == found
    assert 1 == len(portal.requests) - before


def test_rows_without_an_id_are_an_error(b24: Client) -> None:
    """Not a KeyError: it says what to do."""
    b24.add_many("crm.item.add", [{"title": "a"}], {"entityTypeId": 2})

    with pytest.raises(DataError, match="has no id"):
        b24.get_many("crm.item.list", [1], {"entityTypeId": 2, "select": ["title"]})


@pytest.mark.anyio
async def test_the_async_client_has_the_same(portal: Portal) -> None:
    """Awaited."""
    async with AsyncClient.from_webhook(portal.webhook_url, transport=portal) as b24:
        added = await b24.add_many("crm.deal.add", [{"TITLE": "a"}])
        deals = await b24.crm.deals.add_many([{"title": "b"}])
        deleted = await b24.delete_many("crm.deal.delete", [1])
        left = await b24.get_many("crm.deal.list", [1, 2])

    assert [1, 2] == [added[0].value, deals[0].value]
    assert deleted[1].ok
    assert [2] == list(left)


@pytest.mark.parametrize("second", ["FILTER", "Filter"])
def test_two_spellings_of_one_parameter_are_refused(b24: Client, portal: Portal, second: str) -> None:
    """The portal folds them into one, and a part of the caller's filter would be gone."""
    with pytest.raises(DataError, match="twice"):
        b24.list("crm.deal.list", {"filter": {">ID": 5}, second: {"<ID": 9}})
    with pytest.raises(DataError, match="twice"):
        b24.get_many("crm.deal.list", [1], {"order": {}, "ORDER": {}})

    assert [] == list(portal.requests)
