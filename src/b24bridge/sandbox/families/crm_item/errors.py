"""How ``crm.item.*`` refuses (sections 4.2 and 5.1)."""

from __future__ import annotations

from b24bridge.sandbox.refusals import Refusal

__all__ = ["no_item", "no_type"]


def no_type() -> Refusal:
    """The kind of record does not exist."""
    return Refusal("NOT_FOUND", "Smart process not found")


def no_item(*, deleting: bool = False) -> Refusal:
    """The record does not exist; status 400, not 404."""
    return Refusal("NOT_FOUND", "Item not found" if deleting else "Element not found")
