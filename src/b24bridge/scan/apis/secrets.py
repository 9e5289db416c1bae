"""Webhook addresses and client secrets written into the source."""

from __future__ import annotations

import re
from collections.abc import Iterator

from b24bridge.scan.facts import Scope
from b24bridge.scan.site import Block, Site
from b24bridge.scan.tree import Node

__all__ = ["WEBHOOK", "find", "is_client_secret", "is_placeholder"]

WEBHOOK = re.compile(
    r"https?://[^/\s'\"]+/rest/(?:api/)?\d+/(?P<token>[A-Za-z0-9_\-*<>{}\[\].]+)", re.IGNORECASE
)
_PLACEHOLDER = re.compile(
    r"your|insert|web_?hook|x{3,}|\*{2,}|token|secret|code|example|placeholder|change|[<>{}\[\]]|\.{2,}|^test$|^demo",
    re.IGNORECASE,
)
_NAME = re.compile(r"(?:^|_)CLIENT_SECRET$")
_MIN_TOKEN = 6


def is_placeholder(text: str) -> bool:
    """Whether a text only shows where a secret goes."""
    return len(text) < _MIN_TOKEN or bool(_PLACEHOLDER.search(text)) or len(set(text)) < 4


def find(block: Block) -> Iterator[Site]:
    """Yield literals that hold a secret."""
    for node in block.facts.strings:
        if node.end - node.start > 2000:
            continue
        if _has_webhook(block, node) or is_client_secret(block, node):
            yield Site("secret", node, _scope_at(block, node), extra=("hard-coded-secret",))


def _has_webhook(block: Block, node: Node) -> bool:
    for piece in block.dialect.pieces(node):
        match = WEBHOOK.search(piece) if isinstance(piece, str) else None
        if match is not None and not is_placeholder(match.group("token")):
            return True
    return False


def is_client_secret(block: Block, node: Node) -> bool:
    """Whether a literal is stored as an application's secret."""
    text = block.dialect.literal(node)
    if not text or is_placeholder(text):
        return False
    name = _name_of(block, node)
    return name is not None and bool(_NAME.search(name)) and name != text


def _name_of(block: Block, node: Node) -> str | None:
    """Return the name under which a literal is stored: constant, variable or key."""
    parent = node.parent
    if parent is None:
        return None
    if parent.type == "argument" or parent.type == "arguments":
        call = parent.parent if parent.type == "argument" else parent
        call = call.parent if call is not None and call.type == "arguments" else call
        callee = block.dialect.callee(call) if call is not None and call.type in block.dialect.calls else None
        if callee is None or callee.name != "define" or call is None:
            return None
        arguments = block.dialect.arguments(call)
        return block.dialect.literal(arguments[0]) if len(arguments) > 1 and arguments[1] is node else None
    if (
        parent.type in ("array_element_initializer", "pair")
        and len(parent.kids) > 1
        and parent.kids[-1] is node
    ):
        return block.dialect.key(parent.kids[0])
    if parent.type == "const_element":
        return parent.kids[0].text
    if parent.type in ("property_element", *block.dialect.assignments):
        target = parent.child("left") or parent.child("name") or parent.child("property")
        if target is None or target is node:
            return None
        path = block.dialect.path(target)
        return (path[-1] if path else target.text).lstrip("$")
    return None


def _scope_at(block: Block, node: Node) -> Scope:
    found = block.facts.top
    for scope in block.facts.scopes:
        if scope.node.start <= node.start and node.end <= scope.node.end:
            found = scope
    return found
