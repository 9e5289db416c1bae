"""Office networks and time control (pages ``timeman.networkrange.*``, ``timeman.timecontrol.*``)."""

from __future__ import annotations

import calendar
import ipaddress
from typing import Any

from b24bridge.sandbox.filters import Where
from b24bridge.sandbox.methods import Context, Params, pick
from b24bridge.sandbox.phpinput import php_int
from b24bridge.sandbox.refusals import Refusal

__all__ = [
    "add_report",
    "check_range",
    "keep_ranges",
    "keep_settings",
    "ranges",
    "report",
    "report_settings",
    "report_users",
    "schedule",
    "settings",
]

_RANGES = [
    {"ip_range": "10.0.0.0-10.255.255.255", "name": "10.x.x.x"},
    {"ip_range": "172.16.0.0-172.31.255.255", "name": "172.x.x.x"},
    {"ip_range": "192.168.0.0-192.168.255.255", "name": "192.168.x.x"},
]
_SETTINGS: dict[str, Any] = {
    "active": True,
    "minimum_idle_for_report": 15,
    "register_offline": True,
    "register_idle": True,
    "register_desktop": True,
    "report_request_type": "all",
    "report_request_users": [],
    "report_simple_type": "all",
    "report_simple_users": [],
    "report_full_type": "all",
    "report_full_users": [],
}
# What an employee may do against the schedule; nothing is limited.
_UNLIMITED = (
    "MAX_EXACT_START", "MIN_EXACT_END", "MAX_OFFSET_START", "MIN_OFFSET_END", "RELATIVE_START_FROM",
    "RELATIVE_START_TO", "RELATIVE_END_FROM", "RELATIVE_END_TO", "MIN_DAY_DURATION",
    "MAX_ALLOWED_TO_EDIT_WORK_TIME", "MAX_WORK_TIME_LACK_FOR_PERIOD", "MAX_SHIFT_START_DELAY",
)  # fmt: skip
_COUNTED = ("PERIOD_TIME_LACK_AGENT_ID", "MISSED_SHIFT_START")
_NOTICES = (
    "FIXED_START_END", "FIXED_PER_RECORD", "FIXED_EDIT_WORKTIME", "FIXED_PERIODIC", "SHIFT_DELAY",
    "SHIFT_MISSED_START",
)  # fmt: skip


def _administrator(context: Context) -> None:
    if not context.caller.is_admin:
        raise Refusal("ACCESS_ERROR", "You don't have access to use this method")


def ranges(context: Context, _: Params) -> Any:
    """``timeman.networkrange.get``."""
    _administrator(context)
    return context.store.setting("network_ranges", _RANGES)


def keep_ranges(context: Context, params: Params) -> Any:
    """``timeman.networkrange.set``: one bad range keeps all from being stored."""
    _administrator(context)
    given = pick(params, "RANGES")
    rows = list(given.values()) if isinstance(given, dict) else given
    if not isinstance(rows, list):
        raise Refusal("INVALID_FORMAT", "A wrong format for the RANGES field is passed")
    wrong = [row for row in rows if not isinstance(row, dict) or _bounds(row.get("ip_range")) is None]
    if wrong:
        return {"result": False, "error_ranges": wrong}
    context.store.keep("network_ranges", rows)
    return {"result": True}


def check_range(context: Context, params: Params) -> Any:
    """``timeman.networkrange.check``: the range that an address is in, or ``false``."""
    _administrator(context)
    given = str(pick(params, "IP") or "127.0.0.1")
    address = _address(given)
    for row in context.store.setting("network_ranges", _RANGES):
        bounds = _bounds(row["ip_range"])
        if address is not None and bounds and bounds[0] <= address <= bounds[1]:
            return {"ip": given, "range": row["ip_range"], "name": row.get("name", "")}
    return False


def _address(text: str) -> int | None:
    try:
        return int(ipaddress.IPv4Address(text.strip()))
    except ValueError:
        return None


def _bounds(text: Any) -> tuple[int, int] | None:
    first, _, last = str(text or "").partition("-")
    low, high = _address(first), _address(last or first)
    return None if low is None or high is None else (low, high)


def settings(context: Context, _: Params) -> Any:
    """``timeman.timecontrol.settings.get``."""
    _administrator(context)
    return {**_SETTINGS, **context.store.setting("time_control", {})}


def keep_settings(context: Context, params: Params) -> Any:
    """``timeman.timecontrol.settings.set``: what is not named stays."""
    _administrator(context)
    kept = context.store.setting("time_control", {})
    for key, value in params.items():
        name = str(key).lower()
        if name in _SETTINGS and value is not None:
            kept[name] = _like(_SETTINGS[name], value)
    context.store.keep("time_control", kept)
    return True


def _like(pattern: Any, value: Any) -> Any:
    if isinstance(pattern, bool):
        return value is True or str(value).upper() in ("Y", "1", "TRUE")
    return php_int(value) if isinstance(pattern, int) else value


def report_settings(context: Context, _: Params) -> Any:
    """``timeman.timecontrol.reports.settings.get``: what the caller may see in reports."""
    mine = "SELECT ID, NAME FROM departments WHERE UF_HEAD=? ORDER BY ID"
    led = context.store.rows(mine, (context.caller.user_id,))
    head = bool(led) or context.caller.is_admin
    return {
        "active": {**_SETTINGS, **context.store.setting("time_control", {})}["active"],
        "user_id": context.caller.user_id,
        "user_admin": context.caller.is_admin,
        "user_head": head,
        "departments": [{"id": str(number), "name": name} for number, name in led],
        "minimum_idle_for_report": 15,
        "report_view_type": "head" if head else "simple",
    }


def report_users(context: Context, params: Params) -> Any:
    """``timeman.timecontrol.reports.users.get``: people of a department, or everybody."""
    department = php_int(pick(params, "DEPARTMENT_ID"))
    where = Where("ACTIVE='Y' AND UF_DEPARTMENT NOT IN ('', '[]')", ())
    if department:
        inside = "EXISTS (SELECT 1 FROM json_each(UF_DEPARTMENT) WHERE value=?)"
        where = Where(f"{where.sql} AND {inside}", (department,))
    rows = context.store.maps(f"SELECT * FROM users{where.clause} ORDER BY ID", where.arguments)  # noqa: S608
    return [
        {
            "id": row["ID"],
            "name": f"{row['NAME'] or ''} {row['LAST_NAME'] or ''}".strip(),
            "first_name": row["NAME"] or "",
            "last_name": row["LAST_NAME"] or "",
            "work_position": row["WORK_POSITION"] or "",
            "avatar": "",
            "personal_gender": row["PERSONAL_GENDER"] or "",
            "last_activity_date": row["LAST_ACTIVITY_DATE"] or row["LAST_LOGIN"] or False,
        }
        for row in rows
    ]


def report(context: Context, params: Params) -> Any:
    """``timeman.timecontrol.reports.get``: the days of a month that the user worked."""
    user = php_int(pick(params, "USER_ID"))
    month, year = php_int(pick(params, "MONTH")), php_int(pick(params, "YEAR"))
    people = [row for row in report_users(context, {}) if row["id"] == user]
    if not people or not 1 <= month <= 12:
        raise Refusal("USER_ACCESS_ERROR", "You don't have access to report for this user")
    sql = "SELECT TIME_START, TIME_FINISH, LEAKS FROM timeman_days WHERE USER_ID=? AND TIME_START LIKE ?"
    days = context.store.rows(f"{sql} ORDER BY ID", (user, f"{year:04}-{month:02}-%"))
    last = calendar.monthrange(year, month)[1]
    zone = context.moment.text[19:]
    return {
        "report": {
            "month_title": calendar.month_name[month],
            "date_start": f"{year:04}-{month:02}-01T00:00:00{zone}",
            "date_finish": f"{year:04}-{month:02}-{last:02}T23:59:59{zone}",
            "days": [
                {
                    "index": start[:10].replace("-", ""),
                    "day_title": f"{start[5:7]}/{start[8:10]}/{start[:4]}",
                    "workday_date_start": start,
                    "workday_date_finish": finish or "",
                    "workday_complete": bool(finish),
                    "workday_time_leaks_user": leaks,
                    "reports": [],
                }
                for start, finish, leaks in days
            ],
        },
        "user": {**people[0], "active": True},
    }


def add_report(context: Context, params: Params) -> Any:
    """``timeman.timecontrol.report.add``: a word on an absence."""
    if not str(pick(params, "TEXT") or "").strip():
        raise Refusal("TEXT_EMPTY", "Text can't be empty")
    number = php_int(pick(params, "REPORT_ID"))
    if context.store.one("SELECT 1 FROM timeman_days WHERE ID=?", (number,)) is None:
        raise Refusal("ACCESS_ERROR", "You don't have access for this report")
    return True


def schedule(context: Context, params: Params) -> Any:
    """``timeman.schedule.get``: the schedule that every portal begins with; others are unknown."""
    if php_int(pick(params, "id")) != 1:
        return []
    return {
        "ID": 1,
        "NAME": "For all employees",
        "SCHEDULE_TYPE": "FIXED",
        "REPORT_PERIOD": "MONTH",
        "REPORT_PERIOD_OPTIONS": {"START_WEEK_DAY": 0},
        "CALENDAR_ID": 1,
        "ALLOWED_DEVICES": {"browser": True},
        "DELETED": "0",
        "IS_FOR_ALL_USERS": True,
        "WORKTIME_RESTRICTIONS": ["[]"],
        "CONTROLLED_ACTIONS": 3,
        "UPDATED_BY": 0,
        "DELETED_BY": 0,
        "DELETED_AT": "",
        "CREATED_BY": 0,
        "CREATED_AT": context.moment.text,
        "SHIFTS": [
            {
                "ID": 1,
                "NAME": "",
                "BREAK_DURATION": 3600,
                "WORK_TIME_START": 28800,
                "WORK_TIME_END": 61200,
                "WORK_DAYS": "12345",
                "SCHEDULE_ID": 1,
                "DELETED": False,
            }
        ],
        "CALENDAR": {"ID": 1, "NAME": "", "PARENT_CALENDAR_ID": 0, "SYSTEM_CODE": "", "EXCLUSIONS": []},
        "SCHEDULE_VIOLATION_RULES": {
            "ID": 1,
            "SCHEDULE_ID": 1,
            "ENTITY_CODE": "UA",
            **dict.fromkeys(_UNLIMITED, -1),
            **dict.fromkeys(_COUNTED, 0),
            "USERS_TO_NOTIFY": {name: ["U1"] if "FIXED" in name else [] for name in _NOTICES},
        },
    }
