"""Bindings, badges and kinds of activities."""

from __future__ import annotations

import json
from typing import Any

from b24bridge.sandbox.dialects import CLASSIC
from b24bridge.sandbox.files import Files, file_pair
from b24bridge.sandbox.filters import Where
from b24bridge.sandbox.methods import Context, Params, array, bound_int, in_capitals, pick
from b24bridge.sandbox.plain import Table
from b24bridge.sandbox.refusals import Refusal, controller_missing

from .errors import no_element, no_entity, not_found
from .records import ACTIVITIES, BADGES, TYPES
from .related import bind, bindings, is_bound

__all__ = [
    "badge_add",
    "badge_delete",
    "badge_get",
    "badge_list",
    "binding_add",
    "binding_delete",
    "binding_list",
    "binding_move",
    "must_exist",
    "type_add",
    "type_delete",
    "type_list",
]


def must_exist(context: Context, type_id: int, number: int) -> None:
    """Check that a record is there.

    Raises:
        Refusal: The kind is unknown, or there is no such record.
    """
    entity = context.portal.entities.get(type_id)
    if entity is None or Table(context, entity.record).by_id(number) is None:
        raise no_entity()


def _activity(context: Context, params: Params) -> int:
    number = bound_int(params, "activityId")
    if Table(context, ACTIVITIES).by_id(number) is None:
        raise no_element()
    return number


# -- bindings -----------------------------------------------------------------------------------------------


def binding_add(context: Context, params: Params) -> Any:
    """``crm.activity.binding.add``."""
    number = _activity(context, params)
    type_id, owner = bound_int(params, "entityTypeId"), bound_int(params, "entityId")
    must_exist(context, type_id, owner)
    bind(context, number, type_id, owner)
    return True


def binding_list(context: Context, params: Params) -> Any:
    """``crm.activity.binding.list``."""
    pairs = bindings(context, _activity(context, params))
    return [{"entityTypeId": type_id, "entityId": owner} for type_id, owner in pairs]


def binding_delete(context: Context, params: Params) -> Any:
    """``crm.activity.binding.delete``."""
    number = _activity(context, params)
    _unbind(context, number, bound_int(params, "entityTypeId"), bound_int(params, "entityId"))
    return True


def binding_move(context: Context, params: Params) -> Any:
    """``crm.activity.binding.move``: an owner that moves stays the owner."""
    number = _activity(context, params)
    source = bound_int(params, "sourceEntityTypeId"), bound_int(params, "sourceEntityId")
    target = bound_int(params, "targetEntityTypeId"), bound_int(params, "targetEntityId")
    must_exist(context, *target)
    _unbind(context, number, *source)
    bind(context, number, *target)
    context.store.run(
        "UPDATE crm_activities SET OWNER_TYPE_ID=?, OWNER_ID=? WHERE ID=? AND OWNER_TYPE_ID=? AND OWNER_ID=?",
        (*target, number, *source),
    )
    return True


def _unbind(context: Context, number: int, type_id: int, owner: int) -> None:
    if not is_bound(context, number, type_id, owner):
        raise no_element()
    context.store.run(
        "DELETE FROM crm_activity_bindings WHERE ACTIVITY_ID=? AND OWNER_TYPE_ID=? AND OWNER_ID=?",
        (number, type_id, owner),
    )


# -- badges -------------------------------------------------------------------------------------------------


def _badge(context: Context, params: Params) -> Any:
    if "code" not in params:
        raise controller_missing("code")
    found = Table(context, BADGES, CLASSIC).one(Where("CODE=?", (str(params["code"]),)))
    if found is None:
        raise not_found()
    return found


def _shown(row: Any) -> dict[str, Any]:
    return {name.lower(): row[name] for name in ("CODE", "TITLE", "VALUE", "TYPE")}


def badge_add(context: Context, params: Params) -> Any:
    """``crm.activity.badge.add``: adding a code again changes it."""
    for name in ("code", "title", "value", "type"):
        if not params.get(name):
            raise controller_missing(name)
    code = str(params["code"])
    context.store.run("DELETE FROM crm_activity_badges WHERE CODE=?", (code,))
    texts = {name.upper(): json.dumps(params[name]) for name in ("title", "value")}
    Table(context, BADGES).add({"CODE": code, **texts, "TYPE": str(params["type"])})
    return badge_get(context, params)


def badge_get(context: Context, params: Params) -> Any:
    """``crm.activity.badge.get``."""
    return {"badge": _shown(_badge(context, params))}


def badge_list(context: Context, _: Params) -> Any:
    """``crm.activity.badge.list``."""
    return {"badges": [_shown(row) for row in Table(context, BADGES, CLASSIC).many()]}


def badge_delete(context: Context, params: Params) -> Any:
    """``crm.activity.badge.delete``."""
    return Table(context, BADGES).remove(int(_badge(context, params)["ID"]))


# -- kinds --------------------------------------------------------------------------------------------------


def _mine(context: Context, code: Any) -> Any:
    where = Where("CLIENT_ID=? AND TYPE_ID=?", (context.caller.client_id, str(code)))
    return Table(context, TYPES, CLASSIC).one(where)


def _application(context: Context) -> None:
    if context.caller.kind != "token":
        raise Refusal("", "Access denied! Application context required")


def type_add(context: Context, params: Params) -> Any:
    """``crm.activity.type.add``."""
    _application(context)
    given = in_capitals(array(params, "fields"))
    if not given.get("TYPE_ID"):
        raise Refusal("", "TYPE_ID is not defined or invalid.")
    if _mine(context, given["TYPE_ID"]) is not None:
        raise Refusal("", "Activity type already exists.")
    values = Table(context, TYPES).read(given)
    icon = file_pair(given.get("ICON_FILE"))
    values["ICON_ID"] = Files(context.store).keep(icon) if icon else 0
    Table(context, TYPES).add({**values, "CLIENT_ID": context.caller.client_id})
    return True


def type_list(context: Context, _: Params) -> Any:
    """``crm.activity.type.list``."""
    _application(context)
    rows = Table(context, TYPES, CLASSIC).many(Where("CLIENT_ID=?", (context.caller.client_id,)))
    return [
        {name: row[name] for name in ("TYPE_ID", "NAME", "IS_CONFIGURABLE_TYPE", "ICON_ID")} for row in rows
    ]


def type_delete(context: Context, params: Params) -> Any:
    """``crm.activity.type.delete``."""
    _application(context)
    found = _mine(context, pick(params, "TYPE_ID"))
    if found is None:
        raise not_found()
    return Table(context, TYPES).remove(int(found["ID"]))
