"""``userfieldtype.*`` (page "Add a Custom User Field Type")."""

from __future__ import annotations

import json
from typing import Any

from b24bridge.sandbox.methods import Context, Family, Method, Params, in_capitals
from b24bridge.sandbox.plain import Table, prepare
from b24bridge.sandbox.records import Record, parse_fields
from b24bridge.sandbox.refusals import Refusal

__all__ = ["FAMILY"]

Values = dict[str, Any]

_TYPES = Record(
    "userfield_types",
    parse_fields("""
        ID integer o
        CLIENT_ID string .
        USER_TYPE_ID string r
        HANDLER string r
        TITLE string .
        DESCRIPTION string .
        OPTIONS object .
    """),
)
_SHOWN = ("USER_TYPE_ID", "HANDLER", "TITLE", "DESCRIPTION")


def _needed(given: Values, *names: str) -> None:
    for name in names:
        if not isinstance(given.get(name), str) or not given[name]:
            raise Refusal("ERROR_ARGUMENT", f"Argument '{name}' is null or empty", argument=name)


def _rows(context: Context, condition: str = "", *values: Any) -> list[Values]:
    sql = f"SELECT * FROM userfield_types WHERE CLIENT_ID=?{condition} ORDER BY ID DESC"  # noqa: S608
    return context.store.maps(sql, (context.caller.client_id, *values))


def _stored(context: Context, given: Values) -> Values:
    values = Table(context, _TYPES).read({key: value for key, value in given.items() if key != "OPTIONS"})
    if isinstance(given.get("OPTIONS"), (dict, list)):
        values["OPTIONS"] = json.dumps(given["OPTIONS"], ensure_ascii=False)
    return values


def _taken(context: Context, handler: str, number: int) -> None:
    if _rows(context, " AND HANDLER=? AND ID<>?", handler, number):
        raise Refusal("ERROR_CORE", "Unable to set placement handler: Handler already binded")


def _add(context: Context, params: Params) -> Any:
    given = in_capitals(params)
    _needed(given, "USER_TYPE_ID", "HANDLER")
    _taken(context, given["HANDLER"], 0)
    if _rows(context, " AND USER_TYPE_ID=?", given["USER_TYPE_ID"].lower()):
        raise Refusal("ERROR_CORE", "Unable to set placement handler: Handler already binded")
    values = {"TITLE": given["USER_TYPE_ID"], "DESCRIPTION": "", **_stored(context, given)}
    name = {"USER_TYPE_ID": given["USER_TYPE_ID"].lower(), "CLIENT_ID": context.caller.client_id}
    Table(context, _TYPES).add({**values, **name})
    return True


def _found(context: Context, given: Values) -> Values:
    _needed(given, "USER_TYPE_ID")
    rows = _rows(context, " AND USER_TYPE_ID=?", given["USER_TYPE_ID"].lower())
    if not rows:
        raise Refusal("ERROR_NOT_FOUND", "User Field Type not found")
    return rows[0]


def _update(context: Context, params: Params) -> Any:
    given = in_capitals(params)
    row = _found(context, given)
    values = _stored(context, given)
    values.pop("USER_TYPE_ID", None)
    if values.get("HANDLER"):
        _taken(context, values["HANDLER"], row["ID"])
    Table(context, _TYPES).change(row["ID"], values)
    return True


def _delete(context: Context, params: Params) -> Any:
    return Table(context, _TYPES).remove(_found(context, in_capitals(params))["ID"])


def _list(context: Context, _: Params) -> Any:
    return [{name: row[name] for name in _SHOWN} for row in _rows(context)]


_HANDLERS = {"add": _add, "update": _update, "delete": _delete, "list": _list}

FAMILY = Family(
    "userfield_types",
    [
        Method(f"userfieldtype.{verb}", handler, "placement", auth="token")
        for verb, handler in _HANDLERS.items()
    ],
    prepare=lambda portal: prepare(portal, _TYPES),
)
