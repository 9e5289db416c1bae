"""Resources, such as rooms and cars, and their bookings."""

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
from .events import seconds, within
from .records import RESOURCES

__all__ = ["add", "bookings", "delete", "listed", "update"]

_DAY_S = 86400


def _table(context: Context) -> Table:
    return Table(context, RESOURCES, CLASSIC)


def add(context: Context, params: Params) -> Any:
    """``calendar.resource.add``: answers the new id."""
    required(params, "calendar.resource.add", "name")
    return _table(context).add({"NAME": str(params["name"]), "CREATED_BY": context.caller.user_id})


def listed(context: Context, _: Params) -> Any:
    """``calendar.resource.list``."""
    return _table(context).many()


def update(context: Context, params: Params) -> Any:
    """``calendar.resource.update``: answers the id."""
    required(params, "calendar.resource.update", "resourceId", "name")
    number = php_int(params["resourceId"])
    if _table(context).by_id(number) is None:
        raise refused("An error occurred while updating the resource")
    _table(context).change(number, {"NAME": str(params["name"])})
    return number


def delete(context: Context, params: Params) -> Any:
    """``calendar.resource.delete``."""
    required(params, "calendar.resource.delete", "resourceId")
    if not _table(context).remove(php_int(params["resourceId"])):
        raise refused("An error occurred while deleting the resource")
    return True


def bookings(context: Context, params: Params) -> Any:
    """``calendar.resource.booking.list``: bookings are events in the calendar of a resource."""
    method = "calendar.resource.booking.list"
    wanted = params.get("filter")
    given = wanted if isinstance(wanted, dict) else {}
    if given.get("resourceIdList"):
        parts = [Where("ID IN (SELECT value FROM json_each(?))", (_numbers(given["resourceIdList"]),))]
    elif given.get("resourceTypeIdList"):
        numbers = _numbers(given["resourceTypeIdList"])
        parts = [Where("SECTION_ID IN (SELECT value FROM json_each(?))", (numbers,))]
    else:
        text = (
            f"""The required parameter "filter['resourceTypeIdList']" is not set for the method "{method}\""""
        )
        raise refused(text)
    parts.append(Where("CAL_TYPE='resource'"))
    ends = seconds(context.moment, given.get("to"))
    rows = within(
        context,
        parts,
        seconds(context.moment, given.get("from")),
        None if ends is None else ends + _DAY_S - 1,
    )
    facts = [shown.event(context, row) for row in rows]
    return [
        {**{name: row[name] for name in shown.BOOKING.split()}, "RESOURCE_BOOKING_ID": row["ID"]}
        for row in facts
    ]


def _numbers(value: Any) -> str:
    return json.dumps([php_int(item) for item in (value if isinstance(value, list) else [value])])
