"""``imopenlines.config.*`` and ``imopenlines.network.*``."""

# ruff: noqa: S608  # names of tables and columns are declared in code; values are always bound

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from b24bridge.sandbox.dialects import CLASSIC, Dialect
from b24bridge.sandbox.filters import both, term
from b24bridge.sandbox.listing import order_by
from b24bridge.sandbox.methods import Context, Params, in_capitals, pick
from b24bridge.sandbox.phpinput import php_int
from b24bridge.sandbox.plain import Table
from b24bridge.sandbox.records import Field, Kind
from b24bridge.sandbox.refusals import Refusal

from .records import LINES, QUEUE

__all__ = ["METHODS"]

Values = dict[str, Any]

_TEXTS = Dialect(
    "openlines",
    lambda item: item.name,
    lambda item: "json({})" if item.kind is Kind.JSON else CLASSIC.show(item),
)
_PARTS = ("select", "filter", "order", "limit", "offset")
_KEY = re.compile(r"([!=%<>@]*)(\w+)")
_OPERATORS = {
    "": "=",
    "=": "=",
    "!": "!=",
    "!=": "!=",
    ">": ">",
    ">=": ">=",
    "<": "<",
    "<=": "<=",
    "%": "%",
    "@": "@",
}
_WEEK = 7 * 24 * 3600
_CODE_LENGTH = 32


def _yes(value: Any) -> bool:
    return value is True or str(value).upper() in ("Y", "1", "TRUE")


def _number(params: Params) -> int:
    number = php_int(pick(params, "CONFIG_ID"))
    if number <= 0:
        raise Refusal("CONFIG_ID_EMPTY", "Config ID can't be empty")
    return number


def _line(context: Context, number: int) -> Values | None:
    found: Values | None = Table(context, LINES, _TEXTS).by_id(number)
    return found


def _given(params: Params) -> Values:
    return in_capitals(pick(params, "PARAMS"))


def _allowed(context: Context) -> None:
    if not context.caller.is_admin:
        raise Refusal("CONFIG_WRONG_USER_PERMISSION", "Permission denied", 403)


def _keep_queue(context: Context, number: int, queue: Any) -> None:
    """Replace the queue of a line: people by their ids, or entries with a type."""
    entries = queue.values() if isinstance(queue, Mapping) else queue if isinstance(queue, list) else []
    context.store.run(f"DELETE FROM {QUEUE.table} WHERE LINE_ID=?", (number,))
    for sort, entry in enumerate(entries):
        facts = in_capitals(entry) if isinstance(entry, Mapping) else {"ENTITY_ID": entry}
        values = {"ENTITY_TYPE": str(facts.get("ENTITY_TYPE") or "user"), "SORT": sort, "LINE_ID": number}
        context.store.insert(QUEUE.table, {**values, "ENTITY_ID": php_int(facts.get("ENTITY_ID"))})


def _add(context: Context, params: Params) -> Any:
    _allowed(context)
    given = _given(params)
    table = Table(context, LINES)
    values = table.read(given)
    if not values.get("LINE_NAME"):
        values["LINE_NAME"] = f"Open channel {context.store.count(LINES.table, '') + 1}"
    number = table.add({**values, "MODIFY_USER_ID": str(context.caller.user_id)})
    _keep_queue(context, number, given.get("QUEUE", [context.caller.user_id]))
    return number


def _update(context: Context, params: Params) -> Any:
    number = _number(params)
    _allowed(context)
    if _line(context, number) is None:
        return False
    given = _given(params)
    table = Table(context, LINES)
    table.change(number, {**table.read(given), "MODIFY_USER_ID": str(context.caller.user_id)})
    if "QUEUE" in given:
        _keep_queue(context, number, given["QUEUE"])
    return True


def _delete(context: Context, params: Params) -> Any:
    number = _number(params)
    _allowed(context)
    context.store.run(f"DELETE FROM {QUEUE.table} WHERE LINE_ID=?", (number,))
    return Table(context, LINES).remove(number)


def _get(context: Context, params: Params) -> Any:
    """``imopenlines.config.get``: nothing found is false."""
    number = _number(params)
    line = _line(context, number)
    if line is None:
        return False
    if _yes(pick(params, "WITH_QUEUE", "Y")):
        line.update(_queue(context, number))
        line["QUEUE_ONLINE"] = "Y"
    return line


def _entries(context: Context, number: int) -> list[Values]:
    sql = f"SELECT * FROM {QUEUE.table} WHERE LINE_ID=? ORDER BY SORT, ID"
    return context.store.maps(sql, (number,))


def _queue(context: Context, number: int) -> Values:
    people = [row for row in _entries(context, number) if row["ENTITY_TYPE"] == "user"]
    empty = {"USER_NAME": None, "USER_WORK_POSITION": None, "USER_AVATAR": None, "USER_AVATAR_ID": "0"}
    full = {
        str(row["ENTITY_ID"]): {
            "ID": str(row["ID"]),
            "SORT": str(row["SORT"]),
            "USER_ID": str(row["ENTITY_ID"]),
            "DEPARTMENT_ID": "0",
            **empty,
        }
        for row in people
    }
    return {
        "QUEUE": [str(row["ENTITY_ID"]) for row in people],
        "QUEUE_FULL": full,
        "QUEUE_USERS_FIELDS": {number: dict(empty) for number in full},
    }


def _wrong(text: str) -> Refusal:
    return Refusal("INVALID_FORMAT", text)


def _field(name: Any, place: str) -> Field:
    found = LINES.fields.get(str(name))
    if found is None:
        raise _wrong(f"An unknown field '{name}' is passed in the PARAMS field '{place}'")
    return found


def _list(context: Context, params: Params) -> Any:
    """``imopenlines.config.list.get``: the platform's query, and the queues on demand."""
    query = pick(params, "PARAMS") or {}
    query = query if isinstance(query, Mapping) else {}
    unknown = [str(name) for name in query if name not in _PARTS]
    if unknown:
        raise _wrong(f"Unsupported PARAMS fields are passed: {', '.join(unknown)}")
    for name in ("select", "filter", "order"):
        if not isinstance(query.get(name, {}), (Mapping, list)):
            raise _wrong(f"A wrong format for the PARAMS field '{name}' is passed")
    select = query.get("select") or []
    names = [name for name in (select.values() if isinstance(select, Mapping) else select) if name != "*"]
    fields = [_field(name, "select") for name in names] or list(LINES.fields.values())
    parts, terms = [], []
    for key, value in dict(query.get("filter") or {}).items():
        match = _KEY.fullmatch(str(key))
        if match is None or match[1] not in _OPERATORS:
            raise _wrong("A wrong field name is passed in the PARAMS field 'filter'")
        parts.append(term(_field(match[2], "filter"), _OPERATORS[match[1]], value, context.moment))
    for key, way in dict(query.get("order") or {}).items():
        if str(way).upper() not in ("ASC", "DESC"):
            raise _wrong("A wrong sorting direction is passed in the PARAMS field 'order'")
        terms.append((_field(key, "order"), str(way).upper() == "DESC"))
    limit, offset = (_size(query, name) for name in ("limit", "offset"))
    shown = [item for item in LINES.fields.values() if item in fields or item.name == "ID"]
    rows = Table(context, LINES, _TEXTS).many(
        both(parts), order_by(terms), fields=shown, offset=offset, limit=limit or -1
    )
    return [_with_queue(context, row, in_capitals(pick(params, "OPTIONS"))) for row in rows]


def _size(query: Mapping[str, Any], name: str) -> int:
    value = query.get(name, 0)
    if not str(value).isdigit():
        raise _wrong(f"A non-negative integer is expected in the PARAMS field '{name}'")
    return int(value)


def _with_queue(context: Context, row: Values, options: Values) -> Values:
    entries = _entries(context, int(row["ID"]))
    if _yes(options.get("QUEUE")):
        people = [entry["ENTITY_ID"] for entry in entries if entry["ENTITY_TYPE"] == "user"]
        blank = {"USER_NAME": "", "USER_WORK_POSITION": None, "USER_AVATAR": "", "USER_AVATAR_ID": None}
        row.update(QUEUE=people, QUEUE_USERS_FIELDS={str(number): dict(blank) for number in people})
    if _yes(options.get("CONFIG_QUEUE")):
        row["CONFIG_QUEUE"] = [
            {"ENTITY_ID": str(entry["ENTITY_ID"]), "ENTITY_TYPE": entry["ENTITY_TYPE"]} for entry in entries
        ]
    return row


def _path(context: Context, _: Params) -> Any:
    return {"SERVER_ADDRESS": context.portal.base_url, "PUBLIC_PATH": "/contact_center/"}


def _code(params: Params) -> str:
    """Return the code of a line of the vendor's network: any that is well formed, for all lie elsewhere."""
    code = pick(params, "CODE")
    if not isinstance(code, str) or len(code) != _CODE_LENGTH:
        raise Refusal("CODE", "You entered an invalid code")
    return code


def _join(context: Context, params: Params) -> Any:
    """``imopenlines.network.join``: answers the id of the line's bot."""
    name = f"network_line_{_code(params)}"
    known = context.store.setting(name)
    if known is None:
        known = context.store.setting("network_lines", 600) + 1
        context.store.keep("network_lines", known)
        context.store.keep(name, known)
    return known


def _message(context: Context, params: Params) -> Any:
    """``imopenlines.network.message.add``: once a week to each person."""
    code = _code(params)
    user = php_int(pick(params, "USER_ID"))
    if user <= 0:
        raise Refusal("USER_ID_EMPTY", "User ID can't be empty")
    if not str(pick(params, "MESSAGE") or "").strip():
        raise Refusal("MESSAGE_EMPTY", "Message can't be empty")
    name = f"network_message_{code}_{user}"
    last = context.store.setting(name)
    if last is not None and context.moment.now - last < _WEEK:
        raise Refusal("USER_MESSAGE_LIMIT", "You can't send more than one message per week to each user")
    context.store.keep(name, context.moment.now)
    return True


METHODS = {
    "imopenlines.config.add": _add,
    "imopenlines.config.update": _update,
    "imopenlines.config.delete": _delete,
    "imopenlines.config.get": _get,
    "imopenlines.config.list.get": _list,
    "imopenlines.config.path.get": _path,
    "imopenlines.network.join": _join,
    "imopenlines.network.message.add": _message,
    "imopenlines.revision.get": lambda _, __: {"rest": 2, "web": 1, "mobile": 1},
}
