"""The kinds of records that orders consist of, with their refusals (section "Online Store")."""

from __future__ import annotations

from typing import Any

from b24bridge.sandbox.controllers import Controller, Link, Values
from b24bridge.sandbox.filters import Where
from b24bridge.sandbox.methods import Context

from . import records, rules

__all__ = [
    "BASKET",
    "BASKET_PROPERTIES",
    "ORDERS",
    "PAYMENTS",
    "PAYMENT_GOODS",
    "PAYMENT_SHIPMENTS",
    "PROPERTY_VALUES",
    "SHIPMENTS",
    "SHIPMENT_ITEMS",
    "SHIPMENT_VALUES",
    "TRADE_BINDINGS",
    "TRADE_PLATFORMS",
]

_DENIED = "Access Denied"


def _basket_item(context: Context, row: Values) -> Values:
    properties = BASKET_PROPERTIES.rows(context, Where("BASKET_ID=?", (row["id"],)))
    return {**row, "properties": properties, "reservations": []}


def _shipment(context: Context, row: Values) -> Values:
    return {**row, "shipmentItems": SHIPMENT_ITEMS.rows(context, Where("ORDER_DELIVERY_ID=?", (row["id"],)))}


def _order(context: Context, row: Values) -> Values:
    """Print an order with all that belongs to it."""
    own = Where("ORDER_ID=?", (row["id"],))
    values = PROPERTY_VALUES.rows(context, own)
    parts: dict[str, Any] = {
        "basketItems": [_basket_item(context, item) for item in BASKET.rows(context, own)],
        "clients": [],
        "payments": PAYMENTS.rows(context, own),
        "propertyValues": [without_owner(value) for value in values],
        "requisiteLink": [],
        "shipments": [_shipment(context, item) for item in SHIPMENTS.rows(context, own)],
        "tradeBindings": TRADE_BINDINGS.rows(context, own),
    }
    return {**row, **parts}


def without_owner(value: Values) -> Values:
    """Return a property's value as it is printed among the others of its owner."""
    return {name: item for name, item in value.items() if name not in ("orderId", "shipmentId")}


ORDERS = Controller(
    records.ORDERS,
    "order",
    "orders",
    ("200540400001", "order does not exist"),
    check=rules.complete_order,
    shown=_order,
    removing=rules.remove_order,
)
BASKET = Controller(
    records.BASKET,
    "basketItem",
    "basketItems",
    ("200140400001", "basket item is not exists"),
    check=rules.complete_basket_item,
    shown=_basket_item,
    removing=rules.remove_basket_item,
)
BASKET_PROPERTIES = Controller(
    records.BASKET_PROPERTIES,
    "basketProperty",
    "basketProperties",
    ("200240400003", "basket property is not exists"),
    links={"BASKET_ID": Link("sale_basket", "200240400001", "basket item is not exists")},
    described="basketProperties",
)
PAYMENTS = Controller(
    records.PAYMENTS,
    "payment",
    "payments",
    ("200640400001", "payment is not exists"),
    check=rules.complete_payment,
    removing=rules.remove_payment,
)
SHIPMENTS = Controller(
    records.SHIPMENTS,
    "shipment",
    "shipments",
    ("201140400001", "shipment does not exist"),
    check=rules.complete_shipment,
    shown=_shipment,
    removing=rules.remove_shipment,
)
SHIPMENT_ITEMS = Controller(
    records.SHIPMENT_ITEMS,
    "shipmentItem",
    "shipmentItems",
    ("201240400001", "shipment item does not exist"),
    duplicate="201250000001",
    unique=("basketId", "orderDeliveryId"),
    links={
        "ORDER_DELIVERY_ID": Link("sale_shipments", "201240400002", "shipment not exists"),
        "BASKET_ID": Link("sale_basket", "201240400003", "basket item not exists"),
    },
    check=rules.complete_binding,
)
PAYMENT_GOODS = Controller(
    records.PAYMENT_GOODS,
    "paymentItemBasket",
    "paymentItemsBasket",
    ("201240400001", "payment item does not exist"),
    duplicate="201250000001",
    unique=("paymentId", "basketId"),
    links={
        "PAYMENT_ID": Link("sale_payments", "201240400002", "payment not exists"),
        "BASKET_ID": Link("sale_basket", "201240400003", "basket item not exists"),
    },
    check=rules.complete_binding,
)
PAYMENT_SHIPMENTS = Controller(
    records.PAYMENT_SHIPMENTS,
    "paymentItemShipment",
    "paymentItemsShipment",
    ("201240400001", "payment item does not exist"),
    duplicate="201250000001",
    unique=("shipmentId", "paymentId"),
    links={
        "PAYMENT_ID": Link("sale_payments", "201240400002", "payment not exists"),
        "SHIPMENT_ID": Link("sale_shipments", "201240400003", "shipment not exists"),
    },
    check=rules.complete_binding,
)
PROPERTY_VALUES = Controller(
    records.PROPERTY_VALUES,
    "propertyValue",
    "propertyValues",
    ("201040400001", "property value does not exist"),
    shown=lambda _, row: without_owner(row),
)
SHIPMENT_VALUES = Controller(
    records.SHIPMENT_VALUES,
    "propertyValue",
    "propertyValues",
    ("201040400001", "Property value has not been found"),
    shown=lambda _, row: without_owner(row),
)
TRADE_PLATFORMS = Controller(records.TRADE_PLATFORMS, "tradePlatform", "tradePlatforms", ("0", _DENIED))
TRADE_BINDINGS = Controller(records.TRADE_BINDINGS, "tradeBinding", "tradeBindings", ("0", _DENIED))
