"""What one walk over a tree notes down: scopes, loops, calls, reads, writes; ``walk.py`` fills it in."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeVar

from b24bridge.scan.dialect import Callee, Dialect, Path
from b24bridge.scan.tree import Node

__all__ = ["Call", "ClassFacts", "Facts", "Loop", "Read", "Scope", "Write"]

# Functions of PHP that see nothing of what is around them.
_CLOSED = frozenset({"function_definition", "method_declaration"})
_T = TypeVar("_T")


@dataclass(slots=True, eq=False)
class Loop:
    """A loop, or a function that an iterator such as ``forEach`` calls again and again."""

    node: Node
    kind: str
    condition: Node | None
    subject: Node | None
    names: tuple[str, ...]
    outer: Loop | None
    scope: Scope

    def holds(self, position: int) -> bool:
        """Whether a position is inside."""
        return self.node.start <= position < self.node.end


@dataclass(slots=True, eq=False)
class Scope:
    """The file, or one function.

    Attributes:
        node: The function, or the root.
        name: Name of the function or of what holds it; empty at the top level.
        params: Names of the parameters; ``{}`` for a pattern.
        pattern_names: Names bound by patterns among the parameters.
        parent: The scope around.
        cls: Name of the enclosing class.
        call: The call that this function is an argument of.
        index: Its place among the arguments.
    """

    node: Node
    name: str = ""
    params: tuple[str, ...] = ()
    pattern_names: tuple[str, ...] = ()
    parent: Scope | None = None
    cls: str = ""
    call: Call | None = None
    index: int = -1

    def chain(self) -> Iterator[Scope]:
        """Yield this scope and those around it."""
        scope: Scope | None = self
        while scope is not None:
            yield scope
            scope = scope.parent

    def holds(self, other: Scope) -> bool:
        """Whether another scope is this one or a function inside that shares its variables."""
        for scope in other.chain():
            if scope is self:
                return True
            if scope.node.type in _CLOSED:
                return False
        return False

    @property
    def label(self) -> str:
        """Class and name of the nearest function that has a name."""
        for scope in self.chain():
            if scope.name:
                return f"{scope.cls}::{scope.name}" if scope.cls else scope.name
        return ""


@dataclass(slots=True, eq=False)
class Call:
    """One call."""

    node: Node
    callee: Callee
    args: list[Node]
    scope: Scope
    loop: Loop | None
    test: bool

    @property
    def start(self) -> int:
        """Position of the first character."""
        return self.node.start

    def scope_class(self) -> str:
        """Return the class around the call, or an empty string."""
        return next((scope.cls for scope in self.scope.chain() if scope.cls), "")


@dataclass(slots=True, eq=False)
class Read:
    """A variable, with the keys taken from it, where its value is used."""

    path: Path
    node: Node
    scope: Scope
    loop: Loop | None
    test: bool

    @property
    def start(self) -> int:
        """Position of the first character."""
        return self.node.start


@dataclass(slots=True, eq=False)
class Write:
    """A variable where it gets a value.

    Attributes:
        kind: ``=``, another operator, ``loop`` for a loop variable, ``parts`` for destructuring.
    """

    path: Path
    node: Node
    value: Node | None
    scope: Scope
    loop: Loop | None
    kind: str

    @property
    def start(self) -> int:
        """Position of the first character."""
        return self.node.start


@dataclass(frozen=True, slots=True)
class ClassFacts:
    """A class of the file."""

    name: str
    parent: str
    methods: tuple[str, ...]
    start: int


@dataclass(slots=True)
class Facts:
    """All that the rules know of one tree."""

    root: Node
    dialect: Dialect
    top: Scope
    calls: list[Call] = field(default_factory=list)
    reads: list[Read] = field(default_factory=list)
    writes: list[Write] = field(default_factory=list)
    loops: list[Loop] = field(default_factory=list)
    scopes: list[Scope] = field(default_factory=list)
    classes: list[ClassFacts] = field(default_factory=list)
    strings: list[Node] = field(default_factory=list)
    imports: list[Node] = field(default_factory=list)
    by_node: dict[int, Call] = field(default_factory=dict)
    _starts: dict[str, list[int]] = field(default_factory=dict)
    _writes_by_root: dict[str, list[Write]] = field(default_factory=dict)

    def within(self, start: int, end: int) -> Iterator[Read]:
        """Yield reads between two positions, in order."""
        return _between(self.reads, self._index("reads", self.reads), start, end)

    def writes_within(self, start: int, end: int) -> Iterator[Write]:
        """Yield writes between two positions, in order."""
        return _between(self.writes, self._index("writes", self.writes), start, end)

    def calls_within(self, start: int, end: int) -> Iterator[Call]:
        """Yield calls between two positions, in order."""
        return _between(self.calls, self._index("calls", self.calls), start, end)

    def writes_to(self, root: str) -> list[Write]:
        """Return the writes to a variable or to a part of it, in order."""
        if not self._writes_by_root:
            for write in self.writes:
                self._writes_by_root.setdefault(write.path[0], []).append(write)
        return self._writes_by_root.get(root, [])

    def function_at(self, node: Node) -> Scope | None:
        """Return the scope of a function expression."""
        return next((scope for scope in self.scopes if scope.node is node), None)

    def function_named(self, name: str) -> Scope | None:
        """Return a function of this file by its name."""
        return next((scope for scope in self.scopes if scope.name == name), None)

    def _index(self, name: str, items: list[Read] | list[Write] | list[Call]) -> list[int]:
        starts = self._starts.get(name)
        if starts is None:
            items.sort(key=lambda item: item.start)
            starts = self._starts[name] = [item.start for item in items]
        return starts


def _between(items: list[_T], starts: list[int], start: int, end: int) -> Iterator[_T]:
    for index in range(bisect_left(starts, start), bisect_left(starts, end)):
        yield items[index]
