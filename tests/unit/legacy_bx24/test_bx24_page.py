"""The migration page names what the code has."""

from __future__ import annotations

from pathlib import Path

from b24bridge.legacy.bx24_quirks import QUIRKS

PAGE = (Path(__file__).parents[3] / "docs/migration/from-bx24js.md").read_text()


def test_the_page_lists_every_quirk() -> None:
    """The table of habits is complete and has none that are gone."""
    listed = [
        line.split("`")[1] for line in PAGE.partition("### Habits")[2].splitlines() if line.startswith("| `")
    ]

    assert [quirk.name for quirk in QUIRKS] == listed[: len(QUIRKS)]


def test_the_python_example_of_the_page_runs() -> None:
    """It is executed as printed."""
    code = PAGE.partition("```python\n")[2].partition("```")[0]

    exec(compile(code, "from-bx24js.md", "exec"), {})
