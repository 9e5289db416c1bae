"""Fields of smart processes, pipelines and directories; their methods are families of their own."""

from __future__ import annotations

from b24bridge.sandbox.methods import Family
from b24bridge.sandbox.records import Field, Record

from . import rules

__all__ = ["CATEGORIES", "FAMILY", "STATUSES", "TYPES"]

_SWITCHES = [
    "Categories",
    "Stages",
    "BeginCloseDates",
    "Client",
    "UseInUserfield",
    "LinkWithProducts",
    "Mycompany",
    "Documents",
    "Source",
    "Observers",
    "Recyclebin",
    "Automation",
    "BizProc",
]
_OFF = ("SetOpenPermissions", "Payments", "Counters", "Recurring")
_UNLISTED = ("Payments", "Counters", "Recurring")


def _switch(word: str, default: str) -> Field:
    suffix = "" if word == "SetOpenPermissions" else "Enabled"
    camel = f"is{word}{suffix}"
    name = "".join(f"_{letter}" if letter.isupper() else letter for letter in camel).upper()
    return Field(name, "boolean", camel, default=default, unlisted=word in _UNLISTED)


TYPES = Record(
    "crm_types",
    [
        Field("ID", "integer", "ID", read_only=True),
        Field("TITLE", title="Name", required=True),
        Field("CODE", title="Code", default=""),
        Field("CREATED_BY", "user", "Created by", read_only=True, default=1),
        Field("ENTITY_TYPE_ID", "integer", "Type id", required=True, immutable=True),
        Field("CUSTOM_SECTION_ID", "integer", "Section", immutable=True),
        *(_switch(word, "Y") for word in _SWITCHES),
        *(_switch(word, "N") for word in _OFF),
        Field("IS_INITIALIZED", "boolean", "isInitialized", read_only=True, default="Y", unlisted=True),
        Field("CREATED_TIME", "datetime", "Created at", read_only=True),
        Field("UPDATED_TIME", "datetime", "Updated at", read_only=True),
        Field("UPDATED_BY", "user", "Updated by", read_only=True, default=1),
        Field("LINKED_USER_FIELDS", "object", "Fields that link here", hidden="controller", unlisted=True),
    ],
    ("ENTITY_TYPE_ID",),
)

CATEGORIES = Record(
    "crm_categories",
    [
        Field("ID", "integer", "ID", read_only=True),
        Field("NAME", title="Name"),
        Field("SORT", "integer", "Sort", default=500),
        Field("ENTITY_TYPE_ID", "integer", "Type id", required=True, read_only=True),
        Field("IS_DEFAULT", "boolean", "Default", read_only=True, default="N"),
        Field("ORIGIN_ID", default=""),
        Field("ORIGINATOR_ID", default=""),
        Field("CODE", default="", unlisted=True),
        Field("IS_SYSTEM", "boolean", default="N", unlisted=True),
        Field("IS_LOCKED", "boolean", default="N", unlisted=True),
        Field("CREATED_DATE", "datetime", unlisted=True),
    ],
)

STATUSES = Record(
    "crm_statuses",
    [
        Field("ID", "integer", "ID", read_only=True),
        Field("ENTITY_ID", title="Directory", required=True, immutable=True),
        Field("STATUS_ID", title="Code", required=True, immutable=True),
        Field("NAME", title="Name", required=True),
        Field("NAME_INIT", title="First name", read_only=True, default=""),
        Field("SORT", "integer", "Sort", default=10),
        Field("SYSTEM", "char", "System", read_only=True, default="N"),
        Field("CATEGORY_ID", "integer", "Pipeline", immutable=True),
        Field("COLOR", title="Colour", default=""),
        Field("SEMANTICS", title="Semantics", immutable=True),
    ],
    ("ENTITY_ID",),
)

FAMILY = Family(
    "crm_directory",
    [],
    prepare=lambda portal: rules.prepare(portal, (TYPES, CATEGORIES, STATUSES)),
)
