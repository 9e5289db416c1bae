"""The table of runs in a database: what it is, and how several programs make it at the same moment."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from filelock import FileLock

from b24bridge.errors import ConfigError

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine, Table
    from sqlalchemy.schema import CreateIndex, CreateTable

__all__ = ["RunsTable", "connect", "prepare", "runs_table"]

# Any number does, as long as every release takes the same one.
_POSTGRESQL_LOCK: Final = 0xB24B


@dataclass(frozen=True, slots=True)
class RunsTable:
    """The table of runs.

    Attributes:
        table: The table.
        creation: Statements that make it, and its index, where they are missing.
    """

    table: Table
    creation: tuple[CreateTable | CreateIndex, ...]


@cache
def runs_table() -> RunsTable:
    """Return the table, the same in every dialect."""
    from sqlalchemy import BigInteger, Column, Float, Index, Integer, MetaData, String, Table, Text
    from sqlalchemy.schema import CreateIndex, CreateTable

    table = Table(
        "runs",
        MetaData(),
        # Numbers of deleted rows do not come again: a busy year uses up 32 bits. SQLite counts in 64 anyway.
        Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
        Column("at", Float, nullable=False),
        Column("module", String(200), nullable=False),
        Column("stage", String(10), nullable=False),
        Column("answered", String(10), nullable=False),
        Column("outcome", String(12), nullable=False),
        Column("legacy_s", Float),
        Column("modern_s", Float),
        Column("legacy_error", String(200), nullable=False),
        Column("modern_error", String(200), nullable=False),
        Column("detail", Text, nullable=False),
        Column("legacy_requests", Integer),
        Column("modern_requests", Integer),
        Index("runs_by_module", "module", "id"),
    )
    indexes = (CreateIndex(index, if_not_exists=True) for index in table.indexes)
    return RunsTable(table, (CreateTable(table, if_not_exists=True), *indexes))


def connect(url: str) -> Engine:
    """Return an engine; nothing is opened yet, so the database may be away.

    Raises:
        ConfigError: The address is no SQLAlchemy address, or its driver is not installed.
    """
    from sqlalchemy import create_engine, event
    from sqlalchemy.exc import ArgumentError

    try:
        engine = create_engine(url)
    except (ArgumentError, ImportError, ValueError) as exc:
        # The address may hold a password, so that it is not repeated.
        what = (
            f"its driver {exc.name} is not installed" if isinstance(exc, ImportError) else "it is malformed"
        )
        raise ConfigError(
            f"The ledger's address cannot be used: {what}.",
            remedy="Write it as sqlite:///FILE or postgresql+psycopg://USER:PASSWORD@HOST/DATABASE.",
        ) from exc
    if engine.dialect.name == "sqlite":

        @event.listens_for(engine, "connect")
        def _settings(connection: Any, record: Any) -> None:
            cursor = connection.cursor()
            cursor.execute("PRAGMA busy_timeout=30000")
            cursor.execute("PRAGMA synchronous=NORMAL")
            cursor.close()

    return engine


def prepare(engine: Engine) -> None:
    """Make the table where it is missing, and add the columns that an older release did not have.

    One program at a time: "if not exists" does not help two that look at the same moment. PostgreSQL then
    refuses one of them with a duplicate key, and SQLite does not wait for the switch to WAL.
    """
    if engine.dialect.name != "sqlite":
        with engine.begin() as connection:
            if engine.dialect.name == "postgresql":
                # Until the end of the transaction.
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_POSTGRESQL_LOCK})")
            _create(connection)
        return
    file = engine.url.database
    with (
        FileLock(f"{file}.lock") if file and file != ":memory:" else nullcontext(),
        engine.connect() as connection,
    ):
        connection.exec_driver_sql("PRAGMA journal_mode=WAL")
        _create(connection)
        connection.commit()


def _create(connection: Connection) -> None:
    from sqlalchemy import inspect

    runs = runs_table()
    for statement in runs.creation:
        connection.execute(statement)
    there = {column["name"] for column in inspect(connection).get_columns(runs.table.name)}
    for column in runs.table.columns:
        if column.name not in there:
            kind = column.type.compile(connection.dialect)
            connection.exec_driver_sql(f"ALTER TABLE {runs.table.name} ADD COLUMN {column.name} {kind}")
