"""Methods of bindings; the table is the classic family's."""

from __future__ import annotations

from b24bridge.sandbox.methods import Family, Method

from .rules import Pair

__all__ = ["FAMILY"]

_PAIRS = {
    "crm.lead.contact": Pair(1, 3),
    "crm.deal.contact": Pair(2, 3),
    "crm.company.contact": Pair(4, 3),
    "crm.quote.contact": Pair(7, 3),
    "crm.contact.company": Pair(3, 4),
}

FAMILY = Family(
    "crm_bindings",
    [
        Method(f"{prefix}.{verb}", handler, "crm")
        for prefix, pair in _PAIRS.items()
        for verb, handler in (
            ("fields", pair.fields),
            ("add", pair.add),
            ("delete", pair.delete),
            ("items.get", pair.get),
            ("items.set", pair.put),
            ("items.delete", pair.clear),
        )
    ],
)
