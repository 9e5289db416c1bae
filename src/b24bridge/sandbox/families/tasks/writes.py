"""Changing tasks."""

from __future__ import annotations

import secrets
from typing import Any

from b24bridge.sandbox.methods import Context, Params, bound_array
from b24bridge.sandbox.records import Record
from b24bridge.sandbox.values import DROP, stored

from . import history
from .errors import no_title, not_allowed
from .rules import task_id
from .whole import whole

__all__ = ["add", "delete", "update"]

_CLOSED = (4, 5, 7)


def add(context: Context, params: Params) -> Any:
    """``tasks.task.add``."""
    record = context.portal.records["tasks"]
    values = _values(context, record, bound_array(params, "fields", required=True))
    if not str(values.get("TITLE") or "").strip():
        raise no_title()
    now, user = context.moment.text, context.caller.user_id
    row = {name: item.default for name, item in record.fields.items() if item.default is not None}
    row.update(CREATED_BY=user, RESPONSIBLE_ID=user)
    row.update(values)
    row.update(
        CREATED_DATE=now, CHANGED_DATE=now, ACTIVITY_DATE=now, STATUS_CHANGED_DATE=now, CHANGED_BY=user
    )
    row["GUID"] = f"{{{_guid()}}}"
    number = context.store.insert(record.table, row)
    context.store.update(record.table, number, {"CHAT_ID": number + 1000})
    history.write(context, number, None)
    context.changed.append(("ONTASKADD", {"FIELDS_BEFORE": "undefined", "FIELDS_AFTER": {"ID": number}}))
    return {"task": whole(context, number)}


def update(context: Context, params: Params) -> Any:
    """``tasks.task.update``."""
    record = context.portal.records["tasks"]
    number = task_id(params)
    values = _values(context, record, bound_array(params, "fields", required=True))
    before = context.store.one("SELECT STATUS FROM tasks WHERE ID=?", (number,))
    if before is None:
        raise not_allowed()
    if "TITLE" in values and not str(values["TITLE"] or "").strip():
        raise no_title()
    now, user = context.moment.text, context.caller.user_id
    values.update(CHANGED_DATE=now, CHANGED_BY=user)
    if values.get("STATUS", before[0]) != before[0]:
        values.update(STATUS_CHANGED_DATE=now, STATUS_CHANGED_BY=user)
        closed = values["STATUS"] in _CLOSED
        values.update(CLOSED_DATE=now if closed else None, CLOSED_BY=user if closed else None)
    history.write(context, number, values)
    context.store.update(record.table, number, values)
    context.changed.append(
        ("ONTASKUPDATE", {"FIELDS_BEFORE": {"ID": number}, "FIELDS_AFTER": {"ID": number}})
    )
    return {"task": whole(context, number)}


def delete(context: Context, params: Params) -> Any:
    """``tasks.task.delete``."""
    number = task_id(params)
    if not context.store.delete("tasks", number):
        raise not_allowed("No access to delete the task")
    for table in ("elapsed_items", "task_checklist", "task_comments", "task_results", "task_history"):
        context.store.run(f"DELETE FROM {table} WHERE TASK_ID=?", (number,))  # noqa: S608
    context.changed.append(("ONTASKDELETE", {"FIELDS_BEFORE": {"ID": number}, "FIELDS_AFTER": "undefined"}))
    return {"task": True}


def _values(context: Context, record: Record, fields: Any) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for key, value in fields.items() if isinstance(fields, dict) else ():
        item = record.fields.get(str(key).upper())
        if item is not None and not item.read_only:
            if item.name == "UF_TASK_WEBDAV_FILES" and isinstance(value, (list, dict)):
                value = [
                    str(code).lstrip("n") for code in (value.values() if isinstance(value, dict) else value)
                ]
            read = stored(item, value, context.moment)
            if read is not DROP:
                values[item.name] = read
    return values


def _guid() -> str:
    text = secrets.token_hex(16)
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))
