"""Logical text queries: the words of a condition ``?NAME`` with AND, OR, NOT and brackets (section 4.1)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from .filters import ALL, NOTHING, Where, both, either
from .records import Field, Kind
from .store import quoted

__all__ = ["logical"]

_TOKEN = re.compile(r'"([^"]*)"|([()])|([&+]+)|(\|+)|([!~])|([^\s"()&+|!~]+)')
_DEEPEST = 50


def logical(field: Field, value: Any) -> Where:
    """Return the condition that a text holds the words; a blank between two words is an AND."""
    if field.kind is not Kind.TEXT or isinstance(value, (list, dict)):
        return NOTHING
    tokens = [_token(match) for match in _TOKEN.finditer(str(value if value is not None else ""))]
    if sum(kind == "(" for kind, _ in tokens) > _DEEPEST:
        return NOTHING
    found, _ = _either(field, tokens, 0)
    return found


def _token(match: re.Match[str]) -> tuple[str, str]:
    phrase, bracket, also, other, negation, word = match.groups()
    if bracket:
        return bracket, ""
    if also or other or negation:
        return ("&" if also else "|" if other else "!"), ""
    return "word", word or phrase or ""


Tokens = Sequence[tuple[str, str]]


def _either(field: Field, tokens: Tokens, at: int) -> tuple[Where, int]:
    parts = []
    while True:
        part, at = _both(field, tokens, at)
        parts.append(part)
        if at >= len(tokens) or tokens[at][0] != "|":
            return either(parts), at
        at += 1


def _both(field: Field, tokens: Tokens, at: int) -> tuple[Where, int]:
    parts = []
    while at < len(tokens) and tokens[at][0] not in ("|", ")"):
        part, at = _one(field, tokens, at)
        parts.append(part)
    return both(parts), at


def _one(field: Field, tokens: Tokens, at: int) -> tuple[Where, int]:
    kind, word = tokens[at]
    negative = False
    while kind == "!" and at + 1 < len(tokens):
        negative, at = not negative, at + 1
        kind, word = tokens[at]
    if kind == "(":
        found, at = _either(field, tokens, at + 1)
    elif kind == "word":
        escaped = word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        found = Where(f"fold({quoted(field.name)}) LIKE fold(?) ESCAPE '\\'", (f"%{escaped}%",))
    else:
        found = ALL
    if negative and found.sql:
        found = Where(f"({found.sql}) IS NOT TRUE", found.arguments)
    return found, at + 1
