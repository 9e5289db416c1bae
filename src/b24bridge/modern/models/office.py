"""Workgroups, disk, calendar, lists, event handlers and placements."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field

from b24bridge.modern.models.fields import Flag, Link, Moment, Text
from b24bridge.modern.models.record import Record

__all__ = [
    "CalendarEvent",
    "DiskFile",
    "EventHandler",
    "Folder",
    "ListElement",
    "Placement",
    "Storage",
    "Workgroup",
]


class Workgroup(Record):
    """A workgroup or project (``sonet_group.get``)."""

    id: int = 0
    site_id: Text | None = None
    name: Text | None = None
    description: Text | None = None
    owner_id: Link = None
    subject_id: Link = None
    date_create: Moment | None = None
    date_update: Moment | None = None
    date_activity: Moment | None = None
    active: Flag | None = None
    visible: Flag | None = None
    opened: Flag | None = None
    closed: Flag | None = None
    project: Flag | None = None
    is_extranet: Flag | None = None
    number_of_members: int | None = None


class Storage(Record):
    """A storage of the disk (``disk.storage.*``)."""

    id: int = 0
    name: Text | None = None
    code: Text | None = None
    module_id: Text | None = None
    entity_type: Text | None = None
    entity_id: Text | None = None
    root_object_id: Link = None


class _Object(Record):
    """What folders and files have in common."""

    id: int = 0
    name: Text | None = None
    code: Text | None = None
    storage_id: Link = None
    type: Text | None = None
    parent_id: Link = None
    real_object_id: Link = None
    create_time: Moment | None = None
    update_time: Moment | None = None
    delete_time: Moment | None = None
    created_by: Link = None
    updated_by: Link = None
    deleted_by: Link = None
    detail_url: Text | None = None


class Folder(_Object):
    """A folder of the disk (``disk.folder.*``)."""


class DiskFile(_Object):
    """A file of the disk (``disk.file.*``)."""

    file_id: Link = None
    size: int | None = None
    global_content_version: int | None = None
    # The link holds an access token, so it is in no representation.
    download_url: Text | None = Field(default=None, repr=False)


class CalendarEvent(Record):
    """An event of the calendar (``calendar.event.*``).

    The portal prints its times in the display format of the site; the exact ones are ``starts`` and
    ``ends``, from ``DATE_FROM_TS_UTC`` and ``DATE_TO_TS_UTC``.
    """

    id: int = 0
    parent_id: Link = None
    name: Text | None = None
    description: Text | None = None
    cal_type: Text | None = None
    owner_id: Link = None
    section_id: Link = None
    created_by: Link = None
    deleted: Flag | None = None
    date_from: Text | None = None
    date_to: Text | None = None
    date_from_ts_utc: Moment | None = None
    date_to_ts_utc: Moment | None = None
    tz_from: Text | None = None
    tz_to: Text | None = None
    dt_skip_time: Flag | None = None
    dt_length: int | None = None
    accessibility: Text | None = None
    importance: Text | None = None
    is_meeting: Flag | None = None
    location: Text | None = None
    color: Text | None = None

    @property
    def starts(self) -> datetime | None:
        """Beginning, in the zone of the event where it is known."""
        return _in_zone(self.__dict__.get("date_from_ts_utc"), self.__dict__.get("tz_from"))

    @property
    def ends(self) -> datetime | None:
        """End, in the zone of the event where it is known."""
        return _in_zone(self.__dict__.get("date_to_ts_utc"), self.__dict__.get("tz_to"))


def _in_zone(moment: Any, zone: Any) -> datetime | None:
    if not isinstance(moment, datetime):
        return None
    try:
        return moment.astimezone(ZoneInfo(zone)) if zone else moment
    except (ZoneInfoNotFoundError, ValueError):
        return moment


class ListElement(Record):
    """An element of a universal list (``lists.element.get``)."""

    id: int = 0
    iblock_id: Link = None
    name: Text | None = None
    code: Text | None = None
    iblock_section_id: Link = None
    created_by: Link = None

    @property
    def properties(self) -> dict[int, list[Any]]:
        """Property values by the number of the property; the portal keys them by value id."""
        found: dict[int, list[Any]] = {}
        for key, value in self.to_wire().items():
            number = key.removeprefix("PROPERTY_")
            if number != key and number.isdecimal():
                values = (
                    value.values()
                    if isinstance(value, dict)
                    else value
                    if isinstance(value, list)
                    else [value]
                )
                found[int(number)] = list(values)
        return found


class EventHandler(Record):
    """A handler that is bound to an event (``event.get``)."""

    event: Text | None = None
    handler: Text | None = None
    auth_type: int | None = None
    offline: Flag | None = None
    connector_id: Text | None = None


class Placement(Record):
    """A handler that is bound to a placement (``placement.get``)."""

    placement: Text | None = None
    user_id: Link = None
    handler: Text | None = None
    title: Text | None = None
    description: Text | None = None
