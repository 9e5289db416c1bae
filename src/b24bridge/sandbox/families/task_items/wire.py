"""Fields and methods of what belongs to a task."""

from __future__ import annotations

from typing import TYPE_CHECKING

from b24bridge.sandbox.methods import Family, Method
from b24bridge.sandbox.plain import prepare, reserve_first
from b24bridge.sandbox.records import Record, parse_fields

from . import checklist, comments, manifests, results, stages

if TYPE_CHECKING:
    from b24bridge.sandbox.portal import Portal

__all__ = ["FAMILY"]

CHECKLIST = Record(
    "task_checklist",
    parse_fields(
        """
        ID integer o ID
        TASK_ID integer o Task
        PARENT_ID integer:0 . Parent
        CREATED_BY user o Created by
        TITLE string r Title
        SORT_INDEX integer:0 . Sorting
        IS_COMPLETE char:N . Complete
        IS_IMPORTANT char:N . Important
        TOGGLED_BY user o Toggled by
        TOGGLED_DATE datetime o Toggled at
        MEMBERS object . Members
        """
    ),
    ("TASK_ID",),
)
COMMENTS = Record(
    "task_comments",
    parse_fields(
        """
        ID integer o ID
        TASK_ID integer o Task
        AUTHOR_ID user . Author
        AUTHOR_NAME string o Author
        AUTHOR_EMAIL string o Mail
        POST_DATE datetime . Date
        POST_MESSAGE text . Text
        UF_FORUM_MESSAGE_DOC string* . Files
        """
    ),
    ("TASK_ID",),
)
STAGES = Record(
    "task_stages",
    parse_fields(
        """
        ID integer o ID
        TITLE string . Title
        SORT integer:100 . Sorting
        COLOR string . Colour
        SYSTEM_TYPE string o System type
        ENTITY_ID integer:0 . Owner
        ENTITY_TYPE string:U o Kind of owner
        """
    ),
    ("ENTITY_ID",),
)
_SCOPE = "task|tasks"


def _prepare(portal: Portal) -> None:
    prepare(portal, CHECKLIST, COMMENTS, STAGES)
    # Comments are messages of the portal's forum, which begins with one of its own.
    reserve_first(portal, COMMENTS.table)


FAMILY = Family(
    "task_items",
    [
        Method("task.checklistitem.add", checklist.add, _SCOPE),
        Method("task.checklistitem.complete", checklist.complete, _SCOPE),
        Method("task.checklistitem.delete", checklist.delete, _SCOPE),
        Method("task.checklistitem.get", checklist.get, _SCOPE),
        Method("task.checklistitem.getlist", checklist.getlist, _SCOPE),
        Method("task.checklistitem.getmanifest", manifests.checklist, _SCOPE),
        Method("task.checklistitem.isactionallowed", checklist.is_allowed, _SCOPE),
        Method("task.checklistitem.moveafteritem", checklist.move_after, _SCOPE),
        Method("task.checklistitem.renew", checklist.renew, _SCOPE),
        Method("task.checklistitem.update", checklist.update, _SCOPE),
        Method("task.commentitem.add", comments.add, _SCOPE),
        Method("task.commentitem.delete", comments.delete, _SCOPE),
        Method("task.commentitem.get", comments.get, _SCOPE),
        Method("task.commentitem.getlist", comments.getlist, _SCOPE),
        Method("task.commentitem.getmanifest", manifests.comments, _SCOPE),
        Method("task.commentitem.isactionallowed", comments.is_allowed, _SCOPE),
        Method("task.commentitem.update", comments.update, _SCOPE),
        Method("task.elapseditem.getmanifest", manifests.elapsed, _SCOPE),
        Method("tasks.task.result.addfromcomment", results.add, _SCOPE, listed=False),
        Method("tasks.task.result.deletefromcomment", results.delete, _SCOPE, listed=False),
        Method("tasks.task.result.list", results.listed, _SCOPE, listed=False),
        Method("task.stages.add", stages.add, _SCOPE),
        Method("task.stages.canmovetask", stages.can_move, _SCOPE),
        Method("task.stages.delete", stages.delete, _SCOPE),
        Method("task.stages.get", stages.get, _SCOPE),
        Method("task.stages.movetask", stages.move, _SCOPE),
        Method("task.stages.update", stages.update, _SCOPE),
    ],
    prepare=_prepare,
)
