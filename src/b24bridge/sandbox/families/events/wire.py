"""Methods of events (section 5.8)."""

from __future__ import annotations

from b24bridge.sandbox.methods import Family, Method

from . import rules

__all__ = ["FAMILY"]

FAMILY = Family(
    "events",
    [
        Method("events", rules.names, auth="token"),
        Method("event.bind", rules.bind, auth="token"),
        Method("event.unbind", rules.unbind, auth="token"),
        Method("event.get", rules.get, auth="token"),
        Method("event.test", rules.test, auth="token"),
        Method("event.offline.get", rules.offline_get, auth="token"),
        Method("event.offline.list", rules.offline_list, auth="token"),
        Method("event.offline.clear", rules.offline_clear, auth="token"),
        Method("event.offline.error", rules.offline_error, auth="token"),
    ],
    prepare=lambda portal: portal.events.prepare(),
)
