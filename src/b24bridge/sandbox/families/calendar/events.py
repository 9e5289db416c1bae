"""Events and meetings."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from b24bridge.sandbox.dialects import CLASSIC
from b24bridge.sandbox.filters import Where, both
from b24bridge.sandbox.methods import Context, Params
from b24bridge.sandbox.phpinput import php_int
from b24bridge.sandbox.phpjson import php_array
from b24bridge.sandbox.plain import Table
from b24bridge.sandbox.values import Moment

from . import sections, shown
from .errors import refused, required
from .records import EVENTS

__all__ = [
    "accessibility",
    "add",
    "by_id",
    "delete",
    "get",
    "nearest",
    "set_status",
    "status",
    "update",
    "within",
]

_DAY_S = 86400
_TEXTS = {
    "name": "NAME",
    "description": "DESCRIPTION",
    "color": "COLOR",
    "text_color": "TEXT_COLOR",
    "accessibility": "ACCESSIBILITY",
    "importance": "IMPORTANCE",
    "location": "LOCATION",
    "timezone_from": "TZ_FROM",
    "timezone_to": "TZ_TO",
}
_OBJECTS = {"remind": "REMIND", "meeting": "MEETING", "rrule": "RRULE", "crm_fields": "CRM_FIELDS"}
_STATUSES = ("Y", "N", "Q")


def _table(context: Context) -> Table:
    return Table(context, EVENTS, CLASSIC)


def seconds(moment: Moment, value: Any) -> int | None:
    """Return a date as seconds, or None if the portal cannot read it."""
    read = moment.read(value)
    return None if read is None else int(datetime.fromisoformat(read).timestamp())


def _values(context: Context, params: Params) -> dict[str, Any]:
    """Return what is to be stored of what was sent."""
    for name in ("name", "description"):
        if isinstance(params.get(name), (list, dict)):
            raise refused(f'Invalid value for the parameter "{name}"')
    if "crm_fields" in params and not isinstance(params["crm_fields"], (list, dict)):
        raise refused("The list of event links to CRM must be an array")
    values = _table(context).read({column: params[name] for name, column in _TEXTS.items() if name in params})
    for name, column in _OBJECTS.items():
        if isinstance(params.get(name), (list, dict)):
            values[column] = json.dumps(params[name])
    for name, column in (("skip_time", "SKIP_TIME"), ("is_meeting", "IS_MEETING")):
        if name in params:
            values[column] = "Y" if params[name] in ("Y", True, 1, "1") else "N"
    if "private_event" in params:
        values["PRIVATE_EVENT"] = "1" if params["private_event"] in ("Y", True, 1, "1") else ""
    for names, column in ((("from_ts", "from"), "STARTS"), (("to_ts", "to"), "ENDS")):
        moment = php_int(params.get(names[0])) or seconds(context.moment, params.get(names[1]))
        if moment:
            values[column] = moment
    if params.get("host"):
        values["MEETING_HOST"] = php_int(params["host"])
    return {**values, "TIMESTAMP_X": context.moment.text}


def _section(context: Context, params: Params) -> int:
    if not params.get("section") or params.get("auto_detect_section") == "Y":
        return sections.first(context, str(params["type"]), php_int(params["ownerId"]))
    number = php_int(params["section"])
    if sections.find(context, number) is None:
        raise refused("You specified an invalid calendar section ID or the user does not have access to it")
    return number


def _people(params: Params, host: int) -> dict[str, str]:
    given = params.get("attendees")
    numbers = [php_int(item) for item in given] if isinstance(given, list) else []
    return {str(number): "H" if number == host else "Q" for number in numbers if number > 0}


def add(context: Context, params: Params) -> Any:
    """``calendar.event.add``: answers the new id."""
    required(params, "calendar.event.add", "type", "ownerId", "name")
    for name in ("from", "to"):
        if not params.get(f"{name}_ts"):
            required(params, "calendar.event.add", name)
    values = _values(context, params)
    if "STARTS" not in values or "ENDS" not in values:
        raise refused("An error occurred while creating the event")
    host = values.setdefault("MEETING_HOST", context.caller.user_id)
    zone = context.store.setting("portal", {}).get("timezone", "UTC")
    people = _people(params, host)
    number = _table(context).add(
        {
            "TZ_FROM": zone,
            "TZ_TO": zone,
            **values,
            "CAL_TYPE": str(params["type"]),
            "OWNER_ID": php_int(params["ownerId"]),
            "SECTION_ID": _section(context, params),
            "ATTENDEES": json.dumps(people),
            "CREATED_BY": context.caller.user_id,
            "DATE_CREATE": context.moment.text,
        }
    )
    context.changed.append(("ONCALENDARENTRYADD", {"id": number}))
    return number


def update(context: Context, params: Params) -> Any:
    """``calendar.event.update``: answers the id."""
    required(params, "calendar.event.update", "id", "type", "ownerId")
    number = php_int(params["id"])
    before = _table(context).by_id(number)
    if before is None:
        raise refused("An error occurred while changing the event")
    values = _values(context, params)
    if params.get("section"):
        values["SECTION_ID"] = _section(context, params)
    if isinstance(params.get("attendees"), list):
        known: dict[str, str] = before["ATTENDEES"] or {}
        people = _people(params, php_int(values.get("MEETING_HOST", before["MEETING_HOST"])))
        values["ATTENDEES"] = json.dumps({key: known.get(key, status) for key, status in people.items()})
    _table(context).change(number, {**values, "VERSION": php_int(before["VERSION"]) + 1})
    context.changed.append(("ONCALENDARENTRYUPDATE", {"id": number}))
    return number


def delete(context: Context, params: Params) -> Any:
    """``calendar.event.delete``."""
    number = php_int(params.get("id"))
    if number <= 0:
        raise refused("Event id not specified")
    if not _table(context).remove(number):
        raise refused("An error occurred while deleting the event")
    context.changed.append(("ONCALENDARENTRYDELETE", {"id": number}))
    return True


# -- reading ------------------------------------------------------------------------------------------------


def within(context: Context, parts: list[Where], starts: int | None, ends: int | None) -> list[Any]:
    """Return rows that fit and touch a stretch of time; a series counts from its first day on."""
    if ends is not None:
        parts.append(Where("STARTS<=?", (ends,)))
    if starts is not None:
        parts.append(Where("(ENDS>=? OR RRULE IS NOT NULL)", (starts,)))
    return _table(context).many(both(parts), " ORDER BY STARTS, ID")


def get(context: Context, params: Params) -> Any:
    """``calendar.event.get``: of an owner; without dates from a month ago to three months ahead."""
    required(params, "calendar.event.get", "type")
    owner = php_int(params.get("ownerId")) or context.caller.user_id
    parts = [Where("CAL_TYPE=? AND OWNER_ID=?", (str(params["type"]), owner))]
    wanted = params.get("section")
    if wanted:
        numbers = wanted if isinstance(wanted, list) else [wanted]
        listed = json.dumps([php_int(item) for item in numbers])
        parts.append(Where("SECTION_ID IN (SELECT value FROM json_each(?))", (listed,)))
    now = int(context.moment.now)
    starts = seconds(context.moment, params.get("from"))
    ends = seconds(context.moment, params.get("to"))
    rows = within(
        context,
        parts,
        now - 30 * _DAY_S if starts is None else starts,
        now + 90 * _DAY_S if ends is None else ends + _DAY_S - 1,
    )
    return [shown.event(context, row) for row in rows]


def by_id(context: Context, params: Params) -> Any:
    """``calendar.event.getbyid``: null for an event that is not there."""
    required(params, "calendar.event.getbyid", "id")
    row = _table(context).by_id(php_int(params["id"]))
    return None if row is None else shown.event(context, row)


def nearest(context: Context, params: Params) -> Any:
    """``calendar.event.get.nearest``: the next ones, soonest first."""
    owner = php_int(params.get("ownerId")) or context.caller.user_id
    kind = str(params.get("type") or "user")
    now = int(context.moment.now)
    days = php_int(params.get("days")) or 60
    rows = within(context, [Where("CAL_TYPE=? AND OWNER_ID=?", (kind, owner))], now, now + days * _DAY_S)
    limit = php_int(params.get("maxEventsCount")) or len(rows)
    return [shown.event(context, row) for row in rows[:limit]]


def accessibility(context: Context, params: Params) -> Any:
    """``calendar.accessibility.get``: when people are taken, by their ids."""
    required(params, "calendar.accessibility.get", "from", "to", "users")
    users = params["users"] if isinstance(params["users"], list) else [params["users"]]
    starts = seconds(context.moment, params["from"])
    ends = seconds(context.moment, params["to"])
    found = {}
    for user in map(php_int, users):
        mine = Where(
            "((CAL_TYPE='user' AND OWNER_ID=?) OR EXISTS "
            "(SELECT 1 FROM json_each(ATTENDEES) WHERE key=CAST(? AS TEXT)))",
            (user, user),
        )
        rows = within(context, [mine], starts, None if ends is None else ends + _DAY_S - 1)
        events = (shown.event(context, row) for row in rows)
        found[str(user)] = [{name: row[name] for name in _TAKEN.split()} for row in events]
    return php_array(found)


_TAKEN = (
    "ID NAME DATE_FROM DATE_TO DATE_FROM_TS_UTC DATE_TO_TS_UTC ~USER_OFFSET_FROM ~USER_OFFSET_TO "
    "DT_SKIP_TIME TZ_FROM TZ_TO ACCESSIBILITY IMPORTANCE EVENT_TYPE"
)


# -- meetings -----------------------------------------------------------------------------------------------


def status(context: Context, params: Params) -> Any:
    """``calendar.meeting.status.get``: of the caller; who holds the meeting comes."""
    required(params, "calendar.meeting.status.get", "eventId")
    row = _table(context).by_id(php_int(params["eventId"]))
    if row is None:
        raise refused("An error occurred while retrieving the status")
    known = (row["ATTENDEES"] or {}).get(str(context.caller.user_id))
    return "Y" if known == "H" else known


def set_status(context: Context, params: Params) -> Any:
    """``calendar.meeting.status.set``."""
    required(params, "calendar.meeting.status.set", "eventId", "status")
    if params["status"] not in _STATUSES:
        raise refused('Invalid value for the parameter "status"')
    number = php_int(params["eventId"])
    row = _table(context).by_id(number)
    if row is None:
        raise refused("An error occurred while changing the status")
    people = {**(row["ATTENDEES"] or {}), str(context.caller.user_id): params["status"]}
    _table(context).change(number, {"ATTENDEES": json.dumps(people)})
    return True
