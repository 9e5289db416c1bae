"""Changing leads, deals, contacts, companies and quotes."""

from __future__ import annotations

from typing import Any

from b24bridge.sandbox.crmfiles import stored_files
from b24bridge.sandbox.crmrecords import added, changed, deleted, place_of
from b24bridge.sandbox.entities import Entity
from b24bridge.sandbox.methods import Context, Params, array
from b24bridge.sandbox.multifields import MULTIFIELDS
from b24bridge.sandbox.phpinput import php_int
from b24bridge.sandbox.records import Kind, Record
from b24bridge.sandbox.stages import first_stage, semantics
from b24bridge.sandbox.values import DROP, stored

from .errors import gone, not_found
from .rules import kind, multifields_of, record_id

__all__ = ["add", "delete", "update"]


def add(type_id: int, context: Context, params: Params) -> Any:
    """``crm.*.add``: answers the new id as a number (quirk 5)."""
    entity, record = kind(context, type_id)
    given = array(params, "fields")
    values = {name: item.default for name, item in record.fields.items() if item.default is not None}
    values.update(_values(context, record, given))
    now, user = context.moment.text, context.caller.user_id
    values.update(CREATED_BY=user, UPDATED_BY=user, CREATED_TIME=now, UPDATED_TIME=now)
    values.update(LAST_ACTIVITY_TIME=now, LAST_ACTIVITY_BY=user)
    values.setdefault("ASSIGNED_BY_ID", user)
    if "MOVED_TIME" in record.fields:
        values.update(MOVED_TIME=now, MOVED_BY=user)
    if "STAGE_ID" in record.fields and not values.get("STAGE_ID"):
        values["STAGE_ID"] = first_stage(context.store, entity, php_int(values.get("CATEGORY_ID")))
    _follow_stage(context, record, values)
    number = context.store.insert(record.table, values)
    _write_multifields(context, entity, number, given)
    added(context, entity, number, values)
    return number


def update(type_id: int, context: Context, params: Params) -> Any:
    """``crm.*.update``: unknown, read-only and immutable keys are dropped; nothing at all is accepted."""
    entity, record = kind(context, type_id)
    number = record_id(params)
    given = array(params, "fields")
    before = place_of(context, entity, number)
    if before is None:
        raise gone(type_id)
    values = _values(context, record, given)
    values = {name: value for name, value in values.items() if not record.fields[name].immutable}
    now, user = context.moment.text, context.caller.user_id
    values.update(UPDATED_TIME=now, UPDATED_BY=user)
    if "STAGE_ID" in values and values["STAGE_ID"] != before[0]:
        if "MOVED_TIME" in record.fields:
            values.update(MOVED_TIME=now, MOVED_BY=user)
        _follow_stage(context, record, values)
    context.store.update(record.table, number, values)
    _write_multifields(context, entity, number, given)
    changed(context, entity, number, values, before)
    return True


def delete(type_id: int, context: Context, params: Params) -> Any:
    """``crm.*.delete``."""
    entity, record = kind(context, type_id)
    number = record_id(params)
    if not context.store.delete(record.table, number):
        raise not_found()
    deleted(context, entity, number)
    return True


def _values(context: Context, record: Record, given: Any) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for key, value in given.items() if isinstance(given, dict) else ():
        item = record.wire_names.get(str(key).upper())
        if item is None or item.read_only:
            continue
        if item.kind is Kind.FLAG:
            value = "Y" if value is True or str(value).upper() in ("Y", "1") else "N"
        if item.type == "file":
            values[item.name] = stored_files(context, item, value)
            continue
        read = stored(item, value, context.moment)
        if read is not DROP:
            values[item.name] = read
    return values


def _write_multifields(context: Context, entity: Entity, number: int, given: Any) -> None:
    if not entity.has_multifields or not isinstance(given, dict):
        return
    upper = {str(key).upper(): value for key, value in given.items()}
    for name in MULTIFIELDS:
        if name in upper:
            multifields_of(context, entity).write(number, name, upper[name])


def _follow_stage(context: Context, record: Record, values: dict[str, Any]) -> None:
    """Keep the stage's group, and whether the record is closed, beside the stage."""
    if not values.get("STAGE_ID"):
        return
    group = semantics(context.store, str(values["STAGE_ID"]))
    if "STAGE_SEMANTIC_ID" in record.fields:
        values["STAGE_SEMANTIC_ID"] = group
    if "CLOSED" in record.fields:
        values["CLOSED"] = "N" if group == "P" else "Y"
    if "DATE_CLOSED" in record.fields:
        values["DATE_CLOSED"] = None if group == "P" else context.moment.text
