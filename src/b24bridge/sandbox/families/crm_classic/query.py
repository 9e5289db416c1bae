"""What leads, deals, contacts and companies add to the classic lists (section 4.1)."""

# ruff: noqa: S608  # names of tables and columns are declared in code; values are always bound

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from b24bridge.sandbox.classicquery import ClassicQuery
from b24bridge.sandbox.entities import Entity
from b24bridge.sandbox.filters import Where, both
from b24bridge.sandbox.multifields import MULTIFIELDS, Multifields
from b24bridge.sandbox.records import Field
from b24bridge.sandbox.store import quoted

__all__ = ["EntityQuery"]


@dataclass(frozen=True, slots=True)
class EntityQuery(ClassicQuery):
    """The rules bound to one kind of CRM record and one request."""

    entity: Entity
    multifields: Multifields

    def where(self, conditions: Any) -> Where:
        """Return the condition, with those that a kind of record always has."""
        parts = [ClassicQuery.where(self, conditions)]
        keys = conditions if isinstance(conditions, Mapping) else ()
        names = {self.parts_of(key)[3] for key in keys}
        if self.entity.type_id == 2 and not names & {"ID", "IS_RECURRING"}:
            parts.append(Where("IS_RECURRING = 'N'"))
        if self.entity.type_id in (3, 4):
            parts.append(Where("ifnull(CATEGORY_ID,0) = 0"))
        return both(parts)

    def special(self, name: str, operator: str, value: Any, *, negative: bool) -> Where | None:
        """Return the condition on phones and mail addresses."""
        if name in MULTIFIELDS and self.entity.has_multifields:
            return self.multifields.where(name, value, negative=negative)
        return None

    def sorted_by(self, field: Field) -> str:
        """Return the SQL that a field sorts by; stages sort by their place in the pipeline."""
        if field.name == "STAGE_ID":
            return f"(SELECT SORT FROM crm_statuses WHERE STATUS_ID={quoted(self.record.table)}.STAGE_ID)"
        return ClassicQuery.sorted_by(self, field)

    def lists(self, wanted: Any) -> list[str]:
        """Return the selected multi-fields; they must be named."""
        names = self.selected_names(wanted)
        return [name for name in MULTIFIELDS if name in names] if self.entity.has_multifields else []
