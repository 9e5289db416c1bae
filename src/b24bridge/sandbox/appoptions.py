# ruff: noqa: S608  # names of tables and columns are declared in code; values are always bound
"""What applications keep on the portal: one store for REST and for ``BX24.appOption`` (section 5.6)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from .store import Store

__all__ = ["Owner", "forget", "prepare", "read", "write"]

# Kind (``app`` or ``user``), client id, and the user, 0 for options of the application.
Owner = tuple[str, str, int]

_OWNER = "KIND=? AND CLIENT_ID=? AND USER_ID=?"


def prepare(store: Store) -> None:
    """Create the table."""
    texts = dict.fromkeys(("KIND", "CLIENT_ID", "NAME", "VALUE"), "TEXT")
    store.ensure("app_options", {**texts, "USER_ID": "INTEGER"})


def read(store: Store, owner: Owner) -> dict[str, Any]:
    """Return the options in the order they were first set."""
    rows = store.rows(f"SELECT NAME, VALUE FROM app_options WHERE {_OWNER} ORDER BY ID", owner)
    return {name: json.loads(value) for name, value in rows}


def write(store: Store, owner: Owner, options: Mapping[str, Any]) -> None:
    """Set options; the others stay."""
    kind, client_id, user_id = owner
    for name, value in options.items():
        store.run(f"DELETE FROM app_options WHERE {_OWNER} AND NAME=?", (*owner, name))
        row = {"KIND": kind, "CLIENT_ID": client_id, "USER_ID": user_id}
        store.insert("app_options", {**row, "NAME": name, "VALUE": json.dumps(value)})


def forget(store: Store, client_id: str) -> None:
    """Remove everything that an application kept, for itself and for users."""
    store.run("DELETE FROM app_options WHERE CLIENT_ID=?", (client_id,))
