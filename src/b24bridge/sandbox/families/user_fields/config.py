"""``userfieldconfig.*``: the user fields of every kind of record, in camelCase and with their options."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from b24bridge.sandbox.filters import Where, both, term
from b24bridge.sandbox.listing import PAGE, Answer, order_by
from b24bridge.sandbox.methods import Context, Params, bound_array, bound_int
from b24bridge.sandbox.names import camel, upper
from b24bridge.sandbox.plain import Table
from b24bridge.sandbox.records import Field
from b24bridge.sandbox.refusals import Refusal, controller_missing
from b24bridge.sandbox.userfieldmethods import UserFields
from b24bridge.sandbox.userfields import ENUMS, LABELS, RECORD, TYPES

from .rules import OWNERS

__all__ = ["add", "delete", "get", "get_types", "listed", "update"]

Again = Callable[[Context], None]

_KEY = re.compile(r"([!=<>%@]{0,2})(\w+)", re.ASCII)
_OPERATORS = {
    "": "=",
    "=": "=",
    "!": "!=",
    "!=": "!=",
    ">": ">",
    ">=": ">=",
    "<": "<",
    "<=": "<=",
    "%": "%",
    "@": "@",
}
_NO_VIEW = "You do not have permission to view user field settings"
_NO_CHANGE = "You cannot change the settings of the user field"
_NO_DELETE = "You cannot delete the user field"


def add(again: Again, context: Context, params: Params) -> Any:
    """``userfieldconfig.add``."""
    _module(params)
    given = _given(params)
    entity = str(given.get("ENTITY_ID") or "")
    if not entity:
        raise Refusal("", "The 'ENTITY_ID' field is not found.")
    number = _owner(context, entity).add(context, {"fields": given})
    again(context)
    return {"field": _field(context, number)}


def get(context: Context, params: Params) -> Any:
    """``userfieldconfig.get``."""
    _module(params)
    number = bound_int(params, "id")
    _row(context, number, _NO_VIEW)
    return {"field": _field(context, number)}


def listed(context: Context, params: Params) -> Any:
    """``userfieldconfig.list``: labels come in the language that ``select`` names."""
    module = _module(params)
    where = _where(context, bound_array(params, "filter"))
    if module == "crm":
        where = both([where, Where("ENTITY_ID LIKE 'CRM%'")])
    order = bound_array(params, "order")
    terms = [
        (item, str(direction).upper() == "DESC")
        for key, direction in (order.items() if isinstance(order, Mapping) else ())
        if (item := RECORD.fields.get(upper(str(key)))) is not None
    ]
    select = bound_array(params, "select")
    language = str(select.get("language") or "") if isinstance(select, Mapping) else ""
    total = context.store.count(RECORD.table, where.clause, where.arguments)
    offset = max(0, context.start or 0) // PAGE * PAGE
    rows = Table(context, RECORD).many(where, order_by(terms), offset=offset, limit=PAGE)
    fields = [_shown(row, [language] if language else _languages(row), labels=bool(language)) for row in rows]
    return Answer({"fields": fields}, total, offset + PAGE if offset + PAGE < total else None)


def update(again: Again, context: Context, params: Params) -> Any:
    """``userfieldconfig.update``."""
    _module(params)
    number = bound_int(params, "id")
    row = _row(context, number, _NO_CHANGE)
    _owner(context, row["ENTITY_ID"]).update(context, {"id": number, "fields": _given(params)})
    again(context)
    return {"field": _field(context, number)}


def delete(again: Again, context: Context, params: Params) -> Any:
    """``userfieldconfig.delete``: answers null."""
    _module(params)
    number = bound_int(params, "id")
    row = _row(context, number, _NO_DELETE)
    _owner(context, row["ENTITY_ID"]).delete(context, {"id": number})
    again(context)


def get_types(_: Context, params: Params) -> Any:
    """``userfieldconfig.getTypes``."""
    _module(params)
    return {"types": {kind: {"userTypeId": kind, "description": title} for kind, (title, _) in TYPES.items()}}


def _module(params: Params) -> str:
    module = params.get("moduleId")
    if not isinstance(module, str) or not module:
        raise controller_missing("moduleId")
    return module


def _given(params: Params) -> dict[str, Any]:
    """Return ``field`` with the names of the other methods; its options are called ``enum`` here."""
    given = bound_array(params, "field", required=True)
    found = {upper(str(key)): value for key, value in given.items()} if isinstance(given, dict) else {}
    options = found.pop("ENUM", None)
    if isinstance(options, (list, dict)):
        rows = options.values() if isinstance(options, dict) else options
        found["LIST"] = [
            {upper(str(key)): value for key, value in row.items()} for row in rows if isinstance(row, dict)
        ]
    return found


def _owner(context: Context, entity: str) -> UserFields:
    if entity in OWNERS:
        return UserFields(entity, *OWNERS[entity])
    for kind in context.portal.entities.all():
        if kind.user_fields_of == entity:
            return UserFields(entity, kind.record.table, "UF_")
    return UserFields(entity, RECORD.table, "UF_")


def _row(context: Context, number: int, text: str) -> dict[str, Any]:
    found = Table(context, RECORD).by_id(number)
    if found is None:
        raise Refusal("", text)
    row: dict[str, Any] = found
    return row


def _field(context: Context, number: int) -> dict[str, Any]:
    row = _row(context, number, _NO_VIEW)
    shown = _shown(row, _languages(row), labels=True)
    if row["USER_TYPE_ID"] == "enumeration":
        options = Table(context, ENUMS).many(Where("FIELD_ID=?", (number,)), " ORDER BY SORT, ID")
        shown["enum"] = [
            {
                "id": option["ID"],
                "userFieldId": str(number),
                "value": option["VALUE"],
                "def": option["DEF"],
                "sort": option["SORT"],
                "xmlId": option["XML_ID"],
            }
            for option in options
        ]
    return shown


def _languages(row: Mapping[str, Any]) -> list[str]:
    labels = row[LABELS[0]]
    return [name for name, text in labels.items() if text] if isinstance(labels, dict) else []


def _shown(row: Mapping[str, Any], languages: list[str], *, labels: bool) -> dict[str, Any]:
    shown = {camel(name): value for name, value in row.items() if name not in LABELS}
    shown["settings"] = shown["settings"] or []
    if labels:
        chosen = languages or ["en"]
        shown["languageId"] = {name: name for name in chosen}
        for key in LABELS:
            texts = row[key] if isinstance(row[key], dict) else {}
            shown[camel(key)] = {name: texts.get(name) or None for name in chosen}
    return shown


def _where(context: Context, wanted: Any) -> Where:
    parts = []
    for key, value in wanted.items() if isinstance(wanted, Mapping) else ():
        match = _KEY.fullmatch(str(key))
        item: Field | None = RECORD.fields.get(upper(match[2])) if match else None
        if match and item is not None and match[1] in _OPERATORS:
            parts.append(term(item, _OPERATORS[match[1]], value, context.moment))
    return both(parts)
