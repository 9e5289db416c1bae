"""A sandbox whose records change while somebody reads them, on a clock that nobody waits for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from b24bridge.sandbox import Portal
from b24bridge.sandbox.faults import Fault, Faults
from b24bridge.wire.call import Api, Call
from b24bridge.wire.paging import ByCursor, ByOffset3, Strategy
from benchmarks.faults import OwnTimePortal

__all__ = ["LISTS", "ChangingPortal", "Listed"]


class _Watched(Faults):
    """Tells of every request and every command before it is carried out."""

    def __init__(self, tell: Callable[[], None]) -> None:
        super().__init__()
        self._tell = tell

    def strike(self, method: str, params: Any, *, is_command: bool = False) -> Fault | None:
        """Tell, and spoil nothing more than the rules say."""
        if method != "batch":
            self._tell()
        return super().strike(method, params, is_command=is_command)


@dataclass(frozen=True)
class Listed:
    """A list method and a way to read it.

    Attributes:
        call: The list, filtered where the method can, so that an edit can take a row out of it.
        strategy: A strategy or its name.
        table: Table of the records.
        mark: Column that an edit changes, and its values inside and outside the list; None to change
            nothing that the list filters by.
        by_offset: Whether rows may hide when others go away.
    """

    call: Call[Any]
    strategy: str | Strategy
    table: str
    mark: tuple[str, Any, Any] | None
    by_offset: bool
    key: str = "ID"
    columns: dict[str, Any] = field(default_factory=dict)

    def __repr__(self) -> str:
        return f"{self.call.method} by {self.strategy}"


def _deals(strategy: str, *, by_offset: bool) -> Listed:
    call: Call[Any] = Call("crm.deal.list", {"filter": {"=SOURCE_ID": "in"}, "select": ["ID", "SOURCE_ID"]})
    facts = {"SOURCE_ID": "in", "IS_RECURRING": "N", "CATEGORY_ID": 0, "STAGE_ID": "NEW"}
    return Listed(call, strategy, "crm_2", ("SOURCE_ID", "in", "out"), by_offset, columns=facts)


def _items(strategy: str, *, by_offset: bool) -> Listed:
    call: Call[Any] = Call(
        "crm.item.list", {"entityTypeId": 140, "filter": {"=sourceId": "in"}, "select": ["id"]}
    )
    return Listed(call, strategy, "crm_140", ("SOURCE_ID", "in", "out"), by_offset, "id", {"SOURCE_ID": "in"})


def _events(name: str, strategy: Strategy, *, by_offset: bool) -> Listed:
    call: Call[Any] = Call(
        f"main.eventlog.{name}", {"filter": [["userId", "=", 7]], "select": ["id"]}, api=Api.V3
    )
    return Listed(call, strategy, "event_log", ("USER_ID", 7, 8), by_offset, "id", {"USER_ID": 7})


_TIMES: Call[Any] = Call("task.elapseditem.getlist", [{"ID": "ASC"}, {"USER_ID": 7}])

#: Every strategy with a method that knows it.
LISTS = [
    _deals("ranges", by_offset=False),
    _deals("id", by_offset=False),
    _deals("next", by_offset=True),
    _deals("batched", by_offset=True),
    _items("ranges", by_offset=False),
    _items("id", by_offset=False),
    _items("batched", by_offset=True),
    Listed(
        _TIMES,
        "navigation",
        "elapsed_items",
        ("USER_ID", 7, 8),
        by_offset=True,
        columns={"USER_ID": 7, "TASK_ID": 1},
    ),
    Listed(
        Call("tasks.task.list", {"filter": {"RESPONSIBLE_ID": 7}, "select": ["ID"]}),
        "batched",
        "tasks",
        ("RESPONSIBLE_ID", 7, 8),
        by_offset=True,
        key="id",
        columns={"RESPONSIBLE_ID": 7, "TITLE": "x"},
    ),
    _events("tail", ByCursor(limit=30), by_offset=False),
    _events("list", ByOffset3(limit=30), by_offset=True),
]


class ChangingPortal(OwnTimePortal):
    """A portal with one list, whose rows are inserted, deleted and edited by plan or at once.

    Args:
        listed: The list.
        ids: Ids of its rows at the beginning.
    """

    def __init__(self, listed: Listed, ids: Sequence[int]) -> None:
        portal = Portal({"types": [{"id": 1, "entityTypeId": 140, "title": "Tickets", "name": "tickets"}]})
        super().__init__(portal)
        self._listed = listed
        self._plan: dict[int, list[Callable[[], None]]] = {}
        self._asked = 0
        portal.faults = _Watched(self._before)
        for type_id in (2, 140):
            portal.entities.get(type_id)  # tables of items are made when they are first used
        names = ["ID", *listed.columns]
        portal.store.run(f"DELETE FROM {listed.table}")
        portal.store.insert_many(listed.table, names, [[number, *listed.columns.values()] for number in ids])
        portal.store.commit()
        self.inside = set(ids)
        self.throughout = set(ids)
        self.ever = set(ids)

    def plan(self, after: int, change: Callable[[], None]) -> None:
        """Carry out a change before the request or command that comes after so many others."""
        self._plan.setdefault(self._asked + after, []).append(change)

    def insert(self) -> None:
        """Add a row behind all others."""
        number = self.portal.store.insert(self._listed.table, self._listed.columns)
        self.inside.add(number)
        self.ever.add(number)

    def delete(self, place: int) -> None:
        """Delete the row at that place, as far as there is one."""
        if self.inside:
            number = self._at(place)
            self.portal.store.delete(self._listed.table, number)
            self._gone(number)

    def edit(self, place: int) -> None:
        """Change the row at that place so that it leaves the list."""
        if self.inside and self._listed.mark is not None:
            column, _, outside = self._listed.mark
            number = self._at(place)
            self.portal.store.update(self._listed.table, number, {column: outside})
            self._gone(number)

    def bring_back(self) -> None:
        """Change all rows that left so that they are in the list again."""
        if self._listed.mark is None:
            return
        column, inside, outside = self._listed.mark
        back = self.portal.store.rows(f"SELECT ID FROM {self._listed.table} WHERE {column}=?", (outside,))
        for (number,) in back:
            self.portal.store.update(self._listed.table, number, {column: inside})
            self.inside.add(number)

    def _at(self, place: int) -> int:
        numbers = sorted(self.inside)
        return numbers[place % len(numbers)]

    def _gone(self, number: int) -> None:
        self.inside.discard(number)
        self.throughout.discard(number)

    def _before(self) -> None:
        for change in self._plan.pop(self._asked, ()):
            change()
        self._asked += 1
