"""Which contacts and companies belong to a CRM record: many, in an order, one of them the primary one.

A record shows them as a list of ids and the primary one as a single id; both are kept in step here.
A contact and a company are bound from either side, so what one of them lists the other lists as well.
"""

# ruff: noqa: S608  # names of tables and columns are declared in code; values are always bound

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from .entities import Entities, Entity
from .store import Store

__all__ = ["COMPANY", "CONTACT", "Binding", "Bindings"]

CONTACT, COMPANY = 3, 4
_TABLE = "crm_bindings"
_COLUMNS = {CONTACT: ("CONTACT_IDS", "CONTACT_ID"), COMPANY: ("COMPANY_IDS", "COMPANY_ID")}
_STEP = 10


@dataclass(frozen=True, slots=True)
class Binding:
    """One bound record.

    Attributes:
        target: Its id.
        sort: Its place; 0 puts it last.
        is_primary: Whether it is the one that single links show.
    """

    target: int
    sort: int = 0
    is_primary: bool = False


class Bindings:
    """The bindings of all records of a portal."""

    def __init__(self, store: Store, entities: Entities) -> None:
        self._store = store
        self._entities = entities

    @staticmethod
    def prepare(store: Store) -> None:
        """Create the table."""
        numbers = ("OWNER_TYPE", "OWNER_ID", "TARGET_TYPE", "TARGET_ID", "SORT", "IS_PRIMARY")
        store.ensure(_TABLE, dict.fromkeys(numbers, "INTEGER"), ("OWNER_ID", "TARGET_ID"))

    def of(self, owner: Entity, owner_id: int, target_type: int) -> list[Binding]:
        """Return what is bound to a record, in order."""
        rows = self._store.rows(
            f"SELECT TARGET_ID, SORT, IS_PRIMARY FROM {_TABLE} "
            "WHERE OWNER_TYPE=? AND OWNER_ID=? AND TARGET_TYPE=? ORDER BY SORT, ID",
            (owner.type_id, owner_id, target_type),
        )
        found = [Binding(target, sort, bool(primary)) for target, sort, primary in rows]
        return found or self._shown(owner, owner_id, target_type)

    def put(self, owner: Entity, owner_id: int, target_type: int, wanted: Iterable[Binding]) -> None:
        """Bind exactly these to a record."""
        before = {item.target for item in self.of(owner, owner_id, target_type)}
        bindings = _in_order(wanted)
        self._write(owner, owner_id, target_type, bindings)
        if owner.type_id in (CONTACT, COMPANY):
            after = {item.target for item in bindings}
            for target in sorted(before ^ after):
                self._mirror(target_type, target, owner, owner_id, is_bound=target in after)

    def follow(self, owner: Entity, owner_id: int, values: Mapping[str, Any]) -> None:
        """Bind what a write to the record itself names: the list, else the single link."""
        for target_type, (many, one) in _COLUMNS.items():
            if many in values:
                targets = [int(number) for number in json.loads(values[many] or "[]")]
            elif one in values and many in owner.record.fields:
                targets = [int(values[one] or 0)]
            else:
                continue
            self.put(owner, owner_id, target_type, map(Binding, targets))

    def forget(self, owner: Entity, owner_id: int) -> None:
        """Unbind everything from a record that goes away."""
        for target_type, (many, _) in _COLUMNS.items():
            if many in owner.record.fields:
                self.put(owner, owner_id, target_type, ())
        rows = self._store.rows(
            f"SELECT OWNER_TYPE, OWNER_ID FROM {_TABLE} WHERE TARGET_TYPE=? AND TARGET_ID=?",
            (owner.type_id, owner_id),
        )
        for other_type, other_id in rows:
            other = self._entities.get(other_type)
            if other is not None:
                kept = [item for item in self.of(other, other_id, owner.type_id) if item.target != owner_id]
                self._write(other, other_id, owner.type_id, _in_order(kept))

    def _mirror(self, target_type: int, target: int, owner: Entity, owner_id: int, *, is_bound: bool) -> None:
        other = self._entities.get(target_type)
        assert other is not None
        theirs = [item for item in self.of(other, target, owner.type_id) if item.target != owner_id]
        if is_bound:
            theirs.append(Binding(owner_id))
        self._write(other, target, owner.type_id, _in_order(theirs))

    def _write(self, owner: Entity, owner_id: int, target_type: int, bindings: Sequence[Binding]) -> None:
        self._store.run(
            f"DELETE FROM {_TABLE} WHERE OWNER_TYPE=? AND OWNER_ID=? AND TARGET_TYPE=?",
            (owner.type_id, owner_id, target_type),
        )
        for item in bindings:
            row = (owner.type_id, owner_id, target_type, item.target, item.sort, int(item.is_primary))
            names = ("OWNER_TYPE", "OWNER_ID", "TARGET_TYPE", "TARGET_ID", "SORT", "IS_PRIMARY")
            self._store.insert(_TABLE, dict(zip(names, row, strict=True)))
        many, one = _COLUMNS[target_type]
        primary = next((item.target for item in bindings if item.is_primary), None)
        shown = {many: json.dumps([item.target for item in bindings]), one: primary}
        fields = owner.record.fields
        self._store.update(
            owner.record.table, owner_id, {name: value for name, value in shown.items() if name in fields}
        )

    def _shown(self, owner: Entity, owner_id: int, target_type: int) -> list[Binding]:
        """Return the bindings of a record that came from outside: only its columns name them."""
        names = [name for name in _COLUMNS[target_type] if name in owner.record.fields]
        row = self._store.one(
            f"SELECT {','.join(names) or 'NULL'} FROM {owner.record.table} WHERE ID=?", (owner_id,)
        )
        if row is None or not names:
            return []
        many = json.loads(row[0] or "[]")
        return list(_in_order(map(Binding, many or row[1:])))


def _in_order(wanted: Iterable[Binding]) -> list[Binding]:
    """Return bindings once each, with a place for everyone and exactly one primary."""
    unique: dict[int, Binding] = {}
    for item in wanted:
        if item.target and item.target > 0:
            last = max((known.sort for known in unique.values()), default=0)
            unique[item.target] = item if item.sort else replace(item, sort=last + _STEP)
    ordered = sorted(unique.values(), key=lambda item: item.sort)
    primary = next((item.target for item in ordered if item.is_primary), None)
    if primary is None and ordered:
        primary = ordered[0].target
    return [replace(item, is_primary=item.target == primary) for item in ordered]
