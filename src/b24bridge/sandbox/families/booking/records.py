"""Resources and their types, bookings and the waiting list as they are printed."""

from __future__ import annotations

from b24bridge.sandbox.records import Record, parse_fields

__all__ = ["BOOKINGS", "NOTICES", "RESOURCES", "TYPES", "WAITING"]

# A notice is written with one name and printed with another, as the vendor has it.
NOTICES = {
    "infoDelay": "infoNotificationDelay",
    "reminderDelay": "reminderNotificationDelay",
    "delayedDelay": "delayedNotificationDelay",
    "confirmationDelay": "confirmationNotificationDelay",
    "confirmationRepetitions": "confirmationNotificationRepetitions",
    "confirmationRepetitionsInterval": "confirmationNotificationRepetitionsInterval",
}
_NOTICES = """
    CONFIRMATION_COUNTER_DELAY integer:7200 .
    CONFIRMATION_NOTIFICATION_DELAY integer:86400 .
    CONFIRMATION_NOTIFICATION_REPETITIONS integer .
    CONFIRMATION_NOTIFICATION_REPETITIONS_INTERVAL integer:10800 .
    DELAYED_COUNTER_DELAY integer:300 .
    DELAYED_NOTIFICATION_DELAY integer:300 .
    INFO_NOTIFICATION_DELAY integer .
    IS_CONFIRMATION_NOTIFICATION_ON char:Y .
    IS_DELAYED_NOTIFICATION_ON char:Y .
    IS_FEEDBACK_NOTIFICATION_ON char:Y .
    IS_INFO_NOTIFICATION_ON char:Y .
    IS_REMINDER_NOTIFICATION_ON char:Y .
    REMINDER_NOTIFICATION_DELAY integer:-1 .
    TEMPLATE_TYPE_CONFIRMATION string:animate .
    TEMPLATE_TYPE_DELAYED string:animate .
    TEMPLATE_TYPE_FEEDBACK string:animate .
    TEMPLATE_TYPE_INFO string:animate .
    TEMPLATE_TYPE_REMINDER string:base .
"""
TYPES = Record(
    "booking_types",
    parse_fields(f"""
        ID integer o
        NAME string r
        CODE string r
        {_NOTICES}
    """),
)
RESOURCES = Record(
    "booking_resources",
    parse_fields(f"""
        ID integer o
        NAME string r
        TYPE_ID integer r
        DESCRIPTION string .
        IS_MAIN char:Y .
        {_NOTICES}
    """),
)
BOOKINGS = Record(
    "bookings",
    parse_fields("""
        ID integer o
        NAME string .
        DESCRIPTION string .
        RESOURCE_IDS any r
        DATE_PERIOD any r
        DATE_FROM integer ou
        DATE_TO integer ou
    """),
)
WAITING = Record(
    "booking_waiting",
    parse_fields("""
        ID integer o
        NOTE string .
        CREATED datetime ou
    """),
)
