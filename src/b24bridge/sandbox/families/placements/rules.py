"""Binding handlers to places."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from b24bridge.sandbox.dialects import CLASSIC
from b24bridge.sandbox.filters import Where
from b24bridge.sandbox.methods import Context, Params, pick
from b24bridge.sandbox.phpinput import php_int
from b24bridge.sandbox.phpjson import php_array
from b24bridge.sandbox.plain import Table
from b24bridge.sandbox.records import Field, Record
from b24bridge.sandbox.refusals import Refusal, system

from .codes import codes

__all__ = ["HANDLERS", "bind", "get", "listed", "unbind"]

HANDLERS = Record(
    "placement_handlers",
    [
        Field("ID", "integer"),
        Field("CLIENT_ID"),
        Field("PLACEMENT"),
        Field("HANDLER"),
        Field("USER_ID", "integer", default=0),
        Field("TITLE", default=""),
        Field("DESCRIPTION", default=""),
        Field("GROUP_NAME", default=""),
        Field("OPTIONS", "object"),
        Field("LANG_ALL", "object"),
    ],
)
_TEXTS = ("TITLE", "DESCRIPTION", "GROUP_NAME")


def _known(context: Context) -> list[tuple[str, str]]:
    types = [entity.type_id for entity in context.portal.entities.all() if entity.type_row is not None]
    return list(codes(types))


def _wanted(params: Params, name: str) -> str:
    value = pick(params, name)
    if not value:
        raise Refusal("ERROR_ARGUMENT", f"Argument '{name}' is null or empty", argument=name)
    if not isinstance(value, str):
        text = f"The value of an argument '{name}' must be of type string"
        raise Refusal("ERROR_ARGUMENT", text, argument=name)
    return value


def bind(context: Context, params: Params) -> Any:
    """``placement.bind``: once for each handler and user."""
    if not context.caller.is_admin:
        raise system("administrator")
    place, handler = _wanted(params, "PLACEMENT").upper(), _wanted(params, "HANDLER")
    if place not in {code for _, code in _known(context)}:
        raise Refusal("ERROR_PLACEMENT_NOT_FOUND", "Placement not found")
    if urlsplit(handler).scheme not in ("http", "https"):
        raise Refusal("ERROR_UNSUPPORTED_PROTOCOL", "Unsupported event handler protocol")
    user = php_int(pick(params, "USER_ID", 0))
    table = Table(context, HANDLERS, CLASSIC)
    same = Where(
        "CLIENT_ID=? AND PLACEMENT=? AND HANDLER=? AND USER_ID=?",
        (context.caller.client_id, place, handler, user),
    )
    if table.one(same) is not None:
        raise Refusal("ERROR_CORE", "Unable to set placement handler: Handler already binded")
    languages = _languages(context, params)
    first = next(iter(languages.values()), dict.fromkeys(_TEXTS, ""))
    values = table.read({"OPTIONS": pick(params, "OPTIONS") or {}, "LANG_ALL": languages, **first})
    values.update(CLIENT_ID=context.caller.client_id, PLACEMENT=place, HANDLER=handler, USER_ID=user)
    table.add(values)
    return True


def _languages(context: Context, params: Params) -> dict[str, dict[str, str]]:
    """Return title, description and group by language; plain ones are those of the portal's language."""
    given = pick(params, "LANG_ALL")
    if not isinstance(given, dict) or not given:
        given = {"en": {name: pick(params, name, "") for name in _TEXTS}}
    return {
        str(language): {name: str(texts.get(name) or "") for name in _TEXTS}
        for language, texts in given.items()
        if isinstance(texts, dict)
    }


def get(context: Context, _: Params) -> Any:
    """``placement.get``: the application's handlers."""
    rows = Table(context, HANDLERS, CLASSIC).many(Where("CLIENT_ID=?", (context.caller.client_id,)))
    return [
        {
            "placement": row["PLACEMENT"],
            "userId": int(row["USER_ID"]),
            "handler": row["HANDLER"],
            "options": php_array(row["OPTIONS"]),
            "title": row["TITLE"],
            "description": row["DESCRIPTION"],
            "langAll": php_array(row["LANG_ALL"]),
        }
        for row in rows
    ]


def listed(context: Context, params: Params) -> Any:
    """``placement.list``: the codes that the application's scopes open."""
    scope = pick(params, "SCOPE")
    everything = pick(params, "FULL") in (True, 1, "1", "Y", "true")
    return [
        code
        for owner, code in _known(context)
        if (owner == scope if scope else everything or owner in context.caller.scopes)
    ]


def unbind(context: Context, params: Params) -> Any:
    """``placement.unbind``: says how many handlers are gone."""
    place, handler = _wanted(params, "PLACEMENT").upper(), pick(params, "HANDLER")
    sql = "DELETE FROM placement_handlers WHERE CLIENT_ID=? AND PLACEMENT=?"
    arguments: list[Any] = [context.caller.client_id, place]
    if handler:
        sql += " AND HANDLER=?"
        arguments.append(str(handler))
    if pick(params, "USER_ID") is not None:
        sql += " AND USER_ID=?"
        arguments.append(php_int(pick(params, "USER_ID")))
    return {"count": context.store.run(sql, arguments)}
