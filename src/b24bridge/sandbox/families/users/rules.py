"""Reading people: conditions in two places, two scalars for the order, nulls left out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from b24bridge.sandbox.dialects import USER
from b24bridge.sandbox.filters import Where, both, either, term
from b24bridge.sandbox.listing import Answer, fetch, order_by, page_plain, rows_text
from b24bridge.sandbox.methods import Context, Params
from b24bridge.sandbox.phpinput import php_int
from b24bridge.sandbox.phpjson import Raw
from b24bridge.sandbox.plain import first_record
from b24bridge.sandbox.records import Field, Kind, Record
from b24bridge.sandbox.refusals import system
from b24bridge.sandbox.values import Moment

if TYPE_CHECKING:
    from b24bridge.sandbox.portal import Portal

__all__ = ["current", "fields", "get", "prepare", "search"]

_KEY = re.compile(r"(\W{0,2})(\w+)", re.ASCII)
_OPERATORS = {"": "=", "=": "=", "!": "!=", "!=": "!=", ">": ">", ">=": ">=", "<": "<", "<=": "<="}
_OPERATORS |= {"@": "@", "!@": "!@", "%": "%", "!%": "!%"}
_CONTROL = frozenset({"FILTER", "SORT", "ORDER", "SELECT", "ADMIN_MODE", "IMAGE_RESIZE", "START", "FIND"})
_HIDDEN = frozenset({"ADMIN"})
_ALWAYS = (
    "ID",
    "XML_ID",
    "ACTIVE",
    "NAME",
    "LAST_NAME",
    "SECOND_NAME",
    "EMAIL",
    "LAST_LOGIN",
    "DATE_REGISTER",
    "TIME_ZONE",
    "IS_ONLINE",
    "TIMESTAMP_X",
    "LAST_ACTIVITY_DATE",
    "PERSONAL_GENDER",
    "PERSONAL_BIRTHDAY",
    "UF_EMPLOYMENT_DATE",
)
_NAMES = ("NAME", "LAST_NAME", "WORK_POSITION")

_FIRST = {
    "ID": 1,
    "ACTIVE": "Y",
    "NAME": "Admin",
    "LAST_NAME": "Portal",
    "EMAIL": "admin@example.com",
    "IS_ONLINE": "Y",
    "UF_DEPARTMENT": "[1]",
    "USER_TYPE": "employee",
    "ADMIN": "Y",
}

# People without a department are guests of the portal, not its staff.
_STAFF = Where("UF_DEPARTMENT IS NOT NULL AND UF_DEPARTMENT NOT IN ('', '[]')")


def prepare(portal: Portal, record: Record) -> None:
    """Create the table and the first administrator."""
    portal.records["users"] = record
    portal.store.ensure(record.table, record.columns())
    now = Moment(portal.clock.now(), portal.where).text
    first_record(portal, record, {**_FIRST, "DATE_REGISTER": now, "LAST_LOGIN": now, "TIMESTAMP_X": now})


def get(context: Context, params: Params) -> Any:
    """``user.get``."""
    upper = {str(key).upper(): value for key, value in params.items()}
    return _list(context, upper, _conditions(context, upper))


def search(context: Context, params: Params) -> Any:
    """``user.search``: the same with names matched by the beginning of words."""
    upper = {str(key).upper(): value for key, value in params.items()}
    wanted = upper.get("FILTER")
    source = _upper(wanted) if isinstance(wanted, dict) else upper
    parts: list[Where] = []
    for name in _NAMES:
        value = source.pop(name, upper.pop(name, None))
        if isinstance(value, str) and value:
            parts.append(_begins((name,), value))
    found = source.pop("FIND", upper.pop("FIND", None))
    if isinstance(found, str):
        parts += [_begins(_NAMES, word) for word in found.split()]
    if isinstance(wanted, dict):
        upper["FILTER"] = source
    return _list(context, upper, both([_conditions(context, upper), *parts]))


def current(context: Context, _: Params) -> Any:
    """``user.current``: the caller; here the change dates are texts in other formats."""
    record = context.portal.records["users"]
    row = USER.row(record, _visible(record))
    found = fetch(context.store, record, row, Where("ID=?", (context.caller.user_id,)))
    if not found:
        raise system("no_auth")
    # Whoever has logged in has these, even if nothing is filled in.
    answer = dict.fromkeys(_ALWAYS, "") | dict(Raw(found[0]).value)
    dates = context.store.one(
        "SELECT TIMESTAMP_X, LAST_ACTIVITY_DATE FROM users WHERE ID=?", (context.caller.user_id,)
    )
    for name, text in zip(("TIMESTAMP_X", "LAST_ACTIVITY_DATE"), dates, strict=True):
        if text:
            site = f"{text[8:10]}.{text[5:7]}.{text[:4]} {text[11:19]}"
            answer[name] = site if name == "TIMESTAMP_X" else f"{text[:10]} {text[11:19]}"
    return Answer(answer, signed=True)


def fields(context: Context, _: Params) -> Any:
    """``user.fields``: titles by name."""
    return {item.name: item.title or item.name for item in _visible(context.portal.records["users"])}


def _list(context: Context, upper: Mapping[str, Any], where: Where) -> Any:
    record = context.portal.records["users"]
    page = page_plain(context.store, record, where, context.start, 0)
    row = USER.row(record, _selected(record, upper.get("SELECT")))
    rows = fetch(context.store, record, row, where, _order(record, upper), offset=page.offset)
    # Nobody found: the list comes alone, without a total (quirk 20).
    return Answer(rows_text(rows), page.total, page.next) if rows else []


def _conditions(context: Context, upper: Mapping[str, Any]) -> Where:
    wanted = upper.get("FILTER")
    source = _upper(wanted) if isinstance(wanted, (dict, list)) else upper
    record = context.portal.records["users"]
    parts = [_STAFF]
    for key, value in source.items():
        match = _KEY.fullmatch(key)
        field = record.fields.get(match[2]) if match and match[2] not in _CONTROL else None
        if match is None or field is None or match[1] not in _OPERATORS:
            continue
        parts.append(_term(context, field, _OPERATORS[match[1]], value))
    return both(parts)


def _term(context: Context, field: Field, operator: str, value: Any) -> Where:
    if field.kind is Kind.FLAG:
        value = _flag(value)
    elif field.name == "ID" and not isinstance(value, (list, dict)):
        value = php_int(value)  # "1,2,3" is the number 1
    return term(field, operator, value, context.moment)


def _flag(value: Any) -> Any:
    if isinstance(value, (list, dict)):
        return value
    return "Y" if value is True or str(value).upper() in ("Y", "1", "TRUE") else "N"


def _upper(conditions: Any) -> dict[str, Any]:
    pairs = conditions.items() if isinstance(conditions, dict) else enumerate(conditions)
    return {str(key).upper(): value for key, value in pairs}


def _order(record: Record, upper: Mapping[str, Any]) -> str:
    """Both scalars are needed; anything else leaves the order of ids."""
    sort, order = upper.get("SORT"), upper.get("ORDER")
    field = record.fields.get(str(sort).upper()) if isinstance(sort, str) else None
    if field is None or not isinstance(order, str):
        return order_by([])
    return order_by([(field, order.upper() != "ASC")])


def _visible(record: Record) -> list[Field]:
    return [item for item in record.fields.values() if item.name not in _HIDDEN]


def _selected(record: Record, select: Any) -> list[Field]:
    visible = _visible(record)
    items = list(select.values()) if isinstance(select, dict) else select
    if not isinstance(items, list) or not items or "*" in items:
        return visible
    names = {str(item).upper() for item in items}
    chosen = [item for item in visible if item.name in names or ("UF_*" in names and item.is_user_field)]
    return chosen or visible


def _begins(names: tuple[str, ...], word: str) -> Where:
    escaped = word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    test = "(fold({0}) LIKE fold(?) ESCAPE '\\' OR fold({0}) LIKE fold(?) ESCAPE '\\')"
    return either(Where(test.format(name), (f"{escaped}%", f"% {escaped}%")) for name in names)
