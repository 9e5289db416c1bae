"""``crm.timeline.note.*``: a note on an entry of a record's timeline, or on a planned activity."""

from __future__ import annotations

from typing import Any

from b24bridge.sandbox.methods import Context, Params, bound_int
from b24bridge.sandbox.plain import Table
from b24bridge.sandbox.refusals import Refusal, controller_missing

from .records import COMMENTS

__all__ = ["delete", "get", "save"]

_TABLES = {1: COMMENTS.table, 2: "crm_activities"}


def _place(context: Context, params: Params) -> str:
    """Return where a note is kept.

    Raises:
        Refusal: The record or the entry is not there.
    """
    names = ("ownerTypeId", "ownerId", "itemType", "itemId")
    owner_type, owner, kind, item = (bound_int(params, name) for name in names)
    entity = context.portal.entities.get(owner_type)
    table = _TABLES.get(kind)
    if (
        entity is None
        or Table(context, entity.record).by_id(owner) is None
        or table is None
        or context.store.one(f'SELECT 1 FROM "{table}" WHERE ID=?', (item,)) is None  # noqa: S608
    ):
        raise _missing()
    return f"timeline_note_{owner_type}_{owner}_{kind}_{item}"


def _missing() -> Refusal:
    return Refusal("NOT_FOUND", "Element not found")


def save(context: Context, params: Params) -> Any:
    """``crm.timeline.note.save``: one note each; saving again changes it."""
    place = _place(context, params)
    if "text" not in params:
        raise controller_missing("text")
    user, now = context.caller.user_id, context.moment.text
    first = context.store.setting(place) or {"createdById": user, "createdTime": now}
    created = {name: first[name] for name in ("createdById", "createdTime")}
    note = {"text": str(params["text"]), **created, "updatedById": user, "updatedTime": now}
    context.store.keep(place, note)
    return True


def get(context: Context, params: Params) -> Any:
    """``crm.timeline.note.get``."""
    note = context.store.setting(_place(context, params))
    if not note:
        raise _missing()
    return note


def delete(context: Context, params: Params) -> Any:
    """``crm.timeline.note.delete``."""
    place = _place(context, params)
    if not context.store.setting(place):
        raise _missing()
    context.store.keep(place, None)
    return True
