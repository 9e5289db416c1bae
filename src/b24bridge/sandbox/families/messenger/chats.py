"""Chats and who is in them (pages ``im.chat.*``, ``im.dialog.get``)."""

from __future__ import annotations

from typing import Any

from b24bridge.sandbox.files import php_base64
from b24bridge.sandbox.methods import Context, Params, pick
from b24bridge.sandbox.phpinput import php_int
from b24bridge.sandbox.refusals import Refusal

from .people import is_yes, numbers, users
from .records import CHATS, COLORS, MEMBERS, MESSAGES

__all__ = [
    "add",
    "add_users",
    "dialog_name",
    "find",
    "get",
    "leave",
    "member",
    "members",
    "mute",
    "remove_user",
    "set_avatar",
    "set_color",
    "set_owner",
    "set_title",
    "show",
    "shown",
    "tell",
    "user_ids",
]


def add(context: Context, params: Params) -> Any:
    """``im.chat.add``: the caller owns the chat."""
    caller = context.caller.user_id
    kind = "open" if str(pick(params, "TYPE", "")).upper() == "OPEN" else "chat"
    color = str(pick(params, "COLOR", "")).upper()
    invited = [number for number in numbers(pick(params, "USERS")) if number != caller]
    names = [row["name"] for row in users(context, [caller, *invited])]
    number = context.store.insert(
        CHATS.table,
        {
            "TYPE": kind,
            "TITLE": str(pick(params, "TITLE") or "") or ", ".join(names),
            "DESCRIPTION": str(pick(params, "DESCRIPTION") or ""),
            "COLOR": color if color in COLORS else "AQUA",
            "OWNER": caller,
            "ENTITY_TYPE": str(pick(params, "ENTITY_TYPE") or ""),
            "ENTITY_ID": str(pick(params, "ENTITY_ID") or ""),
            "DATE_CREATE": context.moment.text,
        },
    )
    _enter(context, number, [caller, *invited])
    if pick(params, "MESSAGE"):
        tell(context, number, caller, str(pick(params, "MESSAGE")))
    return number


def get(context: Context, params: Params) -> Any:
    """``im.chat.get``: the chat of an object; nothing found is null."""
    sql = f"SELECT ID FROM {CHATS.table} WHERE ENTITY_TYPE=? AND ENTITY_ID=? AND ENTITY_ID<>''"  # noqa: S608
    wanted = (str(pick(params, "ENTITY_TYPE") or ""), str(pick(params, "ENTITY_ID") or ""))
    row = context.store.one(sql, wanted)
    return None if row is None else {"ID": row[0]}


def find(context: Context, params: Params, *, groups_only: bool = False) -> dict[str, Any]:
    """Return the chat that ``CHAT_ID`` or ``DIALOG_ID`` names and the caller is in.

    A number is a person: the talk with them begins when it is first named.
    """
    dialog = str(pick(params, "DIALOG_ID") or "")
    number = php_int(pick(params, "CHAT_ID")) or php_int(dialog.removeprefix("chat"))
    by_person = not php_int(pick(params, "CHAT_ID")) and not dialog.startswith("chat")
    if number <= 0:
        name = "Chat" if groups_only and "DIALOG_ID" not in params else "Dialog"
        raise Refusal(f"{name.upper()}_ID_EMPTY", f"{name} ID can't be empty")
    found = _talk(context, number) if by_person else _row(context, number)
    if found is None or member(context, found["ID"]) is None:
        raise Refusal("ACCESS_ERROR", "You do not have access to the specified dialog")
    if groups_only and found["TYPE"] == "private":
        raise Refusal("ACCESS_ERROR", "Action unavailable")
    return found


def _row(context: Context, number: int) -> dict[str, Any] | None:
    rows = context.store.maps(f"SELECT * FROM {CHATS.table} WHERE ID=?", (number,))  # noqa: S608  # own name
    return rows[0] if rows else None


def _talk(context: Context, user: int) -> dict[str, Any] | None:
    if not users(context, [user]):
        return None
    pair = sorted((context.caller.user_id, user))
    sql = f"SELECT * FROM {CHATS.table} WHERE TYPE='private' AND FIRST_USER=? AND SECOND_USER=?"  # noqa: S608
    rows = context.store.maps(sql, pair)
    if rows:
        return rows[0]
    facts = {"TYPE": "private", "FIRST_USER": pair[0], "SECOND_USER": pair[1], "OWNER": pair[0]}
    number = context.store.insert(CHATS.table, {**facts, "COLOR": "AQUA", "DATE_CREATE": context.moment.text})
    _enter(context, number, pair)
    return _row(context, number)


def _enter(context: Context, chat: int, people: list[int]) -> None:
    known = set(user_ids(context, chat))
    for row in users(context, people):
        if row["id"] not in known:
            flags = dict.fromkeys(("MUTED", "PINNED", "HIDDEN", "UNREAD"), "N")
            context.store.insert(
                MEMBERS.table, {"CHAT_ID": chat, "USER_ID": row["id"], "LAST_READ": 0, **flags}
            )


def user_ids(context: Context, chat: int) -> list[int]:
    """Return who is in a chat."""
    rows = context.store.rows("SELECT USER_ID FROM im_members WHERE CHAT_ID=? ORDER BY USER_ID", (chat,))
    return [row[0] for row in rows]


def member(context: Context, chat: int) -> dict[str, Any] | None:
    """Return the caller's place in a chat, or None."""
    sql = "SELECT * FROM im_members WHERE CHAT_ID=? AND USER_ID=?"
    rows = context.store.maps(sql, (chat, context.caller.user_id))
    return rows[0] if rows else None


def members(context: Context, params: Params) -> Any:
    """``im.chat.user.list``."""
    return user_ids(context, find(context, params, groups_only=True)["ID"])


def add_users(context: Context, params: Params) -> Any:
    """``im.chat.user.add``."""
    _enter(context, find(context, params, groups_only=True)["ID"], numbers(pick(params, "USERS")))
    return True


def remove_user(context: Context, params: Params) -> Any:
    """``im.chat.user.delete``: the owner removes others, everybody may go."""
    chat = find(context, params, groups_only=True)
    user = php_int(pick(params, "USER_ID"))
    if user <= 0:
        raise Refusal("USER_ID_EMPTY", "User ID can't be empty")
    if context.caller.user_id not in (user, chat["OWNER"]):
        raise Refusal("ACCESS_DENIED_KICK", "Insufficient rights to exclude participants")
    if user not in user_ids(context, chat["ID"]):
        raise Refusal("USER_NOT_FOUND", "The specified user is not in the chat")
    context.store.run("DELETE FROM im_members WHERE CHAT_ID=? AND USER_ID=?", (chat["ID"], user))
    return True


def leave(context: Context, params: Params) -> Any:
    """``im.chat.leave``."""
    return remove_user(context, {**params, "USER_ID": context.caller.user_id})


def mute(context: Context, params: Params) -> Any:
    """``im.chat.mute``."""
    chat = find(context, params, groups_only=True)
    _put(context, chat["ID"], "MUTED", "Y" if is_yes(pick(params, "MUTE", "Y")) else "N")
    return True


def _put(context: Context, chat: int, column: str, value: Any) -> None:
    row = member(context, chat)
    if row is not None:
        context.store.update(MEMBERS.table, row["ID"], {column: value})


def set_owner(context: Context, params: Params) -> Any:
    """``im.chat.setOwner``."""
    chat, user = find(context, params, groups_only=True), php_int(pick(params, "USER_ID"))
    if user <= 0:
        raise Refusal("USER_ID_EMPTY", "User ID can't be empty")
    if chat["OWNER"] != context.caller.user_id or user not in user_ids(context, chat["ID"]):
        raise Refusal("WRONG_REQUEST", "Change owner can only owner and user must be member in chat")
    context.store.update(CHATS.table, chat["ID"], {"OWNER": user})
    return True


def set_title(context: Context, params: Params) -> Any:
    """``im.chat.updateTitle``."""
    chat, title = find(context, params, groups_only=True), str(pick(params, "TITLE") or "").strip()
    if not title:
        raise Refusal("TITLE_EMPTY", "Title can't be empty")
    context.store.update(CHATS.table, chat["ID"], {"TITLE": title})
    return True


def set_color(context: Context, params: Params) -> Any:
    """``im.chat.updateColor``."""
    chat, color = find(context, params, groups_only=True), str(pick(params, "COLOR", "")).upper()
    if color not in COLORS:
        raise Refusal("WRONG_COLOR", "This color currently unavailable")
    if color == chat["COLOR"]:
        raise Refusal("WRONG_REQUEST", "This color currently set or chat doesn't exist")
    context.store.update(CHATS.table, chat["ID"], {"COLOR": color})
    return True


def set_avatar(context: Context, params: Params) -> Any:
    """``im.chat.updateAvatar``: a picture in Base64."""
    find(context, params, groups_only=True)
    if not php_base64(str(pick(params, "AVATAR") or "")):
        raise Refusal("AVATAR_ERROR", "Avatar incorrect type")
    return True


def tell(context: Context, chat: int, author: int, text: str) -> int:
    """Add a message; its author has read it, and a hidden chat shows again."""
    values = {"CHAT_ID": chat, "AUTHOR_ID": author, "DATE": context.moment.text, "TEXT": text, "DELETED": "N"}
    number = context.store.insert(MESSAGES.table, values)
    context.store.run("UPDATE im_members SET HIDDEN='N' WHERE CHAT_ID=?", (chat,))
    context.store.run(
        "UPDATE im_members SET LAST_READ=? WHERE CHAT_ID=? AND USER_ID=?", (number, chat, author)
    )
    return number


def dialog_name(context: Context, chat: dict[str, Any]) -> str | int:
    """Return what a chat is called in ``DIALOG_ID``: a talk by the other person's id."""
    if chat["TYPE"] != "private":
        return f"chat{chat['ID']}"
    mine = context.caller.user_id
    return int(chat["SECOND_USER"] if chat["FIRST_USER"] == mine else chat["FIRST_USER"])


def show(context: Context, params: Params) -> Any:
    """``im.dialog.get``."""
    chat = find(context, params)
    name = dialog_name(context, chat)
    return {**shown(context, chat), "dialog_id": str(name)}


def shown(context: Context, chat: dict[str, Any]) -> dict[str, Any]:
    """Return a chat as the messenger shows it."""
    number, place = chat["ID"], member(context, chat["ID"]) or {"LAST_READ": 0}
    people = user_ids(context, number)
    sql = "SELECT count(*), ifnull(max(ID),0), sum(ID>?) FROM im_messages WHERE CHAT_ID=? AND DELETED='N'"
    count, last, unread = context.store.one(sql, (place["LAST_READ"], number))
    muted = context.store.rows("SELECT USER_ID FROM im_members WHERE CHAT_ID=? AND MUTED='Y'", (number,))
    private = chat["TYPE"] == "private"
    title = chat["TITLE"] or ""
    if private:
        other = users(context, [int(dialog_name(context, chat))])
        title = other[0]["name"] if other else ""
    owner = chat["OWNER"]
    return {
        "id": number,
        "parent_chat_id": 0,
        "parent_message_id": 0,
        "name": title,
        "description": chat["DESCRIPTION"] or "",
        "owner": owner,
        "extranet": False,
        "contains_collaber": False,
        "avatar": "",
        "color": COLORS.get(chat["COLOR"], COLORS["AQUA"]),
        "type": chat["ENTITY_TYPE"].lower() if chat["ENTITY_TYPE"] else chat["TYPE"],
        "counter": unread or 0,
        "user_counter": len(people),
        "message_count": count,
        "unread_id": 0,
        "restrictions": {
            **dict.fromkeys(("avatar", "rename", "extend", "call", "mute", "leave"), not private),
            "leave_owner": False,
            "send": True,
            "user_list": True,
            "path": "",
            "path_title": "",
        },
        "last_message_id": last,
        "last_id": place["LAST_READ"],
        "marked_id": 0,
        "disk_folder_id": 0,
        "entity_type": chat["ENTITY_TYPE"] or "",
        "entity_id": chat["ENTITY_ID"] or "",
        "entity_data_1": "",
        "entity_data_2": "",
        "entity_data_3": "",
        "mute_list": [row[0] for row in muted],
        "date_create": chat["DATE_CREATE"],
        "message_type": {"private": "P", "open": "O"}.get(chat["TYPE"], "C"),
        "public": "",
        "role": "owner" if owner == context.caller.user_id else "member",
        "entity_link": {"type": chat["ENTITY_TYPE"], "url": "", "id": chat["ENTITY_ID"]}
        if chat["ENTITY_TYPE"]
        else [],
        "text_field_enabled": True,
        "background_id": None,
        "permissions": {
            "manage_users_add": "member",
            "manage_users_delete": "manager",
            "manage_ui": "member",
            "manage_settings": "owner",
            "manage_messages": "member",
            "can_post": "member",
        },
        "is_new": False,
        "readed_list": [],
        "manager_list": [owner],
        "last_message_views": {"message_id": last, "first_viewers": [], "count_of_viewers": 0},
    }
