"""Tasks and their results as entities of REST 3.0."""

from __future__ import annotations

import json
from typing import Any

from b24bridge.sandbox.methods import Context

from .dto import Dto, Row, properties

__all__ = ["MARKS", "PRIORITIES", "RESULT", "RESULTS", "RIGHTS", "STATUSES", "TASK", "array_in"]

RESULTS = "task_results"
STATUSES = {
    2: "pending",
    3: "in_progress",
    4: "supposedly_completed",
    5: "completed",
    6: "deferred",
    7: "declined",
}
PRIORITIES = {"0": "low", "1": "average", "2": "high"}
MARKS = {"P": "positive", "N": "negative"}

_MAY = """
    read watch mute createResult edit remove complete start delegate defer deadline datePlan
    changeResponsible changeAccomplices mark changeStatus reminder addAuditors elapsedTime favorite
    checklistAdd checklistEdit checklistSave checklistToggle automate completeResult admin createSubtask copy
    saveAsTemplate attachFile detachFile detachParent createGanttDependence
"""
_MAY_NOT = """
    approve disapprove take renew changeDirector pause timeTracking resultEdit removeResult resultRead sort
"""
RIGHTS = {**dict.fromkeys(_MAY.split(), True), **dict.fromkeys(_MAY_NOT.split(), False)}

_USER = Dto(
    "UserDto",
    "users",
    properties(
        """
        id int . ID
        name string .
        email string . EMAIL
        role string . = employee
        image object . = null
        gender string . PERSONAL_GENDER
        """
    ),
    rules={"name": lambda _, row: " ".join(filter(None, (row["NAME"], row["LAST_NAME"])))},
)
_GROUP = Dto(
    "GroupDto",
    "sonet_groups",
    properties("id int . ID\n name string . NAME\n description string . DESCRIPTION"),
)

TASK = Dto(
    "TaskDto",
    "tasks",
    properties(
        """
        id int fs ID
        title string er TITLE
        description string e DESCRIPTION
        creatorId int rh CREATED_BY
        creator object<UserDto> h
        created datetime h CREATED_DATE
        responsibleId int erh RESPONSIBLE_ID
        responsible object<UserDto> h
        deadline datetime e DEADLINE
        needsControl bool e TASK_CONTROL
        startPlan datetime e START_DATE_PLAN
        endPlan datetime e END_DATE_PLAN
        fileIds array e
        checklist array .
        groupId int eh GROUP_ID
        group object<GroupDto> h
        stageId int eh STAGE_ID
        flowId int eh FLOW_ID
        epicId int . = null
        storyPoints int . = null
        priority string e PRIORITY
        status string e STATUS
        statusChanged datetime . STATUS_CHANGED_DATE
        accompliceIds array eh ACCOMPLICES
        auditorIds array eh AUDITORS
        parentId int e PARENT_ID
        containsChecklist bool .
        containsSubTasks bool .
        containsRelatedTasks bool . = false
        containsGanttLinks bool . = false
        containsPlacements bool . = true
        containsResults bool .
        numberOfReminders int . = 0
        chatId int .
        plannedDuration int . DURATION_PLAN = 0
        actualDuration int . DURATION_FACT = 0
        durationType string e DURATION_TYPE = days
        started datetime . DATE_START
        estimatedTime int e TIME_ESTIMATE = 0
        replicate bool . REPLICATE = false
        changed datetime . CHANGED_DATE
        changedById int h CHANGED_BY
        changedBy object<UserDto> h
        closed datetime . CLOSED_DATE
        closedById int h CLOSED_BY
        closedBy object<UserDto> h
        activity datetime . ACTIVITY_DATE
        guid string . GUID
        xmlId string e XML_ID
        exchangeId string . EXCHANGE_ID
        exchangeModified string . EXCHANGE_MODIFIED
        outlookVersion int . OUTLOOK_VERSION = 1
        mark string e MARK
        allowsChangeDeadline bool e ALLOW_CHANGE_DEADLINE = false
        allowsTimeTracking bool e ALLOW_TIME_TRACKING = false
        matchesWorkTime bool e MATCH_WORK_TIME = false
        addInReport bool . = null
        isMultitask bool . MULTITASK = false
        siteId string . SITE_ID = s1
        deadlineCount int . = null
        declineReason string . = null
        forumTopicId int . FORUM_TOPIC_ID
        tags array eh TAGS
        link string .
        rights array .
        archiveLink string .
        crmItemIds array e UF_CRM_TASK
        requireResult bool e = false
        matchesSubTasksTime bool e = false
        autocompleteSubTasks bool e = false
        allowsChangeDatePlan bool e = false
        maxDeadlineChangeDate datetime e = null
        maxDeadlineChanges int e = null
        requireDeadlineChangeReason bool e = false
        inFavorite array .
        inPin array . = []
        inGroupPin array . = []
        inMute array .
        source object h = null
        dependsOn array . = []
        scenarios array .
        """
    ),
    related={"UserDto": _USER, "GroupDto": _GROUP},
    links={
        "creator": "CREATED_BY",
        "responsible": "RESPONSIBLE_ID",
        "group": "GROUP_ID",
        "changedBy": "CHANGED_BY",
        "closedBy": "CLOSED_BY",
    },
    rules={
        "description": lambda _, row: row["DESCRIPTION"] or "",
        "fileIds": lambda _, row: array_in(row["UF_TASK_WEBDAV_FILES"]) or None,
        "checklist": lambda context, row: _checklist(context, row),
        "priority": lambda _, row: PRIORITIES.get(str(row["PRIORITY"]), "average"),
        "status": lambda _, row: STATUSES.get(row["STATUS"], "pending"),
        "mark": lambda _, row: MARKS.get(row["MARK"], "none"),
        "accompliceIds": lambda _, row: array_in(row["ACCOMPLICES"]),
        "auditorIds": lambda _, row: array_in(row["AUDITORS"]),
        "tags": lambda _, row: array_in(row["TAGS"]),
        "crmItemIds": lambda _, row: array_in(row["UF_CRM_TASK"]),
        "containsChecklist": lambda context, row: bool(_checklist(context, row)),
        "containsSubTasks": lambda context, row: bool(
            context.store.one("SELECT 1 FROM tasks WHERE PARENT_ID=?", (row["ID"],))
        ),
        "containsResults": lambda context, row: bool(
            context.store.one("SELECT 1 FROM task_results WHERE TASK_ID=?", (row["ID"],))
        ),
        # Every task has a chat; its number is the portal's own.
        "chatId": lambda _, row: row["ID"] + 1000,
        "link": lambda context, row: (
            f"/company/personal/user/{context.caller.user_id}/tasks/task/view/{row['ID']}/"
        ),
        "rights": lambda _, __: dict(RIGHTS),
        "archiveLink": lambda _, row: (
            f"/bitrix/tools/disk/uf.php?entityId={row['ID']}&entity=TASKS_TASK"
            "&fieldName=UF_TASK_WEBDAV_FILES&action=downloadArchiveByEntity&ncc=1"
        ),
        "inFavorite": lambda context, row: [context.caller.user_id] if row["FAVORITE"] == "Y" else [],
        "inMute": lambda context, row: [context.caller.user_id] if row["IS_MUTED"] == "Y" else [],
        "scenarios": lambda _, __: ["default"],
    },
)

RESULT = Dto(
    "TaskResultDto",
    RESULTS,
    properties(
        """
        id int fs ID
        taskId int frs TASK_ID
        text string er TEXT
        authorId int fs AUTHOR_ID
        createdAt datetime fs CREATED_AT
        updatedAt datetime fs UPDATED_AT
        status string fs STATUS
        fileIds array . = []
        rights array .
        messageId int f MESSAGE_ID
        """
    ),
    rules={"rights": lambda _, __: {"edit": True, "remove": True}},
)


def array_in(text: str | None) -> list[Any]:
    found: list[Any] = json.loads(text or "[]")
    return found


def _checklist(context: Context, row: Row) -> list[int]:
    found = context.store.rows("SELECT ID FROM task_checklist WHERE TASK_ID=? ORDER BY ID", (row["ID"],))
    return [item[0] for item in found]
