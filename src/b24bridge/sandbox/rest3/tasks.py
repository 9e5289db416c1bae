"""``tasks.task.*`` of REST 3.0, over the tasks of REST 2: other names, real types, the same rules."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from b24bridge.sandbox.families.tasks import writes
from b24bridge.sandbox.methods import Context, Method, Params
from b24bridge.sandbox.plain import reserve_first

from .dto import Dto, properties
from .entity import Entity, fields_of, read_fields, record_id
from .errors import access_denied, bad_request, missing, needs_type, not_filled, not_found
from .taskdto import MARKS, PRIORITIES, RESULT, RESULTS, RIGHTS, STATUSES, TASK, array_in

if TYPE_CHECKING:
    from b24bridge.sandbox.portal import Portal

__all__ = ["METHODS", "prepare"]

_FILES = Dto("TaskFileDto", "", properties("taskId int .\n fileIds array ."))
_MESSAGE = Dto("MessageDto", "", properties("id int fs\n taskId int r\n text string r"))
_ACCESS = Dto("TaskAccessDto", "", properties("id int fs"))

_TASKS = Entity("tasks.task", TASK, lenient=True)
_RESULT_ROWS = Entity("tasks.task.result", RESULT)


def prepare(portal: Portal) -> None:
    """Create the table of results, and what tasks refer to."""
    columns = dict.fromkeys(("TEXT", "CREATED_AT", "UPDATED_AT", "STATUS"), "TEXT")
    columns |= dict.fromkeys(("TASK_ID", "AUTHOR_ID", "MESSAGE_ID", "COMMENT_ID"), "INTEGER")
    portal.store.ensure(RESULTS, columns, ["TASK_ID"])
    reserve_first(portal, RESULTS)
    portal.store.ensure("task_checklist", {"TASK_ID": "INTEGER"})
    portal.store.ensure("sonet_groups", {"NAME": "TEXT", "DESCRIPTION": "TEXT"})


def _stored(fields: Params) -> Params:
    """Return the fields under the names and values of REST 2."""
    words: Mapping[str, Mapping[Any, str]] = {"status": STATUSES, "priority": PRIORITIES, "mark": MARKS}
    found: Params = {}
    for name, value in fields.items():
        item = TASK.properties[name]
        if name in words and value is not None:
            codes = {word: code for code, word in words[name].items()}
            if value not in codes and value != "none":
                raise bad_request((name, f'Field "{name}" does not have the value "{value}".'))
            value = codes.get(value)
        elif item.type == "bool":
            value = "Y" if value else "N"
        if name == "fileIds":
            found["UF_TASK_WEBDAV_FILES"] = value
        elif item.column:
            found[item.column] = value
    return found


def _exists(context: Context, number: int) -> bool:
    return context.store.one("SELECT 1 FROM tasks WHERE ID=?", (number,)) is not None


def _add(context: Context, params: Params) -> Any:
    """``tasks.task.add``: answers the whole task."""
    fields = read_fields(context, TASK, params, changing=False)
    empty = [name for name, item in TASK.properties.items() if item.required and not fields.get(name)]
    if empty:
        raise not_filled(*empty)
    added = writes.add(context, {"fields": _stored(fields)})
    return {"item": _TASKS.item(context, int(added["task"]["id"]))}


def _update(context: Context, params: Params) -> Any:
    """``tasks.task.update``."""
    numbers = _TASKS.chosen(context, params)
    fields = read_fields(context, TASK, params, changing=True)
    for number in numbers:
        if not _exists(context, number):
            raise not_found(number)
        if "title" in fields and not str(fields["title"] or "").strip():
            raise not_filled("title")
        writes.update(context, {"taskId": number, "fields": _stored(fields)})
    return {"result": True}


def _delete(context: Context, params: Params) -> Any:
    """``tasks.task.delete``; a task that is not there cannot be accessed."""
    for number in _TASKS.chosen(context, params):
        if not _exists(context, number):
            raise access_denied()
        writes.delete(context, {"taskId": number})
    return {"result": True}


def _access(context: Context, params: Params) -> Any:
    """``tasks.task.access.get``: what the caller may do."""
    number = record_id(params)
    if not _exists(context, number):
        raise not_found(number)
    return dict(RIGHTS)


def _attach(context: Context, params: Params) -> Any:
    """``tasks.task.file.attach``."""
    absent = [name for name in ("taskId", "fileIds") if params.get(name) is None]
    if absent:
        raise missing(*absent)
    number = record_id({"id": params["taskId"]})
    if not isinstance(params["fileIds"], list):
        raise needs_type("fileIds", "array")
    row = context.store.one("SELECT UF_TASK_WEBDAV_FILES FROM tasks WHERE ID=?", (number,))
    if row is None:
        raise not_found(number)
    context.store.update(
        "tasks", number, {"UF_TASK_WEBDAV_FILES": json.dumps([*array_in(row[0]), *params["fileIds"]])}
    )
    return {"result": True}


def _send(context: Context, params: Params) -> Any:
    """``tasks.task.chat.message.send``: the sandbox has no chats, so nothing is kept."""
    fields = read_fields(context, _MESSAGE, params, changing=False)
    empty = [name for name in ("taskId", "text") if not fields.get(name)]
    if empty:
        raise not_filled(*empty)
    if not _exists(context, fields["taskId"]):
        raise not_found(fields["taskId"])
    return {"result": True}


def _result_add(context: Context, params: Params) -> Any:
    """``tasks.task.result.add``."""
    fields = read_fields(context, RESULT, params, changing=False)
    empty = [name for name in ("taskId", "text") if not fields.get(name)]
    if empty:
        raise not_filled(*empty)
    if not _exists(context, fields["taskId"]):
        raise not_found(fields["taskId"])
    number = context.store.insert(
        RESULTS,
        {
            "TASK_ID": fields["taskId"],
            "TEXT": fields["text"],
            "AUTHOR_ID": context.caller.user_id,
            "CREATED_AT": context.moment.text,
            "STATUS": "open",
        },
    )
    return {"item": _RESULT_ROWS.item(context, number)}


def _result_list(context: Context, params: Params) -> Any:
    """``tasks.task.result.list``: the filter is required."""
    if not params.get("filter"):
        raise bad_request(("filter", "The field value cannot be empty."))
    return _RESULT_ROWS.listed(context, params)


def _result_update(context: Context, params: Params) -> Any:
    """``tasks.task.result.update``."""
    numbers = _RESULT_ROWS.chosen(context, params)
    fields = read_fields(context, RESULT, params, changing=True)
    if not fields.get("text"):
        raise not_filled("text")
    for number in numbers:
        _RESULT_ROWS.item(context, number)
        context.store.update(RESULTS, number, {"TEXT": fields["text"], "UPDATED_AT": context.moment.text})
    if params.get("id") is None:
        return {"result": True}
    return {"item": _RESULT_ROWS.item(context, numbers[0])}


def _result_delete(context: Context, params: Params) -> Any:
    """``tasks.task.result.delete``."""
    for number in _RESULT_ROWS.chosen(context, params):
        if not context.store.delete(RESULTS, number):
            raise not_found(number)
    return {"result": True}


METHODS = [
    *_TASKS.methods("list get aggregate"),
    Method("tasks.task.add", _add, "tasks.task"),
    Method("tasks.task.update", _update, "tasks.task"),
    Method("tasks.task.delete", _delete, "tasks.task"),
    Method("tasks.task.access.get", _access, "tasks.task"),
    *fields_of("tasks.task.access", _ACCESS),
    Method("tasks.task.file.attach", _attach, "tasks.task"),
    *fields_of("tasks.task.file", _FILES),
    Method("tasks.task.chat.message.send", _send, "tasks.task"),
    *fields_of("tasks.task.chat.message", _MESSAGE),
    Method("tasks.task.result.add", _result_add, "tasks.task"),
    Method("tasks.task.result.list", _result_list, "tasks.task"),
    Method("tasks.task.result.update", _result_update, "tasks.task"),
    Method("tasks.task.result.delete", _result_delete, "tasks.task"),
]
