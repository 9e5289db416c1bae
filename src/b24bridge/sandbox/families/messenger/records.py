"""What the messenger keeps."""

from __future__ import annotations

from b24bridge.sandbox.records import Record, parse_fields

__all__ = ["CHATS", "COLORS", "MEMBERS", "MESSAGES", "NOTICES"]

CHATS = Record(
    "im_chats",
    parse_fields("""
        ID integer o
        TYPE string:chat .
        TITLE string .
        DESCRIPTION string .
        COLOR string:AQUA .
        OWNER integer .
        ENTITY_TYPE string .
        ENTITY_ID string .
        FIRST_USER integer .
        SECOND_USER integer .
        DATE_CREATE datetime o
    """),
)
MEMBERS = Record(
    "im_members",
    parse_fields("""
        ID integer o
        CHAT_ID integer .
        USER_ID integer .
        LAST_READ integer:0 .
        MUTED char:N .
        PINNED char:N .
        HIDDEN char:N .
        UNREAD char:N .
        SEARCHED datetime .
    """),
    ("CHAT_ID", "USER_ID"),
)
MESSAGES = Record(
    "im_messages",
    parse_fields("""
        ID integer o
        CHAT_ID integer .
        AUTHOR_ID integer .
        DATE datetime o
        TEXT text .
        LIKES integer* .
        DELETED char:N .
    """),
    ("CHAT_ID",),
)
NOTICES = Record(
    "im_notices",
    parse_fields("""
        ID integer o
        USER_ID integer .
        AUTHOR_ID integer .
        DATE datetime o
        KIND integer .
        TAG string .
        SUB_TAG string .
        TEXT text .
        IS_READ char:N .
    """),
    ("USER_ID",),
)
COLORS = {
    "RED": "#df532d",
    "GREEN": "#64a513",
    "MINT": "#4ba984",
    "LIGHT_BLUE": "#4ba5c3",
    "DARK_BLUE": "#3e99ce",
    "PURPLE": "#8474c8",
    "AQUA": "#1eb4aa",
    "PINK": "#f76187",
    "LIME": "#58cc47",
    "BROWN": "#ab7761",
    "AZURE": "#29619b",
    "KHAKI": "#728f7a",
    "SAND": "#ba9c7b",
    "MARENGO": "#8474c8",
    "GRAY": "#556574",
    "GRAPHITE": "#3e3e3e",
}
