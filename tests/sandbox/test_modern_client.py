"""Both clients on the sandbox portal with the service-desk data."""

from __future__ import annotations

import gc
import json
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from b24bridge import AsyncClient, Client, F, calls
from b24bridge.errors import MethodNotFound, NotFoundError, ValidationError
from b24bridge.sandbox.portal import Portal

MOSCOW = timezone(timedelta(hours=3))
DATA = Path(__file__).parents[1] / "fixtures" / "service_desk" / "small.json"


@pytest.fixture(scope="module")
def data() -> dict[str, Any]:
    """Return the small data set: 120 tickets, 30 users, 64 tasks, 170 records of time."""
    return json.loads(DATA.read_text(encoding="utf-8"))


@pytest.fixture
def desk(data: dict[str, Any]) -> Iterator[Portal]:
    """Return a portal with the service desk on it."""
    with Portal(data) as portal:
        yield portal


@pytest.fixture
def b24(desk: Portal) -> Iterator[Client]:
    """Return a blocking client of that portal."""
    with Client.from_webhook(desk.webhook_url, transport=desk) as client:
        yield client


def test_all_tickets_come_once(b24: Client) -> None:
    """A list gives every row, each once, with Python's types, and says that it is complete."""
    rows = b24.crm.items(140).list(select=["id", "title", "created_time"])

    items = rows.all()

    assert 120 == len(items) == len({item.id for item in items})
    assert {datetime} == {type(item.created_time) for item in items if item.created_time is not None}
    assert rows.report is not None
    assert rows.report.is_complete


@pytest.mark.parametrize("strategy", ["next", "batched", "ranges"])
def test_every_strategy_gives_the_same_rows(b24: Client, strategy: str) -> None:
    """How a list is read does not change what is read."""
    rows = b24.crm.items(140).list(F.categoryId == 12, select=["id"])

    ids = [item.id for item in rows.read(strategy=strategy)]

    assert 115 <= len(ids) == rows.count()
    assert sorted(ids) == ids


def test_filter_by_time_means_the_same_moment(b24: Client, data: dict[str, Any]) -> None:
    """A range in one zone finds the records of that time, whatever their own zone."""
    first = datetime(2025, 12, 1, tzinfo=MOSCOW)
    last = datetime(2025, 12, 8, tzinfo=MOSCOW)
    stored = [datetime.fromisoformat(ticket["createdTime"]) for ticket in data["items_140"]]

    found = b24.crm.items(140).list((F.createdTime >= first) & (F.createdTime < last), select=["id"]).all()

    assert sum(first <= moment < last for moment in stored) == len(found) > 0


def test_or_groups_are_understood(b24: Client) -> None:
    """Alternatives find what each of them finds."""
    items = b24.crm.items(140)
    stages = sorted({item.stage_id or "" for item in items.list(select=["id", "stageId"])})[:2]

    either = items.list((F.stageId == stages[0]) | (F.stageId == stages[1]), select=["id"]).all()
    listed = items.list(F.stageId.in_(stages), select=["id"]).all()

    assert len(either) == len(listed) > 0


def test_item_lives_and_dies(b24: Client) -> None:
    """Created, changed, read and deleted, with values that come back as they went."""
    items = b24.crm.items(140)

    created = items.add({"title": "Проба «ёлка» & <b>", "opened": False, "opportunity": Decimal("10.50")})
    changed = items.update(created.id, {"title": "Другая", "opened": True})
    read = items.get(created.id)
    items.delete(created.id)

    assert ("Проба «ёлка» & <b>", False, Decimal("10.5")) == (
        created.title,
        created.opened,
        created.opportunity,
    )
    assert ("Другая", True) == (changed.title, changed.opened) == (read.title, read.opened)
    with pytest.raises(NotFoundError):
        items.get(created.id)


def test_users_departments_tasks_and_time(b24: Client) -> None:
    """The families of the service desk, each with its own paging, come whole."""
    users = b24.users.list().all()
    departments = b24.departments.list().all()
    tasks = b24.tasks.list(select=["ID", "TITLE", "UF_CRM_TASK"]).all()
    logged = b24.tasks.elapsed.list().all()

    assert (64, 170) == (len(tasks), len(logged))
    assert {366, 367} <= {department.id for department in departments}
    assert 1 == b24.users.current().id
    assert len(users) == len({user.id for user in users}) > 20


def test_time_of_many_tasks_travels_in_batches(b24: Client, desk: Portal) -> None:
    """One command a task, 50 to a request; each outcome is typed."""
    tasks = b24.tasks.list(select=["ID"]).all()
    before = b24.stats().requests

    outcomes = b24.batch({task.id: calls.tasks.elapsed.list(task.id) for task in tasks})

    assert 170 == sum(len(outcome.value) for outcome in outcomes.values())
    assert 2 == b24.stats().requests - before


def test_records_of_known_ids_travel_together(b24: Client, data: dict[str, Any]) -> None:
    """120 ids are three commands of one request; an id that does not exist gives nothing."""
    ids = [ticket["id"] for ticket in data["items_140"]]
    before = b24.stats().requests

    rows = b24.crm.items(140).get_many([*ids, 999999], select=["id"])
    found = [item.id for item in rows]

    assert sorted(ids) == sorted(found)
    assert 1 == b24.stats().requests - before
    assert [] == b24.crm.items(140).get_many([]).all()
    assert (120, True) == (rows.count(), rows.report is not None and rows.report.finished)


def test_batch_says_what_became_of_each_command(b24: Client) -> None:
    """A failure stays with its command; after a halt the rest was surely not run."""
    commands = (calls.users.current(), calls.crm.items(140).get(999999), calls.users.current())

    free = b24.batch(*commands)
    halted = b24.batch(*commands, halt=True)

    assert ["ok", "failed", "ok"] == [outcome.state for outcome in free]
    assert ["ok", "failed", "not_run"] == [outcome.state for outcome in halted]
    assert isinstance(free[1].error, NotFoundError)


def test_mistakes_end_in_typed_errors(b24: Client) -> None:
    """Each kind of mistake has its own class, with the portal's words in it."""
    with pytest.raises(MethodNotFound, match=r"no\.such"):
        b24.call("no.such")
    with pytest.raises(NotFoundError, match="99999"):
        b24.tasks.get(99999)
    with pytest.raises(ValidationError, match="NOPE"):
        b24.crm.items(140).list({"nope": 1}).all()


def test_generated_services_speak_to_the_portal(b24: Client) -> None:
    """The vendor's names give raw data."""
    fields = b24.crm.item.fields(entityTypeId=140)
    rows = b24.crm.item.list(entityTypeId=140, select=["id"]).all()

    assert "fields" in fields
    assert 120 == len(rows)
    assert {"id"} == set(rows[0])


@pytest.mark.anyio
async def test_async_client_reads_the_same(desk: Portal) -> None:
    """The async client gives the same rows, batches and errors."""
    async with AsyncClient.from_webhook(desk.webhook_url, transport=desk) as b24:
        ids = [item.id async for item in b24.crm.items(140).list(select=["id"])]
        tasks = await b24.tasks.list(select=["ID"]).all()
        outcomes = await b24.batch({task.id: calls.tasks.elapsed.list(task.id) for task in tasks})
        me = await b24.users.current()
        with pytest.raises(NotFoundError):
            await b24.tasks.get(99999)

    assert (120, 64, 1) == (len(set(ids)), len(tasks), me.id)
    assert 170 == sum(len(outcome.value) for outcome in outcomes.values())


@pytest.mark.parametrize("strategy", ["next", "batched", "ranges"])
def test_list_may_be_left_early(b24: Client, strategy: str) -> None:
    """Whoever has seen enough stops; nothing is left open and no warning is given."""
    rows = b24.crm.items(140).list(select=["id"]).read(strategy=strategy)

    first = [item.id for item, _ in zip(rows, range(3), strict=False)]
    gc.collect()

    assert 3 == len(first)


@pytest.mark.anyio
@pytest.mark.parametrize("strategy", ["next", "batched", "ranges"])
async def test_async_list_may_be_left_early(desk: Portal, strategy: str) -> None:
    """The same under an event loop; the next list is whole again."""
    async with AsyncClient.from_webhook(desk.webhook_url, transport=desk) as b24:
        seen = 0
        async for _ in b24.crm.items(140).list(select=["id"]).read(strategy=strategy):
            seen += 1
            if seen == 3:
                break
        gc.collect()
        whole = await b24.crm.items(140).list(select=["id"]).read(strategy=strategy).all()

    assert (3, 120) == (seen, len(whole))


def test_application_renews_its_token_on_the_way(desk: Portal, tmp_path: Path) -> None:
    """An expired token is renewed and stored; the caller notices nothing."""
    tokens = desk.tokens()
    file = tmp_path / "settings.json"
    file.write_text(
        json.dumps(
            {
                "access_token": tokens["access"],
                "refresh_token": tokens["refresh"],
                "client_endpoint": desk.endpoint,
                "domain": desk.host,
            }
        ),
        encoding="utf-8",
    )
    application = desk.application
    client = Client.from_oauth(
        file,
        application.client_id,
        application.client_secret,
        oauth_url=desk.oauth_url,
        transport=desk,
    )
    before = client.users.current().id
    desk.clock.advance(3700)

    after = client.users.current().id

    assert (before, 1) == (after, client.stats().refreshed)
    assert tokens["access"] != json.loads(file.read_text(encoding="utf-8"))["access_token"]
