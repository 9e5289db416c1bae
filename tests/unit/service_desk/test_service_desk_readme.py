"""The README of the service desk runs as printed."""

from __future__ import annotations

import re
from pathlib import Path

README = Path(__file__).parents[3] / "examples" / "service_desk" / "README.md"


def test_the_example_runs_as_printed() -> None:
    """The block that shows both halves on a portal in the same process holds what it asserts."""
    blocks = re.findall(r"```python\n(.*?)```", README.read_text("utf-8"), re.DOTALL)
    example = next(block for block in blocks if "Portal(" in block)

    exec(compile(example, str(README), "exec"), {})
