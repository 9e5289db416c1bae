"""Fields and methods of ``entity.*`` (pages "Create Storage Item", "Create Storage Section")."""

from __future__ import annotations

from b24bridge.sandbox.methods import Family, Method
from b24bridge.sandbox.plain import prepare

from . import items, properties, rules, sections

__all__ = ["FAMILY"]


_RECORDS = (rules.STORES, properties.PROPERTIES, items.ITEMS, sections.SECTIONS)

FAMILY = Family(
    "entity_storage",
    [
        Method("entity.add", rules.add, "entity"),
        Method("entity.get", rules.get, "entity"),
        Method("entity.update", rules.update, "entity"),
        Method("entity.delete", rules.delete, "entity"),
        Method("entity.rights", rules.rights, "entity"),
        Method("entity.item.property.add", properties.add, "entity"),
        Method("entity.item.property.get", properties.get, "entity"),
        Method("entity.item.property.update", properties.update, "entity"),
        Method("entity.item.property.delete", properties.delete, "entity"),
        Method("entity.item.add", items.add, "entity"),
        Method("entity.item.get", items.get, "entity"),
        Method("entity.item.update", items.update, "entity"),
        Method("entity.item.delete", items.delete, "entity"),
        Method("entity.section.add", sections.add, "entity"),
        Method("entity.section.get", sections.get, "entity"),
        Method("entity.section.update", sections.update, "entity"),
        Method("entity.section.delete", sections.delete, "entity"),
    ],
    prepare=lambda portal: prepare(portal, *_RECORDS),
)
