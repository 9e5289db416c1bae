"""Methods of ``crm.calllist.*`` (pages "Create Call List", "Get Call List Participants")."""

from __future__ import annotations

from b24bridge.sandbox.methods import Family, Method
from b24bridge.sandbox.plain import prepare

from . import rules

__all__ = ["FAMILY"]

FAMILY = Family(
    "crm_calllists",
    [
        Method("crm.calllist.add", rules.add, "crm"),
        Method("crm.calllist.get", rules.get, "crm"),
        Method("crm.calllist.items.get", rules.items, "crm"),
        Method("crm.calllist.list", rules.listed, "crm"),
        Method("crm.calllist.statuslist", rules.statuses, "crm"),
        Method("crm.calllist.update", rules.update, "crm"),
    ],
    prepare=lambda portal: prepare(portal, rules.LISTS, rules.ITEMS),
)
