"""What the rules ask of a language; PHP and JavaScript answer in their own modules."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from math import inf, isfinite
from typing import ClassVar, Literal

from b24bridge.scan.tree import Node
from b24bridge.wire.call import Json

__all__ = ["Callee", "Dialect", "Flow", "Path", "Piece", "fold", "join", "number"]

Path = tuple[str, ...]
Piece = str | Node


@dataclass(frozen=True, slots=True)
class Callee:
    """Who is called.

    Attributes:
        kind: A function, a static method, a method of an object, or a constructor.
        owner: Class name or path of the object, empty for a function.
        name: Last name.
    """

    kind: Literal["function", "static", "method", "new"]
    owner: Path
    name: str


@dataclass(frozen=True, slots=True)
class Flow:
    """Where the value of an expression goes.

    Attributes:
        kind: What takes the value.
        suffix: Keys taken from the value on the way.
        target: Where it is stored, for ``assigned``.
        node: The outermost expression that still is the value or a part of it.
    """

    kind: Literal["ignored", "assigned", "returned", "argument", "other"]
    suffix: Path
    target: Path
    node: Node


class Dialect(ABC):
    """Questions about nodes of one grammar."""

    calls: ClassVar[frozenset[str]]
    functions: ClassVar[frozenset[str]]
    classes: ClassVar[frozenset[str]]
    loops: ClassVar[dict[str, str]]
    conditionals: ClassVar[dict[str, str]]
    comparisons: ClassVar[frozenset[str]]
    assignments: ClassVar[frozenset[str]]
    transparent: ClassVar[frozenset[str]]
    statements: ClassVar[frozenset[str]]
    returns: ClassVar[frozenset[str]]
    iterators: ClassVar[frozenset[str]]
    comments: ClassVar[frozenset[str]]
    collections: ClassVar[frozenset[str]]
    string_types: ClassVar[frozenset[str]]
    path_types: ClassVar[frozenset[str]]
    import_types: ClassVar[frozenset[str]]

    @cached_property
    def parted(self) -> frozenset[str]:
        """Nodes whose children do not all stand in the same context."""
        return frozenset({*self.loops, *self.conditionals, "binary_expression"})

    @cached_property
    def noted(self) -> frozenset[str]:
        """Nodes that the walk has something to do for; it passes through all others."""
        kinds = (self.comments, self.calls, self.classes, self.functions, self.assignments)
        texts = (self.string_types, self.import_types, self.path_types)
        return self.parted.union({"update_expression"}, *kinds, *texts)

    @abstractmethod
    def callee(self, call: Node) -> Callee | None:
        """Return who is called, or None when that is an expression."""

    @abstractmethod
    def arguments(self, call: Node) -> list[Node]:
        """Return the arguments of a call."""

    @abstractmethod
    def is_base(self, node: Node) -> bool:
        """Whether the parent takes a key, a property or a method of this node."""

    @abstractmethod
    def path(self, node: Node) -> Path | None:
        """Return root and keys of a variable expression; a call starts a path named ``@position``."""

    @abstractmethod
    def step(self, node: Node) -> Path:
        """Return the keys that this node adds to its base."""

    @abstractmethod
    def literal(self, node: Node) -> str | None:
        """Return the text of a string that is written out."""

    @abstractmethod
    def pieces(self, node: Node) -> list[Piece]:
        """Return an expression cut into texts and other expressions, as concatenation joins them."""

    @abstractmethod
    def entries(self, node: Node) -> list[tuple[Node | None, Node]] | None:
        """Return keys and values of an array or object that is written out, or None."""

    @abstractmethod
    def scalar(self, node: Node) -> Json:
        """Return a number, boolean or null that is written out; ``...`` (Ellipsis) is not JSON: KeyError."""

    @abstractmethod
    def parameters(self, function: Node) -> list[Path]:
        """Return the names of a function's parameters, one path each; destructured ones give several."""

    @abstractmethod
    def function_name(self, function: Node) -> str:
        """Return the name of a function, or of what it is assigned to, or an empty string."""

    @abstractmethod
    def loop_parts(self, loop: Node) -> tuple[Node | None, Node | None, list[Node]]:
        """Return condition, subject and loop variables of a loop."""

    @abstractmethod
    def class_names(self, node: Node) -> tuple[str, str]:
        """Return the name of a class and of the one that it extends, or empty strings."""

    @abstractmethod
    def bound(self, pattern: Node) -> list[str]:
        """Return the variables that a destructuring pattern binds."""

    @abstractmethod
    def pattern_names(self, function: Node) -> list[str]:
        """Return the variables that patterns among the parameters bind."""

    @abstractmethod
    def is_declaration(self, node: Node, parent: Node) -> bool:
        """Whether a name is declared here, not read."""

    @abstractmethod
    def is_invoked(self, function: Node) -> bool:
        """Whether a function expression is called where it stands."""

    @abstractmethod
    def is_test_call(self, callee: Callee) -> bool:
        """Whether the function answers yes or no, such as ``isset``."""

    def key(self, node: Node | None) -> str | None:
        """Return the text of a literal key of an array or object."""
        if node is None:
            return None
        text = self.literal(node)
        if text is not None:
            return text
        if node.type in ("property_identifier", "integer", "number", "name"):
            return node.text
        return None

    def unwrap(self, node: Node) -> Node:
        """Return the expression inside parentheses, casts and ``await``."""
        while node.type in self.transparent and node.kids:
            node = self.inner(node)
        return node

    def inner(self, node: Node) -> Node:
        """Return the operand of a transparent node."""
        return node.child("value") or node.kids[0]

    def flow(self, node: Node) -> Flow:
        """Follow an expression outwards to what takes its value."""
        suffix: list[str] = []
        current = node
        while True:
            parent = current.parent
            if parent is None:
                return Flow("other", fold(tuple(suffix)), (), current)
            kind = parent.type
            if self.is_base(current):
                suffix.extend(self.step(parent))
                current = parent
            elif kind in self.transparent or (kind in self.conditionals and current.field != "condition"):
                if kind in self.statements_with_condition:
                    return Flow("other", fold(tuple(suffix)), (), current)
                current = parent
            elif kind == "binary_expression" and _operator(parent) == "??" and current.field == "left":
                current = parent
            elif kind in self.assignments and current.field in ("right", "value"):
                target = parent.child("left") or parent.child("name")
                path = self.path(target) if target is not None else None
                return Flow("assigned", fold(tuple(suffix)), path or (), current)
            elif kind in self.statements:
                return Flow("ignored", fold(tuple(suffix)), (), current)
            elif kind in self.returns or (kind == "arrow_function" and current.field == "body"):
                return Flow("returned", fold(tuple(suffix)), (), current)
            elif kind in ("argument", "arguments"):
                return Flow("argument", fold(tuple(suffix)), (), current)
            else:
                return Flow("other", fold(tuple(suffix)), (), current)

    statements_with_condition: ClassVar[frozenset[str]] = frozenset()

    def value(self, node: Node) -> Json:
        """Return what is written out of an expression; the rest is ``{"$code": source}``."""
        node = self.unwrap(node)
        text = self.literal(node)
        if text is not None:
            return text
        try:
            return self.scalar(node)
        except KeyError:
            pass
        entries = self.entries(node)
        if entries is None:
            return {"$code": node.text}
        if not entries:
            return {} if node.type == "object" else []
        if all(key is None for key, _ in entries):
            return [self.value(value) for _, value in entries]
        found: dict[str, Json] = {}
        following = 0
        for key, value in entries:
            name = self.key(key)
            if key is None:
                # PHP numbers the elements without a key after the greatest number so far.
                name, following = str(following), following + 1
            elif name is not None and name.isdigit():
                following = max(following, int(name) + 1)
            found[name if name is not None else f"$code:{key.text if key is not None else following}"] = (
                self.value(value)
            )
        return found


def join(pieces: Iterable[Piece]) -> list[Piece]:
    """Return the pieces with neighbouring texts made one."""
    joined: list[Piece] = []
    for piece in pieces:
        last = joined[-1] if joined else None
        if isinstance(piece, str) and isinstance(last, str):
            joined[-1] = last + piece
        else:
            joined.append(piece)
    return joined


def number(text: str) -> int | float:
    """Return a number as PHP and JavaScript write it: ``0x1F``, ``0b11``, ``017``, ``1_000``, ``.5``.

    Raises:
        KeyError: It is none, or too great to be a number in JSON.
    """
    plain = text.replace("_", "").lower()
    old_octal = len(plain) > 1 and plain[0] == "0" and set(plain) <= set("01234567")
    try:
        return int(plain, 8 if old_octal else 0)
    except ValueError:
        pass
    try:
        value = float(plain)
    except ValueError:
        value = inf
    if not isfinite(value):
        raise KeyError(text)
    return value


def fold(steps: Path) -> Path:
    """Return the steps with ``name`` and the call after it made ``name()``."""
    folded: list[str] = []
    for step in steps:
        if step == "()" and folded:
            folded[-1] += "()"
        else:
            folded.append(step)
    return tuple(folded)


def _operator(node: Node) -> str:
    operator = node.child("operator")
    return operator.text if operator is not None else ""
