"""Real servers for stage tables and ledgers, each on a socket file of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture
def redis_server(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """A Redis on a socket file of its own: no port, no data on disk."""
    place = tmp_path / "redis.sock"
    command = [
        "redis-server",
        "--port",
        "0",
        "--unixsocket",
        str(place),
        "--save",
        "",
        "--dir",
        str(tmp_path),
    ]
    process = subprocess.Popen(command, stdout=subprocess.PIPE)
    assert process.stdout is not None
    while b"ready to accept connections" not in (line := process.stdout.readline()).lower():
        assert line, "redis-server ended"
    with process:
        yield process, f"unix://{place}"
        process.kill()


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """A PostgreSQL of these tests on a socket file; it does not run as root, so that its own user runs it."""
    pytest.importorskip("psycopg", reason="psycopg is not installed")
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    is_root = os.getuid() == 0
    if not found or (is_root and shutil.which("runuser") is None):
        pytest.skip("no PostgreSQL server is installed")
    prefix = ["runuser", "-u", "postgres", "--"] if is_root else []
    folder = os.fsdecode(subprocess.check_output([*prefix, "mktemp", "-d"], cwd="/").strip())

    def run(*words: str) -> None:
        subprocess.run([*prefix, *words], check=True, stdout=subprocess.DEVNULL, cwd="/", timeout=60)

    control = (f"{found[-1]}/pg_ctl", "-D", f"{folder}/db", "-w")
    options = f"-k {folder} -c listen_addresses= -c fsync=off"
    try:
        run(f"{found[-1]}/initdb", "-D", f"{folder}/db", "-A", "trust", "-U", "ledger", "--no-sync")
        run(*control, "-l", f"{folder}/log", "-o", options, "start")
        yield f"postgresql+psycopg://ledger@/postgres?host={folder}"
        run(*control, "-m", "immediate", "stop")
    finally:
        run("rm", "-rf", folder)
