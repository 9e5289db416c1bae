"""Handlers and services as their lists print them."""

from __future__ import annotations

from b24bridge.sandbox.records import Record, parse_fields

__all__ = ["CASHBOXES", "DELIVERIES", "EXTRA_SERVICES", "HANDLERS", "PAY_SYSTEMS"]

HANDLERS = Record(
    "sale_handlers",
    parse_fields("""
        ID integer o
        KIND string .
        NAME string .
        CODE string .
        SORT integer:100 .
        DESCRIPTION string .
        SETTINGS object .
        PROFILES object:[] .
        SUPPORTS_FFD105 char:N .
    """),
    ("CODE",),
)
PAY_SYSTEMS = Record(
    "sale_pay_systems",
    parse_fields("""
        NAME string .
        PSA_NAME string .
        DESCRIPTION string .
        ACTION_FILE string .
        RESULT_FILE string .
        NEW_WINDOW string:N .
        PS_MODE string .
        HAVE_PAYMENT string:N .
        HAVE_ACTION string:N .
        HAVE_RESULT string:N .
        HAVE_PREPAY string:N .
        HAVE_PRICE string:N .
        HAVE_RESULT_RECEIVE string:Y .
        ENCODING string .
        ACTIVE string:Y .
        ALLOW_EDIT_PAYMENT string:Y .
        IS_CASH string:N .
        AUTO_CHANGE_1C string:N .
        CAN_PRINT_CHECK string:N .
        ENTITY_REGISTRY_TYPE string:ORDER .
        XML_ID string .
        ID integer .
        PERSON_TYPE_ID integer .
        SORT integer:100 .
        TARIF=TARIFF string .
        LOGOTYPE string u
        SETTINGS object u
    """),
)
DELIVERIES = Record(
    "sale_deliveries",
    parse_fields("""
        NAME string .
        ACTIVE string:Y .
        DESCRIPTION string .
        CURRENCY string .
        ID integer .
        PARENT_ID integer .
        SORT integer:500 .
        LOGOTYPE integer .
        XML_ID string u
        REST_CODE string u
        CONFIG object u
    """),
)
EXTRA_SERVICES = Record(
    "sale_extra_services",
    parse_fields("""
        ID integer .
        DELIVERY_ID integer .
        CODE string .
        NAME string .
        DESCRIPTION string .
        ACTIVE string:Y .
        SORT integer:100 .
        TYPE string .
        PRICE double .
        ITEMS object .
    """),
    ("DELIVERY_ID",),
)
CASHBOXES = Record(
    "sale_cashboxes",
    parse_fields("""
        ID integer .
        NAME string .
        OFD string .
        EMAIL string .
        DATE_CREATE object:{} .
        DATE_LAST_CHECK object .
        NUMBER_KKM string .
        KKM_ID string .
        ACTIVE string:Y .
        SORT integer:100 .
        USE_OFFLINE string:N .
        ENABLED string:Y .
        REST_CODE string u
        OFD_SETTINGS object u
        SETTINGS object u
    """),
)
