"""The commands on stages, as a person and as CI use them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from b24bridge.cli import cli
from b24bridge.errors import ConfigError
from b24bridge.router import Run, SqlLedger


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with one module in shadow and ten equal runs, of which its gate asks five."""
    (tmp_path / "b24bridge.toml").write_text(
        '[modules.sector]\nstage = "shadow"\ngates = { min_runs = 5 }\n', "utf-8"
    )
    ledger = SqlLedger(f"sqlite:///{tmp_path}/b24bridge.ledger.sqlite3")
    for number in range(10):
        ledger.add(
            Run(
                float(number),
                "sector",
                "shadow",
                "legacy",
                "match",
                0.2,
                0.1,
                legacy_requests=40,
                modern_requests=4 + number % 2,
            )
        )
    ledger.close()
    return tmp_path


def run(project: Path, *words: str) -> Result:
    """Run a command on the project."""
    return CliRunner().invoke(cli, [*words, "--project", str(project)])


def add(project: Path, told: Run) -> None:
    """Add a run to the project's ledger."""
    ledger = SqlLedger(f"sqlite:///{project}/b24bridge.ledger.sqlite3")
    ledger.add(told)
    ledger.close()


def test_status_shows_stage_figures_and_gate(project: Path) -> None:
    """In a pipe it is JSON."""
    result = run(project, "status")

    assert [
        {
            "module": "sector",
            "stage": "shadow",
            "runs": 10,
            "differ": 0,
            "errors": 0,
            "old p50": "0.200",
            "old p95": "0.200",
            "new p50": "0.100",
            "new p95": "0.100",
            "requests saved": "35.5 of 40.0",
            "gate": "open",
        }
    ] == json.loads(result.stdout)


def test_an_open_gate_lets_a_module_on(project: Path) -> None:
    """The next stage has no runs yet, so the one after must wait."""
    first = run(project, "promote", "sector", "--why", "a week without a difference")
    second = run(project, "promote", "sector", "--why", "too early")

    assert (0, "sector: shadow -> canary 5%\n") == (first.exit_code, first.stdout)
    assert (1, "") == (second.exit_code, second.stdout)
    assert "sector stays in canary: 0 of 5 runs needed." in second.stderr


def test_a_closed_gate_can_be_forced_with_a_reason(project: Path) -> None:
    """The reason stands in the journal."""
    add(project, Run(11.0, "sector", "shadow", "legacy", "mismatch"))

    refused = run(project, "promote", "sector", "--why", "x")
    forced = run(project, "promote", "sector", "--force", "--why", "the difference is ours")

    assert (1, 0) == (refused.exit_code, forced.exit_code)
    assert "the difference is ours" in (project / "b24bridge.changes.jsonl").read_text("utf-8")


def test_a_promotion_passes_every_gate_and_a_rollback_none(project: Path) -> None:
    """Two stages at once need --force; each command goes its own way only."""
    skipped = run(project, "promote", "sector", "--to", "modern", "--why", "x")
    backwards = run(project, "promote", "sector", "--to", "legacy", "--why", "x")
    forwards = run(project, "rollback", "sector", "--to", "modern", "--why", "x")

    assert [1, 2, 2] == [result.exit_code for result in (skipped, backwards, forwards)]
    assert "go step by step, each has its gate, or give --force" in skipped.stderr
    assert "`b24bridge rollback sector --to legacy`" in backwards.stderr
    assert "`b24bridge promote sector`" in forwards.stderr
    assert not (project / "b24bridge.changes.jsonl").exists()


def test_a_promotion_does_not_undo_a_rollback_of_the_same_moment(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody takes the module back after the gate was looked at: back it stays."""

    def taken_back(*args: object) -> list[str]:
        assert 0 == run(project, "rollback", "sector", "--why", "users complain").exit_code
        return []

    monkeypatch.setattr("b24bridge.router.gates.reasons_against", taken_back)
    promoted = run(project, "promote", "sector", "--why", "the gate is open")

    assert "sector was taken to legacy meanwhile; it stays there." == str(promoted.exception)
    assert 'stage = "legacy"' in (project / "b24bridge.toml").read_text("utf-8")


def test_can_promote_answers_ci_by_its_exit_code(project: Path) -> None:
    """0 for open, 1 with the reasons."""
    open_ = run(project, "can-promote", "sector")
    add(project, Run(11.0, "sector", "shadow", "legacy", "mismatch"))
    closed = run(project, "can-promote", "sector")

    assert (0, "open\n") == (open_.exit_code, open_.stdout)
    assert (1, "1 of 11 compared runs differ\n") == (closed.exit_code, closed.stdout)


@pytest.mark.parametrize("words", [("can-promote",), ("promote", "--why", "x"), ("rollback", "--why", "x")])
def test_a_misspelt_module_is_told_by_every_command(project: Path, words: tuple[str, ...]) -> None:
    """It would be in stage legacy: CI would pass, and a rollback in an emergency do nothing and say so."""
    told = run(project, words[0], "sectro", *words[1:])

    assert isinstance(told.exception, ConfigError)
    assert "There is no module 'sectro'; there are sector. Did you mean sector?" == str(told.exception)


def test_a_module_that_only_the_ledger_knows_may_begin(project: Path) -> None:
    """The router keeps its runs before anybody has listed it; one that nobody knows needs --new."""
    add(project, Run(1.0, "time", "legacy", "legacy", "single", 0.1))

    routed = run(project, "promote", "time", "--why", "pilot")
    new = run(project, "promote", "graph", "--why", "pilot", "--new")

    assert ["time: legacy -> shadow\n", "graph: legacy -> shadow\n"] == [routed.stdout, new.stdout]


def test_a_reason_of_blanks_is_none(project: Path) -> None:
    """The journal is to say why."""
    told = run(project, "rollback", "sector", "--why", "  ")

    assert (2, True) == (told.exit_code, "say why in a few words" in told.stderr)


def test_a_share_belongs_to_canary(project: Path) -> None:
    """From shadow it is the share to begin with; in modern it must not be taken for the step to done."""
    begun = run(project, "promote", "sector", "--percent", "30", "--why", "few users")
    raised = run(project, "promote", "sector", "--percent", "50", "--why", "half of them")
    forced = run(project, "promote", "sector", "--to", "modern", "--force", "--why", "all")
    refused = run(project, "promote", "sector", "--percent", "70", "--why", "x")

    assert "sector: shadow -> canary 30%\n" == begun.stdout
    assert "sector: canary 30% -> canary 50%\n" == raised.stdout
    assert "sector: canary 50% -> modern\n" == forced.stdout
    assert (2, True) == (refused.exit_code, "without a share" in refused.stderr)


def test_looking_makes_no_ledger(tmp_path: Path) -> None:
    """A status before the first call leaves the folder as it is."""
    (tmp_path / "b24bridge.toml").write_text('[modules.sector]\nstage = "shadow"\n', "utf-8")

    shown = run(tmp_path, "status")
    explained = run(tmp_path, "explain", "run:1")

    assert (0, 1) == (shown.exit_code, explained.exit_code)
    assert ["b24bridge.toml"] == [place.name for place in tmp_path.iterdir()]


def test_rollback_needs_no_gate_and_twice_changes_nothing(project: Path) -> None:
    """One command back to legacy."""
    first = run(project, "rollback", "sector", "--why", "users see old totals")
    second = run(project, "rollback", "sector", "--why", "again")

    assert (0, "sector: shadow -> legacy\n") == (first.exit_code, first.stdout)
    assert (0, "") == (second.exit_code, second.stdout)
    assert "in legacy already" in second.stderr


def test_a_dry_run_changes_nothing(project: Path) -> None:
    """Neither file is touched."""
    before = (project / "b24bridge.toml").read_text("utf-8")

    result = run(project, "promote", "sector", "--why", "x", "--dry-run")

    assert "sector: shadow -> canary 5% (dry run)\n" == result.stdout
    assert before == (project / "b24bridge.toml").read_text("utf-8")
    assert not (project / "b24bridge.changes.jsonl").exists()


def test_a_compared_run_is_explained_place_by_place(project: Path) -> None:
    """With both values."""
    detail = {
        "differences": 2,
        "shown": [
            {
                "place": "data.hours",
                "kind": "value",
                "old": {"hours": 1},
                "new": {"hours": 2},
                "until": "2026-01-31",
                "reason": "rounding",
            }
        ],
        "only_old_writes": [],
        "only_new_writes": [{"method": "crm.item.delete", "params": {"id": 7}}],
    }
    told = Run(0.0, "sector", "shadow", "legacy", "mismatch", 0.2, 0.05, "", "", json.dumps(detail), 40, 4)
    add(project, told)

    result, russian = run(project, "explain", "run:11"), run(project, "explain", "run:11", "--lang", "ru")

    assert [
        "sector in shadow: the paths differ; the old path answered (1970-01-01 00:00:00 UTC)",
        "the old path: 200.0 ms, requests: 40",
        "the new path: 50.0 ms, requests: 4",
        "  data.hours: 1 -> 2 (another value)",
        "    accepted until 2026-01-31, which has passed: rounding",
        "  and 1 more",
        '  only the new path wanted to write: crm.item.delete {"id": 7}',
        'If it is wanted, accept it in the rules of the comparison: [[accepted]] module = "sector", '
        'path = "data.hours", reason = "...", expires = 2027-01-31',
    ] == result.stdout.splitlines()
    assert "  data.hours: 1 -> 2 (другое значение)" == russian.stdout.splitlines()[3]


def test_what_is_no_number_of_a_run_is_told(project: Path) -> None:
    """Exit code 2 for a wrong word, 1 for a run that is not there, however great its number."""
    wrong, absent = run(project, "explain", "run:x"), run(project, "explain", f"run:{10**30}")

    assert (2, 1) == (wrong.exit_code, absent.exit_code)


def test_an_error_code_is_explained_and_a_misspelt_one_finds_its_neighbour() -> None:
    """In both languages; an unknown code ends with 1."""
    runner = CliRunner()

    known = runner.invoke(cli, ["explain", "QUERY_LIMIT_EXCEEDED", "--lang", "ru"])
    unknown = runner.invoke(cli, ["explain", "QUERY_LIMIT_EXCEDED"])

    assert known.stdout.startswith("QUERY_LIMIT_EXCEEDED  RateLimited\nСлишком много запросов")
    assert 1 == unknown.exit_code
    assert "Did you mean QUERY_LIMIT_EXCEEDED" in unknown.stderr


def test_methods_finds_by_name_and_says_what_is_outdated() -> None:
    """crm.deal.contact.* and others are outdated in the catalogue; a row names the replacement."""
    result = CliRunner().invoke(cli, ["methods", "crm.item.list"])

    (row,) = json.loads(result.stdout)
    assert ("crm.item.list", "list", "entityTypeId", "safe") == (
        row["method"],
        row["kind"],
        row["required"],
        row["repeat"],
    )


def test_every_command_has_help_with_an_example() -> None:
    """Each command of the table loads, and shows how it is used."""
    from b24bridge.cli import COMMANDS

    without = [
        name for name in COMMANDS if "b24bridge " not in CliRunner().invoke(cli, [name, "--help"]).output
    ]

    assert [] == without
