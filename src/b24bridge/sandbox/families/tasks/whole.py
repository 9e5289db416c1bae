"""A task as the methods that change it answer it: with its checklist in two forms."""

from __future__ import annotations

from typing import Any

from b24bridge.sandbox.methods import Context

from .rules import shown

__all__ = ["whole"]

_ACTIONS = dict.fromkeys(("modify", "remove", "toggle", "add", "addAccomplice"), True)
# Keys that come before the checklist, and those after the people.
_BEFORE = "accomplices"


def whole(context: Context, number: int) -> dict[str, Any]:
    """Return one task that is there, with everything."""
    task = shown(context, number, [], with_action=True) or {}
    rows = context.store.maps(
        "SELECT * FROM task_checklist WHERE TASK_ID=? ORDER BY PARENT_ID, SORT_INDEX, ID", (number,)
    )
    answer: dict[str, Any] = {}
    for name, value in task.items():
        answer[name] = value
        if name == _BEFORE:
            answer["checklist"] = {str(row["ID"]): _flat(row) for row in rows} or []
    action = answer.pop("action", None)
    answer["newCommentsCount"] = 0
    if action is not None:
        answer["action"] = action
    answer["checkListTree"] = _tree(context, number, rows)
    answer["checkListCanAdd"] = True
    return answer


def _flat(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": str(row["ID"]),
        "taskId": str(row["TASK_ID"]),
        "createdBy": str(row["CREATED_BY"]),
        "parentId": str(row["PARENT_ID"]) if row["PARENT_ID"] else 0,
        "title": row["TITLE"],
        "sortIndex": str(row["SORT_INDEX"]),
        "isComplete": row["IS_COMPLETE"],
        "isImportant": row["IS_IMPORTANT"],
        "toggledBy": None if row["TOGGLED_BY"] is None else str(row["TOGGLED_BY"]),
        "toggledDate": row["TOGGLED_DATE"],
        "ufChecklistFiles": False,
        "members": [],
        "attachments": [],
        "entityId": str(row["TASK_ID"]),
        "action": dict(_ACTIONS),
    }


def _tree(context: Context, number: int, rows: list[dict[str, Any]]) -> dict[str, Any]:
    places = iter(range(1, len(rows) + 1))

    def node(row: dict[str, Any], path: str) -> dict[str, Any]:
        place = next(places)
        below = [child for child in rows if child["PARENT_ID"] == row["ID"] and child["ID"] != row["ID"]]
        fields = {
            "id": row["ID"],
            "copiedId": None,
            "entityId": number,
            "userId": context.caller.user_id,
            "createdBy": row["CREATED_BY"],
            "parentId": row["PARENT_ID"],
            "title": row["TITLE"],
            "sortIndex": row["SORT_INDEX"],
            "displaySortIndex": path,
            "isComplete": row["IS_COMPLETE"] == "Y",
            "isImportant": row["IS_IMPORTANT"] == "Y",
            "completedCount": sum(child["IS_COMPLETE"] == "Y" for child in below),
            "members": [],
            "attachments": [],
            "nodeId": None,
        }
        children = [node(child, f"{path}.{at}".lstrip(".")) for at, child in enumerate(below, 1)]
        return {"nodeId": place, "fields": fields, "action": dict(_ACTIONS), "descendants": children}

    fields: dict[str, Any] = {
        **dict.fromkeys(("id", "copiedId", "entityId")),
        "userId": context.caller.user_id,
        "createdBy": None,
        "parentId": None,
        "title": "",
        "sortIndex": None,
        "displaySortIndex": "",
        "isComplete": False,
        "isImportant": False,
        "completedCount": 0,
        "members": [],
        "attachments": [],
        "nodeId": None,
    }
    roots = [node(row, "") for row in rows if not row["PARENT_ID"]]
    return {"nodeId": 0, "fields": fields, "action": [], "descendants": roots}
