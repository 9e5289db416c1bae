"""External lines: numbers that an application connects."""

from __future__ import annotations

from typing import Any

from b24bridge.sandbox.dialects import CLASSIC
from b24bridge.sandbox.filters import Where
from b24bridge.sandbox.methods import Context, Params, pick
from b24bridge.sandbox.plain import Table
from b24bridge.sandbox.records import Field, Record

from .errors import refused

__all__ = ["LINES", "add", "delete", "get", "update"]

LINES = Record(
    "telephony_lines",
    [
        Field("ID", "integer"),
        Field("CLIENT_ID", read_only=True),
        Field("NUMBER"),
        Field("NAME", default=""),
        Field("CRM_AUTO_CREATE", "char", default="Y"),
    ],
)


def _table(context: Context) -> Table:
    return Table(context, LINES, CLASSIC)


def _wanted(context: Context, params: Params) -> tuple[str, Any]:
    number = pick(params, "NUMBER")
    if not number:
        raise refused("NUMBER should not be empty")
    mine = Where("CLIENT_ID=? AND NUMBER=?", (context.caller.client_id, str(number)))
    return str(number), _table(context).one(mine)


def add(context: Context, params: Params) -> Any:
    """``telephony.externalLine.add``."""
    number, known = _wanted(context, params)
    if known is not None:
        raise refused("Line already exists")
    given = _given(params)
    values = {**_table(context).read(given), "NUMBER": number, "CLIENT_ID": context.caller.client_id}
    return {"ID": _table(context).add(values)}


def get(context: Context, _: Params) -> Any:
    """``telephony.externalLine.get``: the application's lines."""
    rows = _table(context).many(Where("CLIENT_ID=?", (context.caller.client_id,)))
    return [{name: row[name] for name in ("NUMBER", "NAME", "CRM_AUTO_CREATE")} for row in rows]


def update(context: Context, params: Params) -> Any:
    """``telephony.externalLine.update``: the id comes back as text."""
    known = _existing(context, params)
    given = _given(params)
    if not given:
        raise refused("There are no fields to update")
    _table(context).change(int(known["ID"]), _table(context).read(given))
    return {"ID": known["ID"]}


def delete(context: Context, params: Params) -> Any:
    """``telephony.externalLine.delete``: answers an empty array."""
    _table(context).remove(int(_existing(context, params)["ID"]))
    return []


def _existing(context: Context, params: Params) -> Any:
    number, known = _wanted(context, params)
    if known is None:
        raise refused(f"Could not find line with number {number}")
    return known


def _given(params: Params) -> dict[str, Any]:
    given = {name: pick(params, name) for name in ("NAME", "CRM_AUTO_CREATE")}
    return {name: value for name, value in given.items() if value is not None}
