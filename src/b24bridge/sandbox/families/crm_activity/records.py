"""Activities as ``crm.activity.fields`` describes them, and what belongs to them."""

from __future__ import annotations

from b24bridge.sandbox.records import Field, Record, parse_fields

__all__ = ["ACTIVITIES", "BADGES", "BINDINGS", "COMMUNICATIONS", "FILES", "LISTS", "TYPES"]

ACTIVITIES = Record(
    "crm_activities",
    parse_fields("""
        ID integer o ID
        OWNER_ID integer i Owner ID
        OWNER_TYPE_ID crm_enum_ownertype i Owner Type
        TYPE_ID crm_enum_activitytype ri Type
        PROVIDER_ID string . Provider ID
        PROVIDER_TYPE_ID string . Provider Type
        PROVIDER_GROUP_ID string . Connector Type
        ASSOCIATED_ENTITY_ID integer:0 o Associated Entity ID
        SUBJECT string r Subject
        CREATED datetime o Creation Date
        LAST_UPDATED datetime o Last Updated Date
        START_TIME datetime . Start
        END_TIME datetime . Deadline
        DEADLINE datetime . Execution Deadline
        COMPLETED char:N . Completed
        STATUS crm_enum_activitystatus:1 . Status
        RESPONSIBLE_ID user r Responsible
        PRIORITY crm_enum_activitypriority:2 . Priority
        NOTIFY_TYPE crm_enum_activitynotifytype:0 . Notification Type
        NOTIFY_VALUE integer:0 . Notification Parameter
        DESCRIPTION string . Description
        DESCRIPTION_TYPE crm_enum_contenttype:1 . Description Type
        DIRECTION crm_enum_activitydirection:0 . Direction
        LOCATION string . Location
        SETTINGS object . Settings
        ORIGINATOR_ID string . External Source
        ORIGIN_ID string . External Code
        AUTHOR_ID user o Created By
        EDITOR_ID user o Edited By
        PROVIDER_PARAMS object . Provider Parameters
        PROVIDER_DATA string . Provider Data
        RESULT_MARK integer:0 . RESULT_MARK
        RESULT_VALUE double . RESULT_VALUE
        RESULT_SUM double . RESULT_SUM
        RESULT_CURRENCY_ID string . RESULT_CURRENCY_ID
        RESULT_STATUS integer:0 . RESULT_STATUS
        RESULT_STREAM integer:0 . RESULT_STREAM
        RESULT_SOURCE_ID string . RESULT_SOURCE_ID
        AUTOCOMPLETE_RULE integer:0 . Autocomplete
    """),
    ("OWNER_ID",),
)
# Described, but not columns: they must be named in a select.
LISTS = [
    Field("BINDINGS", "crm_activity_binding", "Bindings", read_only=True, multiple=True),
    Field(
        "COMMUNICATIONS", "crm_activity_communication", "Communication Channel", required=True, multiple=True
    ),
    Field("FILES", "diskfile", "Files", multiple=True),
    Field("WEBDAV_ELEMENTS", "diskfile", "Added Files", multiple=True, facts={"isDeprecated": True}),
    Field("IS_INCOMING_CHANNEL", "char", "IS_INCOMING_CHANNEL", read_only=True),
]

COMMUNICATIONS = Record(
    "crm_activity_communications",
    parse_fields("""
        ID integer o ID
        ACTIVITY_ID integer o Case
        ENTITY_ID integer . Entity element ID
        ENTITY_TYPE_ID integer . Entity type
        TYPE string . Type
        VALUE string . Value
    """),
    ("ACTIVITY_ID",),
)
BINDINGS = Record(
    "crm_activity_bindings",
    parse_fields("""
        ID integer o
        ACTIVITY_ID integer .
        OWNER_TYPE_ID integer .
        OWNER_ID integer .
        LAYOUT object .
    """),
    ("ACTIVITY_ID",),
)
FILES = Record(
    "crm_activity_files",
    parse_fields("ID integer o\nACTIVITY_ID integer .\nFILE_ID integer ."),
    ("ACTIVITY_ID",),
)
BADGES = Record(
    "crm_activity_badges",
    parse_fields("ID integer o\nCODE string .\nTITLE object .\nVALUE object .\nTYPE string ."),
)
TYPES = Record(
    "crm_activity_types",
    parse_fields("""
        ID integer o
        CLIENT_ID string o
        TYPE_ID string .
        NAME string .
        IS_CONFIGURABLE_TYPE char:N .
        ICON_ID integer:0 .
    """),
)
