"""``profile``, ``app.info``, ``scope``, ``methods``, ``method.get``, ``server.time`` (section 5.6)."""

from __future__ import annotations

from b24bridge.sandbox.methods import Family, Method

from . import rules

__all__ = ["FAMILY"]

FAMILY = Family(
    "platform",
    [
        Method("profile", rules.profile),
        Method("app.info", rules.app_info),
        Method("scope", rules.scope),
        Method("methods", rules.methods),
        Method("method.get", rules.method_get),
        Method("server.time", rules.server_time),
    ],
)
