"""``sale.delivery.*``: services of an application's handler, their profiles and extra services."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from b24bridge.sandbox.filters import Where
from b24bridge.sandbox.methods import Context, Params, in_capitals, pick
from b24bridge.sandbox.plain import Table
from b24bridge.sandbox.refusals import Refusal

from .records import DELIVERIES, EXTRA_SERVICES
from .services import (
    NUMBERS,
    TEXTS,
    Handlers,
    Values,
    administrator,
    given,
    identifier,
    listed,
    needed,
    undefined,
)

__all__ = ["DELIVERY_HANDLERS", "METHODS"]

_TYPES = ("checkbox", "enum", "quantity")
_SHOWN = ("NAME", "ACTIVE", "DESCRIPTION", "CURRENCY", "ID", "PARENT_ID", "SORT", "LOGOTYPE")


def _check_handler(values: Values) -> None:
    needed(in_capitals(values["SETTINGS"]), "CALCULATE_URL")
    needed(in_capitals(values["SETTINGS"]), "CONFIG")


DELIVERY_HANDLERS = Handlers(
    "sale.delivery",
    "delivery",
    ("CODE", "NAME", "SETTINGS", "PROFILES"),
    ("ID", "NAME", "CODE", "SORT", "DESCRIPTION", "SETTINGS", "PROFILES"),
    check=_check_handler,
    whole=True,
)


def _found(context: Context, number: int) -> Values:
    rows = context.store.maps("SELECT * FROM sale_deliveries WHERE ID=?", (number,))
    if not rows:
        raise Refusal("ERROR_DELIVERY_NOT_FOUND", "Delivery not found")
    return rows[0]


def _config(value: Any) -> str:
    """Return settings as they are kept: a list of codes with their values, which are texts."""
    rows = value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ()
    kept = []
    for row in rows:
        if not isinstance(row, Mapping) or "CODE" not in row:
            raise undefined("CODE")
        kept.append({"CODE": str(row["CODE"]), "VALUE": _text(row.get("VALUE"))})
    return json.dumps(kept, ensure_ascii=False)


def _text(value: Any) -> Any:
    return str(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else value


def _add(context: Context, params: Params) -> Any:
    administrator(context)
    values = in_capitals(params)
    needed(values, "NAME", "REST_CODE", "CURRENCY")
    handler = DELIVERY_HANDLERS.by_code(context, values["REST_CODE"])
    if handler is None:
        raise Refusal("ERROR_HANDLER_NOT_FOUND", "Handler not found")
    table = Table(context, DELIVERIES, NUMBERS)
    stored = table.read({key: value for key, value in values.items() if key not in ("CONFIG", "LOGOTYPE")})
    stored["CONFIG"] = _config(values.get("CONFIG"))
    parent = table.add({**stored, "LOGOTYPE": 1 if values.get("LOGOTYPE") else None})
    profiles = []
    for profile in handler["PROFILES"]:
        own = {"NAME": profile.get("NAME"), "DESCRIPTION": profile.get("DESCRIPTION") or ""}
        common = {"CURRENCY": values["CURRENCY"], "REST_CODE": values["REST_CODE"], "PARENT_ID": parent}
        profiles.append(table.add({**own, **common, "CONFIG": "[]"}))
    return {"parent": _shown(table, parent), "profiles": [_shown(table, number) for number in profiles]}


def _shown(table: Table, number: int) -> Values:
    row = table.by_id(number)
    return {name: row[name] for name in _SHOWN}


def _update(context: Context, params: Params) -> Any:
    administrator(context)
    number = int(_found(context, identifier(params))["ID"])
    values = given(params)
    table = Table(context, DELIVERIES)
    stored = table.read({key: value for key, value in values.items() if key not in ("CONFIG", "LOGOTYPE")})
    if "CONFIG" in values:
        stored["CONFIG"] = _config(values["CONFIG"])
    table.change(number, {key: value for key, value in stored.items() if key not in ("ID", "PARENT_ID")})
    return True


def _delete(context: Context, params: Params) -> Any:
    administrator(context)
    number = int(_found(context, identifier(params))["ID"])
    context.store.run("DELETE FROM sale_deliveries WHERE ID=? OR PARENT_ID=?", (number, number))
    context.store.run("DELETE FROM sale_extra_services WHERE DELIVERY_ID=?", (number,))
    return True


def _getlist(context: Context, params: Params) -> Any:
    administrator(context)
    return listed(context, params, DELIVERIES, NUMBERS)


def _config_get(context: Context, params: Params) -> Any:
    administrator(context)
    return json.loads(_found(context, identifier(params))["CONFIG"] or "[]")


def _config_update(context: Context, params: Params) -> Any:
    administrator(context)
    row = _found(context, identifier(params))
    config = pick(params, "CONFIG")
    if not isinstance(config, (list, Mapping)):
        raise undefined("CONFIG")
    fresh = {item["CODE"]: item for item in json.loads(_config(config))}
    kept = {item["CODE"]: item for item in json.loads(row["CONFIG"] or "[]")}
    merged = json.dumps([*{**kept, **fresh}.values()], ensure_ascii=False)
    Table(context, DELIVERIES).change(int(row["ID"]), {"CONFIG": merged})
    return True


def _extra_add(context: Context, params: Params) -> Any:
    administrator(context)
    values = in_capitals(params)
    needed(values, "DELIVERY_ID", "TYPE", "NAME")
    if values["TYPE"] not in _TYPES:
        raise Refusal("ERROR_CHECK_FAILURE", "Parameter TYPE has an unexpected value")
    if values["TYPE"] == "enum":
        needed(values, "ITEMS")
    _found(context, identifier(params, "DELIVERY_ID"))
    table = Table(context, EXTRA_SERVICES)
    return table.add(table.read(values))


def _extra_found(context: Context, params: Params) -> int:
    number = identifier(params)
    if Table(context, EXTRA_SERVICES).by_id(number) is None:
        raise Refusal("ERROR_EXTRA_SERVICE_NOT_FOUND", "Extra service not found")
    return number


def _extra_update(context: Context, params: Params) -> Any:
    administrator(context)
    number = _extra_found(context, params)
    table = Table(context, EXTRA_SERVICES)
    values = table.read(in_capitals(params))
    fixed = ("ID", "DELIVERY_ID", "TYPE")
    table.change(number, {key: value for key, value in values.items() if key not in fixed})
    return True


def _extra_delete(context: Context, params: Params) -> Any:
    administrator(context)
    return Table(context, EXTRA_SERVICES).remove(_extra_found(context, params))


def _extra_get(context: Context, params: Params) -> Any:
    """``sale.delivery.extra.service.get``: a price of its own, or the prices of its items."""
    administrator(context)
    number = int(_found(context, identifier(params, "DELIVERY_ID"))["ID"])
    rows = Table(context, EXTRA_SERVICES, TEXTS).many(Where("DELIVERY_ID=?", (number,)), " ORDER BY SORT, ID")
    return [_extra_shown(row) for row in rows]


def _extra_shown(row: Values) -> Values:
    price, items = row.pop("PRICE"), row.pop("ITEMS") or []
    row.pop("DELIVERY_ID")
    if row["TYPE"] == "enum":
        entries = items.values() if isinstance(items, Mapping) else items
        shown = [
            {"TITLE": item.get("TITLE"), "CODE": item.get("CODE"), "PRICE": _text(item.get("PRICE"))}
            for item in entries
            if isinstance(item, Mapping)
        ]
        return {**row, "ITEMS": shown}
    return {**row, "PRICE": float(price) if price is not None else None}


METHODS = {
    "sale.delivery.add": _add,
    "sale.delivery.update": _update,
    "sale.delivery.delete": _delete,
    "sale.delivery.getlist": _getlist,
    "sale.delivery.config.get": _config_get,
    "sale.delivery.config.update": _config_update,
    "sale.delivery.extra.service.add": _extra_add,
    "sale.delivery.extra.service.update": _extra_update,
    "sale.delivery.extra.service.delete": _extra_delete,
    "sale.delivery.extra.service.get": _extra_get,
}
