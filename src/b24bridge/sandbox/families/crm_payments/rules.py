"""``crm.item.payment.*`` and ``crm.item.delivery.*``: the payments and shipments of an item's order."""

# ruff: noqa: S608  # names of tables and columns are declared in code; values are always bound

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from b24bridge.sandbox.controllers import Controller, Values, named
from b24bridge.sandbox.families.sale_orders.kinds import ORDERS, PAYMENTS, SHIPMENTS
from b24bridge.sandbox.filters import Where, both
from b24bridge.sandbox.listing import order_by
from b24bridge.sandbox.methods import Context, Handler, Params, bound_array, bound_int
from b24bridge.sandbox.phpinput import php_int
from b24bridge.sandbox.plain import Table
from b24bridge.sandbox.records import Field, Record, parse_fields
from b24bridge.sandbox.refusals import Refusal, controller_missing
from b24bridge.sandbox.values import php_double

__all__ = ["METHODS", "PARTS"]

PARTS = Record(
    "crm_payment_parts",
    [
        *parse_fields("""
            ID integer o
            PAYMENT_ID integer .
            QUANTITY double:1 .
            ROW_ID integer .
            DELIVERY_ID integer .
        """),
        Field("KIND", hidden="controller"),
    ],
    ("PAYMENT_ID",),
)
_PAYMENT = (
    "id", "accountNumber", "paid", "datePaid", "empPaidId", "paySystemId", "sum", "currency", "paySystemName",
)  # fmt: skip
_DELIVERY = (
    "id", "accountNumber", "deducted", "dateDeducted", "deliveryId", "priceDelivery", "currency",
    "deliveryName",
)  # fmt: skip
_PART = Controller(PARTS, "part", "parts", ("0", "Payable item has not been found"))
_NO_PAYMENT = Refusal("0", "Payment has not been found")


def _item(context: Context, params: Params) -> tuple[int, Values]:
    """Return the kind and the row of the item that a call names."""
    number, type_id = bound_int(params, "entityId"), bound_int(params, "entityTypeId")
    entity = context.portal.entities.get(type_id)
    table = entity.record.table if entity is not None else ""
    rows = context.store.maps(f'SELECT * FROM "{table}" WHERE ID=?', (number,)) if table else []
    if not rows:
        raise Refusal("0", f"Entity with identifier №{number} does not exist")
    return type_id, rows[0]


def _order_of(context: Context, type_id: int, number: int) -> int | None:
    sql = "SELECT ORDER_ID FROM crm_order_entities WHERE OWNER_TYPE_ID=? AND OWNER_ID=? ORDER BY ID"
    row = context.store.one(sql, (type_id, number))
    return int(row[0]) if row else None


def _add(context: Context, params: Params) -> Any:
    """``crm.item.payment.add``: the item's order is made with its first payment; answers the id."""
    type_id, item = _item(context, params)
    order = _order_of(context, type_id, item["ID"])
    if order is None:
        fields = {"lid": "s1", "personTypeId": 2, "currency": item.get("CURRENCY_ID") or "RUB"}
        order = int(ORDERS.added(context, {**fields, "price": item.get("OPPORTUNITY") or 0})["id"])
        owner = {"OWNER_TYPE_ID": type_id, "OWNER_ID": item["ID"]}
        context.store.insert("crm_order_entities", {**owner, "ORDER_ID": order})
    system = context.store.one("SELECT ID FROM sale_pay_systems WHERE ACTIVE='Y' ORDER BY IS_CASH DESC, ID")
    fields = {"orderId": order, "paySystemId": system[0] if system else 0, "sum": 0}
    return PAYMENTS.added(context, fields)["id"]


def _payment(context: Context, params: Params, name: str = "id") -> Values:
    row = PAYMENTS.row(context, Where("ID=?", (bound_int(params, name),)))
    if row is None:
        raise _NO_PAYMENT
    return row


def _get(context: Context, params: Params) -> Any:
    row = _payment(context, params)
    return {name: row[name] for name in _PAYMENT}


def _rows(context: Context, params: Params, kind: Controller, own: Where) -> list[Values]:
    """Return the rows that fit, in the order that a call asks for."""
    where = both([own, kind.where(context, bound_array(params, "filter"))])
    known, wanted = named(kind.record), bound_array(params, "order")
    pairs = wanted.items() if isinstance(wanted, Mapping) else ()
    terms = [(known[name], str(way).upper() == "DESC") for name, way in pairs if name in known]
    sql = f"SELECT ID FROM {kind.record.table}{where.clause}{order_by(terms)}"
    found = {row["id"]: row for row in kind.rows(context, where)}
    return [found[row[0]] for row in context.store.rows(sql, where.arguments)]


def _listed(kind: Controller, names: tuple[str, ...]) -> Handler:
    """Return the handler that lists the parts of an item's order."""

    def handler(context: Context, params: Params) -> Any:
        type_id, number = bound_int(params, "entityTypeId"), bound_int(params, "entityId")
        own = Where("ORDER_ID=?", (_order_of(context, type_id, number) or 0,))
        return [{name: row[name] for name in names} for row in _rows(context, params, kind, own)]

    return handler


def _update(context: Context, params: Params) -> Any:
    row = _payment(context, params)
    given = bound_array(params, "fields", required=True)
    facts = given if isinstance(given, Mapping) else {}
    fields = {name: facts[name] for name in ("paid", "paySystemId") if name in facts}
    system = fields.get("paySystemId")
    sql = "SELECT 1 FROM sale_pay_systems WHERE ID=?"
    if system is not None and context.store.one(sql, (php_int(system),)) is None:
        raise Refusal("0", "Payment system has not been found")
    PAYMENTS.changed_row(context, row, fields)
    return True


def _pays(flag: str) -> Handler:
    """Return the handler that marks a payment as made or not."""

    def handler(context: Context, params: Params) -> Any:
        PAYMENTS.changed_row(context, _payment(context, params), {"paid": flag})
        return True

    return handler


def _delete(context: Context, params: Params) -> Any:
    row = _payment(context, params)
    PAYMENTS.removing(context, row)
    context.store.run(f"DELETE FROM {PARTS.table} WHERE PAYMENT_ID=?", (row["id"],))
    return Table(context, PAYMENTS.record).remove(int(row["id"]))


def _delivery(context: Context, params: Params) -> Any:
    row = SHIPMENTS.row(context, Where("ID=?", (bound_int(params, "id"),)))
    if row is None:
        raise Refusal("0", "Shipment has not been found")
    return {name: row[name] for name in _DELIVERY}


def _quantity(params: Params) -> float:
    if "quantity" not in params:
        raise controller_missing("quantity")
    quantity = php_double(params["quantity"])
    if quantity <= 0:
        raise Refusal("0", "Quantity must be greater than zero")
    return quantity


def _part(context: Context, params: Params, kind: str) -> int:
    number = bound_int(params, "id")
    if _PART.row(context, Where("ID=? AND KIND=?", (number, kind))) is None:
        raise Refusal(*_PART.missing)
    return number


def _parts(kind: str, link: str, column: str) -> dict[str, Handler]:
    """Return the methods of what a payment pays for: rows of goods, or shipments."""

    def add(context: Context, params: Params) -> Any:
        payment = _payment(context, params, "paymentId")
        values = {"PAYMENT_ID": payment["id"], "KIND": kind, column: bound_int(params, link)}
        values["QUANTITY"] = _quantity(params) if kind == "product" else 1
        return Table(context, PARTS).add(values)

    def listed(context: Context, params: Params) -> Any:
        payment = _payment(context, params, "paymentId")
        own = Where("PAYMENT_ID=? AND KIND=?", (payment["id"], kind))
        names = ("id", "paymentId", "quantity", link)
        return [{name: row[name] for name in names} for row in _rows(context, params, _PART, own)]

    def delete(context: Context, params: Params) -> Any:
        return Table(context, PARTS).remove(_part(context, params, kind))

    def put(context: Context, params: Params) -> Any:
        number = _part(context, params, kind)
        if kind == "product":
            Table(context, PARTS).change(number, {"QUANTITY": _quantity(params)})
        else:
            Table(context, PARTS).change(number, {column: bound_int(params, link)})
        return True

    verb = "setQuantity" if kind == "product" else "setDelivery"
    return {
        f"payment.{kind}.add": add,
        f"payment.{kind}.list": listed,
        f"payment.{kind}.delete": delete,
        f"payment.{kind}.{verb}": put,
    }


METHODS: dict[str, Handler] = {
    "payment.add": _add,
    "payment.get": _get,
    "payment.list": _listed(PAYMENTS, _PAYMENT),
    "payment.update": _update,
    "payment.delete": _delete,
    "payment.pay": _pays("Y"),
    "payment.unpay": _pays("N"),
    "delivery.get": _delivery,
    "delivery.list": _listed(SHIPMENTS, _DELIVERY),
    **_parts("product", "rowId", "ROW_ID"),
    **_parts("delivery", "deliveryId", "DELIVERY_ID"),
}
