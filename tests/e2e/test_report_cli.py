"""``b24bridge report`` on a project: pages in both languages and the figures beside them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from b24bridge.cli import cli
from b24bridge.router import Run, SqlLedger


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with a module in shadow, ten equal runs, a change, and code that has not moved."""
    (tmp_path / "b24bridge.toml").write_text(
        '[modules.sector]\nstage = "legacy"\ngates = { min_runs = 5 }\n', "utf-8"
    )
    (tmp_path / "a.php").write_text("<?php\n$r = CRest::call('crm.deal.list', []);\n", "utf-8")
    ran = CliRunner().invoke(cli, ["promote", "sector", "--project", str(tmp_path), "--why", "пилот"])
    assert 0 == ran.exit_code
    ledger = SqlLedger(f"sqlite:///{tmp_path}/b24bridge.ledger.sqlite3")
    for _ in range(10):
        ledger.add(Run(4_000_000_000.0, "sector", "shadow", "legacy", "match", 0.2, 0.1))
    ledger.close()
    return tmp_path


def run(project: Path, *words: str) -> tuple[int, str]:
    """Write the report of the project into its folder ``out``."""
    done = CliRunner().invoke(
        cli, ["report", "--project", str(project), "--reports", str(project / "out"), *words]
    )
    return done.exit_code, done.output


def test_report_writes_both_languages_and_one_set_of_figures(project: Path) -> None:
    """HTML and Markdown in each language, JSON once."""
    code, _ = run(project, "--code", str(project / "a.php"))

    assert 0 == code
    names = ["migration.html", "migration.json", "migration.md", "migration.ru.html", "migration.ru.md"]
    assert names == sorted(path.name for path in (project / "out").iterdir())
    data = json.loads((project / "out" / "migration.json").read_text("utf-8"))
    assert ("shadow", [], 10) == (
        data["modules"][0]["stage"],
        data["modules"][0]["gate"],
        data["modules"][0]["figures"]["compared"],
    )
    assert 1 == data["old_calls"]
    page = (project / "out" / "migration.ru.html").read_text("utf-8")
    assert 'href="migration.html"' in page
    assert "пилот" in page


def test_one_language_links_to_no_other(project: Path) -> None:
    """The page that was not written is not linked."""
    run(project, "--lang", "ru")

    assert ["migration.ru.html", "migration.ru.json", "migration.ru.md"] == sorted(
        path.name for path in (project / "out").iterdir()
    )
    assert "hreflang" not in (project / "out" / "migration.ru.html").read_text("utf-8")


def test_a_broken_bench_file_is_told(project: Path) -> None:
    """Exit code 2 and the command that writes a new one."""
    broken = project / "bench.json"
    broken.write_text("{", "utf-8")

    code, output = run(project, "--bench", str(broken))

    assert 2 == code
    assert "run `b24bridge bench` again" in output
