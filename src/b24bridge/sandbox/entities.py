# ruff: noqa: S608  # names of tables and columns are declared in code; values are always bound
"""Kinds of CRM records: the built-in ones and the smart processes of this portal.

``crm.item.*`` and the classic methods (``crm.deal.*``) show the same records in two dialects.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from . import userfields
from .records import Field, Record

if TYPE_CHECKING:
    from .store import Store

__all__ = ["RELATIONS", "TYPES", "USER_FIELDS", "Entities", "Entity"]

USER_FIELDS = userfields.RECORD.table
TYPES = "crm_types"
RELATIONS = "crm_type_relations"
_BUILT_IN_NAMES = {1: "Lead", 2: "Deal", 3: "Contact", 4: "Company", 7: "Estimate", 31: "Invoice"}
_OWN_DIRECTORY = {1: "STATUS", 7: "QUOTE_STATUS"}


@dataclass(frozen=True, slots=True)
class Entity:
    """One kind of CRM record.

    Attributes:
        type_id: ``entityTypeId``.
        record: Table and fields as ``crm.item.*`` has them, user fields included.
        classic: The same as the classic methods have them, or None if there are none.
        user_fields_of: Id that user fields are declared for (``CRM_DEAL``, ``CRM_7``).
        name: Name in events (``DEAL``).
        type_row: Row of the smart process, or None for a built-in kind.
        has_categories: Whether records belong to a pipeline.
        has_multifields: Whether records have phones and mail addresses.
    """

    type_id: int
    record: Record
    user_fields_of: str
    name: str
    type_row: dict[str, Any] | None = None
    has_categories: bool = True
    classic: Record | None = None
    has_multifields: bool = False

    def stage_directory(self, category: int) -> str:
        """Return the directory of stages of a pipeline, as in ``crm.status.list`` (section 5.1)."""
        if self.type_id in _OWN_DIRECTORY:
            return _OWN_DIRECTORY[self.type_id]
        if self.type_id == 2:
            return f"DEAL_STAGE_{category}" if category else "DEAL_STAGE"
        name = "SMART_INVOICE" if self.type_id == 31 else f"DYNAMIC_{self.type_id}"
        return f"{name}_STAGE_{category}"

    def stage_prefix(self, category: int) -> str:
        """Return what stands before the codes of the stages of a pipeline."""
        if self.type_id in _OWN_DIRECTORY:
            return ""
        if self.type_id == 2:
            return f"C{category}:" if category else ""
        return f"DT{self.type_id}_{category}:"


Build = Callable[[], Entity]
# Takes the entityTypeId, the row of the type, and its default pipeline.
BuildDynamic = Callable[[int, dict[str, Any], int], Entity]


class Entities:
    """The kinds of CRM records that one portal knows."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._built_in: dict[int, Build] = {}
        self._dynamic: BuildDynamic | None = None
        self._known: dict[int, Entity] = {}

    def declare(self, type_id: int, build: Build) -> None:
        """Add a built-in kind."""
        self._built_in[type_id] = build

    def declare_dynamic(self, build: BuildDynamic) -> None:
        """Say how a smart process is made of its row in the table of types."""
        self._dynamic = build

    def get(self, type_id: int) -> Entity | None:
        """Return a kind of record, or None if the portal has none of this id."""
        found = self._known.get(type_id)
        if found is None:
            found = self._build(type_id)
            if found is None:
                return None
            extra = [*self._parents(type_id), *userfields.declared(self._store, found.user_fields_of)]
            found = replace(
                found,
                record=found.record.extended(extra),
                classic=None if found.classic is None else found.classic.extended(extra),
            )
            for record in filter(None, (found.record, found.classic)):
                self._store.ensure(record.table, record.columns(), record.indexes)
            self._known[type_id] = found
        return found

    def all(self) -> list[Entity]:
        """Return every kind of record, built-in ones first."""
        rows = self._store.rows(f"SELECT ENTITY_TYPE_ID FROM {TYPES} ORDER BY ENTITY_TYPE_ID")
        found = (self.get(number) for number in [*self._built_in, *(row[0] for row in rows)])
        return [entity for entity in found if entity is not None]

    def forget(self) -> None:
        """Read types and user fields anew when they are next needed."""
        self._known.clear()

    def prepare(self) -> None:
        """Create the tables of types and user fields."""
        self.forget()
        userfields.prepare(self._store)
        columns = {"PARENT": "INTEGER", "CHILD": "INTEGER", "IS_LISTED": "TEXT"}
        self._store.ensure(RELATIONS, columns)

    def add_user_field(
        self, entity: str, name: str, kind: str, *, multiple: bool, label: str = "", mandatory: bool = False
    ) -> None:
        """Declare a user field; declaring it twice changes nothing."""
        userfields.declare(
            self._store, entity, name, kind, multiple=multiple, label=label, mandatory=mandatory
        )
        self.forget()

    def _parents(self, type_id: int) -> list[Field]:
        """Return the links of a kind of record to the smart processes and records that are its parents."""
        rows = self._store.rows(
            f"SELECT PARENT, TITLE FROM {RELATIONS} LEFT JOIN {TYPES} ON ENTITY_TYPE_ID=PARENT "
            f"WHERE CHILD=? GROUP BY PARENT ORDER BY PARENT",
            (type_id,),
        )
        return [
            Field(
                f"PARENT_ID_{parent}",
                "crm_entity",
                title or _BUILT_IN_NAMES.get(parent, f"PARENT_ID_{parent}"),
                facts={"settings": {"parentEntityTypeId": parent}},
            )
            for parent, title in rows
        ]

    def _build(self, type_id: int) -> Entity | None:
        build = self._built_in.get(type_id)
        if build is not None:
            return build()
        names = [row[1] for row in self._store.rows(f"PRAGMA table_info({TYPES})")]
        row = self._store.one(f"SELECT * FROM {TYPES} WHERE ENTITY_TYPE_ID=?", (type_id,)) if names else None
        if row is None or self._dynamic is None:
            return None
        category = self._store.one(
            "SELECT ID FROM crm_categories WHERE ENTITY_TYPE_ID=? ORDER BY IS_DEFAULT DESC, SORT, ID",
            (type_id,),
        )
        return self._dynamic(type_id, dict(zip(names, row, strict=True)), category[0] if category else 0)
