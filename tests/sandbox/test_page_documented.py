"""The reference of the admin interface names everything there is."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest
from sybil import Sybil
from sybil.parsers.markdown import PythonCodeBlockParser

from b24bridge.sandbox import admin
from b24bridge.sandbox.applications import Application
from b24bridge.sandbox.faults import PRESETS, Fault
from b24bridge.sandbox.limits import TARIFFS, Latency

DOCS = Path(__file__).parents[2] / "docs"
REFERENCE = (DOCS / "reference/sandbox-admin.md").read_text("utf-8")
GUIDE = (DOCS / "how-to/sandbox.md").read_text("utf-8")


@pytest.mark.parametrize(("verb", "name"), sorted(admin._ACTIONS))
def test_every_address_is_in_the_reference(verb: str, name: str) -> None:
    """By verb and name."""
    assert f"`{verb} {name}`" in REFERENCE


@pytest.mark.parametrize(
    "name",
    [
        *PRESETS,
        *(item.name for item in fields(Fault) if item.init),
        *(item.name for item in fields(Latency) if item.init and not item.name.startswith("_")),
        *(item.name for item in fields(Application)),
    ],
)
def test_every_setting_is_in_the_reference(name: str) -> None:
    """Presets, keys of faults, delays, facts of an application."""
    assert f"`{name}`" in REFERENCE


@pytest.mark.parametrize("name", TARIFFS)
def test_every_tariff_is_in_the_guide(name: str) -> None:
    """With its figures."""
    threshold, drain = TARIFFS[name]

    assert f"`{name}` | {threshold:.0f} requests at once" in GUIDE
    assert f"then {drain:.0f} a second" in GUIDE


def test_the_guides_python_runs_as_printed() -> None:
    """What the page shows works."""
    examples = list(Sybil(parsers=[PythonCodeBlockParser()]).parse(DOCS / "how-to/sandbox.md"))

    for example in examples:
        example.evaluate()

    assert 1 == len(examples)
