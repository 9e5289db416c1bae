"""The ledger on PostgreSQL: its statements are what that dialect takes, and a real server where there is one."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_mock_engine
from sqlalchemy.dialects import postgresql

from b24bridge.router import Run, SqlLedger
from b24bridge.router.ledger import runs_table

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
    assert "CREATE TABLE IF NOT EXISTS runs ( id SERIAL NOT NULL, at FLOAT NOT NULL" in text
    assert "CREATE INDEX IF NOT EXISTS runs_by_module ON runs (module, id)" in text


PG = postgresql.dialect()  # type: ignore[no-untyped-call]


def test_rows_are_written_and_read_without_words_of_one_dialect() -> None:
    """Insert leaves the number to the database; the newest come first."""
    table = runs_table().table

    insert = str(table.insert().values(module="m").compile(dialect=PG))
    newest = str(table.select().order_by(table.c.id.desc()).limit(3).compile(dialect=PG))

    assert insert.startswith("INSERT INTO runs (module) VALUES (%(module)s")
    assert insert.endswith("RETURNING runs.id")
    assert " ".join(newest.split("ORDER BY")[1].split()).startswith("runs.id DESC LIMIT %(param_1)s")


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """A PostgreSQL of this test on a socket file; it does not run as root, so that its own user runs it."""
    pytest.importorskip("psycopg", reason="psycopg is not installed")
    binaries = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    if not binaries or (os.getuid() == 0 and shutil.which("runuser") is None):
        pytest.skip("no PostgreSQL server is installed")
    prefix = ["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []
    data = Path(os.fsdecode(subprocess.check_output([*prefix, "mktemp", "-d"]).strip()))

    def run(*words: str) -> None:
        subprocess.run([*prefix, *words], check=True, stdout=subprocess.DEVNULL, cwd="/")

    run(f"{binaries[-1]}/initdb", "-D", str(data / "db"), "-A", "trust", "-U", "ledger", "--no-sync")
    options = f"-k {data} -c listen_addresses= -c fsync=off"
    run(
        f"{binaries[-1]}/pg_ctl",
        "-D",
        str(data / "db"),
        "-o",
        options,
        "-l",
        str(data / "log"),
        "-w",
        "start",
    )
    yield f"postgresql+psycopg://ledger@/postgres?host={data}"
    run(f"{binaries[-1]}/pg_ctl", "-D", str(data / "db"), "-m", "immediate", "stop")
    run("rm", "-r", str(data))


@pytest.mark.slow
def test_a_real_server_keeps_and_trims_rows(address: str) -> None:
    """The same ledger by another address: rows with cyrillic, numbers, bounded growth."""
    ledger = SqlLedger(address, keep=20)
    for _ in range(50):
        ledger.add(RUN)
    ledger.close()

    kept = SqlLedger(address).newest("sector", 100)

    assert 20 <= len(kept) < 50
    assert ('{"место": 1}', None, "ServerError") == (kept[0].detail, kept[0].modern_s, kept[0].modern_error)
    assert sorted((run.id for run in kept), reverse=True) == [run.id for run in kept]
    assert ["sector"] == SqlLedger(address).modules()
