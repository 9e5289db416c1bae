"""Lines, connectors and conversations."""

from __future__ import annotations

from b24bridge.sandbox.records import Field, Record, parse_fields

__all__ = ["CONNECTORS", "LINES", "LINKS", "QUEUE", "SESSIONS"]

# Settings of a line with the values that a new one has, texts aside; all are printed as text.
_SETTINGS = """
    ACTIVE=Y LINE_NAME= CRM=Y CRM_CREATE=none CRM_CREATE_SECOND=0 CRM_CREATE_THIRD=Y CRM_FORWARD=Y
    CRM_CHAT_TRACKER=Y CRM_TRANSFER_CHANGE=Y CRM_SOURCE=create QUEUE_TIME=60 NO_ANSWER_TIME=60
    QUEUE_TYPE=evenly CHECK_AVAILABLE=N WATCH_TYPING=Y WELCOME_BOT_ENABLE=N WELCOME_MESSAGE=Y
    WELCOME_MESSAGE_TEXT=Welcome! VOTE_MESSAGE=Y VOTE_TIME_LIMIT=0 VOTE_BEFORE_FINISH=Y
    VOTE_CLOSING_DELAY=N VOTE_MESSAGE_1_TEXT=Rating? VOTE_MESSAGE_1_LIKE=Thanks!
    VOTE_MESSAGE_1_DISLIKE=Sorry. VOTE_MESSAGE_2_TEXT=Rating? VOTE_MESSAGE_2_LIKE=Thanks!
    VOTE_MESSAGE_2_DISLIKE=Sorry. AGREEMENT_MESSAGE=N AGREEMENT_ID=0 CATEGORY_ENABLE=N CATEGORY_ID=0
    WELCOME_BOT_JOIN=first WELCOME_BOT_ID=0 WELCOME_BOT_TIME=60 WELCOME_BOT_LEFT=queue
    NO_ANSWER_RULE=none NO_ANSWER_FORM_ID=0 NO_ANSWER_BOT_ID=0 NO_ANSWER_TEXT= WORKTIME_ENABLE=N
    WORKTIME_FROM=9 WORKTIME_TO=18.30 WORKTIME_TIMEZONE= WORKTIME_HOLIDAYS=[""] WORKTIME_DAYOFF=[""]
    WORKTIME_DAYOFF_RULE=text WORKTIME_DAYOFF_FORM_ID=0 WORKTIME_DAYOFF_BOT_ID=0 WORKTIME_DAYOFF_TEXT=
    CLOSE_RULE=none CLOSE_FORM_ID=0 CLOSE_BOT_ID=0 CLOSE_TEXT= FULL_CLOSE_TIME=10 AUTO_CLOSE_RULE=none
    AUTO_CLOSE_FORM_ID=0 AUTO_CLOSE_BOT_ID=0 AUTO_CLOSE_TIME=14400 AUTO_CLOSE_TEXT=
    AUTO_EXPIRE_TIME=86400 DATE_CREATE={} DATE_MODIFY={} MODIFY_USER_ID=1 TEMPORARY=N XML_ID
    LANGUAGE_ID=en QUICK_ANSWERS_IBLOCK_ID=0 SESSION_PRIORITY=0 TYPE_MAX_CHAT=answered_new MAX_CHAT=0
    OPERATOR_DATA=profile DEFAULT_OPERATOR_DATA=[] KPI_FIRST_ANSWER_TIME=0 KPI_FIRST_ANSWER_ALERT=N
    KPI_FIRST_ANSWER_LIST KPI_FIRST_ANSWER_TEXT= KPI_FURTHER_ANSWER_TIME=0 KPI_FURTHER_ANSWER_ALERT=N
    KPI_FURTHER_ANSWER_LIST KPI_FURTHER_ANSWER_TEXT= KPI_CHECK_OPERATOR_ACTIVITY=N
    SEND_NOTIFICATION_EMPTY_QUEUE=N USE_WELCOME_FORM=N WELCOME_FORM_ID=0 WELCOME_FORM_DELAY=Y
    SEND_WELCOME_EACH_SESSION=N CONFIRM_CLOSE=N IGNORE_WELCOME_FORM_RESPONSIBLE=N
"""
_LISTS = ("WORKTIME_HOLIDAYS", "WORKTIME_DAYOFF", "DATE_CREATE", "DATE_MODIFY", "DEFAULT_OPERATOR_DATA")


def _settings() -> list[Field]:
    fields = [Field("ID", "integer", read_only=True)]
    for entry in _SETTINGS.split():
        name, given, value = entry.partition("=")
        kind = "object" if name in _LISTS else "string"
        fields.append(Field(name, kind, default=value if given else None, read_only=name.startswith("DATE")))
    return fields


LINES = Record("openlines", _settings())
QUEUE = Record(
    "openlines_queue",
    parse_fields("""
        ID integer o
        LINE_ID integer .
        ENTITY_TYPE string:user .
        ENTITY_ID integer .
        SORT integer:0 .
    """),
    ("LINE_ID",),
)
CONNECTORS = Record(
    "imconnectors",
    parse_fields("""
        ID integer o
        CODE string .
        NAME string .
        CLIENT_ID string .
        FACTS object .
    """),
)
LINKS = Record(
    "imconnector_links",
    parse_fields("""
        ID integer o
        CONNECTOR string .
        LINE integer .
        ACTIVE char:N .
        DATA object .
    """),
)
SESSIONS = Record(
    "openlines_sessions",
    parse_fields("""
        ID integer o
        CONNECTOR string .
        LINE integer .
        EXTERNAL_CHAT string .
        EXTERNAL_USER string .
        CHAT_ID integer .
        OPERATOR_ID integer .
        STATUS string:new .
        PINNED char:N .
        SILENT char:N .
        VOTE_HEAD integer .
        COMMENT_HEAD string .
    """),
    ("CHAT_ID",),
)
