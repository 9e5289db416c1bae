"""Working days: opened, paused, closed (pages ``timeman.open``, ``timeman.pause``, ``timeman.close``)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from b24bridge.sandbox.methods import Context, Params, pick
from b24bridge.sandbox.phpinput import php_int
from b24bridge.sandbox.records import Record, parse_fields
from b24bridge.sandbox.refusals import Refusal
from b24bridge.sandbox.values import php_double

__all__ = ["DAYS", "close", "open_day", "pause", "settings", "status"]

DAYS = Record(
    "timeman_days",
    parse_fields("""
        ID integer o
        USER_ID integer .
        STATUS string .
        TIME_START datetime .
        TIME_FINISH datetime .
        BREAK_START datetime .
        LEAKS integer:0 .
        LAT_OPEN double:0 .
        LON_OPEN double:0 .
        LAT_CLOSE double:0 .
        LON_CLOSE double:0 .
    """),
    ("USER_ID",),
)


def status(context: Context, params: Params) -> Any:
    """``timeman.status``: the user's last day; a user without one has a closed day."""
    user = _user(context, params)
    row = _day(context, user)
    return _shown(context, row)


def open_day(context: Context, params: Params) -> Any:
    """``timeman.open``: begins a day, goes on with a paused one, or reopens today's."""
    user = _user(context, params)
    row, moment = _day(context, user), _moment(context, params, "open")
    if row is None or (row["STATUS"] == "CLOSED" and row["TIME_FINISH"][:10] != context.moment.text[:10]):
        values = {"USER_ID": user, "STATUS": "OPENED", "TIME_START": moment, **_place(params, "OPEN")}
        context.store.insert(DAYS.table, {"LEAKS": 0, "LAT_CLOSE": 0, "LON_CLOSE": 0, **values})
        return status(context, params)
    if row["STATUS"] == "PAUSED" and pick(params, "TIME"):
        raise Refusal("TIME", "Unable to set time, work day is paused")
    since = row["BREAK_START"] or row["TIME_FINISH"]
    lost = _seconds(since, context.moment.text) if since else 0
    change = {"STATUS": "OPENED", "TIME_FINISH": None, "BREAK_START": None, "LEAKS": row["LEAKS"] + lost}
    context.store.update(DAYS.table, row["ID"], change)
    return status(context, params)


def pause(context: Context, params: Params) -> Any:
    """``timeman.pause``."""
    row = _day(context, _user(context, params))
    if row is not None and row["STATUS"] == "OPENED":
        change = {"STATUS": "PAUSED", "BREAK_START": context.moment.text}
        context.store.update(DAYS.table, row["ID"], change)
    return status(context, params)


def close(context: Context, params: Params) -> Any:
    """``timeman.close``."""
    row, moment = _day(context, _user(context, params)), _moment(context, params, "close")
    if row is not None and row["STATUS"] != "CLOSED":
        change = {"STATUS": "CLOSED", "TIME_FINISH": moment, "BREAK_START": None, **_place(params, "CLOSE")}
        context.store.update(DAYS.table, row["ID"], change)
    return status(context, params)


def settings(context: Context, params: Params) -> Any:
    """``timeman.settings``: the rules of a user's working day."""
    _user(context, params)
    return {
        "UF_TIMEMAN": True,
        "UF_TM_FREE": False,
        "UF_TM_MAX_START": "09:15:00",
        "UF_TM_MIN_FINISH": "17:45:00",
        "UF_TM_MIN_DURATION": "08:00:00",
        "UF_TM_ALLOWED_DELTA": "00:15:00",
        "ADMIN": context.caller.is_admin,
    }


def _user(context: Context, params: Params) -> int:
    user = php_int(pick(params, "USER_ID")) or context.caller.user_id
    if context.store.one("SELECT 1 FROM users WHERE ID=?", (user,)) is None:
        raise Refusal("", "User not found")
    return user


def _day(context: Context, user: int) -> dict[str, Any] | None:
    sql = f"SELECT * FROM {DAYS.table} WHERE USER_ID=? ORDER BY ID DESC LIMIT 1"  # noqa: S608  # own name
    rows = context.store.maps(sql, (user,))
    return rows[0] if rows else None


def _moment(context: Context, params: Params, what: str) -> str:
    given = pick(params, "TIME")
    if given is None:
        return context.moment.text
    moment = context.moment.read(given)
    if moment is None or moment[:10] != context.moment.text[:10]:
        rule = "the current date" if what == "open" else "the day open date"
        raise Refusal("WRONG_DATETIME", f"Day {what} date should correspond to {rule}")
    return moment


def _place(params: Params, what: str) -> dict[str, float]:
    return {f"{name}_{what}": php_double(pick(params, name, 0)) for name in ("LAT", "LON")}


def _seconds(since: str, until: str) -> int:
    return max(0, int((datetime.fromisoformat(until) - datetime.fromisoformat(since)).total_seconds()))


def _clock(seconds: int) -> str:
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def _shown(context: Context, row: dict[str, Any] | None) -> dict[str, Any]:
    zone = context.portal.user_where.utcoffset(None)
    offset = int(zone.total_seconds()) if zone else 0
    if row is None:
        row = {"STATUS": "CLOSED", "TIME_START": None, "TIME_FINISH": None, "LEAKS": 0}
    state = row["STATUS"]
    if state != "CLOSED" and row["TIME_START"][:10] != context.moment.text[:10]:
        state = "EXPIRED"
    finish = row["TIME_FINISH"]
    worked = _seconds(row["TIME_START"], finish) - row["LEAKS"] if finish else 0
    shown = {
        "STATUS": state,
        "TIME_START": row["TIME_START"],
        "TIME_FINISH": finish,
        "DURATION": _clock(max(0, worked)),
        "TIME_LEAKS": _clock(row["LEAKS"]),
        "ACTIVE": state == "OPENED",
        "IP_OPEN": "",
        "IP_CLOSE": "",
        **{name: row.get(name) or 0 for name in ("LAT_OPEN", "LON_OPEN", "LAT_CLOSE", "LON_CLOSE")},
        "TZ_OFFSET": offset,
    }
    if state == "EXPIRED":
        shown["TIME_FINISH_DEFAULT"] = f"{row['TIME_START'][:10]}T18:00:00{row['TIME_START'][19:]}"
    return shown
