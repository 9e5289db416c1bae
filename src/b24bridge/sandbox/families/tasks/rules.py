"""Reading tasks: lenient filters, a strict select, people beside their ids."""

from __future__ import annotations

import json
import re
from datetime import datetime
from typing import TYPE_CHECKING, Any

from b24bridge.sandbox.dialects import TASK, camel_task
from b24bridge.sandbox.filters import Where, both, either, term
from b24bridge.sandbox.listing import Answer, fetch, order_by, page_plain
from b24bridge.sandbox.methods import Context, Params, bound_array
from b24bridge.sandbox.phpinput import php_int
from b24bridge.sandbox.records import Field, Kind, Record

from .errors import bad_select, bad_sort, missing_id, wrong_id

if TYPE_CHECKING:
    from b24bridge.sandbox.portal import Portal

__all__ = ["ACTIONS", "get", "listed", "prepare", "shown", "task_id"]

_KEY = re.compile(r"([!=<>%@?+]*)(\w+)", re.ASCII)
_OPERATORS = {"": "=", "=": "=", "!": "!=", "!=": "!=", "<=": "<=", "<": "<", ">=": ">=", ">": ">"}
_OPERATORS |= {"%": "%", "!%": "!%", "@": "@", "!@": "!@", "?": "%", "=%": "~", "%=": "~"}

# It can be selected but not filtered by (section 4.4).
_NOT_FILTERED = frozenset({"TIME_SPENT_IN_LOGS"})
_PEOPLE = (("CREATED_BY", "creator"), ("RESPONSIBLE_ID", "responsible"))
_OVERDUE = "CASE WHEN STATUS < 4 AND DEADLINE < '{now}' THEN '-1' ELSE CAST(STATUS AS TEXT) END"
_NO_ICON = "/bitrix/images/tasks/default_avatar.png"


def prepare(portal: Portal, record: Record) -> None:
    """Create the table."""
    portal.records["tasks"] = record
    portal.store.ensure(record.table, record.columns(), record.indexes)


def listed(context: Context, params: Params) -> Any:
    """``tasks.task.list``; without an order the newest id comes first."""
    record = context.portal.records["tasks"]
    where = _where(context, record, bound_array(params, "filter"))
    order = _order(record, bound_array(params, "order"))
    chosen = _selected(record, bound_array(params, "select"))
    page = page_plain(context.store, record, where, context.start, None)
    rows = fetch(context.store, record, _row(context, record, chosen), where, order, offset=page.offset)
    return Answer({"tasks": [_complete(context, row, chosen) for row in rows]}, page.total, page.next)


def get(context: Context, params: Params) -> Any:
    """``tasks.task.get``; a task that is not there is answered with an empty array (quirk 22)."""
    found = shown(context, task_id(params), bound_array(params, "select"), with_action=True)
    return [] if found is None else {"task": found}


def shown(context: Context, number: int, select: Any, *, with_action: bool) -> dict[str, Any] | None:
    """Return one task as the methods answer it, or None."""
    record = context.portal.records["tasks"]
    names = list(select.values()) if isinstance(select, dict) else select
    if any(isinstance(name, str) and name.startswith("UF_") for name in names):
        names = [*names, "UF_*"]  # one user field brings the others along
    chosen = _selected(record, names)
    rows = fetch(context.store, record, _row(context, record, chosen), Where("ID=?", (number,)))
    if not rows:
        return None
    task = _complete(context, rows[0], chosen)
    task.setdefault("favorite", "N")
    if with_action:
        task["action"] = dict(ACTIONS)
    return task


def task_id(params: Params) -> int:
    """Return ``taskId``; b24jssdk's tests against live portals name it ``id``, too.

    Raises:
        Refusal: It is missing, zero, or no number.
    """
    given = params.get("taskId", params.get("id"))
    if given is None:
        raise missing_id()
    number = php_int(given)
    if number <= 0:
        raise wrong_id()
    return number


def _where(context: Context, record: Record, conditions: Any) -> Where:
    parts: list[Where] = []
    logic = "AND"
    for key, value in conditions.items() if isinstance(conditions, dict) else ():
        name = str(key).upper()
        if name == "::LOGIC":
            logic = str(value).upper()
        elif name.startswith("::SUBFILTER") and isinstance(value, dict):
            parts.append(_where(context, record, value))
        else:
            parts.append(_condition(context, record, name, value))
    kept = [part for part in parts if part.sql]
    return either(kept) if logic == "OR" and kept else both(kept)


def _condition(context: Context, record: Record, key: str, value: Any) -> Where:
    match = _KEY.fullmatch(key)
    if match is None or match[1] not in _OPERATORS:
        return Where()
    operator, name = _OPERATORS[match[1]], match[2]
    if name == "MEMBER":
        return either(term(record.fields[item], "=", value, context.moment) for item in
                      ("CREATED_BY", "RESPONSIBLE_ID", "AUDITORS", "ACCOMPLICES"))  # fmt: skip
    if name in ("ACCOMPLICE", "AUDITOR", "TAG"):
        name += "S"
    field = record.fields.get(name)
    if field is None or name in _NOT_FILTERED:
        return Where()
    if name == "STATUS" and str(value) == "-1":
        test = f"{_OVERDUE.format(now=context.moment.text)} = '-1'"
        return Where(f"NOT ({test})" if operator == "!=" else test)
    if field.kind is Kind.DATETIME and isinstance(value, str) and value:
        # A date that cannot be read becomes the beginning of 1970.
        value = context.moment.read(value) or "1970-01-01T00:00:00+00:00"
    found = term(field, operator, value, context.moment)
    if name == "CHANGED_DATE":
        # A task that was never changed is judged by its creation.
        return Where(
            found.sql.replace('"CHANGED_DATE"', "ifnull(CHANGED_DATE,CREATED_DATE)"), found.arguments
        )
    return found


def _order(record: Record, wanted: Any) -> str:
    terms: list[tuple[Field, bool]] = []
    for key, direction in wanted.items() if isinstance(wanted, dict) else ():
        field = record.fields.get(str(key).upper())
        if field is None:
            raise bad_sort()
        terms.append((field, str(direction).lower().startswith("desc")))
    return order_by(terms or [(record.fields["ID"], True)])


def _selected(record: Record, select: Any) -> list[Field]:
    """Names are UPPER_SNAKE; unknown ones are dropped, ``ID`` always comes."""
    names = list(select.values()) if isinstance(select, dict) else select
    if not all(isinstance(name, str) for name in names):
        raise bad_select()
    every = list(record.fields.values())
    plain = [item for item in every if not item.is_user_field]
    if not names:
        return plain
    wanted = {"ID", *names}
    if "*" in wanted:
        wanted |= {item.name for item in plain}
    if "DESCRIPTION" in wanted:
        wanted.add("DESCRIPTION_IN_BBCODE")
    if "UF_*" in wanted:
        wanted |= {item.name for item in every if item.is_user_field}
    return [item for item in every if item.name in wanted]


def _row(context: Context, record: Record, chosen: list[Field]) -> str:
    extra = ""
    if any(item.name == "STATUS" for item in chosen):
        extra = f"'subStatus',{_OVERDUE.format(now=context.moment.text)}"
    return TASK.row(record, chosen, extra)


def _complete(context: Context, row: str, chosen: list[Field]) -> dict[str, Any]:
    """Add what comes whatever the select says: group, and people beside their ids."""
    task: dict[str, Any] = json.loads(row)
    if context.portal.user_where is not context.portal.where:
        _in_users_zone(context, task, chosen)
    status = task.pop("subStatus", None)
    task["group"] = _group(context, task.get("groupId"))
    names = {item.name for item in chosen}
    for field, key in _PEOPLE:
        if field in names and task[TASK_NAMES[field]] is not None:
            task[key] = person(context, int(task[TASK_NAMES[field]]))
    if "RESPONSIBLE_ID" in names and "ACCOMPLICES" in names:
        task["accomplicesData"] = _people(context, task["accomplices"])
        task["auditorsData"] = _people(context, task["auditors"])
    if status is not None:
        task["subStatus"] = status
    return task


def _in_users_zone(context: Context, task: dict[str, Any], chosen: list[Field]) -> None:
    """Print dates in the calling user's offset, not the server's (quirk 23)."""
    for item in chosen:
        name = camel_task(item.name)
        if item.kind is Kind.DATETIME and task[name]:
            task[name] = datetime.fromisoformat(task[name]).astimezone(context.portal.user_where).isoformat()


def _group(context: Context, number: Any) -> Any:
    """Return a group as tasks show it, an empty array for none."""
    row = context.store.one(
        "SELECT ID, NAME, OPENED, NUMBER_OF_MEMBERS FROM sonet_groups WHERE ID=?", (php_int(number),)
    )
    if row is None:
        return []
    return {
        "id": str(row[0]),
        "name": row[1],
        "opened": row[2] == "Y",
        "membersCount": row[3],
        "image": "/bitrix/images/socialnetwork/workgroup/bag.png",
        "additionalData": [],
    }


TASK_NAMES = {"CREATED_BY": "createdBy", "RESPONSIBLE_ID": "responsibleId"}


def person(context: Context, user_id: int) -> dict[str, Any]:
    """Return a person as tasks show them."""
    row = context.store.one("SELECT NAME, LAST_NAME, WORK_POSITION FROM users WHERE ID=?", (user_id,))
    first, last, position = row or ("", "", "")
    return {
        "id": str(user_id),
        "name": " ".join(part for part in (first, last) if part),
        "link": f"/company/personal/user/{user_id}/",
        "icon": _NO_ICON,
        "workPosition": position or "",
    }


def _people(context: Context, ids: list[Any]) -> Any:
    return {str(number): person(context, int(number)) for number in ids} or []


_MAY = (
    "complete start delegate remove edit defer create changeDeadline checklistAddItems addFavorite rate "
    "checklist.reorder elapsedtime.add edit.plan checklist.add favorite.add"
)
_MAY_NOT = (
    "accept decline approve disapprove pause renew deleteFavorite take edit.originator dayplan.timer.toggle "
    "favorite.delete"
)
ACTIONS = {**dict.fromkeys(_MAY.split(), True), **dict.fromkeys(_MAY_NOT.split(), False)}
