"""Methods of ``calendar.*`` (pages "Add Event", "Add Calendar", "Add Resource")."""

from __future__ import annotations

from b24bridge.sandbox.methods import Family, Method
from b24bridge.sandbox.plain import prepare

from . import events, resources, sections
from .records import EVENTS, RESOURCES, SECTIONS

__all__ = ["FAMILY"]

_METHODS = {
    "accessibility.get": events.accessibility,
    "event.add": events.add,
    "event.delete": events.delete,
    "event.get": events.get,
    "event.get.nearest": events.nearest,
    "event.getbyid": events.by_id,
    "event.getNearest": events.nearest,
    "event.update": events.update,
    "meeting.status.get": events.status,
    "meeting.status.set": events.set_status,
    "resource.add": resources.add,
    "resource.booking.list": resources.bookings,
    "resource.delete": resources.delete,
    "resource.list": resources.listed,
    "resource.update": resources.update,
    "section.add": sections.add,
    "section.delete": sections.delete,
    "section.get": sections.get,
    "section.update": sections.update,
    "settings.get": sections.settings,
    "user.settings.get": sections.user_settings,
    "user.settings.set": sections.write_user_settings,
}

FAMILY = Family(
    "calendar",
    [Method(f"calendar.{name}", handler, "calendar") for name, handler in _METHODS.items()],
    prepare=lambda portal: prepare(portal, SECTIONS, EVENTS, RESOURCES),
)
