"""Stage tables keep edits, refuse half-written files, and say who changed what and why."""

from __future__ import annotations

import multiprocessing
from dataclasses import replace
from pathlib import Path

import pytest

from b24bridge.errors import ConfigError
from b24bridge.router import FileTable, MemoryTable, ModuleState, Stage

EDITED = """\
# our plan, agreed on Monday
[modules.sector]
stage = "shadow"   # since Tuesday
files = ["sector.php"]
"""


class Clock:
    """A clock that the test moves."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def to(stage: Stage):  # type: ignore[no-untyped-def]
    """Return an update to a stage."""
    return lambda state: replace(state, stage=stage)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A table that a person has edited."""
    file = tmp_path / "b24bridge.toml"
    file.write_text(EDITED, "utf-8")
    return file


def test_a_module_that_is_not_listed_is_in_stage_legacy(tmp_path: Path) -> None:
    """Without a file nothing changes for anybody."""
    assert ModuleState() == FileTable(tmp_path / "none.toml").state("sector")


def test_a_change_keeps_what_people_wrote(path: Path) -> None:
    """Comments, order and keys of the plan survive a promotion."""
    FileTable(path).change("sector", to(Stage.CANARY), who="anna", why="gate open")

    assert EDITED.replace('"shadow"', '"canary"') == path.read_text("utf-8")


def test_a_change_writes_only_what_it_changes(path: Path) -> None:
    """Gates that a person wrote short stay short, and keys that are not ours stay."""
    path.write_text(
        '[modules.sector]\nstage = "shadow"\ngates = {min_runs = 3} # few\nteam = "1C"\n', "utf-8"
    )

    FileTable(path).change("sector", to(Stage.CANARY), who="anna", why="gate open")

    assert '[modules.sector]\nstage = "canary"\ngates = {min_runs = 3} # few\nteam = "1C"\n' == (
        path.read_text("utf-8")
    )


@pytest.mark.parametrize(
    "text",
    [
        "[modules]\nsector = 5\n",
        "modules = 3\n",
        "[[modules]]\nstage = 'done'\n",
        "[modules.sector]\nstage = 'canary'\ngates = {min_runs = 'ten'}\n",
        "[modules.sector]\nstage = 'canary'\nusers = '17'\n",
        "\ufeff[modules",
    ],
)
def test_a_wrong_edit_breaks_no_call(path: Path, caplog: pytest.LogCaptureFixture, text: str) -> None:
    """Whatever stands in the file, a running program goes on with the last good state; a new one refuses it."""
    clock = Clock()
    table = FileTable(path, clock=clock)
    path.write_text(text, "utf-8")
    clock.now = 1.0

    stage = table.state("sector").stage

    assert Stage.SHADOW is stage
    assert "The last good state stays in force" in caplog.text
    with pytest.raises(ConfigError):
        FileTable(path)


def test_dotted_keys_that_a_new_table_would_swallow_are_left_alone(path: Path) -> None:
    """TOML reads dotted keys after a table's head as that table's own; the module ``b`` would be gone."""
    text = "modules.a.stage = 'legacy'\nmodules.b = {stage = 'shadow'}\n"
    path.write_text(text, "utf-8")

    with pytest.raises(ConfigError, match="without dotted keys"):
        FileTable(path).change("c", to(Stage.SHADOW), who="a", why="b")

    assert text == path.read_text("utf-8")
    assert [] == FileTable(path).changes()


def test_a_change_that_cannot_be_written_leaves_no_trace(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk: the table is as it was, the journal tells of no change, and the next one is told whole."""

    def full(*args: object, **kwargs: object) -> None:
        raise OSError(28, "No space left on device")

    table = FileTable(path)
    with monkeypatch.context() as patch:
        patch.setattr("b24bridge.router.tomlfile.replace_file", full)
        with pytest.raises(ConfigError, match=r"cannot be changed \(No space left on device\)"):
            table.change("sector", to(Stage.DONE), who="x", why="y")

    assert EDITED == path.read_text("utf-8")
    assert [] == table.changes()


def test_a_change_after_a_cut_line_is_told_whole(path: Path) -> None:
    """A crash in the middle of a line must not take the next change with it."""
    table = FileTable(path)
    path.with_suffix(".changes.jsonl").write_text('{"at": 1, "mod', "utf-8")

    table.change("sector", to(Stage.CANARY), who="a", why="b")

    assert ["canary"] == [change.new["stage"] for change in table.changes()]


def test_a_link_to_a_table_stays_a_link(path: Path, tmp_path: Path) -> None:
    """Releases often link to a file that is shared by them all."""
    link = tmp_path / "release.toml"
    link.symlink_to(path)

    FileTable(link).change("sector", to(Stage.CANARY), who="a", why="b")

    assert link.is_symlink()
    assert Stage.CANARY is FileTable(path).state("sector").stage


def test_a_change_is_recorded_with_who_and_why(path: Path) -> None:
    """The journal tells both states, the person and the reason."""
    FileTable(path).change("sector", to(Stage.LEGACY), who="борис", why="жалобы пользователей")

    (change,) = FileTable(path).changes("sector")
    assert ("shadow", "legacy") == (change.old["stage"], change.new["stage"])
    assert ("борис", "жалобы пользователей") == (change.who, change.why)


def test_an_edit_from_outside_is_seen_without_restart(path: Path) -> None:
    """Once the last look is older than the limit, the file is looked at again."""
    clock = Clock()
    table = FileTable(path, fresh_s=0.5, clock=clock)
    path.write_text(EDITED.replace("shadow", "modern"), "utf-8")

    before, clock.now = table.state("sector").stage, 0.6
    after = table.state("sector").stage

    assert (Stage.SHADOW, Stage.MODERN) == (before, after)


def test_a_broken_edit_leaves_the_last_good_state(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Somebody in the middle of an edit must not move a module."""
    clock = Clock()
    table = FileTable(path, clock=clock)
    path.write_text("[modules.sector\nstage =", "utf-8")
    clock.now = 1.0

    assert Stage.SHADOW is table.state("sector").stage
    assert "b24bridge.toml cannot be read" in caplog.text


def test_a_file_that_is_gone_leaves_the_last_good_state(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Some editors take the file away for a moment; the log says so once."""
    clock = Clock()
    table = FileTable(path, clock=clock)
    path.unlink()

    stages = []
    for clock.now in (1.0, 2.0, 3.0):
        stages.append(table.state("sector").stage)

    assert [Stage.SHADOW] * 3 == stages
    assert 1 == caplog.text.count("b24bridge.toml is gone")


def test_a_broken_file_is_refused_at_the_start_and_at_a_change(path: Path) -> None:
    """It is not overwritten either."""
    table = FileTable(path)
    path.write_text("[modules.sector\nstage =", "utf-8")

    with pytest.raises(ConfigError):
        FileTable(path)
    with pytest.raises(ConfigError):
        table.change("sector", to(Stage.DONE), who="x", why="y")
    assert path.read_text("utf-8") == "[modules.sector\nstage ="


def test_a_cut_line_of_the_journal_costs_that_line_only(path: Path) -> None:
    """A full disk may cut a line; the others are still told."""
    table = FileTable(path)
    table.change("sector", to(Stage.CANARY), who="a", why="b")
    journal = path.with_suffix(".changes.jsonl")
    journal.write_text(journal.read_text("utf-8") + '{"at": 1, "mod\n', "utf-8")

    assert ["canary"] == [change.new["stage"] for change in table.changes()]


def _raise_percent(path: str, count: int) -> None:
    table = FileTable(path)
    for _ in range(count):
        table.change("sector", lambda s: replace(s, percent=s.percent + 1), who="p", why="count")


def test_changes_of_two_processes_are_both_kept(path: Path) -> None:
    """Read and write are one step: 2 x 5 increments make 10."""
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=_raise_percent, args=(str(path), 5)) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert 5 + 10 == FileTable(path).state("sector").percent
    assert 10 == len(FileTable(path).changes())


def test_a_state_that_stays_is_no_change(path: Path) -> None:
    """Eight processes see the same gate break; the journal tells of one demotion, and figures begin there."""
    memory = MemoryTable({"sector": ModuleState(stage=Stage.CANARY)})
    tables = [FileTable(path), memory]
    for table in tables:
        for _ in range(3):
            table.change("sector", to(Stage.SHADOW), who="gate", why="errors")

    assert [[], ["shadow"]] == [[change.new["stage"] for change in table.changes()] for table in tables]
    assert EDITED == path.read_text("utf-8")


def test_the_memory_table_keeps_changes_too() -> None:
    """Same protocol, for tests and trials."""
    table = MemoryTable()
    table.change("m", to(Stage.SHADOW), who="a", why="b")

    assert Stage.SHADOW is table.state("m").stage
    assert ["legacy"] == [change.old["stage"] for change in table.changes("m")]
    assert [] == table.changes("other")
