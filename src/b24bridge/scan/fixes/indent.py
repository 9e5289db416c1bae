"""The line ends and the step of indentation that a file uses."""

from __future__ import annotations

import re

from b24bridge.scan.edit import indentation
from b24bridge.scan.tree import Node

__all__ = ["line_end", "unit_of"]

_TWO = re.compile(rb"\n  \S")


def line_end(node: Node) -> str:
    """Return the line end of the file."""
    return "\r\n" if b"\r\n" in node.source.data else "\n"


def unit_of(node: Node) -> str:
    """Return one step of the file's indentation."""
    if b"\n\t" in node.source.data or indentation(node).startswith("\t"):
        return "\t"
    return "  " if _TWO.search(node.source.data) else "    "
