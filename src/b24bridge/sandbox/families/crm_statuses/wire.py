"""Methods of the directories' entries."""

from __future__ import annotations

from b24bridge.sandbox.methods import Family, Method

from . import rules

__all__ = ["FAMILY"]

FAMILY = Family(
    "crm_statuses",
    [
        Method("crm.status.list", rules.listed, "crm"),
        Method("crm.status.get", rules.get, "crm"),
        Method("crm.status.fields", rules.fields, "crm"),
        Method("crm.status.add", rules.add, "crm"),
        Method("crm.status.update", rules.update, "crm"),
        Method("crm.status.delete", rules.delete, "crm"),
        Method("crm.status.entity.items", rules.entries, "crm"),
        Method("crm.status.entity.types", rules.directories, "crm"),
    ],
)
