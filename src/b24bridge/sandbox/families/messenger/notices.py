"""Notifications (pages ``im.notify.*``)."""

from __future__ import annotations

from typing import Any

from b24bridge.sandbox.methods import Context, Handler, Params, pick
from b24bridge.sandbox.phpinput import php_int
from b24bridge.sandbox.refusals import Refusal

from .people import is_yes, numbers, users
from .records import NOTICES

__all__ = ["answer", "confirm", "delete", "get", "put", "read", "read_all", "read_list", "schema", "search"]

_PERSONAL, _SYSTEM = 2, 4
_PAGE = 50


def put(kind: str = "") -> Handler:
    """Return the handler of ``im.notify`` or of one of its two kinds; a tag replaces its predecessor."""

    def handler(context: Context, params: Params) -> Any:
        user = php_int(pick(params, "USER_ID", pick(params, "TO")))
        if user <= 0:
            raise Refusal("USER_ID_EMPTY", "User ID can't be empty")
        text = str(pick(params, "MESSAGE") or "").strip()
        if not text:
            raise Refusal("MESSAGE_EMPTY", "Message can't be empty")
        named = (kind or str(pick(params, "TYPE", "USER"))).upper()
        tag = str(pick(params, "TAG") or "")
        if tag:
            context.store.run(f"DELETE FROM {NOTICES.table} WHERE USER_ID=? AND TAG=?", (user, tag))  # noqa: S608
        values = {
            "USER_ID": user,
            "AUTHOR_ID": 0 if named == "SYSTEM" else context.caller.user_id,
            "DATE": context.moment.text,
            "KIND": _SYSTEM if named == "SYSTEM" else _PERSONAL,
            "TAG": tag,
            "SUB_TAG": str(pick(params, "SUB_TAG") or ""),
            "TEXT": text,
            "IS_READ": "N",
        }
        return context.store.insert(NOTICES.table, values)

    return handler


def _rows(context: Context, test: str = "1", values: tuple[Any, ...] = ()) -> list[dict[str, Any]]:
    sql = f"SELECT * FROM {NOTICES.table} WHERE USER_ID=? AND ({test}) ORDER BY ID DESC"  # noqa: S608
    return context.store.maps(sql, (context.caller.user_id, *values))


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": row["ID"],
        "chat_id": row["USER_ID"],
        "author_id": row["AUTHOR_ID"],
        "date": row["DATE"],
        "notify_type": row["KIND"],
        "notify_module": "rest",
        "notify_event": "rest_notify",
        "notify_tag": row["TAG"],
        "notify_sub_tag": row["SUB_TAG"],
        "notify_title": "",
        "setting_name": "rest|rest_notify",
        "text": row["TEXT"],
        "notify_read": row["IS_READ"],
        "params": None,
    }


def _limit(params: Params) -> int:
    return min(php_int(pick(params, "LIMIT")) or _PAGE, _PAGE)


def get(context: Context, params: Params) -> Any:
    """``im.notify.get``: newest first, those before ``LAST_ID``."""
    given = [name for name in ("LAST_ID", "LAST_TYPE") if pick(params, name) is not None]
    if len(given) == 1:
        raise Refusal("LAST_ID_AND_LAST_TYPE", "Parameters LAST_ID and LAST_TYPE should be used together.")
    every = _rows(context)
    last = php_int(pick(params, "LAST_ID")) or 1 << 62
    rows = [row for row in every if row["ID"] < last][: _limit(params)]
    return {
        "total_count": len(every),
        "total_unread_count": sum(row["IS_READ"] == "N" for row in every),
        "chat_id": context.caller.user_id,
        "notifications": [_shown(row) for row in rows],
        "users": users(context, {row["AUTHOR_ID"] for row in rows}),
    }


def search(context: Context, params: Params) -> Any:
    """``im.notify.history.search``."""
    text = str(pick(params, "SEARCH_TEXT") or "").casefold()
    if text and len(text) < 3:
        raise Refusal("SEARCH_TEXT_ERROR", "SEARCH_TEXT can't be less than 3 symbols")
    last = php_int(pick(params, "LAST_ID")) or 1 << 62
    found = [row for row in _rows(context) if text in row["TEXT"].casefold()]
    rows = [row for row in found if row["ID"] < last][: _limit(params)]
    return {
        "chat_id": context.caller.user_id,
        "total_results": len(found),
        "notifications": [_shown(row) for row in rows],
        "users": users(context, {row["AUTHOR_ID"] for row in rows}),
    }


def _mark(context: Context, ids: list[int], value: str) -> None:
    for number in ids:
        sql = f"UPDATE {NOTICES.table} SET IS_READ=? WHERE ID=? AND USER_ID=?"  # noqa: S608  # own name
        context.store.run(sql, (value, number, context.caller.user_id))


def read(context: Context, params: Params) -> Any:
    """``im.notify.read``: one, or with ``ONLY_CURRENT=N`` everything before it, too."""
    number = php_int(pick(params, "ID"))
    whole = not is_yes(pick(params, "ONLY_CURRENT", "N"))
    ids = [row["ID"] for row in _rows(context, "ID<=?", (number,))] if whole else [number]
    _mark(context, ids, "Y" if is_yes(pick(params, "ACTION", "Y")) else "N")
    return True


def read_list(context: Context, params: Params) -> Any:
    """``im.notify.read.list``."""
    given = pick(params, "IDS")
    if not isinstance(given, (list, dict)):
        raise Refusal("PARAMS_ERROR", "No IDS param or it is not an array")
    _mark(context, numbers(given), "Y" if is_yes(pick(params, "ACTION", "Y")) else "N")
    return True


def read_all(context: Context, _: Params) -> Any:
    """``im.notify.read.all``."""
    _mark(context, [row["ID"] for row in _rows(context)], "Y")
    return {"result": True, "newCounter": 0}


def delete(context: Context, params: Params) -> Any:
    """``im.notify.delete``: by id, tag or second tag."""
    for column in ("ID", "TAG", "SUB_TAG"):
        value = pick(params, column)
        if value and isinstance(value, (str, int)):
            context.store.run(f"DELETE FROM {NOTICES.table} WHERE {column}=?", (value,))  # noqa: S608
            return True
    raise Refusal("PARAMS_ERROR", "Incorrect params")


def _number(params: Params) -> int:
    number = php_int(pick(params, "NOTIFY_ID", pick(params, "ID")))
    if number <= 0:
        raise Refusal("ID_ERROR", "Notification ID can't be empty")
    return number


def answer(context: Context, params: Params) -> Any:
    """``im.notify.answer``."""
    number = _number(params)
    if not str(pick(params, "ANSWER_TEXT") or "").strip():
        raise Refusal("ANSWER_TEXT_ERROR", "ANSWER_TEXT can't be empty")
    _mark(context, [number], "Y")
    return {"result_message": ["Your response has been successfully sent."]}


def confirm(context: Context, params: Params) -> Any:
    """``im.notify.confirm``."""
    number = _number(params)
    if pick(params, "NOTIFY_VALUE") in (None, ""):
        raise Refusal("NOTIFY_VALUE_ERROR", "Notification Value can't be empty")
    _mark(context, [number], "Y")
    return {"result_message": ["Invitation accepted"]}


def schema(_: Context, __: Params) -> Any:
    """``im.notify.schema.get``: which notifications modules send."""
    kinds = {"im": "Messenger", "rest": "Applications", "tasks": "Tasks"}
    return {
        module: {
            "NAME": name,
            "MODULE_ID": module,
            "LIST": [{"ID": f"{module}|{module}_notify", "NAME": name}],
        }
        for module, name in kinds.items()
    }
