"""Sections of a store: a tree with left and right margins, as the portal keeps it."""

from __future__ import annotations

from typing import Any

from b24bridge.sandbox.dialects import CLASSIC
from b24bridge.sandbox.filters import Where
from b24bridge.sandbox.methods import Context, Params, pick
from b24bridge.sandbox.phpinput import php_int
from b24bridge.sandbox.plain import Table
from b24bridge.sandbox.records import Record, parse_fields
from b24bridge.sandbox.refusals import Refusal

from .errors import empty
from .items import element, listed, pictures
from .rules import store_of

__all__ = ["SECTIONS", "add", "delete", "get", "update"]

SECTIONS = Record(
    "entity_sections",
    parse_fields("""
        ID integer o
        ENTITY_ID integer o
        CODE string .
        TIMESTAMP_X datetime o
        DATE_CREATE datetime o
        CREATED_BY user o
        MODIFIED_BY user o
        ACTIVE char:Y .
        SORT integer:500 .
        NAME string .
        PICTURE string .
        DETAIL_PICTURE string .
        DESCRIPTION string .
        LEFT_MARGIN integer o
        RIGHT_MARGIN integer o
        DEPTH_LEVEL integer o
        ENTITY string o
        SECTION integer .
    """),
    ("ENTITY_ID",),
)


def get(context: Context, params: Params) -> Any:
    """``entity.section.get``."""
    return listed(context, params, SECTIONS, store_of(context, params))[1]


def add(context: Context, params: Params) -> Any:
    """``entity.section.add``: answers the new id."""
    store = store_of(context, params)
    if not pick(params, "NAME"):
        raise empty("NAME")
    now, user = context.moment.text, context.caller.user_id
    values = _values(context, params, store)
    values.update(ENTITY_ID=int(store["ID"]), ENTITY=store["ENTITY"], CREATED_BY=user, DATE_CREATE=now)
    number = Table(context, SECTIONS).add({**values, "MODIFIED_BY": user, "TIMESTAMP_X": now})
    _number(context, store)
    return number


def update(context: Context, params: Params) -> Any:
    """``entity.section.update``."""
    store, number = element(context, params, SECTIONS, "section")
    values = _values(context, params, store)
    if values.get("SECTION") in _below(context, number):
        raise _invalid_parent()
    values.update(MODIFIED_BY=context.caller.user_id, TIMESTAMP_X=context.moment.text)
    Table(context, SECTIONS).change(number, values)
    _number(context, store)
    return True


def delete(context: Context, params: Params) -> Any:
    """``entity.section.delete``: with the sections inside."""
    store, number = element(context, params, SECTIONS, "section")
    for section in _below(context, number):
        Table(context, SECTIONS).remove(section)
    _number(context, store)
    return True


def _below(context: Context, number: int) -> list[int]:
    """Return a section and all sections inside it."""
    found = [number]
    for parent in found:
        rows = context.store.rows("SELECT ID FROM entity_sections WHERE SECTION=?", (parent,))
        found += [row[0] for row in rows]
    return found


def _invalid_parent() -> Refusal:
    return Refusal("ERROR_CORE", "Invalid parent section!")


def _values(context: Context, params: Params, store: Any) -> dict[str, Any]:
    values = Table(context, SECTIONS).read(pictures(context, params))
    parent = php_int(values.get("SECTION"))
    mine = Where("ID=? AND ENTITY_ID=?", (parent, int(store["ID"])))
    if parent and Table(context, SECTIONS, CLASSIC).one(mine) is None:
        raise _invalid_parent()
    if "SECTION" in values:
        values["SECTION"] = parent or None
    return values


def _number(context: Context, store: Any) -> None:
    """Walk the tree and write down margins and depths."""
    children: dict[int, list[int]] = {}
    for number, parent in context.store.rows(
        "SELECT ID, ifnull(SECTION,0) FROM entity_sections WHERE ENTITY_ID=? ORDER BY SORT, NAME, ID",
        (int(store["ID"]),),
    ):
        children.setdefault(parent, []).append(number)
    margin = 0
    left: dict[int, int] = {}
    # (section, depth); a negative id closes the section.
    stack = [(number, 1) for number in reversed(children.get(0, []))]
    while stack:
        number, depth = stack.pop()
        margin += 1
        if number < 0:
            values = {"LEFT_MARGIN": left[-number], "RIGHT_MARGIN": margin, "DEPTH_LEVEL": depth}
            context.store.update(SECTIONS.table, -number, values)
            continue
        left[number] = margin
        stack.append((-number, depth))
        stack += [(child, depth + 1) for child in reversed(children.get(number, []))]
