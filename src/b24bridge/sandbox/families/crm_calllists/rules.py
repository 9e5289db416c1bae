"""Lists of contacts or companies, and what came of calling each."""

from __future__ import annotations

import re
from typing import Any

from b24bridge.sandbox.classicquery import ClassicQuery
from b24bridge.sandbox.dialects import CLASSIC
from b24bridge.sandbox.methods import Context, Params, in_capitals, pick
from b24bridge.sandbox.phpinput import php_int
from b24bridge.sandbox.plain import Table
from b24bridge.sandbox.records import Record, parse_fields
from b24bridge.sandbox.refusals import Refusal

__all__ = ["ITEMS", "LISTS", "add", "get", "items", "listed", "statuses", "update"]

LISTS = Record(
    "crm_calllists",
    parse_fields("""
        ID integer o
        CREATED_BY_ID integer o
        DATE_CREATE datetime o
        ENTITY_TYPE_ID integer .
        WEBFORM_ID integer .
    """),
)
ITEMS = Record(
    "crm_calllist_items",
    parse_fields("ID integer o\nLIST_ID integer .\nELEMENT_ID integer .\nSTATUS string:IN_WORK ."),
    ("LIST_ID",),
)
_TYPES = {"CONTACT": 3, "COMPANY": 4}
_STATUSES = (
    (61, "In Progress", "IN_WORK"),
    (63, "Successful", "SUCCESS"),
    (65, "Wrong Number", "WRONG_NUMBER"),
    (67, "Do Not Call Again", "STOP_CALLING"),
)
_PREFIX = re.compile(r"[^A-Za-z_]*")


def statuses(_: Context, __: Params) -> Any:
    """``crm.calllist.statuslist``."""
    return [
        {"ID": number, "NAME": name, "SORT": 10 * place, "STATUS_ID": code}
        for place, (number, name, code) in enumerate(_STATUSES, 1)
    ]


def _argument(params: Params, *names: str) -> None:
    missing = [f"{name} is not found" for name in names if not pick(params, name)]
    if missing:
        raise Refusal("ERROR_ARGUMENT", ", ".join(missing), argument="")


def _elements(context: Context, params: Params) -> tuple[int, list[int]]:
    kind = str(pick(params, "ENTITY_TYPE")).upper()
    if kind not in _TYPES:
        raise Refusal("ENTITY_TYPE_ERROR", "Incorrect entity type")
    given = pick(params, "ENTITIES")
    if not isinstance(given, list):
        raise Refusal("ENTITIES_ERROR", "Entities is not array")
    numbers = [php_int(item) for item in given]
    entity = context.portal.entities.get(_TYPES[kind])
    assert entity is not None
    if any(Table(context, entity.record).by_id(number) is None for number in numbers):
        raise Refusal("ENTITY_ERROR", "Incorrect entities id")
    return _TYPES[kind], numbers


def add(context: Context, params: Params) -> Any:
    """``crm.calllist.add``: answers the new id."""
    _argument(params, "ENTITY_TYPE", "ENTITIES")
    type_id, numbers = _elements(context, params)
    number = Table(context, LISTS).add(
        {
            "CREATED_BY_ID": context.caller.user_id,
            "DATE_CREATE": context.moment.text,
            "ENTITY_TYPE_ID": type_id,
            "WEBFORM_ID": php_int(pick(params, "WEBFORM_ID")) or None,
        }
    )
    _write(context, number, numbers)
    return number


def _write(context: Context, number: int, elements: list[int]) -> None:
    """Make a list consist of these; who stays keeps his status."""
    known = context.store.rows("SELECT ID, ELEMENT_ID FROM crm_calllist_items WHERE LIST_ID=?", (number,))
    for item, element in known:
        if element not in elements:
            context.store.delete(ITEMS.table, item)
    for element in elements:
        if element not in {row[1] for row in known}:
            Table(context, ITEMS).add({"LIST_ID": number, "ELEMENT_ID": element})


def _wanted(context: Context, value: Any) -> Any:
    found = Table(context, LISTS, CLASSIC).by_id(php_int(value))
    if found is None:
        raise Refusal("LIST_ID_ERROR", "Incorrect list id")
    return found


def get(context: Context, params: Params) -> Any:
    """``crm.calllist.get``."""
    _argument(params, "ID")
    row = _wanted(context, pick(params, "ID"))
    names = {str(number): name for name, number in _TYPES.items()}
    elements = context.store.rows(
        "SELECT ELEMENT_ID FROM crm_calllist_items WHERE LIST_ID=? ORDER BY ID", (int(row["ID"]),)
    )
    return {
        "ID": row["ID"],
        "ENTITY_TYPE": names[row["ENTITY_TYPE_ID"]],
        "WEBFORM_ID": row["WEBFORM_ID"],
        "ENTITIES": [str(element) for (element,) in elements],
    }


def update(context: Context, params: Params) -> Any:
    """``crm.calllist.update``."""
    _argument(params, "LIST_ID", "ENTITY_TYPE", "ENTITIES")
    row = Table(context, LISTS, CLASSIC).by_id(php_int(pick(params, "LIST_ID")))
    if row is None:
        raise Refusal("LIST_ID_ERROR", "Incorrect list id or access denied")
    type_id, numbers = _elements(context, params)
    if type_id != int(row["ENTITY_TYPE_ID"]):
        text = "Discrepancy between the type of call participants and incoming type"
        raise Refusal("ENTITY_TYPE_ERROR", text)
    if pick(params, "WEBFORM_ID"):
        values = {"WEBFORM_ID": php_int(pick(params, "WEBFORM_ID"))}
        Table(context, LISTS).change(int(row["ID"]), values)
    _write(context, int(row["ID"]), numbers)
    return True


def listed(context: Context, params: Params) -> Any:
    """``crm.calllist.list``: all that fit; an unknown field is refused."""
    query = ClassicQuery(LISTS, context.moment)
    select = pick(params, "SELECT")
    conditions, order = (in_capitals(pick(params, name)) for name in ("FILTER", "ORDER"))
    for name in (*query.selected_names(select), *conditions, *order):
        plain = _PREFIX.sub("", str(name)).upper()
        if plain and plain not in LISTS.fields:
            entity = r"\Bitrix\Crm\CallList\Internals\CallList Entity"
            raise Refusal("100", f"Unknown field definition `{plain}` ({plain}) for {entity}.")
    return Table(context, LISTS, CLASSIC).many(
        query.where(conditions), query.order(order), fields=query.select(select)
    )


def items(context: Context, params: Params) -> Any:
    """``crm.calllist.items.get``: numbers are numbers here."""
    _argument(params, "LIST_ID")
    number = php_int(pick(params, "LIST_ID"))
    if number <= 0:
        raise Refusal("LIST_ID_ERROR", "List id should be positive")
    row = Table(context, LISTS, CLASSIC).by_id(number)
    if row is None:
        raise Refusal("LIST_ID_ERROR", "Call list is not found")
    given = pick(params, "FILTER")
    wanted = pick(given, "STATUS") if isinstance(given, dict) else None
    if wanted and wanted not in {code for *_, code in _STATUSES}:
        raise Refusal("STATUS_ERROR", "Incorrect status")
    rows = context.store.rows(
        "SELECT ELEMENT_ID, STATUS FROM crm_calllist_items WHERE LIST_ID=? AND (? IS NULL OR STATUS=?) "
        "ORDER BY ID",
        (number, wanted or None, wanted or None),
    )
    type_id = int(row["ENTITY_TYPE_ID"])
    return [{"ID": element, "STATUS": status, "ENTITY_TYPE": type_id} for element, status in rows]
