"""Comments of the timeline, and what they are bound to."""

from __future__ import annotations

from b24bridge.sandbox.records import Field, Record, parse_fields

__all__ = ["BINDINGS", "COMMENTS", "FILES"]

COMMENTS = Record(
    "crm_timeline_comments",
    parse_fields("""
        ID integer o ID
        ENTITY_ID integer ri ID of the element the comment is attached to
        ENTITY_TYPE string ri Type of the element the comment is attached to
        CREATED datetime o Date added
        COMMENT string . Comment text
        AUTHOR_ID integer i Author
        FILE_IDS integer* o
    """),
    ("ENTITY_ID",),
)
FILES = Field("FILES", "attached_diskfile", "File list", multiple=True)

BINDINGS = Record(
    "crm_timeline_bindings",
    parse_fields("""
        ID integer o
        OWNER_ID integer ri ID of the timeline record
        ENTITY_ID integer ri ID of the element the timeline record is bound to
        ENTITY_TYPE string ri Type of the element the timeline record is bound to
    """),
    ("OWNER_ID",),
)
