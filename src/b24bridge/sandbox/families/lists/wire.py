"""Tables and methods of lists (documentation pages ``lists.*``)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from b24bridge.sandbox.methods import Family, Method
from b24bridge.sandbox.plain import prepare
from b24bridge.sandbox.records import Record, parse_fields

from . import elements, fields, iblocks, sections

if TYPE_CHECKING:
    from b24bridge.sandbox.portal import Portal

__all__ = ["FAMILY"]

IBLOCKS = Record(
    "lists_iblocks",
    parse_fields(
        """
        ID integer o ID
        IBLOCK_TYPE_ID string o Type
        CODE string o Code
        NAME string r Name
        DESCRIPTION text . Description
        SORT integer:500 . Sorting
        BIZPROC char:Y . Business processes
        SOCNET_GROUP_ID integer o Group
        TIMESTAMP_X datetime o Changed
        MESSAGES object o Texts
        """
    ),
)
SECTIONS = Record(
    "lists_sections",
    parse_fields(
        """
        ID integer o ID
        IBLOCK_ID integer o List
        IBLOCK_SECTION_ID integer o Parent
        CODE string o Code
        XML_ID string . External id
        NAME string r Name
        SORT integer:500 . Sorting
        ACTIVE char:Y . Active
        DESCRIPTION text . Description
        DATE_CREATE datetime o Created
        TIMESTAMP_X datetime o Changed
        CREATED_BY user o Created by
        MODIFIED_BY user o Changed by
        """
    ),
    ("IBLOCK_ID",),
)
ELEMENTS = Record(
    "lists_elements",
    parse_fields(
        """
        ID integer o ID
        IBLOCK_ID integer o List
        IBLOCK_SECTION_ID integer o Section
        CODE string o Code
        NAME string r Name
        SORT integer:500 . Sorting
        PREVIEW_TEXT text . Preview
        DETAIL_TEXT text . Text
        ACTIVE_FROM string . Active from
        ACTIVE_TO string . Active to
        DATE_CREATE datetime o Created
        TIMESTAMP_X datetime o Changed
        CREATED_BY user o Created by
        MODIFIED_BY user o Changed by
        """
    ),
    ("IBLOCK_ID",),
)
_FIELD_TEXTS = (
    "FIELD_ID",
    "TYPE",
    "CODE",
    "NAME",
    "IS_REQUIRED",
    "MULTIPLE",
    "DEFAULT_VALUE",
    "ROW_COUNT",
    "COL_COUNT",
    "USER_TYPE_SETTINGS",
    "SETTINGS",
)


def _prepare(portal: Portal) -> None:
    prepare(portal, IBLOCKS, SECTIONS, ELEMENTS)
    store = portal.store
    numbers = dict.fromkeys(("IBLOCK_ID", "SORT", "LINK_IBLOCK_ID"), "INTEGER")
    store.ensure("lists_fields", {**dict.fromkeys(_FIELD_TEXTS, "TEXT"), **numbers}, ["IBLOCK_ID"])
    store.ensure("lists_options", {"FIELD_ID": "INTEGER", "VALUE": "TEXT"}, ["FIELD_ID"])
    store.ensure(
        "lists_values", {"ELEMENT_ID": "INTEGER", "FIELD_ID": "INTEGER", "VALUE": "TEXT"}, ["ELEMENT_ID"]
    )


FAMILY = Family(
    "lists",
    [
        Method("lists.add", iblocks.add, "lists"),
        Method("lists.get", iblocks.get, "lists"),
        Method("lists.update", iblocks.update, "lists"),
        Method("lists.delete", iblocks.delete, "lists"),
        Method("lists.get.iblock.type.id", iblocks.type_id, "lists"),
        Method("lists.field.add", fields.add, "lists"),
        Method("lists.field.get", fields.get, "lists"),
        Method("lists.field.update", fields.update, "lists"),
        Method("lists.field.delete", fields.delete, "lists"),
        Method("lists.field.type.get", fields.types, "lists"),
        Method("lists.section.add", sections.add, "lists"),
        Method("lists.section.get", sections.get, "lists"),
        Method("lists.section.update", sections.update, "lists"),
        Method("lists.section.delete", sections.delete, "lists"),
        Method("lists.element.add", elements.add, "lists"),
        Method("lists.element.get", elements.get, "lists"),
        Method("lists.element.update", elements.update, "lists"),
        Method("lists.element.delete", elements.delete, "lists"),
        Method("lists.element.get.file.url", elements.file_url, "lists"),
        Method("rpa.type.list", lambda _, __: {"types": []}, "rpa", listed=False),
    ],
    prepare=_prepare,
)
