"""Messages and how far they are read (pages ``im.message.*``, ``im.dialog.*``)."""

from __future__ import annotations

import json
from typing import Any

from b24bridge.sandbox.listing import Answer
from b24bridge.sandbox.methods import Context, Params, pick
from b24bridge.sandbox.names import camel
from b24bridge.sandbox.phpinput import php_int
from b24bridge.sandbox.refusals import Refusal

from . import chats
from .people import is_yes, users
from .records import MEMBERS, MESSAGES

__all__ = [
    "add",
    "command",
    "delete",
    "folder",
    "like",
    "listed",
    "people",
    "read",
    "read_all",
    "search",
    "share",
    "unread",
    "update",
    "writing",
]

_PAGE = 50


def add(context: Context, params: Params) -> Any:
    """``im.message.add``: a dialog that the caller is not in cancels it."""
    text = str(pick(params, "MESSAGE") or "").strip()
    if not text and not pick(params, "ATTACH"):
        raise Refusal("MESSAGE_EMPTY", "Message can't be empty")
    try:
        chat = chats.find(context, params)
    except Refusal as refusal:
        if refusal.code == "ACCESS_ERROR":
            raise Refusal("CANCELED", "Error creating message") from refusal
        raise
    author = 0 if is_yes(pick(params, "SYSTEM")) else context.caller.user_id
    return chats.tell(context, chat["ID"], author, text)


def _found(context: Context, params: Params, *, own: bool = False) -> dict[str, Any]:
    number = php_int(pick(params, "MESSAGE_ID"))
    if number <= 0:
        raise Refusal("MESSAGE_ID_ERROR", "Message ID can't be empty")
    rows = context.store.maps("SELECT * FROM im_messages WHERE ID=? AND DELETED='N'", (number,))
    if not rows or (own and rows[0]["AUTHOR_ID"] not in (0, context.caller.user_id)):
        raise Refusal("CANT_EDIT_MESSAGE", "Time has expired for modification or you don't have access")
    if chats.member(context, rows[0]["CHAT_ID"]) is None:
        raise Refusal("ACCESS_ERROR", "You do not have access to the specified dialog")
    return rows[0]


def update(context: Context, params: Params) -> Any:
    """``im.message.update``: an empty text removes the message."""
    row = _found(context, params, own=True)
    text = str(pick(params, "MESSAGE") or "").strip()
    context.store.update(MESSAGES.table, row["ID"], {"TEXT": text} if text else {"DELETED": "Y"})
    return True


def delete(context: Context, params: Params) -> Any:
    """``im.message.delete``."""
    context.store.update(MESSAGES.table, _found(context, params, own=True)["ID"], {"DELETED": "Y"})
    return True


def like(context: Context, params: Params) -> Any:
    """``im.message.like``: ``plus``, ``minus``, or the other of what is."""
    row, mine = _found(context, params), context.caller.user_id
    known = json.loads(row["LIKES"] or "[]")
    action = str(pick(params, "ACTION", "auto")).lower()
    wanted = action == "plus" if action in ("plus", "minus") else mine not in known
    if wanted == (mine in known):
        raise Refusal("WITHOUT_CHANGES", "Action completed without changes")
    likes = [*known, mine] if wanted else [number for number in known if number != mine]
    context.store.update(MESSAGES.table, row["ID"], {"LIKES": json.dumps(likes)})
    return True


def share(context: Context, params: Params) -> Any:
    """``im.message.share``: a chat, a task, a post or a meeting from a message."""
    _found(context, params)
    chats.find(context, params)
    if str(pick(params, "TYPE", "")).upper() not in ("CHAT", "TASK", "POST", "CALEND"):
        raise Refusal("PARAMS_ERROR", "Incorrect params")
    return True


def command(context: Context, params: Params) -> Any:
    """``im.message.command``: there is no chat bot that would hear it."""
    _found(context, params)
    if php_int(pick(params, "BOT_ID")) <= 0:
        raise Refusal("BOT_ID_ERROR", "Bot ID can't be empty")
    if not pick(params, "COMMAND"):
        raise Refusal("COMMAND_ERROR", "Command can't be empty")
    raise Refusal("PARAMS_ERROR", "Incorrect params")


def _shown(row: dict[str, Any], last_read: int) -> dict[str, Any]:
    likes = json.loads(row["LIKES"] or "[]")
    return {
        "id": row["ID"],
        "chat_id": row["CHAT_ID"],
        "author_id": row["AUTHOR_ID"],
        "date": row["DATE"],
        "text": row["TEXT"] or "",
        "unread": row["ID"] > last_read,
        "uuid": None,
        "replaces": [],
        "params": {"LIKE": likes} if likes else [],
        "disappearing_date": None,
    }


def listed(context: Context, params: Params) -> Any:
    """``im.dialog.messages.get``: the newest, those before ``LAST_ID``, or those after ``FIRST_ID``."""
    chat = chats.find(context, params)
    first, last = php_int(pick(params, "FIRST_ID")), php_int(pick(params, "LAST_ID"))
    bound, number, way = ("ID>?", first, "") if first else ("ID<?", last or 1 << 62, " DESC")
    return {**_page(context, params, chat, bound, (number,), way), "files": []}


def search(context: Context, params: Params) -> Any:
    """``im.dialog.messages.search``: by text, newest first unless ``ORDER`` says otherwise."""
    if php_int(pick(params, "CHAT_ID")) <= 0 and "DIALOG_ID" not in params:
        raise Refusal("CHAT_ID_EMPTY", "CHAT_ID can't be empty")
    chat = chats.find(context, params)
    text = str(pick(params, "SEARCH_MESSAGE") or "").casefold()
    order = pick(params, "ORDER") or {}
    way = "" if isinstance(order, dict) and str(order.get("ID", "")).upper() == "ASC" else " DESC"
    found = _page(context, params, chat, "instr(fold(TEXT),?)>0 OR ?=''", (text, text), way)
    return {
        "users": [{camel(name.upper()): value for name, value in row.items()} for row in found["users"]],
        "files": [],
        "additionalMessages": [],
        "copilot": None,
        "stickers": [],
        "reactions": [],
        "tariffRestrictions": {"isHistoryLimitExceeded": False},
        "usersShort": [],
        "messages": [_found_message(message) for message in found["messages"]],
    }


def _found_message(row: dict[str, Any]) -> dict[str, Any]:
    """Return a message as the newer methods print it, in both spellings where they do."""
    return {
        "id": row["id"],
        "chatId": row["chat_id"],
        "chat_id": row["chat_id"],
        "authorId": row["author_id"],
        "author_id": row["author_id"],
        "date": row["date"],
        "text": row["text"],
        "isSystem": row["author_id"] == 0,
        "uuid": row["uuid"],
        "forward": None,
        "params": row["params"],
        "viewedByOthers": False,
        "block": None,
        "unread": row["unread"],
        "viewed": not row["unread"],
        "viewedCount": 0,
    }


def _page(
    context: Context, params: Params, chat: dict[str, Any], test: str, values: tuple[Any, ...], way: str
) -> dict[str, Any]:
    limit = min(php_int(pick(params, "LIMIT")) or 20, _PAGE)
    sql = f"SELECT * FROM im_messages WHERE CHAT_ID=? AND DELETED='N' AND ({test}) ORDER BY ID{way} LIMIT ?"  # noqa: S608
    rows = context.store.maps(sql, (chat["ID"], *values, limit))
    place = chats.member(context, chat["ID"]) or {"LAST_READ": 0}
    shown = [_shown(row, place["LAST_READ"]) for row in rows]
    authors = users(context, {row["AUTHOR_ID"] for row in rows})
    return {"chat_id": chat["ID"], "messages": shown, "users": authors}


def read(context: Context, params: Params) -> Any:
    """``im.dialog.read``: up to a message, or everything."""
    chat = chats.find(context, params)
    given = php_int(pick(params, "MESSAGE_ID"))
    newest = context.store.one("SELECT ifnull(max(ID),0) FROM im_messages WHERE CHAT_ID=?", (chat["ID"],))[0]
    last = min(given, newest) if given else newest
    _put(context, chat["ID"], last)
    sql = "SELECT count(*) FROM im_messages WHERE CHAT_ID=? AND ID>? AND DELETED='N'"
    counter = context.store.one(sql, (chat["ID"], last))[0]
    name = str(chats.dialog_name(context, chat))
    return {"dialogId": name, "chatId": chat["ID"], "lastId": last, "counter": counter}


def read_all(context: Context, _: Params) -> Any:
    """``im.dialog.read.all``."""
    newest = "(SELECT ifnull(max(ID),0) FROM im_messages m WHERE m.CHAT_ID=im_members.CHAT_ID)"
    sql = f"UPDATE im_members SET LAST_READ={newest}, UNREAD='N' WHERE USER_ID=?"  # noqa: S608  # no values
    context.store.run(sql, (context.caller.user_id,))
    return True


def unread(context: Context, params: Params) -> Any:
    """``im.dialog.unread``: everything from a message on."""
    number = php_int(pick(params, "MESSAGE_ID"))
    if number <= 0:
        raise Refusal("MESSAGE_ID_ERROR", "Message ID can't be empty")
    _put(context, chats.find(context, params)["ID"], number - 1)
    return True


def _put(context: Context, chat: int, last: int) -> None:
    place = chats.member(context, chat)
    if place is not None:
        context.store.update(MEMBERS.table, place["ID"], {"LAST_READ": last})


def people(context: Context, params: Params) -> Any:
    """``im.dialog.users.list``."""
    found = users(context, chats.user_ids(context, chats.find(context, params)["ID"]))
    start, limit = php_int(pick(params, "OFFSET")), php_int(pick(params, "LIMIT")) or _PAGE
    after = php_int(pick(params, "LAST_ID"))
    left = [row for row in found if row["id"] > after]
    return Answer(left[start : start + limit], len(found))


def writing(context: Context, params: Params) -> Any:
    """``im.dialog.writing``."""
    chats.find(context, params)
    return True


def folder(context: Context, params: Params) -> Any:
    """``im.disk.folder.get``: the folder of a chat's files, made when it is first named."""
    try:
        chat = chats.find(context, params, groups_only=True)
    except Refusal as refusal:
        if refusal.code == "DIALOG_ID_EMPTY":
            raise Refusal("CHAT_ID_EMPTY", "Chat ID can't be empty") from refusal
        raise
    name = f"im_folder_{chat['ID']}"
    number = context.store.setting(name)
    if number is None:
        number = context.store.insert("disk_objects", {"NAME": chat["TITLE"] or name, "TYPE": "folder"})
        context.store.keep(name, number)
    return {"ID": number}
