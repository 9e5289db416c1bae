"""Binding handlers, and fetching what they missed."""

# ruff: noqa: S608  # names of tables and columns are declared in code; values are always bound

from __future__ import annotations

import json
import re
import secrets
from typing import Any
from urllib.parse import urlsplit

from b24bridge.sandbox.events import HANDLERS, QUEUE
from b24bridge.sandbox.filters import Where, both, term
from b24bridge.sandbox.listing import PAGE, Answer, order_by
from b24bridge.sandbox.methods import Context, Params, in_capitals, pick
from b24bridge.sandbox.phpinput import php_int
from b24bridge.sandbox.records import Field
from b24bridge.sandbox.refusals import Refusal

from .names import EVENTS

__all__ = [
    "bind",
    "get",
    "names",
    "offline_clear",
    "offline_error",
    "offline_get",
    "offline_list",
    "test",
    "unbind",
]

_HANDLER = ("EVENT", "HANDLER", "CLIENT_ID", "OFFLINE", "CONNECTOR")
_SHOWN = (
    "ID",
    "TIMESTAMP_X",
    "EVENT_NAME",
    "EVENT_DATA",
    "EVENT_ADDITIONAL",
    "MESSAGE_ID",
    "PROCESS_ID",
    "ERROR",
)
_KEY = re.compile(r"(>=|<=|!=|[=!<>@%]?)(\w+)", re.ASCII)
_FILTERED = frozenset({"ID", "TIMESTAMP_X", "EVENT_NAME", "MESSAGE_ID", "PROCESS_ID", "ERROR"})


def names(context: Context, params: Params) -> Any:
    """``events``: upper-case names that the caller may bind, or with ``full`` all of them."""
    wanted = pick(params, "scope")
    if isinstance(wanted, str) and wanted:
        return [name for name, scope in EVENTS.items() if scope == wanted]
    every = _truthy(pick(params, "full"))
    return [name for name, scope in EVENTS.items() if every or scope in ("basic", *context.caller.scopes)]


def bind(context: Context, params: Params) -> Any:
    """``event.bind``."""
    event, url, offline = _wanted(params)
    if not event:
        raise Refusal("ERROR_ARGUMENT", "Argument 'EVENT' is null or empty", argument="EVENT")
    if event not in EVENTS:
        raise Refusal("ERROR_EVENT_NOT_FOUND", "Event not found")
    if not offline:
        _check_address(url)
    _check_rights(context, params, offline=offline, doing="binding")
    row = (event, "" if offline else url, context.caller.client_id, int(offline), _connector(params))
    same = " AND ".join(f"{name}=?" for name in _HANDLER)
    if context.store.one(f"SELECT 1 FROM {HANDLERS} WHERE {same}", row):
        raise Refusal("ERROR_CORE", "Unable to set event handler: Handler already binded")
    values = dict(zip(_HANDLER, row, strict=True))
    context.store.insert(
        HANDLERS, {**values, "AUTH_TYPE": _auth_type(context, params), "MIN_TIMEOUT": _pause(params)}
    )
    context.portal.events.refresh()
    return True


def unbind(context: Context, params: Params) -> Any:
    """``event.unbind``: says how many handlers are gone, 0 when none fitted."""
    event, url, offline = _wanted(params)
    _check_rights(context, params, offline=offline, doing="unbinding")
    sql = f"DELETE FROM {HANDLERS} WHERE EVENT=? AND CLIENT_ID=? AND OFFLINE=?"
    arguments: list[Any] = [event, context.caller.client_id, int(offline)]
    if url and not offline:
        sql += " AND HANDLER=?"
        arguments.append(url)
    count = context.store.run(sql, arguments)
    context.portal.events.refresh()
    return {"count": count}


def test(context: Context, params: Params) -> Any:
    """``event.test``: sends the parameters back as ``ONAPPTEST``."""
    context.portal.events.fire(
        "ONAPPTEST",
        {"QUERY": params},
        client_id=context.caller.client_id,
        user_id=context.caller.user_id,
    )
    return 1


def get(context: Context, _: Params) -> Any:
    """``event.get``: the application's handlers."""
    rows = context.store.rows(
        f"SELECT EVENT, HANDLER, AUTH_TYPE, OFFLINE, CONNECTOR FROM {HANDLERS} WHERE CLIENT_ID=? ORDER BY ID",
        (context.caller.client_id,),
    )
    return [
        {"event": event, "connector_id": connector, "offline": 1}
        if offline
        else {"event": event, "handler": url, "auth_type": str(auth_type), "offline": 0}
        for event, url, auth_type, offline, connector in rows
    ]


def offline_get(context: Context, params: Params) -> Any:
    """``event.offline.get``: takes events out of the queue, or reserves them with ``clear=0``.

    With a ``process_id`` the events of an earlier call come again; the ones that failed only when
    ``error`` says so.
    """
    _only_admins(context)
    limit = php_int(params.get("limit", PAGE)) or PAGE
    process = params.get("process_id")
    where = [
        _conditions(context, params),
        Where("PROCESS_ID=?", (process if isinstance(process, str) else "",)),
    ]
    where.append(Where("ERROR=?", (int(_truthy(params.get("error"))),)))
    rows = _queued(context, both(where), _order(params), limit)
    if not _truthy(params.get("clear", 1)):
        if not process and rows:
            process = secrets.token_hex(16)
            for row in rows:
                context.store.update(QUEUE, int(row["ID"]), {"PROCESS_ID": process})
        return {"process_id": process or None, "events": [_taken(row) for row in rows]}
    for row in rows:
        context.store.delete(QUEUE, int(row["ID"]))
    return {"process_id": None, "events": [_taken(row) for row in rows]}


def offline_list(context: Context, params: Params) -> Any:
    """``event.offline.list``: the queue, with the exact offset of ``start``."""
    _only_admins(context)
    rows = _queued(context, _conditions(context, params), _order(params), -1)
    if context.start is not None and context.start < 0:
        return Answer(rows[:PAGE], 0)
    start = context.start or 0
    return Answer(rows[start : start + PAGE], len(rows), start + PAGE if start + PAGE < len(rows) else None)


def offline_clear(context: Context, params: Params) -> Any:
    """``event.offline.clear``: forgets what a process has handled, or some of it."""
    context.store.run(
        f"DELETE FROM {QUEUE}{_handled(context, params).clause}", _handled(context, params).arguments
    )
    return True


def offline_error(context: Context, params: Params) -> Any:
    """``event.offline.error``: marks events that a process could not handle."""
    where = _handled(context, params)
    context.store.run(f"UPDATE {QUEUE} SET ERROR=1{where.clause}", where.arguments)
    return True


def _only_admins(context: Context) -> None:
    if not context.caller.is_admin:
        raise Refusal("ACCESS_DENIED", "Access denied!", 403)


def _check_rights(context: Context, params: Params, *, offline: bool, doing: str) -> None:
    """Refuse what only administrators may do; ``doing`` is the portal's word for it."""
    if context.caller.is_admin:
        return
    text = "requires administrator access rights"
    if offline:
        raise Refusal("ACCESS_DENIED", f"Access denied! Offline events {doing} {text}", 403)
    if php_int(pick(params, "auth_type")):
        raise Refusal("ACCESS_DENIED", f"Access denied! Event {doing} with AUTH_TYPE {text}", 403)


def _auth_type(context: Context, params: Params) -> int:
    """Return whose token a handler gets; who is no administrator binds for nobody but themselves."""
    return php_int(pick(params, "auth_type")) if context.caller.is_admin else context.caller.user_id


def _pause(params: Params) -> int | None:
    """Return the seconds between two notices, if the application has chosen them."""
    options = in_capitals(pick(params, "options"))
    return php_int(options["MINTIMEOUT"]) if "MINTIMEOUT" in options else None


def _handled(context: Context, params: Params) -> Where:
    _only_admins(context)
    process = params.get("process_id")
    if not isinstance(process, str) or not process:
        raise Refusal("ERROR_ARGUMENT", "Argument 'PROCESS_ID' is null or empty", argument="PROCESS_ID")
    parts = [Where("PROCESS_ID=? AND CLIENT_ID=?", (process, context.caller.client_id))]
    for column in ("ID", "MESSAGE_ID"):
        wanted = params.get(column.lower())
        values = list(wanted.values()) if isinstance(wanted, dict) else wanted
        if isinstance(values, list) and values:
            texts = tuple(str(value) for value in values)
            parts.append(Where(f"CAST({column} AS TEXT) IN ({','.join('?' * len(texts))})", texts))
            break
    return both(parts)


def _conditions(context: Context, params: Params) -> Where:
    """Return the condition of ``filter``, within the application's own queue.

    Raises:
        Refusal: A field is not one to filter by.
    """
    parts = [Where("CLIENT_ID=?", (context.caller.client_id,))]
    if "auth_connector" in params:
        parts.append(Where("CONNECTOR=?", (_connector(params),)))
    wanted = params.get("filter")
    for key, value in wanted.items() if isinstance(wanted, dict) else ():
        match = _KEY.fullmatch(str(key).upper())
        if match is None or match[2] not in _FILTERED:
            raise Refusal("ERROR_ARGUMENT", f"Filter field not allowed: {key}", argument="filter")
        kind = {"ID": "integer", "ERROR": "integer", "TIMESTAMP_X": "datetime"}.get(match[2], "string")
        operator = {"": "=", "!": "!="}.get(match[1], match[1])
        parts.append(term(Field(match[2], kind), operator, value, context.moment))
    return both(parts)


def _order(params: Params) -> str:
    wanted = params.get("order")
    terms: list[tuple[Field, bool]] = []
    for key, direction in wanted.items() if isinstance(wanted, dict) else ():
        if str(key).upper() not in _FILTERED:
            raise Refusal("ERROR_ARGUMENT", f"Order field not allowed: {key}", argument="order")
        terms.append((Field(str(key).upper(), "integer"), str(direction).upper() == "DESC"))
    return order_by(terms)


def _queued(context: Context, where: Where, order: str, limit: int) -> list[dict[str, Any]]:
    sql = f"SELECT {','.join(_SHOWN)} FROM {QUEUE}{where.clause}{order} LIMIT ?"
    rows = context.store.maps(sql, (*where.arguments, limit))
    for row in rows:
        row.update(ID=str(row["ID"]), ERROR=str(row["ERROR"]))
        row.update(EVENT_DATA=json.loads(row["EVENT_DATA"]))
        row.update(EVENT_ADDITIONAL=json.loads(row["EVENT_ADDITIONAL"]))
    return rows


def _taken(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in ("PROCESS_ID", "ERROR")}


def _truthy(value: Any) -> bool:
    return value not in (None, False, 0, "", "0", "N", "n")


def _wanted(params: Params) -> tuple[str, str, bool]:
    event = str(pick(params, "event", "")).upper()
    kind = str(pick(params, "event_type", "online")).lower()
    if kind not in ("online", "offline"):
        raise Refusal("ERROR_ARGUMENT", "Value must be one of online, offline", argument="EVENT_TYPE")
    return event, str(pick(params, "handler", "")), kind == "offline"


def _connector(params: Params) -> str:
    return str(pick(params, "auth_connector", ""))


def _check_address(url: str) -> None:
    if not url:
        raise Refusal("ERROR_ARGUMENT", "Argument 'HANDLER' is null or empty", argument="HANDLER")
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https"):
        raise Refusal("ERROR_UNSUPPORTED_PROTOCOL", "Unsupported event handler protocol")
    if "." not in (parts.hostname or ""):
        raise Refusal("ERROR_WRONG_HANDLER_URL", "Wrong handler URL")
