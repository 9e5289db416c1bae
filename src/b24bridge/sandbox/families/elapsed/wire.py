"""Fields and methods of ``task.elapseditem.*`` (section 5.5)."""

from __future__ import annotations

from b24bridge.sandbox.methods import Family, Method
from b24bridge.sandbox.records import Field, Record

from . import rules

__all__ = ["ELAPSED", "FAMILY"]

ELAPSED = Record(
    "elapsed_items",
    [
        Field("ID", "integer", read_only=True),
        Field("TASK_ID", "integer"),
        Field("USER_ID", "user"),
        Field("COMMENT_TEXT", "text", default=""),
        Field("SECONDS", "integer", default=0),
        Field("MINUTES", "integer", default=0),
        Field("SOURCE", "integer", default=2),
        Field("CREATED_DATE", "datetime"),
        Field("DATE_START", "datetime"),
        Field("DATE_STOP", "datetime"),
    ],
    ("TASK_ID",),
)

FAMILY = Family(
    "elapsed",
    [
        Method("task.elapseditem.getlist", rules.getlist, "task|tasks"),
        Method("task.elapseditem.get", rules.get, "task|tasks"),
        Method("task.elapseditem.add", rules.add, "task|tasks"),
        Method("task.elapseditem.update", rules.update, "task|tasks"),
        Method("task.elapseditem.delete", rules.delete, "task|tasks"),
        Method("task.elapseditem.isactionallowed", rules.is_allowed, "task|tasks"),
    ],
    prepare=lambda portal: rules.prepare(portal, ELAPSED),
)
