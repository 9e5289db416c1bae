"""Syntax trees in the one shape that all rules read.

tree-sitter makes a new Python object each time a node is touched, which is too slow to ask each rule's
questions of it. So a tree is copied once into plain nodes: named nodes, and the operators.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from functools import cache

from b24bridge.errors import ConfigError

try:
    from tree_sitter import Language, Parser, TreeCursor
except ImportError as exc:
    raise ConfigError(
        "The scanner needs tree-sitter.", remedy="Install it with: pip install 'b24bridge[scan]'."
    ) from exc

__all__ = ["Node", "Text", "dismantle", "parse"]


class Text:
    """A decoded source with its line starts and the places that another language fills in."""

    __slots__ = ("_starts", "data", "holes")

    def __init__(self, data: bytes, holes: tuple[tuple[int, int], ...] = ()) -> None:
        self.data = data
        self.holes = holes
        starts = [0]
        position = data.find(b"\n")
        while position != -1:
            starts.append(position + 1)
            position = data.find(b"\n", position + 1)
        self._starts = starts

    @property
    def line_count(self) -> int:
        """Number of lines."""
        return len(self._starts)

    def line(self, position: int) -> int:
        """Return the line of a byte position, from 1."""
        return bisect_right(self._starts, position)

    def column(self, position: int) -> int:
        """Return the column in characters, from 1."""
        start = self._starts[self.line(position) - 1]
        return len(self.data[start:position].decode("utf-8", "replace")) + 1

    def is_open(self, start: int, end: int) -> bool:
        """Whether a template fills in something between the two positions."""
        return any(a < end and start < b for a, b in self.holes)


_LEAF: list[Node] = []


class Node:
    """One node of a syntax tree."""

    __slots__ = ("end", "field", "kids", "parent", "source", "start", "type")

    def __init__(
        self, type: str, field: str | None, start: int, end: int, parent: Node | None, source: Text
    ) -> None:
        self.type = type
        self.field = field
        self.start = start
        self.end = end
        self.parent = parent
        self.source = source
        # Most nodes are leaves, and share one empty list.
        self.kids: list[Node] = _LEAF

    @property
    def text(self) -> str:
        """The source of the node."""
        return self.source.data[self.start : self.end].decode("utf-8", "replace")

    @property
    def line(self) -> int:
        """Line of the first character, from 1."""
        return self.source.line(self.start)

    def child(self, field: str) -> Node | None:
        """Return the first child in a field."""
        for kid in self.kids:
            if kid.field == field:
                return kid
        return None

    def walk(self) -> Iterator[Node]:
        """Yield the node and all below it, in source order."""
        stack = [self]
        while stack:
            node = stack.pop()
            yield node
            stack.extend(reversed(node.kids))

    def __repr__(self) -> str:
        return f"<{self.type} {self.start}:{self.end}>"


def dismantle(root: Node) -> None:
    """Let parents forget their children: else a tree holds itself, and only the collector could free it."""
    stack = [root]
    while stack:
        node = stack.pop()
        kids, node.kids = node.kids, _LEAF
        stack.extend([kid for kid in kids if kid.kids])


@cache
def _parser(language: str) -> Parser:
    if language == "php":
        import tree_sitter_php

        return Parser(Language(tree_sitter_php.language_php()))
    if language == "javascript":
        import tree_sitter_javascript

        return Parser(Language(tree_sitter_javascript.language()))
    if language == "html":
        import tree_sitter_html

        return Parser(Language(tree_sitter_html.language()))
    import tree_sitter_typescript

    if language == "tsx":
        return Parser(Language(tree_sitter_typescript.language_tsx()))
    return Parser(Language(tree_sitter_typescript.language_typescript()))


def parse(language: str, source: Text) -> tuple[Node, tuple[int, ...]]:
    """Return the root and the lines where the grammar had to guess.

    Args:
        language: ``php``, ``javascript``, ``typescript``, ``tsx`` or ``html``.
        source: The text, in UTF-8.
    """
    parsed = _parser(language).parse(source.data)
    first = parsed.root_node
    root = Node(first.type, None, first.start_byte, first.end_byte, None, source)
    broken: set[int] = set()
    _copy(parsed.walk(), root, source, broken if first.has_error else None)
    return root, tuple(sorted(broken))


def _copy(cursor: TreeCursor, root: Node, source: Text, broken: set[int] | None) -> None:
    """Hang plain nodes under the root, as a cursor goes through the tree.

    Args:
        cursor: Stands at the root.
        root: What it stands at.
        source: The text.
        broken: Takes the lines where the grammar had to guess, if there are any.
    """
    down, across, up = cursor.goto_first_child, cursor.goto_next_sibling, cursor.goto_parent
    parents: list[Node] = []
    current = root
    while True:
        if down():
            parents.append(current)
        else:
            while not across():
                if not up():
                    return
                parents.pop()
        raw = cursor.node
        assert raw is not None
        if broken is not None and (raw.is_error or raw.is_missing):
            broken.add(raw.start_point[0] + 1)
        parent = parents[-1]
        if raw.is_named or cursor.field_name == "operator":
            current = Node(raw.type, cursor.field_name, raw.start_byte, raw.end_byte, parent, source)
            if parent.kids:
                parent.kids.append(current)
            else:
                parent.kids = [current]
        else:
            # An unnamed token has no children worth keeping; its parent stands in so that the stack fits.
            current = parent
