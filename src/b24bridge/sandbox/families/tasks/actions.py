"""What one does with a task besides changing it: move it through its statuses, watch, mute, pin, like it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from b24bridge.sandbox.methods import Context, Params, bound_array, bound_int
from b24bridge.sandbox.phpinput import php_int
from b24bridge.sandbox.refusals import Refusal

from . import history
from .errors import not_allowed, wrong_id
from .rules import ACTIONS, task_id
from .whole import whole

__all__ = ["access", "attach", "counters", "delegate", "favorite", "flagged", "moved", "planner", "watched"]

Handler = Callable[[Context, Params], Any]

_CLOSED = (4, 5, 7)
# ``tasks.task.getaccess`` names the actions in capitals, some of them with dots.
_NAMES = {
    "createChild": "CREATE",
    "changeDeadline": "CHANGE_DEADLINE",
    "checklistAddItems": "CHECKLIST_ADD_ITEMS",
    "addFavorite": "ADD_FAVORITE",
    "deleteFavorite": "DELETE_FAVORITE",
}


def moved(status: int) -> Handler:
    """Return the method that gives a task a status."""

    def move(context: Context, params: Params) -> Any:
        number = _there(context, task_id(params))
        now, user = context.moment.text, context.caller.user_id
        wanted = status
        if status == 5 and context.method.endswith(".complete"):
            control, creator = context.store.one(
                "SELECT TASK_CONTROL, CREATED_BY FROM tasks WHERE ID=?", (number,)
            )
            # Work that its creator wants to see goes to him first.
            wanted = 4 if control == "Y" and creator != user else 5
        closed = wanted in _CLOSED
        values = {
            "STATUS": wanted,
            "STATUS_CHANGED_BY": user,
            "STATUS_CHANGED_DATE": now,
            "CLOSED_BY": user if closed else None,
            "CLOSED_DATE": now if closed else None,
        }
        if wanted == 3:
            values["DATE_START"] = now
        return _changed(context, number, values)

    return move


def delegate(context: Context, params: Params) -> Any:
    """``tasks.task.delegate``: the former responsible person becomes a watcher."""
    number = _there(context, task_id(params))
    user = bound_int(params, "userId")
    if context.store.one("SELECT 1 FROM users WHERE ID=?", (user,)) is None:
        raise Refusal("0", "Action on the task is not allowed")
    return _changed(context, number, {"RESPONSIBLE_ID": user})


def watched(*, watch: bool) -> Handler:
    """Return the method that makes the caller a watcher, or no watcher any more."""

    def change(context: Context, params: Params) -> Any:
        number = _there(context, task_id(params))
        user = context.caller.user_id
        row = context.store.one("SELECT AUDITORS FROM tasks WHERE ID=?", (number,))
        others = [other for other in json.loads(row[0] or "[]") if int(other) != user]
        return _changed(context, number, {"AUDITORS": json.dumps([*others, user] if watch else others)})

    return change


def flagged(column: str, value: str) -> Handler:
    """Return the method that marks a task for the caller; its parameter is ``id``."""

    def change(context: Context, params: Params) -> Any:
        number = php_int(params.get("id", params.get("taskId")))
        if number <= 0:
            raise wrong_id()
        context.store.update("tasks", _there(context, number), {column: value})
        return {"task": whole(context, number)}

    return change


def favorite(value: str) -> Handler:
    """Return the method that likes a task, or does not any more."""

    def change(context: Context, params: Params) -> Any:
        number = task_id(params)
        if context.store.one("SELECT 1 FROM tasks WHERE ID=?", (number,)) is None:
            raise Refusal("1", "Task not found or not accessible")
        context.store.update("tasks", number, {"FAVORITE": value})
        return True

    return change


def access(context: Context, params: Params) -> Any:
    """``tasks.task.getaccess``: what each of the people may do."""
    _there(context, task_id(params))
    users = bound_array(params, "users")
    numbers = [php_int(user) for user in (users.values() if isinstance(users, dict) else users)]
    actions = {_NAMES.get(name, name.upper()): allowed for name, allowed in ACTIONS.items()}
    actions.setdefault("CREATE", True)
    return {"allowedActions": {str(user): dict(actions) for user in numbers or [context.caller.user_id]}}


def counters(context: Context, params: Params) -> Any:
    """``tasks.task.counters.get``: tasks that are late, and comments that nobody has read.

    ``total`` is a key of the result itself, and the envelope takes it out (section 2.1).
    """
    user = bound_int(params, "userId", context.caller.user_id)
    sql = "SELECT count(*) FROM tasks WHERE RESPONSIBLE_ID=? AND STATUS<4 AND DEADLINE<?"
    late = int(context.store.one(sql, (user, context.moment.text))[0])
    return {
        "expired": {"counter": late, "code": 6291456},
        "new_comments": {"counter": 0, "code": 12582912},
    }


def planner(context: Context, _: Params) -> Any:
    """``task.planner.getlist``: ids of the tasks in the caller's plan of the day."""
    sql = "SELECT ID FROM tasks WHERE RESPONSIBLE_ID=? AND STATUS=3 ORDER BY ID"
    return [row[0] for row in context.store.rows(sql, (context.caller.user_id,))]


def attach(context: Context, params: Params) -> Any:
    """``tasks.task.files.attach``: answers the id of the binding."""
    number, file = _there(context, bound_int(params, "taskId")), bound_int(params, "fileId")
    row = context.store.one("SELECT UF_TASK_WEBDAV_FILES FROM tasks WHERE ID=?", (number,))
    bound = [*json.loads(row[0] or "[]"), file]
    context.store.update("tasks", number, {"UF_TASK_WEBDAV_FILES": json.dumps(bound)})
    return {"attachmentId": number * 100 + len(bound)}


def _there(context: Context, number: int) -> int:
    if context.store.one("SELECT 1 FROM tasks WHERE ID=?", (number,)) is None:
        raise not_allowed()
    return number


def _changed(context: Context, number: int, values: dict[str, Any]) -> Any:
    now, user = context.moment.text, context.caller.user_id
    history.write(context, number, values)
    context.store.update("tasks", number, {**values, "CHANGED_DATE": now, "CHANGED_BY": user})
    context.changed.append(
        ("ONTASKUPDATE", {"FIELDS_BEFORE": {"ID": number}, "FIELDS_AFTER": {"ID": number}})
    )
    return {"task": whole(context, number)}
