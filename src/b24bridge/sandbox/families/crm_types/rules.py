"""Adding a smart process makes ``crm.item.*`` work for it (section 5.3)."""

# ruff: noqa: S608  # names of tables and columns are declared in code; values are always bound

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from b24bridge.sandbox.dialects import CONTROLLER
from b24bridge.sandbox.entities import RELATIONS, Entity
from b24bridge.sandbox.families.crm_categories.rules import create, remove
from b24bridge.sandbox.filters import Where
from b24bridge.sandbox.itemquery import ItemQuery, yes_or_no
from b24bridge.sandbox.listing import Answer, fetch, page_controller, rows_text
from b24bridge.sandbox.methods import Context, Params, bound_array, bound_int
from b24bridge.sandbox.names import camel
from b24bridge.sandbox.phpinput import php_int
from b24bridge.sandbox.plain import Table, describe
from b24bridge.sandbox.records import Kind, Record
from b24bridge.sandbox.refusals import Refusal

__all__ = ["add", "delete", "fields", "get", "get_by_number", "listed", "update"]

_TABLE = "crm_types"
_LINKED = ("CALENDAR_EVENT|UF_CRM_CAL_EVENT", "TASKS_TASK|UF_CRM_TASK", "TASKS_TASK_TEMPLATE|UF_CRM_TASK")
_CLIENTS = (3, 4)
_SIDES = {"parent": ("PARENT", "CHILD"), "child": ("CHILD", "PARENT")}
# The numbers that smart processes may have: the first ones, and even ones from here on.
_FIRST, _LAST_OF_FIRST, _SECOND = 128, 191, 1030


def _record(context: Context) -> Record:
    if not context.caller.is_admin:
        raise Refusal("ACCESS_DENIED", "Access denied")
    return context.portal.records[_TABLE]


def listed(context: Context, params: Params) -> Any:
    """``crm.type.list``: the rules of ``crm.item.list``."""
    record = _record(context)
    query = ItemQuery(record, context.moment)
    where = query.where(bound_array(params, "filter"))
    order = query.order(bound_array(params, "order"))
    page = page_controller(context.store, record, where, context.start)
    row = CONTROLLER.row(record, [item for item in record.fields.values() if not item.hidden])
    rows = fetch(context.store, record, row, where, order, offset=page.offset)
    return Answer({"types": rows_text(rows)}, page.total, page.next)


def fields(context: Context, _: Params) -> Any:
    """``crm.type.fields``."""
    shown = [item for item in _record(context).fields.values() if not item.unlisted]
    return {"fields": {camel(item.name): {**describe(item), "upperName": item.name} for item in shown}}


def get(context: Context, params: Params) -> Any:
    """``crm.type.get``."""
    return _one(context, Where("ID=?", (bound_int(params, "id"),)), "SPA not found")


def get_by_number(context: Context, params: Params) -> Any:
    """``crm.type.getByEntityTypeId``."""
    where = Where("ENTITY_TYPE_ID=?", (bound_int(params, "entityTypeId"),))
    return _one(context, where, "Smart process not found")


def add(context: Context, params: Params) -> Any:
    """``crm.type.add``."""
    given = bound_array(params, "fields", required=True)
    values = _read(context, given)
    if not values.get("TITLE"):
        raise Refusal("0", "Field 'TITLE' is required")
    number = _number(context, values.get("ENTITY_TYPE_ID"))
    switches = {item.name: "N" for item in _record(context).fields.values() if item.kind is Kind.FLAG}
    now, user = context.moment.text, context.caller.user_id
    stamps = {"CREATED_TIME": now, "UPDATED_TIME": now, "CREATED_BY": user, "UPDATED_BY": user}
    type_id = Table(context, _record(context)).add(
        {
            **switches,
            "IS_SET_OPEN_PERMISSIONS": "Y",
            "IS_INITIALIZED": "Y",
            **values,
            "ENTITY_TYPE_ID": number,
            **stamps,
        }
    )
    _relate(context, number, given)
    create(context, _entity(context, number), {"NAME": "General", "SORT": 100, "IS_DEFAULT": "Y"})
    context.portal.entities.forget()
    _announce(context, "ADD", type_id)
    return _one(context, Where("ID=?", (type_id,)), "")


def update(context: Context, params: Params) -> Any:
    """``crm.type.update``."""
    type_id = _given_id(params)
    before = _row(context, Where("ID=?", (type_id,)), "SPA not found")
    given = bound_array(params, "fields", required=True)
    values = _read(context, given)
    values.pop("ENTITY_TYPE_ID", None)
    stamps = {"UPDATED_TIME": context.moment.text, "UPDATED_BY": context.caller.user_id}
    context.store.update(_TABLE, type_id, {**values, **stamps})
    _relate(context, before["entityTypeId"], given)
    _announce(context, "UPDATE", type_id)
    return _one(context, Where("ID=?", (type_id,)), "")


def delete(context: Context, params: Params) -> Any:
    """``crm.type.delete``: answers an empty array; items keep a type alive."""
    type_id = _given_id(params)
    row = _row(context, Where("ID=?", (type_id,)), "SPA not found")
    entity = _entity(context, row["entityTypeId"])
    if context.store.count(entity.record.table, ""):
        raise Refusal("BX_ERROR", "You cannot delete an entity type that has elements")
    number = entity.type_id
    for (category,) in context.store.rows("SELECT ID FROM crm_categories WHERE ENTITY_TYPE_ID=?", (number,)):
        remove(context, entity, category)
    context.store.run(f"DELETE FROM {RELATIONS} WHERE PARENT=? OR CHILD=?", (number, number))
    context.store.run("DELETE FROM user_fields WHERE ENTITY_ID=?", (entity.user_fields_of,))
    context.store.delete(_TABLE, type_id)
    context.portal.entities.forget()
    _announce(context, "DELETE", type_id)
    return []


def _given_id(params: Params) -> int:
    # B24PhpSDK sends the id of the type as ``entityTypeId``.
    name = "id" if "id" in params or "entityTypeId" not in params else "entityTypeId"
    return bound_int(params, name)


def _announce(context: Context, what: str, type_id: int) -> None:
    context.changed.append((f"ONCRMTYPE{what}", {"FIELDS": {"ID": type_id}}))


def _entity(context: Context, number: int) -> Entity:
    context.portal.entities.forget()
    entity = context.portal.entities.get(number)
    assert entity is not None
    return entity


def _read(context: Context, given: Any) -> dict[str, Any]:
    given = given if isinstance(given, Mapping) else {}
    record = _record(context)
    values = Table(context, record).read(given, camel_keys=True)
    for key, value in given.items():
        for name, item in record.fields.items():
            if camel(name) == key and item.kind is Kind.FLAG:
                values[name] = yes_or_no(value)
    links = given.get("linkedUserFields")
    if isinstance(links, Mapping):
        values["LINKED_USER_FIELDS"] = json.dumps({name: yes_or_no(links.get(name)) for name in _LINKED})
    return values


def _number(context: Context, wanted: Any) -> int:
    taken = {row[0] for row in context.store.rows(f"SELECT ENTITY_TYPE_ID FROM {_TABLE}")}
    if not wanted:
        return next(number for number in range(_SECOND, 2**31, 2) if number not in taken)
    number = php_int(wanted)
    is_allowed = _FIRST <= number <= _LAST_OF_FIRST or (number >= _SECOND and number % 2 == 0)
    if not is_allowed or number in taken:
        raise Refusal("INVALID_ARG_VALUE", "entityTypeId is out of allowed range")
    return number


def _relate(context: Context, number: int, given: Any) -> None:
    """Write the links between kinds of records; a side that is not named stays as it is."""
    relations = given.get("relations") if isinstance(given, Mapping) else None
    for side, (theirs, own) in _SIDES.items():
        rows = relations.get(side) if isinstance(relations, Mapping) else None
        if not isinstance(rows, (list, dict)):
            continue
        context.store.run(f"DELETE FROM {RELATIONS} WHERE {own}=?", (number,))
        for row in rows.values() if isinstance(rows, dict) else rows:
            if isinstance(row, Mapping) and php_int(row.get("entityTypeId")) > 0:
                shown = yes_or_no(row.get("isChildrenListEnabled"))
                context.store.insert(
                    RELATIONS, {own: number, theirs: php_int(row["entityTypeId"]), "IS_LISTED": shown}
                )
    context.portal.entities.forget()


def _one(context: Context, where: Where, missing: str) -> dict[str, Any]:
    row = _row(context, where, missing)
    row["relations"] = {side: _related(context, row, side) for side in _SIDES}
    links = row["linkedUserFields"] or {}
    row["linkedUserFields"] = {name: links.get(name, "N") for name in _LINKED}
    row["customSections"] = []
    return {"type": row}


def _row(context: Context, where: Where, missing: str) -> dict[str, Any]:
    row: dict[str, Any] | None = Table(context, _record(context), CONTROLLER).one(where)
    if row is None:
        raise Refusal("0", missing)
    return row


def _related(context: Context, row: Mapping[str, Any], side: str) -> list[dict[str, Any]]:
    theirs, own = _SIDES[side]
    rows = context.store.rows(
        f"SELECT {theirs}, IS_LISTED FROM {RELATIONS} WHERE {own}=? ORDER BY ID", (row["entityTypeId"],)
    )
    # Clients are parents of every process that has the field "Client".
    clients = _CLIENTS if side == "parent" and row["isClientEnabled"] == "Y" else ()
    found = [(number, "Y", "Y") for number in clients]
    found += [(number, shown, "N") for number, shown in rows if number not in clients]
    names = ("entityTypeId", "isChildrenListEnabled", "isPredefined")
    return [dict(zip(names, entry, strict=True)) for entry in found]
