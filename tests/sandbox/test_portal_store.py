"""The database behind a portal."""

from __future__ import annotations

import gc
import sqlite3

import pytest

from b24bridge.sandbox.store import Store


def test_a_store_that_nobody_closes_closes_its_database() -> None:
    """From Python 3.13 on an open connection that is let go would be a warning in the user's program."""
    store = Store()
    connection = store._connection
    del store
    gc.collect()

    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        connection.execute("SELECT 1")
