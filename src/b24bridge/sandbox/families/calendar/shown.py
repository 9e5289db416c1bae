"""How the calendar prints: the site's date format, and seconds beside it (data-shapes, section 6)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from b24bridge.sandbox.methods import Context
from b24bridge.sandbox.phpinput import php_int

__all__ = ["BOOKING", "event", "section", "site_date"]

_DAY_S = 86400
_DAYS = {"MO": "Mon", "TU": "Tue", "WE": "Wed", "TH": "Thu", "FR": "Fri", "SA": "Sat", "SU": "Sun"}
_PERIODS = {"DAILY": "day", "WEEKLY": "week", "MONTHLY": "month", "YEARLY": "year"}
# What a booking of a resource has of an event's keys.
BOOKING = (
    "ID PARENT_ID DELETED CAL_TYPE OWNER_ID NAME DATE_FROM DATE_TO TZ_FROM TZ_TO TZ_OFFSET_FROM TZ_OFFSET_TO "
    "DATE_FROM_TS_UTC DATE_TO_TS_UTC DT_SKIP_TIME DT_LENGTH EVENT_TYPE CREATED_BY DATE_CREATE TIMESTAMP_X "
    "DESCRIPTION IS_MEETING MEETING_STATUS MEETING_HOST VERSION SECTION_ID DATE_FROM_FORMATTED "
    "DATE_TO_FORMATTED SECT_ID"
)


def site_date(moment: datetime) -> str:
    """Return a moment as the site prints it: ``12/11/2024 05:59:00 pm``."""
    return moment.strftime("%m/%d/%Y %I:%M:%S ") + moment.strftime("%p").lower()


def _kept(text: str) -> str:
    return site_date(datetime.fromisoformat(text))


def section(context: Context, row: Any) -> dict[str, Any]:
    """Return a calendar as ``calendar.section.get`` prints it."""
    export = row["EXPORT"] or {}
    return {
        "ID": row["ID"],
        "NAME": row["NAME"],
        "GAPI_CALENDAR_ID": None,
        "DESCRIPTION": row["DESCRIPTION"] or "",
        "COLOR": row["COLOR"],
        "TEXT_COLOR": row["TEXT_COLOR"],
        "EXPORT": {"ALLOW": bool(export.get("ALLOW", False)), "SET": str(export.get("SET", "3_9"))},
        "CAL_TYPE": row["CAL_TYPE"],
        "OWNER_ID": row["OWNER_ID"],
        "CREATED_BY": row["CREATED_BY"],
        "DATE_CREATE": _kept(row["DATE_CREATE"]),
        "TIMESTAMP_X": _kept(row["TIMESTAMP_X"]),
        "CAL_DAV_CON": None,
        "SYNC_TOKEN": None,
        "PAGE_TOKEN": None,
        "EXTERNAL_TYPE": "local",
        "ACCESS": {f"U{row['OWNER_ID']}": "calendar_access"},
        "IS_COLLAB": False,
        "PERM": dict.fromkeys(("view_time", "view_title", "view_full", "add", "edit", "edit_section"), True)
        if php_int(row["OWNER_ID"]) == context.caller.user_id
        else {"view_time": True, "view_title": True, "view_full": True},
    }


def _moments(context: Context, row: Any) -> dict[str, Any]:
    where = context.portal.where
    offset = where.utcoffset(None)
    seconds = str(int(offset.total_seconds()))
    starts, ends = int(row["STARTS"]), int(row["ENDS"])
    begin, end = (datetime.fromtimestamp(value, where) for value in (starts, ends))
    all_day = row["SKIP_TIME"] == "Y"
    form = "%a %b %d %Y" if all_day else "%a %b %d %Y %H:%M:%S"
    return {
        "DATE_FROM": site_date(begin),
        "DATE_TO": site_date(end),
        "TZ_OFFSET_FROM": seconds,
        "TZ_OFFSET_TO": seconds,
        "DATE_FROM_TS_UTC": str(starts),
        "DATE_TO_TS_UTC": str(ends),
        "DT_LENGTH": ends - starts + (_DAY_S if all_day else 0),
        "DATE_FROM_FORMATTED": begin.strftime(form),
        "DATE_TO_FORMATTED": end.strftime(form),
        "~USER_OFFSET_FROM": int(seconds),
        "~USER_OFFSET_TO": int(seconds),
    }


def event(context: Context, row: Any) -> dict[str, Any]:
    """Return an event as ``calendar.event.get`` prints it."""
    moments = _moments(context, row)
    people: dict[str, str] = row["ATTENDEES"] or {}
    is_meeting = row["IS_MEETING"] == "Y"
    caller = str(context.caller.user_id)
    facts = {
        "ID": row["ID"],
        "PARENT_ID": row["ID"],
        "DELETED": "N",
        "CAL_TYPE": row["CAL_TYPE"],
        "OWNER_ID": row["OWNER_ID"],
        "NAME": row["NAME"],
        "DATE_FROM": moments["DATE_FROM"],
        "DATE_TO": moments["DATE_TO"],
        "ORIGINAL_DATE_FROM": None,
        "TZ_FROM": row["TZ_FROM"],
        "TZ_TO": row["TZ_TO"],
        "TZ_OFFSET_FROM": moments["TZ_OFFSET_FROM"],
        "TZ_OFFSET_TO": moments["TZ_OFFSET_TO"],
        "DATE_FROM_TS_UTC": moments["DATE_FROM_TS_UTC"],
        "DATE_TO_TS_UTC": moments["DATE_TO_TS_UTC"],
        "DT_SKIP_TIME": row["SKIP_TIME"],
        "DT_LENGTH": moments["DT_LENGTH"],
        "EVENT_TYPE": None,
        "CREATED_BY": row["CREATED_BY"],
        "DATE_CREATE": _kept(row["DATE_CREATE"]),
        "TIMESTAMP_X": _kept(row["TIMESTAMP_X"]),
        "DESCRIPTION": row["DESCRIPTION"] or "",
        "PRIVATE_EVENT": row["PRIVATE_EVENT"] or "",
        "ACCESSIBILITY": row["ACCESSIBILITY"],
        "IMPORTANCE": row["IMPORTANCE"],
        "IS_MEETING": is_meeting,
        "MEETING_STATUS": people.get(caller, people.get(row["MEETING_HOST"])) if is_meeting else None,
        "MEETING_HOST": row["MEETING_HOST"],
        "MEETING": _meeting(row),
        "LOCATION": row["LOCATION"] or "",
        "REMIND": row["REMIND"] or [],
        "COLOR": row["COLOR"] or "",
        "RRULE": row["RRULE"] and _rule(context, row["RRULE"]),
        "EXDATE": "",
        "DAV_XML_ID": f"{row['ID']}@calendar",
        "G_EVENT_ID": "",
        "DAV_EXCH_LABEL": "",
        "CAL_DAV_LABEL": "",
        "VERSION": row["VERSION"],
        "ATTENDEES_CODES": [f"U{number}" for number in people],
        "RECURRENCE_ID": None,
        "RELATIONS": None,
        "SECTION_ID": row["SECTION_ID"],
        "SYNC_STATUS": None,
        "UF_CRM_CAL_EVENT": row["CRM_FIELDS"] or False,
        "UF_WEBDAV_CAL_EVENT": False,
        "SECTION_DAV_XML_ID": None,
        "DATE_FROM_FORMATTED": moments["DATE_FROM_FORMATTED"],
        "DATE_TO_FORMATTED": moments["DATE_TO_FORMATTED"],
        "SECT_ID": row["SECTION_ID"],
        "ATTENDEE_LIST": [
            {"id": int(number), "entryId": row["ID"], "status": status} for number, status in people.items()
        ],
        "COLLAB_ID": None,
        "attendeesEntityList": [{"entityId": "user", "id": int(number)} for number in people],
        "~DESCRIPTION": row["DESCRIPTION"] or "",
        "~USER_OFFSET_FROM": moments["~USER_OFFSET_FROM"],
        "~USER_OFFSET_TO": moments["~USER_OFFSET_TO"],
    }
    if row["RRULE"]:
        facts["~RRULE_DESCRIPTION"] = _described(facts["RRULE"], moments["DATE_FROM"][:10])
    return facts


def _meeting(row: Any) -> dict[str, Any]:
    given = row["MEETING"] or {}
    small = {str(key).lower(): value for key, value in given.items()}
    flags = ("NOTIFY", "REINVITE", "ALLOW_INVITE", "HIDE_GUESTS")
    return {
        "HOST_NAME": f"User {row['MEETING_HOST']}",
        **{name: bool(small.get(name.lower())) for name in flags},
        "MEETING_CREATOR": php_int(row["CREATED_BY"]),
        "LANGUAGE_ID": "en",
        "MAIL_FROM": "",
    }


def _rule(context: Context, given: dict[str, Any]) -> dict[str, Any]:
    rule: dict[str, Any] = {"FREQ": str(given.get("FREQ", "DAILY")).upper()}
    days = given.get("BYDAY")
    if days:
        names = days.split(",") if isinstance(days, str) else list(days)
        rule["BYDAY"] = {str(name): str(name) for name in names}
    if given.get("COUNT"):
        rule["COUNT"] = php_int(given["COUNT"])
    rule["INTERVAL"] = php_int(given.get("INTERVAL")) or 1
    until = context.moment.read(given["UNTIL"], day_only=False) if given.get("UNTIL") else None
    if until:
        moment = datetime.fromisoformat(until)
        day = moment.strftime("%m/%d/%Y")
        rule.update({"UNTIL": day, "~UNTIL": day, "UNTIL_TS": int(moment.timestamp())})
    return rule


def _described(rule: dict[str, Any], start: str) -> str:
    period = _PERIODS.get(rule["FREQ"], "day")
    many = f"{rule['INTERVAL']} {period}s" if rule["INTERVAL"] > 1 else period
    days = ", ".join(_DAYS.get(name, name) for name in rule.get("BYDAY", ()))
    until = f" to {rule['UNTIL']}" if "UNTIL" in rule else ""
    return f"every {many}{f' on: {days}' if days else ''}, from {start}{until}"
