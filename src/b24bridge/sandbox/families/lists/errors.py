"""How lists refuse (documentation pages ``lists.*``)."""

from __future__ import annotations

from b24bridge.sandbox.refusals import Refusal

__all__ = ["list_not_found", "parameter_missing", "refused"]


def parameter_missing(name: str) -> Refusal:
    """A required parameter is not there."""
    return Refusal("ERROR_REQUIRED_PARAMETERS_MISSING", f"Required parameter `{name}` is missing")


def list_not_found() -> Refusal:
    """No list has this id or code."""
    return Refusal("ERROR_IBLOCK_NOT_FOUND", "Iblock not found")


def refused(code: str, text: str) -> Refusal:
    """Another refusal."""
    return Refusal(code, text)
