"""``crm.item.payment.*``, ``crm.item.delivery.*`` (section "Payments and Deliveries")."""

from __future__ import annotations

from b24bridge.sandbox.methods import Family, Method
from b24bridge.sandbox.plain import prepare

from .rules import METHODS, PARTS

__all__ = ["FAMILY"]

FAMILY = Family(
    "crm_payments",
    [Method(f"crm.item.{name}", handler, "crm", listed=False) for name, handler in METHODS.items()],
    prepare=lambda portal: prepare(portal, PARTS),
)
