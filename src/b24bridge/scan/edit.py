"""Edits of a source, applied from its end."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from b24bridge.scan.tree import Node

__all__ = ["Edit", "apply", "indentation", "insert_after"]


@dataclass(frozen=True, slots=True, order=True)
class Edit:
    """A stretch of bytes and what takes its place.

    Attributes:
        start: First byte.
        end: Byte after the last.
        text: The new text.
        note: What a person has to do besides.
        secret: A value taken out of the source, by the name of its setting.
    """

    start: int
    end: int
    text: str
    note: str = ""
    secret: tuple[str, str] | None = None


def apply(data: bytes, edits: Iterable[Edit]) -> bytes:
    """Return the text after the edits; one that overlaps an earlier one is left for the next round."""
    taken: list[Edit] = []
    for edit in sorted(set(edits)):
        if not taken or edit.start >= taken[-1].end:
            taken.append(edit)
    for edit in reversed(taken):
        data = data[: edit.start] + edit.text.encode() + data[edit.end :]
    return data


def indentation(node: Node) -> str:
    """Return the white space before the line of a node."""
    data = node.source.data
    start = data.rfind(b"\n", 0, node.start) + 1
    found = re.match(rb"[ \t]*", data[start : node.start])
    return found.group().decode() if found else ""


def insert_after(node: Node, lines: Iterable[str], indent: str | None = None) -> Edit:
    """Return an edit that puts lines after a node, in the file's own line ends and indentation."""
    newline = "\r\n" if b"\r\n" in node.source.data else "\n"
    space = indentation(node) if indent is None else indent
    return Edit(node.end, node.end, "".join(f"{newline}{space}{line}" for line in lines))
