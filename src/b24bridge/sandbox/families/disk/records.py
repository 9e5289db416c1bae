"""Drives, folders and files as the portal prints them: text, and null where there is nothing."""

from __future__ import annotations

from b24bridge.sandbox.dialects import Dialect
from b24bridge.sandbox.records import Field, Kind, Record, parse_fields

__all__ = [
    "DISK",
    "FILE_FIELDS",
    "FOLDER_FIELDS",
    "OBJECTS",
    "STORAGES",
    "STORAGE_FIELDS",
    "VERSIONS",
    "fields",
]


def _shown(item: Field) -> str:
    return "CAST({} AS TEXT)" if item.kind is Kind.INT else "{}"


DISK = Dialect("disk", lambda item: item.name, _shown)

STORAGES = Record(
    "disk_storages",
    parse_fields("""
        ID integer o
        NAME string .
        CODE string .
        MODULE_ID string:disk .
        ENTITY_TYPE string .
        ENTITY_ID string .
        ROOT_OBJECT_ID integer .
    """),
    ("ENTITY_ID",),
)
OBJECTS = Record(
    "disk_objects",
    parse_fields("""
        ID integer o
        NAME string .
        CODE string .
        STORAGE_ID integer .
        TYPE string .
        REAL_OBJECT_ID integer .
        PARENT_ID integer .
        DELETED_TYPE integer:0 .
        GLOBAL_CONTENT_VERSION integer .
        FILE_ID integer .
        SIZE integer .
        CREATE_TIME datetime .
        UPDATE_TIME datetime .
        DELETE_TIME datetime .
        CREATED_BY integer .
        UPDATED_BY integer .
        DELETED_BY integer:0 .
    """),
    ("PARENT_ID", "STORAGE_ID"),
)
VERSIONS = Record(
    "disk_versions",
    parse_fields("""
        ID integer o
        OBJECT_ID integer .
        SIZE integer .
        NAME string .
        GLOBAL_CONTENT_VERSION integer .
        CREATE_TIME datetime .
        CREATED_BY integer .
        FILE_ID integer .
    """),
    ("OBJECT_ID",),
)

# Name, type, whether it can be filtered by.
FOLDER_FIELDS = (
    ("ID", "integer", True),
    ("NAME", "string", True),
    ("TYPE", "enum", True),
    ("CODE", "string", True),
    ("STORAGE_ID", "integer", True),
    ("REAL_OBJECT_ID", "integer", False),
    ("PARENT_ID", "integer", True),
    ("CREATE_TIME", "datetime", True),
    ("UPDATE_TIME", "datetime", True),
    ("DELETE_TIME", "datetime", True),
    ("CREATED_BY", "integer", False),
    ("UPDATED_BY", "integer", False),
    ("DELETED_BY", "integer", False),
    ("DELETED_TYPE", "enum", True),
)
FILE_FIELDS = (
    *(row for row in FOLDER_FIELDS if row[0] != "REAL_OBJECT_ID"),
    ("GLOBAL_CONTENT_VERSION", "integer", True),
    ("FILE_ID", "integer", True),
    ("SIZE", "integer", True),
)
STORAGE_FIELDS = (
    ("ID", "integer", True),
    ("NAME", "string", True),
    ("CODE", "string", True),
    ("MODULE_ID", "string", False),
    ("ENTITY_TYPE", "string", True),
    ("ENTITY_ID", "string", True),
    ("ROOT_OBJECT_ID", "integer", False),
)


def fields(rows: tuple[tuple[str, str, bool], ...]) -> dict[str, dict[str, object]]:
    """Return what ``*.getFields`` says."""
    return {
        name: {"TYPE": kind, "USE_IN_FILTER": filtered, "USE_IN_SHOW": True} for name, kind, filtered in rows
    }
