"""User fields: fields that people and applications add to the portal's records."""

# ruff: noqa: S608  # names of tables and columns are declared in code; values are always bound

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from .records import Field, Record, parse_fields
from .store import Store

__all__ = [
    "ENUMS",
    "LABELS",
    "LANGUAGES",
    "RECORD",
    "TYPES",
    "declare",
    "declared",
    "full_settings",
    "prepare",
]

LANGUAGES = (
    *("ar", "br", "de", "en", "fr", "hi", "id", "in", "it", "ja", "kz"),
    *("la", "ms", "pl", "ru", "sc", "tc", "th", "tr", "ua", "vn"),
)
LABELS = ("EDIT_FORM_LABEL", "LIST_COLUMN_LABEL", "LIST_FILTER_LABEL", "ERROR_MESSAGE", "HELP_MESSAGE")

RECORD = Record(
    "user_fields",
    parse_fields(
        """
        ID integer o ID
        ENTITY_ID string i Object
        FIELD_NAME string i Code
        USER_TYPE_ID string i Data Type
        XML_ID string . External ID (XML ID)
        SORT integer:100 . Sorting
        MULTIPLE char:N i Multiple
        MANDATORY char:N . Mandatory
        SHOW_FILTER string:N . Show in list filter
        SHOW_IN_LIST char:Y . Show in list
        EDIT_IN_LIST char:Y . Allow user editing
        IS_SEARCHABLE char:N . Field values are searchable
        SETTINGS object . Additional settings (dependent on type)
        EDIT_FORM_LABEL object . Label in edit form
        LIST_COLUMN_LABEL object . Header in list
        LIST_FILTER_LABEL object . Filter label in list
        ERROR_MESSAGE object . Error message
        HELP_MESSAGE object . Help
        """
    ),
    ("ENTITY_ID",),
)
ENUMS = Record(
    "user_field_enums",
    parse_fields(
        """
        ID integer o ID
        FIELD_ID integer u Field
        SORT integer:500 . Sorting
        VALUE string . Value
        DEF char:N . Default
        XML_ID string . External ID
        """
    ),
    ("FIELD_ID",),
)

_NO_DEFAULT = {"DEFAULT_VALUE": {"TYPE": "NONE", "VALUE": ""}}
_TEXT = {"SIZE": 20, "MIN_LENGTH": 0, "MAX_LENGTH": 0, "DEFAULT_VALUE": ""}
_NUMBER = {"SIZE": 20, "MIN_VALUE": 0, "MAX_VALUE": 0, "DEFAULT_VALUE": None}
_LIST = {"DISPLAY": "LIST", "LIST_HEIGHT": 1}
_IBLOCK = {**_LIST, "IBLOCK_ID": 0, "DEFAULT_VALUE": "", "ACTIVE_FILTER": "N"}
# Type of a field, its title, and the settings that a new field of this type has.
TYPES: dict[str, tuple[str, dict[str, Any]]] = {
    "string": ("String", {**_TEXT, "ROWS": 1, "REGEXP": ""}),
    "integer": ("Integer", _NUMBER),
    "double": ("Number", {"PRECISION": 2, **_NUMBER}),
    "boolean": (
        "Yes/No",
        {"DEFAULT_VALUE": 0, "DISPLAY": "CHECKBOX", "LABEL": ["", ""], "LABEL_CHECKBOX": ""},
    ),
    "enumeration": ("List", {**_LIST, "CAPTION_NO_VALUE": "", "SHOW_NO_VALUE": "Y"}),
    "datetime": ("Date/Time", {**_NO_DEFAULT, "USE_SECOND": "Y", "USE_TIMEZONE": "N"}),
    "date": ("Date", _NO_DEFAULT),
    "money": ("Money", {"DEFAULT_VALUE": ""}),
    "url": ("Link", {"POPUP": "Y", **_TEXT}),
    "address": ("Google Maps address", {"SHOW_MAP": "Y"}),
    "file": (
        "File",
        {
            "SIZE": 20,
            "LIST_WIDTH": 0,
            "LIST_HEIGHT": 0,
            "MAX_SHOW_SIZE": 0,
            "MAX_ALLOWED_SIZE": 0,
            "EXTENSIONS": [],
            "TARGET_BLANK": "Y",
        },
    ),
    "employee": ("Bind to user", {}),
    "crm": ("Bind to CRM items", {"LEAD": "N", "CONTACT": "N", "COMPANY": "N", "DEAL": "N"}),
    "crm_status": ("Bind to CRM directories", {"ENTITY_TYPE": ""}),
    "iblock_section": ("Bind to information block sections", _IBLOCK),
    "iblock_element": ("Bind to information block elements", _IBLOCK),
    "resourcebooking": ("Resource booking", {"USE_USERS": "N", "USE_RESOURCES": "N"}),
}


def prepare(store: Store) -> None:
    """Create the tables."""
    for record in (RECORD, ENUMS):
        store.ensure(record.table, record.columns(), record.indexes)


def full_settings(kind: str, given: Any) -> dict[str, Any]:
    """Return the settings of a field: what the type has, with what a client said."""
    settings = {**TYPES.get(kind, ("", {}))[1]}
    if isinstance(given, Mapping):
        settings.update({str(key).upper(): value for key, value in given.items()})
    return settings


def declare(
    store: Store,
    entity: str,
    name: str,
    kind: str,
    *,
    multiple: bool,
    label: str = "",
    mandatory: bool = False,
) -> None:
    """Add a field that a data set describes; adding it twice changes nothing."""
    if store.one(f"SELECT 1 FROM {RECORD.table} WHERE ENTITY_ID=? AND FIELD_NAME=?", (entity, name)) is None:
        labels = json.dumps(dict.fromkeys(LANGUAGES, label or name), ensure_ascii=False)
        values = {item.name: item.default for item in RECORD.fields.values() if item.default is not None}
        store.insert(
            RECORD.table,
            {
                **values,
                "ENTITY_ID": entity,
                "FIELD_NAME": name,
                "USER_TYPE_ID": kind,
                "MULTIPLE": "Y" if multiple else "N",
                "MANDATORY": "Y" if mandatory else "N",
                "SETTINGS": json.dumps(full_settings(kind, None)),
                **dict.fromkeys(LABELS[:3], labels),
            },
        )


def declared(store: Store, entity: str) -> list[Field]:
    """Return the user fields of a kind of record, as fields of its records."""
    names = ("ID", "FIELD_NAME", "USER_TYPE_ID", "MULTIPLE", "MANDATORY", "SETTINGS", *LABELS[:3])
    rows = store.rows(
        f"SELECT {','.join(names)} FROM {RECORD.table} WHERE ENTITY_ID=? ORDER BY SORT, ID", (entity,)
    )
    return [_field(store, *row) for row in rows]


def _field(
    store: Store,
    number: int,
    name: str,
    kind: str,
    multiple: str,
    mandatory: str,
    settings: str,
    *labels: str,
) -> Field:
    shown = [_english(label) or name for label in labels]
    facts: dict[str, Any] = {"settings": json.loads(settings or "[]") or []}
    if kind == "enumeration":
        rows = store.rows(
            f"SELECT ID, VALUE FROM {ENUMS.table} WHERE FIELD_ID=? ORDER BY SORT, ID", (number,)
        )
        facts["items"] = [{"ID": str(row[0]), "VALUE": row[1]} for row in rows]
    facts["labels"] = dict(zip(("formLabel", "listLabel", "filterLabel"), shown, strict=True))
    return Field(
        name,
        kind,
        shown[0],
        required=mandatory == "Y",
        multiple=multiple == "Y",
        dynamic=True,
        facts=facts,
    )


def _english(label: str | None) -> str:
    known = json.loads(label or "{}")
    return str(known.get("en") or next(iter(known.values()), "")) if isinstance(known, dict) else ""
