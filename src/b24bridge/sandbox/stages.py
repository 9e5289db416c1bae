"""Stages: which group a stage belongs to."""

from __future__ import annotations

from .store import Store

__all__ = ["semantics"]

_SUCCESS = ("WON", "SUCCESS", "CONVERTED")
_FAILURE = ("LOSE", "APOLOGY", "FAIL", "JUNK")


def semantics(store: Store, stage: str) -> str:
    """Return P (in work), S (success) or F (failure) of a stage."""
    row = store.one("SELECT SEMANTICS FROM crm_statuses WHERE STATUS_ID=?", (stage,))
    if row is not None:
        return row[0] or "P"
    code = stage.rpartition(":")[2]
    return "S" if code in _SUCCESS else "F" if code in _FAILURE else "P"
