"""``task.stages.*``: columns of a group's board, or of the caller's own planner (``entityId`` 0)."""

from __future__ import annotations

from typing import Any

from b24bridge.sandbox.methods import Context, Params, bound_array, bound_int
from b24bridge.sandbox.phpinput import php_int
from b24bridge.sandbox.plain import Table
from b24bridge.sandbox.refusals import Refusal

__all__ = ["add", "can_move", "delete", "get", "move", "update"]

_FIRST = (("Not planned", "00C4FB", "NEW"), ("To be done this week", "47D1E2", ""))


def add(context: Context, params: Params) -> Any:
    """``task.stages.add``."""
    table = _table(context)
    fields = bound_array(params, "fields", required=True)
    upper = {str(key).upper(): value for key, value in fields.items()} if isinstance(fields, dict) else {}
    values = table.read(upper)
    if not str(values.get("TITLE") or "").strip():
        raise Refusal("EMPTY_TITLE", "Stage title is not specified")
    owner = _owner(context, php_int(upper.get("ENTITY_ID")))
    _ensure(context, *owner)
    values |= {"ENTITY_ID": owner[0], "ENTITY_TYPE": owner[1], "SYSTEM_TYPE": ""}
    values.setdefault("COLOR", "")
    values["SORT"] = _place(context, owner, php_int(upper.get("AFTER_ID")))
    return table.add(values)


def get(context: Context, params: Params) -> Any:
    """``task.stages.get``: a map by id; a board that nobody has opened gets its first stages."""
    owner = _owner(context, bound_int(params, "entityId", 0))
    _ensure(context, *owner)
    rows = context.store.maps(
        "SELECT * FROM task_stages WHERE ENTITY_ID=? AND ENTITY_TYPE=? ORDER BY SORT, ID", owner
    )
    return {
        str(row["ID"]): {
            "ID": str(row["ID"]),
            "TITLE": row["TITLE"],
            "SORT": str(row["SORT"]),
            "COLOR": row["COLOR"],
            "SYSTEM_TYPE": row["SYSTEM_TYPE"] or "",
            "ENTITY_ID": str(row["ENTITY_ID"]),
            "ENTITY_TYPE": row["ENTITY_TYPE"],
            "ADDITIONAL_FILTER": [],
            "TO_UPDATE": [],
            "TO_UPDATE_ACCESS": None,
        }
        for row in rows
    }


def update(context: Context, params: Params) -> Any:
    """``task.stages.update``."""
    number, row = _found(context, bound_int(params, "id"))
    table = _table(context)
    fields = bound_array(params, "fields", required=True)
    values = table.read(fields)
    values.pop("ENTITY_ID", None)
    after = php_int(fields.get("AFTER_ID")) if isinstance(fields, dict) else 0
    if after:
        values["SORT"] = _place(context, (row["ENTITY_ID"], row["ENTITY_TYPE"]), after)
    table.change(number, values)
    return True


def delete(context: Context, params: Params) -> Any:
    """``task.stages.delete``: the first stage stays."""
    number, row = _found(context, bound_int(params, "id"))
    first = context.store.one(
        "SELECT ID FROM task_stages WHERE ENTITY_ID=? AND ENTITY_TYPE=? ORDER BY SORT, ID",
        (row["ENTITY_ID"], row["ENTITY_TYPE"]),
    )
    if first[0] == number:
        raise Refusal("CANT_DELETE_FIRST", "Cannot delete the first stage. Move the stage to delete it.")
    return _table(context).remove(number)


def can_move(context: Context, params: Params) -> Any:
    """``task.stages.canmovetask``: whether the caller may move tasks of a board (``U`` or ``G``)."""
    owner, kind = bound_int(params, "entityId"), str(params.get("entityType", "U")).upper()
    return kind == "G" or owner == context.caller.user_id or context.caller.is_admin


def move(context: Context, params: Params) -> Any:
    """``task.stages.movetask``."""
    task, stage = bound_int(params, "id"), bound_int(params, "stageId")
    if context.store.one("SELECT 1 FROM tasks WHERE ID=?", (task,)) is None:
        raise Refusal("TASK_NOT_FOUND", "task not found")
    _, row = _found(context, stage)
    if row["ENTITY_TYPE"] == "G":
        context.store.update("tasks", task, {"STAGE_ID": stage})
    return True


def _table(context: Context) -> Table:
    return Table(context, context.portal.records["task_stages"])


def _owner(context: Context, group: int) -> tuple[int, str]:
    return (group, "G") if group else (context.caller.user_id, "U")


def _ensure(context: Context, owner: int, kind: str) -> None:
    sql = "SELECT 1 FROM task_stages WHERE ENTITY_ID=? AND ENTITY_TYPE=?"
    if context.store.one(sql, (owner, kind)) is None:
        for place, (title, color, system) in enumerate(_FIRST, 1):
            values = {"TITLE": title, "COLOR": color, "SYSTEM_TYPE": system, "SORT": place * 100}
            context.store.insert("task_stages", {**values, "ENTITY_ID": owner, "ENTITY_TYPE": kind})


def _place(context: Context, owner: tuple[int, str], after: int) -> int:
    """Return the sorting of a stage behind another, and make room for it; without one it is the first."""
    sql = "SELECT SORT FROM task_stages WHERE ID=? AND ENTITY_ID=? AND ENTITY_TYPE=?"
    row = context.store.one(sql, (after, *owner))
    place = int(row[0]) + 100 if row else 100
    context.store.run(
        "UPDATE task_stages SET SORT=SORT+100 WHERE ENTITY_ID=? AND ENTITY_TYPE=? AND SORT>=?",
        (*owner, place),
    )
    return place


def _found(context: Context, number: int) -> tuple[int, dict[str, Any]]:
    rows = context.store.maps("SELECT * FROM task_stages WHERE ID=?", (number,))
    if not rows:
        raise Refusal("NOT_FOUND", "not found")
    return number, rows[0]
