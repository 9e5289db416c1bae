"""``imopenlines.*`` and ``imconnector.*``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from b24bridge.sandbox.methods import Family, Method
from b24bridge.sandbox.plain import prepare

from . import connectors, lines, records, sessions

if TYPE_CHECKING:
    from b24bridge.sandbox.portal import Portal

__all__ = ["FAMILY"]


def _prepare(portal: Portal) -> None:
    prepare(portal, records.LINES, records.QUEUE, records.CONNECTORS, records.LINKS, records.SESSIONS)
    if portal.store.setting("openlines") is None:
        defaults = {
            name: item.default for name, item in records.LINES.fields.items() if item.default is not None
        }
        number = portal.store.insert(records.LINES.table, {**defaults, "LINE_NAME": "Open channel 1"})
        first = {"LINE_ID": number, "ENTITY_TYPE": "user", "ENTITY_ID": 1, "SORT": 0}
        portal.store.insert(records.QUEUE.table, first)
        portal.store.keep("openlines", True)


FAMILY = Family(
    "openlines",
    [
        *(
            Method(name, handler, "imopenlines", listed=name.startswith("imopenlines.config"))
            for name, handler in (*lines.METHODS.items(), *sessions.METHODS.items())
        ),
        # A webhook belongs to no application, so it has no connectors.
        *(Method(name, handler, "imconnector", auth="token") for name, handler in connectors.METHODS.items()),
    ],
    prepare=_prepare,
)
