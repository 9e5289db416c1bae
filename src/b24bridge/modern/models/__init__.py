"""Typed records; importing this package loads pydantic."""

from __future__ import annotations

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
