"""How ``tasks.task.*`` refuses (sections 4.4 and 5.4)."""

from __future__ import annotations

from b24bridge.sandbox.refusals import Refusal

__all__ = ["bad_select", "bad_sort", "missing_id", "no_title", "not_allowed", "wrong_id"]


def missing_id() -> Refusal:
    """No ``taskId`` was given."""
    return Refusal("100", "CTaskItem All parameters in the constructor must have real class type")


def wrong_id() -> Refusal:
    """``taskId`` is zero or text."""
    return Refusal("0", "wrong task id")


def not_allowed(text: str = "Access denied") -> Refusal:
    """A write on a task that does not exist or is hidden."""
    return Refusal("1048582", text)


def bad_sort() -> Refusal:
    """The order names an unknown field."""
    return Refusal("0", "Invalid sorting key")


def bad_select() -> Refusal:
    """The select holds something that is no text."""
    return Refusal("0", "Invalid select data")


def no_title() -> Refusal:
    """A task without a title; the text ends as the old interface ends its texts."""
    return Refusal("ERROR_CORE", "Task title is not specified<br>")
