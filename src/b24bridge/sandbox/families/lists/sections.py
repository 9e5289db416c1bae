"""Sections of a list."""

from __future__ import annotations

from typing import Any

from b24bridge.sandbox.filters import Where, both
from b24bridge.sandbox.listing import Answer, order_by, page_plain
from b24bridge.sandbox.methods import Context, Params
from b24bridge.sandbox.phpinput import php_int
from b24bridge.sandbox.plain import Table

from .errors import parameter_missing, refused
from .scope import condition, fields_of, found_list, site_date, sorting, upper_keys

__all__ = ["add", "delete", "get", "update"]

_PAGE = 50


def add(context: Context, params: Params) -> Any:
    """``lists.section.add``."""
    given = upper_keys(params)
    number = found_list(context, given)["ID"]
    table = _table(context)
    fields = fields_of(given)
    values = table.read(fields)
    if not values.get("NAME"):
        raise parameter_missing("NAME")
    now, user = context.moment.text, context.caller.user_id
    external = fields.get("EXTERNAL_ID", fields.get("XML_ID"))
    values |= {
        "IBLOCK_ID": number,
        "IBLOCK_SECTION_ID": php_int(given.get("IBLOCK_SECTION_ID")) or None,
        "CODE": str(given.get("SECTION_CODE") or "") or None,
        "XML_ID": None if external is None else str(external),
        "DATE_CREATE": now,
        "TIMESTAMP_X": now,
        "CREATED_BY": user,
        "MODIFIED_BY": user,
    }
    return table.add(values)


def get(context: Context, params: Params) -> Any:
    """``lists.section.get``."""
    given = upper_keys(params)
    number = found_list(context, given)["ID"]
    record = context.portal.records["lists_sections"]
    wanted, _ = condition(context, record, given.get("FILTER"))
    where = both([Where("IBLOCK_ID=?", (number,)), wanted])
    page = page_plain(context.store, record, where, context.start, 0)
    order = order_by(sorting(record, given.get("SECTION_ORDER", given.get("ORDER"))))
    sql = f"SELECT * FROM lists_sections{where.clause}{order} LIMIT ? OFFSET ?"  # noqa: S608
    rows = context.store.maps(sql, (*where.arguments, _PAGE, page.offset))
    select = given.get("SELECT")
    names = {str(name).upper() for name in (select.values() if isinstance(select, dict) else select or ())}
    shown = [
        {
            name: value
            for name, value in _shown(row).items()
            if not names or "*" in names or name in names | {"ID"}
        }
        for row in rows
    ]
    return Answer(shown, page.total, page.next)


def update(context: Context, params: Params) -> Any:
    """``lists.section.update``."""
    given = upper_keys(params)
    number = _found(context, given)
    table = _table(context)
    fields = fields_of(given)
    values = table.read(fields)
    if "EXTERNAL_ID" in fields:
        values["XML_ID"] = str(fields["EXTERNAL_ID"])
    stamps = {"TIMESTAMP_X": context.moment.text, "MODIFIED_BY": context.caller.user_id}
    table.change(number, {**values, **stamps})
    return True


def delete(context: Context, params: Params) -> Any:
    """``lists.section.delete``: elements of the section stay in the list."""
    number = _found(context, upper_keys(params))
    context.store.run("UPDATE lists_elements SET IBLOCK_SECTION_ID=NULL WHERE IBLOCK_SECTION_ID=?", (number,))
    return _table(context).remove(number)


def _table(context: Context) -> Table:
    return Table(context, context.portal.records["lists_sections"])


def _found(context: Context, given: Params) -> int:
    block = found_list(context, given)["ID"]
    number, code = php_int(given.get("SECTION_ID")), given.get("SECTION_CODE")
    if number <= 0 and not code:
        raise parameter_missing("SECTION_ID")
    sql = "SELECT ID FROM lists_sections WHERE IBLOCK_ID=? AND (ID=? OR (?<=0 AND CODE=?))"
    row = context.store.one(sql, (block, number, number, str(code or "")))
    if row is None:
        raise refused("ERROR_SECTION_NOT_FOUND", "Section not found")
    return int(row[0])


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    parent = row["IBLOCK_SECTION_ID"]
    return {
        "ID": str(row["ID"]),
        "CODE": row["CODE"],
        "XML_ID": row["XML_ID"],
        "EXTERNAL_ID": row["XML_ID"],
        "IBLOCK_SECTION_ID": None if parent is None else str(parent),
        "TIMESTAMP_X": site_date(row["TIMESTAMP_X"]),
        "SORT": str(row["SORT"]),
        "NAME": row["NAME"],
        "ACTIVE": row["ACTIVE"],
        "GLOBAL_ACTIVE": row["ACTIVE"],
        "LEFT_MARGIN": str(row["ID"] * 2 - 1),
        "RIGHT_MARGIN": str(row["ID"] * 2),
        "DEPTH_LEVEL": "1" if parent is None else "2",
        "SEARCHABLE_CONTENT": f"{row['NAME'].upper()}\r\n",
        "MODIFIED_BY": str(row["MODIFIED_BY"]),
        "DATE_CREATE": site_date(row["DATE_CREATE"]),
        "CREATED_BY": str(row["CREATED_BY"]),
    }
