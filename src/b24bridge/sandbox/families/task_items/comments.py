"""``task.commentitem.*``."""

from __future__ import annotations

import json
from typing import Any

from b24bridge.sandbox.filters import Where, both
from b24bridge.sandbox.methods import Context, Params
from b24bridge.sandbox.plain import Table
from b24bridge.sandbox.positional import Positional
from b24bridge.sandbox.refusals import Refusal

__all__ = ["add", "delete", "get", "getlist", "is_allowed", "update"]

_OWNER = "ctaskcommentitem"
_WRITABLE = ("POST_MESSAGE", "AUTHOR_ID", "POST_DATE", "UF_FORUM_MESSAGE_DOC")
_SORTABLE = ("ID", "AUTHOR_ID", "AUTHOR_NAME", "AUTHOR_EMAIL", "POST_DATE")
_FILTERABLE = ("ID", "AUTHOR_ID", "AUTHOR_NAME", "POST_DATE")


def add(context: Context, params: Params) -> Any:
    """``task.commentitem.add`` (taskId, fields)."""
    call = Positional(context, params, _OWNER)
    task = call.task()
    table = Table(context, context.portal.records["task_comments"])
    values = table.read(call.fields(1, _WRITABLE))
    _check_text(values.get("POST_MESSAGE"))
    values = {"POST_DATE": context.moment.text, "AUTHOR_ID": context.caller.user_id, **values}
    sql = "SELECT trim(ifnull(NAME,'')||' '||ifnull(LAST_NAME,'')) FROM users WHERE ID=?"
    author = context.store.one(sql, (values["AUTHOR_ID"],)) or ("",)
    number = table.add({**values, "TASK_ID": task, "AUTHOR_NAME": author[0], "AUTHOR_EMAIL": ""})
    _count(context, task)
    context.changed.append(
        ("ONTASKCOMMENTADD", {"FIELDS_BEFORE": "undefined", "FIELDS_AFTER": {"ID": number, "TASK_ID": task}})
    )
    return number


def get(context: Context, params: Params) -> Any:
    """``task.commentitem.get`` (taskId, itemId)."""
    _, _, number = _found(context, params)
    return _shown(context, Where("ID=?", (number,)))[0]


def getlist(context: Context, params: Params) -> Any:
    """``task.commentitem.getlist`` (taskId, order, filter)."""
    call = Positional(context, params, _OWNER)
    record = context.portal.records["task_comments"]
    where = both([Where("TASK_ID=?", (call.task(),)), call.where(2, record, _FILTERABLE)])
    return _shown(context, where, call.order(1, record, _SORTABLE))


def update(context: Context, params: Params) -> Any:
    """``task.commentitem.update`` (taskId, itemId, fields)."""
    call, task, number = _found(context, params)
    table = Table(context, context.portal.records["task_comments"])
    values = table.read(call.fields(2, _WRITABLE))
    _check_text(values.get("POST_MESSAGE"))
    table.change(number, values)
    context.changed.append(
        (
            "ONTASKCOMMENTUPDATE",
            {"FIELDS_BEFORE": {"ID": number}, "FIELDS_AFTER": {"ID": number, "TASK_ID": task}},
        )
    )
    return True


def delete(context: Context, params: Params) -> Any:
    """``task.commentitem.delete`` (taskId, itemId)."""
    _, task, number = _found(context, params)
    context.store.delete("task_comments", number)
    _count(context, task)
    context.changed.append(
        ("ONTASKCOMMENTDELETE", {"FIELDS_BEFORE": {"ID": number}, "FIELDS_AFTER": "undefined"})
    )
    return True


def is_allowed(context: Context, params: Params) -> Any:
    """``task.commentitem.isactionallowed`` (taskId, itemId, actionId)."""
    call, _, _ = _found(context, params)
    return 1 <= call.integer(2, "actionId") <= 3


def _check_text(text: Any) -> None:
    if not str(text or "").strip():
        raise Refusal("ERROR_CORE", "Comment text not specified.<br>")


def _found(context: Context, params: Params) -> tuple[Positional, int, int]:
    call = Positional(context, params, _OWNER)
    task, number = call.task(), call.integer(1, "itemId")
    sql = "SELECT 1 FROM task_comments WHERE ID=? AND TASK_ID=?"
    if context.store.one(sql, (number, task)) is None:
        text = "Check listitem not found or not accessible; 512/TE/ITEM_NOT_FOUND_OR_NOT_ACCESSIBLE"
        raise Refusal("ERROR_CORE", f"TASKS_ERROR_EXCEPTION_#512; {text}<br>")
    return call, task, number


def _count(context: Context, task: int) -> None:
    context.store.run(
        "UPDATE tasks SET COMMENTS_COUNT=(SELECT count(*) FROM task_comments WHERE TASK_ID=?) WHERE ID=?",
        (task, task),
    )


def _shown(context: Context, where: Where, order: str = " ORDER BY ID") -> list[dict[str, Any]]:
    rows = context.store.maps(f"SELECT * FROM task_comments{where.clause}{order}", where.arguments)  # noqa: S608
    return [
        {
            "POST_MESSAGE_HTML": None,
            "ID": str(row["ID"]),
            "AUTHOR_ID": str(row["AUTHOR_ID"]),
            "AUTHOR_NAME": row["AUTHOR_NAME"],
            "AUTHOR_EMAIL": row["AUTHOR_EMAIL"],
            "POST_DATE": row["POST_DATE"],
            "POST_MESSAGE": row["POST_MESSAGE"],
            **_attached(row["ID"], row["UF_FORUM_MESSAGE_DOC"]),
        }
        for row in rows
    ]


def _attached(comment: int, text: str | None) -> dict[str, Any]:
    """Return the files of a comment; without files there is no key for them."""
    found: dict[str, Any] = {}
    for place, code in enumerate(json.loads(text or "[]"), 1):
        number = str(comment * 100 + place)
        address = f"/bitrix/tools/disk/uf.php?attachedId={number}"
        found[number] = {
            "ATTACHMENT_ID": number,
            "NAME": f"file{place}",
            "SIZE": "0",
            "FILE_ID": str(code).lstrip("n"),
            "DOWNLOAD_URL": f"{address}&action=download&ncc=1",
            "VIEW_URL": f"{address}&action=show&ncc=1",
        }
    return {"ATTACHED_OBJECTS": found} if found else {}
