"""``task.checklistitem.*``: the first item of a task brings a root along, as on a portal."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from b24bridge.sandbox.filters import Where
from b24bridge.sandbox.methods import Context, Params
from b24bridge.sandbox.plain import Table
from b24bridge.sandbox.positional import Positional, action_failed

__all__ = ["add", "complete", "delete", "get", "getlist", "is_allowed", "move_after", "renew", "update"]

_OWNER = "ctaskchecklistitem"
_WRITABLE = ("PARENT_ID", "TITLE", "SORT_INDEX", "IS_COMPLETE", "IS_IMPORTANT", "MEMBERS")
_SORTABLE = (
    "ID",
    "PARENT_ID",
    "CREATED_BY",
    "TITLE",
    "SORT_INDEX",
    "IS_COMPLETE",
    "IS_IMPORTANT",
    "TOGGLED_BY",
    "TOGGLED_DATE",
)


def _table(context: Context) -> Table:
    return Table(context, context.portal.records["task_checklist"])


def add(context: Context, params: Params) -> Any:
    """``task.checklistitem.add`` (taskId, fields)."""
    call = Positional(context, params, _OWNER)
    task, fields = call.task(), call.fields(1, _WRITABLE)
    table = _table(context)
    values = table.read(fields)
    if not str(values.get("TITLE") or "").strip():
        raise action_failed("Adding item: title is empty")
    if not values.get("PARENT_ID"):
        values["PARENT_ID"] = _root(context, table, task)
    return table.add({**values, "TASK_ID": task, "CREATED_BY": context.caller.user_id})


def get(context: Context, params: Params) -> Any:
    """``task.checklistitem.get`` (taskId, itemId)."""
    _, number = _found(context, params)
    return _shown(context, Where("ID=?", (number,)))[0]


def getlist(context: Context, params: Params) -> Any:
    """``task.checklistitem.getlist`` (taskId, order)."""
    call = Positional(context, params, _OWNER)
    task = call.task()
    order = call.order(1, context.portal.records["task_checklist"], _SORTABLE)
    return _shown(context, Where("TASK_ID=?", (task,)), order)


def update(context: Context, params: Params) -> Any:
    """``task.checklistitem.update`` (taskId, itemId, fields): answers null."""
    call, number = _found(context, params)
    table = _table(context)
    table.change(number, table.read(call.fields(2, _WRITABLE)))


def delete(context: Context, params: Params) -> Any:
    """``task.checklistitem.delete`` (taskId, itemId): items below go, too."""
    _, number = _found(context, params)
    gone = [number]
    while gone:
        parent = gone.pop()
        below = context.store.rows("SELECT ID FROM task_checklist WHERE PARENT_ID=?", (parent,))
        gone += [row[0] for row in below]
        context.store.delete("task_checklist", parent)
    return True


def complete(context: Context, params: Params) -> Any:
    """``task.checklistitem.complete`` (taskId, itemId)."""
    return _toggle(context, params, "Y")


def renew(context: Context, params: Params) -> Any:
    """``task.checklistitem.renew`` (taskId, itemId)."""
    return _toggle(context, params, "N")


def move_after(context: Context, params: Params) -> Any:
    """``task.checklistitem.moveafteritem`` (taskId, itemId, afterItemId): answers null."""
    call, number = _found(context, params)
    other = call.integer(2, "afterItemId")
    place = context.store.one("SELECT PARENT_ID, SORT_INDEX FROM task_checklist WHERE ID=?", (other,))
    if place is None:
        raise action_failed("Moving item: action not allowed")
    parent, index = place
    context.store.run(
        "UPDATE task_checklist SET SORT_INDEX=SORT_INDEX+1 WHERE PARENT_ID=? AND SORT_INDEX>?",
        (parent, index),
    )
    context.store.update("task_checklist", number, {"PARENT_ID": parent, "SORT_INDEX": index + 1})


def is_allowed(context: Context, params: Params) -> Any:
    """``task.checklistitem.isactionallowed`` (taskId, itemId, actionId)."""
    call, _ = _found(context, params)
    return 1 <= call.integer(2, "actionId") <= 4


def _toggle(context: Context, params: Params, state: str) -> bool:
    _, number = _found(context, params)
    by, at = context.caller.user_id, context.moment.text
    context.store.update(
        "task_checklist", number, {"IS_COMPLETE": state, "TOGGLED_BY": by, "TOGGLED_DATE": at}
    )
    return True


def _root(context: Context, table: Table, task: int) -> int:
    sql = "SELECT ID FROM task_checklist WHERE TASK_ID=? AND PARENT_ID=0 ORDER BY ID"
    row = context.store.one(sql, (task,))
    if row is not None:
        return int(row[0])
    root = {"TITLE": "Checklist 1", "PARENT_ID": 0, "SORT_INDEX": 0}
    return table.add({**root, "TASK_ID": task, "CREATED_BY": context.caller.user_id})


def _found(context: Context, params: Params) -> tuple[Positional, int]:
    call = Positional(context, params, _OWNER)
    task, number = call.task(), call.integer(1, "itemId")
    sql = "SELECT 1 FROM task_checklist WHERE ID=? AND TASK_ID=?"
    if context.store.one(sql, (number, task)) is None:
        raise action_failed()
    return call, number


def _shown(context: Context, where: Where, order: str = " ORDER BY ID") -> list[dict[str, Any]]:
    rows = context.store.maps(f"SELECT * FROM task_checklist{where.clause}{order}", where.arguments)  # noqa: S608
    return [
        {
            "ID": str(row["ID"]),
            "TASK_ID": str(row["TASK_ID"]),
            # The root of a checklist has a number here, everything else a text.
            "PARENT_ID": str(row["PARENT_ID"]) if row["PARENT_ID"] else 0,
            "CREATED_BY": str(row["CREATED_BY"]),
            "TITLE": row["TITLE"],
            "SORT_INDEX": str(row["SORT_INDEX"]),
            "IS_COMPLETE": row["IS_COMPLETE"],
            "IS_IMPORTANT": row["IS_IMPORTANT"],
            "TOGGLED_BY": None if row["TOGGLED_BY"] is None else str(row["TOGGLED_BY"]),
            "TOGGLED_DATE": row["TOGGLED_DATE"] or "",
            "MEMBERS": list(_members(context, row["MEMBERS"])),
            "ATTACHMENTS": [],
        }
        for row in rows
    ]


def _members(context: Context, text: str | None) -> Iterable[dict[str, Any]]:
    given = json.loads(text or "{}")
    for number, facts in given.items() if isinstance(given, dict) else ():
        sql = (
            "SELECT trim(ifnull(NAME,'')||' '||ifnull(LAST_NAME,'')), ifnull(PERSONAL_GENDER,'')"
            " FROM users WHERE CAST(ID AS TEXT)=?"
        )
        row = context.store.one(sql, (str(number),)) or ("", "")
        yield {
            "ID": str(number),
            "TYPE": facts.get("TYPE", "A") if isinstance(facts, dict) else "A",
            "NAME": row[0],
            "PERSONAL_PHOTO": None,
            "PERSONAL_GENDER": row[1],
            "IMAGE": "",
            "IS_COLLABER": False,
        }
