"""``tasks.flow.Flow.*`` (section "Flows" of the tasks)."""

from __future__ import annotations

import json
from typing import Any

from b24bridge.sandbox.dialects import CONTROLLER
from b24bridge.sandbox.filters import Where
from b24bridge.sandbox.methods import Context, Family, Handler, Method, Params, bound_array, bound_int
from b24bridge.sandbox.phpinput import php_int
from b24bridge.sandbox.plain import Table, prepare
from b24bridge.sandbox.records import Record, parse_fields
from b24bridge.sandbox.refusals import Refusal

__all__ = ["FAMILY"]

_RECORD = Record(
    "task_flows",
    parse_fields("""
        ID integer o
        CREATOR_ID integer o
        OWNER_ID integer .
        GROUP_ID integer:0 .
        TEMPLATE_ID integer:0 .
        EFFICIENCY integer:0 o
        ACTIVE boolean:Y o
        PLANNED_COMPLETION_TIME integer:0 .
        ACTIVITY datetime o
        NAME string .
        DESCRIPTION string .
        DISTRIBUTION_TYPE string:manually .
        RESPONSIBLE_LIST object .
        DEMO boolean:N o
        RESPONSIBLE_CAN_CHANGE_DEADLINE boolean:N .
        MATCH_WORK_TIME boolean:Y .
        TASK_CONTROL boolean:N .
        NOTIFY_AT_HALF_TIME boolean:N .
        NOTIFY_ON_QUEUE_OVERFLOW integer .
        NOTIFY_ON_TASKS_IN_PROGRESS_OVERFLOW integer .
        NOTIFY_WHEN_EFFICIENCY_DECREASES integer .
        TASK_CREATORS object .
        TEAM object o
        TRIAL_FEATURE_ENABLED boolean:N o
    """),
)
_KINDS = ("manually", "queue", "himself", "immutable")
_ALL = [["meta-user", "all-users"]]


def _shown(context: Context, number: int) -> dict[str, Any]:
    row = Table(context, _RECORD, CONTROLLER).by_id(number)
    if row is None:
        raise Refusal("0", "Flow not found")
    flags = {"ACTIVE", "DEMO", "MATCH_WORK_TIME", "TASK_CONTROL", "NOTIFY_AT_HALF_TIME"}
    flags |= {"RESPONSIBLE_CAN_CHANGE_DEADLINE", "TRIAL_FEATURE_ENABLED"}
    names = zip(row, _RECORD.fields, strict=True)
    return {key: row[key] == "Y" if name in flags else row[key] for key, name in names}


def _values(context: Context, given: dict[str, Any], number: int) -> dict[str, Any]:
    values = Table(context, _RECORD).read(given, camel_keys=True)
    if "DISTRIBUTION_TYPE" in values and values["DISTRIBUTION_TYPE"] not in _KINDS:
        raise Refusal("0", "'distributionType': field's value has an invalid value")
    if "RESPONSIBLE_LIST" in values:
        values["TEAM"] = values["RESPONSIBLE_LIST"]
    taken = Table(context, _RECORD).one(Where("NAME=? AND ID<>?", (values.get("NAME"), number)))
    if taken is not None:
        raise Refusal("0", "A flow with this name already exists")
    return {**values, "ACTIVITY": context.moment.text}


def _create(context: Context, params: Params) -> Any:
    """``tasks.flow.Flow.create``: the caller creates and owns it."""
    given = bound_array(params, "flowData", required=True)
    if not isinstance(given, dict) or not given.get("name"):
        raise Refusal("0", "'name': field is required")
    user = context.caller.user_id
    values = {"CREATOR_ID": user, "OWNER_ID": user, "DESCRIPTION": "", "TASK_CREATORS": json.dumps(_ALL)}
    table = Table(context, _RECORD)
    return _shown(context, table.add({**values, **_values(context, given, 0)}))


def _given(params: Params) -> tuple[int, dict[str, Any]]:
    given = bound_array(params, "flowData", required=True)
    return php_int(given.get("id") if isinstance(given, dict) else 0), given


def _update(context: Context, params: Params) -> Any:
    number, given = _given(params)
    _shown(context, number)
    Table(context, _RECORD).change(number, _values(context, given, number))
    return _shown(context, number)


def _delete(context: Context, params: Params) -> Any:
    if not Table(context, _RECORD).remove(_given(params)[0]):
        raise Refusal("0", "Flow not found")
    return {"deleted": True}


def _exists(context: Context, params: Params) -> Any:
    """``tasks.flow.Flow.isExists``: whether another flow has the name."""
    number, given = _given(params)
    where = Where("NAME=? AND ID<>?", (str(given.get("name", "")), number))
    return {"exists": Table(context, _RECORD).one(where) is not None}


def _switch(context: Context, params: Params) -> Any:
    """``tasks.flow.Flow.activate``: on or off, whatever it was not."""
    number = bound_int(params, "flowId")
    active = _shown(context, number)["active"]
    Table(context, _RECORD).change(number, {"ACTIVE": "N" if active else "Y"})
    return True


def _pin(context: Context, params: Params) -> Any:
    """``tasks.flow.Flow.pin``: in the caller's list."""
    name = f"flow_pinned_{_shown(context, bound_int(params, 'flowId'))['id']}_{context.caller.user_id}"
    context.store.keep(name, not context.store.setting(name, False))
    return True


_HANDLERS: dict[str, Handler] = {
    "create": _create,
    "get": lambda context, params: _shown(context, bound_int(params, "flowId")),
    "update": _update,
    "delete": _delete,
    "isExists": _exists,
    "activate": _switch,
    "pin": _pin,
}

FAMILY = Family(
    "task_flows",
    [Method(f"tasks.flow.Flow.{name}", handler, "task", listed=False) for name, handler in _HANDLERS.items()],
    prepare=lambda portal: prepare(portal, _RECORD),
)
