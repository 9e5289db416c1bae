"""Fields and methods of ``tasks.task.*`` (sections 4.4 and 5.4; key order of ``portal-samples.json``)."""

from __future__ import annotations

from b24bridge.sandbox.methods import Family, Method
from b24bridge.sandbox.records import Field, Record

from . import rules, writes

__all__ = ["FAMILY", "TASKS"]


def _flags(names: str, default: str = "N") -> list[Field]:
    return [Field(name, "char", default=default) for name in names.split()]


TASKS = Record(
    "tasks",
    [
        Field("ID", "integer", read_only=True),
        Field("PARENT_ID", "integer"),
        Field("TITLE", required=True),
        Field("DESCRIPTION", "text", default=""),
        Field("MARK"),
        Field("PRIORITY", default="1"),
        *_flags("MULTITASK NOT_VIEWED REPLICATE"),
        Field("STAGE_ID", "integer", default=0),
        Field("CREATED_BY", "user", required=True),
        Field("CREATED_DATE", "datetime"),
        Field("RESPONSIBLE_ID", "user", required=True),
        Field("CHANGED_BY", "user"),
        Field("CHANGED_DATE", "datetime"),
        Field("STATUS_CHANGED_BY", "user"),
        Field("CLOSED_BY", "user"),
        Field("CLOSED_DATE", "datetime"),
        Field("ACTIVITY_DATE", "datetime"),
        Field("DATE_START", "datetime"),
        Field("DEADLINE", "datetime"),
        Field("START_DATE_PLAN", "datetime"),
        Field("END_DATE_PLAN", "datetime"),
        Field("GUID"),
        Field("XML_ID"),
        Field("COMMENTS_COUNT", "integer"),
        Field("SERVICE_COMMENTS_COUNT", "integer"),
        *_flags("ALLOW_CHANGE_DEADLINE ALLOW_TIME_TRACKING TASK_CONTROL ADD_IN_REPORT"),
        Field("FORKED_BY_TEMPLATE_ID", "integer"),
        Field("TIME_ESTIMATE", "integer", default=0),
        Field("TIME_SPENT_IN_LOGS", "integer", read_only=True),
        *_flags("MATCH_WORK_TIME"),
        Field("FORUM_TOPIC_ID", "integer"),
        Field("FORUM_ID", "integer"),
        Field("SITE_ID", default="s1"),
        *_flags("SUBORDINATE"),
        Field("EXCHANGE_MODIFIED", "datetime"),
        Field("EXCHANGE_ID"),
        Field("OUTLOOK_VERSION", "integer", default=1),
        Field("VIEWED_DATE", "datetime"),
        Field("SORTING", "double"),
        Field("DURATION_FACT", "integer"),
        *_flags("IS_MUTED IS_PINNED IS_PINNED_IN_GROUP"),
        Field("FLOW_ID", "integer"),
        *_flags("DESCRIPTION_IN_BBCODE", "Y"),
        Field("STATUS", "integer", default=2),
        Field("STATUS_CHANGED_DATE", "datetime"),
        Field("DURATION_PLAN", "integer"),
        Field("DURATION_TYPE", default="days"),
        *_flags("FAVORITE"),
        Field("GROUP_ID", "integer", default=0),
        Field("AUDITORS", "user", multiple=True),
        Field("ACCOMPLICES", "user", multiple=True),
        Field("TAGS", multiple=True),
        Field("UF_CRM_TASK", multiple=True),
        Field("UF_TASK_WEBDAV_FILES", multiple=True),
        Field("UF_MAIL_MESSAGE", "integer"),
    ],
    ("RESPONSIBLE_ID", "CHANGED_DATE"),
)

FAMILY = Family(
    "tasks",
    [
        Method("tasks.task.list", rules.listed, "task|tasks", listed=False),
        Method("tasks.task.get", rules.get, "task|tasks", listed=False),
        Method("tasks.task.add", writes.add, "task|tasks", listed=False),
        Method("tasks.task.update", writes.update, "task|tasks", listed=False),
        Method("tasks.task.delete", writes.delete, "task|tasks", listed=False),
    ],
    prepare=lambda portal: rules.prepare(portal, TASKS),
)
