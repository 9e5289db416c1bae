"""Basket items of the catalogue, and values of properties, which are written many at once."""

# ruff: noqa: S608  # names of tables and columns are declared in code; values are always bound

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from b24bridge.sandbox.controllers import Controller, Values, required_fields
from b24bridge.sandbox.filters import Where
from b24bridge.sandbox.methods import Context, Params, bound_array
from b24bridge.sandbox.phpinput import php_int
from b24bridge.sandbox.plain import Table
from b24bridge.sandbox.refusals import Refusal

from .kinds import BASKET, PROPERTY_VALUES, SHIPMENT_VALUES, without_owner

__all__ = ["add_product", "modify_order", "modify_shipment", "product_fields", "update_product"]

# What the catalogue knows by itself.
_OF_PRODUCT = {
    "basePrice", "canBuy", "catalogXmlId", "customPrice", "dimensions", "discountPrice", "measureCode",
    "measureName", "name", "price", "productXmlId", "type", "vatIncluded", "vatRate", "weight",
}  # fmt: skip


def product_fields(_: Context, __: Params) -> Any:
    """``getFieldsCatalogProduct``: what the catalogue knows is read-only."""
    described = BASKET.description()
    for name, facts in described.items():
        if name in _OF_PRODUCT:
            described[name] = {**facts, "isReadOnly": True, "isImmutable": False}
        if name == "productId":
            described[name] = {**facts, "isRequired": True}
    return {"basketItem": described}


def _without_product(params: Params) -> Params:
    given = bound_array(params, "fields", required=True)
    pairs = given.items() if isinstance(given, Mapping) else ()
    return {**params, "fields": {key: value for key, value in pairs if key not in _OF_PRODUCT}}


def add_product(context: Context, params: Params) -> Any:
    """``addCatalogProduct``."""
    kept = _without_product(params)
    if not kept["fields"].get("productId"):
        raise required_fields(["productId"])
    return BASKET.add(context, kept)


def update_product(context: Context, params: Params) -> Any:
    """``updateCatalogProduct``."""
    BASKET.found(context, params)
    return BASKET.update(context, _without_product(params))


@dataclass(frozen=True, slots=True)
class _Owner:
    """What has values of properties.

    Attributes:
        name: Its key in a call, and its table without the plural.
        kind: Its values.
        link: The name of the property in a value.
        properties: Where the properties are.
        columns: The columns of the owner and of the property.
        missing: Refuses an id.
    """

    name: str
    kind: Controller
    link: str
    properties: str
    columns: tuple[str, str]
    missing: Callable[[int], Refusal]

    def modify(self, context: Context, params: Params) -> Any:
        """Write the values that a call has, and return them."""
        fields = bound_array(params, "fields", required=True)
        given = fields.get(self.name) if isinstance(fields, Mapping) else None
        if not isinstance(given, Mapping):
            raise required_fields([self.name])
        self.kind.may_write(context)
        lacking = [name for name in ("id", "propertyValues") if given.get(name) in (None, "", [])]
        if lacking:
            raise required_fields([f"{self.name}[{name}]" for name in lacking])
        number = php_int(given["id"])
        if context.store.one(f'SELECT 1 FROM "sale_{self.name}s" WHERE ID=?', (number,)) is None:
            raise self.missing(number)
        rows = given["propertyValues"]
        entries = rows.values() if isinstance(rows, Mapping) else rows if isinstance(rows, list) else []
        written = [self._put(context, number, entry) for entry in entries if isinstance(entry, Mapping)]
        return {self.kind.many: [without_owner(value) for value in written if value]}

    def _put(self, context: Context, number: int, entry: Mapping[str, Any]) -> Values | None:
        """Write one value; a property that is not there has none."""
        of = php_int(entry.get(self.link))
        found = context.store.maps(f'SELECT * FROM "{self.properties}" WHERE ID=?', (of,))
        if not found:
            return None
        owner, link = self.columns
        values = self.kind.read(context, {self.link: of, "value": entry.get("value")})
        values[owner] = number
        values.update({"CODE": found[0]["CODE"], "NAME": found[0]["NAME"]})
        values[link.replace("_ID", "_XML_ID")] = found[0]["XML_ID"]
        where = Where(f"{owner}=? AND {link}=?", (number, of))
        before = self.kind.row(context, where)
        table = Table(context, self.kind.record)
        if before is None:
            table.add(values)
        else:
            table.change(int(before["id"]), values)
        return self.kind.row(context, where)


def _no_order(_: int) -> Refusal:
    return Refusal("0", "Unable to load order")


def _no_shipment(number: int) -> Refusal:
    if number <= 0:
        return Refusal("201040400006", "Invalid shipment ID")
    return Refusal("201040400007", "Shipment not found")


_ORDER = _Owner(
    "order",
    PROPERTY_VALUES,
    "orderPropsId",
    "sale_properties",
    ("ORDER_ID", "ORDER_PROPS_ID"),
    _no_order,
)
_SHIPMENT = _Owner(
    "shipment",
    SHIPMENT_VALUES,
    "shipmentPropsId",
    "sale_shipment_properties",
    ("SHIPMENT_ID", "SHIPMENT_PROPS_ID"),
    _no_shipment,
)


def modify_order(context: Context, params: Params) -> Any:
    """``sale.propertyvalue.modify``."""
    return _ORDER.modify(context, params)


def modify_shipment(context: Context, params: Params) -> Any:
    """``sale.shipmentpropertyvalue.modify``."""
    return _SHIPMENT.modify(context, params)
