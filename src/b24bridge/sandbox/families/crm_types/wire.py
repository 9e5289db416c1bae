"""Methods of smart processes."""

from __future__ import annotations

from b24bridge.sandbox.methods import Family, Method

from . import rules

__all__ = ["FAMILY"]

FAMILY = Family(
    "crm_types",
    [
        Method(f"crm.type.{verb}", handler, "crm", listed=False)
        for verb, handler in (
            ("list", rules.listed),
            ("fields", rules.fields),
            ("get", rules.get),
            ("getByEntityTypeId", rules.get_by_number),
            ("add", rules.add),
            ("update", rules.update),
            ("delete", rules.delete),
        )
    ],
)
