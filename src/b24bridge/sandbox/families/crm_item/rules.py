"""Reading items."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from b24bridge.sandbox.crmfiles import item_file, with_files
from b24bridge.sandbox.dialects import CONTROLLER, CONTROLLER_ORIGINAL, Dialect
from b24bridge.sandbox.entities import BuildDynamic, Entity
from b24bridge.sandbox.filters import Where
from b24bridge.sandbox.itemquery import ItemQuery
from b24bridge.sandbox.listing import Answer, fetch, page_controller, rows_text
from b24bridge.sandbox.methods import Context, Params, bound_array, bound_int
from b24bridge.sandbox.multifields import Multifields
from b24bridge.sandbox.names import camel
from b24bridge.sandbox.phpjson import Raw
from b24bridge.sandbox.records import Field
from b24bridge.sandbox.stages import stages_of_pipeline

from .errors import no_item, no_type

if TYPE_CHECKING:
    from b24bridge.sandbox.portal import Portal

__all__ = ["dialect", "entity_of", "fields", "get", "listed", "one", "prepare"]

_INVOICE = 31


def prepare(portal: Portal, smart_process: BuildDynamic) -> None:
    """Teach the portal how a smart process is stored; invoices are one that every portal has."""
    portal.entities.prepare()
    portal.entities.declare_dynamic(smart_process)
    row = portal.store.one("SELECT ID FROM crm_categories WHERE ENTITY_TYPE_ID=?", (_INVOICE,))
    category = row[0] if row else 0
    invoice = partial(smart_process, _INVOICE, {"ID": "SMART_INVOICE"}, category)
    portal.entities.declare(_INVOICE, invoice)
    entity = invoice()
    directory = entity.stage_directory(category)
    if portal.store.one("SELECT 1 FROM crm_statuses WHERE ENTITY_ID=?", (directory,)) is None:
        for stage in stages_of_pipeline(entity, category):
            portal.store.insert("crm_statuses", stage)


def entity_of(context: Context, params: Params) -> Entity:
    """Return the kind of record that a request names.

    Raises:
        Refusal: ``entityTypeId`` is missing, no number, or unknown.
    """
    entity = context.portal.entities.get(bound_int(params, "entityTypeId"))
    if entity is None:
        raise no_type()
    return entity


def dialect(params: Params) -> Dialect:
    """Return how user fields are named: camelCase, or as in the database."""
    return CONTROLLER_ORIGINAL if _original(params) else CONTROLLER


def listed(context: Context, params: Params) -> Any:
    """``crm.item.list``."""
    entity = entity_of(context, params)
    record = entity.record
    query = ItemQuery(record, context.moment, _original(params))
    wanted = bound_array(params, "select")
    fields, everything = query.select(wanted)
    where = query.where(bound_array(params, "filter"), known=_made_known(wanted, fields))
    order = query.order(bound_array(params, "order"))
    page = page_controller(context.store, record, where, context.start)
    how = dialect(params)
    row = _row(context, entity, how, fields, full=everything)
    rows = fetch(context.store, record, row, where, order, offset=page.offset)
    rows = with_files(rows, fields, how.case, item_file(context))
    return Answer({"items": rows_text(rows)}, page.total, page.next)


def _made_known(wanted: Any, fields: list[Field]) -> frozenset[str]:
    """A camelCase user-field name in the select makes its upper-case name known to the filter."""
    names = wanted.values() if isinstance(wanted, dict) else wanted
    sent = {name for name in names if isinstance(name, str)}
    return frozenset(item.name for item in fields if item.is_user_field and camel(item.name) in sent)


def get(context: Context, params: Params) -> Any:
    """``crm.item.get``."""
    entity = entity_of(context, params)
    return {"item": one(context, entity, bound_int(params, "id"), dialect(params))}


def one(context: Context, entity: Entity, item_id: int, how: Dialect) -> Raw:
    """Return a full item.

    Raises:
        Refusal: There is no such item.
    """
    fields = [item for item in entity.record.fields.values() if item.hidden != "controller"]
    row = _row(context, entity, how, fields, full=True)
    found = fetch(context.store, entity.record, row, Where("ID=?", (item_id,)))
    if not found:
        raise no_item()
    return Raw(with_files(found, fields, how.case, item_file(context))[0])


def _row(context: Context, entity: Entity, how: Dialect, fields: list[Field], *, full: bool) -> str:
    if not fields:
        return "json_array()"
    extra = ""
    if full:
        extra = f"'entityTypeId',{entity.type_id}"
        if entity.has_multifields:
            extra = f"{Multifields(context.store, entity.type_id, entity.record.table).item_pair()},{extra}"
    return how.row(entity.record, fields, extra)


def fields(context: Context, params: Params) -> Any:
    """``crm.item.fields``."""
    entity = entity_of(context, params)
    how = dialect(params)
    listed = [item for item in entity.record.fields.values() if not item.unlisted]
    described = {how.case(item): describe(item) for item in listed}
    if entity.has_multifields:
        described["fm"] = describe(Field("FM", "crm_multifield", "Contact details", multiple=True))
    return {"fields": described}


def describe(item: Field) -> dict[str, Any]:
    """Return what ``crm.item.fields`` says about a field."""
    return {
        "type": item.type,
        "isRequired": item.required,
        "isReadOnly": item.read_only,
        "isImmutable": item.immutable,
        "isMultiple": item.multiple,
        "isDynamic": item.dynamic,
        **{key: value for key, value in item.facts.items() if key != "labels"},
        "title": item.title or item.name,
        **item.facts.get("labels", {}),
        "upperName": item.name,
    }


def _original(params: Params) -> bool:
    return params.get("useOriginalUfNames") in ("Y", "y", True, "true")
