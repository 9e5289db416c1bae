"""``*.getmanifest`` of the positional methods: what they take and give, built from the lists of fields."""

from __future__ import annotations

from typing import Any

from b24bridge.sandbox.methods import Context, Params

__all__ = ["checklist", "comments", "elapsed"]

_WARNING = "on't rely on format of this manifest, it can be changed without any notification"
_TASK = {"description": "taskId", "type": "integer"}
_ITEM = {"description": "itemId", "type": "integer"}
_PREFIXES = ["!", "<=", "<", ">=", ">"]


def _array(name: str, keys: list[str], **more: Any) -> dict[str, Any]:
    return {"description": name, "type": "array", "allowedKeys": keys, **more}


def _method(count: int, params: list[Any], *, static: bool | None = False, **more: Any) -> dict[str, Any]:
    head = {} if static is None else {"staticMethod": static}
    return {**head, "mandatoryParamsCount": count, "params": params, **more}


def _common(fields: str, writable: list[str]) -> dict[str, Any]:
    """Return the methods that all of them have."""
    action = {"description": "actionId", "type": "integer"}
    return {
        "add": _method(2, [_TASK, _array(fields, writable)], static=True),
        "update": _method(3, [_TASK, _ITEM, _array(fields, writable)]),
        "delete": _method(2, [_TASK, _ITEM]),
        "isactionallowed": _method(3, [_TASK, _ITEM, action]),
    }


def checklist(_: Context, __: Params) -> Any:
    """``task.checklistitem.getmanifest``."""
    writable = ["PARENT_ID", "TITLE", "SORT_INDEX", "IS_COMPLETE", "IS_IMPORTANT", "MEMBERS"]
    toggled = ["TOGGLED_BY", "TOGGLED_DATE"]
    readable = [
        "ID",
        "TASK_ID",
        "PARENT_ID",
        "CREATED_BY",
        *writable[1:5],
        *toggled,
        "MEMBERS",
        "ATTACHMENTS",
    ]
    sortable = ["ID", "PARENT_ID", "CREATED_BY", *writable[1:5], *toggled]
    after = {"description": "afterItemId", "type": "integer"}
    listed = _method(1, [_TASK, _array("arOrder", sortable)], static=True)
    return {
        "Manifest version": "2.0",
        "Warning": f"d{_WARNING}",
        "REST: shortname alias to class": "checklistitem",
        "REST: writable checklistitem data fields": writable,
        "REST: readable checklistitem data fields": readable,
        "REST: sortable checklistitem data fields": sortable,
        "REST: date fields": ["TOGGLED_DATE"],
        "REST: available methods": {
            "getmanifest": {"staticMethod": True, "params": []},
            "get": _method(2, [_TASK, _ITEM], static=None, allowedKeysInReturnValue=readable),
            "getlist": {**listed, "allowedKeysInReturnValue": readable, "collectionInReturnValue": True},
            **_common("arFields", writable),
            "complete": _method(2, [_TASK, _ITEM]),
            "renew": _method(2, [_TASK, _ITEM]),
            "moveafteritem": _method(3, [_TASK, _ITEM, after]),
        },
    }


def comments(_: Context, __: Params) -> Any:
    """``task.commentitem.getmanifest``."""
    writable = ["POST_MESSAGE", "AUTHOR_ID", "POST_DATE", "UF_FORUM_MESSAGE_DOC"]
    sortable = ["ID", "AUTHOR_ID", "AUTHOR_NAME", "AUTHOR_EMAIL", "POST_DATE"]
    readable = ["POST_MESSAGE_HTML", *sortable, "POST_DATE", *writable, "ATTACHED_OBJECTS"]
    filterable = ["ID", "AUTHOR_ID", "AUTHOR_NAME", "POST_DATE"]
    condition = _array("arFilter", filterable, allowedKeyPrefixes=_PREFIXES)
    listed = _method(1, [_TASK, _array("arOrder", sortable), condition], static=True)
    return {
        "Manifest version": "1.1",
        "Warning": f"d{_WARNING}",
        "REST: shortname alias to class": "commentitem",
        "REST: writable commentitem data fields": writable,
        "REST: readable commentitem data fields": readable,
        "REST: sortable commentitem data fields": sortable,
        "REST: filterable commentitem data fields": filterable,
        "REST: date fields": ["POST_DATE"],
        "REST: available methods": {
            "getmanifest": {"staticMethod": True, "params": []},
            "getlist": {**listed, "allowedKeysInReturnValue": readable, "collectionInReturnValue": True},
            "get": _method(2, [_TASK, _ITEM], static=None, allowedKeysInReturnValue=readable),
            **_common("arFields", writable),
        },
    }


def elapsed(_: Context, __: Params) -> Any:
    """``task.elapseditem.getmanifest``."""
    dates = ["CREATED_DATE", "DATE_START", "DATE_STOP"]
    writable = ["USER_ID", "COMMENT_TEXT", "SECONDS", "SOURCE", *dates]
    readable = ["ID", "TASK_ID", "USER_ID", "COMMENT_TEXT", "SECONDS", "MINUTES", "SOURCE", *dates]
    sortable = ["ID", "TASK_ID", "USER_ID", "SECONDS", "MINUTES", *dates]
    filterable = ["ID", "TASK_ID", "USER_ID", "CREATED_DATE"]
    sums = ["MAX", "MIN", "COUNT", "SUM", "AVG"]
    select = {
        "description": "select",
        "type": "array",
        "allowedValues": ["", "*", *readable],
        "allowedAggregations": sums,
        "allowedValuesInAggregation": ["ID", "USER_ID", "SECONDS", "MINUTES"],
    }
    listed = {
        "staticMethod": True,
        "params": [
            _TASK,
            _array("order", sortable),
            _array("filter", filterable, allowedKeyPrefixes=_PREFIXES),
            select,
            _array("params", ["NAV_PARAMS"]),
        ],
        "allowedKeysInReturnValue": readable,
        "allowedAggregations": sums,
        "collectionInReturnValue": True,
    }
    return {
        "Manifest version": "1.2",
        "Manifest change date": "22 Feb 2018",
        "Warning": f"D{_WARNING}s!",
        "REST: shortname alias to class": "elapseditem",
        "REST: writable elapseditem data fields": writable,
        "REST: readable elapseditem data fields": readable,
        "REST: sortable elapseditem data fields": sortable,
        "REST: filterable elapseditem data fields": filterable,
        "REST: date fields": dates,
        "REST: available methods": {
            "getmanifest": {"staticMethod": True, "params": []},
            "getlist": listed,
            "get": _method(2, [_TASK, _ITEM], static=None, allowedKeysInReturnValue=readable),
            **_common("fields", writable),
        },
    }
