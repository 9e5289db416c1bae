"""The ledger loses no row, doubles none, stays bounded, and never disturbs a call."""

from __future__ import annotations

import multiprocessing
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy.exc import SQLAlchemyError

from b24bridge.errors import ConfigError, TransportError
from b24bridge.router import MemoryLedger, Run, SqlLedger


def run(number: int, module: str = "sector") -> Run:
    """Return a run that can be told from others by its time."""
    return Run(float(number), module, "shadow", "legacy", "match", 0.2, 0.1)


@pytest.fixture
def url(tmp_path: Path) -> str:
    """A new SQLite file."""
    return f"sqlite:///{tmp_path}/ledger.sqlite3"


def test_what_is_added_comes_back_newest_first(url: str) -> None:
    """All fields survive, Cyrillic among them."""
    ledger = SqlLedger(url)
    told = Run(2.0, "sector", "canary", "legacy", "fell_back", 0.5, None, "", "ServerError", '{"поле": 1}')
    ledger.add(run(1))
    ledger.add(told)
    ledger.flush()

    assert [replace(told, id=2), replace(run(1), id=1)] == ledger.newest("sector", 10)
    assert [replace(told, id=2)] == ledger.newest("sector", 1)
    assert replace(told, id=2) == ledger.get(2)
    assert ledger.get(3) is None
    assert ["sector"] == ledger.modules()


def test_growth_is_bounded_per_module(url: str) -> None:
    """Of each module the newest rows stay, and a busy module does not push out a quiet one."""
    ledger = SqlLedger(url, keep=100)
    ledger.add(run(0, "quiet"))
    for number in range(1000):
        ledger.add(run(number))
    ledger.flush()

    kept = ledger.newest("sector", 10_000)
    assert 100 <= len(kept) <= 110
    assert 999.0 == kept[0].at
    assert 1 == len(ledger.newest("quiet", 10))


def test_a_full_queue_counts_what_it_loses(url: str) -> None:
    """A database that is away for long costs rows, never memory."""
    ledger = SqlLedger(url, queue_limit=5, pause_s=3600)
    for number in range(8):
        ledger.add(run(number))

    assert 3 == ledger.lost


def test_a_row_after_the_end_is_counted_as_lost(url: str) -> None:
    """Nobody stores it any more, and no thread is begun for it."""
    ledger = SqlLedger(url)
    ledger.add(run(1))
    ledger.close()
    ledger.add(run(2))

    assert (1, [1.0]) == (ledger.lost, [row.at for row in SqlLedger(url).newest("sector", 10)])


def test_a_refused_write_keeps_the_rows(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows that could not be stored are stored later, once each."""
    ledger = SqlLedger(url, pause_s=3600)
    ledger.add(run(1))
    trim = ledger._trim

    def refuse(*args: object) -> None:
        raise SQLAlchemyError("disk full")

    monkeypatch.setattr(ledger, "_trim", refuse)
    with pytest.raises(SQLAlchemyError):
        ledger.flush()
    monkeypatch.setattr(ledger, "_trim", trim)
    ledger.flush()

    assert [replace(run(1), id=1)] == ledger.newest("sector", 10)


def _fill(url: str, worker: int, count: int) -> None:
    ledger = SqlLedger(url)
    for number in range(count):
        ledger.add(run(worker * count + number))
    ledger.close()


def test_processes_share_a_ledger_without_losing_or_doubling_rows(url: str) -> None:
    """Three processes open a new ledger at once and add 1,000 rows each."""
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=_fill, args=(url, number, 1000)) for number in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    stored = [row.at for row in SqlLedger(url).newest("sector", 10_000)]
    assert sorted(float(number) for number in range(3000)) == sorted(stored)


def test_the_memory_ledger_is_bounded() -> None:
    """It drops the oldest."""
    ledger = MemoryLedger(limit=100)
    for number in range(150):
        ledger.add(run(number))

    kept = ledger.newest("sector", 1000)
    assert len(kept) <= 100
    assert 149.0 == kept[0].at


def test_a_database_that_is_away_at_the_start_stops_nobody(tmp_path: Path) -> None:
    """Its rows wait and are stored when it is back; reading says what is wrong."""
    away = tmp_path / "volume"
    away.write_text("not mounted", "utf-8")
    ledger = SqlLedger(f"sqlite:///{away}/ledger.sqlite3", pause_s=3600)
    ledger.add(run(1))

    with pytest.raises(TransportError, match="The ledger cannot be read"):
        ledger.newest("sector", 10)
    away.unlink()
    away.mkdir()
    ledger.flush()

    assert [replace(run(1), id=1)] == ledger.newest("sector", 10)


@pytest.mark.parametrize("address", ["not an address", "oracle9://u:s3cret@h/db", "sqlite+nodriver:///x"])
def test_an_address_that_cannot_be_used_is_told_at_once_and_not_repeated(address: str) -> None:
    """It may hold a password."""
    with pytest.raises(ConfigError, match="cannot be used") as caught:
        SqlLedger(address)

    assert "s3cret" not in str(caught.value)


FORKS = """
import os, sys
from b24bridge.router import Run, SqlLedger

ledger = SqlLedger(sys.argv[1], pause_s=3600)
ledger.add(Run(1.0, "sector", "shadow", "legacy", "match"))
ledger.newest("sector", 1)
child = os.fork()
if child == 0:
    ledger.add(Run(2.0, "sector", "shadow", "legacy", "match"))
    ledger.close()
    os._exit(0)
os.waitpid(child, 0)
"""


def test_a_forked_program_stores_its_own_rows_only(url: str) -> None:
    """What waited in the parent is the parent's; a server that forks its workers would store it twice."""
    subprocess.run([sys.executable, "-W", "ignore", "-c", FORKS, url], check=True, timeout=60)

    assert [1.0, 2.0] == sorted(row.at for row in SqlLedger(url).newest("sector", 10))
