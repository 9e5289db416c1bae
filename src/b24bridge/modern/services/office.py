"""Workgroups, disk, calendar, lists, event handlers and placements, read as models."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial

from b24bridge.modern._binding import M, Service, listing, method
from b24bridge.modern.dialects import USERS
from b24bridge.modern.filters import Filter
from b24bridge.modern.lists import ListCall, listed
from b24bridge.modern.models.office import (
    CalendarEvent,
    DiskFile,
    EventHandler,
    Folder,
    ListElement,
    Placement,
    Storage,
    Workgroup,
)
from b24bridge.modern.reading import all_of, one
from b24bridge.wire.call import Call, Json

__all__ = ["Drive", "Office", "Workgroups"]


class Workgroups(Service[M]):
    """``sonet_group.*``."""

    @listing
    def list(self, filter: Filter = None, order: Mapping[str, str] | None = None) -> ListCall[Workgroup]:
        """Return the workgroups and projects (``sonet_group.get``)."""
        params = {"FILTER": USERS.filter(filter), "ORDER": USERS.order(order)}
        return listed("sonet_group.get", params, Workgroup.from_wire)


class Drive(Service[M]):
    """``disk.*``: storages, folders and files."""

    @listing
    def storages(self, filter: Filter = None) -> ListCall[Storage]:
        """Return the storages (``disk.storage.getlist``)."""
        return listed("disk.storage.getlist", {"filter": USERS.filter(filter)}, Storage.from_wire)

    @listing
    def children(self, folder_id: int, filter: Filter = None) -> ListCall[Folder | DiskFile]:
        """Return what is in a folder (``disk.folder.getchildren``)."""
        params = {"id": folder_id, "filter": USERS.filter(filter)}
        return listed("disk.folder.getchildren", params, _child)

    @method
    def folder(self, id: int) -> Call[Folder]:
        """Return a folder (``disk.folder.get``)."""
        return Call("disk.folder.get", {"id": id}, one(Folder.from_wire, "disk.folder.get", id))

    @method
    def file(self, id: int) -> Call[DiskFile]:
        """Return a file (``disk.file.get``)."""
        return Call("disk.file.get", {"id": id}, one(DiskFile.from_wire, "disk.file.get", id))


def _child(row: Json) -> Folder | DiskFile:
    return Folder.from_wire(row) if row.get("TYPE") == "folder" else DiskFile.from_wire(row)


class Office(Service[M]):
    """Lists, calendar, event handlers and placements."""

    @listing
    def elements(
        self,
        iblock_type_id: str,
        iblock_id: int,
        filter: Filter = None,
        select: Sequence[str] | None = None,
    ) -> ListCall[ListElement]:
        """Return the elements of a universal list (``lists.element.get``)."""
        params = {
            "IBLOCK_TYPE_ID": iblock_type_id,
            "IBLOCK_ID": iblock_id,
            "FILTER": USERS.filter(filter),
            "SELECT": USERS.names(select),
        }
        return listed("lists.element.get", params, ListElement.from_wire)

    @method
    def calendar(
        self, type: str, owner_id: int, since: date | None = None, until: date | None = None
    ) -> Call[Sequence[CalendarEvent]]:
        """Return the events of a calendar (``calendar.event.get``).

        Args:
            type: ``user``, ``group`` or ``company_calendar``.
            owner_id: User or group; 0 for the company.
            since: First day.
            until: Last day.
        """
        params = {"type": type, "ownerId": owner_id}
        days = {"from": since and since.isoformat(), "to": until and until.isoformat()}
        read = partial(all_of, CalendarEvent.from_wire)
        return Call("calendar.event.get", params | {k: v for k, v in days.items() if v}, read)

    @method
    def handlers(self) -> Call[Sequence[EventHandler]]:
        """Return the event handlers of the application (``event.get``)."""
        return Call("event.get", {}, partial(all_of, EventHandler.from_wire))

    @method
    def placements(self) -> Call[Sequence[Placement]]:
        """Return the placement handlers of the application (``placement.get``)."""
        return Call("placement.get", {}, partial(all_of, Placement.from_wire))
