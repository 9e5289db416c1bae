"""How ``calendar.*`` refuses: no code, and a text that names the parameter and the method."""

from __future__ import annotations

from typing import Any

from b24bridge.sandbox.methods import Params
from b24bridge.sandbox.refusals import Refusal

__all__ = ["refused", "required"]


def refused(text: str) -> Refusal:
    """Return the answer with this text."""
    return Refusal("", text)


def required(params: Params, method: str, *names: str) -> None:
    """Check that parameters are there.

    Raises:
        Refusal: One is missing or empty; 0 is a value.
    """
    for name in names:
        value: Any = params.get(name)
        if value is None or value in ("", [], {}):
            raise refused(f'The required parameter "{name}" for the method "{method}" is not set')
