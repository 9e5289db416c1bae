"""Universal activities ("to-do")."""

from __future__ import annotations

import json
from typing import Any

from b24bridge.sandbox.methods import Context, Params, bound_int
from b24bridge.sandbox.phpinput import php_int
from b24bridge.sandbox.plain import Table
from b24bridge.sandbox.refusals import Refusal, controller_missing, controller_type

from .controllers import must_exist
from .errors import not_found
from .records import ACTIVITIES
from .related import is_bound
from .rules import insert

__all__ = ["add", "update", "update_color", "update_deadline", "update_description", "update_responsible"]

_PROVIDER = "CRM_TODO"


def _owner(context: Context, params: Params) -> tuple[int, int]:
    owner = bound_int(params, "ownerTypeId"), bound_int(params, "ownerId")
    try:
        must_exist(context, *owner)
    except Refusal as missing:
        raise not_found() from missing
    return owner


def _existing(context: Context, params: Params) -> int:
    number = bound_int(params, "id")
    owner = _owner(context, params)
    row = Table(context, ACTIVITIES).by_id(number)
    if row is None or row["PROVIDER_ID"] != _PROVIDER or not is_bound(context, number, *owner):
        raise not_found()
    return number


def _deadline(context: Context, params: Params, name: str) -> str:
    if name not in params:
        raise controller_missing(name)
    read = context.moment.read(params[name])
    if read is None:
        raise controller_type(params[name], name, r"Bitrix\Main\Type\DateTime")
    return read


def _values(context: Context, params: Params) -> dict[str, Any]:
    deadline = _deadline(context, params, "deadline")
    settings = {"COLOR": str(params.get("colorId", "")), "PING_OFFSETS": params.get("pingOffsets") or []}
    values: dict[str, Any] = {
        "DEADLINE": deadline,
        "START_TIME": deadline,
        "END_TIME": deadline,
        "SUBJECT": str(params.get("title") or "To-do"),
        "DESCRIPTION": str(params.get("description") or ""),
        "SETTINGS": json.dumps(settings),
    }
    if params.get("responsibleId"):
        values["RESPONSIBLE_ID"] = php_int(params["responsibleId"])
    return values


def add(context: Context, params: Params) -> Any:
    """``crm.activity.todo.add``."""
    type_id, owner = _owner(context, params)
    facts = {"OWNER_TYPE_ID": str(type_id), "OWNER_ID": owner, "TYPE_ID": "6"}
    kind = {"PROVIDER_ID": _PROVIDER, "PROVIDER_TYPE_ID": "TODO"}
    return {"id": insert(context, {**_values(context, params), **facts, **kind})}


def update(context: Context, params: Params) -> Any:
    """``crm.activity.todo.update``."""
    return _changed(context, _existing(context, params), _values(context, params))


def update_color(context: Context, params: Params) -> Any:
    """``crm.activity.todo.updateColor``."""
    number = _existing(context, params)
    if "colorId" not in params:
        raise controller_missing("colorId")
    before = Table(context, ACTIVITIES).by_id(number)["SETTINGS"] or {}
    return _changed(context, number, {"SETTINGS": json.dumps({**before, "COLOR": str(params["colorId"])})})


def update_deadline(context: Context, params: Params) -> Any:
    """``crm.activity.todo.updateDeadline``."""
    deadline = _deadline(context, params, "value")
    values = {"DEADLINE": deadline, "START_TIME": deadline, "END_TIME": deadline}
    return _changed(context, _existing(context, params), values)


def update_description(context: Context, params: Params) -> Any:
    """``crm.activity.todo.updateDescription``."""
    if "value" not in params:
        raise controller_missing("value")
    return _changed(context, _existing(context, params), {"DESCRIPTION": str(params["value"])})


def update_responsible(context: Context, params: Params) -> Any:
    """``crm.activity.todo.updateResponsibleUser``."""
    values = {"RESPONSIBLE_ID": bound_int(params, "responsibleId")}
    return _changed(context, _existing(context, params), values)


def _changed(context: Context, number: int, values: dict[str, Any]) -> Any:
    stamps = {"LAST_UPDATED": context.moment.text, "EDITOR_ID": context.caller.user_id}
    Table(context, ACTIVITIES).change(number, {**values, **stamps})
    context.changed.append(("ONCRMACTIVITYUPDATE", {"FIELDS": {"ID": number}}))
    return {"id": number}
