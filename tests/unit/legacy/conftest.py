"""Fixtures of the legacy facade."""

from __future__ import annotations

import pytest
from crest_scripted import ScriptedPortal


@pytest.fixture
def scripted() -> ScriptedPortal:
    """Give a portal without answers."""
    return ScriptedPortal()
