"""Methods of card layouts: one set for every kind of record, and an older one for each of four."""

from __future__ import annotations

from functools import partial

from b24bridge.sandbox.methods import Family, Method

from . import rules

__all__ = ["FAMILY"]

_KINDS = {"item": None, "lead": 1, "deal": 2, "contact": 3, "company": 4}

FAMILY = Family(
    "crm_details",
    [
        Method(f"crm.{name}.details.configuration.{verb}", partial(handler, type_id), "crm")
        for name, type_id in _KINDS.items()
        for verb, handler in (
            ("get", rules.get),
            ("set", rules.put),
            ("reset", rules.reset),
            ("forceCommonScopeForAll", rules.force),
        )
    ],
    prepare=rules.prepare,
)
