"""``crm.activity.*``: the methods of all kinds of activities."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from b24bridge.sandbox.classicquery import ClassicQuery
from b24bridge.sandbox.dialects import CLASSIC
from b24bridge.sandbox.filters import NOTHING, Where
from b24bridge.sandbox.listing import PAGE, Answer, page_classic
from b24bridge.sandbox.methods import Context, Params, array, in_capitals, pick
from b24bridge.sandbox.phpinput import php_int
from b24bridge.sandbox.plain import Table, describe, record_id
from b24bridge.sandbox.refusals import Refusal

from .errors import gone, undefined
from .records import ACTIVITIES, COMMUNICATIONS, LISTS
from .related import (
    bind,
    bindings,
    communications,
    files,
    forget,
    write_communications,
    write_files,
)

__all__ = ["add", "communication_fields", "delete", "fields", "get", "insert", "listed", "update"]

# Kinds of activities: meeting, call, task, e-mail, and those of providers.
_MEETING, _CALL, _TASK, _EMAIL, _PROVIDER = 1, 2, 3, 4, 6
_PROVIDERS = {
    _MEETING: ("CRM_MEETING", "MEETING"),
    _CALL: ("VOXIMPLANT_CALL", "CALL"),
    _TASK: ("CRM_TASKS_TASK", "TASKS_TASK"),
    _EMAIL: ("CRM_EMAIL", "EMAIL"),
}
_CONFIGURABLE = "CONFIGURABLE_REST_APP"
# What in a select shows the files of an activity that has some.
_WITH_FILES = {"*", "FILES", "STORAGE_ELEMENT_IDS", "WEBDAV_ELEMENTS"}
_NEVER = "9999-12-31T00:00:00"


@dataclass(frozen=True, slots=True)
class ActivityQuery(ClassicQuery):
    """Lists of activities can be filtered by bindings."""

    def special(self, name: str, operator: str, value: Any, *, negative: bool) -> Where | None:
        """Return the condition on bindings: any of the pairs."""
        if name != "BINDINGS":
            return None
        rows = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
        pairs = [
            [php_int(pick(row, "OWNER_TYPE_ID")), php_int(pick(row, "OWNER_ID"))]
            for row in rows
            if isinstance(row, Mapping)
        ]
        if not pairs:
            return NOTHING
        sql = (
            "ID IN (SELECT ACTIVITY_ID FROM crm_activity_bindings b JOIN json_each(?) j ON "
            "b.OWNER_TYPE_ID=json_extract(j.value,'$[0]') AND b.OWNER_ID=json_extract(j.value,'$[1]'))"
        )
        return Where(sql, (json.dumps(pairs),))


def fields(_: Context, __: Params) -> Any:
    """``crm.activity.fields``."""
    return {item.name: describe(item) for item in (*ACTIVITIES.fields.values(), *LISTS)}


def communication_fields(_: Context, __: Params) -> Any:
    """``crm.activity.communication.fields``."""
    return {item.name: describe(item) for item in COMMUNICATIONS.fields.values()}


def get(context: Context, params: Params) -> Any:
    """``crm.activity.get``: without bindings and communications."""
    row = Table(context, ACTIVITIES, CLASSIC).by_id(record_id(params))
    if row is None:
        raise gone()
    return _arrays(row)


def _arrays(row: dict[str, Any]) -> dict[str, Any]:
    for name in ("SETTINGS", "PROVIDER_PARAMS"):
        if name in row:
            row[name] = row[name] or []
    return row


def listed(context: Context, params: Params) -> Any:
    """``crm.activity.list``: communications and bindings must be named."""
    query = ActivityQuery(ACTIVITIES, context.moment)
    select = array(params, "select")
    names = query.selected_names(select)
    where = query.where(array(params, "filter"))
    page = page_classic(context.store, ACTIVITIES, where, context.start)
    rows = Table(context, ACTIVITIES, CLASSIC).many(
        where,
        query.order(array(params, "order")),
        fields=query.select(select),
        offset=page.offset,
        limit=PAGE,
    )
    numbers = [int(row["ID"]) for row in rows]
    reached = communications(context, numbers) if "COMMUNICATIONS" in names else {}
    for row, number in zip(rows, numbers, strict=True):
        _arrays(row)
        if "COMMUNICATIONS" in names:
            row["COMMUNICATIONS"] = reached[number]
        kept = files(context, number) if not names or names & _WITH_FILES else []
        if kept:
            row["FILES"] = kept
        if "BINDINGS" in names:
            row["BINDINGS"] = [
                {"OWNER_TYPE_ID": str(type_id), "OWNER_ID": str(owner)}
                for type_id, owner in bindings(context, number)
            ]
    return Answer(rows, page.total, page.next)


def add(context: Context, params: Params) -> Any:
    """``crm.activity.add``: answers the new id."""
    given = in_capitals(array(params, "fields"))
    values = Table(context, ACTIVITIES).read(given)
    kind = php_int(values.get("TYPE_ID"))
    reached = given.get("COMMUNICATIONS")
    lacking = [("SUBJECT", "empty")] if not values.get("SUBJECT") else []
    lacking += [("TYPE_ID", "invalid")] if kind <= 0 else []
    if kind in (_MEETING, _CALL, _EMAIL) and not isinstance(reached, (list, dict)):
        lacking.append(("COMMUNICATIONS", "invalid"))
    if lacking:
        raise undefined(lacking)
    if kind == _PROVIDER and not values.get("PROVIDER_ID"):
        raise Refusal("", "The custom activity without provider is not supported in current context")
    if values.get("PROVIDER_ID") == _CONFIGURABLE:
        raise Refusal("", "Use crm.activity.configurable.add for this activity provider")
    if kind == _CALL and isinstance(reached, (list, dict)) and len(reached) > 1:
        raise Refusal("", "The only one communication is allowed for activity of specified type")
    owner = php_int(values.get("OWNER_TYPE_ID")), php_int(values.get("OWNER_ID"))
    if not all(owner) and not reached:
        text = "Please ensure that owner info and communications are defined correctly"
        raise Refusal("", f"Could not build binding. {text}")
    number = insert(context, values)
    if isinstance(reached, (list, dict)):
        write_communications(context, number, reached, values)
    write_files(context, number, given.get("FILES"))
    return number


def insert(context: Context, values: dict[str, Any]) -> int:
    """Add an activity with what it has by itself, bind it to its owner, and return its id."""
    now, user = context.moment.text, context.caller.user_id
    kind = php_int(values.get("TYPE_ID"))
    provider, provider_type = _PROVIDERS.get(kind, (None, None))
    ready = {
        "PROVIDER_ID": provider,
        "PROVIDER_TYPE_ID": provider_type,
        "RESPONSIBLE_ID": user,
        "DESCRIPTION": "",
        "LOCATION": "",
        **values,
        "CREATED": now,
        "LAST_UPDATED": now,
        "AUTHOR_ID": user,
        "EDITOR_ID": user,
    }
    ready["STATUS"] = "2" if ready.get("COMPLETED") == "Y" else "1"
    if not ready.get("DEADLINE"):
        due = ready.get("START_TIME") if kind in (_MEETING, _CALL) else ready.get("END_TIME")
        ready["DEADLINE"] = due or f"{_NEVER}{context.portal.offset}"
    number = Table(context, ACTIVITIES).add(ready)
    if ready.get("OWNER_TYPE_ID") and ready.get("OWNER_ID"):
        bind(context, number, php_int(ready["OWNER_TYPE_ID"]), php_int(ready["OWNER_ID"]))
    context.changed.append(("ONCRMACTIVITYADD", {"FIELDS": {"ID": number}}))
    return number


def update(context: Context, params: Params) -> Any:
    """``crm.activity.update``."""
    number = record_id(params)
    table = Table(context, ACTIVITIES, CLASSIC)
    before = table.by_id(number)
    if before is None:
        raise gone()
    if before["PROVIDER_ID"] == _CONFIGURABLE:
        raise Refusal("", "Use crm.activity.configurable.update for this activity provider")
    given = in_capitals(array(params, "fields"))
    values = table.read(given, changing=True)
    if "SUBJECT" in values and not values["SUBJECT"]:
        raise undefined([("SUBJECT", "empty")])
    if "COMPLETED" in values:
        values["STATUS"] = "2" if values["COMPLETED"] == "Y" else "1"
    values.update(LAST_UPDATED=context.moment.text, EDITOR_ID=context.caller.user_id)
    table.change(number, values)
    if isinstance(given.get("COMMUNICATIONS"), (list, dict)):
        write_communications(context, number, given["COMMUNICATIONS"], before)
    write_files(context, number, given.get("FILES"))
    context.changed.append(("ONCRMACTIVITYUPDATE", {"FIELDS": {"ID": number}}))
    return True


def delete(context: Context, params: Params) -> Any:
    """``crm.activity.delete``."""
    number = record_id(params)
    if not Table(context, ACTIVITIES).remove(number):
        raise gone()
    forget(context, number)
    context.changed.append(("ONCRMACTIVITYDELETE", {"FIELDS": {"ID": number}}))
    return True
