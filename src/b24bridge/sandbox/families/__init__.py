"""The families of methods. A family is a folder: ``wire.py`` says what goes over the wire, ``rules.py``
what happens, ``errors.py`` how it refuses; a plain family needs the first only.
"""

from __future__ import annotations

from importlib import import_module

from b24bridge.sandbox.methods import Family

__all__ = ["FAMILIES", "load_families"]

FAMILIES = (
    "platform",
    "options",
    "events",
    "users",
    "departments",
    "tasks",
    "elapsed",
    "crm_directory",
    "crm_item",
    "crm_classic",
    "entity_storage",
    "placements",
    "automation_triggers",
    "userconsent",
    "ai_engines",
    "livefeed",
    "telephony",
    "crm_bindings",
    "crm_stagehistory",
    "crm_duplicates",
    "crm_productrows",
    "crm_userfields",
    "crm_details",
    "crm_products",
    "crm_vats",
    "crm_recurring",
    "workgroups",
    "crm_types",
    "crm_categories",
    "crm_statuses",
    "crm_currencies",
    "task_items",
    "user_fields",
    "lists",
    "crm_multifields",
    "calendar",
    "automated_solutions",
    "crm_calllists",
    "crm_documents",
    "disk",
    "crm_activity",
    "crm_timeline",
    "crm_enum",
    "crm_requisites",
    "timeman",
    "mail_services",
    "app_handlers",
    "pull",
    "landing_lists",
    "biconnector",
    "voximplant",
    "messenger",
    "task_flows",
    "sale_settings",
    "sale_services",
    "sale_orders",
    "catalog",
    "openlines",
    "votes",
    "signing",
    "booking",
    "docgen",
    "crm_catalog",
    "userfield_types",
    "crm_payments",
)


def load_families() -> list[Family]:
    """Return all families, each from its ``wire`` module."""
    return [import_module(f"{__name__}.{name}.wire").FAMILY for name in FAMILIES]
