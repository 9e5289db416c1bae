"""``ai.engine.*`` (page "Register Custom AI Service")."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import urlsplit

from b24bridge.sandbox.classicquery import ClassicQuery
from b24bridge.sandbox.dialects import CLASSIC
from b24bridge.sandbox.filters import Where
from b24bridge.sandbox.methods import Context, Family, Method, Params, pick
from b24bridge.sandbox.phpinput import php_int
from b24bridge.sandbox.plain import Table, prepare
from b24bridge.sandbox.records import Record, parse_fields
from b24bridge.sandbox.refusals import Refusal

__all__ = ["FAMILY"]

_ENGINES = Record(
    "ai_engines",
    parse_fields("""
        ID integer o
        APP_CODE string o
        NAME string .
        CODE string i
        CATEGORY string .
        COMPLETIONS_URL string .
        SETTINGS object .
        DATE_CREATE integer o
    """),
)
_TEXTS = ("name", "code", "completions_url")
_CATEGORIES = ("text", "image", "audio", "call")
_LIMIT = 50


def _refused(what: str, text: str) -> Refusal:
    return Refusal(f"ENGINE_REGISTER_ERROR_{what}", text)


def _register(context: Context, params: Params) -> Any:
    for name in _TEXTS:
        if not isinstance(params.get(name), str) or not params[name]:
            raise _refused(name.upper(), f"The {name} key with a string value is required")
    if not re.fullmatch(r"[A-Za-z0-9_-]+", params["code"]):
        raise _refused("CODE_FORMAT", "The code key must contain only characters A-Za-z0-9-_")
    if not params.get("category"):
        raise _refused("CATEGORY", "The category key is required")
    if params["category"] not in _CATEGORIES:
        words = ", ".join(_CATEGORIES)
        raise _refused("CATEGORY_FORMAT", f"The category key can contain one of the values: {words}")
    address = urlsplit(params["completions_url"])
    if address.scheme not in ("http", "https") or not address.hostname:
        text = "must be a valid URL that returns status 200 upon verification"
        raise _refused("COMPLETIONS_URL_FAIL", f"The value of the completions_url key {text}")
    settings = params.get("settings", {})
    if not isinstance(settings, (dict, list)):
        raise _refused("SETTINGS_FORMAT", "The value of the settings key must be valid JSON")
    owner = context.caller.client_id or "webhook"
    table = Table(context, _ENGINES, CLASSIC)
    known = table.one(Where("CODE=?", (params["code"],)))
    if known is not None and known["APP_CODE"] != owner:
        raise _refused("CODE_UNIQUE", "A record with this code already exists")
    values = {name.upper(): params[name] for name in (*_TEXTS, "category")}
    values["SETTINGS"] = json.dumps(settings)
    if known is not None:
        table.change(int(known["ID"]), values)
        return int(known["ID"])
    return table.add({**values, "APP_CODE": owner, "DATE_CREATE": int(context.moment.now)})


def _listed(context: Context, params: Params) -> Any:
    query = ClassicQuery(_ENGINES, context.moment)
    limit = php_int(pick(params, "limit")) or _LIMIT
    rows = Table(context, _ENGINES, CLASSIC).many(query.where(pick(params, "filter")), limit=limit)
    for row in rows:
        row.update(ID=int(row["ID"]), DATE_CREATE=int(row["DATE_CREATE"]), SETTINGS=row["SETTINGS"] or [])
    return [{key.lower(): value for key, value in row.items()} for row in rows]


def _unregister(context: Context, params: Params) -> Any:
    where = Where("CODE=? AND APP_CODE=?", (str(params.get("code")), context.caller.client_id or "webhook"))
    table = Table(context, _ENGINES, CLASSIC)
    known = table.one(where)
    return known is not None and table.remove(int(known["ID"]))


FAMILY = Family(
    "ai_engines",
    [
        Method("ai.engine.list", _listed, "ai_admin"),
        Method("ai.engine.register", _register, "ai_admin"),
        Method("ai.engine.unregister", _unregister, "ai_admin"),
    ],
    prepare=lambda portal: prepare(portal, _ENGINES),
)
