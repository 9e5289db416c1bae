"""Tickets of tasks, found by the CRM bindings of a task."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from examples.service_desk.rules import Json
from examples.service_desk.time.records import Record

__all__ = ["SELECT", "give_out", "wanted"]

SELECT = [
    "id",
    "title",
    "createdTime",
    "UF_CRM_7_TYPE_PRODUCT",
    "stageId",
    "ufSubject",
    "ufSlaBlockStr",
    "ufSlaServiceStr",
    "ufActionStr",
    "ufCrm7UfPriority",
]
# T8c is the portal's abbreviation of smart process 140.
_BINDING = re.compile(r"T8c_([0-9]+)")


def wanted(tasks: Sequence[Mapping[str, Json]], records: Iterable[Record]) -> dict[int, int]:
    """Return ticket ids and the first task with records that names each (SD-TT-08)."""
    by_id = {int(task["id"]): task for task in tasks}
    found: dict[int, int] = {}
    for task_id in dict.fromkeys(record.task for record in records):
        ticket = _first_ticket(by_id[task_id].get("ufCrmTask"))
        if ticket is not None:
            found.setdefault(ticket, task_id)
    return found


def _first_ticket(bindings: Json) -> int | None:
    """Return the ticket in the first binding; the others are not looked at (SD-TT-09)."""
    if not isinstance(bindings, list) or not bindings:
        return None
    match = _BINDING.search(str(bindings[0]))
    return int(match[1]) if match else None


def give_out(
    first_task: Mapping[int, int], items: Iterable[Mapping[str, Json]]
) -> dict[int, Mapping[str, Json]]:
    """Return the tickets that the portal found, by task."""
    return {first_task[int(item["id"])]: item for item in items}
