"""``b24bridge port`` as a person uses it: where it looks, what it writes, and what it says when it cannot."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from b24bridge.cli import cli

CALL = "<?php\n$r = CRest::call('crm.item.list', ['entityTypeId' => TICKETS]);\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with a file of calls and, in another folder, the constant that they use."""
    (tmp_path / "api").mkdir()
    (tmp_path / "api" / "desk.php").write_text(CALL, "utf-8")
    (tmp_path / "config.php").write_text("<?php define('TICKETS', 140);\n", "utf-8")
    (tmp_path / "b24bridge.toml").write_text("[modules.desk]\n", "utf-8")
    return tmp_path


def port(*words: object) -> Result:
    """Run the command."""
    return CliRunner().invoke(cli, ["port", *map(str, words)])


def test_the_stage_table_tells_where_the_project_is(project: Path) -> None:
    """Constants of the whole project are known without an option."""
    done = port(project / "api" / "desk.php")

    assert 0 == done.exit_code
    assert "# config.php:1\nTICKETS = 140\n" in done.stdout


def test_a_file_outside_the_project_is_told(project: Path) -> None:
    """Exit code 2 and what the option means."""
    (project / "other").mkdir()

    done = port(project / "api" / "desk.php", "--project", project / "other")

    assert 2 == done.exit_code
    assert "--project names a folder around it" in done.stderr


def test_a_port_that_would_write_over_an_edited_file_writes_nothing(project: Path) -> None:
    """Neither of the two files, so that a half-new port cannot be taken for one; a second run changes nothing."""
    out = project / "ports"
    first = port(project / "api" / "desk.php", "--output", out)
    again = port(project / "api" / "desk.php", "--output", out)
    (out / "test_desk_port.py").write_text("# ours\n", "utf-8")
    (out / "desk_port.py").unlink()

    refused = port(project / "api" / "desk.php", "--output", out)

    assert [0, 0, 2] == [done.exit_code for done in (first, again, refused)]
    assert "test_desk_port.py would change; --force writes over what is there" in refused.stderr
    assert ["test_desk_port.py"] == [place.name for place in out.iterdir()]


def test_a_place_that_cannot_be_written_is_told(project: Path) -> None:
    """A file stands where the folder should be made."""
    (project / "taken").write_text("", "utf-8")

    done = port(project / "api" / "desk.php", "--output", project / "taken" / "ports")

    assert "cannot be written" in str(done.exception)
