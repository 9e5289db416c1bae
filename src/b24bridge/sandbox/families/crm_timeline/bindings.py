"""``crm.timeline.bindings.*``."""

from __future__ import annotations

from typing import Any

from b24bridge.sandbox.classicquery import ClassicQuery
from b24bridge.sandbox.dialects import CLASSIC
from b24bridge.sandbox.listing import PAGE, Answer, page_classic
from b24bridge.sandbox.methods import Context, Params, array, in_capitals
from b24bridge.sandbox.phpinput import php_int
from b24bridge.sandbox.plain import Table, describe
from b24bridge.sandbox.refusals import Refusal

from .records import BINDINGS

__all__ = ["bind", "fields", "insert", "listed", "unbind"]

_SHOWN = ("OWNER_ID", "ENTITY_ID", "ENTITY_TYPE")


def fields(_: Context, __: Params) -> Any:
    """``crm.timeline.bindings.fields``."""
    return {name: describe(BINDINGS.fields[name]) for name in _SHOWN}


def _wanted(params: Params) -> tuple[int, int, str]:
    given = in_capitals(array(params, "fields"))
    for name in _SHOWN[:2]:
        if php_int(given.get(name)) <= 0:
            raise Refusal("", f"{name} is not defined or invalid.")
    if not given.get("ENTITY_TYPE"):
        raise Refusal("", "ENTITY_TYPE is not defined or invalid.")
    return php_int(given["OWNER_ID"]), php_int(given["ENTITY_ID"]), str(given["ENTITY_TYPE"]).lower()


def bind(context: Context, params: Params) -> Any:
    """``crm.timeline.bindings.bind``."""
    insert(context, *_wanted(params))
    return True


def insert(context: Context, owner: int, number: int, kind: str) -> None:
    """Bind an entry of the timeline to a record; twice changes nothing."""
    _remove(context, owner, number, kind)
    context.store.insert(BINDINGS.table, {"OWNER_ID": owner, "ENTITY_ID": number, "ENTITY_TYPE": kind})


def _remove(context: Context, owner: int, number: int, kind: str) -> int:
    return context.store.run(
        "DELETE FROM crm_timeline_bindings WHERE OWNER_ID=? AND ENTITY_ID=? AND ENTITY_TYPE=?",
        (owner, number, kind),
    )


def unbind(context: Context, params: Params) -> Any:
    """``crm.timeline.bindings.unbind``."""
    if not _remove(context, *_wanted(params)):
        raise Refusal("", "Not found.")
    return True


def listed(context: Context, params: Params) -> Any:
    """``crm.timeline.bindings.list``: of one entry."""
    wanted = in_capitals(array(params, "filter"))
    if php_int(wanted.get("OWNER_ID")) <= 0:
        raise Refusal("", "OWNER_ID is not defined or invalid.")
    where = ClassicQuery(BINDINGS, context.moment).where(wanted)
    page = page_classic(context.store, BINDINGS, where, context.start)
    shown = [BINDINGS.fields[name] for name in _SHOWN]
    rows = Table(context, BINDINGS, CLASSIC).many(where, fields=shown, offset=page.offset, limit=PAGE)
    return Answer(rows, page.total, page.next)
