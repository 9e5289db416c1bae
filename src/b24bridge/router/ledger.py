"""The ledger: the outcome and both timings of every routed call, and the figures the gates look at.

Rows are written by a thread of their own, many at a time, so that a call pays microseconds for its row.
SQLite (WAL) by default, PostgreSQL by address, through SQLAlchemy Core.
"""

from __future__ import annotations

import atexit
import logging
import os
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any, Protocol
from weakref import WeakMethod

from b24bridge.errors import TransportError
from b24bridge.router.database import connect, prepare, runs_table

if TYPE_CHECKING:
    from sqlalchemy import Connection, Select

__all__ = ["Ledger", "MemoryLedger", "Run", "SqlLedger"]

_log = logging.getLogger("b24bridge.router")

_GREATEST_ID = 2**63 - 1


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
        legacy_requests: Requests of the old path, None if it did not run.
        modern_requests: Requests of the new path, None if it did not run.
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
    legacy_requests: int | None = None
    modern_requests: int | None = None
    id: int = 0


class Ledger(Protocol):
    """Keeps runs."""

    def add(self, run: Run) -> None:
        """Keep a run; never raises, never waits for a disk."""
        ...

    def newest(self, module: str, count: int) -> list[Run]:
        """Return the newest runs of a module, newest first, at most ``count``.

        Raises:
            TransportError: The database cannot be reached.
        """
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

    A database that is away, also when the program starts, costs rows, never a call: rows that could not be
    stored are tried again, and counted in ``lost`` when the queue is full. Growth is bounded: of each module
    the newest ``keep`` rows stay.

    Args:
        url: SQLAlchemy address, such as ``sqlite:///b24bridge.ledger.sqlite3`` or ``postgresql+psycopg://...``.
        keep: Rows kept of each module.
        queue_limit: Rows that may wait; more are counted as lost.
        batch: Rows written at a time.
        pause_s: Seconds between two writes.

    Raises:
        ConfigError: The address cannot be used.
    """

    def __init__(
        self,
        url: str,
        *,
        keep: int = 100_000,
        queue_limit: int = 100_000,
        batch: int = 2_000,
        pause_s: float = 0.2,
    ) -> None:
        self.lost = 0
        self._keep = keep
        self._queue_limit = queue_limit
        self._batch = batch
        self._pause_s = pause_s
        self._closed = False
        self._engine = connect(url)
        self._table = runs_table().table
        self._is_prepared = False
        self._since_trim: dict[str, int] = {}
        self._begin()
        atexit.register(self.close)
        forked = WeakMethod(self._after_fork)
        os.register_at_fork(after_in_child=lambda: (found := forked()) and found())

    def _begin(self) -> None:
        self._queue: SimpleQueue[Run] = SimpleQueue()
        self._write_lock = threading.Lock()
        self._prepare_lock = threading.Lock()
        self._wake = threading.Event()
        self._thread: threading.Thread | None = None
        self._start_lock = threading.Lock()

    def _after_fork(self) -> None:
        # Rows that waited are the parent's to store; its connections and locks are of no use here.
        self._begin()
        self._engine.dispose(close=False)

    def add(self, run: Run) -> None:
        """Keep a run; never raises, never waits for a disk."""
        if self._closed or self._queue.qsize() >= self._queue_limit:
            self.lost += 1
            return
        self._queue.put(run)
        if self._thread is None or not self._thread.is_alive():
            self._start()

    def newest(self, module: str, count: int) -> list[Run]:
        """Return the newest stored runs of a module, newest first.

        Raises:
            TransportError: The database cannot be reached.
        """
        if self._is_absent():
            return []
        table = self._table
        query = self._select().where(table.c.module == module).order_by(table.c.id.desc()).limit(count)
        with self._reading() as connection:
            return [Run(*row) for row in connection.execute(query)]

    def get(self, number: int) -> Run | None:
        """Return the stored run with this number, or None.

        Raises:
            TransportError: The database cannot be reached.
        """
        if self._is_absent() or not 0 < number <= _GREATEST_ID:
            return None
        with self._reading() as connection:
            row = connection.execute(self._select().where(self._table.c.id == number)).first()
        return None if row is None else Run(*row)

    def _select(self) -> Select[Any]:
        from sqlalchemy import select

        return select(*(self._table.c[name] for name in Run.__slots__))

    def modules(self) -> list[str]:
        """Return the names of the modules that have stored runs.

        Raises:
            TransportError: The database cannot be reached.
        """
        from sqlalchemy import select

        if self._is_absent():
            return []
        with self._reading() as connection:
            return sorted(connection.execute(select(self._table.c.module).distinct()).scalars())

    def _is_absent(self) -> bool:
        """Return whether there is no ledger yet; looking for runs must not make one."""
        if self._engine.dialect.name != "sqlite" or self._is_prepared:
            return False
        file = Path(self._engine.url.database or ":memory:")
        return str(file) != ":memory:" and file.parent.is_dir() and not file.exists()

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        from sqlalchemy.exc import SQLAlchemyError

        is_file = self._engine.dialect.name == "sqlite"
        try:
            self._prepared()
            with self._engine.connect() as connection:
                yield connection
        except (SQLAlchemyError, OSError) as exc:
            # What a server says may hold its address; a file's driver names the cause.
            cause = getattr(exc, "orig", getattr(exc, "strerror", None)) if is_file else None
            where = "to the disk and the rights on its folder" if is_file else "that its database runs"
            raise TransportError(
                f"The ledger cannot be read ({cause or type(exc).__name__}).",
                remedy=f"See {where}, and that B24BRIDGE_LEDGER names it.",
            ) from exc

    def _prepared(self) -> None:
        if not self._is_prepared:
            with self._prepare_lock:
                if not self._is_prepared:
                    prepare(self._engine)
                    self._is_prepared = True

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
                self._prepared()
                with self._engine.begin() as connection:
                    connection.execute(self._table.insert(), [_row(run) for run in rows])
                    self._trim(connection, rows)
            except BaseException:
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


def _row(run: Run) -> dict[str, Any]:
    # dataclasses.asdict copies every value deeply, which costs more than the insert.
    return {name: getattr(run, name) for name in Run.__slots__ if name != "id"}
