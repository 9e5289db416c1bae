"""Pins the types that a user of the modern facade sees. Never run; checked by mypy and pyright."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, assert_type

from b24bridge import AsyncClient, Client, F, calls
from b24bridge.engine.executor import Answer
from b24bridge.modern import Added, Outcome, Reference, ref
from b24bridge.modern.filters import Condition, Expression, Field, Group
from b24bridge.modern.lists import AsyncRows, ListCall, Rows
from b24bridge.modern.models import (
    Activity,
    CalendarEvent,
    Category,
    ChecklistItem,
    Company,
    Contact,
    Currency,
    Deal,
    Department,
    DiskFile,
    ElapsedItem,
    Folder,
    Issue,
    Item,
    Lead,
    Money,
    MultiValue,
    ProductRow,
    Quote,
    SmartType,
    StageChange,
    Status,
    Task,
    TaskComment,
    TimelineComment,
    User,
    UserFields,
    Workgroup,
)
from b24bridge.modern.stats import Stats
from b24bridge.wire.call import Call


def blocking(b24: Client) -> None:
    """Methods of the blocking client return values."""
    assert_type(Client.from_webhook("https://portal.example/rest/1/code/"), Client)
    assert_type(b24.__enter__(), Client)
    assert_type(b24.call("any.method", {"x": 1}), Answer)
    assert_type(b24.stats(), Stats)
    assert_type(b24.iter("crm.deal.list"), Rows[dict[str, Any]])
    assert_type(b24.list("crm.deal.list", {"select": ["ID"]}), list[dict[str, Any]])
    assert_type(b24.run(calls.crm.deals.get(7)), Deal)

    assert_type(b24.crm.items(140).get(7), Item)
    assert_type(b24.crm.items(140).add({"title": "x"}), Item)
    assert_type(b24.crm.items(140).update(7, {"title": "x"}), Item)
    assert_type(b24.crm.items(140).fields(), dict[str, dict[str, Any]])
    assert_type(b24.crm.items(140).list(filter=F.id > 5, select=["id"]), Rows[Item])
    assert_type(b24.crm.items(140).list().raw(), Rows[dict[str, Any]])
    assert_type(b24.crm.items(140).list().all(), list[Item])
    assert_type(b24.crm.items(140).list().first(), Item | None)
    assert_type(b24.crm.items(140).list().count(), int)
    assert_type(b24.crm.items(140).list().pages(), Iterator[list[Item]])
    assert_type(b24.crm.items(140).list().read(complete=True), Rows[Item])
    for item in b24.crm.items(140).list():
        assert_type(item, Item)

    assert_type(b24.crm.deals.get(7), Deal)
    assert_type(b24.crm.deals.get(id=7), Deal)
    assert_type(b24.crm.deals.add({"TITLE": "x"}), int)
    assert_type(b24.crm.deals.list(), Rows[Deal])
    assert_type(b24.crm.leads.get(7), Lead)
    assert_type(b24.crm.leads.list(), Rows[Lead])
    assert_type(b24.crm.contacts.get(7), Contact)
    assert_type(b24.crm.contacts.list(), Rows[Contact])
    assert_type(b24.crm.companies.get(7), Company)
    assert_type(b24.crm.companies.list(), Rows[Company])
    assert_type(b24.crm.categories(2).list(), Rows[Category])
    assert_type(b24.crm.statuses.list({"ENTITY_ID": "SOURCE"}), Rows[Status])
    assert_type(b24.crm.types.list(), Rows[SmartType])

    assert_type(b24.users.get(1), User)
    assert_type(b24.users.current(), User)
    assert_type(b24.users.list(F.active == True), Rows[User])  # noqa: E712
    assert_type(b24.departments.get(1), Department)
    assert_type(b24.departments.list(), Rows[Department])
    assert_type(b24.tasks.get(1), Task)
    assert_type(b24.tasks.add({"TITLE": "x", "RESPONSIBLE_ID": 1}), Task)
    assert_type(b24.tasks.list(order={"ID": "asc"}), Rows[Task])
    assert_type(b24.tasks.elapsed.list(5), Rows[ElapsedItem])
    assert_type(b24.tasks.elapsed.add(5, {"SECONDS": 60}), int)


def more_families(b24: Client) -> None:
    """Further families give their own models."""
    assert_type(b24.crm.quotes.get(1), Quote)
    assert_type(b24.crm.activities.list(), Rows[Activity])
    assert_type(b24.crm.stage_history(2).list(), Rows[StageChange])
    assert_type(b24.crm.comments.list({"ENTITY_ID": 1, "ENTITY_TYPE": "deal"}), Rows[TimelineComment])
    assert_type(b24.crm.currencies.list(), Rows[Currency])
    assert_type(b24.crm.product_rows("D", 1).list(), Rows[ProductRow])
    assert_type(b24.tasks.comments(1).list(), Rows[TaskComment])
    assert_type(b24.tasks.checklist(1).list(), Sequence[ChecklistItem])
    assert_type(b24.workgroups.list(), Rows[Workgroup])
    assert_type(b24.drive.children(1), Rows[Folder | DiskFile])
    assert_type(b24.office.calendar("user", 1), Sequence[CalendarEvent])
    assert_type(b24.each(calls.users.get(id) for id in range(5)), Iterator[Outcome[User]])
    assert_type(b24.crm.items(140).update_many({7: {"title": "x"}}), dict[int, Outcome[Item]])
    assert_type(b24.crm.deals.update_many({7: {"title": "x"}}), dict[int, Outcome[None]])
    assert_type(b24.crm.deals.add_many([{"title": "x"}]), dict[int, Outcome[int]])
    assert_type(b24.crm.items(140).add_many([{"title": "x"}]), dict[int, Outcome[Item]])
    assert_type(b24.tasks.delete_many([7]), dict[int, Outcome[None]])
    assert_type(b24.users.get_many([7]), Rows[User])
    assert_type(b24.upload(7, "a.pdf"), DiskFile)
    assert_type(b24.download(7, "a.pdf"), int)
    assert_type(b24.update_many("crm.deal.update", {7: {"TITLE": "x"}}), dict[int, Outcome[Any]])
    assert_type(b24.add_many("crm.deal.add", [{"TITLE": "x"}]), dict[int, Outcome[Any]])
    assert_type(b24.delete_many("crm.deal.delete", [7]), dict[int, Outcome[Any]])
    with b24.batching() as batch:
        me = batch.add(calls.users.current())
        assert_type(me, Added[User])
        assert_type(me["UF_DEPARTMENT"][0], Reference)
        assert_type(batch.add(calls.crm.deals.add({"TITLE": "x"}), halt=me.result), Added[int])
    assert_type(me.value, User)
    assert_type(me.outcome, Outcome[User])


def generated(b24: Client) -> None:
    """Every method of the catalogue is there under the vendor's name, with raw data."""
    assert_type(b24.crm.deal.productrows.set(1, rows=[{"PRODUCT_ID": 5}]), bool)
    assert_type(b24.crm.item.get(entityTypeId=2, id=1), dict[str, Any])
    assert_type(b24.crm.item.list(entityTypeId=2), Rows[dict[str, Any]])
    assert_type(b24.tasks.task.list(select=["ID"]), Rows[dict[str, Any]])
    assert_type(b24.v3.tasks.task.list(filter=F.id > 5), Rows[dict[str, Any]])
    assert_type(b24.user.current(), dict[str, Any])
    assert_type(b24.server.time(), str)
    assert_type(calls.crm.item.delete(entityTypeId=2, id=1), Call[list[Any]])


async def generated_awaited(b24: AsyncClient) -> None:
    """They are awaited on the async client."""
    assert_type(await b24.crm.deal.productrows.set(1), bool)
    assert_type(b24.crm.item.list(entityTypeId=2), AsyncRows[dict[str, Any]])


async def awaited(b24: AsyncClient) -> None:
    """Methods of the async client return awaitables of the same values."""
    assert_type(AsyncClient.from_webhook("https://portal.example/rest/1/code/"), AsyncClient)
    assert_type(await b24.__aenter__(), AsyncClient)
    assert_type(await b24.call("any.method", {"x": 1}), Answer)
    assert_type(b24.stats(), Stats)
    assert_type(b24.iter("crm.deal.list"), AsyncRows[dict[str, Any]])
    assert_type(await b24.list("crm.deal.list"), list[dict[str, Any]])
    assert_type(await b24.run(calls.crm.deals.get(7)), Deal)

    assert_type(b24.crm.items(140).get(7), Awaitable[Item])
    assert_type(await b24.crm.items(140).get(7), Item)
    assert_type(b24.crm.items(140).list(), AsyncRows[Item])
    assert_type(b24.crm.items(140).list().raw(), AsyncRows[dict[str, Any]])
    assert_type(await b24.crm.items(140).list().all(), list[Item])
    assert_type(await b24.crm.items(140).list().first(), Item | None)
    assert_type(await b24.crm.items(140).list().count(), int)
    assert_type(b24.crm.items(140).list().pages(), AsyncIterator[list[Item]])
    async for item in b24.crm.items(140).list():
        assert_type(item, Item)

    assert_type(await b24.crm.deals.get(7), Deal)
    assert_type(await b24.crm.deals.add({"TITLE": "x"}), int)
    assert_type(b24.crm.leads.list(), AsyncRows[Lead])
    assert_type(await b24.users.current(), User)
    assert_type(b24.users.list(), AsyncRows[User])
    assert_type(await b24.departments.get(1), Department)
    assert_type(await b24.tasks.get(1), Task)
    assert_type(b24.tasks.elapsed.list(5), AsyncRows[ElapsedItem])


def deferred() -> None:
    """Methods of ``calls`` return descriptions."""
    assert_type(calls.call("any.method", {"x": 1}), Call[Any])
    assert_type(calls.crm.items(140).get(7), Call[Item])
    assert_type(calls.crm.items(140).list(), ListCall[Item])
    assert_type(calls.crm.deals.get(7), Call[Deal])
    assert_type(calls.crm.deals.add({"TITLE": "x"}), Call[int])
    assert_type(calls.crm.deals.list(), ListCall[Deal])
    assert_type(calls.users.current(), Call[User])
    assert_type(calls.departments.list(), ListCall[Department])
    assert_type(calls.tasks.get(1), Call[Task])
    assert_type(calls.tasks.elapsed.list(5), ListCall[ElapsedItem])
    assert_type(calls.tasks.elapsed.list(5).decode([]), list[ElapsedItem])
    assert_type(ref("me", "UF_DEPARTMENT", 0), str)


def batches(b24: Client) -> None:
    """A batch keeps the type of each command."""
    assert_type(b24.batch(calls.crm.deals.get(7)), tuple[Outcome[Deal]])
    deal, me = b24.batch(calls.crm.deals.get(7), calls.users.current())
    assert_type(deal, Outcome[Deal])
    assert_type(me, Outcome[User])
    assert_type(me.value, User)
    assert_type(deal.ok, bool)
    task, logged, answer = b24.batch(
        calls.tasks.get(1), calls.tasks.elapsed.list(1), calls.call("x"), halt=True
    )
    assert_type(task.value, Task)
    assert_type(logged.value, list[ElapsedItem])
    assert_type(answer.value, Any)
    assert_type(b24.batch({7: calls.crm.deals.get(7)}), dict[int, Outcome[Deal]])
    assert_type(b24.batch(*[calls.users.get(id) for id in range(60)]), tuple[Outcome[User], ...])


async def async_batches(b24: AsyncClient) -> None:
    """The async batch does the same."""
    deal, me = await b24.batch(calls.crm.deals.get(7), calls.users.current())
    assert_type(deal, Outcome[Deal])
    assert_type(me.value, User)
    assert_type(await b24.batch({"a": calls.users.current()}), dict[str, Outcome[User]])


def models(item: Item, deal: Deal, contact: Contact, user: User, task: Task, elapsed: ElapsedItem) -> None:
    """Fields have Python's types; None stands for empty."""
    assert_type(item.id, int)
    assert_type(item.title, str | None)
    assert_type(item.created_time, datetime | None)
    assert_type(item.opened, bool | None)
    assert_type(item.uf, UserFields)
    assert_type(item.issues, tuple[Issue, ...])
    assert_type(item.parents, dict[int, int])
    assert_type(item.to_wire(), dict[str, Any])
    assert_type(deal.opportunity, Decimal | None)
    assert_type(deal.money, Money | None)
    assert_type(deal.company_id, int | None)
    assert_type(contact.birthdate, date | None)
    assert_type(contact.phones, list[MultiValue])
    assert_type(user.active, bool | None)
    assert_type(user.department_ids, list[int])
    assert_type(user.full_name, str)
    assert_type(task.crm_bindings, list[str])
    assert_type(task.responsible_id, int | None)
    assert_type(elapsed.seconds, int)


def filters(since: datetime) -> None:
    """Comparisons make expressions."""
    assert_type(F.stageId, Field)
    assert_type(F["UF_CRM_1"], Field)
    assert_type(F.stageId == "NEW", Condition)
    assert_type(F.createdTime >= since, Condition)
    assert_type(F.id.in_([1, 2]), Condition)
    assert_type((F.id > 1) & (F.id < 9), Group)
    assert_type((F.id > 1) | (F.title == "x"), Group)
    assert_type(~(F.id > 1), Expression)
