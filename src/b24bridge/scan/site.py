"""A place where a file uses one of the interfaces, before it becomes a finding."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from b24bridge.scan.dialect import Dialect, Flow, Path, Piece
from b24bridge.scan.facts import Call, Facts, Loop, Scope
from b24bridge.scan.tree import Node

if TYPE_CHECKING:
    from b24bridge.scan.names import Names

__all__ = ["REQUESTS", "Block", "Site"]

# Interfaces that send a request with a method; the others move a window or install something.
REQUESTS = frozenset(
    {
        "crest.call",
        "crest.callBatch",
        "bx24.callMethod",
        "bx24.callBatch",
        "bxrest.callMethod",
        "bxrest.callBatch",
        "http.rest",
        "wrapper.call",
        "wrapper.batch",
        "b24phpsdk.core.call",
        "b24jssdk.call",
        "b24jssdk.batch",
    }
)


@dataclass(slots=True)
class Block:
    """One parsed piece of a file: a PHP file, a script, or a script inside a page.

    Attributes:
        facts: What the walk noted down.
        names: Names of the project.
        aliases: Names of this block that stand for a class of the SDK, in lower case.
    """

    facts: Facts
    names: Names
    aliases: dict[str, str] = field(default_factory=dict)

    @property
    def dialect(self) -> Dialect:
        """The language."""
        return self.facts.dialect


@dataclass(slots=True)
class Site:
    """One use of an interface.

    Attributes:
        api: Name of the interface.
        node: The expression that is reported.
        scope: Function around it.
        loop: Innermost loop around it.
        call: The call, if it is one.
        method: The expression that names the REST method.
        pieces: For an address: the part that names the method, cut into texts and expressions.
        params: The expression with the parameters or the commands.
        callback: The function that gets the answer, where the interface works by callbacks.
        has_callback: Whether something is passed as the callback.
        via: For wrappers: what is behind.
        extra: Tags that the finder itself is sure of.
        handle: For curl: the variable that holds the handle.
        address: For requests without an SDK: the expression that holds the address.
        reads_all_pages: Whether the wrapper goes through the pages itself.
        takes_address: Whether the whole address, not the method, is a parameter of the function around.
    """

    api: str
    node: Node
    scope: Scope
    loop: Loop | None = None
    call: Call | None = None
    method: Node | None = None
    pieces: list[Piece] | None = None
    params: Node | None = None
    callback: Scope | None = None
    has_callback: bool = False
    via: str | None = None
    extra: tuple[str, ...] = ()
    handle: Path = ()
    address: Node | None = None
    takes_address: bool = False
    reads_all_pages: bool = False
    _flow: Flow | None = None

    @property
    def start(self) -> int:
        """Position of the first character."""
        return self.node.start

    @property
    def end(self) -> int:
        """Position after the last character."""
        return self.node.end

    @property
    def is_batch(self) -> bool:
        """Whether it sends a batch."""
        return self.api in ("crest.callBatch", "bx24.callBatch", "bxrest.callBatch", "wrapper.batch")

    def flow(self, dialect: Dialect) -> Flow:
        """Return where the answer goes."""
        if self._flow is None:
            self._flow = dialect.flow(self.node)
        return self._flow
