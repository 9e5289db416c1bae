"""Typed records; each module of models, and pydantic with it, loads on first use."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from b24bridge.errors import ConfigError

if TYPE_CHECKING:
    from b24bridge.modern.models.crm import Category, Company, Contact, Deal, Item, Lead, SmartType, Status
    from b24bridge.modern.models.fields import Money, MultiValue
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
    from b24bridge.modern.models.people import Department, User
    from b24bridge.modern.models.record import Issue, NotSelected, Record, UserFields, strict_reading
    from b24bridge.modern.models.sales import (
        Activity,
        Currency,
        ProductRow,
        Quote,
        Requisite,
        StageChange,
        TimelineComment,
    )
    from b24bridge.modern.models.tasks import ChecklistItem, ElapsedItem, Task, TaskComment

if find_spec("pydantic") is None:
    raise ConfigError(
        "Typed records need pydantic, which is not installed.",
        remedy="pip install 'b24bridge[modern]'; client.call(...) works without it.",
    )

__all__ = [
    "Activity",
    "CalendarEvent",
    "Category",
    "ChecklistItem",
    "Company",
    "Contact",
    "Currency",
    "Deal",
    "Department",
    "DiskFile",
    "ElapsedItem",
    "EventHandler",
    "Folder",
    "Issue",
    "Item",
    "Lead",
    "ListElement",
    "Money",
    "MultiValue",
    "NotSelected",
    "Placement",
    "ProductRow",
    "Quote",
    "Record",
    "Requisite",
    "SmartType",
    "StageChange",
    "Status",
    "Storage",
    "Task",
    "TaskComment",
    "TimelineComment",
    "User",
    "UserFields",
    "Workgroup",
    "strict_reading",
]

_MODULES = {
    "crm": ("Category", "Company", "Contact", "Deal", "Item", "Lead", "SmartType", "Status"),
    "fields": ("Money", "MultiValue"),
    "office": (
        "CalendarEvent",
        "DiskFile",
        "EventHandler",
        "Folder",
        "ListElement",
        "Placement",
        "Storage",
        "Workgroup",
    ),
    "people": ("Department", "User"),
    "record": ("Issue", "NotSelected", "Record", "UserFields", "strict_reading"),
    "sales": ("Activity", "Currency", "ProductRow", "Quote", "Requisite", "StageChange", "TimelineComment"),
    "tasks": ("ChecklistItem", "ElapsedItem", "Task", "TaskComment"),
}
_HOMES = {name: module for module, names in _MODULES.items() for name in names}


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        value = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
        globals()[name] = value
        return value
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
