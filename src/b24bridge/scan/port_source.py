"""Python source as a formatter would leave it: values, calls and heads of functions within a line's width."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from b24bridge.wire.call import Json

__all__ = ["Brackets", "Source", "flat", "imports", "laid_out", "quoted", "source_of"]

_WIDTH = 88


@dataclass(frozen=True, slots=True)
class Brackets:
    """What may be cut into lines: a call, a list, a map, the parameters of a function.

    Attributes:
        opening: Everything up to the bracket, such as ``portal.call(``.
        items: What stands between the commas: a head such as ``"id": ``, and the value after it.
        closing: The bracket.
    """

    opening: str
    items: tuple[tuple[str, Source], ...]
    closing: str


Source: TypeAlias = "str | Brackets"


def quoted(text: str) -> str:
    """Return a text as a Python literal; letters stay readable."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\x7f")


def source_of(value: Json) -> Source:
    """Return the source of a value."""
    if isinstance(value, dict):
        return Brackets("{", tuple((f"{quoted(key)}: ", source_of(item)) for key, item in value.items()), "}")
    if isinstance(value, list):
        return Brackets("[", tuple(("", source_of(item)) for item in value), "]")
    return quoted(value) if isinstance(value, str) else repr(value)


def flat(source: Source) -> str:
    """Return a source in one line."""
    if isinstance(source, str):
        return source
    return source.opening + _joined(source.items) + source.closing


def laid_out(source: Source, *, indent: int = 0, before: str = "", after: str = "") -> str:
    """Return a source within the width, with ``before`` in front of its first and ``after`` at its last line.

    Args:
        source: What is written.
        indent: Blanks before every line.
        before: Such as ``return ``.
        after: Such as ``: ``.
    """
    blank = " " * indent
    line = f"{blank}{before}{flat(source)}{after}"
    if isinstance(source, str) or not source.items or len(line) <= _WIDTH:
        return line
    lines = _inner(source.items, indent + 4, is_call=source.closing.startswith(")"))
    return "\n".join([f"{blank}{before}{source.opening}", *lines, f"{blank}{source.closing}{after}"])


def _inner(items: Sequence[tuple[str, Source]], indent: int, *, is_call: bool) -> Iterable[str]:
    if is_call and len(whole := " " * indent + _joined(items)) <= _WIDTH:
        return [whole]
    comma = "" if is_call and len(items) == 1 else ","
    return [laid_out(value, indent=indent, before=head, after=comma) for head, value in items]


def _joined(items: Sequence[tuple[str, Source]]) -> str:
    return ", ".join(head + flat(value) for head, value in items)


def imports(text: str, standard: str) -> str:
    """Return the imports that a text needs.

    Args:
        text: The source that follows.
        standard: Imports from the standard library, with the blank line after them.
    """
    names = [name for name in ("BX24", "Client", "CRest") if re.search(rf"\b{name}\b", text)]
    ours = f"from b24bridge import {', '.join(names)}" if names else ""
    return f"from __future__ import annotations\n\n{standard if names else ''}{ours}".rstrip()
