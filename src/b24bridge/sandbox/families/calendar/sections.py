"""Calendars, and the settings of the calendar for everybody and for one person."""

from __future__ import annotations

import json
from typing import Any

from b24bridge.sandbox.dialects import CLASSIC
from b24bridge.sandbox.filters import Where
from b24bridge.sandbox.methods import Context, Params
from b24bridge.sandbox.phpinput import php_int
from b24bridge.sandbox.plain import Table

from . import shown
from .errors import refused, required
from .records import SECTIONS

__all__ = [
    "add",
    "delete",
    "find",
    "first",
    "get",
    "settings",
    "update",
    "user_settings",
    "write_user_settings",
]

_SETTINGS: dict[str, Any] = {
    "work_time_start": "9",
    "work_time_end": "19",
    "year_holidays": "1.01,25.12",
    "year_workdays": "31.12",
    "week_holidays": ["SA", "SU"],
    "week_start": "MO",
    "user_name_template": "#NAME# #LAST_NAME#",
    "sync_by_push": False,
    "user_show_login": True,
    "path_to_user": "/company/personal/user/#user_id#/",
    "path_to_user_calendar": "/company/personal/user/#user_id#/calendar/",
    "path_to_group": "/workgroups/group/#group_id#/",
    "path_to_group_calendar": "/workgroups/group/#group_id#/calendar/",
    "path_to_vr": "",
    "path_to_rm": "",
    "rm_iblock_type": "",
    "rm_iblock_id": "",
    "dep_manager_sub": True,
    "denied_superpose_types": [],
    "pathes_for_sites": "",
    "forum_id": "8",
    "rm_for_sites": True,
    "path_to_type_company_calendar": "",
    "path_to_type_location": "",
    "path_to_type_open_event": "",
}
_USER_SETTINGS: dict[str, Any] = {
    "view": "month",
    "meetSection": "",
    "crmSection": "",
    "showDeclined": False,
    "denyBusyInvitation": False,
    "collapseOffHours": "Y",
    "showWeekNumbers": "N",
    "showTasks": "Y",
    "syncTasks": "N",
    "showCompletedTasks": "N",
    "lastUsedSection": "",
    "sendFromEmail": "",
    "defaultSections": [],
    "syncPeriodPast": "3",
    "syncPeriodFuture": "12",
    "defaultReminders": {
        "fullDay": [{"type": "daybefore", "before": 0, "time": 480}],
        "withTime": [{"type": "min", "count": 15}],
    },
}


def _table(context: Context) -> Table:
    return Table(context, SECTIONS, CLASSIC)


def _values(context: Context, params: Params) -> dict[str, Any]:
    for name in ("name", "description"):
        if isinstance(params.get(name), (list, dict)):
            raise refused(f'Invalid value for the "{name}" parameter')
    known = {"name": "NAME", "description": "DESCRIPTION", "color": "COLOR", "text_color": "TEXT_COLOR"}
    given = {column: params[name] for name, column in known.items() if name in params}
    values = _table(context).read(given)
    if isinstance(params.get("export"), dict):
        values["EXPORT"] = json.dumps(params["export"])
    return {**values, "TIMESTAMP_X": context.moment.text}


def add(context: Context, params: Params) -> Any:
    """``calendar.section.add``: answers the new id."""
    required(params, "calendar.section.add", "type", "ownerId")
    values = _values(context, params)
    if not values.get("NAME"):
        raise refused('Invalid value for the "name" parameter')
    number = _table(context).add(
        {
            **values,
            "CAL_TYPE": str(params["type"]),
            "OWNER_ID": php_int(params["ownerId"]),
            "CREATED_BY": context.caller.user_id,
            "DATE_CREATE": context.moment.text,
        }
    )
    context.changed.append(("ONCALENDARSECTIONADD", {"id": number}))
    return number


def first(context: Context, kind: str, owner: int) -> int:
    """Return the first calendar of an owner; it is made if he has none."""
    found = _table(context).one(Where("CAL_TYPE=? AND OWNER_ID=?", (kind, owner)))
    return (
        int(found["ID"]) if found else add(context, {"type": kind, "ownerId": owner, "name": "My calendar"})
    )


def find(context: Context, number: int) -> Any:
    """Return a calendar, or None."""
    return _table(context).by_id(number)


def get(context: Context, params: Params) -> Any:
    """``calendar.section.get``."""
    required(params, "calendar.section.get", "type", "ownerId")
    where = Where("CAL_TYPE=? AND OWNER_ID=?", (str(params["type"]), php_int(params["ownerId"])))
    return [shown.section(context, row) for row in _table(context).many(where)]


def _wanted(context: Context, params: Params, method: str) -> int:
    required(params, method, "type", "ownerId")
    number = php_int(params.get("id"))
    if number <= 0:
        raise refused("Section ID is not set")
    return number


def update(context: Context, params: Params) -> Any:
    """``calendar.section.update``: answers the id."""
    number = _wanted(context, params, "calendar.section.update")
    if find(context, number) is None:
        raise refused("An error occurred while updating the section")
    _table(context).change(number, _values(context, params))
    context.changed.append(("ONCALENDARSECTIONUPDATE", {"id": number}))
    return number


def delete(context: Context, params: Params) -> Any:
    """``calendar.section.delete``: with its events."""
    number = _wanted(context, params, "calendar.section.delete")
    if not _table(context).remove(number):
        raise refused("An error occurred while deleting the section")
    context.store.run("DELETE FROM calendar_events WHERE SECTION_ID=?", (number,))
    context.changed.append(("ONCALENDARSECTIONDELETE", {"id": number}))
    return True


# -- settings -----------------------------------------------------------------------------------------------


def settings(_: Context, __: Params) -> Any:
    """``calendar.settings.get``."""
    return _SETTINGS


def _place(context: Context) -> str:
    return f"calendar_settings:{context.caller.user_id}"


def user_settings(context: Context, _: Params) -> Any:
    """``calendar.user.settings.get``."""
    offset = context.portal.where.utcoffset(None)
    zone = context.store.setting("portal", {}).get("timezone", "UTC")
    return {
        **_USER_SETTINGS,
        "timezoneName": zone,
        "timezoneOffsetUTC": int(offset.total_seconds()),
        "timezoneDefaultName": "",
        "work_time_start": _SETTINGS["work_time_start"],
        "work_time_end": _SETTINGS["work_time_end"],
        **context.store.setting(_place(context), {}),
    }


def write_user_settings(context: Context, params: Params) -> Any:
    """``calendar.user.settings.set``: what is not named stays."""
    required(params, "calendar.user.settings.set", "settings")
    given = params["settings"]
    if isinstance(given, dict):
        known = {name: value for name, value in given.items() if name in _USER_SETTINGS}
        context.store.keep(_place(context), {**context.store.setting(_place(context), {}), **known})
    return True
