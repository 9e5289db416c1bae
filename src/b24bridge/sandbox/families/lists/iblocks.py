"""Lists themselves."""

from __future__ import annotations

import json
from typing import Any

from b24bridge.sandbox.filters import Where, both
from b24bridge.sandbox.listing import Answer, order_by, page_plain
from b24bridge.sandbox.methods import Context, Params
from b24bridge.sandbox.phpinput import php_int
from b24bridge.sandbox.plain import Table

from .errors import list_not_found, parameter_missing, refused
from .scope import fields_of, found_list, sorting, upper_keys

__all__ = ["add", "delete", "get", "type_id", "update"]

_PAGE = 50
_TYPES = ("lists", "bitrix_processes", "lists_socnet")
_MESSAGES = {
    "SECTIONS_NAME": "Sections",
    "SECTION_NAME": "Section",
    "ELEMENTS_NAME": "Elements",
    "ELEMENT_NAME": "Element",
}
# What a portal keeps about every information block, and lists never change.
_CONSTANTS: dict[str, Any] = {
    "LID": "s1",
    "ACTIVE": "Y",
    "LIST_PAGE_URL": None,
    "DETAIL_PAGE_URL": None,
    "SECTION_PAGE_URL": None,
    "CANONICAL_PAGE_URL": None,
    "PICTURE": None,
    "DESCRIPTION_TYPE": "text",
    "XML_ID": None,
    "TMP_ID": None,
    "INDEX_ELEMENT": "Y",
    "INDEX_SECTION": "N",
    "WORKFLOW": "N",
    "SECTION_CHOOSER": "L",
    "LIST_MODE": None,
    "RIGHTS_MODE": "S",
    "SECTION_PROPERTY": None,
    "PROPERTY_INDEX": None,
    "VERSION": "2",
    "LAST_CONV_ELEMENT": "0",
    "EDIT_FILE_BEFORE": None,
    "EDIT_FILE_AFTER": None,
    "EXTERNAL_ID": None,
    "LANG_DIR": "/",
    "SERVER_NAME": "",
}


def add(context: Context, params: Params) -> Any:
    """``lists.add``."""
    given = upper_keys(params)
    for name in ("IBLOCK_TYPE_ID", "IBLOCK_CODE", "FIELDS"):
        if not given.get(name):
            raise parameter_missing(name)
    if given["IBLOCK_TYPE_ID"] not in _TYPES:
        raise list_not_found()
    table = _table(context)
    values = table.read(fields_of(given))
    if not values.get("NAME"):
        raise parameter_missing("NAME")
    code = str(given["IBLOCK_CODE"])
    known = "SELECT 1 FROM lists_iblocks WHERE IBLOCK_TYPE_ID=? AND CODE=?"
    if context.store.one(known, (given["IBLOCK_TYPE_ID"], code)) is not None:
        raise refused("ERROR_IBLOCK_ALREADY_EXISTS", "Iblock already exists")
    values |= {"IBLOCK_TYPE_ID": given["IBLOCK_TYPE_ID"], "CODE": code, "TIMESTAMP_X": context.moment.text}
    values["SOCNET_GROUP_ID"] = php_int(given.get("SOCNET_GROUP_ID")) or None
    values["MESSAGES"] = json.dumps(given.get("MESSAGES") or {})
    return table.add(values)


def get(context: Context, params: Params) -> Any:
    """``lists.get``: one list, or a page of them."""
    given = upper_keys(params)
    if not given.get("IBLOCK_TYPE_ID"):
        raise parameter_missing("IBLOCK_TYPE_ID")
    parts = [Where("IBLOCK_TYPE_ID=?", (str(given["IBLOCK_TYPE_ID"]),))]
    for name, column in (
        ("IBLOCK_ID", "ID"),
        ("IBLOCK_CODE", "CODE"),
        ("SOCNET_GROUP_ID", "SOCNET_GROUP_ID"),
    ):
        if given.get(name):
            parts.append(Where(f"{column}=?", (given[name],)))
    where = both(parts)
    record = context.portal.records["lists_iblocks"]
    page = page_plain(context.store, record, where, context.start, 0)
    order = order_by(sorting(record, given.get("IBLOCK_ORDER")))
    sql = f"SELECT * FROM lists_iblocks{where.clause}{order} LIMIT ? OFFSET ?"  # noqa: S608
    rows = context.store.maps(sql, (*where.arguments, _PAGE, page.offset))
    return Answer([_shown(row) for row in rows], page.total, page.next)


def update(context: Context, params: Params) -> Any:
    """``lists.update``."""
    given = upper_keys(params)
    row = found_list(context, given)
    table = _table(context)
    values = table.read(fields_of(given))
    values["TIMESTAMP_X"] = context.moment.text
    if isinstance(given.get("MESSAGES"), dict):
        values["MESSAGES"] = json.dumps({**json.loads(row["MESSAGES"] or "{}"), **given["MESSAGES"]})
    table.change(row["ID"], values)
    return True


def delete(context: Context, params: Params) -> Any:
    """``lists.delete``: everything in the list goes, too."""
    row = found_list(context, upper_keys(params))
    _table(context).remove(row["ID"])
    for table in ("lists_fields", "lists_sections", "lists_elements"):
        context.store.run(f"DELETE FROM {table} WHERE IBLOCK_ID=?", (row["ID"],))  # noqa: S608
    return True


def type_id(context: Context, params: Params) -> Any:
    """``lists.get.iblock.type.id``: the type of a list, or null."""
    given = upper_keys(params)
    sql = "SELECT IBLOCK_TYPE_ID FROM lists_iblocks WHERE ID=? OR (CODE<>'' AND CODE=?)"
    row = context.store.one(sql, (php_int(given.get("IBLOCK_ID")), str(given.get("IBLOCK_CODE") or "")))
    return row[0] if row else None


def _table(context: Context) -> Table:
    return Table(context, context.portal.records["lists_iblocks"])


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    messages = {**_MESSAGES, **json.loads(row["MESSAGES"] or "{}")}
    group = row["SOCNET_GROUP_ID"]
    return {
        "ID": str(row["ID"]),
        "TIMESTAMP_X": row["TIMESTAMP_X"],
        "IBLOCK_TYPE_ID": row["IBLOCK_TYPE_ID"],
        "CODE": row["CODE"],
        "NAME": row["NAME"],
        "SORT": str(row["SORT"]),
        "DESCRIPTION": row["DESCRIPTION"] or "",
        "BIZPROC": row["BIZPROC"],
        "SOCNET_GROUP_ID": None if group is None else str(group),
        **_CONSTANTS,
        **{name: str(messages[name]) for name in _MESSAGES},
    }
