"""Logged time: from the portal's rows to records that the report counts."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from examples.service_desk.moments import Span, moment
from examples.service_desk.rules import Json, coalesce, is_true, to_int

__all__ = ["Record", "from_logs", "from_tasks"]


@dataclass(frozen=True, slots=True)
class Record:
    """Time that one person spent on one task."""

    task: int
    user: int
    when: datetime
    seconds: int

    @property
    def hours(self) -> float:
        """The time in hours, unrounded."""
        return self.seconds / 3600


def from_logs(
    rows: Iterable[Mapping[str, Json]], task: Mapping[str, Json], *, period: Span, staff: Collection[int]
) -> list[Record]:
    """Return what counts of the rows of one task: in the period, by the staff or nobody, not empty.

    Time that others logged is left out, so people who left lose their past hours (SD-TT-07).
    """
    records: list[Record] = []
    for row in rows:
        when, user, seconds = moment(row["CREATED_DATE"]), to_int(row.get("USER_ID")), _seconds(row)
        if period.has(when) and (user == 0 or user in staff) and seconds > 0:
            records.append(Record(to_int(task["id"]), user or _owner(task), when, seconds))
    return records


def from_tasks(tasks: Iterable[Mapping[str, Json]]) -> list[Record]:
    """Return one record a task, used when no logged time can be read at all.

    The whole time of a task is booked on the week of its last change (SD-TT-12).
    """
    records: list[Record] = []
    for task in tasks:
        seconds, when = (
            to_int(task.get("timeSpentInLogs")),
            coalesce(task.get("changedDate"), task.get("createdDate")),
        )
        if seconds > 0 and when is not None:
            records.append(Record(to_int(task["id"]), _owner(task), moment(when), seconds))
    return records


def _owner(task: Mapping[str, Json]) -> int:
    return to_int(task.get("responsibleId")) or to_int(task.get("createdBy"))


def _seconds(row: Mapping[str, Json]) -> int:
    if is_true(row.get("SECONDS")):
        return to_int(row["SECONDS"])
    if is_true(row.get("MINUTES")):
        return to_int(row["MINUTES"]) * 60
    return to_int(row.get("HOURS")) * 3600
