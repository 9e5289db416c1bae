"""The tutorial runs as printed, and prints what it says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from sybil import Sybil
from sybil.parsers.markdown import PythonCodeBlockParser

ROOT = Path(__file__).parent.parent.parent


def test_the_tutorial_prints_what_its_comments_say(capsys: pytest.CaptureFixture[str]) -> None:
    """464 tickets instead of 111 (golden files sector-medium and its "as meant" twin), and a match."""
    page = ROOT / "docs" / "tutorial" / "first-module.md"

    for example in Sybil(parsers=[PythonCodeBlockParser()]).parse(page):
        example.evaluate()

    assert re.findall(r"^print\(.*\)  # (.*)$", page.read_text("utf-8"), re.MULTILINE) == (
        capsys.readouterr().out.splitlines()
    )
