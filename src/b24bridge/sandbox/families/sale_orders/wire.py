"""``sale.order.*`` and everything that hangs on an order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from b24bridge.sandbox.methods import Family, Method
from b24bridge.sandbox.plain import prepare

from . import goods, kinds

if TYPE_CHECKING:
    from b24bridge.sandbox.portal import Portal

__all__ = ["FAMILY"]

_ALL = "add get list update delete getFields"
_PLATFORMS = ("crm", "smart_invoice", "landing")
_KINDS = (
    ("sale.order", kinds.ORDERS, _ALL),
    ("sale.basketitem", kinds.BASKET, _ALL),
    ("sale.basketproperties", kinds.BASKET_PROPERTIES, _ALL),
    ("sale.payment", kinds.PAYMENTS, _ALL),
    ("sale.shipment", kinds.SHIPMENTS, _ALL),
    ("sale.shipmentitem", kinds.SHIPMENT_ITEMS, _ALL),
    ("sale.paymentitembasket", kinds.PAYMENT_GOODS, _ALL),
    ("sale.paymentItemShipment", kinds.PAYMENT_SHIPMENTS, _ALL),
    ("sale.propertyvalue", kinds.PROPERTY_VALUES, "get list delete getFields"),
    ("sale.shipmentpropertyvalue", kinds.SHIPMENT_VALUES, "get list delete getFields"),
    ("sale.tradePlatform", kinds.TRADE_PLATFORMS, "list getFields"),
    ("sale.tradeBinding", kinds.TRADE_BINDINGS, "list getFields"),
)
_HANDLERS = {
    "sale.basketitem.addCatalogProduct": goods.add_product,
    "sale.basketitem.updateCatalogProduct": goods.update_product,
    "sale.basketitem.getFieldsCatalogProduct": goods.product_fields,
    "sale.propertyvalue.modify": goods.modify_order,
    "sale.shipmentpropertyvalue.modify": goods.modify_shipment,
}


def _prepare(portal: Portal) -> None:
    prepare(portal, *(kind.record for _, kind, _ in _KINDS))
    if portal.store.setting("sale_platforms") is None:
        for code in _PLATFORMS:
            portal.store.insert("sale_trade_platforms", {"CODE": code, "NAME": code, "ACTIVE": "Y"})
        portal.store.keep("sale_platforms", True)


FAMILY = Family(
    "sale_orders",
    [
        *(method for prefix, kind, verbs in _KINDS for method in kind.methods(prefix, verbs)),
        *(Method(name, handler, "sale", listed=False) for name, handler in _HANDLERS.items()),
    ],
    prepare=_prepare,
)
