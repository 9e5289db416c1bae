"""Numerators: how documents are numbered."""

from __future__ import annotations

import json
from typing import Any

from b24bridge.sandbox.dialects import CLASSIC
from b24bridge.sandbox.filters import Where
from b24bridge.sandbox.listing import PAGE, Answer, page_controller
from b24bridge.sandbox.methods import Context, Params, bound_array
from b24bridge.sandbox.phpinput import php_int
from b24bridge.sandbox.plain import Table
from b24bridge.sandbox.records import Record, parse_fields
from b24bridge.sandbox.refusals import Refusal

__all__ = ["NUMERATORS", "add", "delete", "get", "listed", "update"]

NUMERATORS = Record(
    "documentgenerator_numerators",
    parse_fields("ID integer o\nNAME string .\nTEMPLATE string .\nCODE string .\nSETTINGS object ."),
)
_GENERATOR = "Bitrix_Main_Numerator_Generator_SequentNumberGenerator"
_DEFAULTS: dict[str, Any] = {
    "start": 1,
    "step": 1,
    "length": 0,
    "padString": "0",
    "periodicBy": None,
    "timezone": None,
    "isDirectNumeration": False,
}


def _table(context: Context) -> Table:
    return Table(context, NUMERATORS, CLASSIC)


def _settings(given: Any, before: dict[str, Any]) -> str:
    sent = given.get(_GENERATOR) if isinstance(given, dict) else None
    rule = dict(before)
    for name, value in sent.items() if isinstance(sent, dict) else ():
        if name in ("start", "step", "length"):
            rule[name] = php_int(value)
        elif name == "isDirectNumeration":
            rule[name] = value in (True, 1, "1", "Y", "true")
        elif name in rule:
            rule[name] = value or None
    return json.dumps({_GENERATOR: rule})


def _shown(row: Any, number: Any) -> dict[str, Any]:
    return {
        "name": row["NAME"],
        "template": row["TEMPLATE"],
        "id": number,
        "code": row["CODE"],
        "settings": row["SETTINGS"],
    }


def add(context: Context, params: Params) -> Any:
    """``crm.documentgenerator.numerator.add``."""
    sent = bound_array(params, "fields", required=True)
    given = sent if isinstance(sent, dict) else {}
    missing = [name for name in ("name", "template") if not given.get(name)]
    if missing:
        raise Refusal("0", f"Empty required fields: {', '.join(missing)}")
    values = {"NAME": str(given["name"]), "TEMPLATE": str(given["template"])}
    number = _table(context).add({**values, "SETTINGS": _settings(given.get("settings"), _DEFAULTS)})
    return {"numerator": _shown(_table(context).by_id(number), number)}


def _wanted(context: Context, params: Params) -> Any:
    row = _table(context).by_id(php_int(params.get("id")))
    if row is None:
        raise Refusal("100", "Could not construct parameter {numerator}")
    return row


def get(context: Context, params: Params) -> Any:
    """``crm.documentgenerator.numerator.get``."""
    row = _wanted(context, params)
    return {"numerator": _shown(row, row["ID"])}


def update(context: Context, params: Params) -> Any:
    """``crm.documentgenerator.numerator.update``: answers the rule without a key around it."""
    row = _wanted(context, params)
    sent = bound_array(params, "fields", required=True)
    given = sent if isinstance(sent, dict) else {}
    values = {name.upper(): str(given[name]) for name in ("name", "template") if given.get(name)}
    before = (row["SETTINGS"] or {}).get(_GENERATOR, _DEFAULTS)
    values["SETTINGS"] = _settings(given.get("settings"), before)
    _table(context).change(int(row["ID"]), values)
    return _shown(_wanted(context, params), row["ID"])


def delete(context: Context, params: Params) -> Any:
    """``crm.documentgenerator.numerator.delete``: answers null."""
    _table(context).remove(int(_wanted(context, params)["ID"]))
    return None


def listed(context: Context, _: Params) -> Any:
    """``crm.documentgenerator.numerator.list``: ids are text here, and there is no code."""
    page = page_controller(context.store, NUMERATORS, Where(), context.start)
    rows = _table(context).many(offset=page.offset, limit=PAGE)
    shown = [
        {"id": row["ID"], "name": row["NAME"], "template": row["TEMPLATE"], "settings": row["SETTINGS"]}
        for row in rows
    ]
    return Answer({"numerators": shown}, page.total, page.next)
