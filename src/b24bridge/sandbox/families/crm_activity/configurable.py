"""Activities whose look an application describes, and blocks that it adds to others."""

from __future__ import annotations

import json
from typing import Any

from b24bridge.sandbox.dialects import CLASSIC
from b24bridge.sandbox.itemquery import yes_or_no
from b24bridge.sandbox.methods import Context, Params, bound_array, bound_int
from b24bridge.sandbox.phpinput import php_int
from b24bridge.sandbox.plain import Table
from b24bridge.sandbox.refusals import Refusal

from .controllers import must_exist
from .errors import not_found, wrong_context
from .records import ACTIVITIES
from .related import is_bound
from .rules import insert

__all__ = ["add", "blocks_delete", "blocks_get", "blocks_set", "get", "update"]

_PROVIDER = "CONFIGURABLE_REST_APP"


def _application(context: Context) -> None:
    if context.caller.kind != "token":
        raise wrong_context()


def _named(value: Any) -> dict[str, Any]:
    return dict(value) if isinstance(value, dict) else {}


def _values(context: Context, given: dict[str, Any]) -> dict[str, Any]:
    """Return what is stored of ``fields``."""
    values: dict[str, Any] = {}
    if "completed" in given:
        values["COMPLETED"] = "Y" if given["completed"] is True else yes_or_no(given["completed"])
    if given.get("deadline"):
        values["DEADLINE"] = context.moment.read(given["deadline"])
    if given.get("responsibleId"):
        values["RESPONSIBLE_ID"] = php_int(given["responsibleId"])
    for name, column in (("originatorId", "ORIGINATOR_ID"), ("originId", "ORIGIN_ID")):
        if name in given:
            values[column] = str(given[name])
    return values


def _facts(given: dict[str, Any], before: dict[str, Any]) -> dict[str, Any]:
    """Return what is kept of ``fields`` beside the activity."""
    facts = dict(before)
    if "typeId" in given:
        facts["typeId"] = str(given["typeId"])
    if "badgeCode" in given:
        facts["badgeCode"] = str(given["badgeCode"])
    if isinstance(given.get("pingOffsets"), list):
        facts["pingOffsets"] = [php_int(item) for item in given["pingOffsets"]]
    if "isIncomingChannel" in given:
        facts["isIncomingChannel"] = yes_or_no(given["isIncomingChannel"]) == "Y"
    return facts


def add(context: Context, params: Params) -> Any:
    """``crm.activity.configurable.add``."""
    _application(context)
    type_id, owner = bound_int(params, "ownerTypeId"), bound_int(params, "ownerId")
    given = _named(bound_array(params, "fields", required=True))
    layout = bound_array(params, "layout", required=True)
    try:
        must_exist(context, type_id, owner)
    except Refusal as missing:
        raise not_found() from missing
    values = _values(context, given)
    start = {"typeId": "CONFIGURABLE", "pingOffsets": [], "isIncomingChannel": False, "badgeCode": ""}
    facts = {"fields": _facts(given, start), "layout": layout}
    number = insert(
        context,
        {
            **values,
            "OWNER_TYPE_ID": str(type_id),
            "OWNER_ID": owner,
            "TYPE_ID": "6",
            "PROVIDER_ID": _PROVIDER,
            "PROVIDER_TYPE_ID": facts["fields"]["typeId"],
            "SUBJECT": str((layout.get("header") or {}).get("title", "")) if isinstance(layout, dict) else "",
            "PROVIDER_PARAMS": json.dumps(facts),
        },
    )
    return _shown(context, number)


def _row(context: Context, params: Params) -> Any:
    row = Table(context, ACTIVITIES, CLASSIC).by_id(bound_int(params, "id"))
    if row is None or row["PROVIDER_ID"] != _PROVIDER:
        raise not_found()
    return row


def get(context: Context, params: Params) -> Any:
    """``crm.activity.configurable.get``."""
    _application(context)
    return _shown(context, int(_row(context, params)["ID"]))


def _shown(context: Context, number: int) -> Any:
    row = Table(context, ACTIVITIES, CLASSIC).by_id(number)
    facts = row["PROVIDER_PARAMS"]
    kept = facts["fields"]
    return {
        "activity": {
            "id": number,
            "ownerTypeId": int(row["OWNER_TYPE_ID"]),
            "ownerId": int(row["OWNER_ID"]),
            "fields": {
                "typeId": kept["typeId"],
                "completed": row["COMPLETED"] == "Y",
                "deadline": row["DEADLINE"],
                "pingOffsets": kept["pingOffsets"],
                "isIncomingChannel": kept["isIncomingChannel"],
                "responsibleId": int(row["RESPONSIBLE_ID"]),
                "badgeCode": kept["badgeCode"],
                "originatorId": row["ORIGINATOR_ID"],
                "originId": row["ORIGIN_ID"],
            },
            "layout": facts["layout"] or [],
        }
    }


def update(context: Context, params: Params) -> Any:
    """``crm.activity.configurable.update``."""
    _application(context)
    row = _row(context, params)
    given = _named(bound_array(params, "fields"))
    facts = row["PROVIDER_PARAMS"]
    facts["fields"] = _facts(given, facts["fields"])
    if params.get("layout"):
        facts["layout"] = bound_array(params, "layout")
    values = _values(context, given)
    values.update(
        PROVIDER_PARAMS=json.dumps(facts),
        LAST_UPDATED=context.moment.text,
        EDITOR_ID=context.caller.user_id,
    )
    Table(context, ACTIVITIES).change(int(row["ID"]), values)
    return _shown(context, int(row["ID"]))


# -- blocks -------------------------------------------------------------------------------------------------


def _place(context: Context, params: Params) -> str:
    """Return the key of the blocks that an application has in an activity."""
    _application(context)
    number = bound_int(params, "activityId")
    if not is_bound(context, number, bound_int(params, "entityTypeId"), bound_int(params, "entityId")):
        raise not_found()
    return f"activity_blocks:{context.caller.client_id}:{number}"


def blocks_set(context: Context, params: Params) -> Any:
    """``crm.activity.layout.blocks.set``."""
    place = _place(context, params)
    context.store.keep(place, bound_array(params, "layout", required=True))
    return {"success": True}


def blocks_get(context: Context, params: Params) -> Any:
    """``crm.activity.layout.blocks.get``."""
    return {"layout": context.store.setting(_place(context, params), []) or []}


def blocks_delete(context: Context, params: Params) -> Any:
    """``crm.activity.layout.blocks.delete``."""
    context.store.keep(_place(context, params), [])
    return {"success": True}
