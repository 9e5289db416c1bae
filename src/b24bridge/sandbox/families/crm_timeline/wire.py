"""Methods of ``crm.timeline.*`` (section 5.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from b24bridge.sandbox.methods import Family, Method
from b24bridge.sandbox.plain import prepare

from . import bindings, comments, notes
from .records import BINDINGS, COMMENTS

if TYPE_CHECKING:
    from b24bridge.sandbox.portal import Portal

__all__ = ["FAMILY"]


def _prepare(portal: Portal) -> None:
    prepare(portal, COMMENTS, BINDINGS)
    store = portal.store
    # Other entries of the timeline share the ids of comments; a portal's own come first.
    if store.one("SELECT 1 FROM sqlite_sequence WHERE name='crm_timeline_comments'") is None:
        store.delete(COMMENTS.table, store.insert(COMMENTS.table, {}))


_METHODS = {
    "comment.add": comments.add,
    "comment.get": comments.get,
    "comment.list": comments.listed,
    "comment.update": comments.update,
    "comment.delete": comments.delete,
    "comment.fields": comments.fields,
    "bindings.bind": bindings.bind,
    "bindings.unbind": bindings.unbind,
    "bindings.list": bindings.listed,
    "bindings.fields": bindings.fields,
}

FAMILY = Family(
    "crm_timeline",
    [
        *(Method(f"crm.timeline.{name}", handler, "crm") for name, handler in _METHODS.items()),
        # The name that the first release of the method had; clients still batch it.
        Method("crm.comment.add", comments.add, "crm"),
        *(
            Method(f"crm.timeline.note.{verb}", handler, "crm", listed=False)
            for verb, handler in (("save", notes.save), ("get", notes.get), ("delete", notes.delete))
        ),
    ],
    prepare=_prepare,
)
