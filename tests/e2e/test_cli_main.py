"""What the command line says when the machine, not the user, is at fault."""

from __future__ import annotations

import io
import sys
from typing import Any

import click
import pytest

import b24bridge.cli


def ends(monkeypatch: pytest.MonkeyPatch, command: Any) -> int | str | None:
    """Run the command line with a command that does this; return its exit code."""
    monkeypatch.setattr(b24bridge.cli.cli, "main", lambda *args, **kwargs: command())
    with pytest.raises(SystemExit) as ended:
        b24bridge.cli.main([])
    return ended.value.code


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (OSError(28, "No space left on device"), "Standard output: No space left on device."),
        (PermissionError(13, "Permission denied", "b24bridge.toml"), "b24bridge.toml: Permission denied."),
    ],
)
def test_a_disk_that_is_full_or_closed_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], error: OSError, told: str
) -> None:
    """Exit code 2 and one line, not a traceback."""

    def fails() -> None:
        raise error

    code = ends(monkeypatch, fails)

    assert (2, f"{told}\n") == (code, capsys.readouterr().err)


def test_a_letter_that_the_terminal_lacks_ends_no_command(monkeypatch: pytest.MonkeyPatch) -> None:
    """A console of windows-1251 has no arrow, and no letters of a file name that is not UTF-8."""
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding="cp1251"))

    code = ends(monkeypatch, lambda: click.echo("Сделка \N{RIGHTWARDS ARROW} \udcf1"))

    assert 0 == code
    assert "Сделка \\u2192 \\udcf1\n" == raw.getvalue().decode("cp1251")
