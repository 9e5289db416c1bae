"""Methods of ``crm.activity.*`` (sections 4.5 and 5.3)."""

from __future__ import annotations

from b24bridge.sandbox.methods import Family, Method
from b24bridge.sandbox.plain import prepare

from . import configurable, controllers, records, rules, todo

__all__ = ["FAMILY"]

_CLASSIC = {
    "add": rules.add,
    "get": rules.get,
    "list": rules.listed,
    "update": rules.update,
    "delete": rules.delete,
    "fields": rules.fields,
    "communication.fields": rules.communication_fields,
    "type.add": controllers.type_add,
    "type.list": controllers.type_list,
    "type.delete": controllers.type_delete,
}
_CONTROLLERS = {
    "binding.add": controllers.binding_add,
    "binding.list": controllers.binding_list,
    "binding.move": controllers.binding_move,
    "binding.delete": controllers.binding_delete,
    "badge.add": controllers.badge_add,
    "badge.get": controllers.badge_get,
    "badge.list": controllers.badge_list,
    "badge.delete": controllers.badge_delete,
    "configurable.add": configurable.add,
    "configurable.get": configurable.get,
    "configurable.update": configurable.update,
    "layout.blocks.set": configurable.blocks_set,
    "layout.blocks.get": configurable.blocks_get,
    "layout.blocks.delete": configurable.blocks_delete,
    "todo.add": todo.add,
    "todo.update": todo.update,
    "todo.updateColor": todo.update_color,
    "todo.updateDeadline": todo.update_deadline,
    "todo.updateDescription": todo.update_description,
    "todo.updateResponsibleUser": todo.update_responsible,
}
_RECORDS = (
    records.ACTIVITIES,
    records.COMMUNICATIONS,
    records.BINDINGS,
    records.FILES,
    records.BADGES,
    records.TYPES,
)

FAMILY = Family(
    "crm_activity",
    [
        *(Method(f"crm.activity.{name}", handler, "crm") for name, handler in _CLASSIC.items()),
        *(
            Method(f"crm.activity.{name}", handler, "crm", listed=False)
            for name, handler in _CONTROLLERS.items()
        ),
    ],
    prepare=lambda portal: prepare(portal, *_RECORDS),
)
