"""The ledger: the outcome and both timings of every routed call, and the figures the gates look at.

Rows are written by a thread of their own, many at a time, so that a call pays microseconds for its row.
SQLite (WAL) by default, PostgreSQL by address, through SQLAlchemy Core.
"""

from __future__ import annotations

import atexit
import logging
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any, Protocol

from filelock import FileLock

if TYPE_CHECKING:
    from sqlalchemy import Engine, Select, Table
    from sqlalchemy.schema import CreateIndex, CreateTable

__all__ = ["Ledger", "MemoryLedger", "Run", "RunsTable", "SqlLedger", "runs_table"]

_log = logging.getLogger("b24bridge.router")


@dataclass(frozen=True, slots=True)
class Run:
    """One routed call.

    Attributes:
        at: Unix time in seconds.
        module: Name of the module.
        stage: Stage in force.
        answered: ``legacy`` or ``modern``: whose value or error the caller got.
        outcome: ``single`` (one path ran), ``match``, ``mismatch``, ``stopped`` (the compared path wanted to
            write and was refused), ``fell_back`` or ``unfinished`` (the time limit passed).
        legacy_s: Seconds of the old path, None if it did not run.
        modern_s: Seconds of the new path, None if it did not run.
        legacy_error: Class of the old path's error, empty if none.
        modern_error: Class of the new path's error, empty if none.
        detail: Differences as JSON, redacted, empty if none.
        id: Number in the ledger, 0 before it is stored.
    """

    at: float
    module: str
    stage: str
    answered: str
    outcome: str
    legacy_s: float | None = None
    modern_s: float | None = None
    legacy_error: str = ""
    modern_error: str = ""
    detail: str = ""
    id: int = 0


class Ledger(Protocol):
    """Keeps runs."""

    def add(self, run: Run) -> None:
        """Keep a run; never raises, never waits for a disk."""
        ...

    def newest(self, module: str, count: int) -> list[Run]:
        """Return the newest runs of a module, newest first."""
        ...

    def get(self, number: int) -> Run | None:
        """Return the run with this number, or None."""
        ...

    def modules(self) -> list[str]:
        """Return the names of the modules that have runs."""
        ...

    def flush(self) -> None:
        """Wait until everything added so far is stored."""
        ...


class MemoryLedger:
    """A ledger of this process, for tests and trials; keeps the newest ``limit`` runs."""

    def __init__(self, limit: int = 100_000) -> None:
        self._runs: list[Run] = []
        self._count = 0
        self._limit = limit
        self._lock = threading.Lock()

    def add(self, run: Run) -> None:
        """Keep a run."""
        with self._lock:
            self._count += 1
            self._runs.append(replace(run, id=self._count))
            if len(self._runs) > self._limit:
                del self._runs[: self._limit // 10]

    def newest(self, module: str, count: int) -> list[Run]:
        """Return the newest runs of a module, newest first."""
        with self._lock:
            return [run for run in reversed(self._runs) if run.module == module][:count]

    def get(self, number: int) -> Run | None:
        """Return the run with this number, or None."""
        with self._lock:
            return next((run for run in self._runs if run.id == number), None)

    def modules(self) -> list[str]:
        """Return the names of the modules that have runs."""
        with self._lock:
            return sorted({run.module for run in self._runs})

    def flush(self) -> None:
        """Return at once: everything is stored."""


class SqlLedger:
    """A ledger in a database.

    A database that is away costs rows, never a call: rows that could not be stored are tried again, and
    counted in ``lost`` when the queue is full. Growth is bounded: of each module the newest ``keep`` rows
    stay.

    Args:
        url: SQLAlchemy address, such as ``sqlite:///b24bridge.ledger.sqlite3`` or ``postgresql+psycopg://...``.
        keep: Rows kept of each module.
        queue_limit: Rows that may wait; more are counted as lost.
        batch: Rows written at a time.
        pause_s: Seconds between two writes.
    """

    def __init__(
        self,
        url: str,
        *,
        keep: int = 100_000,
        queue_limit: int = 100_000,
        batch: int = 2_000,
        pause_s: float = 0.2,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.lost = 0
        self._url = url
        self._keep = keep
        self._queue_limit = queue_limit
        self._batch = batch
        self._pause_s = pause_s
        self._clock = clock
        self._queue: SimpleQueue[Run] = SimpleQueue()
        self._write_lock = threading.Lock()
        self._wake = threading.Event()
        self._closed = False
        self._engine, self._table = _open(url)
        self._since_trim: dict[str, int] = {}
        self._thread: threading.Thread | None = None
        self._start_lock = threading.Lock()
        atexit.register(self.close)

    def add(self, run: Run) -> None:
        """Keep a run; never raises, never waits for a disk."""
        if self._queue.qsize() >= self._queue_limit:
            self.lost += 1
            return
        self._queue.put(run)
        if self._thread is None or not self._thread.is_alive():
            self._start()

    def newest(self, module: str, count: int) -> list[Run]:
        """Return the newest stored runs of a module, newest first."""
        table = self._table
        query = self._select().where(table.c.module == module).order_by(table.c.id.desc()).limit(count)
        with self._engine.connect() as connection:
            return [Run(*row) for row in connection.execute(query)]

    def get(self, number: int) -> Run | None:
        """Return the stored run with this number, or None."""
        with self._engine.connect() as connection:
            row = connection.execute(self._select().where(self._table.c.id == number)).first()
        return None if row is None else Run(*row)

    def _select(self) -> Select[Any]:
        from sqlalchemy import select

        return select(*(self._table.c[name] for name in Run.__slots__))

    def modules(self) -> list[str]:
        """Return the names of the modules that have stored runs."""
        from sqlalchemy import select

        with self._engine.connect() as connection:
            return sorted(connection.execute(select(self._table.c.module).distinct()).scalars())

    def flush(self) -> None:
        """Store everything added so far.

        Raises:
            sqlalchemy.exc.SQLAlchemyError: The database refuses; the rows stay in the queue.
        """
        while self._write():
            pass

    def close(self) -> None:
        """Store what waits and let the thread end; also called when the program ends."""
        if self._closed:
            return
        self._closed = True
        self._wake.set()
        try:
            self.flush()
        except Exception as error:  # noqa: BLE001  # the program is ending; there is nobody to raise to
            _log.warning("%d ledger rows could not be stored: %s", self._queue.qsize(), type(error).__name__)
        self._engine.dispose()

    def _start(self) -> None:
        with self._start_lock:
            if self._thread is None or not self._thread.is_alive():
                # Also after a fork: the child has no thread of its own until here.
                self._thread = threading.Thread(target=self._work, name="b24bridge-ledger", daemon=True)
                self._thread.start()

    def _work(self) -> None:
        while not self._closed:
            self._wake.wait(self._pause_s)
            try:
                while self._write():
                    pass
            except Exception as error:  # noqa: BLE001  # tried again after the pause
                _log.warning("the ledger cannot be written and is tried again: %s", type(error).__name__)

    def _write(self) -> bool:
        """Store one batch; return whether there was one."""
        with self._write_lock:
            rows: list[Run] = []
            try:
                while len(rows) < self._batch:
                    rows.append(self._queue.get_nowait())
            except Empty:
                pass
            if not rows:
                return False
            try:
                with self._engine.begin() as connection:
                    connection.execute(self._table.insert(), [_row(run) for run in rows])
                    self._trim(connection, rows)
            except Exception:
                for run in rows:
                    self._queue.put(run)
                raise
            return True

    def _trim(self, connection: Any, rows: Sequence[Run]) -> None:
        """Delete the oldest rows of a module, once for every tenth of ``keep`` rows that came."""
        from sqlalchemy import delete, select

        table = self._table
        for run in rows:
            self._since_trim[run.module] = self._since_trim.get(run.module, 0) + 1
        for module, count in list(self._since_trim.items()):
            if count < max(self._keep // 10, 1):
                continue
            self._since_trim[module] = 0
            of_module = select(table.c.id).where(table.c.module == module)
            oldest_kept = of_module.order_by(table.c.id.desc()).offset(self._keep - 1).limit(1)
            border = connection.execute(oldest_kept).scalar()
            if border is not None:
                connection.execute(delete(table).where(table.c.module == module, table.c.id < border))


@dataclass(frozen=True, slots=True)
class RunsTable:
    """The table of runs, and the statements that make it where it is missing."""

    table: Table
    creation: tuple[CreateTable | CreateIndex, ...]


def runs_table() -> RunsTable:
    """Return the table, the same in every dialect."""
    from sqlalchemy import Column, Float, Index, Integer, MetaData, String, Table, Text
    from sqlalchemy.schema import CreateIndex, CreateTable

    table = Table(
        "runs",
        MetaData(),
        Column("id", Integer, primary_key=True),
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
        Index("runs_by_module", "module", "id"),
    )
    # "If not exists", since several processes may open a new ledger at the same moment.
    indexes = (CreateIndex(index, if_not_exists=True) for index in table.indexes)
    return RunsTable(table, (CreateTable(table, if_not_exists=True), *indexes))


def _open(url: str) -> tuple[Engine, Table]:
    from sqlalchemy import create_engine, event

    engine = create_engine(url)
    runs = runs_table()
    if engine.dialect.name != "sqlite":
        with engine.begin() as connection:
            for statement in runs.creation:
                connection.execute(statement)
        return engine, runs.table

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, record: Any) -> None:
        cursor = connection.cursor()
        cursor.execute("PRAGMA busy_timeout=30000")
        cursor.execute("PRAGMA synchronous=NORMAL")
        cursor.close()

    # One process at a time: the switch to WAL does not wait for others as statements do, it fails.
    file = engine.url.database
    with FileLock(f"{file}.lock") if file else nullcontext(), engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA journal_mode=WAL")
        for statement in runs.creation:
            connection.execute(statement)
        connection.commit()
    return engine, runs.table


def _row(run: Run) -> dict[str, Any]:
    # dataclasses.asdict copies every value deeply, which costs more than the insert.
    return {name: getattr(run, name) for name in Run.__slots__ if name != "id"}
