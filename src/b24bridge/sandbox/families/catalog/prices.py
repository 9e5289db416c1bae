"""``catalog.price.*``: the prices of products; the base price is the one that the CRM shows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from b24bridge.sandbox.controllers import Controller, Values, required_fields
from b24bridge.sandbox.filters import Where
from b24bridge.sandbox.methods import Context, Params, bound_array
from b24bridge.sandbox.phpinput import php_int
from b24bridge.sandbox.refusals import Refusal

from . import records

__all__ = ["PRICES", "modify"]


def _check(context: Context, values: Values, before: Values) -> None:
    values["TIMESTAMP_X"] = context.moment.text
    group = values.get("CATALOG_GROUP_ID", before.get("catalogGroupId"))
    row = context.store.one("SELECT BASE FROM catalog_price_types WHERE ID=?", (group,))
    if row is None:
        raise Refusal("0", "Validate price error. Catalog price group is wrong")
    product = values.get("PRODUCT_ID", before.get("productId"))
    sql = "SELECT 1 FROM catalog_prices WHERE PRODUCT_ID=? AND CATALOG_GROUP_ID=? AND QUANTITY_FROM IS NULL"
    if not before and values.get("QUANTITY_FROM") is None and context.store.one(sql, (product, group)):
        raise Refusal("0", "Validate price error. Catalog product is allowed has only single price")
    if "PRICE" in values:
        values["PRICE_SCALE"] = values["PRICE"]
        if row[0] == "Y":
            known = {"PRICE": values["PRICE"], "CURRENCY_ID": values.get("CURRENCY", before.get("currency"))}
            context.store.update("crm_products", php_int(product), known)


PRICES = Controller(
    records.PRICES,
    "price",
    "prices",
    ("", "Price does not exist"),
    check=_check,
    scope="catalog",
)


def modify(context: Context, params: Params) -> Any:
    """``catalog.price.modify``: these prices take the place of all others of a product."""
    fields = bound_array(params, "fields", required=True)
    product = fields.get("product") if isinstance(fields, Mapping) else None
    if not isinstance(product, Mapping):
        raise required_fields(["product"])
    PRICES.may_write(context)
    lacking = [f"product[{name}]" for name in ("id", "prices") if not product.get(name)]
    if lacking:
        raise required_fields(lacking)
    number, rows = php_int(product["id"]), product["prices"]
    entries = rows.values() if isinstance(rows, Mapping) else rows if isinstance(rows, list) else []
    kept = [_put(context, number, entry) for entry in entries if isinstance(entry, Mapping)]
    for row in PRICES.rows(context, Where("PRODUCT_ID=?", (number,))):
        if row["id"] not in kept:
            context.store.delete("catalog_prices", row["id"])
    return {"prices": PRICES.rows(context, Where("PRODUCT_ID=?", (number,)))}


def _put(context: Context, product: int, entry: Mapping[str, Any]) -> int:
    lacking = [name for name in ("price", "currency") if entry.get(name) in (None, "")]
    if lacking:
        raise required_fields(lacking)
    known = Where("PRODUCT_ID=? AND CATALOG_GROUP_ID=?", (product, php_int(entry.get("catalogGroupId"))))
    if entry.get("id"):
        known = Where("PRODUCT_ID=? AND ID=?", (product, php_int(entry["id"])))
    before = PRICES.row(context, known)
    if before is not None:
        return int(PRICES.changed_row(context, before, entry)["id"])
    return int(PRICES.added(context, {**entry, "productId": product})["id"])
