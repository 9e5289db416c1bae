"""``crm.dealcategory.*``: the pipelines of deals, the old way; the default one is not among them."""

from __future__ import annotations

from typing import Any

from b24bridge.sandbox.classicquery import ClassicQuery
from b24bridge.sandbox.dialects import CLASSIC
from b24bridge.sandbox.entities import Entity
from b24bridge.sandbox.filters import Where, both
from b24bridge.sandbox.listing import Answer, fetch, page_classic, rows_text
from b24bridge.sandbox.methods import Context, Params, array, in_capitals, pick
from b24bridge.sandbox.phpinput import php_int
from b24bridge.sandbox.plain import Table, describe, record_id
from b24bridge.sandbox.records import Record
from b24bridge.sandbox.refusals import Refusal

from .rules import create, remove

__all__ = ["add", "default", "delete", "directory", "fields", "get", "listed", "rename", "stages", "update"]

_NAMES = ("ID", "CREATED_DATE", "NAME", "IS_LOCKED", "SORT")
_OTHERS = Where("ENTITY_TYPE_ID=2 AND ID>0")


def _record(context: Context) -> Record:
    every = context.portal.records["crm_categories"]
    return Record(every.table, [every.fields[name] for name in _NAMES])


def _deals(context: Context) -> Entity:
    entity = context.portal.entities.get(2)
    assert entity is not None
    return entity


def listed(context: Context, params: Params) -> Any:
    """``list``."""
    record = _record(context)
    query = ClassicQuery(record, context.moment)
    where = both([_OTHERS, query.where(array(params, "filter"))])
    page = page_classic(context.store, record, where, context.start)
    row = CLASSIC.row(record, query.select(array(params, "select")))
    order = query.order(array(params, "order"))
    rows = fetch(context.store, record, row, where, order, offset=page.offset)
    return Answer(rows_text(rows), page.total, page.next)


def fields(context: Context, _: Params) -> Any:
    """``fields``."""
    read_only = ("ID", "CREATED_DATE", "IS_LOCKED")
    return {
        item.name: {**describe(item), "title": item.name, "isReadOnly": item.name in read_only}
        for item in _record(context).fields.values()
    }


def get(context: Context, params: Params) -> Any:
    """``get``."""
    return _one(context, record_id(params))


def add(context: Context, params: Params) -> Any:
    """``add``: answers the id."""
    values = Table(context, _record(context)).read(array(params, "fields"))
    if not values.get("NAME"):
        raise Refusal("", "The required field 'NAME' is not specified.")
    values.pop("CREATED_DATE", None)
    return create(context, _deals(context), values)


def update(context: Context, params: Params) -> Any:
    """``update``."""
    number = php_int(_one(context, record_id(params))["ID"])
    values = Table(context, _record(context)).read(array(params, "fields"))
    context.store.update("crm_categories", number, values)
    return True


def delete(context: Context, params: Params) -> Any:
    """``delete``."""
    number = php_int(_one(context, record_id(params))["ID"])
    if context.store.count("crm_2", " WHERE CATEGORY_ID=?", (number,)):
        raise Refusal("", "The category has deals.")
    remove(context, _deals(context), number)
    return True


def default(context: Context, _: Params) -> Any:
    """``default.get``."""
    row = context.store.one("SELECT NAME FROM crm_categories WHERE ENTITY_TYPE_ID=2 AND ID=0")
    return {"ID": 0, "NAME": row[0] if row else "General"}


def rename(context: Context, params: Params) -> Any:
    """``default.set``: takes ``name``, or ``fields`` with it."""
    name = in_capitals(array(params, "fields")).get("NAME") or pick(params, "name")
    if not name:
        raise Refusal("", "Parameter 'name' is not specified or empty.")
    context.store.update("crm_categories", 0, {"NAME": str(name)})
    return True


def directory(context: Context, params: Params) -> Any:
    """``status``: the directory of the stages of a pipeline."""
    return _deals(context).stage_directory(php_int(pick(params, "id")))


def stages(context: Context, params: Params) -> Any:
    """``stage.list``."""
    name = _deals(context).stage_directory(php_int(pick(params, "id")))
    rows = context.store.rows(
        "SELECT NAME, SORT, STATUS_ID FROM crm_statuses WHERE ENTITY_ID=? ORDER BY SORT, ID", (name,)
    )
    found = [dict(zip(("NAME", "SORT", "STATUS_ID"), row, strict=True)) for row in rows]
    return Answer(found, len(found))


def _one(context: Context, number: int) -> Any:
    found = Table(context, _record(context)).one(both([_OTHERS, Where("ID=?", (number,))]))
    if found is None:
        raise Refusal("", "Not found")
    return found
