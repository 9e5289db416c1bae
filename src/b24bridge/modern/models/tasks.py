"""Tasks and the time logged on them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Any, ClassVar

from pydantic import BeforeValidator

from b24bridge.modern.models.fields import Flag, Ids, Link, Moment, Text
from b24bridge.modern.models.record import Record

__all__ = ["ChecklistItem", "ElapsedItem", "Task", "TaskComment"]


def _bindings(value: Any) -> Any:
    return value if isinstance(value, list) else [value]


class Task(Record):
    """A task (``tasks.task.*``); codes stay as the generation of the API prints them.

    REST 2 says ``status`` ``"2"`` and ``createdDate``, REST 3.0 says ``"pending"`` and ``created``.
    """

    SYNONYMS: ClassVar[Mapping[str, str]] = MappingProxyType(
        {
            "created": "created_date",
            "changed": "changed_date",
            "closed": "closed_date",
            "creator_id": "created_by",
            "estimated_time": "time_estimate",
            "crm_item_ids": "uf_crm_task",
        }
    )

    id: int = 0
    title: Text | None = None
    description: Text | None = None
    status: Text | None = None
    sub_status: Text | None = None
    priority: Text | None = None
    mark: Text | None = None
    parent_id: Link = None
    group_id: Link = None
    stage_id: Text | None = None
    created_by: Link = None
    responsible_id: Link = None
    changed_by: Link = None
    closed_by: Link = None
    accomplices: Ids | None = None
    auditors: Ids | None = None
    created_date: Moment | None = None
    changed_date: Moment | None = None
    closed_date: Moment | None = None
    date_start: Moment | None = None
    deadline: Moment | None = None
    start_date_plan: Moment | None = None
    end_date_plan: Moment | None = None
    activity_date: Moment | None = None
    time_estimate: int | None = None
    time_spent_in_logs: int | None = None
    allow_time_tracking: Flag | None = None
    favorite: Flag | None = None
    uf_crm_task: Annotated[list[str], BeforeValidator(_bindings)] | None = None

    @property
    def crm_bindings(self) -> list[str]:
        """CRM records of the task, such as ``D_1833`` or ``T8c_12``; none when the field is empty."""
        return self.__dict__.get("uf_crm_task") or []


class ElapsedItem(Record):
    """Time logged on a task (``task.elapseditem.*``)."""

    id: int = 0
    task_id: int = 0
    user_id: int = 0
    comment_text: Text | None = None
    seconds: int = 0
    minutes: int = 0
    source: Text | None = None
    created_date: Moment | None = None
    date_start: Moment | None = None
    date_stop: Moment | None = None


class TaskComment(Record):
    """A comment on a task (``task.commentitem.*``)."""

    id: int = 0
    author_id: Link = None
    author_name: Text | None = None
    author_email: Text | None = None
    post_date: Moment | None = None
    post_message: Text | None = None


class ChecklistItem(Record):
    """A line of a checklist (``task.checklistitem.*``); a line without parent is the list itself."""

    id: int = 0
    task_id: int = 0
    parent_id: Link = None
    created_by: Link = None
    title: Text | None = None
    sort_index: int | None = None
    is_complete: Flag | None = None
    is_important: Flag | None = None
    toggled_by: Link = None
    toggled_date: Moment | None = None
