"""Methods of pipelines."""

from __future__ import annotations

from b24bridge.sandbox.methods import Family, Method

from . import deals, rules

__all__ = ["FAMILY"]

FAMILY = Family(
    "crm_categories",
    [
        *(
            Method(f"crm.category.{verb}", handler, "crm", listed=False)
            for verb, handler in (
                ("list", rules.listed),
                ("get", rules.get),
                ("fields", rules.fields),
                ("add", rules.add),
                ("update", rules.update),
                ("delete", rules.delete),
            )
        ),
        *(
            Method(f"crm.dealcategory.{verb}", handler, "crm")
            for verb, handler in (
                ("list", deals.listed),
                ("get", deals.get),
                ("fields", deals.fields),
                ("add", deals.add),
                ("update", deals.update),
                ("delete", deals.delete),
                ("default.get", deals.default),
                ("default.set", deals.rename),
                ("status", deals.directory),
                ("stage.list", deals.stages),
            )
        ),
    ],
)
