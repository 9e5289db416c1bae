"""``tasks.task.getfields`` (documentation, page of this method)."""

from __future__ import annotations

import json
import re
from typing import Any

from b24bridge.sandbox.methods import Context, Params
from b24bridge.sandbox.userfields import declared

__all__ = ["get"]

# NAME type marks [= default] [| title]; a flag is Y or N; p primary, r required.
_FIELDS = """
    ID integer p | ID
    PARENT_ID integer . = 0 | Base Task ID
    TITLE string r | Title
    DESCRIPTION string . | Description
    MARK enum . = null | Rating
    PRIORITY enum . = 1 | Priority
    STATUS enum . = 2 | Status
    MULTITASK flag . = "N" | Multitask
    NOT_VIEWED flag . = "N"
    REPLICATE flag . = "N" | Recurring Task
    GROUP_ID integer . = 0 | Project
    STAGE_ID integer . = 0 | Stage
    SPRINT_ID integer . = 0 | Sprint
    BACKLOG_ID integer . = 0 | Backlog
    CREATED_BY integer r | Creator
    CREATED_DATE datetime .
    RESPONSIBLE_ID integer r | Participant
    ACCOMPLICES array .
    AUDITORS array .
    CHANGED_BY integer . | Modified By
    CHANGED_DATE datetime . | Modification Date
    STATUS_CHANGED_BY integer . | Status Changed By
    STATUS_CHANGED_DATE datetime . | Status Change Date
    CLOSED_BY integer . = null | Closed By
    CLOSED_DATE datetime . = null | Closure Date
    ACTIVITY_DATE datetime . = null
    DATE_START datetime . = null | Start Date
    DEADLINE datetime . = null | Deadline
    START_DATE_PLAN datetime . = null | Planned Start
    END_DATE_PLAN datetime . = null | Planned Completion
    GUID string . = null | GUID
    XML_ID string . = null | XML_ID
    COMMENTS_COUNT integer . = 0 | Number of Comments
    SERVICE_COMMENTS_COUNT integer . = 0
    NEW_COMMENTS_COUNT integer . = 0
    ALLOW_CHANGE_DEADLINE flag . = "N"
    ALLOW_TIME_TRACKING flag . = "N"
    TASK_CONTROL flag . = "N" | Accept Work
    ADD_IN_REPORT flag . = "N" | Add to Report
    FORKED_BY_TEMPLATE_ID flag . = "N" | Created from Template
    TIME_ESTIMATE integer . | Estimated Time
    TIME_SPENT_IN_LOGS integer . | Time Spent from Change History
    MATCH_WORK_TIME integer . | Skip Weekends
    FORUM_TOPIC_ID integer . | FORUM_TOPIC_ID
    FORUM_ID integer . | FORUM_ID
    SITE_ID string . | SITE_ID
    SUBORDINATE flag . = null | Subordinate Task
    FAVORITE flag . = null
    EXCHANGE_MODIFIED datetime . = null | EXCHANGE_MODIFIED
    EXCHANGE_ID integer . = null | EXCHANGE_ID
    OUTLOOK_VERSION integer . = null | OUTLOOK_VERSION
    VIEWED_DATE datetime . | Last Viewed Date
    SORTING double . | Sorting Index
    DURATION_PLAN integer . | Spent (planned)
    DURATION_FACT integer . | Spent (actual)
    CHECKLIST array .
    DURATION_TYPE enum . = "days" | DURATION_TYPE
    IS_MUTED flag . = "N"
    IS_PINNED flag . = "N"
    IS_PINNED_IN_GROUP flag . = "N"
    FLOW_ID integer . = 0 | Flow
    UF_CRM_TASK crm . | CRM Entities
    UF_TASK_WEBDAV_FILES disk_file . | Upload Files
    UF_MAIL_MESSAGE mail_message .
"""
_VALUES: dict[str, Any] = {
    "MARK": {"N": "Negative", "P": "Positive"},
    "PRIORITY": {"2": "High", "1": "Medium", "0": "Low"},
    "STATUS": {"2": "Pending", "3": "In Progress", "4": "Awaiting Review", "5": "Completed", "6": "Deferred"},
    "DURATION_TYPE": ["secs", "mins", "hours", "days", "weeks", "months", "years"],
}
_LINE = re.compile(r"(\w+) (\w+) ([pr.]+)(?: = (\S+))?(?: \| (.+))?")


def get(context: Context, _: Params) -> Any:
    """``tasks.task.getfields``: the task's own fields, then those that people have added."""
    fields = dict(map(_described, filter(None, map(str.strip, _FIELDS.splitlines()))))
    for item in declared(context.store, "TASKS_TASK"):
        fields[item.name] = {"title": item.title, "type": item.type}
    return {"fields": fields}


def _described(line: str) -> tuple[str, dict[str, Any]]:
    match = _LINE.fullmatch(line)
    assert match is not None
    name, kind, marks, default, title = match.groups()
    described: dict[str, Any] = {"title": title, "type": "enum" if kind == "flag" else kind}
    if kind in ("flag", "enum"):
        described["values"] = _VALUES.get(name) or {"Y": "Yes", "N": "No"}
    if "r" in marks:
        described["required"] = True
    if default is not None:
        described["default"] = json.loads(default)
    if "p" in marks:
        described["primary"] = True
    return name, described
