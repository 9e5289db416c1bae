"""``tasks.task.history.list``: what happened to a task."""

from __future__ import annotations

import json
from typing import Any

from b24bridge.sandbox.methods import Context, Params, bound_array
from b24bridge.sandbox.refusals import Refusal
from b24bridge.sandbox.store import Store

from .rules import task_id

__all__ = ["listed", "prepare", "write"]

_TABLE = "task_history"
_SILENT = frozenset(
    {
        "CHANGED_DATE",
        "CHANGED_BY",
        "STATUS_CHANGED_DATE",
        "STATUS_CHANGED_BY",
        "CLOSED_DATE",
        "CLOSED_BY",
        "DATE_START",
        "ACTIVITY_DATE",
    }
)


def prepare(store: Store) -> None:
    """Create the table."""
    columns = dict.fromkeys(("FIELD", "VALUE", "CREATED_DATE"), "TEXT")
    store.ensure(_TABLE, {**columns, "TASK_ID": "INTEGER", "USER_ID": "INTEGER"}, ["TASK_ID"])


def write(context: Context, number: int, values: dict[str, Any] | None) -> None:
    """Keep what changes; without values, that the task is new."""
    changes: list[tuple[str, Any]] = []
    if values is None:
        changes.append(("NEW", {"from": None, "to": None}))
    else:
        before = context.store.maps("SELECT * FROM tasks WHERE ID=?", (number,))[0]
        for name, value in values.items():
            if name not in _SILENT and before.get(name) != value:
                changes.append((name, {"from": before.get(name), "to": value}))
    for name, change in changes:
        context.store.insert(
            _TABLE,
            {
                "TASK_ID": number,
                "FIELD": name,
                "VALUE": json.dumps(change, ensure_ascii=False),
                "CREATED_DATE": context.moment.text,
                "USER_ID": context.caller.user_id,
            },
        )


def listed(context: Context, params: Params) -> Any:
    """``tasks.task.history.list``: filter and order by field and date; the oldest first without an order."""
    number = task_id(params)
    if context.store.one("SELECT 1 FROM tasks WHERE ID=?", (number,)) is None:
        raise Refusal("0", "Access denied. (internal error)")
    wanted, order = bound_array(params, "filter"), bound_array(params, "order")
    field = str(wanted.get("FIELD", "")).upper() if isinstance(wanted, dict) else ""
    newest = isinstance(order, dict) and any(str(way).lower() == "desc" for way in order.values())
    rows = context.store.maps(
        "SELECT h.*, u.NAME, u.LAST_NAME, u.SECOND_NAME, u.EMAIL FROM task_history h "
        "LEFT JOIN users u ON u.ID=h.USER_ID WHERE h.TASK_ID=? AND (?='' OR h.FIELD=?) "
        "ORDER BY h.ID",
        (number, field, field),
    )
    if newest:
        rows.reverse()
    return {
        "list": [
            {
                "id": str(row["ID"]),
                "createdDate": row["CREATED_DATE"],
                "field": row["FIELD"],
                "value": json.loads(row["VALUE"]),
                "user": {
                    "id": str(row["USER_ID"]),
                    "name": row["NAME"] or "",
                    "lastName": row["LAST_NAME"] or "",
                    "secondName": row["SECOND_NAME"] or "",
                    "login": row["EMAIL"] or "",
                },
            }
            for row in rows
        ]
    }
