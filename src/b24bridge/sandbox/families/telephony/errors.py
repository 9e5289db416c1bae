"""How ``telephony.*`` refuses: one code, a text for each reason."""

from __future__ import annotations

from b24bridge.sandbox.refusals import Refusal

__all__ = ["refused"]


def refused(text: str) -> Refusal:
    """Return the answer with this text."""
    return Refusal("ERROR_CORE", text)
