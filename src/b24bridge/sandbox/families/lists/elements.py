"""Elements of a list: values of properties are kept one by one, each with an id of its own."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from b24bridge.sandbox.files import Files, file_pair
from b24bridge.sandbox.filters import Where, both
from b24bridge.sandbox.listing import Answer, order_by, page_plain
from b24bridge.sandbox.methods import Context, Params
from b24bridge.sandbox.phpinput import php_int
from b24bridge.sandbox.plain import Table

from .errors import parameter_missing, refused
from .fields import properties
from .scope import condition, fields_of, found_list, site_date, sorting, upper_keys

__all__ = ["add", "delete", "file_url", "get", "update"]

_PAGE = 50
_DEFAULT = ("ID", "IBLOCK_ID", "NAME", "IBLOCK_SECTION_ID", "CREATED_BY", "BP_PUBLISHED", "CODE")


def add(context: Context, params: Params) -> Any:
    """``lists.element.add``."""
    given = upper_keys(params)
    block = found_list(context, given)["ID"]
    code = given.get("ELEMENT_CODE")
    if not code:
        raise parameter_missing("ELEMENT_CODE")
    fields = fields_of(given)
    table = _table(context)
    values = table.read(fields)
    if not values.get("NAME"):
        raise refused("ERROR_ADD_ELEMENT", "The name is not filled in.<br>")
    known = "SELECT 1 FROM lists_elements WHERE IBLOCK_ID=? AND CODE=?"
    if context.store.one(known, (block, str(code))) is not None:
        raise refused("ERROR_ELEMENT_ALREADY_EXISTS", "Element already exists")
    now, user = context.moment.text, context.caller.user_id
    values |= {"IBLOCK_ID": block, "CODE": str(code), "DATE_CREATE": now, "TIMESTAMP_X": now}
    values |= {"CREATED_BY": user, "MODIFIED_BY": user}
    values["IBLOCK_SECTION_ID"] = php_int(given.get("IBLOCK_SECTION_ID")) or None
    number = table.add(values)
    _write(context, block, number, fields)
    return number


def get(context: Context, params: Params) -> Any:
    """``lists.element.get``: one element, or a page of them."""
    given = upper_keys(params)
    block = found_list(context, given)["ID"]
    record = context.portal.records["lists_elements"]
    wanted, others = condition(context, record, given.get("FILTER"))
    parts = [Where("IBLOCK_ID=?", (block,)), wanted, *_by_value(context, block, others)]
    if given.get("ELEMENT_ID"):
        parts.append(Where("ID=?", (php_int(given["ELEMENT_ID"]),)))
    elif given.get("ELEMENT_CODE"):
        parts.append(Where("CODE=?", (str(given["ELEMENT_CODE"]),)))
    where = both(parts)
    page = page_plain(context.store, record, where, context.start, 0)
    order = order_by(sorting(record, given.get("ELEMENT_ORDER")))
    sql = f"SELECT * FROM lists_elements{where.clause}{order} LIMIT ? OFFSET ?"  # noqa: S608
    rows = context.store.maps(sql, (*where.arguments, _PAGE, page.offset))
    select = given.get("SELECT")
    names = [str(name).upper() for name in (select.values() if isinstance(select, dict) else select or ())]
    return Answer([_shown(context, row, names) for row in rows], page.total, page.next)


def update(context: Context, params: Params) -> Any:
    """``lists.element.update``: every field has to come, other values are lost; files stay."""
    given = upper_keys(params)
    block, number = _found(context, given)
    fields = fields_of(given)
    table = _table(context)
    stamps = {"TIMESTAMP_X": context.moment.text, "MODIFIED_BY": context.caller.user_id}
    table.change(number, {**table.read(fields), **stamps})
    for field in {row["ID"]: row for row in properties(context, block).values()}.values():
        if field["TYPE"] != "F":
            _replace(context, number, field, None)
    _write(context, block, number, fields)
    return True


def delete(context: Context, params: Params) -> Any:
    """``lists.element.delete``."""
    _, number = _found(context, upper_keys(params))
    context.store.run("DELETE FROM lists_values WHERE ELEMENT_ID=?", (number,))
    return _table(context).remove(number)


def file_url(context: Context, params: Params) -> Any:
    """``lists.element.get.file.url``: addresses of the files in a field."""
    given = upper_keys(params)
    block, number = _found(context, given)
    field = php_int(str(given.get("FIELD_ID") or "").removeprefix("PROPERTY_"))
    if field <= 0:
        raise parameter_missing("FIELD_ID")
    sql = "SELECT VALUE FROM lists_values WHERE ELEMENT_ID=? AND FIELD_ID=? ORDER BY ID"
    return [
        f"/company/lists/{block}/file/0/{number}/PROPERTY_{field}/{value}/?ncc=y&download=y"
        for (value,) in context.store.rows(sql, (number, field))
    ]


def _table(context: Context) -> Table:
    return Table(context, context.portal.records["lists_elements"])


def _found(context: Context, given: Params) -> tuple[int, int]:
    block = found_list(context, given)["ID"]
    number, code = php_int(given.get("ELEMENT_ID")), given.get("ELEMENT_CODE")
    if number <= 0 and not code:
        raise parameter_missing("ELEMENT_ID")
    sql = "SELECT ID FROM lists_elements WHERE IBLOCK_ID=? AND (ID=? OR (?<=0 AND CODE=?))"
    row = context.store.one(sql, (block, number, number, str(code or "")))
    if row is None:
        raise refused("ERROR_ELEMENT_NOT_FOUND", "Element not found")
    return block, int(row[0])


def _write(context: Context, block: int, number: int, fields: Params) -> None:
    known = properties(context, block)
    for name, value in fields.items():
        removed = known.get(name.removesuffix("_DEL")) if name.endswith("_DEL") else None
        if removed is not None and isinstance(value, Mapping):
            for key, sign in value.items():
                if str(sign).upper() == "Y":
                    context.store.delete("lists_values", php_int(key))
        elif name in known:
            _replace(context, number, known[name], value)


def _replace(context: Context, number: int, field: dict[str, Any], value: Any) -> None:
    is_file = field["TYPE"] == "F"
    if not is_file:
        # Files stay until they are removed by their own ids.
        sql = "DELETE FROM lists_values WHERE ELEMENT_ID=? AND FIELD_ID=?"
        context.store.run(sql, (number, field["ID"]))
    for item in _items(value, is_file=is_file):
        text = _stored(context, item, is_file=is_file)
        if text not in (None, ""):
            row = {"ELEMENT_ID": number, "FIELD_ID": field["ID"], "VALUE": text}
            context.store.insert("lists_values", row)


def _items(value: Any, *, is_file: bool) -> Iterable[Any]:
    """Return single values; a pair of name and content is one file."""
    if is_file and file_pair(value) is not None:
        return [value]
    if isinstance(value, Mapping):
        return list(value.values())
    return value if isinstance(value, list) else [value]


def _stored(context: Context, item: Any, *, is_file: bool) -> str | None:
    if isinstance(item, Mapping) and "VALUE" in item:
        item = item["VALUE"]
    if is_file:
        file = file_pair(item)
        if file is None:
            if isinstance(item, (int, str)) and str(item).isdigit():
                raise refused("ERROR_ELEMENT_FIELD_VALUE", "Writing file values by ID is not supported")
            return None
        return str(Files(context.store).keep(file))
    if isinstance(item, (Mapping, list)):
        return json.dumps(item, ensure_ascii=False)
    return None if item is None else str(item)


def _by_value(context: Context, block: int, others: Mapping[str, tuple[str, Any]]) -> Iterable[Where]:
    known = properties(context, block)
    tests = {"=": "VALUE=?", "!=": "VALUE=?", "%": "fold(VALUE) LIKE '%'||fold(?)||'%'"}
    for name, (operator, value) in others.items():
        if name not in known:
            continue
        test = tests.get(operator, f"CAST(VALUE AS REAL){operator}CAST(? AS REAL)")
        wanted = (
            list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else [value]
        )
        options = " OR ".join(test for _ in wanted) or "0"
        found = f"ID IN (SELECT ELEMENT_ID FROM lists_values WHERE FIELD_ID=? AND ({options}))"  # noqa: S608
        arguments = (known[name]["ID"], *(str(item) for item in wanted))
        yield Where(f"NOT {found}" if operator == "!=" else found, arguments)


def _shown(context: Context, row: dict[str, Any], names: list[str]) -> dict[str, Any]:
    section = row["IBLOCK_SECTION_ID"]
    shown: dict[str, Any] = {
        "ID": str(row["ID"]),
        "IBLOCK_ID": str(row["IBLOCK_ID"]),
        "NAME": row["NAME"],
        "IBLOCK_SECTION_ID": None if section is None else str(section),
        "CREATED_BY": str(row["CREATED_BY"]),
        "BP_PUBLISHED": "Y",
        "CODE": row["CODE"],
        "SORT": str(row["SORT"]),
        "DATE_CREATE": site_date(row["DATE_CREATE"]),
        "TIMESTAMP_X": site_date(row["TIMESTAMP_X"]),
        "MODIFIED_BY": str(row["MODIFIED_BY"]),
        "PREVIEW_TEXT": row["PREVIEW_TEXT"],
        "DETAIL_TEXT": row["DETAIL_TEXT"],
        "ACTIVE_FROM": row["ACTIVE_FROM"],
        "ACTIVE_TO": row["ACTIVE_TO"],
    }
    every = not names or "*" in names
    wanted = {*_DEFAULT} if every else {"ID", "CREATED_BY", *names}
    shown = {name: value for name, value in shown.items() if name in wanted}
    for field_id, values in _values(context, row["ID"]).items():
        if every or field_id in names or "PROPERTY_*" in names:
            shown[field_id] = values
    return shown


def _values(context: Context, number: int) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    sql = "SELECT ID, FIELD_ID, VALUE FROM lists_values WHERE ELEMENT_ID=? ORDER BY ID"
    for value_id, field, value in context.store.rows(sql, (number,)):
        found.setdefault(f"PROPERTY_{field}", {})[str(value_id)] = value
    return found
