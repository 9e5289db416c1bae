"""What looks like a REST method."""

from __future__ import annotations

import re
from functools import cache

from b24bridge.knowledge import catalog

__all__ = ["DOTTED", "families", "looks_like_method"]

DOTTED = re.compile(r"[a-z][a-zA-Z0-9]*(?:[._][a-zA-Z0-9]+)*(?:\.[a-zA-Z0-9_]+)+")


def looks_like_method(text: str) -> bool:
    """Whether a text is a method of the catalogue, or could be one that is not in it yet."""
    if catalog.lookup(text) is not None:
        return True
    return bool(DOTTED.fullmatch(text)) and text.split(".", 1)[0].lower() in families()


@cache
def families() -> frozenset[str]:
    """Return the first words of all methods; a settings key such as ``config.user`` has another one."""
    return frozenset(facts.name.split(".", 1)[0].lower() for facts in catalog.methods())
