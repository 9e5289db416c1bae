"""A Bitrix24 portal in one object, for tests, benchmarks and rehearsals without a network."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .portal import Portal
    from .reply import Reply

__all__ = ["Portal", "Reply"]


def __getattr__(name: str) -> Any:
    # The pytest plugin is imported by every pytest run; the portal itself only by those that use it.
    if name == "Portal":
        from .portal import Portal

        return Portal
    if name == "Reply":
        from .reply import Reply

        return Reply
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
