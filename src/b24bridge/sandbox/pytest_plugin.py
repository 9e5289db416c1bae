"""pytest fixtures of the sandbox; loaded by every pytest run, so it imports nothing heavy."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from .portal import Portal

__all__ = ["portal"]


@pytest.fixture
def portal() -> Iterator[Portal]:
    """Yield an empty portal in memory; fill it with ``portal.seed(...)``."""
    from .portal import Portal

    with Portal() as made:
        yield made
