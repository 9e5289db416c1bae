"""Calendars, events and resources as the sandbox keeps them; ``shown.py`` prints them."""

from __future__ import annotations

from b24bridge.sandbox.records import Record, parse_fields

__all__ = ["EVENTS", "RESOURCES", "SECTIONS"]

SECTIONS = Record(
    "calendar_sections",
    parse_fields("""
        ID integer o
        NAME string .
        DESCRIPTION string .
        COLOR string:#9cbe1c .
        TEXT_COLOR string:#283033 .
        EXPORT object .
        CAL_TYPE string .
        OWNER_ID integer .
        CREATED_BY integer o
        DATE_CREATE datetime o
        TIMESTAMP_X datetime o
    """),
    ("OWNER_ID",),
)
# Moments are seconds, since events compare and print them in several forms.
EVENTS = Record(
    "calendar_events",
    parse_fields("""
        ID integer o
        CAL_TYPE string .
        OWNER_ID integer .
        SECTION_ID integer .
        NAME string .
        DESCRIPTION string .
        STARTS integer .
        ENDS integer .
        SKIP_TIME char:N .
        TZ_FROM string .
        TZ_TO string .
        COLOR string .
        TEXT_COLOR string .
        ACCESSIBILITY string:busy .
        IMPORTANCE string:normal .
        PRIVATE_EVENT string .
        IS_MEETING char:N .
        LOCATION string .
        REMIND object .
        MEETING object .
        MEETING_HOST integer .
        ATTENDEES object .
        RRULE object .
        CRM_FIELDS object .
        VERSION integer:1 .
        CREATED_BY integer o
        DATE_CREATE datetime o
        TIMESTAMP_X datetime o
    """),
    ("OWNER_ID",),
)
RESOURCES = Record("calendar_resources", parse_fields("ID integer o\nNAME string .\nCREATED_BY integer o"))
