"""``task.dependence.*``: one task waits for another."""

from __future__ import annotations

from typing import Any

from b24bridge.sandbox.methods import Context, Params, bound_int
from b24bridge.sandbox.refusals import Refusal
from b24bridge.sandbox.store import Store

__all__ = ["add", "delete", "prepare"]

_TABLE = "task_dependences"


def prepare(store: Store) -> None:
    """Create the table."""
    store.ensure(_TABLE, dict.fromkeys(("TASK_FROM", "TASK_TO", "LINK_TYPE"), "INTEGER"))


def add(context: Context, params: Params) -> Any:
    """``task.dependence.add``: answers an empty array."""
    pair = _pair(context, params)
    kind = bound_int(params, "linkType", 2)
    if not 0 <= kind <= 3 or pair[0] == pair[1] or _known(context, pair):
        raise Refusal("ILLEGAL_NEW_LINK", "A link between tasks already exists")
    context.store.insert(_TABLE, {"TASK_FROM": pair[0], "TASK_TO": pair[1], "LINK_TYPE": kind})
    return []


def delete(context: Context, params: Params) -> Any:
    """``task.dependence.delete``: answers an empty array."""
    pair = _pair(context, params)
    if not _known(context, pair):
        raise Refusal("ILLEGAL_NEW_LINK", "The dependency between tasks does not exist")
    context.store.run("DELETE FROM task_dependences WHERE TASK_FROM=? AND TASK_TO=?", pair)
    return []


def _known(context: Context, pair: tuple[int, int]) -> bool:
    sql = "SELECT 1 FROM task_dependences WHERE TASK_FROM=? AND TASK_TO=?"
    return context.store.one(sql, pair) is not None


def _pair(context: Context, params: Params) -> tuple[int, int]:
    pair = bound_int(params, "taskIdFrom"), bound_int(params, "taskIdTo")
    for number in pair:
        if context.store.one("SELECT 1 FROM tasks WHERE ID=?", (number,)) is None:
            raise Refusal("ACTION_NOT_ALLOWED", "action not allowed")
    return pair
