"""The pages about the gateway name every setting and figure, and their settings can be built."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from b24bridge.gateway.config import CALLER_KEYS, KEYS, MODES, UPSTREAM_KEYS, build
from b24bridge.gateway.settings import Settings
from b24bridge.wire.limits import ENTERPRISE, STANDARD

DOCS = Path(__file__).parents[2] / "docs"
REFERENCE = (DOCS / "reference/gateway.md").read_text(encoding="utf-8")
HOW_TO = (DOCS / "how-to/gateway.md").read_text(encoding="utf-8")
SOURCES = Path(__file__).parents[2] / "src/b24bridge/gateway"


def _rows(page: str, heading: str) -> set[str]:
    section = page.partition(f"{heading}\n")[2].partition("\n#")[0]
    return set(re.findall(r"^\| `([^`]+)` \|", section, re.MULTILINE))


@pytest.mark.parametrize(
    ("heading", "keys"),
    [
        ("## Settings", set(KEYS)),
        ("### `[upstream]` and `[second]`", set(UPSTREAM_KEYS)),
        ("### `[[caller]]`", set(CALLER_KEYS)),
    ],
)
def test_every_setting_has_a_row_and_every_row_is_a_setting(heading: str, keys: set[str]) -> None:
    """What the command reads and what the page says are the same."""
    assert keys == _rows(REFERENCE, heading)


def test_defaults_on_the_page_are_those_of_the_code() -> None:
    """Numbers are written once more, so they are compared."""
    defaults = Settings(())

    for name in ("body_limit", "bodies_limit", "body_s", "at_once", "retry_after_s"):
        assert f"| `{name}` | number, {int(getattr(defaults, name))} |" in REFERENCE


def test_every_figure_has_a_row() -> None:
    """Events and gauges that the code names are on the page."""
    code = "".join(file.read_text(encoding="utf-8") for file in SOURCES.glob("*.py"))
    events = {f"b24bridge_gateway_{name}_total" for name in re.findall(r'\.event\("(\w+)"\)', code)}

    assert events <= _rows(REFERENCE, "## Figures")
    assert events


def test_every_mode_is_explained() -> None:
    """In the table of the how-to page."""
    assert set(MODES) <= _rows(HOW_TO, "## Record, replay, compare")


def test_the_settings_on_the_page_can_be_built() -> None:
    """The first block is a whole file; the others are parts of one."""
    blocks: list[dict[str, Any]] = [
        tomllib.loads(block) for block in re.findall(r"```toml\n(.*?)```", HOW_TO, re.DOTALL)
    ]
    first = blocks[0]
    first["upstream"]["webhook"] = "https://portal.example/rest/1/code/"
    for number, caller in enumerate(first["caller"]):
        caller["key"] = f"caller-key-{number}"

    setup = build(first)

    assert setup.certificate is None
    assert 3 == len(blocks)
    assert all(set(block) <= set(KEYS) for block in blocks)


def test_the_limits_on_the_page_are_the_portals() -> None:
    """50 and 2, 250 and 5."""
    assert (50, 2.0, 250, 5.0) == (
        STANDARD.capacity,
        STANDARD.drain_per_s,
        ENTERPRISE.capacity,
        ENTERPRISE.drain_per_s,
    )
    assert "50 requests, then 2 a second; enterprise: 250 and 5" in HOW_TO
