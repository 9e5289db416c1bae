"""User fields of people (``user.userfield.*``) and of tasks (``task.item.userfield.*``)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING, Any

from b24bridge.sandbox import userfields
from b24bridge.sandbox.families.crm_userfields import rules as about
from b24bridge.sandbox.methods import Context, Method, Params, pick
from b24bridge.sandbox.refusals import Refusal
from b24bridge.sandbox.userfieldmethods import UserFields

if TYPE_CHECKING:
    from b24bridge.sandbox.portal import Portal
    from b24bridge.sandbox.records import Record

__all__ = ["OWNERS", "of_tasks", "of_users", "refresh"]

# Kind of record, its table, and what all names of its fields begin with.
OWNERS = {"USER": ("users", "UF_USR_"), "TASKS_TASK": ("tasks", "UF_")}


def refresh(portal: Portal, own: dict[str, Record]) -> None:
    """Give people and tasks the fields that are declared for them.

    Args:
        own: Records without user fields of the portal, by table.
    """
    for entity, (table, _) in OWNERS.items():
        record = own[table].extended(userfields.declared(portal.store, entity))
        portal.records[table] = record
        portal.store.ensure(record.table, record.columns(), record.indexes)


Handler = Callable[[Context, Params], Any]


def of_users(again: Callable[[Context], None]) -> Iterable[Method]:
    """Return ``user.userfield.*``.

    Args:
        again: Called when fields have changed.
    """
    scope = "user.userfield|user"
    for method in UserFields("USER", *OWNERS["USER"]).methods(
        "user.userfield", "add list update delete", scope
    ):
        yield Method(method.name, partial(_run, method.handler, again), scope)


def of_tasks(again: Callable[[Context], None]) -> Iterable[Method]:
    """Return ``task.item.userfield.*``: the fields stand in ``PARAMS`` and ``DATA``."""
    scope = "task|tasks"
    prefix = "task.item.userfield"
    for method in UserFields("TASKS_TASK", *OWNERS["TASKS_TASK"]).methods(prefix, scope=scope):
        yield Method(method.name, partial(_task, method.handler, again), scope)
        if method.name.endswith(".list"):
            yield Method(f"{prefix}.getlist", partial(_task, method.handler, again), scope)
    yield Method(f"{prefix}.getfields", about.fields, scope)
    yield Method(f"{prefix}.gettypes", about.types, scope)


def _run(handler: Handler, again: Callable[[Context], None], context: Context, params: Params) -> Any:
    answer = handler(context, params)
    again(context)
    return answer


def _task(handler: Handler, again: Callable[[Context], None], context: Context, params: Params) -> Any:
    given = dict(params)
    for name in ("PARAMS", "DATA"):
        fields = pick(params, name)
        if fields is not None:
            given["fields"] = fields
    try:
        return _run(handler, again, context, given)
    except Refusal as refusal:
        # These methods have a code for every refusal.
        raise Refusal(refusal.code or "ERROR_CORE", refusal.description) from None
