"""The whole state of a portal in a dump: everything that the keys of a plain data set do not say.

Those keys (``users``, ``items_140``) stay as readable as ever; the other tables follow as they are stored.
Secrets are not part of it: webhook, tokens and secrets of applications are the new portal's own.
"""

# ruff: noqa: S608  # names of tables are checked, values are always bound

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from .applications import SECRETS
from .store import SETTINGS, Store, quoted

if TYPE_CHECKING:
    from .portal import Portal

__all__ = ["KEYS", "check", "dump", "restore", "restore_rest"]

KEYS = ("applications", "settings", "tables", "sequences")

# Credentials, and what answers only to them.
_LEFT_OUT = frozenset({SETTINGS, "oauth_tokens", "oauth_codes", "rest3_answers", "sqlite_sequence"})
_SECRET_SETTINGS = ("webhook", "applications", "member_id", "frames", "frame_runs", "portal")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_DECLARATION = re.compile(r"(?:INTEGER|REAL|TEXT|BLOB)(?: COLLATE NOCASE)?")


def dump(portal: Portal, readable: Mapping[str, Iterable[str]]) -> dict[str, Any]:
    """Return the keys of a dump that are none of a plain data set.

    Args:
        readable: Tables that the data set shows, with the columns that it shows of them.
    """
    store = portal.store
    tables = {}
    for name in store.tables():
        if name not in _LEFT_OUT:
            hidden = {"ID", *_columns(store, name)} - set(readable.get(name, ())) | {"ID"}
            table = _table(store, name, hidden)
            if name not in readable or len(hidden) > 1:
                tables[name] = table
    return {
        "applications": [_shown(asdict(known)) for known in portal.applications.values()],
        "settings": {name: value for name, value in store.settings() if name not in _SECRET_SETTINGS},
        "tables": tables,
        "sequences": {
            name: number
            for name, number in store.rows("SELECT name, seq FROM sqlite_sequence ORDER BY name")
            if name not in _LEFT_OUT
        },
    }


def _shown(facts: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in facts.items() if name not in SECRETS}


def _columns(store: Store, table: str) -> dict[str, str]:
    """Return the columns of a table with their declarations, the key left out."""
    sql = store.one("SELECT sql FROM sqlite_master WHERE name=?", (table,))[0]
    names = [row[1] for row in store.rows(f"PRAGMA table_info({quoted(table)})")]
    found = {}
    for name in names:
        match = re.search(rf"{re.escape(quoted(name))} ({_DECLARATION.pattern})", sql)
        if match is not None:
            found[name] = match[1]
    return found


def _table(store: Store, name: str, wanted: set[str]) -> dict[str, Any]:
    columns = {column: kind for column, kind in _columns(store, name).items() if column in wanted}
    names = ["ID", *columns]
    rows = store.rows(f"SELECT {','.join(map(quoted, names))} FROM {quoted(name)} ORDER BY ID")
    return {
        "columns": columns,
        "rows": [
            {key: _outside(value) for key, value in zip(names, row, strict=True) if value is not None}
            for row in rows
        ],
    }


def _outside(value: Any) -> Any:
    return {"base64": base64.b64encode(value).decode()} if isinstance(value, bytes) else value


def _inside(value: Any) -> Any:
    if isinstance(value, dict) and isinstance(value.get("base64"), str):
        return base64.b64decode(value["base64"], validate=True)
    if value is None or isinstance(value, (str, int, float)):
        return value
    raise ValueError("A stored value of a dump is a text, a number or {'base64': ...}.")


def check(data: Mapping[str, Any]) -> None:
    """Look at the keys of a dump before anything is changed.

    Raises:
        ValueError: They have another form.
    """
    for name, table in data.get("tables", {}).items():
        if not _NAME.fullmatch(name) or name in _LEFT_OUT or name.startswith("sqlite_"):
            raise ValueError(f"A dump has no table {name!r}.")
        for column, declaration in table["columns"].items():
            if not _NAME.fullmatch(column) or not _DECLARATION.fullmatch(declaration):
                raise ValueError(f"The table {name!r} of a dump cannot have a column {column} {declaration}.")


def restore(portal: Portal, data: Mapping[str, Any], readable: Iterable[str]) -> dict[str, int]:
    """Replace the portal's state by that of a dump and return how many rows each table got.

    Args:
        readable: Tables whose records follow by the other keys of the data set; they are emptied.
    """
    store, shown = portal.store, set(readable)
    for name in store.tables():
        if name not in _LEFT_OUT:
            store.run(f"DELETE FROM {quoted(name)}")
    added = {}
    for name, table in data["tables"].items():
        if name not in shown:
            _fill(store, name, table)
            if table["rows"]:
                added[name] = len(table["rows"])
    for name, value in data.get("settings", {}).items():
        if name not in _SECRET_SETTINGS:
            store.keep(name, value)
    portal.applications.restore(data.get("applications", ()))
    return added


def restore_rest(portal: Portal, data: Mapping[str, Any], readable: Iterable[str]) -> None:
    """Complete the records of the data set's own keys, and let the ids go on where they were."""
    store, shown = portal.store, set(readable)
    for name, table in data["tables"].items():
        if name in shown:
            store.ensure(name, table["columns"])
            for row in table["rows"]:
                values = {column: _inside(value) for column, value in row.items() if column != "ID"}
                store.update(name, row["ID"], values)
    for name, number in data.get("sequences", {}).items():
        store.run("DELETE FROM sqlite_sequence WHERE name=?", (str(name),))
        store.run("INSERT INTO sqlite_sequence (name, seq) VALUES (?,?)", (str(name), int(number)))


def _fill(store: Store, name: str, table: Mapping[str, Any]) -> None:
    store.ensure(name, table["columns"])
    names = ["ID", *table["columns"]]
    store.insert_many(name, names, ([_inside(row.get(column)) for column in names] for row in table["rows"]))
