"""``crm.item.productrow.*``."""

from __future__ import annotations

from typing import Any

from b24bridge.sandbox.dialects import CONTROLLER
from b24bridge.sandbox.itemquery import ItemQuery
from b24bridge.sandbox.listing import Answer, fetch, page_controller, rows_text
from b24bridge.sandbox.methods import Context, Params, bound_array, bound_int
from b24bridge.sandbox.names import camel, upper
from b24bridge.sandbox.phpinput import php_int
from b24bridge.sandbox.plain import Table, describe
from b24bridge.sandbox.records import Record
from b24bridge.sandbox.refusals import Refusal, controller_missing

from .rules import CONTROLLER_DATABASE, Owner, find_owner, kept, rows_of

__all__ = ["add", "delete", "fields", "get", "listed", "payable", "put", "update"]


def fields(record: Record, _: Context, __: Params) -> Any:
    """``fields``."""
    listed = [item for item in record.fields.values() if not item.unlisted]
    return {"fields": {camel(item.name): describe(item) for item in listed}}


def add(record: Record, context: Context, params: Params) -> Any:
    """``add``: one more row of a record."""
    given = _given(params, "fields")
    owner = _owner(context, given.get("OWNER_TYPE"), given.get("OWNER_ID"))
    table = Table(context, record)
    row = kept(table, given, owner)
    row.pop("ID", None)
    number = table.add(row)
    owner.total(context, record)
    return _one(context, record, number)


def get(record: Record, context: Context, params: Params) -> Any:
    """``get``."""
    return _one(context, record, bound_int(params, "id"))


def listed(record: Record, context: Context, params: Params) -> Any:
    """``list``: the rules of ``crm.item.list``."""
    query = ItemQuery(record, context.moment)
    where = query.where(bound_array(params, "filter"))
    order = query.order(bound_array(params, "order"))
    page = page_controller(context.store, record, where, context.start)
    row = CONTROLLER.row(record, record.fields.values())
    rows = fetch(context.store, record, row, where, order, offset=page.offset)
    return Answer({"productRows": rows_text(rows)}, page.total, page.next)


def update(record: Record, context: Context, params: Params) -> Any:
    """``update``."""
    number = bound_int(params, "id")
    table = Table(context, record)
    before = Table(context, record, CONTROLLER_DATABASE).by_id(number)
    if before is None:
        raise _missing()
    owner = _owner(context, before["OWNER_TYPE"], before["OWNER_ID"])
    given = _given(params, "fields")
    row = kept(table, given, owner, before)
    row.pop("ID", None)
    table.change(number, row)
    owner.total(context, record)
    return _one(context, record, number)


def delete(record: Record, context: Context, params: Params) -> Any:
    """``delete``: answers null."""
    number = bound_int(params, "id")
    before = Table(context, record, CONTROLLER_DATABASE).by_id(number)
    if before is None:
        raise _missing()
    context.store.delete(record.table, number)
    _owner(context, before["OWNER_TYPE"], before["OWNER_ID"]).total(context, record)


def put(record: Record, context: Context, params: Params) -> Any:
    """``set``: these rows take the place of all others."""
    owner_id, mark = bound_int(params, "ownerId"), params.get("ownerType")
    if mark is None:
        raise controller_missing("ownerType")
    rows = bound_array(params, "productRows", required=True)
    owner = _owner(context, mark, owner_id)
    given = rows.values() if isinstance(rows, dict) else rows
    owner.put(context, record, [_database_names(row) for row in given if isinstance(row, dict)])
    return {"productRows": rows_of(context, record, owner, CONTROLLER)}


def payable(record: Record, context: Context, params: Params) -> Any:
    """``getAvailableForPayment``: nothing is paid here, so all rows of the record."""
    owner_id, mark = bound_int(params, "ownerId"), params.get("ownerType")
    if mark is None:
        raise controller_missing("ownerType")
    owner = _owner(context, mark, owner_id)
    return {"productRows": rows_of(context, record, owner, CONTROLLER)}


def _given(params: Params, name: str) -> dict[str, Any]:
    given = bound_array(params, name, required=True)
    return _database_names(given) if isinstance(given, dict) else {}


def _database_names(row: dict[str, Any]) -> dict[str, Any]:
    return {upper(str(key)): value for key, value in row.items()}


def _owner(context: Context, mark: Any, number: Any) -> Owner:
    owner = find_owner(context, str(mark or ""), php_int(number))
    if owner is None:
        raise Refusal("ENTITY_TYPE_NOT_SUPPORTED", f"Entity type {mark} is not supported")
    if not owner.is_there(context):
        raise Refusal("OWNER_NOT_FOUND", "Owner was not found")
    return owner


def _one(context: Context, record: Record, number: int) -> Any:
    row = Table(context, record, CONTROLLER).by_id(number)
    if row is None:
        raise _missing()
    return {"productRow": row}


def _missing() -> Refusal:
    return Refusal("NOT_FOUND", "Item not found")
