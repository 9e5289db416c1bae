"""What an order, its basket, payments and shipments complete and refuse."""

# ruff: noqa: S608  # names of tables and columns are declared in code; values are always bound

from __future__ import annotations

from hashlib import sha256
from typing import Any

from b24bridge.sandbox.controllers import Values
from b24bridge.sandbox.methods import Context
from b24bridge.sandbox.refusals import Refusal

__all__ = [
    "complete_basket_item",
    "complete_binding",
    "complete_order",
    "complete_payment",
    "complete_shipment",
    "find_order",
    "remove_basket_item",
    "remove_order",
    "remove_payment",
    "remove_shipment",
]

_PARTS = ("sale_basket", "sale_payments", "sale_shipments", "sale_property_values", "sale_trade_bindings")
_NO_SIZES = 'a:3:{s:5:"WIDTH";N;s:6:"HEIGHT";N;s:6:"LENGTH";N;}'


def _external_id(context: Context, table: str) -> str:
    """Return the external id of a new record, which must not depend on anything but the state."""
    row = context.store.one("SELECT seq FROM sqlite_sequence WHERE name=?", (table,))
    return f"bx_{sha256(f'{table}{row[0] if row else 0}'.encode()).hexdigest()[:13]}"


def find_order(context: Context, number: Any) -> Values | None:
    """Return an order by database names, or None."""
    rows = context.store.maps("SELECT * FROM sale_orders WHERE ID=?", (number,))
    return rows[0] if rows else None


def _moments(context: Context, values: Values, before: Values, pairs: dict[str, tuple[str, str]]) -> None:
    """Keep who set a flag, and when."""
    for flag, (when, who) in pairs.items():
        if flag in values and values[flag] != before.get(flag):
            values.setdefault(when, context.moment.text)
            if who:
                values.setdefault(who, context.caller.user_id)


def complete_order(context: Context, values: Values, before: Values) -> None:
    """Keep moments, number and people of an order."""
    now, user = context.moment.text, context.caller.user_id
    values["DATE_UPDATE"] = now
    if not before:
        row = context.store.one("SELECT seq FROM sqlite_sequence WHERE name='sale_orders'")
        values["ACCOUNT_NUMBER"] = str((row[0] if row else 0) + 1)
        for name, value in {
            "DATE_INSERT": now,
            "DATE_STATUS": now,
            "EMP_STATUS_ID": user,
            "RESPONSIBLE_ID": user,
            "USER_ID": user,
            "XML_ID": _external_id(context, "sale_orders"),
        }.items():
            if values.get(name) is None:
                values[name] = value
        row = context.store.one(
            "SELECT XML_ID FROM sale_person_types WHERE ID=?", (values["PERSON_TYPE_ID"],)
        )
        values["PERSON_TYPE_XML_ID"] = (row[0] if row else "") or ""
    old = {"CANCELED": before.get("canceled", "N"), "MARKED": before.get("marked", "N")}
    pairs = {"CANCELED": ("DATE_CANCELED", "EMP_CANCELED_ID"), "MARKED": ("DATE_MARKED", "EMP_MARKED_ID")}
    _moments(context, values, old, pairs)
    if before:
        values["VERSION"] = int(before["version"] or 0) + 1
        _moments(context, values, {"STATUS_ID": before["statusId"]}, {"STATUS_ID": ("DATE_STATUS", "")})


def remove_order(context: Context, order: Values) -> None:
    """Refuse to remove a paid order; everything of the others goes with them."""
    paid = context.store.one("SELECT 1 FROM sale_payments WHERE ORDER_ID=? AND PAID='Y'", (order["id"],))
    if paid:
        text = "The order has an active payment. Cancel the payment"
        raise Refusal("SALE_ORDER_CANCEL_PAYMENT_EXIST_ACTIVE", text)
    for table in _PARTS:
        context.store.run(f'DELETE FROM "{table}" WHERE ORDER_ID=?', (order["id"],))


def complete_basket_item(context: Context, values: Values, before: Values) -> None:
    """Check the order and its currency, and take what is missing from the product."""
    values["DATE_UPDATE"] = context.moment.text
    if before:
        if "PRICE" in values:
            values.setdefault("CUSTOM_PRICE", "Y")
        return
    order = find_order(context, values["ORDER_ID"])
    if order is None:
        raise Refusal("200140400009", "order is not exists")
    if values["CURRENCY"] != order["CURRENCY"]:
        raise Refusal("200140400011", "Currency must be the currency of the order")
    product = _product(context, values.get("PRODUCT_ID"))
    values["DATE_INSERT"] = context.moment.text
    for name, value in {
        "NAME": product.get("NAME") or "",
        "BASE_PRICE": values.get("PRICE", product.get("PRICE") or 0),
        "CATALOG_XML_ID": "",
        "DIMENSIONS": _NO_SIZES,
        "PRODUCT_XML_ID": str(product.get("XML_ID") or values.get("PRODUCT_ID") or ""),
        "XML_ID": _external_id(context, "sale_basket"),
    }.items():
        values.setdefault(name, value)
    values.setdefault("PRICE", values["BASE_PRICE"])


def _product(context: Context, number: Any) -> Values:
    rows = context.store.maps("SELECT * FROM crm_products WHERE ID=?", (number or 0,))
    return rows[0] if rows else {}


def remove_basket_item(context: Context, item: Values) -> None:
    """Remove the properties and bindings of a basket item with it."""
    for table in ("sale_basket_properties", "sale_shipment_items", "sale_payment_goods"):
        context.store.run(f'DELETE FROM "{table}" WHERE BASKET_ID=?', (item["id"],))


def _in_order(context: Context, table: str, values: Values) -> Values:
    """Return the order of a new payment or shipment, which gets the next number in it."""
    order = find_order(context, values["ORDER_ID"])
    if order is None:
        raise Refusal("0", "Unable to load order")
    last = context.store.one(f"SELECT count(*) FROM {table} WHERE ORDER_ID=?", (order["ID"],))[0]
    values["ACCOUNT_NUMBER"] = f"{order['ACCOUNT_NUMBER']}/{last + 1}"
    values["CURRENCY"] = order["CURRENCY"]
    values.setdefault("XML_ID", _external_id(context, table))
    return order


def complete_payment(context: Context, values: Values, before: Values) -> None:
    """Take name and kind of the payment system, and let the order know whether it is paid."""
    now, user = context.moment.text, context.caller.user_id
    if not before:
        _in_order(context, "sale_payments", values)
        values.setdefault("DATE_BILL", now)
        values.update(DATE_RESPONSIBLE_ID=now, EMP_RESPONSIBLE_ID=user)
        if values.get("RESPONSIBLE_ID") is None:
            values["RESPONSIBLE_ID"] = user
    if "PAY_SYSTEM_ID" in values:
        sql = "SELECT NAME, IS_CASH, XML_ID FROM sale_pay_systems WHERE ID=?"
        row = context.store.one(sql, (values["PAY_SYSTEM_ID"],)) or ("", "N", "")
        cash, name, code = row[1] or "N", row[0] or "", row[2] or ""
        values.update(PAY_SYSTEM_NAME=name, PAY_SYSTEM_IS_CASH=cash, PAY_SYSTEM_XML_ID=code)
    _moments(context, values, {"PAID": before.get("paid", "N")}, {"PAID": ("DATE_PAID", "EMP_PAID_ID")})


def remove_payment(context: Context, payment: Values) -> None:
    """Remove the bindings of a payment with it."""
    for table in ("sale_payment_goods", "sale_payment_shipments"):
        context.store.run(f'DELETE FROM "{table}" WHERE PAYMENT_ID=?', (payment["id"],))


def complete_shipment(context: Context, values: Values, before: Values) -> None:
    """Take the name of the delivery service, and keep who allowed and shipped."""
    now, user = context.moment.text, context.caller.user_id
    if not before:
        _in_order(context, "sale_shipments", values)
        values.update(DATE_INSERT=now, DATE_RESPONSIBLE_ID=now)
        if values.get("RESPONSIBLE_ID"):
            values["EMP_RESPONSIBLE_ID"] = user
    if "DELIVERY_ID" in values:
        sql = "SELECT NAME, XML_ID FROM sale_deliveries WHERE ID=?"
        row = context.store.one(sql, (values["DELIVERY_ID"],))
        if row is None:
            raise Refusal("SALE_SHIPMENT_WRONG_DELIVERY_SERVICE", "Delivery service not found")
        values.update(DELIVERY_NAME=row[0] or "", DELIVERY_XML_ID=row[1] or "")
    if "STATUS_ID" in values:
        row = context.store.one("SELECT XML_ID FROM sale_statuses WHERE CODE=?", (values["STATUS_ID"],))
        if row is None:
            raise Refusal("BX_INVALID_VALUE", "Invalid value for the field STATUS_ID")
        values["STATUS_XML_ID"] = row[0] or ""
    if "BASE_PRICE_DELIVERY" in values:
        values.setdefault("PRICE_DELIVERY", values["BASE_PRICE_DELIVERY"])
    old = {"ALLOW_DELIVERY": before.get("allowDelivery", "N"), "DEDUCTED": before.get("deducted", "N")}
    pairs = {
        "ALLOW_DELIVERY": ("DATE_ALLOW_DELIVERY", "EMP_ALLOW_DELIVERY_ID"),
        "DEDUCTED": ("DATE_DEDUCTED", "EMP_DEDUCTED_ID"),
    }
    _moments(context, values, old, pairs)


def remove_shipment(context: Context, shipment: Values) -> None:
    """Refuse to remove what is shipped; the items of the others go with them."""
    if shipment["deducted"] == "Y":
        text = "The shipment has already been shipped. Please cancel the shipment"
        raise Refusal("SALE_SHIPMENT_EXIST_SHIPPED", text)
    number = (shipment["id"],)
    context.store.run("DELETE FROM sale_shipment_items WHERE ORDER_DELIVERY_ID=?", number)
    context.store.run("DELETE FROM sale_payment_shipments WHERE SHIPMENT_ID=?", number)
    context.store.run("DELETE FROM sale_shipment_values WHERE SHIPMENT_ID=?", number)


def complete_binding(context: Context, values: Values, before: Values) -> None:
    """Keep when goods were bound to a payment or a shipment."""
    if not before:
        values["DATE_INSERT"] = context.moment.text
        values.setdefault("XML_ID", _external_id(context, "sale_payment_goods"))
