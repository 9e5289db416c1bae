"""Tasks, and the time logged on them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from b24bridge.errors import DataError
from b24bridge.modern._binding import M, Runner, Service, listing, method
from b24bridge.modern._generated import tasks as generated
from b24bridge.modern.dialects import TASKS
from b24bridge.modern.filters import Filter
from b24bridge.modern.lists import ListCall, by_ids, listed
from b24bridge.modern.many import many
from b24bridge.modern.models.tasks import ChecklistItem, ElapsedItem, Task, TaskComment
from b24bridge.modern.reading import all_of, done, new_id, one
from b24bridge.modern.writing import encode_fields
from b24bridge.wire.call import Call

__all__ = ["Checklist", "Elapsed", "TaskComments", "Tasks"]

Fields = Mapping[str, Any]


class Elapsed(Service[M]):
    """``task.elapseditem.*``: time logged on tasks.

    These methods read their parameters by order, not by name, and an empty one vanishes on the
    way, so whatever stands before a given parameter is filled in here.
    """

    @method
    def get(self, task_id: int, id: int) -> Call[ElapsedItem]:
        """Return one record of time (``task.elapseditem.get``)."""
        read = one(ElapsedItem.from_wire, "task.elapseditem.get", id)
        return Call("task.elapseditem.get", {"TASKID": task_id, "ITEMID": id}, read)

    @method
    def add(self, task_id: int, fields: Fields) -> Call[int]:
        """Log time and return the id of the record (``task.elapseditem.add``)."""
        params = {"TASKID": task_id, "ARFIELDS": encode_fields(TASKS, fields)}
        return Call("task.elapseditem.add", params, new_id)

    @method
    def update(self, task_id: int, id: int, fields: Fields) -> Call[None]:
        """Change a record of time (``task.elapseditem.update``)."""
        params = {"TASKID": task_id, "ITEMID": id, "ARFIELDS": encode_fields(TASKS, fields)}
        return Call("task.elapseditem.update", params, done)

    @method
    def delete(self, task_id: int, id: int) -> Call[None]:
        """Delete a record of time (``task.elapseditem.delete``)."""
        return Call("task.elapseditem.delete", {"TASKID": task_id, "ITEMID": id}, done)

    @listing
    def list(
        self,
        task_id: int | None = None,
        filter: Filter = None,
        order: Mapping[str, str] | None = None,
        select: Sequence[str] | None = None,
        *,
        raw: bool = False,
    ) -> ListCall[ElapsedItem]:
        """Return the time logged on one task, or on all of them (``task.elapseditem.getlist``).

        Args:
            task_id: Task; without it all records that the credentials may see.
            filter: By ``ID``, ``USER_ID``, ``CREATED_DATE``.
            order: Field -> ``asc`` or ``desc``.
            select: Fields in any spelling.
            raw: Rows are dictionaries as the portal sent them; ``.raw()`` tells it to type checkers.
        """
        wanted = TASKS.filter(filter)
        params: dict[str, Any] = {} if task_id is None else {"TASKID": task_id}
        if task_id is None or order or wanted or select:
            params["ORDER"] = TASKS.order(order) or {"ID": "ASC"}
        if wanted or select:
            params["FILTER"] = wanted or {">ID": 0}
        if select:
            params["SELECT"] = TASKS.names(select)
        return listed("task.elapseditem.getlist", params, ElapsedItem.from_wire, raw=raw)


class Checklist(Service[M]):
    """``task.checklistitem.*`` of one task."""

    def __init__(self, runner: Runner, task_id: int) -> None:
        super().__init__(runner)
        self._task_id = task_id

    @method
    def list(self) -> Call[Sequence[ChecklistItem]]:
        """Return all lines of the checklists (``task.checklistitem.getlist``)."""
        read = partial(all_of, ChecklistItem.from_wire)
        return Call("task.checklistitem.getlist", {"TASKID": self._task_id}, read)

    @method
    def add(self, fields: Fields) -> Call[int]:
        """Add a line and return its id (``task.checklistitem.add``)."""
        params = {"TASKID": self._task_id, "FIELDS": encode_fields(TASKS, fields)}
        return Call("task.checklistitem.add", params, new_id)

    @method
    def complete(self, id: int) -> Call[None]:
        """Tick a line off (``task.checklistitem.complete``)."""
        return Call("task.checklistitem.complete", {"TASKID": self._task_id, "ITEMID": id}, done)


class TaskComments(Service[M]):
    """``task.commentitem.*`` of one task."""

    def __init__(self, runner: Runner, task_id: int) -> None:
        super().__init__(runner)
        self._task_id = task_id

    @listing
    def list(self) -> ListCall[TaskComment]:
        """Return the comments (``task.commentitem.getlist``)."""
        return listed("task.commentitem.getlist", {"TASKID": self._task_id}, TaskComment.from_wire)

    @method
    def add(self, message: str) -> Call[int]:
        """Write a comment and return its id (``task.commentitem.add``)."""
        params = {"TASKID": self._task_id, "FIELDS": {"POST_MESSAGE": message}}
        return Call("task.commentitem.add", params, new_id)


class Tasks(generated.Tasks[M]):
    """``tasks.task.*`` with models; beside them the vendor's ``tasks.*`` as they are."""

    @property
    def elapsed(self) -> Elapsed[M]:
        """``task.elapseditem.*``."""
        return Elapsed(self._runner)

    def checklist(self, task_id: int) -> Checklist[M]:
        """Return ``task.checklistitem.*`` for one task."""
        return Checklist(self._runner, task_id)

    def comments(self, task_id: int) -> TaskComments[M]:
        """Return ``task.commentitem.*`` for one task."""
        return TaskComments(self._runner, task_id)

    @method
    def get(self, id: int, select: Sequence[str] | None = None) -> Call[Task]:
        """Return one task (``tasks.task.get``).

        Raises:
            NotFoundError: There is no such task, or these credentials may not see it; the portal
                itself answers such a call with an empty list.
        """
        params = {"taskId": id} | ({"select": TASKS.names(select)} if select else {})
        return Call("tasks.task.get", params, one(Task.from_wire, "tasks.task.get", id, "task"))

    @method
    def add(self, fields: Fields) -> Call[Task]:
        """Create a task and return it (``tasks.task.add``); names may be in any spelling.

        Raises:
            DataError: Title or responsible person is missing; the portal demands both.
        """
        given = encode_fields(TASKS, fields)
        missing = [name for name in ("TITLE", "RESPONSIBLE_ID") if not given.get(name)]
        if missing:
            raise DataError(f"A task needs {' and '.join(missing)}.")
        return Call("tasks.task.add", {"fields": given}, one(Task.from_wire, "tasks.task.add", "", "task"))

    @method
    def update(self, id: int, fields: Fields) -> Call[None]:
        """Change a task (``tasks.task.update``)."""
        return Call("tasks.task.update", {"taskId": id, "fields": encode_fields(TASKS, fields)}, done)

    @many
    def add_many(self, records: Iterable[Fields]) -> Mapping[int, Call[Task]]:
        """Create many tasks, 50 to a request, and return what became of each, by position."""
        return {at: type(self).add(self, fields) for at, fields in enumerate(records)}

    @many
    def update_many(self, changes: Mapping[int, Fields]) -> Mapping[int, Call[None]]:
        """Change many tasks, 50 to a request, and return what became of each.

        Args:
            changes: Fields by id.
        """
        return {number: type(self).update(self, number, fields) for number, fields in changes.items()}

    @many
    def delete_many(self, ids: Iterable[int]) -> Mapping[int, Call[None]]:
        """Delete many tasks, 50 to a request, and return what became of each."""
        return {number: type(self).delete(self, number) for number in ids}

    @method
    def complete(self, id: int) -> Call[None]:
        """Complete a task (``tasks.task.complete``)."""
        return Call("tasks.task.complete", {"taskId": id}, done)

    @method
    def delete(self, id: int) -> Call[None]:
        """Delete a task (``tasks.task.delete``)."""
        return Call("tasks.task.delete", {"taskId": id}, done)

    @listing
    def list(
        self,
        filter: Filter = None,
        order: Mapping[str, str] | None = None,
        select: Sequence[str] | None = None,
        *,
        raw: bool = False,
    ) -> ListCall[Task]:
        """Return all tasks that match (``tasks.task.list``).

        Args:
            filter: ``F.responsibleId == 1``, or the portal's own form. The portal ignores names it
                does not know, so a slip of the pen returns everything.
            order: Field -> ``asc`` or ``desc``; by id, newest first, without it.
            select: Fields in any spelling; user fields come only when named.
            raw: Rows are dictionaries as the portal sent them; ``.raw()`` tells it to type checkers.
        """
        params = {
            "filter": TASKS.filter(filter),
            "order": TASKS.order(order),
            "select": TASKS.names(select),
        }
        return listed("tasks.task.list", params, Task.from_wire, "tasks", raw=raw)

    @listing
    def get_many(self, ids: Iterable[int], select: Sequence[str] | None = None) -> ListCall[Task]:
        """Return the tasks of these ids, 50 to a command and 2,500 to a request (``tasks.task.list``).

        Args:
            ids: Ids; those that do not exist or may not be seen give no task.
            select: Fields in any spelling; user fields come only when named.
        """
        params = {"select": TASKS.names(select), "order": {"ID": "asc"}}
        return by_ids(listed("tasks.task.list", params, Task.from_wire, "tasks"), "ID", ids)
