"""``imopenlines.operator.*`` and ``imopenlines.session.*``: who leads a conversation, and how it ends."""

# ruff: noqa: S608  # names of tables and columns are declared in code; values are always bound

from __future__ import annotations

from typing import Any

from b24bridge.sandbox.methods import Context, Handler, Params, pick
from b24bridge.sandbox.phpinput import php_int
from b24bridge.sandbox.refusals import Refusal

from .records import SESSIONS

__all__ = ["METHODS"]

Values = dict[str, Any]

_BEST = 5


def _session(context: Context, params: Params) -> Values:
    """Return the conversation of ``CHAT_ID``."""
    number = php_int(pick(params, "CHAT_ID"))
    rows = context.store.maps(f"SELECT * FROM {SESSIONS.table} WHERE CHAT_ID=?", (number,))
    if not rows:
        raise Refusal("CHAT_ID", "The provided chat identifier is incorrect")
    return rows[0]


def _named(context: Context, params: Params) -> Values:
    """Return the conversation of ``CHAT_ID``, which is missed by a code of its own."""
    if php_int(pick(params, "CHAT_ID")) <= 0:
        raise Refusal("CHAT_ID_EMPTY", "Chat ID can't be empty")
    return _session(context, params)


def _becomes(status: str, *, mine: bool = False, named: bool = False) -> Handler:
    """Return the handler that puts a conversation into a state."""

    def handler(context: Context, params: Params) -> Any:
        row = (_named if named else _session)(context, params)
        values: Values = {"STATUS": status} if status else {}
        if mine:
            values["OPERATOR_ID"] = context.caller.user_id
        context.store.update(SESSIONS.table, row["ID"], values)
        return True

    return handler


def _transfer(context: Context, params: Params) -> Any:
    """``imopenlines.operator.transfer``: to a person or the queue of a line."""
    if not pick(params, "CHAT_ID"):
        raise Refusal("CHAT_ID_EMPTY", "Chat ID can't be empty")
    to = php_int(pick(params, "USER_ID")) or php_int(pick(params, "TRANSFER_ID"))
    queue = php_int(str(pick(params, "QUEUE_ID") or "").removeprefix("queue"))
    if to <= 0 and queue <= 0:
        raise Refusal("TRANSFER_ID_EMPTY", "Queue ID or User ID can't be empty")
    row = _session(context, params)
    values = {"OPERATOR_ID": to} if to > 0 else {"LINE": queue, "OPERATOR_ID": None}
    context.store.update(SESSIONS.table, row["ID"], values)
    return True


def _switch(column: str, *, named: bool) -> Handler:
    """Return the handler that turns something on or off."""

    def handler(context: Context, params: Params) -> Any:
        row = (_named if named else _session)(context, params)
        is_on = str(pick(params, "ACTIVATE", "N")).upper() == "Y"
        context.store.update(SESSIONS.table, row["ID"], {column: "Y" if is_on else "N"})
        return True

    return handler


def _pin_all(flag: str) -> Handler:
    def handler(context: Context, _: Params) -> Any:
        own = "OPERATOR_ID=? AND STATUS<>'closed' AND PINNED<>?"
        wanted = (context.caller.user_id, flag)
        found = context.store.rows(f"SELECT ID FROM {SESSIONS.table} WHERE {own} ORDER BY ID DESC", wanted)
        context.store.run(f"UPDATE {SESSIONS.table} SET PINNED=? WHERE {own}", (flag, *wanted))
        return [row[0] for row in found]

    return handler


def _open(context: Context, params: Params) -> Any:
    """``imopenlines.session.open``: the chat of a customer."""
    code = str(pick(params, "USER_CODE") or "")
    row = context.store.one("SELECT ID FROM im_chats WHERE ENTITY_TYPE='LINES' AND ENTITY_ID=?", (code,))
    if row is None:
        text = "You cannot open this conversation because you do not have sufficient permissions"
        raise Refusal("ACCESS_DENIED", text)
    return {"chatId": str(row[0])}


def _vote(context: Context, params: Params) -> Any:
    """``imopenlines.session.head.vote``: the head's rating or comment."""
    number, rating, comment = (pick(params, name) for name in ("SESSION_ID", "RATING", "COMMENT"))
    if rating in (None, "") and comment in (None, ""):
        text = "At least one of the parameters RATING or COMMENT must be specified"
        raise Refusal("EMPTY_VOTE_PARAMS", text)
    values: Values = {}
    if rating not in (None, ""):
        values["VOTE_HEAD"] = min(max(php_int(rating), 1), _BEST)
    if comment not in (None, ""):
        values["COMMENT_HEAD"] = str(comment)
    context.store.update(SESSIONS.table, php_int(number), values)
    return True


METHODS: dict[str, Handler] = {
    "imopenlines.operator.answer": _becomes("answered", mine=True),
    "imopenlines.operator.skip": _becomes("skipped"),
    "imopenlines.operator.finish": _becomes("closed"),
    "imopenlines.operator.another.finish": _becomes("closed"),
    "imopenlines.operator.spam": _becomes("closed"),
    "imopenlines.operator.transfer": _transfer,
    "imopenlines.session.start": _becomes("answered", mine=True),
    "imopenlines.session.join": _becomes(""),
    "imopenlines.session.intercept": _becomes("answered", mine=True, named=True),
    "imopenlines.session.open": _open,
    "imopenlines.session.head.vote": _vote,
    "imopenlines.session.mode.pin": _switch("PINNED", named=True),
    "imopenlines.session.mode.silent": _switch("SILENT", named=False),
    "imopenlines.session.mode.pinAll": _pin_all("Y"),
    "imopenlines.session.mode.unpinAll": _pin_all("N"),
    "imopenlines.message.session.start": _becomes("answered", mine=True),
}
