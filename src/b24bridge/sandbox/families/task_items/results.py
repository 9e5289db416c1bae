"""``tasks.task.result.*`` of REST 2: comments that are the result of a task."""

from __future__ import annotations

import re
from typing import Any

from b24bridge.sandbox.methods import Context, Params, bound_int
from b24bridge.sandbox.refusals import Refusal

__all__ = ["add", "delete", "listed"]

_BOLD = re.compile(r"\[(/?)([bius])\]", re.IGNORECASE)


def add(context: Context, params: Params) -> Any:
    """``tasks.task.result.addFromComment``."""
    comment = bound_int(params, "commentId")
    row = context.store.one("SELECT TASK_ID, POST_MESSAGE FROM task_comments WHERE ID=?", (comment,))
    if row is None:
        raise Refusal("0", "Comment not found.")
    now = context.moment.text
    number = context.store.insert(
        "task_results",
        {
            "TASK_ID": row[0],
            "TEXT": row[1],
            "AUTHOR_ID": context.caller.user_id,
            "CREATED_AT": now,
            "UPDATED_AT": now,
            "STATUS": "open",
            "COMMENT_ID": comment,
        },
    )
    return _rows(context, "ID=?", number)[0]


def delete(context: Context, params: Params) -> Any:
    """``tasks.task.result.deleteFromComment``: answers null."""
    comment = bound_int(params, "commentId")
    if not context.store.run("DELETE FROM task_results WHERE COMMENT_ID=?", (comment,)):
        text = "TASKS_ERROR_EXCEPTION_#4; Action is not allowed; 4/TE/ACTION_NOT_ALLOWED.<br>"
        raise Refusal("ERROR_CORE", text)


def listed(context: Context, params: Params) -> Any:
    """``tasks.task.result.list``: the newest first."""
    return _rows(context, "COMMENT_ID IS NOT NULL AND TASK_ID=?", bound_int(params, "taskId"))


def _rows(context: Context, condition: str, value: int) -> list[dict[str, Any]]:
    rows = context.store.maps(f"SELECT * FROM task_results WHERE {condition} ORDER BY ID DESC", (value,))  # noqa: S608
    return [
        {
            "id": row["ID"],
            "taskId": row["TASK_ID"],
            "commentId": row["COMMENT_ID"],
            "createdBy": row["AUTHOR_ID"],
            "createdAt": row["CREATED_AT"],
            "updatedAt": row["UPDATED_AT"],
            "status": 0 if row["STATUS"] == "open" else 1,
            "text": row["TEXT"],
            "formattedText": _BOLD.sub(lambda match: f"<{match[1]}{match[2].lower()}>", row["TEXT"]),
            "files": [],
        }
        for row in rows
    ]
