"""``documentgenerator.region.*``: the vendor's countries by their codes, own ones by their ids."""

from __future__ import annotations

import json
from typing import Any

from b24bridge.sandbox.methods import Context, Params, bound_array, bound_int
from b24bridge.sandbox.plain import Table
from b24bridge.sandbox.records import Record, parse_fields
from b24bridge.sandbox.refusals import Refusal, controller_missing

__all__ = ["METHODS", "REGIONS"]

Values = dict[str, Any]

REGIONS = Record(
    "docgen_regions",
    parse_fields("""
        ID integer o
        TITLE string r
        LANGUAGE_ID string .
        FORMAT_DATE string .
        FORMAT_DATETIME string .
        FORMAT_NAME string .
        PHRASES any .
    """),
)
_BUILT_IN = {
    "ru": ("Russia", "ru"), "de": ("Germany", "de"), "uk": ("United Kingdom", "en"), "br": ("Brazil", "br"),
    "sp": ("Spain", "la"), "mx": ("Mexico", "la"), "pl": ("Poland", "pl"), "fr": ("France", "fr"),
}  # fmt: skip
_NAMES = {
    "title": "TITLE",
    "languageId": "LANGUAGE_ID",
    "formatDate": "FORMAT_DATE",
    "formatDatetime": "FORMAT_DATETIME",
    "formatName": "FORMAT_NAME",
}


def may_change(context: Context, what: str) -> None:
    """Refuse people who do not administer the portal.

    Raises:
        Refusal: The caller does not.
    """
    if not context.caller.is_admin:
        raise Refusal("0", f"You do not have permissions to modify {what}")


def _shown(row: Values) -> Values:
    own = {name: row[column] for name, column in _NAMES.items()}
    return {"id": str(row["ID"]), **own, "phrases": json.loads(row["PHRASES"] or "[]")}


def _found(context: Context, number: int) -> Values:
    rows = context.store.maps("SELECT * FROM docgen_regions WHERE ID=?", (number,))
    if not rows:
        raise Refusal("0", "Region not found")
    return rows[0]


def _values(given: Any, before: Values) -> Values:
    facts = given if isinstance(given, dict) else {}
    values: Values = {column: str(facts[name]) for name, column in _NAMES.items() if name in facts}
    if isinstance(facts.get("phrases"), dict):
        kept = json.loads(before.get("PHRASES") or "{}")
        values["PHRASES"] = json.dumps({**kept, **facts["phrases"]}, ensure_ascii=False)
    return values


def _add(context: Context, params: Params) -> Any:
    given = bound_array(params, "fields", required=True)
    may_change(context, "templates")
    values = _values(given, {})
    if not values.get("TITLE"):
        raise Refusal("BX_EMPTY_REQUIRED", 'Required field "TITLE" is not filled')
    return {"region": _shown(_found(context, Table(context, REGIONS).add(values)))}


def _update(context: Context, params: Params) -> Any:
    number = bound_int(params, "id")
    given = bound_array(params, "fields", required=True)
    may_change(context, "templates")
    before = _found(context, number)
    Table(context, REGIONS).change(number, _values(given, before))
    return {"region": _shown(_found(context, number))}


def _get(context: Context, params: Params) -> Any:
    if "id" not in params:
        raise controller_missing("id")
    may_change(context, "templates")
    code = str(params["id"])
    if code in _BUILT_IN:
        title, language = _BUILT_IN[code]
        return {"region": {"code": code, "title": title, "languageId": language}}
    return {"region": _shown(_found(context, int(code) if code.isdigit() else 0))}


def _list(context: Context, _: Params) -> Any:
    may_change(context, "templates")
    found: Values = {
        code: {"code": code, "title": title, "languageId": language}
        for code, (title, language) in _BUILT_IN.items()
    }
    for row in context.store.maps("SELECT * FROM docgen_regions ORDER BY ID"):
        shown = {name: value for name, value in _shown(row).items() if name != "phrases"}
        found[str(row["ID"])] = {**shown, "code": str(row["ID"])}
    return {"regions": found}


def _delete(context: Context, params: Params) -> Any:
    number = bound_int(params, "id")
    may_change(context, "templates")
    context.store.delete("docgen_regions", number)
    return None


METHODS = {
    "region.add": _add,
    "region.update": _update,
    "region.get": _get,
    "region.list": _list,
    "region.delete": _delete,
}
