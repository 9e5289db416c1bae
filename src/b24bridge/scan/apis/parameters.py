"""Parameters of functions that are handed on."""

from __future__ import annotations

from b24bridge.scan.facts import Scope
from b24bridge.scan.php import Php
from b24bridge.scan.site import Block
from b24bridge.scan.tree import Node

__all__ = ["family_of", "parameter_of"]


def family_of(block: Block) -> str:
    """Return the family of languages within which wrappers are looked up: ``php`` or ``js``."""
    return "php" if isinstance(block.dialect, Php) else "js"


def parameter_of(block: Block, node: Node | None, scope: Scope) -> tuple[Scope, int] | None:
    """Return the enclosing function whose parameter an expression is, and the parameter's place.

    A parameter that was given another value before is not forwarded.
    """
    if node is None:
        return None
    path = block.dialect.path(node)
    if path is None or len(path) != 1:
        return None
    for around in scope.chain():
        if path[0] in around.params:
            return around, around.params.index(path[0])
        if path[0] in around.pattern_names:
            return around, -1
        if any(w.scope is around and w.kind == "=" for w in block.facts.writes_to(path[0])):
            return None
    return None
