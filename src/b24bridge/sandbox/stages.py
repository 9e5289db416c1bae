"""Stages: which group a stage belongs to, where records begin, and which way they went."""

# ruff: noqa: S608  # names of tables and columns are declared in code; values are always bound

from __future__ import annotations

from collections.abc import Iterator

from .entities import Entity
from .records import Record, parse_fields
from .store import Store

__all__ = [
    "HISTORY",
    "LEAD_HISTORY",
    "default_category",
    "first_stage",
    "note_stage",
    "semantics",
    "stages_of_pipeline",
]

_SUCCESS = ("WON", "SUCCESS", "CONVERTED", "APPROVED")
_FAILURE = ("LOSE", "APOLOGY", "FAIL", "JUNK", "DECLAINED")
_CREATED, _MOVED, _FINISHED, _OTHER_PIPELINE = 1, 2, 3, 5

# Code, name, colour, semantics (documentation page "crm.status.list"); the portal's own stages.
_DEAL_STAGES = (
    ("NEW", "New", "#39A8EF", None),
    ("PREPARATION", "Document preparation", "#2FC6F6", None),
    ("PREPAYMENT_INVOIC", "Prepayment invoice", "#55D0E0", None),
    ("EXECUTING", "In progress", "#47E4C2", None),
    ("FINAL_INVOICE", "Final invoice", "#FFA900", None),
    ("WON", "Deal successful", "#7BD500", "S"),
    ("LOSE", "Deal failed", "#FF5752", "F"),
    ("APOLOGY", "Failure reason analysis", "#FF5752", "F"),
)
_ITEM_STAGES = (
    ("NEW", "Start", "#22B9FF", None),
    ("PREPARATION", "Preparation", "#88B9FF", None),
    ("CLIENT", "Approval", "#10e5fc", None),
    ("SUCCESS", "Success", "#00ff00", "S"),
    ("FAIL", "Failure", "#ff0000", "F"),
)
_INVOICE_STAGES = (
    ("N", "New", "#39A8EF", None),
    ("S", "Sent to client", "#2FC6F6", None),
    ("P", "Paid", "#7BD500", "S"),
    ("D", "Not paid", "#FF5752", "F"),
)
_OWN_STAGES = {2: _DEAL_STAGES, 31: _INVOICE_STAGES}
_SYSTEM = ("N", "P", "D", "NEW", "WON", "LOSE", "SUCCESS", "FAIL")

HISTORY = Record(
    "crm_stage_history",
    parse_fields(
        """
        ID integer o ID
        ENTITY_TYPE_ID integer u Kind of record
        TYPE_ID integer . Kind of entry
        OWNER_ID integer . Record
        CREATED_TIME datetime . Created at
        CATEGORY_ID integer . Pipeline
        STAGE_SEMANTIC_ID string . Group of the stage
        STAGE_ID string . Stage
        """
    ),
    ("OWNER_ID",),
)
LEAD_HISTORY = Record(
    "crm_status_history",
    parse_fields(
        """
        ID integer o ID
        TYPE_ID integer . Kind of entry
        OWNER_ID integer . Lead
        CREATED_TIME datetime . Created at
        STATUS_SEMANTIC_ID string . Group of the status
        STATUS_ID string . Status
        """
    ),
    ("OWNER_ID",),
)


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
    return f"{entity.stage_prefix(category)}NEW"


def stages_of_pipeline(entity: Entity, category: int) -> Iterator[dict[str, object]]:
    """Yield the stages that a new pipeline begins with."""
    stages = _OWN_STAGES.get(entity.type_id, _ITEM_STAGES)
    for place, (code, name, colour, group) in enumerate(stages, 1):
        is_system = code in _SYSTEM
        yield {
            "ENTITY_ID": entity.stage_directory(category),
            "STATUS_ID": f"{entity.stage_prefix(category)}{code}",
            "NAME": name,
            "NAME_INIT": name if is_system else "",
            "SORT": 10 * place,
            "SYSTEM": "Y" if is_system else "N",
            "CATEGORY_ID": category,
            "COLOR": colour,
            "SEMANTICS": group,
        }


def note_stage(
    store: Store, entity: Entity, number: int, now: str, before: tuple[str, int | None] | None = None
) -> None:
    """Write into the history where a record is now, unless it is where it was.

    Args:
        before: Stage and pipeline until now; None for a new record.
    """
    fields = entity.record.fields
    if "STAGE_ID" not in fields:
        return
    has_pipeline = "CATEGORY_ID" in fields
    column = "CATEGORY_ID" if has_pipeline else "NULL"
    row = store.one(f"SELECT STAGE_ID, {column} FROM {entity.record.table} WHERE ID=?", (number,))
    if row is None or not row[0] or (before is not None and before[0] == row[0] and before[1] == row[1]):
        return
    stage, category = row
    group = semantics(store, str(stage))
    if before is None:
        kind = _CREATED
    elif has_pipeline and before[1] != category:
        kind = _OTHER_PIPELINE
    else:
        kind = _MOVED if group == "P" else _FINISHED
    entry = {"TYPE_ID": kind, "OWNER_ID": number, "CREATED_TIME": now}
    if entity.type_id == 1:
        store.insert(LEAD_HISTORY.table, {**entry, "STATUS_ID": stage, "STATUS_SEMANTIC_ID": group})
        return
    store.insert(
        HISTORY.table,
        {
            **entry,
            "ENTITY_TYPE_ID": entity.type_id,
            "CATEGORY_ID": category or 0,
            "STAGE_ID": stage,
            "STAGE_SEMANTIC_ID": group,
        },
    )
