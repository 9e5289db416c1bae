"""Stages: which group a stage belongs to."""

from __future__ import annotations

from .entities import Entity
from .store import Store

__all__ = ["default_category", "first_stage", "semantics"]

_SUCCESS = ("WON", "SUCCESS", "CONVERTED")
_FAILURE = ("LOSE", "APOLOGY", "FAIL", "JUNK")


def semantics(store: Store, stage: str) -> str:
    """Return P (in work), S (success) or F (failure) of a stage."""
    row = store.one("SELECT SEMANTICS FROM crm_statuses WHERE STATUS_ID=?", (stage,))
    if row is not None:
        return row[0] or "P"
    code = stage.rpartition(":")[2]
    return "S" if code in _SUCCESS else "F" if code in _FAILURE else "P"


def default_category(store: Store, entity: Entity) -> int:
    """Return the pipeline that a new record goes to."""
    row = store.one(
        "SELECT ID FROM crm_categories WHERE ENTITY_TYPE_ID=? ORDER BY IS_DEFAULT DESC, SORT, ID",
        (entity.type_id,),
    )
    return int(row[0]) if row else 0


def first_stage(store: Store, entity: Entity, category: int) -> str:
    """Return the stage that a new record of a pipeline starts in."""
    row = store.one(
        "SELECT STATUS_ID FROM crm_statuses WHERE ENTITY_ID=? ORDER BY SORT, ID",
        (entity.stage_directory(category),),
    )
    if row:
        return str(row[0])
    if entity.type_id == 2:
        return f"C{category}:NEW" if category else "NEW"
    return "NEW" if entity.type_id == 1 else f"DT{entity.type_id}_{category}:NEW"
