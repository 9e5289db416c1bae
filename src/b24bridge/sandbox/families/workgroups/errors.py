"""How workgroups refuse: the code is an empty text, the cause is in the description."""

from __future__ import annotations

from b24bridge.sandbox.refusals import Refusal

__all__ = ["no_group", "refused"]


def refused(text: str) -> Refusal:
    """Return a refusal with a text."""
    return Refusal("", text)


def no_group() -> Refusal:
    """The group is missing or not there."""
    return refused("Wrong group ID")
