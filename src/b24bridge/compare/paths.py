"""Places inside a JSON value, how they are printed, and patterns over them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import TypeAlias

__all__ = ["Path", "generalise", "matches", "parse_pattern", "render"]

# A place in a JSON value: keys of maps and positions of lists, from the root.
Path: TypeAlias = "tuple[str | int, ...]"

# A key "$" alone would read as the root.
_PLAIN_KEY = re.compile(r"^(?!\$$)[^.\[\]\s*\"]+$")
_PART = re.compile(r"""\[(?P<index>\*|\d+)\]|\["(?P<quoted>(?:[^"\\]|\\.)*)"\]|\.?(?P<key>[^.\[\]]+)""")


def render(path: Iterable[str | int]) -> str:
    """Return a place as text: ``data.weeks[0].employees``; the root is ``$``."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        elif part in ("*", "**") or _PLAIN_KEY.match(part):
            text += f".{part}" if text else part
        else:
            escaped = part.replace("\\", "\\\\").replace('"', '\\"')
            text += f'["{escaped}"]'
    return text or "$"


@lru_cache(maxsize=1024)
def parse_pattern(pattern: str) -> tuple[str, ...]:
    """Split a pattern into parts.

    Args:
        pattern: Written like a rendered place; ``*`` stands for one key or position, ``[*]`` for one
            position, ``**`` for any number of parts. ``$`` is the root.

    Raises:
        ValueError: The pattern is empty or has brackets that do not close.
    """
    if pattern == "$":
        return ()
    parts: list[str] = []
    position = 0
    while position < len(pattern):
        found = _PART.match(pattern, position)
        if found is None or found.end() == position:
            raise ValueError(
                f"Pattern {pattern!r} cannot be read at position {position}; write it like data.rows[*].id."
            )
        quoted = found.group("quoted")
        if quoted is not None:
            parts.append(re.sub(r"\\(.)", r"\1", quoted))
        else:
            parts.append(found.group("index") or found.group("key"))
        position = found.end()
    if not parts:
        raise ValueError("A pattern must not be empty; $ stands for the whole value.")
    return tuple(parts)


def matches(pattern: str, path: Path, *, below: bool = False) -> bool:
    """Return whether a place fits a pattern.

    Args:
        pattern: Such as ``data.stages[*].id``, ``**.createdAt`` or ``$``.
        path: Keys and positions from the outside in.
        below: A place inside the one that the pattern names fits as well.

    Raises:
        ValueError: The pattern cannot be read.
    """
    return _fits(parse_pattern(pattern), tuple(str(part) for part in path), below)


def _fits(pattern: Sequence[str], path: Sequence[str], below: bool) -> bool:
    # Places reached so far by the pattern's parts read so far; linear in both, also with several "**".
    reached = {0}
    for part in pattern:
        if part == "**":
            reached = set(range(min(reached), len(path) + 1)) if reached else set()
        else:
            reached = {at + 1 for at in reached if at < len(path) and part in ("*", path[at])}
        if not reached:
            return False
    return below or len(path) in reached


def generalise(path: Path) -> str:
    """Return the pattern that covers a place in every row: positions become ``[*]``."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += "[*]"
        else:
            single = render((part,))
            text += single if not text or single.startswith("[") else f".{single}"
    return text or "$"
