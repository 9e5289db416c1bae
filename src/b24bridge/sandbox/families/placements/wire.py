"""Methods of ``placement.*``; none of them takes a webhook (quirk 33)."""

from __future__ import annotations

from b24bridge.sandbox.methods import Family, Method
from b24bridge.sandbox.plain import prepare

from . import rules

__all__ = ["FAMILY"]

FAMILY = Family(
    "placements",
    [
        Method("placement.bind", rules.bind, "placement", auth="token"),
        Method("placement.get", rules.get, "placement", auth="token"),
        Method("placement.list", rules.listed, "placement", auth="token"),
        Method("placement.unbind", rules.unbind, "placement", auth="token"),
    ],
    prepare=lambda portal: prepare(portal, rules.HANDLERS),
)
