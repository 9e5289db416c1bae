"""Templates of deals, made of a deal, and the deals that are made of them."""

# ruff: noqa: S608  # names of tables and columns are declared in code; values are always bound

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from b24bridge.sandbox.crmrecords import added
from b24bridge.sandbox.entities import Entity
from b24bridge.sandbox.filters import Where
from b24bridge.sandbox.methods import Context, Params, array, in_capitals
from b24bridge.sandbox.phpinput import php_int
from b24bridge.sandbox.plain import Table, record_id
from b24bridge.sandbox.records import Record
from b24bridge.sandbox.refusals import Refusal
from b24bridge.sandbox.stages import first_stage

__all__ = ["PARAMS", "add", "delete", "expose", "missing", "update"]

# What the answer holds of PARAMS, with the values of a setting that says nothing.
PARAMS: dict[str, Any] = {
    "MODE": "single",
    "SINGLE_BEFORE_START_DATE_TYPE": None,
    "SINGLE_BEFORE_START_DATE_VALUE": 0,
    "MULTIPLE_TYPE": None,
    "MULTIPLE_INTERVAL": 0,
    "OFFSET_BEGINDATE_TYPE": None,
    "OFFSET_BEGINDATE_VALUE": 0,
    "OFFSET_CLOSEDATE_TYPE": None,
    "OFFSET_CLOSEDATE_VALUE": 0,
}
_DAYS = {"day": 1, "week": 7, "month": 30, "year": 365}


def missing(_: int) -> Refusal:
    """There is no such setting."""
    return Refusal("", "Recurring deal is not found.")


def add(record: Record, context: Context, params: Params) -> Any:
    """``add``: the deal is copied into a template, which the setting belongs to."""
    given = in_capitals(array(params, "fields"))
    base = php_int(given.get("DEAL_ID"))
    if base <= 0:
        raise Refusal("", "Deal id is empty.")
    table = Table(context, record)
    if table.one(Where("BASED_ID=? OR DEAL_ID=?", (base, base))) is not None:
        raise Refusal("", "Deal already has recurring settings.")
    template = _copy(context, base, {"IS_RECURRING": "Y"})
    values = {**table.read(given), "DEAL_ID": template, "BASED_ID": base}
    values["PARAMS"] = _params(given.get("PARAMS"), {})
    values.setdefault("START_DATE", context.moment.text[:10])
    values["NEXT_EXECUTION"] = _next(values)
    number = table.add(values)
    facts = {"ID": number, "RECURRING_DEAL_ID": template}
    context.changed.append(("ONCRMDEALRECURRINGADD", {"FIELDS": facts}))
    return number


def update(record: Record, context: Context, params: Params) -> Any:
    """``update``."""
    number = record_id(params, "id is not defined or invalid.")
    table = Table(context, record)
    before = table.by_id(number)
    if before is None:
        raise missing(number)
    given = in_capitals(array(params, "fields"))
    values = table.read(given, changing=True)
    values["PARAMS"] = _params(given.get("PARAMS"), before["PARAMS"])
    values["NEXT_EXECUTION"] = _next({**before, **values})
    table.change(number, values)
    return True


def delete(record: Record, context: Context, params: Params) -> Any:
    """``delete``: the template goes with the setting."""
    number = record_id(params, "id is not defined or invalid.")
    found = Table(context, record).by_id(number)
    if found is None:
        raise missing(number)
    context.store.delete(record.table, number)
    context.store.delete(_deals(context).record.table, php_int(found["DEAL_ID"]))
    return True


def expose(record: Record, context: Context, params: Params) -> Any:
    """``expose``: a deal is made of the template now."""
    number = record_id(params, "id is not defined or invalid.")
    table = Table(context, record)
    found = table.by_id(number)
    if found is None:
        raise missing(number)
    category = php_int(found["CATEGORY_ID"])
    values = {"IS_RECURRING": "N", "CATEGORY_ID": category}
    values["STAGE_ID"] = first_stage(context.store, _deals(context), category)
    deal = _copy(context, php_int(found["DEAL_ID"]), values)
    counted = php_int(found["COUNTER_REPEAT"]) + 1
    table.change(number, {"COUNTER_REPEAT": counted, "LAST_EXECUTION": context.moment.text})
    return {"DEAL_ID": deal}


def _deals(context: Context) -> Entity:
    entity = context.portal.entities.get(2)
    assert entity is not None
    return entity


def _copy(context: Context, number: int, changes: Mapping[str, Any]) -> int:
    entity = _deals(context)
    names = [name for name in entity.record.fields if name not in ("ID", "CONTACT_IDS")]
    columns = ",".join(f'"{name}"' for name in names)
    row = context.store.one(f"SELECT {columns} FROM {entity.record.table} WHERE ID=?", (number,))
    if row is None:
        raise Refusal("", "Not found")
    values = {**dict(zip(names, row, strict=True)), "CREATED_TIME": context.moment.text, **changes}
    copied = context.store.insert(entity.record.table, values)
    added(context, entity, copied, values)
    return copied


def _params(given: Any, before: Mapping[str, Any]) -> str:
    known = in_capitals(given)
    merged = {**PARAMS, **before, **{key: value for key, value in known.items() if key in PARAMS}}
    numbers = {key: php_int(value) for key, value in merged.items() if key.endswith(("_VALUE", "_INTERVAL"))}
    return json.dumps({**merged, **numbers})


def _next(values: Mapping[str, Any]) -> str | None:
    """Return when the next deal is made: after one interval, or so many days before the start."""
    params = json.loads(values["PARAMS"])
    start = str(values.get("START_DATE") or "")
    if not start:
        return None
    moment = datetime.fromisoformat(start)
    days = -_DAYS.get(str(params["SINGLE_BEFORE_START_DATE_TYPE"]), 0)
    if params["MODE"] != "single" or not days:
        return moment.isoformat()
    try:
        return (moment + timedelta(days * params["SINGLE_BEFORE_START_DATE_VALUE"])).isoformat()
    except OverflowError:
        return None  # so long before the start that there is no such day
