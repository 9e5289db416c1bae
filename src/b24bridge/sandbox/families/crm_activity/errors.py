"""How activities refuse: the older methods with texts, the newer ones with codes."""

from __future__ import annotations

from b24bridge.sandbox.refusals import Refusal

__all__ = ["gone", "no_element", "no_entity", "not_found", "undefined", "wrong_context"]


def gone() -> Refusal:
    """There is no such activity, for ``crm.activity.get`` and its like."""
    return Refusal("", "Activity is not found")


def not_found() -> Refusal:
    """There is no such activity, badge or owner, for the controllers."""
    return Refusal("NOT_FOUND", "Not found.")


def no_entity() -> Refusal:
    """The record to bind is not there."""
    return Refusal("NOT_FOUND", "Entity not found")


def no_element() -> Refusal:
    """The activity or its binding is not there."""
    return Refusal("NOT_FOUND", "Element not found")


def undefined(names: list[tuple[str, str]]) -> Refusal:
    """Required fields are missing, each on a line of its own."""
    lines = [f"The field {name} is not defined or {why}" for name, why in names]
    return Refusal("", "\n".join(lines))


def wrong_context() -> Refusal:
    """The method is for applications only."""
    text = "The method can only be called in the context of a REST application"
    return Refusal("ERROR_WRONG_CONTEXT", text)
