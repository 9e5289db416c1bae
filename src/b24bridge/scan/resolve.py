"""Following of constants and variables to the text that they hold."""

from __future__ import annotations

from b24bridge.scan.dialect import Path, Piece, join
from b24bridge.scan.facts import Scope, Write
from b24bridge.scan.site import Block
from b24bridge.scan.tree import Node

__all__ = ["lookup", "origin", "resolve", "text_of"]

_DEPTH = 6
_NUMBERS = frozenset({"integer", "number", "float"})


def resolve(block: Block, node: Node, scope: Scope, depth: int = _DEPTH) -> list[Piece]:
    """Return an expression as texts and the expressions that stay unknown.

    Args:
        block: The piece of code.
        node: The expression.
        scope: Where it stands.
        depth: How many names to follow.
    """
    pieces: list[Piece] = []
    for piece in block.dialect.pieces(node):
        if isinstance(piece, str) or depth == 0:
            pieces.append(piece)
            continue
        appended = _appended(block, piece, scope)
        if appended is not None:
            for part in appended:
                pieces.extend(resolve(block, part, scope, depth - 1))
            continue
        inner = _behind(block, piece, scope)
        if inner is None:
            pieces.append(piece)
        elif isinstance(inner, str):
            pieces.append(inner)
        else:
            found, there = inner
            if found.type in _NUMBERS:
                # A number is no text, and the variable says more: it may count pages.
                pieces.append(piece)
                continue
            pieces.extend(resolve(block, found, there, depth - 1))
    return join(pieces)


def _appended(block: Block, node: Node, scope: Scope) -> list[Node] | None:
    """Return the parts of a text put together in steps: ``$url = $base; $url .= 'crm.deal.list';``."""
    path = block.dialect.path(node)
    if path is None or path[0].startswith("@"):
        return None
    parts: list[Node] = []
    for write in block.facts.writes_to(path[0]):
        if write.path != path or write.scope is not scope or write.start >= node.start or write.value is None:
            continue
        if write.kind == "=":
            parts = [write.value]
        elif write.kind in (".=", "+=") and parts and write.value.end <= node.start:
            parts.append(write.value)
    spoken = any(isinstance(piece, str) for part in parts[1:] for piece in block.dialect.pieces(part))
    return parts if spoken else None


def text_of(block: Block, node: Node, scope: Scope) -> str | None:
    """Return the text that an expression is known to hold, or None."""
    pieces = resolve(block, node, scope)
    if all(isinstance(piece, str) for piece in pieces):
        return "".join(piece for piece in pieces if isinstance(piece, str))
    return None


def lookup(block: Block, path: Path, scope: Scope, position: int) -> Write | None:
    """Return the write that gives a variable its value at a position, as far as one can tell without running.

    That is the last plain one before it in the same function, else the only one around it.
    """
    writes = [write for write in block.facts.writes_to(path[0]) if write.path == path]
    here = [write for write in writes if write.scope is scope]
    if here:
        before = [write for write in here if write.start < position]
        last = before[-1] if before else None
        if last is None or last.kind != "=" or last.value is None:
            return None
        return last if last.value.start > position or last.value.end <= position else None
    if path[0] in scope.params or path[0] in scope.pattern_names:
        return None
    if scope.parent is not None and len(path) == 1:
        if scope.node.type in ("function_definition", "method_declaration"):
            return None
        return lookup(block, path, scope.parent, position)
    plain = [write for write in writes if write.kind == "=" and write.value is not None]
    return plain[0] if len(plain) == 1 and len(writes) == 1 else None


def origin(block: Block, node: Node, scope: Scope, depth: int = _DEPTH) -> Node:
    """Return the expression that a variable was given, following plain assignments."""
    node = block.dialect.unwrap(node)
    while depth:
        path = block.dialect.path(node)
        if path is None or path[0].startswith("@"):
            return node
        write = lookup(block, path, scope, node.start)
        if write is None or write.value is None:
            return node
        node, scope, depth = block.dialect.unwrap(write.value), write.scope, depth - 1
    return node


def _behind(block: Block, node: Node, scope: Scope) -> str | tuple[Node, Scope] | None:
    node = block.dialect.unwrap(node)
    name = _constant_name(node)
    if name is not None:
        local = _constant(block, name)
        if local is not None:
            return local, block.facts.top
        return block.names.constants.get(name)
    path = block.dialect.path(node)
    if path is None or path[0].startswith("@"):
        return None
    write = lookup(block, path, scope, node.start)
    if write is not None and write.value is not None and write.value is not node:
        return write.value, write.scope
    if len(path) == 2 and path[0] in ("$this", "this", "self", "static"):
        default = _property(block, path[1])
        if default is not None:
            return default, block.facts.top
    return None


def _constant_name(node: Node) -> str | None:
    if node.type in ("name", "qualified_name"):
        return node.text.rsplit("\\", 1)[-1]
    if node.type == "class_constant_access_expression" and len(node.kids) > 1:
        return node.kids[-1].text
    return None


def _constant(block: Block, name: str) -> Node | None:
    for node in block.facts.imports:
        if node.type == "const_element" and node.kids and node.kids[0].text == name and len(node.kids) > 1:
            return node.kids[-1]
    for call in block.facts.calls:
        if (
            call.callee.name == "define"
            and len(call.args) > 1
            and block.dialect.literal(call.args[0]) == name
        ):
            return call.args[1]
    return None


def _property(block: Block, name: str) -> Node | None:
    for node in block.facts.imports:
        if node.type != "property_element":
            continue
        variable, value = node.child("name"), node.child("default_value")
        if variable is not None and value is not None and variable.text.lstrip("$") == name.lstrip("$"):
            return value
    return None
