"""``sale.delivery.*``, ``sale.cashbox.*`` and ``sale.paysystem.*``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from b24bridge.sandbox.methods import Family, Method
from b24bridge.sandbox.plain import prepare

from . import cashboxes, deliveries, paysystems, records

if TYPE_CHECKING:
    from b24bridge.sandbox.portal import Portal

__all__ = ["FAMILY"]

_SCOPES = (
    ("delivery", deliveries.METHODS),
    ("cashbox", cashboxes.METHODS),
    ("pay_system", paysystems.METHODS),
)
_HANDLERS = (deliveries.DELIVERY_HANDLERS, cashboxes.CASHBOX_HANDLERS, paysystems.PAY_HANDLERS)


def _prepare(portal: Portal) -> None:
    tables = (records.HANDLERS, records.PAY_SYSTEMS, records.DELIVERIES, records.EXTRA_SERVICES)
    prepare(portal, *tables, records.CASHBOXES)
    store = portal.store
    if store.setting("sale_services") is None:
        for name in ("No delivery", "Courier delivery"):
            store.insert("sale_deliveries", {"NAME": name, "ACTIVE": "Y", "SORT": 100, "CONFIG": "[]"})
        for name, cash in (("Internal account", "N"), ("Cash", "Y")):
            system = {"NAME": name, "PSA_NAME": name, "IS_CASH": cash, "ACTIVE": "Y", "SORT": 100}
            store.insert("sale_pay_systems", {**system, "ENTITY_REGISTRY_TYPE": "ORDER"})
        store.keep("sale_services", True)


FAMILY = Family(
    "sale_services",
    [
        *(method for handlers in _HANDLERS for method in handlers.methods()),
        *(Method(name, handler, scope) for scope, methods in _SCOPES for name, handler in methods.items()),
    ],
    prepare=_prepare,
)
