"""Binding handlers, and fetching what they missed."""

# ruff: noqa: S608  # names of tables and columns are declared in code; values are always bound

from __future__ import annotations

import json
import secrets
from typing import Any
from urllib.parse import urlsplit

from b24bridge.sandbox.events import HANDLERS, QUEUE
from b24bridge.sandbox.listing import PAGE, Answer
from b24bridge.sandbox.methods import Context, Params, pick
from b24bridge.sandbox.phpinput import php_int
from b24bridge.sandbox.refusals import Refusal

__all__ = ["bind", "get", "names", "offline_clear", "offline_get", "offline_list", "unbind"]

_HANDLER = ("EVENT", "HANDLER", "CLIENT_ID", "OFFLINE", "CONNECTOR")
_OBJECTS = ("LEAD", "DEAL", "CONTACT", "COMPANY", "DYNAMICITEM")
_EVENTS = (
    "ONAPPINSTALL",
    "ONAPPUNINSTALL",
    "ONAPPUPDATE",
    "ONAPPTEST",
    *(f"ONCRM{kind}{what}" for kind in _OBJECTS for what in ("ADD", "UPDATE", "DELETE")),
    "ONTASKADD",
    "ONTASKUPDATE",
    "ONTASKDELETE",
)


def names(_: Context, __: Params) -> Any:
    """``events``: upper-case names."""
    return list(_EVENTS)


def bind(context: Context, params: Params) -> Any:
    """``event.bind``."""
    event, url, offline = _wanted(params)
    if not event:
        raise Refusal("ERROR_ARGUMENT", "Argument 'EVENT' is null or empty", argument="EVENT")
    if event not in _EVENTS:
        raise Refusal("ERROR_EVENT_NOT_FOUND", "Event not found")
    if not offline:
        _check_address(url)
    row = (event, "" if offline else url, context.caller.client_id, int(offline), _connector(params))
    same = " AND ".join(f"{name}=?" for name in _HANDLER)
    if context.store.one(f"SELECT 1 FROM {HANDLERS} WHERE {same}", row):
        raise Refusal("ERROR_CORE", "Unable to set event handler: Handler already binded")
    values = dict(zip(_HANDLER, row, strict=True))
    context.store.insert(HANDLERS, {**values, "AUTH_TYPE": php_int(pick(params, "auth_type"))})
    context.portal.events.refresh()
    return True


def unbind(context: Context, params: Params) -> Any:
    """``event.unbind``: says how many handlers are gone, 0 when none fitted."""
    event, url, offline = _wanted(params)
    sql = f"DELETE FROM {HANDLERS} WHERE EVENT=? AND CLIENT_ID=? AND OFFLINE=?"
    arguments: list[Any] = [event, context.caller.client_id, int(offline)]
    if url and not offline:
        sql += " AND HANDLER=?"
        arguments.append(url)
    count = context.store.run(sql, arguments)
    context.portal.events.refresh()
    return {"count": count}


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
    """``event.offline.get``: takes events out of the queue, or reserves them with ``clear=0``."""
    limit = php_int(params.get("limit", PAGE)) or PAGE
    rows = _queued(context, "PROCESS_ID='' LIMIT ?", (limit,))
    keep = "clear" in params and not php_int(params["clear"])
    process = secrets.token_hex(16) if keep and rows else None
    for row in rows:
        if process is None:
            context.store.delete(QUEUE, int(row["ID"]))
        else:
            context.store.update(QUEUE, int(row["ID"]), {"PROCESS_ID": process})
    return {"process_id": process, "events": [{k: row[k] for k in row if k != "PROCESS_ID"} for row in rows]}


def offline_list(context: Context, _: Params) -> Any:
    """``event.offline.list``: the queue, with the exact offset of ``start``."""
    rows = _queued(context, "1")
    start = max(0, context.start or 0)
    page = rows[start : start + PAGE]
    return Answer(page, len(rows), start + PAGE if start + PAGE < len(rows) else None)


def offline_clear(context: Context, params: Params) -> Any:
    """``event.offline.clear``: forgets what a process has handled, or some of it."""
    process = params.get("process_id")
    if not isinstance(process, str) or not process:
        raise Refusal("ERROR_ARGUMENT", "Argument 'PROCESS_ID' is null or empty", argument="PROCESS_ID")
    wanted = params.get("id") or params.get("message_id")
    column = "ID" if params.get("id") else "MESSAGE_ID"
    sql = f"DELETE FROM {QUEUE} WHERE PROCESS_ID=? AND CLIENT_ID=?"
    arguments = [process, context.caller.client_id]
    if isinstance(wanted, list):
        sql += f" AND {column} IN ({','.join('?' * len(wanted))})"
        arguments += wanted
    context.store.run(sql, arguments)
    return True


def _queued(context: Context, clause: str, arguments: tuple[Any, ...] = ()) -> list[dict[str, Any]]:
    columns = (
        "ID",
        "TIMESTAMP_X",
        "EVENT_NAME",
        "EVENT_DATA",
        "EVENT_ADDITIONAL",
        "MESSAGE_ID",
        "PROCESS_ID",
    )
    rows = context.store.rows(
        f"SELECT {','.join(columns)} FROM {QUEUE} WHERE CLIENT_ID=? AND {clause}",
        (context.caller.client_id, *arguments),
    )
    found = []
    for values in rows:
        row = dict(zip(columns, values, strict=True))
        row["ID"] = str(row["ID"])
        row["EVENT_DATA"] = json.loads(row["EVENT_DATA"])
        row["EVENT_ADDITIONAL"] = json.loads(row["EVENT_ADDITIONAL"])
        found.append(row)
    return found


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
