"""``sale.paysystem.*``: payment systems of an application's handler and their settings."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from b24bridge.sandbox.methods import Context, Params, in_capitals, pick
from b24bridge.sandbox.plain import Table
from b24bridge.sandbox.refusals import Refusal

from .records import PAY_SYSTEMS
from .services import NUMBERS, Handlers, Values, administrator, given, identifier, listed, needed, undefined

__all__ = ["METHODS", "PAY_HANDLERS"]


def _check_handler(values: Values) -> None:
    needed(in_capitals(values["SETTINGS"]), "CODES")


PAY_HANDLERS = Handlers(
    "sale.paysystem",
    "pay_system",
    ("CODE", "NAME", "SETTINGS"),
    ("ID", "NAME", "CODE", "SORT", "SETTINGS"),
    check=_check_handler,
)


def _check(context: Context, values: Values) -> None:
    if "BX_REST_HANDLER" in values:
        if PAY_HANDLERS.by_code(context, values["BX_REST_HANDLER"]) is None:
            raise Refusal("ERROR_HANDLER_NOT_FOUND", "Handler not found")
        values["ACTION_FILE"] = values["BX_REST_HANDLER"]
    if values.get("PERSON_TYPE_ID") not in (None, "", 0, "0"):
        sql = "SELECT 1 FROM sale_person_types WHERE ID=?"
        if context.store.one(sql, (values["PERSON_TYPE_ID"],)) is None:
            raise Refusal("ERROR_PERSON_TYPE_NOT_FOUND", "Person type not found")


def _add(context: Context, params: Params) -> Any:
    administrator(context)
    values = in_capitals(params)
    needed(values, "NAME", "BX_REST_HANDLER", "PERSON_TYPE_ID")
    _check(context, values)
    table = Table(context, PAY_SYSTEMS)
    stored = table.read(values)
    stored.pop("ID", None)
    return table.add({"PSA_NAME": values["NAME"], "DESCRIPTION": "", **stored})


def _found(context: Context, number: int, missing: Refusal | None = None) -> Values:
    rows = context.store.maps("SELECT * FROM sale_pay_systems WHERE ID=?", (number,))
    if not rows:
        raise missing or Refusal("ERROR_PAY_SYSTEM_NOT_FOUND", "Pay system not found")
    return rows[0]


def _update(context: Context, params: Params) -> Any:
    administrator(context)
    number = int(_found(context, identifier(params))["ID"])
    values = given(params)
    _check(context, values)
    table = Table(context, PAY_SYSTEMS)
    stored = table.read(values)
    if "NAME" in stored:
        stored["PSA_NAME"] = stored["NAME"]
    table.change(number, {key: value for key, value in stored.items() if key not in ("ID", "SETTINGS")})
    return True


def _delete(context: Context, params: Params) -> Any:
    administrator(context)
    return Table(context, PAY_SYSTEMS).remove(int(_found(context, identifier(params))["ID"]))


def _list(context: Context, params: Params) -> Any:
    administrator(context)
    return listed(context, params, PAY_SYSTEMS, NUMBERS)


_UNKNOWN = Refusal("ERROR_CHECK_FAILURE", "Pay system not found")


def _settings(context: Context, system: Values) -> dict[str, Values]:
    """Return the settings of a payment system: those of its handler, then its own."""
    handler = PAY_HANDLERS.by_code(context, system["ACTION_FILE"]) or {"SETTINGS": {}}
    codes = in_capitals(handler["SETTINGS"]).get("CODES")
    found: dict[str, Values] = {}
    for code, facts in codes.items() if isinstance(codes, Mapping) else ():
        default = facts.get("DEFAULT") if isinstance(facts, Mapping) else None
        default = default if isinstance(default, Mapping) else {}
        kind, value = default.get("PROVIDER_KEY", "VALUE"), default.get("PROVIDER_VALUE", "")
        found[str(code)] = {"TYPE": kind, "VALUE": value}
    own = json.loads(system["SETTINGS"] or "{}")
    for code, facts in own.items() if isinstance(own, dict) else ():
        if isinstance(facts, dict):
            found[code] = {"TYPE": facts.get("TYPE", "VALUE"), "VALUE": facts.get("VALUE")}
    return found


def _settings_get(context: Context, params: Params) -> Any:
    """``sale.paysystem.settings.get``: where each value comes from, and the value."""
    administrator(context)
    return _settings(context, _found(context, identifier(params), _UNKNOWN))


def _settings_update(context: Context, params: Params) -> Any:
    administrator(context)
    system = _found(context, identifier(params), _UNKNOWN)
    fresh = pick(params, "SETTINGS")
    if not fresh or not isinstance(fresh, Mapping):
        raise undefined("SETTINGS")
    kept = json.loads(system["SETTINGS"] or "{}")
    merged = {**(kept if isinstance(kept, dict) else {}), **fresh}
    Table(context, PAY_SYSTEMS).change(int(system["ID"]), {"SETTINGS": json.dumps(merged)})
    return True


def _payment(context: Context, params: Params) -> tuple[Values, Values]:
    """Return a payment and its payment system."""
    administrator(context)
    number, system = identifier(params, "PAYMENT_ID"), identifier(params, "PAY_SYSTEM_ID")
    found = _found(context, system, _UNKNOWN)
    rows = context.store.maps("SELECT * FROM sale_payments WHERE ID=?", (number,))
    if not rows:
        raise Refusal("ERROR_CHECK_FAILURE", "Payment not found")
    return rows[0], found


def _settings_of_payment(context: Context, params: Params) -> Any:
    """``sale.paysystem.settings.payment.get``: the values alone, as the payment fills them in."""
    payment, system = _payment(context, params)
    found = {}
    for code, facts in _settings(context, system).items():
        value = facts["VALUE"]
        if facts["TYPE"] == "PAYMENT":
            value = payment.get(str(value).upper(), "")
        found[code] = value
    return found


def _pay(context: Context, params: Params) -> Any:
    """``sale.paysystem.pay.payment``: the payment is made."""
    payment, _ = _payment(context, params)
    now = context.moment.text
    values = {"PAID": "Y", "DATE_PAID": now, "EMP_PAID_ID": context.caller.user_id, "PS_STATUS": "Y"}
    context.store.update("sale_payments", int(payment["ID"]), values)
    return True


METHODS = {
    "sale.paysystem.add": _add,
    "sale.paysystem.update": _update,
    "sale.paysystem.delete": _delete,
    "sale.paysystem.list": _list,
    "sale.paysystem.settings.get": _settings_get,
    "sale.paysystem.settings.update": _settings_update,
    "sale.paysystem.settings.payment.get": _settings_of_payment,
    "sale.paysystem.pay.payment": _pay,
}
