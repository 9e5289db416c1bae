"""How the classic CRM methods refuse: the code is an empty text (section 5.2, quirk 3)."""

from __future__ import annotations

from b24bridge.sandbox.refusals import Refusal

__all__ = ["bad_id", "gone", "hidden", "not_found"]

_OWN_TEXT = {1: "Lead is not found", 3: "Contact is not found", 4: "Company is not found"}


def bad_id() -> Refusal:
    """``ID`` is missing, zero or text."""
    return Refusal("", "ID is not defined or invalid.")


def not_found() -> Refusal:
    """The record is not there."""
    return Refusal("", "Not found")


def hidden() -> Refusal:
    """Rights are asked before the record, so that only who may see everything hears that it is missing."""
    return Refusal("", "Access denied.")


def gone(type_id: int) -> Refusal:
    """The record to change is not there; some kinds have their own text."""
    return Refusal("", _OWN_TEXT.get(type_id, "Not found"))
