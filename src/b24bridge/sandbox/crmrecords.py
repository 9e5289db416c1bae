"""What follows from a change of a CRM record, by whichever methods it was changed.

Bindings are kept in step, the history of stages is written, handlers hear of it; a record that goes
away takes what belongs to it along.
"""

# ruff: noqa: S608  # names of tables and columns are declared in code; values are always bound

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .bindings import Bindings
from .entities import Entity
from .methods import Context
from .multifields import Multifields
from .stages import note_stage

__all__ = ["ROWS", "added", "bindings_of", "changed", "deleted", "owner_mark", "place_of"]

ROWS = "crm_product_rows"
# How product rows and details name the kind of their owner.
_MARKS = {1: "L", 2: "D", 3: "C", 4: "CO", 7: "Q", 31: "SI"}

Place = tuple[str, int | None]


def owner_mark(type_id: int) -> str:
    """Return the short name of a kind of record: ``D`` for deals, ``T8c`` for type 140 (section 5.1)."""
    return _MARKS.get(type_id) or f"T{type_id:x}"


def bindings_of(context: Context) -> Bindings:
    """Return the bindings of the portal's records."""
    return Bindings(context.store, context.portal.entities)


def place_of(context: Context, entity: Entity, number: int) -> Place | None:
    """Return stage and pipeline of a record, empty where its kind has none, or None without the record."""
    columns = [name if name in entity.record.fields else "NULL" for name in ("STAGE_ID", "CATEGORY_ID")]
    row = context.store.one(f"SELECT {','.join(columns)} FROM {entity.record.table} WHERE ID=?", (number,))
    return None if row is None else (row[0] or "", row[1])


def added(context: Context, entity: Entity, number: int, values: Mapping[str, Any]) -> None:
    """Do what follows from a new record."""
    if entity.type_row is None and "TITLE" in entity.record.fields and not values.get("TITLE"):
        title = f"{entity.name.capitalize()} #{number}"
        context.store.update(entity.record.table, number, {"TITLE": title})
    if "QUOTE_NUMBER" in entity.record.fields and not values.get("QUOTE_NUMBER"):
        context.store.update(entity.record.table, number, {"QUOTE_NUMBER": str(number)})
    bindings_of(context).follow(entity, number, values)
    note_stage(context.store, entity, number, context.moment.text)
    context.changed.append(_event(entity, "ADD", number))


def changed(context: Context, entity: Entity, number: int, values: Mapping[str, Any], before: Place) -> None:
    """Do what follows from a change.

    Args:
        values: What was written.
        before: Where the record was.
    """
    bindings_of(context).follow(entity, number, values)
    if "STAGE_ID" in values or "CATEGORY_ID" in values:
        note_stage(context.store, entity, number, context.moment.text, before)
    context.changed.append(_event(entity, "UPDATE", number))


def deleted(context: Context, entity: Entity, number: int) -> None:
    """Do what follows from the end of a record."""
    bindings_of(context).forget(entity, number)
    if entity.has_multifields:
        Multifields(context.store, entity.type_id, entity.record.table).remove(number)
    owner = (owner_mark(entity.type_id), number)
    context.store.run(f"DELETE FROM {ROWS} WHERE OWNER_TYPE=? AND OWNER_ID=?", owner)
    context.changed.append(_event(entity, "DELETE", number))


def _event(entity: Entity, what: str, number: int) -> tuple[str, dict[str, Any]]:
    name = f"ONCRM{entity.name}{what}" if entity.type_row is None else f"ONCRMDYNAMICITEM{what}"
    data: dict[str, Any] = {"ID": number}
    if entity.type_row is not None:
        data["ENTITY_TYPE_ID"] = entity.type_id
    return name, {"FIELDS": data}
