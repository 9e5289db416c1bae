"""The tables of directories, pipelines and smart processes, and what every portal has in them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from b24bridge.sandbox.records import Record

from .builtin import built_in

if TYPE_CHECKING:
    from b24bridge.sandbox.portal import Portal

__all__ = ["prepare"]

_PIPELINES = (
    {"ID": 0, "NAME": "General", "SORT": 300, "ENTITY_TYPE_ID": 2, "IS_DEFAULT": "Y"},
    {"NAME": "Vendor Contacts", "ENTITY_TYPE_ID": 3, "IS_SYSTEM": "Y", "CODE": "CATALOG_CONTRACTOR_CONTACT"},
    {"NAME": "General", "ENTITY_TYPE_ID": 31, "IS_DEFAULT": "Y"},
    {"NAME": "Vendors", "ENTITY_TYPE_ID": 4, "IS_SYSTEM": "Y", "CODE": "CATALOG_CONTRACTOR_COMPANY"},
)


def prepare(portal: Portal, records: Sequence[Record]) -> None:
    """Create the tables."""
    for record in records:
        portal.records[record.table] = record
        portal.store.ensure(record.table, record.columns(), record.indexes)
    if portal.store.setting("directories") is None:
        names = ("ENTITY_ID", "STATUS_ID", "NAME", "NAME_INIT", "SORT", "SYSTEM", "COLOR", "SEMANTICS")
        portal.store.insert_many("crm_statuses", names, built_in())
        pipelines = portal.records["crm_categories"]
        defaults = {item.name: item.default for item in pipelines.fields.values() if item.name != "ID"}
        for row in _PIPELINES:
            portal.store.insert(pipelines.table, {**defaults, **row})
        portal.store.keep("directories", True)
