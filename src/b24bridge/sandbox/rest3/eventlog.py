"""``main.eventlog.*``: what happened on the portal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from b24bridge.sandbox.clock import iso

from .dto import Dto, properties
from .entity import Entity

if TYPE_CHECKING:
    from b24bridge.sandbox.portal import Portal

__all__ = ["EVENT", "METHODS", "prepare"]

_TABLE = "event_log"
_TEXTS = """
    TIMESTAMP_X SEVERITY AUDIT_TYPE_ID MODULE_ID ITEM_ID REMOTE_ADDR USER_AGENT REQUEST_URI SITE_ID
    DESCRIPTION
"""

EVENT = Dto(
    "EventLogDto",
    _TABLE,
    properties(
        """
        id int fs ID
        timestampX datetime fs TIMESTAMP_X
        severity string . SEVERITY
        auditTypeId string fs AUDIT_TYPE_ID
        moduleId string . MODULE_ID
        itemId string . ITEM_ID
        remoteAddr string . REMOTE_ADDR
        userAgent string . USER_AGENT
        requestUri string . REQUEST_URI
        siteId string . SITE_ID
        userId int fs USER_ID
        guestId int fs GUEST_ID
        description string . DESCRIPTION
        """
    ),
)

METHODS = Entity("main.eventlog", EVENT).methods("list get tail aggregate")


def prepare(portal: Portal) -> None:
    """Create the table; the first event is that the owner of the webhook came in."""
    store = portal.store
    numbers = dict.fromkeys(("USER_ID", "GUEST_ID"), "INTEGER")
    store.ensure(_TABLE, {**dict.fromkeys(_TEXTS.split(), "TEXT"), **numbers})
    if store.one("SELECT 1 FROM event_log") is None:
        user = portal.webhook_user_id
        store.insert(
            _TABLE,
            {
                "TIMESTAMP_X": iso(portal.clock.now(), portal.where),
                "SEVERITY": "SECURITY",
                "AUDIT_TYPE_ID": "USER_AUTHORIZE",
                "MODULE_ID": "main",
                "ITEM_ID": str(user),
                "REMOTE_ADDR": "127.0.0.1",
                "USER_AGENT": "",
                "REQUEST_URI": "/",
                "SITE_ID": "s1",
                "USER_ID": user,
                "GUEST_ID": 0,
                "DESCRIPTION": f'{{"userId":{user},"method":"external"}}',
            },
        )
