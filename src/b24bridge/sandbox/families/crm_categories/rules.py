"""Pipelines of a kind of record, each with its stages (sections 4.5 and 5.3)."""

from __future__ import annotations

from typing import Any

from b24bridge.sandbox.dialects import CONTROLLER
from b24bridge.sandbox.entities import Entity
from b24bridge.sandbox.filters import Where
from b24bridge.sandbox.itemquery import yes_or_no
from b24bridge.sandbox.listing import Answer
from b24bridge.sandbox.methods import Context, Params, bound_array, bound_int
from b24bridge.sandbox.names import camel
from b24bridge.sandbox.plain import Table, describe
from b24bridge.sandbox.refusals import Refusal
from b24bridge.sandbox.stages import stages_of_pipeline

__all__ = ["add", "create", "delete", "fields", "get", "listed", "remove", "update"]

_TABLE = "crm_categories"


def pipelines(context: Context) -> Table:
    """Return the table of pipelines in camelCase."""
    return Table(context, context.portal.records[_TABLE], CONTROLLER)


def listed(context: Context, params: Params) -> Any:
    """``crm.category.list``: all of a kind at once; only ``code`` can be filtered by."""
    entity = _entity(context, params)
    wanted = bound_array(params, "filter")
    where = Where("ENTITY_TYPE_ID=?", (entity.type_id,))
    if isinstance(wanted, dict) and "code" in wanted:
        where = Where("ENTITY_TYPE_ID=? AND CODE=?", (entity.type_id, str(wanted["code"])))
    rows = pipelines(context).many(where, " ORDER BY SORT, ID")
    return Answer({"categories": [_shown(row) for row in rows]}, len(rows))


def get(context: Context, params: Params) -> Any:
    """``crm.category.get``."""
    return {"category": _shown(_one(context, _entity(context, params), params))}


def fields(context: Context, params: Params) -> Any:
    """``crm.category.fields``."""
    _entity(context, params)
    described = {}
    for item in context.portal.records[_TABLE].fields.values():
        if not item.unlisted:
            described[camel(item.name)] = {**describe(item), "title": item.name, "upperName": item.name}
    return {"fields": described}


def add(context: Context, params: Params) -> Any:
    """``crm.category.add``: the new pipeline begins with stages of its own."""
    entity = _entity(context, params)
    given = bound_array(params, "fields", required=True)
    values = pipelines(context).read(given, camel_keys=True)
    if not values.get("NAME"):
        raise Refusal("0", "Field 'NAME' is required")
    is_default = isinstance(given, dict) and yes_or_no(given.get("isDefault")) == "Y"
    if is_default and entity.type_id <= 4:
        raise Refusal("0", "Default client category does not support updating default state")
    number = create(context, entity, {**values, "IS_DEFAULT": "Y" if is_default else "N"})
    return {"category": _shown(pipelines(context).by_id(number))}


def update(context: Context, params: Params) -> Any:
    """``crm.category.update``."""
    entity = _entity(context, params)
    number = _one(context, entity, params)["id"]
    given = bound_array(params, "fields", required=True)
    values = pipelines(context).read(given, camel_keys=True)
    if isinstance(given, dict) and yes_or_no(given.get("isDefault")) == "Y":
        _take_default(context, entity)
        values["IS_DEFAULT"] = "Y"
    context.store.update(_TABLE, number, values)
    return {"category": _shown(pipelines(context).by_id(number))}


def delete(context: Context, params: Params) -> Any:
    """``crm.category.delete``: answers null."""
    entity = _entity(context, params)
    row = _one(context, entity, params)
    if row["isSystem"] == "Y":
        raise Refusal("REMOVING_DISABLED", "Deletion of system category is prohibited")
    if row["isDefault"] == "Y" and entity.type_id == 2:
        raise Refusal("0", "Default deal category cannot be deleted")
    if row["isDefault"] == "Y":
        raise Refusal("BX_ERROR", "This funnel is the default funnel")
    if context.store.count(entity.record.table, " WHERE CATEGORY_ID=?", (row["id"],)):
        if entity.type_id == 2:
            raise Refusal("0", f"Deals related to the funnel {row['name']} found")
        raise Refusal("BX_ERROR", "Elements related to the funnel found")
    remove(context, entity, row["id"])


def create(context: Context, entity: Entity, values: dict[str, Any]) -> int:
    """Add a pipeline with its stages and return its id."""
    if values.get("IS_DEFAULT") == "Y":
        _take_default(context, entity)
    facts = {"ENTITY_TYPE_ID": entity.type_id, "CREATED_DATE": context.moment.text}
    number = pipelines(context).add({**values, **facts})
    if "STAGE_ID" in entity.record.fields:
        for stage in stages_of_pipeline(entity, number):
            context.store.insert("crm_statuses", stage)
    return number


def remove(context: Context, entity: Entity, number: int) -> None:
    """Remove a pipeline with its stages."""
    context.store.delete(_TABLE, number)
    context.store.run("DELETE FROM crm_statuses WHERE ENTITY_ID=?", (entity.stage_directory(number),))


def _take_default(context: Context, entity: Entity) -> None:
    context.store.run("UPDATE crm_categories SET IS_DEFAULT='N' WHERE ENTITY_TYPE_ID=?", (entity.type_id,))


def _entity(context: Context, params: Params) -> Entity:
    entity = context.portal.entities.get(bound_int(params, "entityTypeId"))
    if entity is None:
        raise Refusal("NOT_FOUND", "Smart process not found")
    if not entity.has_categories:
        raise Refusal("ENTITY_TYPE_NOT_SUPPORTED", f"Entity type {entity.name} is not supported")
    return entity


def _one(context: Context, entity: Entity, params: Params) -> Any:
    where = Where("ID=? AND ENTITY_TYPE_ID=?", (bound_int(params, "id"), entity.type_id))
    row = pipelines(context).one(where)
    if row is None:
        raise Refusal("NOT_FOUND", "Element not found")
    return row


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    """Return a pipeline as its kind of record shows it."""
    names = ["id", "name", "sort", "entityTypeId", "isDefault"]
    if row["entityTypeId"] == 2 and row["isDefault"] == "N":
        names += ["originId", "originatorId"]
    elif row["entityTypeId"] in (3, 4):
        names += ["isSystem", "code"]
    return {name: row[name] for name in names}
