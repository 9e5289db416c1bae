"""Phones, mail addresses and the like of CRM records: many values under one name (5.1, 5.2)."""

# ruff: noqa: S608  # names of tables and columns are declared in code; values are always bound

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from .filters import Where
from .phpinput import php_int
from .store import Store, quoted

__all__ = ["MULTIFIELDS", "Multifields"]

MULTIFIELDS = ("PHONE", "EMAIL", "WEB", "IM", "LINK")
_TABLE = "crm_multifields"
# Columns with the first value of a kind, and what tells that kind.
_FIRST = {
    "PHONE": "TYPE_ID='PHONE'",
    "EMAIL": "TYPE_ID='EMAIL'",
    "IMOL": "TYPE_ID='IM' AND VALUE LIKE 'imol|%'",
    **{
        f"{kind}_{what}": f"TYPE_ID='{kind}' AND VALUE_TYPE='{what}'"
        for kind, whats in {"PHONE": "MOBILE WORK MAILING", "EMAIL": "HOME WORK MAILING"}.items()
        for what in whats.split()
    },
}
_FLAGS = {"HAS_PHONE": "PHONE", "HAS_EMAIL": "EMAIL", "HAS_IMOL": "IM"}


class Multifields:
    """The multi-field values of one kind of record."""

    def __init__(self, store: Store, type_id: int, table: str) -> None:
        self._store = store
        self._type_id = type_id
        self._table = table

    @staticmethod
    def prepare(store: Store) -> None:
        """Create the table."""
        texts = dict.fromkeys(("TYPE_ID", "VALUE_TYPE", "VALUE"), "TEXT COLLATE NOCASE")
        store.ensure(_TABLE, {"ENTITY_TYPE": "INTEGER", "ELEMENT_ID": "INTEGER", **texts}, ("ELEMENT_ID",))

    # -- reading ------------------------------------------------------------------------------------

    def patched(self, row: str, names: Iterable[str]) -> str:
        """Return SQL of a classic row with these lists; a list without values leaves no key."""
        pairs = []
        for name in names:
            values = (
                "SELECT json_group_array(json_object('ID',CAST(ID AS TEXT),'VALUE_TYPE',VALUE_TYPE,'VALUE',"
                f"VALUE,'TYPE_ID',TYPE_ID)) FROM {_TABLE} WHERE {self._mine()} AND TYPE_ID='{name}'"
            )
            pairs.append(f"'{name}',json(nullif(({values}),'[]'))")
        return f"json_patch({row},json_object({','.join(pairs)}))" if pairs else row

    def item_pair(self) -> str:
        """Return the ``key, value`` SQL of the list ``fm`` of an item."""
        values = (
            "SELECT json_group_array(json_object('id',ID,'valueType',VALUE_TYPE,'value',VALUE,'typeId',"
            f"TYPE_ID)) FROM {_TABLE} WHERE {self._mine()}"
        )
        return f"'fm',json(({values}))"

    def where(self, name: str, value: Any, *, negative: bool = False) -> Where:
        """Return the condition that a value is, exactly, one of the record's."""
        wanted = tuple(map(str, value if isinstance(value, list) else [value]))
        marks = ",".join("?" * len(wanted))
        mine = f"{self._mine()} AND TYPE_ID='{name}'"
        test = f"EXISTS (SELECT 1 FROM {_TABLE} WHERE {mine} AND VALUE IN ({marks}))"
        return Where(f"NOT {test}" if negative else test, wanted)

    def _mine(self) -> str:
        return f"ENTITY_TYPE={self._type_id} AND ELEMENT_ID={quoted(self._table)}.ID"

    # -- writing --------------------------------------------------------------------------------------

    def write(self, element_id: int, name: str, values: Any) -> None:
        """Store the values that a classic write gives: a value without ``ID`` is one more (quirk 41)."""
        rows = values.values() if isinstance(values, dict) else values if isinstance(values, list) else ()
        for row in rows:
            if isinstance(row, Mapping):
                self._one(element_id, name, {str(key).upper(): item for key, item in row.items()})
        self._flags(element_id)

    def write_items(self, element_id: int, values: Any) -> None:
        """Store ``fm`` of an item: a key that is a number is the id of a known value, ``n0`` a new one."""
        pairs = (
            values.items() if isinstance(values, dict) else ((f"n{n}", v) for n, v in enumerate(values or ()))
        )
        for key, row in pairs:
            if isinstance(row, Mapping):
                number = row.get("id", key if str(key).isdigit() else 0)
                facts = {
                    "ID": number,
                    "VALUE": row.get("value", ""),
                    "VALUE_TYPE": row.get("valueType", "WORK"),
                }
                self._one(element_id, str(row.get("typeId", "PHONE")).upper(), facts)
        self._flags(element_id)

    def keep(self, element_id: int, name: str, rows: Iterable[Mapping[str, Any]]) -> None:
        """Store values as an answer showed them, with their ids."""
        columns = ("ID", "ENTITY_TYPE", "ELEMENT_ID", "TYPE_ID", "VALUE_TYPE", "VALUE")
        values = [
            (
                php_int(row.get("ID")) or None,
                self._type_id,
                element_id,
                name,
                row.get("VALUE_TYPE"),
                row.get("VALUE"),
            )
            for row in rows
        ]
        self._store.insert_many(_TABLE, columns, values)

    def _one(self, element_id: int, name: str, row: Mapping[str, Any]) -> None:
        number = php_int(row.get("ID"))
        value = row.get("VALUE")
        known = number and self._store.one(
            f"SELECT 1 FROM {_TABLE} WHERE ID=? AND ENTITY_TYPE=? AND ELEMENT_ID=?",
            (number, self._type_id, element_id),
        )
        if known and (row.get("DELETE") == "Y" or value == ""):
            self._store.delete(_TABLE, number)
        elif known:
            changes = {key: str(row[key]) for key in ("VALUE", "VALUE_TYPE") if row.get(key) is not None}
            self._store.update(_TABLE, number, changes)
        elif value not in (None, "") and not isinstance(value, (list, dict)):
            self._store.insert(
                _TABLE,
                {
                    "ENTITY_TYPE": self._type_id,
                    "ELEMENT_ID": element_id,
                    "TYPE_ID": name,
                    "VALUE_TYPE": str(row.get("VALUE_TYPE") or "WORK"),
                    "VALUE": str(value),
                },
            )

    def remove(self, element_id: int) -> None:
        """Forget the values of a deleted record."""
        self._store.run(
            f"DELETE FROM {_TABLE} WHERE ENTITY_TYPE=? AND ELEMENT_ID=?", (self._type_id, element_id)
        )

    def _flags(self, element_id: int) -> None:
        """Keep beside the record what it shows of its values: whether there are any, and the first ones."""
        mine = f"FROM {_TABLE} WHERE ENTITY_TYPE={self._type_id} AND ELEMENT_ID={int(element_id)} AND"
        sets = [
            f"{flag}=CASE WHEN EXISTS (SELECT 1 {mine} TYPE_ID='{name}') THEN 'Y' ELSE 'N' END"
            for flag, name in _FLAGS.items()
        ]
        sets += [
            f"{column}=ifnull((SELECT VALUE {mine} {test} ORDER BY ID LIMIT 1),'')"
            for column, test in _FIRST.items()
        ]
        self._store.run(f"UPDATE {quoted(self._table)} SET {','.join(sets)} WHERE ID=?", (element_id,))
