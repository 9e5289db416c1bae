"""Which list a call is about, and what its parameters say."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from b24bridge.sandbox.filters import Where, both, term
from b24bridge.sandbox.methods import Context, Params
from b24bridge.sandbox.phpinput import php_int
from b24bridge.sandbox.records import Field, Record

from .errors import list_not_found, parameter_missing

__all__ = ["condition", "fields_of", "found_list", "site_date", "sorting", "upper_keys"]

_KEY = re.compile(r"([!=<>%?]{0,2})(\w+)", re.ASCII)
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
    "?": "%",
}


def upper_keys(params: Params) -> Params:
    """Return the parameters with their names in capitals."""
    return {str(key).upper(): value for key, value in params.items()}


def found_list(context: Context, params: Params) -> dict[str, Any]:
    """Return the list of ``IBLOCK_ID`` or ``IBLOCK_CODE``.

    Raises:
        Refusal: A parameter is missing, or there is no such list.
    """
    kind = params.get("IBLOCK_TYPE_ID")
    if not kind:
        raise parameter_missing("IBLOCK_TYPE_ID")
    number, code = php_int(params.get("IBLOCK_ID")), params.get("IBLOCK_CODE")
    if number <= 0 and not code:
        raise parameter_missing("IBLOCK_ID")
    sql = "SELECT * FROM lists_iblocks WHERE IBLOCK_TYPE_ID=? AND (ID=? OR (?=0 AND CODE=?))"
    rows = context.store.maps(sql, (str(kind), number, max(number, 0), str(code or "")))
    if not rows:
        raise list_not_found()
    return rows[0]


def fields_of(params: Params) -> dict[str, Any]:
    """Return ``FIELDS``.

    Raises:
        Refusal: They are missing or no map.
    """
    fields = params.get("FIELDS")
    if not isinstance(fields, dict) or not fields:
        raise parameter_missing("FIELDS")
    return {str(key).upper(): value for key, value in fields.items()}


def condition(context: Context, record: Record, wanted: Any) -> tuple[Where, dict[str, tuple[str, Any]]]:
    """Return the condition over columns, and what the filter says about properties."""
    parts: list[Where] = []
    others: dict[str, tuple[str, Any]] = {}
    for key, value in wanted.items() if isinstance(wanted, Mapping) else ():
        match = _KEY.fullmatch(str(key).upper())
        if match is None or match[1] not in _OPERATORS:
            continue
        operator, name = _OPERATORS[match[1]], match[2]
        if name.startswith("PROPERTY_"):
            others[name] = (operator, value)
        elif name in record.fields:
            item = record.fields[name]
            if operator == "=" and isinstance(value, str) and "%" in value and item.type == "string":
                # The pattern may stand in the value.
                operator = "~"
            parts.append(term(item, operator, value, context.moment))
    return both(parts), others


def sorting(record: Record, wanted: Any) -> list[tuple[Field, bool]]:
    """Return the columns to sort by; unknown names are dropped."""
    found = []
    for key, direction in wanted.items() if isinstance(wanted, Mapping) else ():
        item = record.fields.get(str(key).upper())
        if item is not None:
            found.append((item, str(direction).lower().startswith("desc")))
    return found


def site_date(text: str | None) -> str | None:
    """Return a moment as lists print it: ``12/31/2024 11:59:59 pm``."""
    if not text:
        return None
    hour = int(text[11:13])
    half = "pm" if hour > 11 else "am"
    return f"{text[5:7]}/{text[8:10]}/{text[:4]} {hour % 12 or 12:02d}{text[13:19]} {half}"
