"""How the positional task methods refuse (section 5.5)."""

from __future__ import annotations

from b24bridge.sandbox.refusals import Refusal

__all__ = ["action_failed", "forbidden_key", "missing", "wrong_type"]


def _wrong(text: str) -> Refusal:
    return Refusal("ERROR_CORE", f"TASKS_ERROR_EXCEPTION_#256; {text}; 256/TE/WRONG_ARGUMENTS<br>")


def missing(position: int, name: str, method: str) -> Refusal:
    """A parameter is not there."""
    return _wrong(
        f"Param #{position} ({name}) expected by method ctaskelapseditem::{method}(), but not given."
    )


def wrong_type(position: int, name: str, method: str, wanted: str) -> Refusal:
    """A parameter is of another type."""
    return _wrong(
        f"Param #{position} ({name}) for method ctaskelapseditem::{method}() expected to be of type "
        f'"{wanted}", but given something else.'
    )


def forbidden_key(position: int, name: str, method: str, key: str) -> Refusal:
    """An array parameter holds a key that is not allowed in it."""
    return _wrong(
        f'Param #{position} ({name}) for method ctaskelapseditem::{method}() must not contain key "{key}".'
    )


def action_failed() -> Refusal:
    """The record or the task is not there, or the caller may not do this."""
    return Refusal(
        "ERROR_CORE", "TASKS_ERROR_EXCEPTION_#8; Action failed; 8/TE/ACTION_FAILED_TO_BE_PROCESSED<br>"
    )
