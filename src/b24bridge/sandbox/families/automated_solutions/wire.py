"""``crm.automatedsolution.*`` (page "Create Digital Workplace")."""

from __future__ import annotations

import json
from typing import Any

from b24bridge.sandbox.dialects import CONTROLLER
from b24bridge.sandbox.itemquery import ItemQuery
from b24bridge.sandbox.listing import PAGE, Answer, page_controller
from b24bridge.sandbox.methods import Context, Family, Method, Params, bound_array, bound_int
from b24bridge.sandbox.names import camel
from b24bridge.sandbox.phpinput import php_int
from b24bridge.sandbox.plain import Table, prepare
from b24bridge.sandbox.records import Record, parse_fields
from b24bridge.sandbox.refusals import Refusal

__all__ = ["FAMILY"]

_SOLUTIONS = Record(
    "crm_automated_solutions",
    parse_fields("""
        ID integer o ID
        TITLE string r Title
        TYPE_IDS integer* . Smart processes
    """),
)


def _table(context: Context) -> Table:
    if not context.caller.is_admin:
        raise Refusal("ACCESS_DENIED", "Access denied")
    return Table(context, _SOLUTIONS, CONTROLLER)


def _wanted(context: Context, params: Params) -> Any:
    found = _table(context).by_id(bound_int(params, "id"))
    if found is None:
        raise Refusal("NOT_FOUND", "Digital workplace with such id not found")
    return found


def _write_types(context: Context, number: int, type_ids: list[int]) -> None:
    context.store.run("UPDATE crm_types SET CUSTOM_SECTION_ID=NULL WHERE CUSTOM_SECTION_ID=?", (number,))
    context.store.run(
        "UPDATE crm_types SET CUSTOM_SECTION_ID=? WHERE ID IN (SELECT value FROM json_each(?))",
        (number, json.dumps(type_ids)),
    )
    context.portal.entities.forget()


def _save(context: Context, params: Params, number: int) -> Any:
    given = bound_array(params, "fields", required=True)
    given = given if isinstance(given, dict) else {}
    table = _table(context)
    values = table.read(given, camel_keys=True)
    if ("TITLE" in values or not number) and not values.get("TITLE"):
        raise Refusal("BX_EMPTY_REQUIRED", "The required field 'Title' is not filled")
    if number:
        table.change(number, values)
    else:
        number = table.add(values)
    if isinstance(given.get("typeIds"), list):
        _write_types(context, number, [php_int(item) for item in given["typeIds"]])
    return {"automatedSolution": table.by_id(number)}


def _add(context: Context, params: Params) -> Any:
    return _save(context, params, 0)


def _get(context: Context, params: Params) -> Any:
    return {"automatedSolution": _wanted(context, params)}


def _listed(context: Context, params: Params) -> Any:
    query = ItemQuery(_SOLUTIONS, context.moment)
    where = query.where(bound_array(params, "filter"))
    order = query.order(bound_array(params, "order"))
    page = page_controller(context.store, _SOLUTIONS, where, context.start)
    rows = _table(context).many(where, order, offset=page.offset, limit=PAGE)
    return Answer({"automatedSolutions": rows}, page.total, page.next)


def _update(context: Context, params: Params) -> Any:
    return _save(context, params, int(_wanted(context, params)["id"]))


def _delete(context: Context, params: Params) -> Any:
    found = _wanted(context, params)
    if found["typeIds"]:
        text = "Cannot delete the workplace that has SPAs. Move them to another workplace"
        raise Refusal("HAS_BOUND_TYPES", text)
    _table(context).remove(int(found["id"]))
    return None


def _fields(_: Context, __: Params) -> Any:
    return {
        camel(item.name): {
            "type": "crm_dynamic_type" if item.multiple else item.type,
            "isRequired": item.required,
            "isReadOnly": item.read_only,
            "isImmutable": item.immutable,
            "isMultiple": item.multiple,
            "isDynamic": item.dynamic,
            "title": item.name,
            "upperName": item.name,
        }
        for item in _SOLUTIONS.fields.values()
    }


_METHODS = {
    "add": _add,
    "delete": _delete,
    "fields": _fields,
    "get": _get,
    "list": _listed,
    "update": _update,
}

FAMILY = Family(
    "automated_solutions",
    [
        Method(f"crm.automatedsolution.{name}", handler, "crm", listed=False)
        for name, handler in _METHODS.items()
    ],
    prepare=lambda portal: prepare(portal, _SOLUTIONS),
)
