"""Fields and methods of ``tasks.task.*`` (sections 4.4 and 5.4; key order of ``portal-samples.json``)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from b24bridge.sandbox.methods import Family, Method
from b24bridge.sandbox.records import Field, Record

from . import actions, dependence, fields, history, rules, writes

if TYPE_CHECKING:
    from b24bridge.sandbox.portal import Portal

__all__ = ["FAMILY", "TASKS"]


def _flags(names: str, default: str = "N") -> list[Field]:
    return [Field(name, "char", default=default) for name in names.split()]


# People are texts, like all ids.
_PEOPLE = "json((SELECT json_group_array(CAST(value AS TEXT)) FROM json_each(ifnull({},'[]'))))"

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
        Field("SPRINT_ID", "integer"),
        Field("BACKLOG_ID", "integer"),
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
        Field("CHAT_ID", "integer", shown="{}", read_only=True),
        *_flags("DESCRIPTION_IN_BBCODE", "Y"),
        Field("STATUS", "integer", default=2),
        Field("STATUS_CHANGED_DATE", "datetime"),
        Field("DURATION_PLAN", "integer"),
        Field("DURATION_TYPE", default="days"),
        *_flags("FAVORITE"),
        Field("GROUP_ID", "integer", default=0),
        Field("AUDITORS", "user", multiple=True, shown=_PEOPLE),
        Field("ACCOMPLICES", "user", multiple=True, shown=_PEOPLE),
        Field("TAGS", multiple=True),
        Field("UF_CRM_TASK", multiple=True),
        Field("UF_TASK_WEBDAV_FILES", "integer", multiple=True),
        Field("UF_MAIL_MESSAGE", "integer"),
    ],
    ("RESPONSIBLE_ID", "CHANGED_DATE"),
)

_ACTIONS = {
    "getfields": fields.get,
    "getaccess": actions.access,
    "start": actions.moved(3),
    "pause": actions.moved(2),
    "renew": actions.moved(2),
    "defer": actions.moved(6),
    "complete": actions.moved(5),
    "approve": actions.moved(5),
    "disapprove": actions.moved(2),
    "delegate": actions.delegate,
    "startwatch": actions.watched(watch=True),
    "stopwatch": actions.watched(watch=False),
    "mute": actions.flagged("IS_MUTED", "Y"),
    "unmute": actions.flagged("IS_MUTED", "N"),
    "pin": actions.flagged("IS_PINNED", "Y"),
    "unpin": actions.flagged("IS_PINNED", "N"),
    "favorite.add": actions.favorite("Y"),
    "favorite.remove": actions.favorite("N"),
    "counters.get": actions.counters,
    "history.list": history.listed,
    "files.attach": actions.attach,
}


def _prepare(portal: Portal) -> None:
    rules.prepare(portal, TASKS)
    history.prepare(portal.store)
    dependence.prepare(portal.store)


FAMILY = Family(
    "tasks",
    [
        Method("tasks.task.list", rules.listed, "task|tasks", listed=False),
        Method("tasks.task.get", rules.get, "task|tasks", listed=False),
        Method("tasks.task.add", writes.add, "task|tasks", listed=False),
        Method("tasks.task.update", writes.update, "task|tasks", listed=False),
        Method("tasks.task.delete", writes.delete, "task|tasks", listed=False),
        *(
            Method(f"tasks.task.{verb}", handler, "task|tasks", listed=False)
            for verb, handler in _ACTIONS.items()
        ),
        Method("task.planner.getlist", actions.planner, "task|tasks"),
        Method("task.dependence.add", dependence.add, "task|tasks", listed=False),
        Method("task.dependence.delete", dependence.delete, "task|tasks", listed=False),
    ],
    prepare=_prepare,
)
