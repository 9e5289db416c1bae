"""The list of recent dialogs, counters and searches (pages ``im.recent.*``, ``im.counters.get``)."""

from __future__ import annotations

from typing import Any

from b24bridge.sandbox.methods import Context, Handler, Params, pick
from b24bridge.sandbox.phpinput import php_int
from b24bridge.sandbox.refusals import Refusal

from . import chats
from .people import is_yes, users
from .records import MEMBERS

__all__ = ["counters", "forget", "get", "listed", "put", "remember", "revision", "search", "searched"]

_PAGE = 50


def _rows(context: Context) -> list[dict[str, Any]]:
    newest = "(SELECT max(ID) FROM im_messages WHERE CHAT_ID=c.ID AND DELETED='N')"
    sql = (
        f"SELECT c.*, m.PINNED, m.UNREAD, m.MUTED, {newest} LAST_MESSAGE FROM im_chats c "  # noqa: S608
        "JOIN im_members m ON m.CHAT_ID=c.ID WHERE m.USER_ID=? AND m.HIDDEN='N' "
        "ORDER BY m.PINNED DESC, LAST_MESSAGE DESC, c.ID DESC"
    )
    return context.store.maps(sql, (context.caller.user_id,))


def _items(context: Context, params: Params) -> list[dict[str, Any]]:
    skipped = {"private"} if is_yes(pick(params, "SKIP_DIALOG")) else set()
    skipped |= {"chat", "open"} if is_yes(pick(params, "SKIP_CHAT")) else set()
    rows = [row for row in _rows(context) if row["TYPE"] not in skipped]
    return [] if is_yes(pick(params, "ONLY_OPENLINES")) else [_item(context, row) for row in rows]


def _item(context: Context, row: dict[str, Any]) -> dict[str, Any]:
    shown, name = chats.shown(context, row), chats.dialog_name(context, row)
    sql = "SELECT ID, TEXT, AUTHOR_ID, DATE FROM im_messages WHERE ID=?"
    number, text, author, date = context.store.one(sql, (row["LAST_MESSAGE"],)) or (
        0,
        "",
        0,
        row["DATE_CREATE"],
    )
    private = row["TYPE"] == "private"
    item: dict[str, Any] = {
        "id": name,
        "chat_id": row["ID"],
        "type": "user" if private else "chat",
        "avatar": {"url": "", "color": shown["color"]},
        "title": shown["name"],
        "message": {
            "id": number,
            "text": text or "",
            "file": False,
            "author_id": author,
            "attach": False,
            "sticker": None,
            "date": date,
            "status": "received",
            "uuid": None,
        },
        "counter": shown["counter"],
        "last_id": shown["last_id"],
        "pinned": row["PINNED"] == "Y",
        "unread": row["UNREAD"] == "Y",
        "has_reminder": False,
        "date_update": date,
        "date_last_activity": date,
    }
    item["user"] = next(iter(users(context, [int(name)])), None) if private else {"id": 0}
    brief = {key: shown[key] for key in ("text_field_enabled", "background_id", "mute_list")}
    return {**item, "chat": brief if private else shown, "options": []}


def get(context: Context, params: Params) -> Any:
    """``im.recent.get``: all at once; ``LAST_UPDATE`` leaves out what is older."""
    since = context.moment.read(pick(params, "LAST_UPDATE")) if pick(params, "LAST_UPDATE") else None
    return [row for row in _items(context, params) if since is None or row["date_update"] >= since]


def listed(context: Context, params: Params) -> Any:
    """``im.recent.list``: pages by the moment of the last message."""
    given = pick(params, "LAST_MESSAGE_DATE")
    before = context.moment.read(given) if given else None
    limit = min(php_int(pick(params, "LIMIT")) or _PAGE, 200)
    items = [row for row in _items(context, params) if before is None or row["date_update"] < before]
    if is_yes(pick(params, "UNREAD_ONLY")):
        items = [row for row in items if row["counter"] or row["unread"]]
    is_more = len(items) > limit
    found = {"items": items[:limit], "hasMorePages": is_more, "hasMore": is_more}
    return {**found, "copilot": None, "messagesAutoDeleteConfigs": []}


def put(column: str, parameter: str) -> Handler:
    """Return the handler that sets a flag of the caller's place in a dialog."""

    def handler(context: Context, params: Params) -> Any:
        place = chats.member(context, chats.find(context, params)["ID"])
        assert place is not None  # whoever finds a chat is in it
        wanted = is_yes(pick(params, parameter, "Y")) if parameter else True
        context.store.update(MEMBERS.table, place["ID"], {column: "Y" if wanted else "N"})
        return True

    return handler


def counters(context: Context, _: Params) -> Any:
    """``im.counters.get``: unread messages by dialog, and in all."""
    found: dict[str, dict[str, int]] = {"CHAT": {}, "CHAT_MUTED": {}, "DIALOG": {}}
    marked: dict[str, list[int]] = {"CHAT_UNREAD": [], "DIALOG_UNREAD": []}
    for row in _rows(context):
        kind = "DIALOG" if row["TYPE"] == "private" else "CHAT"
        name = str(chats.dialog_name(context, row)).removeprefix("chat")
        unread = chats.shown(context, row)["counter"]
        if unread:
            found["CHAT_MUTED" if kind == "CHAT" and row["MUTED"] == "Y" else kind][name] = unread
        if row["UNREAD"] == "Y":
            marked[f"{kind}_UNREAD"].append(int(name))
    sql = "SELECT count(*) FROM im_notices WHERE USER_ID=? AND IS_READ='N'"
    notices = context.store.one(sql, (context.caller.user_id,))[0]
    chat, dialog = sum(found["CHAT"].values()), sum(found["DIALOG"].values())
    both = chat + dialog
    totals = {"NOTIFY": notices, "CHAT": chat, "LINES": 0, "DIALOG": dialog, "MESSENGER": both}
    return {
        "TYPE": {"ALL": both + notices, **totals},
        "CHAT": found["CHAT"] or [],
        "CHAT_MUTED": found["CHAT_MUTED"] or [],
        "CHAT_UNREAD": marked["CHAT_UNREAD"],
        "LINES": [],
        "DIALOG": found["DIALOG"] or [],
        "DIALOG_UNREAD": marked["DIALOG_UNREAD"],
    }


def remember(context: Context, params: Params) -> Any:
    """``im.search.last.add``."""
    return _searched(context, params, context.moment.text)


def forget(context: Context, params: Params) -> Any:
    """``im.search.last.delete``."""
    return _searched(context, params, None)


def _searched(context: Context, params: Params, moment: str | None) -> bool:
    place = chats.member(context, chats.find(context, params)["ID"])
    assert place is not None  # whoever finds a chat is in it
    context.store.update(MEMBERS.table, place["ID"], {"SEARCHED": moment})
    return True


def searched(context: Context, _: Params) -> Any:
    """``im.search.last.get``: what was chosen last, newest first."""
    sql = (
        "SELECT c.* FROM im_chats c JOIN im_members m ON m.CHAT_ID=c.ID "
        "WHERE m.USER_ID=? AND m.SEARCHED IS NOT NULL ORDER BY m.SEARCHED DESC, c.ID DESC LIMIT 50"
    )
    found = []
    for row in context.store.maps(sql, (context.caller.user_id,)):
        shown, name = chats.shown(context, row), chats.dialog_name(context, row)
        private = row["TYPE"] == "private"
        whole = next(iter(users(context, [int(name)])), None) if private else shown
        item = {"id": name, "type": "user" if private else "chat", "title": shown["name"]}
        avatar = {"url": "", "color": shown["color"]}
        found.append({**item, "avatar": avatar, "user" if private else "chat": whole})
    return found


def search(context: Context, params: Params) -> Any:
    """``im.search.chat.list``: words of a title, among the caller's chats."""
    text = str(pick(params, "FIND") or "").strip().casefold()
    if text and len(text) < 3:
        raise Refusal("FIND_SHORT", "Too short a search phrase.")
    rows = [
        row for row in _rows(context) if row["TYPE"] != "private" and text in (row["TITLE"] or "").casefold()
    ]
    start, limit = php_int(pick(params, "OFFSET")), min(php_int(pick(params, "LIMIT")) or 10, _PAGE)
    return [chats.shown(context, row) for row in rows[start : start + limit]]


def revision(_: Context, __: Params) -> Any:
    """``im.revision.get``: the versions of the messenger's interfaces."""
    return {"rest": 32, "web": 130, "mobile": 22, "desktop": 6, "im_revision_mobile": 22}
