"""How ``entity.*`` refuses: a code for each kind of thing that is not there, or is there already."""

from __future__ import annotations

from b24bridge.sandbox.refusals import Refusal

__all__ = ["empty", "exists", "missing", "too_long"]


def empty(argument: str) -> Refusal:
    """A required argument is missing."""
    return Refusal("ERROR_ARGUMENT", f"Argument '{argument}' is null or empty", argument=argument)


def too_long(limit: int) -> Refusal:
    """The code of a store does not fit beside the application's id."""
    return Refusal(
        "ERROR_ARGUMENT", f"Entity code is too long. Max length is {limit} characters.", argument=""
    )


def missing(kind: str) -> Refusal:
    """There is no such store, item, section or property."""
    return Refusal(f"ERROR_{kind.upper()}_NOT_FOUND", f"{kind.capitalize()} not found")


def exists(kind: str) -> Refusal:
    """There is one of this code already."""
    return Refusal(f"ERROR_{kind.upper()}_ALREADY_EXISTS", f"{kind.capitalize()} already exists")
