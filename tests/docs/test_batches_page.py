"""The page on batches runs as printed."""

from __future__ import annotations

from pathlib import Path

from sybil import Sybil
from sybil.parsers.markdown import PythonCodeBlockParser

PAGE = Path(__file__).parent.parent.parent / "docs" / "explanation" / "batches.md"


def test_the_python_of_the_page_runs() -> None:
    """Against the sandbox, with the assertions that are printed."""
    examples = list(Sybil(parsers=[PythonCodeBlockParser()]).parse(PAGE))

    for example in examples:
        example.evaluate()

    assert 2 == len(examples)
