"""Methods of the option stores (section 5.6)."""

from __future__ import annotations

from functools import partial

from b24bridge.sandbox.methods import Family, Method

from . import access, rules

__all__ = ["FAMILY"]

FAMILY = Family(
    "options",
    [
        Method("app.option.get", partial(rules.get, "app")),
        Method("app.option.set", partial(rules.put, "app")),
        Method("user.option.get", partial(rules.get, "user")),
        Method("user.option.set", partial(rules.put, "user")),
        Method("user.admin", rules.admin),
        Method("user.access", access.check),
        Method("access.name", access.names),
        Method("feature.get", access.feature),
    ],
    prepare=rules.prepare,
)
