"""Reading deals, leads, contacts and companies."""

from __future__ import annotations

from typing import Any

from b24bridge.sandbox.crmfiles import classic_file, with_files
from b24bridge.sandbox.dialects import CLASSIC
from b24bridge.sandbox.entities import Entity
from b24bridge.sandbox.filters import Where
from b24bridge.sandbox.listing import Answer, fetch, page_classic, rows_text
from b24bridge.sandbox.methods import Context, Params, array, pick
from b24bridge.sandbox.multifields import MULTIFIELDS, Multifields
from b24bridge.sandbox.phpinput import php_int
from b24bridge.sandbox.phpjson import Raw
from b24bridge.sandbox.plain import describe
from b24bridge.sandbox.records import Field, Record

from .errors import bad_id, hidden, not_found
from .query import EntityQuery

__all__ = ["fields", "get", "kind", "listed", "multifields_of", "record_id"]

DEAL = 2


def kind(context: Context, type_id: int) -> tuple[Entity, Record]:
    """Return a built-in kind of record and its classic view."""
    entity = context.portal.entities.get(type_id)
    assert entity is not None
    assert entity.classic is not None
    return entity, entity.classic


def multifields_of(context: Context, entity: Entity) -> Multifields:
    """Return the phones and mail addresses of a kind of record."""
    return Multifields(context.store, entity.type_id, entity.record.table)


def record_id(params: Params) -> int:
    """Return ``ID`` in any spelling.

    Raises:
        Refusal: It is missing, zero or text.
    """
    number = php_int(pick(params, "id"))
    if number <= 0:
        raise bad_id()
    return number


def listed(type_id: int, context: Context, params: Params) -> Any:
    """``crm.*.list``."""
    entity, record = kind(context, type_id)
    query = EntityQuery(record, context.moment, entity, multifields_of(context, entity))
    order = query.order(array(params, "order"))
    where = query.where(array(params, "filter"))
    select = pick(params, "select")
    wanted = select if isinstance(select, (list, dict)) else []
    page = page_classic(context.store, record, where, context.start)
    chosen = query.select(wanted)
    row = query.multifields.patched(CLASSIC.row(record, chosen), query.lists(wanted))
    rows = fetch(context.store, record, row, where, order, offset=page.offset)
    rows = with_files(rows, chosen, CLASSIC.case, classic_file(entity))
    return Answer(rows_text(rows), page.total, page.next)


def get(type_id: int, context: Context, params: Params) -> Any:
    """``crm.*.get``: everything, user fields too; multi-fields where there are values."""
    entity, record = kind(context, type_id)
    shown = [item for item in record.fields.values() if item.hidden != "classic"]
    row = CLASSIC.row(record, shown)
    if entity.has_multifields:
        row = multifields_of(context, entity).patched(row, MULTIFIELDS)
    found = fetch(context.store, record, row, Where("ID=?", (record_id(params),)))
    if not found:
        raise not_found() if context.caller.is_admin or type_id == DEAL else hidden()
    return Raw(with_files(found, shown, CLASSIC.case, classic_file(entity))[0])


def fields(type_id: int, context: Context, _: Params) -> Any:
    """``crm.*.fields``."""
    entity, record = kind(context, type_id)
    described = {
        (item.wire or item.name): describe(item) for item in record.fields.values() if not item.unlisted
    }
    if entity.has_multifields:
        for name in MULTIFIELDS:
            described[name] = describe(Field(name, "crm_multifield", name.capitalize(), multiple=True))
    return described
