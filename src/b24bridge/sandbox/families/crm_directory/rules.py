"""Reading the directories."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from b24bridge.sandbox.dialects import CLASSIC, CONTROLLER
from b24bridge.sandbox.filters import Where, both, term
from b24bridge.sandbox.itemquery import ItemQuery
from b24bridge.sandbox.listing import Answer, fetch, order_by, page_controller, rows_text
from b24bridge.sandbox.methods import Context, Params, array, bound_array, bound_int
from b24bridge.sandbox.records import Field, Record
from b24bridge.sandbox.refusals import Refusal, system

from .builtin import built_in

if TYPE_CHECKING:
    from b24bridge.sandbox.portal import Portal

__all__ = ["categories", "prepare", "statuses", "types"]

_TEXT_ONLY = ("ENTITY_ID", "STATUS_ID", "SORT", "SEMANTICS")
_EXTRA = (
    "'EXTRA',json_object('SEMANTICS',CASE SEMANTICS WHEN 'S' THEN 'success' WHEN 'F' THEN 'failure' "
    "WHEN 'A' THEN 'apology' ELSE 'process' END,'COLOR',COLOR)"
)


def prepare(portal: Portal, records: Sequence[Record]) -> None:
    """Create the tables."""
    for record in records:
        portal.records[record.table] = record
        portal.store.ensure(record.table, record.columns(), record.indexes)
    if portal.store.setting("directories") is None:
        names = ("ENTITY_ID", "STATUS_ID", "NAME", "NAME_INIT", "SORT", "SYSTEM", "COLOR", "SEMANTICS")
        portal.store.insert_many("crm_statuses", names, built_in())
        portal.store.keep("directories", True)


def types(context: Context, params: Params) -> Any:
    """``crm.type.list``: the rules of ``crm.item.list``."""
    if not context.caller.is_admin:
        raise system("administrator")
    record = context.portal.records["crm_types"]
    query = ItemQuery(record, context.moment)
    where = query.where(bound_array(params, "filter"))
    order = query.order(bound_array(params, "order"))
    page = page_controller(context.store, record, where, context.start)
    row = CONTROLLER.row(record, record.fields.values())
    rows = fetch(context.store, record, row, where, order, offset=page.offset)
    return Answer({"types": rows_text(rows)}, page.total, page.next)


def categories(context: Context, params: Params) -> Any:
    """``crm.category.list``: all of a kind at once; only ``code`` can be filtered by."""
    type_id = bound_int(params, "entityTypeId")
    entity = context.portal.entities.get(type_id)
    if entity is None:
        raise Refusal("NOT_FOUND", "Smart process not found")
    if not entity.has_categories:
        raise Refusal("ENTITY_TYPE_NOT_SUPPORTED", f"Entity type {entity.name} is not supported")
    record = context.portal.records["crm_categories"]
    where = both([Where("ENTITY_TYPE_ID=?", (type_id,)), _code(context, params, record)])
    names = ["ID", "NAME", "SORT", "ENTITY_TYPE_ID", "IS_DEFAULT"]
    names += ["ORIGIN_ID", "ORIGINATOR_ID"] if type_id == 2 else []
    row = CONTROLLER.row(record, [record.fields[name] for name in names])
    order = order_by([(record.fields["SORT"], False)])
    rows = fetch(context.store, record, row, where, order, limit=None)
    return Answer({"categories": rows_text(rows)}, len(rows))


def _code(context: Context, params: Params, record: Record) -> Where:
    wanted = bound_array(params, "filter")
    if isinstance(wanted, dict) and "code" in wanted:
        return term(record.fields["CODE"], "=", wanted["code"], context.moment)
    return Where()


def statuses(context: Context, params: Params) -> Any:
    """``crm.status.list``: all that fit at once, by sort order."""
    record = context.portal.records["crm_statuses"]
    parts = []
    wanted = array(params, "filter")
    for key, value in wanted.items() if isinstance(wanted, dict) else ():
        name = str(key).upper()
        if name not in record.fields:
            continue
        if name in _TEXT_ONLY and not isinstance(value, (str, int, float)):
            raise Refusal("", f"Filter by {name} must be a string")
        parts.append(term(record.fields[name], "=", value, context.moment))
    where = both(parts)
    row = CLASSIC.row(record, record.fields.values(), _EXTRA)
    rows = fetch(context.store, record, row, where, _order(record, array(params, "order")), limit=None)
    return Answer(rows_text(rows), len(rows))


def _order(record: Record, wanted: Any) -> str:
    terms: list[tuple[Field, bool]] = []
    for key, direction in wanted.items() if isinstance(wanted, dict) else ():
        field = record.fields.get(str(key).upper())
        if field is not None:
            terms.append((field, str(direction).upper() == "DESC"))
    return order_by(terms or [(record.fields["SORT"], False)])
