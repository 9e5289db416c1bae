"""A Bitrix24 portal in one object, for tests, benchmarks and rehearsals without a network."""

from __future__ import annotations

from .portal import Portal
from .reply import Reply

__all__ = ["Portal", "Reply"]
