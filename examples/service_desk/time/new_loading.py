"""How the report reads the portal on the typed client: a handful of lists, whatever the size."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

from b24bridge import Client, F, calls
from b24bridge.errors import MethodNotFound
from examples.service_desk.moments import Span
from examples.service_desk.rules import ENTITY_TYPE_ID, PRODUCT, SECTOR_DEPARTMENT, Json
from examples.service_desk.time.records import Record, from_logs, from_tasks
from examples.service_desk.time.report import full_name
from examples.service_desk.time.tickets import SELECT, give_out
from examples.service_desk.typed import rows_by_ids

__all__ = ["Loader", "TicketsRefused"]

REAL_NAMES = "SD-TT-01"
REAL_DETAILS = "SD-TT-02"
REAL_TICKET_FILTER = "SD-TT-03"
WHOLE_DAYS = "SD-TT-04"

_TASK_SELECT = ["ID", "TITLE", "CREATED_DATE", "CHANGED_DATE", "CREATED_BY", "RESPONSIBLE_ID"]
_DETAIL_SELECT = [
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
]
# What the original asks for under names that the portal drops.
_HIDDEN = ["TIME_SPENT_IN_LOGS", "UF_CRM_TASK"]
Rows = list[dict[str, Json]]


class TicketsRefused(Exception):
    """The original's query for tickets, which the portal refuses, is kept."""


class Loader:
    """Reads what the report needs.

    Args:
        b24: The portal.
        fixes: Defects of the original that are repaired; the others are kept.
    """

    def __init__(self, b24: Client, fixes: Collection[str]) -> None:
        self._b24 = b24
        self._fixes = fixes

    def staff(self) -> dict[int, str]:
        """Return the active people of the sector: full names by id."""
        wanted = {"ACTIVE": True, "UF_DEPARTMENT": SECTOR_DEPARTMENT}
        users = self._b24.users.list(wanted, select=["ID", "NAME", "LAST_NAME", "SECOND_NAME"]).raw()
        return {int(user["ID"]): full_name(user) for user in users}

    def tasks(self, staff: Collection[int], period: Span) -> Rows:
        """Return the tasks of the staff that changed in the period, newest first."""
        first, last = f"{period.start:%Y-%m-%d}", f"{period.end:%Y-%m-%d}"
        if WHOLE_DAYS in self._fixes:
            first, last = f"{first}T00:00:00+00:00", f"{last}T23:59:59+00:00"
        names_known = REAL_NAMES in self._fixes
        tasks = self._b24.tasks.list(
            F.responsibleId.in_(list(staff)) & F.changedDate.between(first, last),
            select=_TASK_SELECT + _HIDDEN if names_known else _TASK_SELECT,
        )
        found = sorted(tasks.raw(), key=lambda task: -int(task["id"]))
        # The portal cannot filter by logged time, so that is done here.
        return [task for task in found if int(task["timeSpentInLogs"] or 0) > 0] if names_known else found

    def records(
        self, tasks: Sequence[Mapping[str, Json]], period: Span, staff: Collection[int]
    ) -> list[Record]:
        """Return the logged time that counts, task by task; without any, one record a task."""
        logs = self._logs(period) if tasks else {}
        found = [
            record
            for task in tasks
            for record in from_logs(logs.get(int(task["id"]), ()), task, period=period, staff=staff)
        ]
        return found or from_tasks(tasks)

    def _logs(self, period: Span) -> dict[int, Rows]:
        """Return all time logged in the period by task: one list instead of a call a task (SD-TT-13)."""
        logs: dict[int, Rows] = defaultdict(list)
        in_period = F.createdDate.between(period.start, period.end)
        rows = self._b24.tasks.elapsed.list(filter=in_period).raw()
        try:
            for row in sorted(rows, key=lambda row: int(row["ID"])):
                logs[int(row["TASK_ID"])].append(row)
        except MethodNotFound:
            # Portals without time tracking: the report falls back on the tasks' own time.
            return {}
        return logs

    def tickets(self, first_task: Mapping[int, int]) -> dict[int, Mapping[str, Json]]:
        """Return the tickets by task.

        Raises:
            TicketsRefused: There are some, and the original's query for them is kept.
        """
        if not first_task:
            return {}
        if REAL_TICKET_FILTER not in self._fixes:
            raise TicketsRefused
        items = calls.crm.items(ENTITY_TYPE_ID)
        of_product = F.ufCrm7TypeProduct == PRODUCT
        rows = rows_by_ids(
            self._b24,
            list(first_task),
            lambda part: items.list(F.id.in_(part) & of_product, select=SELECT, raw=True),
        )
        return give_out(first_task, rows)

    def task_fields(self, ids: Sequence[int]) -> Rows:
        """Return the tasks to list, in the order of the ids; the original finds none (SD-TT-02)."""
        if REAL_DETAILS not in self._fixes:
            return []
        names = _DETAIL_SELECT + _HIDDEN if REAL_NAMES in self._fixes else _DETAIL_SELECT
        tasks = rows_by_ids(
            self._b24, ids, lambda part: calls.tasks.list(F.id.in_(part), select=names, raw=True)
        )
        found = {int(task["id"]): task for task in tasks}
        return [found[number] for number in ids if number in found]
