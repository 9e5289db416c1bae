"""``mail.mailbox.*``: mailboxes that the portal reads; nothing is sent or fetched."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from b24bridge.sandbox.filters import Where, both
from b24bridge.sandbox.methods import Context, Method, Params

from .dto import Dto, properties
from .entity import Entity
from .errors import needs_type
from .query import order, pagination, selection

if TYPE_CHECKING:
    from b24bridge.sandbox.portal import Portal

__all__ = ["MAILBOX", "METHODS", "prepare"]

_TABLE = "mailboxes"
_SENDER = Dto("SenderDto", _TABLE, properties("email string .\n name string .\n sender string ."))
MAILBOX = Dto(
    "MailboxDto",
    _TABLE,
    properties("id int . ID\n name string . NAME\n email string . EMAIL\n senderName string . SENDER_NAME"),
)
_MAILBOXES = Entity("mail.mailbox", MAILBOX)


def prepare(portal: Portal) -> None:
    """Create the table."""
    portal.store.ensure(_TABLE, dict.fromkeys(("NAME", "EMAIL", "SENDER_NAME"), "TEXT"))


def _listed(context: Context, params: Params) -> Any:
    """``mail.mailbox.list``: by parts of name and address, which are parameters themselves."""
    chosen = selection(MAILBOX, params.get("select"))
    parts = []
    for name, column in (("name", "NAME"), ("email", "EMAIL")):
        wanted = params.get(name)
        if wanted is None:
            continue
        if not isinstance(wanted, str):
            raise needs_type(name, "string")
        escaped = wanted.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        parts.append(Where(f"fold({column}) LIKE fold(?) ESCAPE '\\'", (f"%{escaped}%",)))
    sort = order(MAILBOX, params.get("order"))
    return {
        "items": _MAILBOXES.rows(context, chosen, both(parts), sort, pagination(params.get("pagination")))
    }


def _senders(context: Context, params: Params) -> Any:
    """``mail.mailbox.senders``: who mail can be sent as, each mailbox by its person and by its name."""
    window = pagination(params.get("pagination"))
    names = selection(_SENDER, params.get("select")).own
    found = []
    for row in context.store.maps("SELECT * FROM mailboxes ORDER BY ID"):
        for name in filter(None, (row["SENDER_NAME"], row["NAME"])):
            sender = {"email": row["EMAIL"], "name": name, "sender": f"{name} <{row['EMAIL']}>"}
            found.append({key: sender[key] for key in names})
    return {"items": found[window.offset : window.offset + window.limit]}


METHODS = [
    *_MAILBOXES.methods("get"),
    Method("mail.mailbox.list", _listed, "mail.mailbox"),
    Method("mail.mailbox.senders", _senders, "mail.mailbox"),
]
