"""pytest fixtures for contract tests: ``pytest_plugins = ["b24bridge.contract.pytest_plugin"]``.

.. code-block:: python

    def test_sector_answers_as_recorded(verified):
        assert verified("sector-small").passes
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from b24bridge.compare.rules import RuleSet, load_rules
from b24bridge.contract.cassettes import Cassette, find_cassette, load_cassette
from b24bridge.contract.modules import load_module
from b24bridge.contract.verify import Verification, verify_cassette

__all__ = ["cassette", "cassette_dir", "verified"]


@pytest.fixture
def cassette_dir(request: pytest.FixtureRequest) -> Path:
    """Folder of the cassettes; override it to keep them elsewhere."""
    return request.config.rootpath / "cassettes"


@pytest.fixture
def cassette(cassette_dir: Path) -> Callable[[str], Cassette]:
    """Return a function that reads a cassette by name."""
    return lambda name: load_cassette(find_cassette(name, cassette_dir))


@pytest.fixture
def verified(cassette_dir: Path, cassette: Callable[[str], Cassette]) -> Callable[[str], Verification]:
    """Return a function that compares both paths of the module of a cassette.

    The new path keeps the known defects; rules are read from ``accepted.toml`` beside the cassettes.
    """
    file = cassette_dir / "accepted.toml"
    rules = load_rules(file) if file.exists() else RuleSet()

    def verify(name: str) -> Verification:
        found = cassette(name)
        today = datetime.now(UTC).date()
        return verify_cassette(found, load_module(found.about.module), rules, today=today)

    return verify
