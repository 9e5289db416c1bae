"""How both originals of the time report read the portal: call by call, through CRest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from b24bridge import CRest
from examples.service_desk.crest_port import error_of
from examples.service_desk.moments import Span
from examples.service_desk.rules import (
    ENTITY_TYPE_ID,
    PAGE,
    PRODUCT,
    SECTOR_DEPARTMENT,
    Json,
    chunks,
    elements,
    is_true,
)
from examples.service_desk.time.details import page_of, task_ids, task_row
from examples.service_desk.time.options import Options
from examples.service_desk.time.records import Record, from_logs, from_tasks
from examples.service_desk.time.report import full_name
from examples.service_desk.time.tickets import SELECT, give_out

__all__ = ["Loader", "PortalError", "details", "records_of"]

# camelCase names are unknown to tasks.task.list: they are dropped from the select and the
# filter without a word (SD-TT-01).
TASK_SELECT = [
    "ID",
    "TITLE",
    "CREATED_DATE",
    "CHANGED_DATE",
    "CREATED_BY",
    "RESPONSIBLE_ID",
    "timeSpentInLogs",
    "ufCrmTask",
]
DETAIL_SELECT = [
    "ID",
    "TITLE",
    "CREATED_DATE",
    "START_DATE_PLAN",
    "END_DATE_PLAN",
    "DEADLINE",
    "CLOSED_DATE",
    "STATUS",
    "STAGE_ID",
    "RESPONSIBLE_ID",
    "CREATED_BY",
    "timeSpentInLogs",
    "UF_CRM_TASK",
]
Rows = list[dict[str, Json]]


class PortalError(Exception):
    """The portal answered with an error, and the module does not go on."""


class Loader:
    """The calls of the report in the order of the original, errors swallowed."""

    # The refactored module adds it.
    item_start: Mapping[str, int] = {}

    def __init__(self, portal: type[CRest]) -> None:
        self._portal = portal

    def call(self, method: str, params: Mapping[str, Json]) -> Json:
        """Call the portal and return its reply; None for an answer that is no JSON."""
        return self._portal.call(method, params)

    def refused(self, reply: Json) -> bool:
        """Return whether the reply ends the loop; the caller sees what was read so far."""
        return error_of(reply) is not None

    def staff(self) -> list[int]:
        """Return the ids of the active people of the sector."""
        params = {"filter": {"ACTIVE": "Y", "UF_DEPARTMENT": SECTOR_DEPARTMENT}, "select": ["ID"]}
        return [int(user["ID"]) for user in self._pages("user.get", params)]

    def names(self, staff: Sequence[int]) -> dict[int, str]:
        """Return the full names by id."""
        params = {"filter": {"ID": list(staff)}, "select": ["ID", "NAME", "LAST_NAME", "SECOND_NAME"]}
        return {int(user["ID"]): full_name(user) for user in self._pages("user.get", params)}

    def tasks(self, staff: Sequence[int], period: Span) -> Rows:
        """Return the tasks of the staff that changed in the period.

        The bounds have no time, so the last day is cut off at its first second (SD-TT-04).
        """
        filter_ = {
            "RESPONSIBLE_ID": list(staff),
            ">=CHANGED_DATE": f"{period.start:%Y-%m-%d}",
            "<=CHANGED_DATE": f"{period.end:%Y-%m-%d}",
            ">timeSpentInLogs": 0,
        }
        return self._pages("tasks.task.list", {"filter": filter_, "select": TASK_SELECT}, "tasks")

    def logged(self, task: Mapping[str, Json]) -> Rows:
        """Return the rows logged on one task, one call each (SD-TT-13)."""
        reply = self.call("task.elapseditem.getlist", {"taskId": task["id"], "start": 0})
        return [] if error_of(reply) is not None else rows_of(reply)

    def tickets(self, first_task: Mapping[int, int]) -> dict[int, Mapping[str, Json]]:
        """Return the tickets by task."""
        found: Rows = []
        for part in chunks(list(first_task)):
            # Upper-case names are refused in this filter (SD-TT-03).
            filter_ = {"id": list(part), "UF_CRM_7_TYPE_PRODUCT": PRODUCT}
            params = {"entityTypeId": ENTITY_TYPE_ID, "filter": filter_, "select": SELECT, **self.item_start}
            reply = self.call("crm.item.list", params)
            if not self.refused(reply):
                found += rows_of(reply, "items")
        return give_out(first_task, found)

    def task_fields(self, ids: Sequence[int]) -> Rows:
        """Return what the batches say about tasks."""
        found: Rows = []
        for part in chunks(ids):
            commands = {
                f"task_{number}": {
                    "method": "tasks.task.get",
                    "params": {"taskId": number, "select": DETAIL_SELECT},
                }
                for number in part
            }
            reply = self.batch(commands)
            if error_of(reply) is None:
                results = ((reply or {}).get("result") or {}).get("result") or {}
                found += results.values() if isinstance(results, dict) else results
        # The portal wraps the fields in `task`, so none has an id (SD-TT-02).
        return [fields for fields in found if isinstance(fields, dict) and is_true(fields.get("id"))]

    def batch(self, commands: Mapping[str, Json]) -> Json:
        """Send one batch and return its reply."""
        return self._portal.call_batch(commands, 0)

    def _pages(self, method: str, params: Mapping[str, Json], key: str = "") -> Rows:
        found: Rows = []
        start = 0
        while True:
            reply = self.call(method, {**params, "start": start})
            if self.refused(reply):
                return found
            rows = rows_of(reply, key)
            found += rows
            if len(rows) != PAGE:
                return found
            start += PAGE


def rows_of(reply: Json, key: str = "") -> Rows:
    """Return the rows of a reply; none for an answer that is no JSON."""
    result = reply.get("result") if isinstance(reply, dict) else None
    if key:
        result = result.get(key) if isinstance(result, dict) else None
    return elements(result)


def records_of(loader: Loader, tasks: Rows, options: Options, staff: Sequence[int]) -> list[Record]:
    """Return the records of the tasks, else one a task from its own time."""
    found = [
        record
        for task in tasks
        for record in from_logs(loader.logged(task), task, period=options.period, staff=staff)
    ]
    return found or from_tasks(tasks)


def details(
    loader: Loader, options: Options, records: Sequence[Record], tickets: Mapping[int, Mapping[str, Json]]
) -> dict[str, Json]:
    """Return the list of tasks."""
    fields = loader.task_fields(task_ids(options, records))
    return page_of([task_row(task, tickets.get(int(task["id"])), options) for task in fields], options)
