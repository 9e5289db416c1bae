# names of tables and columns are declared in code; values are always bound
"""Logged time: parameters by order of arrival, pages by ``NAV_PARAMS``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from b24bridge.sandbox.dialects import TASK, Dialect
from b24bridge.sandbox.filters import Where, both, term
from b24bridge.sandbox.listing import PAGE, Answer, fetch, order_by, rows_text
from b24bridge.sandbox.methods import Context, Params
from b24bridge.sandbox.phpinput import php_int
from b24bridge.sandbox.phpjson import Raw
from b24bridge.sandbox.records import Field, Record
from b24bridge.sandbox.values import DROP, stored

from .errors import action_failed, missing, wrong_type

if TYPE_CHECKING:
    from b24bridge.sandbox.portal import Portal

__all__ = ["add", "delete", "get", "getlist", "is_allowed", "prepare", "update"]

_ROW = Dialect("elapsed", lambda item: item.name, TASK.show)
_KEY = re.compile(r"([!=<>%@]*)(\w+)", re.ASCII)
_OPERATORS = {"": "=", "=": "=", "!": "!=", "!=": "!=", "<=": "<=", "<": "<", ">=": ">=", ">": ">", "@": "@"}
_WRITABLE = frozenset({"SECONDS", "COMMENT_TEXT", "USER_ID", "CREATED_DATE", "DATE_START", "DATE_STOP"})


def prepare(portal: Portal, record: Record) -> None:
    """Create the table."""
    portal.records["elapsed_items"] = record
    portal.store.ensure(record.table, record.columns(), record.indexes)


def getlist(context: Context, params: Params) -> Any:
    """``task.elapseditem.getlist`` (taskId, order, filter, select, params).

    If the first value is an array, the list is over all tasks. ``start`` does not count: pages come
    from ``NAV_PARAMS``, and with a task and without it there is only one, with all rows.
    """
    given = _positional(context, params)
    number = 0
    if given and not isinstance(given[0], (list, dict)):
        number = _integer(given[0], 0, "taskId", "getlist")
        given = given[1:]
    order, wanted, _select, settings = ([*_arrays(given), {}, {}, {}, {}])[:4]
    record = context.portal.records["elapsed_items"]
    where = both([Where("TASK_ID=?", (number,)) if number else Where(), _where(context, record, wanted)])
    total = context.store.count("elapsed_items", where.clause, where.arguments)
    row = _ROW.row(record, record.fields.values())
    navigation = settings.get("NAV_PARAMS") if isinstance(settings, dict) else None
    if number and not isinstance(navigation, dict):
        rows = fetch(context.store, record, row, where, _order(record, order), limit=None)
        return Answer(rows_text(rows), total)
    size, page = _page(navigation if isinstance(navigation, dict) else {})
    rows = fetch(
        context.store, record, row, where, _order(record, order), offset=(page - 1) * size, limit=size
    )
    return Answer(rows_text(rows), total, page * size if page * size < total else None)


def get(context: Context, params: Params) -> Any:
    """``task.elapseditem.get`` (taskId, itemId)."""
    number, item = _two(context, params, "get")
    record = context.portal.records["elapsed_items"]
    where = Where("ID=? AND TASK_ID=?", (item, number))
    rows = fetch(context.store, record, _ROW.row(record, record.fields.values()), where)
    if not rows:
        raise action_failed()
    return Raw(rows[0])


def add(context: Context, params: Params) -> Any:
    """``task.elapseditem.add`` (taskId, fields): answers the new id as a number."""
    given = _positional(context, params)
    number = _task(context, given, "add")
    values = _values(context, _fields(given, 1, "add"))
    row = {"USER_ID": context.caller.user_id, "SOURCE": 2, "COMMENT_TEXT": "", "SECONDS": 0, **values}
    row.setdefault("CREATED_DATE", context.moment.text)
    row.update(TASK_ID=number, MINUTES=row["SECONDS"] // 60)
    row.setdefault("DATE_START", row["CREATED_DATE"])
    row.setdefault("DATE_STOP", row["CREATED_DATE"])
    item = context.store.insert("elapsed_items", row)
    _sum_up(context, number)
    return item


def update(context: Context, params: Params) -> Any:
    """``task.elapseditem.update`` (taskId, itemId, fields): answers null."""
    given = _positional(context, params)
    number, item = _two(context, params, "update")
    values = _values(context, _fields(given, 2, "update"))
    if "SECONDS" in values:
        values["MINUTES"] = values["SECONDS"] // 60
    if not context.store.one("SELECT 1 FROM elapsed_items WHERE ID=? AND TASK_ID=?", (item, number)):
        raise action_failed()
    context.store.update("elapsed_items", item, values)
    _sum_up(context, number)


def delete(context: Context, params: Params) -> Any:
    """``task.elapseditem.delete`` (taskId, itemId): answers null."""
    number, item = _two(context, params, "delete")
    if not context.store.run("DELETE FROM elapsed_items WHERE ID=? AND TASK_ID=?", (item, number)):
        raise action_failed()
    _sum_up(context, number)


def is_allowed(context: Context, params: Params) -> Any:
    """``task.elapseditem.isactionallowed`` (taskId, itemId, actionId): adding, changing, removing."""
    _two(context, params, "isactionallowed")
    given = _positional(context, params)
    if len(given) < 3:
        raise missing(2, "actionId", "isactionallowed")
    return 1 <= _integer(given[2], 2, "actionId", "isactionallowed") <= 3


def _positional(context: Context, params: Params) -> list[Any]:
    """Return the values in order; a text that holds the method's own name is skipped."""
    return [
        value for value in params.values() if not (isinstance(value, str) and context.method in value.lower())
    ]


def _integer(value: Any, position: int, name: str, method: str) -> int:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return int(value)
    if isinstance(value, str) and value.strip().lstrip("+-").isdigit():
        return php_int(value)
    raise wrong_type(position, name, method, "integer")


def _two(context: Context, params: Params, method: str) -> tuple[int, int]:
    given = _positional(context, params)
    number = _task(context, given, method)
    if len(given) < 2:
        raise missing(1, "itemId", method)
    return number, _integer(given[1], 1, "itemId", method)


def _task(context: Context, given: list[Any], method: str) -> int:
    if not given:
        raise missing(0, "taskId", method)
    number = _integer(given[0], 0, "taskId", method)
    if context.store.one("SELECT 1 FROM tasks WHERE ID=?", (number,)) is None:
        raise action_failed()
    return number


def _fields(given: list[Any], position: int, method: str) -> dict[str, Any]:
    if len(given) <= position:
        raise missing(position, "arFields", method)
    if not isinstance(given[position], dict):
        raise wrong_type(position, "arFields", method, "array")
    fields: dict[str, Any] = given[position]
    return fields


def _values(context: Context, fields: dict[str, Any]) -> dict[str, Any]:
    record = context.portal.records["elapsed_items"]
    values: dict[str, Any] = {}
    for key, value in fields.items():
        name = str(key).upper()
        if name == "MINUTES" and "SECONDS" not in fields:
            values["SECONDS"] = php_int(value) * 60
        elif name in _WRITABLE:
            read = stored(record.fields[name], value, context.moment)
            if read is not DROP and read is not None:
                values[name] = read
    return values


def _sum_up(context: Context, number: int) -> None:
    context.store.run(
        "UPDATE tasks SET TIME_SPENT_IN_LOGS=(SELECT sum(SECONDS) FROM elapsed_items WHERE TASK_ID=?) "
        "WHERE ID=?",
        (number, number),
    )


def _arrays(given: list[Any]) -> list[Any]:
    return [value if isinstance(value, dict) else {} for value in given]


def _where(context: Context, record: Record, wanted: Any) -> Where:
    parts = []
    for key, value in wanted.items() if isinstance(wanted, dict) else ():
        match = _KEY.fullmatch(str(key).upper())
        field = record.fields.get(match[2]) if match else None
        if match and field is not None and match[1] in _OPERATORS:
            parts.append(term(field, _OPERATORS[match[1]], value, context.moment))
    return both(parts)


def _order(record: Record, wanted: Any) -> str:
    terms: list[tuple[Field, bool]] = []
    for key, direction in wanted.items() if isinstance(wanted, dict) else ():
        field = record.fields.get(str(key).upper())
        if field is not None:
            terms.append((field, str(direction).lower().startswith("desc")))
    return order_by(terms)


def _page(navigation: dict[str, Any]) -> tuple[int, int]:
    size = php_int(navigation.get("nPageSize", PAGE))
    return min(size if size > 0 else PAGE, PAGE), max(1, php_int(navigation.get("iNumPage", 1)))
