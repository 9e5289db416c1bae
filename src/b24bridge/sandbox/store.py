# ruff: noqa: S608  # names of tables and columns are declared in code; values are always bound
"""The portal's records in SQLite: one table per kind of record, one real column per field.

Real columns let filters, order and paging run inside SQLite, and rows leave it as ready JSON text.
In a file the journal is a write-ahead log: what was committed survives the death of the process.
"""

from __future__ import annotations

import atexit
import json
import sqlite3
import threading
import weakref
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

__all__ = ["SETTINGS", "Store", "quoted"]

SETTINGS = "sandbox_settings"
_KNOWN_LISTS = 100
_LEAST, _MOST = -(2**63), 2**63 - 1
_shape: sqlite3.Connection | None = None
_shape_columns: dict[str, set[str]] = {}
_shape_indexes: frozenset[str] = frozenset()
_shaping = threading.Lock()


def quoted(name: str) -> str:
    """Return a column or table name for SQL."""
    return '"' + name.replace('"', '""') + '"'


def _fold(value: Any) -> Any:
    # The portal's database compares text without regard to case, in every alphabet.
    return value.casefold() if isinstance(value, str) else value


class Store:
    """Tables of one portal. Not locked here: the portal lets one request in at a time."""

    def __init__(self, path: str | None = None) -> None:
        self._connection = sqlite3.connect(path or ":memory:", check_same_thread=False)
        # Short programs and tests let a portal go without a word; Python warns of an open connection then.
        self._ended = weakref.finalize(self, self._connection.close)
        self._connection.create_function("fold", 1, _fold, deterministic=True)
        self._columns: dict[str, set[str]] = {}
        self._indexes: frozenset[str] = frozenset()
        if path:
            self._connection.execute("PRAGMA journal_mode=WAL")
            self._connection.execute("PRAGMA synchronous=NORMAL")
        else:
            with _shaping:
                if _shape is not None:
                    _shape.backup(self._connection)
                    self._columns = {table: set(names) for table, names in _shape_columns.items()}
                    self._indexes = _shape_indexes
        self._connection.execute("PRAGMA case_sensitive_like=OFF")
        self._connection.execute("PRAGMA cache_size=-65536")
        self._counts: dict[tuple[str, tuple[Any, ...]], int] = {}
        self._places: dict[tuple[str, tuple[Any, ...]], dict[int, int]] = {}
        self._counted_at = (0, 0)
        self._connection.execute(f"CREATE TABLE IF NOT EXISTS {SETTINGS} (name TEXT PRIMARY KEY, value TEXT)")

    def keep_shape(self) -> None:
        """Keep the empty tables for later portals in memory: making them one by one is most of a start."""
        global _shape, _shape_indexes
        with _shaping:
            if _shape is None:
                shape = sqlite3.connect(":memory:", check_same_thread=False)
                for statement in self.rows("SELECT sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'"):
                    shape.execute(statement[0])
                shape.commit()
                atexit.register(shape.close)
                names = shape.execute("SELECT name FROM sqlite_master WHERE type='index'")
                _shape_indexes = frozenset(row[0] for row in names)
                for table in self.tables():
                    rows = shape.execute(f"PRAGMA table_info({quoted(table)})")
                    _shape_columns[table] = {row[1] for row in rows}
                _shape = shape

    def close(self) -> None:
        """Close the file; the object cannot be used any more."""
        self._ended()

    # -- tables -----------------------------------------------------------------------------------

    def ensure(self, table: str, columns: Mapping[str, str], indexes: Iterable[str] = ()) -> None:
        """Make sure that a table has these columns; ``ID`` is its key and counts upwards."""
        known = self._columns.get(table)
        if known is None:
            known = {row[1] for row in self._connection.execute(f"PRAGMA table_info({quoted(table)})")}
            if not known:
                declared = "".join(f", {quoted(name)} {kind}" for name, kind in columns.items())
                self._connection.execute(
                    f"CREATE TABLE {quoted(table)} (ID INTEGER PRIMARY KEY AUTOINCREMENT{declared})"
                )
                known = {"ID", *columns}
            self._columns[table] = known
        for name, declaration in columns.items():
            if name not in known:
                self._connection.execute(
                    f"ALTER TABLE {quoted(table)} ADD COLUMN {quoted(name)} {declaration}"
                )
                known.add(name)
        for name in indexes:
            if f"{table}_{name}" in self._indexes:
                continue
            self._connection.execute(
                f"CREATE INDEX IF NOT EXISTS {quoted(f'{table}_{name}')} ON {quoted(table)} ({quoted(name)})"
            )

    def tables(self) -> list[str]:
        """Return the names of all tables."""
        rows = self.rows("SELECT name FROM sqlite_master WHERE type='table' AND name NOT LIKE 'sqlite_%'")
        return [row[0] for row in rows]

    def clear(self) -> None:
        """Drop all records and settings."""
        self.rollback()
        for table in self.tables():
            self._connection.execute(f"DROP TABLE {quoted(table)}")
        self._connection.execute("DELETE FROM sqlite_sequence")
        self._connection.execute(f"CREATE TABLE {SETTINGS} (name TEXT PRIMARY KEY, value TEXT)")
        self._columns.clear()
        self._indexes = frozenset()
        self.commit()

    # -- rows -------------------------------------------------------------------------------------

    def _execute(self, sql: str, arguments: Sequence[Any]) -> sqlite3.Cursor:
        try:
            return self._connection.execute(sql, arguments)
        except OverflowError:
            # A client's number, times a unit or so: what is out of range equals nothing.
            fitting = [
                max(_LEAST, min(value, _MOST)) if isinstance(value, int) else value for value in arguments
            ]
            return self._connection.execute(sql, fitting)

    def rows(self, sql: str, arguments: Sequence[Any] = ()) -> list[Any]:
        """Return all rows of a query as tuples."""
        return self._execute(sql, arguments).fetchall()

    def one(self, sql: str, arguments: Sequence[Any] = ()) -> Any:
        """Return the first row of a query, or None."""
        return self._execute(sql, arguments).fetchone()

    def maps(self, sql: str, arguments: Sequence[Any] = ()) -> list[dict[str, Any]]:
        """Return all rows of a query as maps by column."""
        cursor = self._execute(sql, arguments)
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor]

    def count(self, table: str, clause: str, arguments: tuple[Any, ...] = ()) -> int:
        """Return how many rows fit, counted anew only after something was written.

        Args:
            clause: ``WHERE`` clause with a leading blank, or an empty text.
        """
        self._forget_if_written()
        sql = f"SELECT count(*) FROM {quoted(table)}{clause}"
        known = self._counts.get((sql, arguments))
        if known is None:
            known = self._counts[sql, arguments] = int(self.one(sql, arguments)[0])
        return known

    def places(self, query: str, arguments: tuple[Any, ...] = ()) -> dict[int, int]:
        """Return where pages of a query by id begin: the id before, by offset; until something is written.

        A list that goes on with the next offset needs not walk over everything before it again.
        """
        self._forget_if_written()
        if len(self._places) > _KNOWN_LISTS:
            self._places.clear()
        return self._places.setdefault((query, arguments), {})

    def _forget_if_written(self) -> None:
        now = (self._connection.total_changes, self.one("PRAGMA data_version")[0])
        if now != self._counted_at:
            self._counts.clear()
            self._places.clear()
            self._counted_at = now

    def run(self, sql: str, arguments: Sequence[Any] = ()) -> int:
        """Run a statement and return the number of rows it touched."""
        return self._execute(sql, arguments).rowcount

    def insert(self, table: str, values: Mapping[str, Any]) -> int:
        """Add a row and return its id."""
        names = ",".join(map(quoted, values))
        marks = ",".join("?" * len(values))
        sql = (
            f"INSERT INTO {quoted(table)} ({names}) VALUES ({marks})"
            if values
            else (f"INSERT INTO {quoted(table)} DEFAULT VALUES")
        )
        return self._execute(sql, list(values.values())).lastrowid or 0

    def insert_many(self, table: str, names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        """Add or replace many rows with the same columns."""
        columns = ",".join(map(quoted, names))
        marks = ",".join("?" * len(names))
        sql = f"INSERT OR REPLACE INTO {quoted(table)} ({columns}) VALUES ({marks})"
        try:
            self._connection.executemany(sql, rows)
        except OverflowError as error:
            raise ValueError(f"A number for {table} does not fit into 64 bits.") from error

    def update(self, table: str, record_id: int, values: Mapping[str, Any]) -> None:
        """Change columns of a row."""
        if values:
            pairs = ",".join(f"{quoted(name)}=?" for name in values)
            self.run(f"UPDATE {quoted(table)} SET {pairs} WHERE ID=?", [*values.values(), record_id])

    def delete(self, table: str, record_id: int) -> bool:
        """Remove a row and say whether it was there."""
        return bool(self.run(f"DELETE FROM {quoted(table)} WHERE ID=?", (record_id,)))

    # -- settings and transactions ------------------------------------------------------------------

    def setting(self, name: str, default: Any = None) -> Any:
        """Return a stored value of the portal itself."""
        row = self.one(f"SELECT value FROM {SETTINGS} WHERE name=?", (name,))
        return json.loads(row[0]) if row else default

    def settings(self) -> list[tuple[str, Any]]:
        """Return all stored values of the portal itself by name."""
        rows = self.rows(f"SELECT name, value FROM {SETTINGS} ORDER BY name")
        return [(name, json.loads(value)) for name, value in rows]

    def keep(self, name: str, value: Any) -> None:
        """Store a value of the portal itself."""
        self.run(f"INSERT OR REPLACE INTO {SETTINGS} VALUES (?,?)", (name, json.dumps(value)))

    def commit(self) -> None:
        """Make what was written durable."""
        if self._connection.in_transaction:
            self._connection.commit()

    def rollback(self) -> None:
        """Forget what was written since the last commit."""
        if self._connection.in_transaction:
            self._connection.rollback()
            # Tables and columns of the transaction are gone, too.
            self._columns.clear()
            self._indexes = frozenset()
