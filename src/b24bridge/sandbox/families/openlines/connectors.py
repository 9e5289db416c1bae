"""``imconnector.*``: connectors of applications, and the messages that come through them."""

# ruff: noqa: S608  # names of tables and columns are declared in code; values are always bound

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from b24bridge.sandbox.methods import Context, Params, in_capitals, pick
from b24bridge.sandbox.phpinput import php_int
from b24bridge.sandbox.refusals import Refusal

from .records import CONNECTORS, LINKS, SESSIONS

__all__ = ["METHODS"]

Values = dict[str, Any]

_BUILT_IN = {"livechat": "Live Chat", "telegrambot": "Telegram", "network": "Bitrix24.Network"}
_PARTS = ("user", "message", "chat")


def _missing(name: str) -> Refusal:
    return Refusal("ERROR_ARGUMENT", f"Argument '{name}' is null or empty", argument=name)


def _needed(params: Params, *names: str) -> list[Any]:
    """Return parameters that must be there."""
    found = []
    for name in names:
        value = pick(params, name)
        if value in (None, "", [], {}):
            raise _missing(name)
        found.append(value)
    return found


def _failed(code: str, text: str) -> Values:
    return {"result": False, "error": code, "error_description": text}


def _connector(context: Context, code: Any) -> Values | None:
    rows = context.store.maps(f"SELECT * FROM {CONNECTORS.table} WHERE CODE=?", (str(code),))
    return rows[0] if rows else None


def _register(context: Context, params: Params) -> Any:
    """``imconnector.register``: refusals come inside the result."""
    given = in_capitals(params)
    code, icon = given.get("ID"), in_capitals(given.get("ICON"))
    if not isinstance(code, str) or not code:
        return _failed("CONNECTOR_ID_REQUIRED", "Connector ID is not specified")
    if "." in code:
        text = "Application registration error. Using a dot in the connector identifier is not allowed"
        return _failed("APPLICATION_REGISTRATION_ERROR_POINT", text)
    for name, there, text in (
        ("NAME_REQUIRED", given.get("NAME"), "Connector name is not specified"),
        ("ICON_REQUIRED", icon.get("DATA_IMAGE"), "Connector icon is not specified"),
        ("NO_PLACEMENT_HANDLER", given.get("PLACEMENT_HANDLER"), "Failed to get embedding handler URL"),
    ):
        if not isinstance(there, str) or not there:
            return _failed(name, text)
    values = {
        "CODE": code.lower(),
        "NAME": given["NAME"],
        "CLIENT_ID": context.caller.client_id,
        "FACTS": json.dumps(given, ensure_ascii=False),
    }
    known = _connector(context, code)
    if known is None:
        context.store.insert(CONNECTORS.table, values)
    else:
        context.store.update(CONNECTORS.table, known["ID"], values)
    return {"result": True}


def _unregister(context: Context, params: Params) -> Any:
    known = _connector(context, pick(params, "ID"))
    if known is None or known["CLIENT_ID"] != context.caller.client_id:
        return _failed("APPLICATION_UNREGISTRATION_ERROR", "Error unregistering the application")
    context.store.delete(CONNECTORS.table, known["ID"])
    context.store.run(f"DELETE FROM {LINKS.table} WHERE CONNECTOR=?", (known["CODE"],))
    return {"result": True}


def _list(context: Context, _: Params) -> Any:
    rows = context.store.rows(f"SELECT CODE, NAME FROM {CONNECTORS.table} ORDER BY ID")
    return {**_BUILT_IN, **dict(rows)}


def _link(context: Context, connector: Any, line: int) -> Values:
    """Return how a connector is bound to a line; the row is made when it is not there."""
    pair = (str(connector).lower(), line)
    sql = f"SELECT * FROM {LINKS.table} WHERE CONNECTOR=? AND LINE=?"
    rows = context.store.maps(sql, pair)
    if not rows:
        context.store.insert(LINKS.table, {"CONNECTOR": pair[0], "LINE": line, "ACTIVE": "N"})
        rows = context.store.maps(sql, pair)
    return rows[0]


def _activate(context: Context, params: Params) -> Any:
    connector, line = _needed(params, "CONNECTOR", "LINE")
    active = pick(params, "ACTIVE")
    if active is None or active == "":
        raise _missing("ACTIVE")
    row = _link(context, connector, php_int(line))
    is_on = active is True or str(active) not in ("0", "N", "False", "false")
    context.store.update(LINKS.table, row["ID"], {"ACTIVE": "Y" if is_on else "N"})
    return True


def _set_data(context: Context, params: Params) -> Any:
    connector, line, data = _needed(params, "CONNECTOR", "LINE", "DATA")
    row = _link(context, connector, php_int(line))
    context.store.update(LINKS.table, row["ID"], {"DATA": json.dumps(data, ensure_ascii=False)})
    return True


def _status(context: Context, params: Params) -> Any:
    connector = _needed(params, "CONNECTOR")[0]
    line = php_int(pick(params, "LINE"))
    sql = f"SELECT ACTIVE FROM {LINKS.table} WHERE CONNECTOR=? AND LINE=?"
    row = context.store.one(sql, (str(connector).lower(), line))
    is_on = row is not None and row[0] == "Y"
    known = {"ERROR": False, "CONFIGURED": is_on, "STATUS": is_on}
    return {"LINE": line, "CONNECTOR": str(connector).lower(), **known}


def _active_line(context: Context, line: Any) -> int:
    number = php_int(line)
    if context.store.one("SELECT 1 FROM openlines WHERE ID=? AND ACTIVE='Y'", (number,)) is None:
        raise Refusal("NOT_ACTIVE_LINE", "The line with this ID is inactive or does not exist")
    return number


def _provider(context: Context, connector: Any) -> str:
    if _connector(context, connector) is None and str(connector).lower() not in _BUILT_IN:
        text = "Failed to find a suitable provider for the connector"
        raise Refusal("IMCONNECTOR_NO_CORRECT_PROVIDER", text)
    return str(connector).lower()


def _map(value: Any) -> Values:
    return dict(value) if isinstance(value, Mapping) else {}


def _messages(params: Params) -> list[Values]:
    given = _needed(params, "MESSAGES")[0]
    if not isinstance(given, (list, Mapping)):
        raise Refusal("ERROR_ARGUMENT", "The value of an argument 'MESSAGES' must be of type array")
    entries = []
    for entry in given.values() if isinstance(given, Mapping) else given:
        if not isinstance(entry, Mapping):
            text = "The MESSAGES parameter must be an array of messages (arrays)"
            raise Refusal("ERROR_ARGUMENT", text)
        if any(not isinstance(entry.get(name), (Mapping, list)) for name in _PARTS):
            text = "The incorrect structure of a message inside MESSAGES parameter"
            raise Refusal("ERROR_ARGUMENT", text)
        # An empty map comes as an empty list.
        entries.append({**entry, **{name: _map(entry[name]) for name in _PARTS}})
    return entries


def _received(context: Context, params: Params) -> tuple[str, int, list[Values]]:
    connector, line = _needed(params, "CONNECTOR", "LINE")
    messages = _messages(params)
    return _provider(context, connector), _active_line(context, line), messages


def _session(context: Context, connector: str, line: int, entry: Values) -> Values:
    """Return the conversation of a customer's chat; the first message opens it."""
    chat, user = str(entry["chat"].get("id", "")), str(entry["user"].get("id", ""))
    sql = (
        f"SELECT * FROM {SESSIONS.table} WHERE CONNECTOR=? AND LINE=? AND EXTERNAL_CHAT=? AND EXTERNAL_USER=?"
    )
    key = (connector, line, chat, user)
    rows = context.store.maps(sql, key)
    if not rows:
        name = str(entry["user"].get("name") or "Guest")
        facts = {"TYPE": "lines", "TITLE": name, "ENTITY_TYPE": "LINES", "OWNER": context.caller.user_id}
        code = f"{connector}|{line}|{chat}|{user}"
        created = {"ENTITY_ID": code, "COLOR": "AQUA", "DATE_CREATE": context.moment.text}
        number = context.store.insert("im_chats", {**facts, **created})
        member = {"CHAT_ID": number, "USER_ID": context.caller.user_id}
        context.store.insert("im_members", member)
        names = ("CONNECTOR", "LINE", "EXTERNAL_CHAT", "EXTERNAL_USER")
        values = {"CHAT_ID": number, "STATUS": "new", "PINNED": "N", "SILENT": "N"}
        context.store.insert(SESSIONS.table, {**dict(zip(names, key, strict=True)), **values})
        rows = context.store.maps(sql, key)
    return rows[0]


def _answered(entry: Values, session: Values, **more: Any) -> Values:
    chat = {key: value for key, value in entry["chat"].items() if key != "url"}
    if entry["chat"].get("url"):
        chat["description"] = f"Link to the original post: {entry['chat']['url']}"
    message = dict(entry["message"])
    if "date" in message:
        # The moment is an object in PHP, which comes out empty.
        message["date"] = {}
    if "files" in message:
        message["files"] = []
    message.pop("disable_crm", None)
    return {"user": str(500 + session["ID"]), "message": message, "chat": chat, **more, "SUCCESS": True}


def _send(context: Context, params: Params) -> Any:
    connector, line, messages = _received(context, params)
    rows = []
    for entry in messages:
        session = _session(context, connector, line, entry)
        text = str(entry["message"].get("text") or "")
        values = {"CHAT_ID": session["CHAT_ID"], "AUTHOR_ID": 0, "DATE": context.moment.text, "TEXT": text}
        context.store.insert("im_messages", values)
        extra = {"skip_phone_validate": entry["user"].get("skip_phone_validate", "N"), "disable_tracker": "Y"}
        shown = _answered(entry, session, extra=extra)
        rows.append({**shown, "session": {"ID": str(session["ID"]), "CHAT_ID": str(session["CHAT_ID"])}})
    return {"SUCCESS": True, "DATA": {"RESULT": rows}}


def _change(context: Context, params: Params) -> Any:
    """``imconnector.update.messages`` and ``imconnector.delete.messages``."""
    connector, line, messages = _received(context, params)
    rows = [_answered(entry, _session(context, connector, line, entry)) for entry in messages]
    return {"SUCCESS": True, "DATA": {"RESULT": rows}}


def _state(context: Context, params: Params) -> Any:
    """``imconnector.send.status.*``: noted."""
    connector, _, __ = _needed(params, "CONNECTOR", "LINE", "MESSAGES")
    _provider(context, connector)
    return {"SUCCESS": True, "DATA": []}


def _rename(context: Context, params: Params) -> Any:
    connector, line, chat, name = _needed(params, "CONNECTOR", "LINE", "CHAT_ID", "NAME")
    number = _active_line(context, line)
    code = _provider(context, connector)
    context.store.run(
        f"UPDATE im_chats SET TITLE=? WHERE ID IN (SELECT CHAT_ID FROM {SESSIONS.table} "
        "WHERE CONNECTOR=? AND LINE=? AND EXTERNAL_CHAT=?)",
        (str(name), code, number, str(chat)),
    )
    return {"SUCCESS": True, "DATA": {"RESULT": {}}}


METHODS = {
    "imconnector.register": _register,
    "imconnector.unregister": _unregister,
    "imconnector.list": _list,
    "imconnector.activate": _activate,
    "imconnector.status": _status,
    "imconnector.connector.data.set": _set_data,
    "imconnector.chat.name.set": _rename,
    "imconnector.send.messages": _send,
    "imconnector.update.messages": _change,
    "imconnector.delete.messages": _change,
    "imconnector.send.status.delivery": _state,
    "imconnector.send.status.reading": _state,
}
