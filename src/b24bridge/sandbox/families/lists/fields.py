"""Fields of a list: the name, which is always there, fields of the block, and properties."""

from __future__ import annotations

import json
from typing import Any

from b24bridge.sandbox.methods import Context, Params
from b24bridge.sandbox.phpinput import php_int

from .errors import parameter_missing, refused
from .scope import fields_of, found_list, upper_keys

__all__ = ["add", "delete", "get", "properties", "types", "update"]

_BLOCK_FIELDS = {
    "SORT": "Sorting",
    "ACTIVE_FROM": "Start of activity",
    "ACTIVE_TO": "End of activity",
    "PREVIEW_PICTURE": "Preview image",
    "PREVIEW_TEXT": "Preview text",
    "DETAIL_PICTURE": "Detail image",
    "DETAIL_TEXT": "Detail text",
    "CREATED_BY": "Created by",
    "TIMESTAMP_X": "Modification date",
    "MODIFIED_BY": "Modified by",
}
_PROPERTIES = {
    "S": "String",
    "N": "Number",
    "L": "List",
    "F": "File",
    "G": "Binding to sections",
    "E": "Binding to elements",
    "S:Date": "Date",
    "S:DateTime": "Date/Time",
    "S:HTML": "HTML/text",
    "E:EList": "Binding to elements as a list",
    "N:Sequence": "Counter",
    "S:ECrm": "Binding to CRM elements",
    "S:Money": "Money",
    "S:DiskFile": "File (Disk)",
    "S:employee": "Binding to employee",
}
_SETTINGS = {
    "SHOW_ADD_FORM": "Y",
    "SHOW_EDIT_FORM": "Y",
    "ADD_READ_ONLY_FIELD": "N",
    "EDIT_READ_ONLY_FIELD": "N",
    "SHOW_FIELD_PREVIEW": "N",
}
_NAME = {
    "FIELD_ID": "NAME",
    "SORT": 10,
    "NAME": "Name",
    "IS_REQUIRED": "Y",
    "MULTIPLE": "N",
    "DEFAULT_VALUE": "",
    "TYPE": "NAME",
    "SETTINGS": _SETTINGS,
}


def types(context: Context, params: Params) -> Any:
    """``lists.field.type.get``: types by code; a field of the block that is there already is left out."""
    given = upper_keys(params)
    number = found_list(context, given)["ID"]
    used = {row["TYPE"] for row in _rows(context, number)}
    free = {code: title for code, title in _BLOCK_FIELDS.items() if code not in used}
    return {**free, **_PROPERTIES}


def add(context: Context, params: Params) -> Any:
    """``lists.field.add``: answers the id of the field, as text."""
    given = upper_keys(params)
    number, fields = found_list(context, given)["ID"], fields_of(given)
    for name in ("NAME", "TYPE"):
        if not fields.get(name):
            raise parameter_missing(name)
    kind = str(fields["TYPE"])
    if kind in _BLOCK_FIELDS:
        if any(row["TYPE"] == kind for row in _rows(context, number)):
            raise refused("ERROR_SAVE_FIELD", "Property already exists")
    elif kind not in _PROPERTIES:
        raise refused("ERROR_SAVE_FIELD", "Error saving the field")
    elif not fields.get("CODE"):
        raise refused("ERROR_SAVE_FIELD", "Please fill the code fields")
    code = fields.get("CODE")
    if code and any(row["CODE"] == str(code) for row in _rows(context, number)):
        raise refused("ERROR_SAVE_FIELD", "Property already exists")
    row = {"IBLOCK_ID": number, "TYPE": kind, "CODE": str(code) if code else None, **_values(fields, {})}
    created = context.store.insert("lists_fields", row)
    field_id = kind if kind in _BLOCK_FIELDS else f"PROPERTY_{created}"
    context.store.update("lists_fields", created, {"FIELD_ID": field_id})
    _write_options(context, created, fields)
    return field_id


def get(context: Context, params: Params) -> Any:
    """``lists.field.get``: with ``FIELD_ID`` one field by its type, otherwise all by their ids."""
    given = upper_keys(params)
    number = found_list(context, given)["ID"]
    wanted = given.get("FIELD_ID")
    shown = {"NAME": dict(_NAME), **{row["FIELD_ID"]: _shown(context, row) for row in _rows(context, number)}}
    if not wanted:
        return shown
    field = shown.get(str(wanted))
    return {field["TYPE"]: field} if field else []


def update(context: Context, params: Params) -> Any:
    """``lists.field.update``."""
    given = upper_keys(params)
    row = _found(context, given)
    fields = fields_of(given)
    context.store.update("lists_fields", row["ID"], _values(fields, row))
    _write_options(context, row["ID"], fields)
    return True


def delete(context: Context, params: Params) -> Any:
    """``lists.field.delete``."""
    row = _found(context, upper_keys(params))
    context.store.delete("lists_fields", row["ID"])
    return True


def properties(context: Context, number: int) -> dict[str, dict[str, Any]]:
    """Return the properties of a list by the names that elements use: the id, and the code."""
    found: dict[str, dict[str, Any]] = {}
    for row in _rows(context, number):
        if row["FIELD_ID"].startswith("PROPERTY_"):
            found[row["FIELD_ID"]] = row
            if row["CODE"]:
                found[f"PROPERTY_{row['CODE']}".upper()] = row
    return found


def _found(context: Context, given: Params) -> dict[str, Any]:
    number = found_list(context, given)["ID"]
    wanted = given.get("FIELD_ID")
    if not wanted:
        raise parameter_missing("FIELD_ID")
    for row in _rows(context, number):
        if row["FIELD_ID"] == str(wanted):
            return row
    raise refused("ERROR_SAVE_FIELD", "Error saving the field")


def _rows(context: Context, number: int) -> list[dict[str, Any]]:
    return context.store.maps("SELECT * FROM lists_fields WHERE IBLOCK_ID=? ORDER BY SORT, ID", (number,))


def _values(fields: Params, before: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, default in (
        ("NAME", ""),
        ("IS_REQUIRED", "N"),
        ("MULTIPLE", "N"),
        ("ROW_COUNT", "1"),
        ("COL_COUNT", "30"),
    ):
        if name in fields or not before:
            found[name] = str(fields.get(name, default))
    if "SORT" in fields or not before:
        found["SORT"] = php_int(fields.get("SORT", 10))
    if "DEFAULT_VALUE" in fields:
        found["DEFAULT_VALUE"] = json.dumps(fields["DEFAULT_VALUE"])
    if "LINK_IBLOCK_ID" in fields:
        found["LINK_IBLOCK_ID"] = php_int(fields["LINK_IBLOCK_ID"]) or None
    for name in ("SETTINGS", "USER_TYPE_SETTINGS"):
        if isinstance(fields.get(name), dict):
            found[name] = json.dumps(fields[name])
    return found


def _write_options(context: Context, field: int, fields: Params) -> None:
    """Options of a list field come one by one in ``LIST``, or one a line in ``LIST_TEXT_VALUES``."""
    options = fields.get("LIST")
    rows = (
        list(options.values()) if isinstance(options, dict) else options if isinstance(options, list) else []
    )
    texts = [str(row.get("VALUE", "")) for row in rows if isinstance(row, dict)]
    lines = fields.get("LIST_TEXT_VALUES")
    texts += str(lines).splitlines() if isinstance(lines, str) else []
    for text in filter(None, map(str.strip, texts)):
        context.store.insert("lists_options", {"FIELD_ID": field, "VALUE": text})


def _shown(context: Context, row: dict[str, Any]) -> dict[str, Any]:
    base, _, user_type = row["TYPE"].partition(":")
    shown: dict[str, Any] = {
        "FIELD_ID": row["FIELD_ID"],
        "SORT": row["SORT"],
        "NAME": row["NAME"],
        "IS_REQUIRED": row["IS_REQUIRED"],
        "MULTIPLE": row["MULTIPLE"],
        "DEFAULT_VALUE": json.loads(row["DEFAULT_VALUE"]) if row["DEFAULT_VALUE"] else "",
        "TYPE": row["TYPE"],
    }
    settings = {**_SETTINGS, **json.loads(row["SETTINGS"] or "{}")}
    if row["FIELD_ID"] in _BLOCK_FIELDS:
        return {**shown, "SETTINGS": settings}
    shown |= {
        "PROPERTY_TYPE": base,
        "PROPERTY_USER_TYPE": {"USER_TYPE": user_type} if user_type else False,
        "CODE": row["CODE"],
        "ID": str(row["ID"]),
        "LINK_IBLOCK_ID": None if row["LINK_IBLOCK_ID"] is None else str(row["LINK_IBLOCK_ID"]),
        "ROW_COUNT": row["ROW_COUNT"],
        "COL_COUNT": row["COL_COUNT"],
        "USER_TYPE_SETTINGS": json.loads(row["USER_TYPE_SETTINGS"]) if row["USER_TYPE_SETTINGS"] else None,
        "SETTINGS": settings,
    }
    if base == "L":
        sql = "SELECT ID, VALUE FROM lists_options WHERE FIELD_ID=? ORDER BY ID"
        options = context.store.rows(sql, (row["ID"],))
        shown["DISPLAY_VALUES_FORM"] = {str(number): text for number, text in options} or []
    return shown
