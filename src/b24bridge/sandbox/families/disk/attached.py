"""``disk.attachedObject.get``: a file of a task; the binding has the id of the file."""

from __future__ import annotations

from typing import Any

from b24bridge.sandbox.methods import Context, Params, pick
from b24bridge.sandbox.phpinput import php_int

from .errors import missing
from .tree import Tree

__all__ = ["get"]

_TASK = (
    "SELECT ID, CREATED_DATE, CREATED_BY FROM tasks WHERE EXISTS "
    "(SELECT 1 FROM json_each(UF_TASK_WEBDAV_FILES) WHERE value=?) ORDER BY ID"
)


def get(context: Context, params: Params) -> Any:
    """Return where a file is attached, and how to fetch it."""
    number = php_int(pick(params, "id"))
    task = context.store.one(_TASK, (number,))
    if task is None:
        raise missing(number)
    tree = Tree(context)
    file = tree.shown(tree.get(number, "file"))
    return {
        "ID": str(number),
        "OBJECT_ID": str(number),
        "MODULE_ID": "tasks",
        "ENTITY_TYPE": "tasks_task",
        "ENTITY_ID": str(task[0]),
        "CREATE_TIME": task[1],
        "CREATED_BY": str(task[2]),
        "DOWNLOAD_URL": file["DOWNLOAD_URL"],
        "NAME": file["NAME"],
        "SIZE": str(file["SIZE"]),
    }
