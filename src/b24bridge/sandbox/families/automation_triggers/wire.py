"""``crm.automation.trigger.*`` (page "Add Trigger"); only an application has triggers."""

from __future__ import annotations

import re
from typing import Any

from b24bridge.sandbox.dialects import CLASSIC
from b24bridge.sandbox.filters import Where
from b24bridge.sandbox.methods import Context, Family, Method, Params, pick
from b24bridge.sandbox.phpinput import php_int
from b24bridge.sandbox.plain import Table, prepare
from b24bridge.sandbox.records import Field, Record
from b24bridge.sandbox.refusals import Refusal, system

__all__ = ["FAMILY"]

_TRIGGERS = Record(
    "automation_triggers", [Field("ID", "integer"), Field("CLIENT_ID"), Field("NAME"), Field("CODE")]
)
_TARGET = re.compile(r"(LEAD|DEAL|CONTACT|COMPANY|QUOTE|SMART_INVOICE|DYNAMIC_\d+)_(\d+)")
_TYPES = {"LEAD": 1, "DEAL": 2, "CONTACT": 3, "COMPANY": 4, "QUOTE": 7, "SMART_INVOICE": 31}


def _code(context: Context, params: Params) -> str:
    if context.caller.kind != "token":
        raise system("application")
    if not context.caller.is_admin:
        raise Refusal("ACCESS_DENIED", "Access denied! Admin permissions required")
    code = pick(params, "CODE")
    if not code:
        raise Refusal("", "Empty trigger code!")
    if not isinstance(code, str) or not re.fullmatch(r"[A-Za-z0-9._-]+", code):
        raise Refusal("", "Wrong trigger code!")
    return code


def _known(context: Context, code: str) -> Any:
    where = Where("CLIENT_ID=? AND CODE=?", (context.caller.client_id, code))
    return Table(context, _TRIGGERS, CLASSIC).one(where)


def _add(context: Context, params: Params) -> Any:
    code = _code(context, params)
    name = pick(params, "NAME")
    if not name:
        raise Refusal("", "Empty trigger name!")
    table, known = Table(context, _TRIGGERS), _known(context, code)
    values = {"CLIENT_ID": context.caller.client_id, "CODE": code, "NAME": str(name)}
    if known is None:
        table.add(values)
    else:
        table.change(int(known["ID"]), values)
    return True


def _delete(context: Context, params: Params) -> Any:
    known = _known(context, _code(context, params))
    if known is None:
        raise Refusal("", "Trigger not found")
    return Table(context, _TRIGGERS).remove(int(known["ID"]))


def _listed(context: Context, _: Params) -> Any:
    _code(context, {"CODE": "list"})
    rows = Table(context, _TRIGGERS, CLASSIC).many(Where("CLIENT_ID=?", (context.caller.client_id,)))
    return [{"NAME": row["NAME"], "CODE": row["CODE"]} for row in rows]


def _execute(context: Context, params: Params) -> Any:
    code = _code(context, params)
    if _known(context, code) is None:
        raise Refusal("", f"Trigger with code {code} is not registered.")
    _check_record(context, php_int(pick(params, "OWNER_TYPE_ID")), php_int(pick(params, "OWNER_ID")))
    return True


def _check_record(context: Context, type_id: int, number: int) -> None:
    entity = context.portal.entities.get(type_id)
    if entity is None:
        raise Refusal("", "Incorrect parameter OWNER_TYPE_ID.")
    if Table(context, entity.record).by_id(number) is None:
        raise Refusal("", "Incorrect parameter OWNER_ID.")


def _fire(context: Context, params: Params) -> Any:
    target = pick(params, "target")
    if not target:
        raise Refusal("", "Target is not set.")
    match = _TARGET.fullmatch(str(target))
    if match is None:
        raise Refusal("", "Incorrect target format.")
    type_id = _TYPES.get(match[1]) or php_int(match[1].removeprefix("DYNAMIC_"))
    entity = context.portal.entities.get(type_id)
    if entity is None or Table(context, entity.record).by_id(int(match[2])) is None:
        raise Refusal("", "Target is not found.")
    return True


FAMILY = Family(
    "automation_triggers",
    [
        Method("crm.automation.trigger", _fire, "crm"),
        Method("crm.automation.trigger.add", _add, "crm"),
        Method("crm.automation.trigger.delete", _delete, "crm"),
        Method("crm.automation.trigger.execute", _execute, "crm"),
        Method("crm.automation.trigger.list", _listed, "crm"),
    ],
    prepare=lambda portal: prepare(portal, _TRIGGERS),
)
