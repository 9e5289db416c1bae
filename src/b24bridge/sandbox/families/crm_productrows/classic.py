"""``crm.lead|deal|quote.productrows.*``."""

from __future__ import annotations

from typing import Any

from b24bridge.sandbox.dialects import CONTROLLER, Dialect
from b24bridge.sandbox.methods import Context, Params, in_capitals, pick
from b24bridge.sandbox.phpinput import php_int
from b24bridge.sandbox.records import Field, Record
from b24bridge.sandbox.refusals import Refusal

from .rules import Owner, rows_of

__all__ = ["get", "put"]

_AS_TEXT = {"ID": "CAST({} AS TEXT)", "OWNER_ID": "CAST({} AS TEXT)", "PRICE_ACCOUNT": "printf('%.2f',{})"}
# In the order of the documented answer; clients compare it key by key.
_ORDER = [
    "ID",
    "OWNER_ID",
    "OWNER_TYPE",
    "PRODUCT_ID",
    "PRODUCT_NAME",
    "ORIGINAL_PRODUCT_NAME",
    "PRODUCT_DESCRIPTION",
    "PRICE",
    "PRICE_EXCLUSIVE",
    "PRICE_NETTO",
    "PRICE_BRUTTO",
    "PRICE_ACCOUNT",
    "QUANTITY",
    "DISCOUNT_TYPE_ID",
    "DISCOUNT_RATE",
    "DISCOUNT_SUM",
    "TAX_RATE",
    "TAX_INCLUDED",
    "CUSTOMIZED",
    "MEASURE_CODE",
    "MEASURE_NAME",
    "SORT",
    "XML_ID",
    "TYPE",
    "STORE_ID",
    "RESERVE_ID",
    "DATE_RESERVE_END",
    "RESERVE_QUANTITY",
]


def _show(item: Field) -> str:
    return _AS_TEXT.get(item.name) or CONTROLLER.show(item)


_DIALECT = Dialect("productrows", lambda item: item.name, _show)


def get(record: Record, type_id: int, context: Context, params: Params) -> Any:
    """``*.productrows.get``."""
    owner = _owner(type_id, context, params)
    found = rows_of(context, record, owner, _DIALECT)
    return [
        {name: row["PRODUCT_NAME"] if name == "ORIGINAL_PRODUCT_NAME" else row.get(name) for name in _ORDER}
        for row in found
    ]


def put(record: Record, type_id: int, context: Context, params: Params) -> Any:
    """``*.productrows.set``: these rows take the place of all others."""
    owner = _owner(type_id, context, params)
    rows = pick(params, "rows")
    if not isinstance(rows, (list, dict)):
        raise Refusal("", "The parameter rows must be array.")
    given = rows.values() if isinstance(rows, dict) else rows
    owner.put(context, record, [in_capitals(row) for row in given if isinstance(row, dict)])
    return True


def _owner(type_id: int, context: Context, params: Params) -> Owner:
    number = php_int(pick(params, "id"))
    if number <= 0:
        raise Refusal("", "The parameter id is invalid or not defined.")
    entity = context.portal.entities.get(type_id)
    assert entity is not None
    owner = Owner(entity, number)
    if not owner.is_there(context):
        raise Refusal("", "Not found")
    return owner
