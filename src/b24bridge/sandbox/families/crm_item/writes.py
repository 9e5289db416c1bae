"""Changing items: defaults, silent drops, stages and their history."""

from __future__ import annotations

from typing import Any

from b24bridge.sandbox.crmfiles import stored_files
from b24bridge.sandbox.crmrecords import added, changed, deleted, place_of
from b24bridge.sandbox.entities import Entity
from b24bridge.sandbox.itemquery import yes_or_no
from b24bridge.sandbox.methods import Context, Params, bound_array, bound_int
from b24bridge.sandbox.multifields import Multifields
from b24bridge.sandbox.names import upper
from b24bridge.sandbox.phpinput import php_int
from b24bridge.sandbox.records import Field, Kind
from b24bridge.sandbox.refusals import Refusal
from b24bridge.sandbox.stages import default_category, first_stage, semantics
from b24bridge.sandbox.values import DROP, stored

from .errors import no_item
from .rules import dialect, entity_of, one

__all__ = ["add", "delete", "update"]


def add(context: Context, params: Params) -> Any:
    """``crm.item.add``."""
    entity = entity_of(context, params)
    given = _values(context, entity, bound_array(params, "fields", required=True), params)
    values = {name: item.default for name, item in entity.record.fields.items() if item.default is not None}
    values.update(given)
    now, user = context.moment.text, context.caller.user_id
    values.update(
        CREATED_BY=user, UPDATED_BY=user, MOVED_BY=user, CREATED_TIME=now, UPDATED_TIME=now, MOVED_TIME=now
    )
    values.setdefault("ASSIGNED_BY_ID", user)
    values.update(LAST_ACTIVITY_BY=user, LAST_ACTIVITY_TIME=now)
    _place(context, entity, values)
    values = {name: value for name, value in values.items() if name in entity.record.fields}
    item_id = context.store.insert(entity.record.table, values)
    _write_multifields(context, entity, item_id, params)
    added(context, entity, item_id, values)
    return {"item": one(context, entity, item_id, dialect(params))}


def _place(context: Context, entity: Entity, values: dict[str, Any]) -> None:
    """Put a new record into a pipeline and its first stage, unless it says where it belongs."""
    fields = entity.record.fields
    if "CATEGORY_ID" in fields and "CATEGORY_ID" not in values:
        values["CATEGORY_ID"] = default_category(context.store, entity)
    if "STAGE_ID" in fields and not values.get("STAGE_ID"):
        values["STAGE_ID"] = first_stage(context.store, entity, php_int(values.get("CATEGORY_ID")))
    if "STAGE_SEMANTIC_ID" in fields:
        values["STAGE_SEMANTIC_ID"] = semantics(context.store, str(values["STAGE_ID"]))
    if "CLOSED" in fields:
        values["CLOSED"] = "N" if semantics(context.store, str(values["STAGE_ID"])) == "P" else "Y"


def update(context: Context, params: Params) -> Any:
    """``crm.item.update``."""
    entity = entity_of(context, params)
    item_id = bound_int(params, "id")
    given = _values(context, entity, bound_array(params, "fields", required=True), params)
    before = place_of(context, entity, item_id)
    if before is None:
        raise no_item()
    now, user = context.moment.text, context.caller.user_id
    given.update(UPDATED_BY=user, UPDATED_TIME=now)
    if given.get("CATEGORY_ID", before[1]) != before[1] and not given.get("STAGE_ID"):
        given["STAGE_ID"] = first_stage(context.store, entity, php_int(given["CATEGORY_ID"]))
    if "STAGE_ID" in given and given["STAGE_ID"] != before[0]:
        given.update(MOVED_BY=user, MOVED_TIME=now, PREVIOUS_STAGE_ID=before[0])
        group = semantics(context.store, str(given["STAGE_ID"]))
        given.update(STAGE_SEMANTIC_ID=group, CLOSED="N" if group == "P" else "Y")
    given = {name: value for name, value in given.items() if name in entity.record.fields}
    context.store.update(entity.record.table, item_id, given)
    _write_multifields(context, entity, item_id, params)
    changed(context, entity, item_id, given, before)
    return {"item": one(context, entity, item_id, dialect(params))}


def delete(context: Context, params: Params) -> Any:
    """``crm.item.delete``: answers an empty array (quirk 6)."""
    entity = entity_of(context, params)
    item_id = bound_int(params, "id")
    if not context.store.delete(entity.record.table, item_id):
        raise no_item(deleting=True)
    deleted(context, entity, item_id)
    return []


def _write_multifields(context: Context, entity: Entity, item_id: int, params: Params) -> None:
    given = params["fields"]
    if entity.has_multifields and isinstance(given, dict) and isinstance(given.get("fm"), (list, dict)):
        Multifields(context.store, entity.type_id, entity.record.table).write_items(item_id, given["fm"])


def _values(context: Context, entity: Entity, fields: Any, params: Params) -> dict[str, Any]:
    """Return what is to be stored: unknown and read-only keys are ignored."""
    original = params.get("useOriginalUfNames") in ("Y", "y", True, "true")
    values: dict[str, Any] = {}
    for key, value in fields.items() if isinstance(fields, dict) else ():
        name = key if original and key.startswith("UF_") else upper(key)
        item = entity.record.fields.get(name)
        if item is None or item.read_only:
            continue
        read = _value(context, item, value)
        if read is not DROP:
            values[name] = read
    return values


def _value(context: Context, item: Field, value: Any) -> Any:
    if item.type == "file":
        return stored_files(context, item, value)
    if item.multiple and value is not None and not isinstance(value, (list, dict)):
        kind = {str: "string", int: "integer", float: "double", bool: "boolean"}.get(type(value), "string")
        raise Refusal("100", f"Expected iterable value for multiple field, but got {kind} instead")
    if item.kind is Kind.FLAG:
        return yes_or_no(value)
    return stored(item, value, context.moment)
