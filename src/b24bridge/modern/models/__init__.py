"""Typed records; each module of models, and pydantic with it, loads on first use."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from b24bridge.modern.models.crm import Category, Company, Contact, Deal, Item, Lead, SmartType, Status
    from b24bridge.modern.models.fields import Money, MultiValue
    from b24bridge.modern.models.people import Department, User
    from b24bridge.modern.models.record import Issue, NotSelected, Record, UserFields
    from b24bridge.modern.models.tasks import ElapsedItem, Task

__all__ = [
    "Category",
    "Company",
    "Contact",
    "Deal",
    "Department",
    "ElapsedItem",
    "Issue",
    "Item",
    "Lead",
    "Money",
    "MultiValue",
    "NotSelected",
    "Record",
    "SmartType",
    "Status",
    "Task",
    "User",
    "UserFields",
]

_HOMES = {
    **dict.fromkeys(("Category", "Company", "Contact", "Deal", "Item", "Lead", "SmartType", "Status"), "crm"),
    **dict.fromkeys(("Money", "MultiValue"), "fields"),
    **dict.fromkeys(("Department", "User"), "people"),
    **dict.fromkeys(("Issue", "NotSelected", "Record", "UserFields"), "record"),
    **dict.fromkeys(("ElapsedItem", "Task"), "tasks"),
}


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        value = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
        globals()[name] = value
        return value
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
