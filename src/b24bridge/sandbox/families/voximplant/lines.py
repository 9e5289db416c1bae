"""SIP lines: cloud and office telephone exchanges (pages ``voximplant.sip.*``, ``voximplant.line.*``)."""

from __future__ import annotations

from typing import Any

from b24bridge.sandbox.dialects import CLASSIC
from b24bridge.sandbox.filters import Where, both, term
from b24bridge.sandbox.methods import Context, Params, in_capitals, pick
from b24bridge.sandbox.phpinput import php_int
from b24bridge.sandbox.plain import Table
from b24bridge.sandbox.records import Record, parse_fields
from b24bridge.sandbox.refusals import Refusal

__all__ = [
    "HOST",
    "LINES",
    "add",
    "choose",
    "choose_sip",
    "connector",
    "delete",
    "get",
    "listed",
    "names",
    "outgoing",
    "status",
    "update",
]

HOST = "ip.b24-1-1500000000.bitrixphone.com"
# Registrations of the telephone service count on their own.
_FIRST_REGISTRATION = 150_000

LINES = Record(
    "sip_lines",
    parse_fields("""
        ID integer o
        TYPE string:cloud .
        CONFIG_ID integer o
        REG_ID integer o
        SERVER string .
        LOGIN string .
        PASSWORD string .
        INCOMING_SERVER string o
        INCOMING_LOGIN string o
        INCOMING_PASSWORD string o
        AUTH_USER string .
        OUTBOUND_PROXY string .
        DETECT_LINE_NUMBER char:N .
        LINE_DETECT_HEADER_ORDER string:diversion;to .
        REGISTRATION_STATUS_CODE string o
        REGISTRATION_ERROR_MESSAGE string o
        TITLE string .
    """),
)
_CLOUD_ONLY = ("REG_ID",)
_OFFICE_ONLY = ("INCOMING_SERVER", "INCOMING_LOGIN", "INCOMING_PASSWORD")
_NEEDED = {
    "SERVER": "Server address not specified",
    "LOGIN": "Login for connecting to the server not specified",
    "PASSWORD": "Password for connecting to the server cannot be empty",
}


def _table(context: Context) -> Table:
    if not context.caller.is_admin:
        raise Refusal("ACCESS_DENIED", "Access denied!", 403)
    return Table(context, LINES, CLASSIC)


def _shown(row: dict[str, Any], *, full: bool = False) -> dict[str, Any]:
    hidden = _OFFICE_ONLY if row["TYPE"] == "cloud" else _CLOUD_ONLY
    return {name: value for name, value in row.items() if name not in hidden and (full or name != "ID")}


def _found(context: Context, params: Params, code: str = "ERROR_NOT_FOUND") -> dict[str, Any]:
    row: dict[str, Any] | None = _table(context).one(
        Where("CONFIG_ID=?", (php_int(pick(params, "CONFIG_ID")),))
    )
    if row is None:
        raise Refusal(code, "Specified CONFIG_ID is not found")
    return row


def _check(values: dict[str, Any]) -> None:
    for name, text in _NEEDED.items():
        if name in values and not values[name]:
            raise Refusal("CHECK_FIELDS_ERROR", text)


def add(context: Context, params: Params) -> Any:
    """``voximplant.sip.add``."""
    table = _table(context)
    values = {"PASSWORD": "", **dict.fromkeys(_NEEDED), **table.read(params)}
    _check(values)
    number = table.add(values)
    changes: dict[str, Any] = {"CONFIG_ID": number, "TITLE": values.get("TITLE") or f"SIP line {number}"}
    if values.get("TYPE") == "office":
        incoming = (HOST, f"sip{number}", f"{number:032x}")
        changes.update(zip(_OFFICE_ONLY, incoming, strict=True))
    else:
        changes["REG_ID"] = _FIRST_REGISTRATION + number
    table.change(number, changes)
    row = _shown(table.by_id(number), full=True)
    return {**row, "REG_ID": int(row["REG_ID"])} if "REG_ID" in row else row


def listed(context: Context, params: Params) -> Any:
    """``voximplant.sip.get``: without a filter all lines."""
    wanted = in_capitals(pick(params, "FILTER"))
    where = both(
        term(LINES.fields[name], "=", value, context.moment)
        for name, value in wanted.items()
        if name in LINES.fields
    )
    return [_shown(row) for row in _table(context).many(where)]


def update(context: Context, params: Params) -> Any:
    """``voximplant.sip.update``."""
    row, table = _found(context, params), _table(context)
    values = table.read(params)
    _check(values)
    table.change(int(row["ID"]), values)
    return 1


def delete(context: Context, params: Params) -> Any:
    """``voximplant.sip.delete``."""
    return int(_table(context).remove(int(_found(context, params)["ID"])))


def status(context: Context, params: Params) -> Any:
    """``voximplant.sip.status``: a line that nobody answers for is still being registered."""
    number = php_int(pick(params, "REG_ID"))
    if _table(context).one(Where("REG_ID=?", (number,))) is None:
        raise Refusal("REG_ID_NOT_FOUND", "Settings not found")
    return {
        "REG_ID": number,
        "LAST_UPDATED": context.moment.text[:19].replace("T", " "),
        "ERROR_MESSAGE": "",
        "STATUS_CODE": None,
        "STATUS_RESULT": "in_progress",
    }


def connector(context: Context, _: Params) -> Any:
    """``voximplant.sip.connector.status``."""
    _table(context)
    return {"FREE_MINUTES": 60, "PAID": False}


def names(context: Context) -> dict[str, str]:
    """Return the titles of all lines by their names."""
    rows = context.store.rows("SELECT TYPE, CONFIG_ID, REG_ID, TITLE FROM sip_lines ORDER BY ID")
    return {f"reg{reg}" if kind == "cloud" else f"sip{config}": title for kind, config, reg, title in rows}


def get(context: Context, _: Params) -> Any:
    """``voximplant.line.get``."""
    _table(context)
    return names(context)


def outgoing(context: Context, _: Params) -> Any:
    """``voximplant.line.outgoing.get``: the line that calls go out by."""
    _table(context)
    return context.store.setting("outgoing_line", "")


def choose(context: Context, params: Params) -> Any:
    """``voximplant.line.outgoing.set``."""
    _table(context)
    context.store.keep("outgoing_line", str(pick(params, "LINE_ID") or ""))
    return 1


def choose_sip(context: Context, params: Params) -> Any:
    """``voximplant.line.outgoing.sip.set``."""
    row = _found(context, params, "ERROR_ARGUMENT")
    line = f"reg{row['REG_ID']}" if row["TYPE"] == "cloud" else f"sip{row['CONFIG_ID']}"
    context.store.keep("outgoing_line", line)
    return 1
