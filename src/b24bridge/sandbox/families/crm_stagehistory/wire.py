"""The history of stages; the rules of ``crm.item.list`` with names in capitals (sections 2.8, 4.5)."""

from __future__ import annotations

from typing import Any

from b24bridge.sandbox.dialects import CONTROLLER_UPPER
from b24bridge.sandbox.filters import Where, both
from b24bridge.sandbox.itemquery import ItemQuery
from b24bridge.sandbox.listing import Answer, fetch, page_controller, rows_text
from b24bridge.sandbox.methods import Context, Family, Method, Params, bound_array, bound_int
from b24bridge.sandbox.refusals import Refusal
from b24bridge.sandbox.stages import HISTORY, LEAD_HISTORY

__all__ = ["FAMILY"]


def _listed(context: Context, params: Params) -> Any:
    """``crm.stagehistory.list``."""
    type_id = bound_int(params, "entityTypeId")
    entity = context.portal.entities.get(type_id)
    if entity is None or "STAGE_ID" not in entity.record.fields:
        raise Refusal("ENTITY_TYPE_NOT_SUPPORTED", f"Entity type {type_id} is not supported")
    record = LEAD_HISTORY if type_id == 1 else HISTORY
    query = ItemQuery(record, context.moment, database_names=True)
    fields, _ = query.select(bound_array(params, "select"))
    shown = [item for item in fields if not item.unlisted]
    kind = Where() if type_id == 1 else Where("ENTITY_TYPE_ID=?", (type_id,))
    where = both([kind, query.where(bound_array(params, "filter"))])
    order = query.order(bound_array(params, "order"))
    page = page_controller(context.store, record, where, context.start)
    row = CONTROLLER_UPPER.row(record, shown)
    rows = fetch(context.store, record, row, where, order, offset=page.offset)
    return Answer({"items": rows_text(rows)}, page.total, page.next)


FAMILY = Family("crm_stagehistory", [Method("crm.stagehistory.list", _listed, "crm", listed=False)])
