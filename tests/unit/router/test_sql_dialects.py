"""The ledger on PostgreSQL: its statements are what that dialect takes, and a real server where there is one."""

from __future__ import annotations

import threading
from contextlib import closing
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import create_engine, create_mock_engine
from sqlalchemy.dialects import postgresql as dialect

from b24bridge.router import Run, SqlLedger
from b24bridge.router.database import runs_table

RUN = Run(1.5, "sector", "shadow", "legacy", "mismatch", 0.2, None, "", "ServerError", '{"место": 1}')


def test_tables_are_made_once_whatever_the_dialect() -> None:
    """Several processes may open a new ledger at the same moment."""
    told: list[str] = []
    engine: Any = create_mock_engine(
        "postgresql+psycopg://", lambda statement, *a, **k: told.append(str(statement.compile(dialect=PG)))
    )

    for statement in runs_table().creation:
        engine.execute(statement)

    text = " ".join(" ".join(told).split())
    assert "CREATE TABLE IF NOT EXISTS runs ( id BIGSERIAL NOT NULL, at FLOAT NOT NULL" in text
    assert "CREATE INDEX IF NOT EXISTS runs_by_module ON runs (module, id)" in text


PG = dialect.dialect()  # type: ignore[no-untyped-call]


def test_rows_are_written_and_read_without_words_of_one_dialect() -> None:
    """Insert leaves the number to the database; the newest come first."""
    table = runs_table().table

    insert = str(table.insert().values(module="m").compile(dialect=PG))
    newest = str(table.select().order_by(table.c.id.desc()).limit(3).compile(dialect=PG))

    assert insert.startswith("INSERT INTO runs (module) VALUES (%(module)s")
    assert insert.endswith("RETURNING runs.id")
    assert " ".join(newest.split("ORDER BY")[1].split()).startswith("runs.id DESC LIMIT %(param_1)s")


@pytest.mark.slow
def test_programs_that_open_a_new_ledger_at_once_do_not_collide(postgresql: str) -> None:
    """PostgreSQL refuses the second of two "create if not exists" at one moment with a duplicate key."""
    together = threading.Barrier(8)
    failures: list[BaseException] = []

    def first_run() -> None:
        ledger = SqlLedger(postgresql, pause_s=3600)
        ledger.add(replace(RUN, module="new"))
        together.wait(60)
        try:
            ledger.flush()
        except BaseException as error:  # noqa: BLE001  # told by the assertion
            failures.append(error)
        ledger.close()

    programs = [threading.Thread(target=first_run) for _ in range(8)]
    for program in programs:
        program.start()
    for program in programs:
        program.join(60)

    assert [] == failures
    with closing(SqlLedger(postgresql)) as ledger:
        assert 8 == len(ledger.newest("new", 100))


@pytest.mark.slow
def test_a_real_server_keeps_and_trims_rows(postgresql: str) -> None:
    """The same ledger by another address: rows with cyrillic, numbers, bounded growth."""
    with closing(SqlLedger(postgresql, keep=20)) as ledger:
        for _ in range(50):
            ledger.add(RUN)

    with closing(SqlLedger(postgresql)) as ledger:
        kept, modules = ledger.newest("sector", 100), ledger.modules()

    assert 20 <= len(kept) < 50
    assert ('{"место": 1}', None, "ServerError") == (kept[0].detail, kept[0].modern_s, kept[0].modern_error)
    assert sorted((run.id for run in kept), reverse=True) == [run.id for run in kept]
    assert "sector" in modules


@pytest.mark.slow
def test_a_table_of_an_older_release_gets_its_new_columns(postgresql: str) -> None:
    """Its rows stay and say that nothing is known of them."""
    engine = create_engine(postgresql)
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE IF EXISTS runs")
        connection.exec_driver_sql(
            "CREATE TABLE runs (id SERIAL PRIMARY KEY, at FLOAT, module VARCHAR, stage VARCHAR, answered VARCHAR,"
            " outcome VARCHAR, legacy_s FLOAT, modern_s FLOAT, legacy_error VARCHAR, modern_error VARCHAR,"
            " detail VARCHAR)"
        )
        connection.exec_driver_sql(
            "INSERT INTO runs VALUES (1, 1.0, 'm', 'shadow', 'legacy', 'match', 1.0, 1.0, '', '', '')"
        )

    engine.dispose()

    with closing(SqlLedger(postgresql)) as ledger:
        (kept,) = ledger.newest("m", 5)

    assert (1.0, None) == (kept.legacy_s, kept.legacy_requests)
