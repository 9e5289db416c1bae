"""How the method is named: ``dynamic-method``, ``wrapper``, ``open-proxy``, ``raw-batch``."""

from __future__ import annotations

import re
from collections.abc import Iterator

from b24bridge.scan.apis.parameters import parameter_of
from b24bridge.scan.dialect import Piece
from b24bridge.scan.facts import Scope
from b24bridge.scan.resolve import text_of
from b24bridge.scan.site import Block, Site
from b24bridge.scan.tree import Node

__all__ = ["Named", "name_of", "tags"]

# Interfaces that take the method by name.
_BY_NAME = frozenset(
    {
        "crest.call",
        "bx24.callMethod",
        "bxrest.callMethod",
        "http.rest",
        "wrapper.call",
        "b24phpsdk.core.call",
        "b24jssdk.call",
        "b24jssdk.callList",
        "b24jssdk.fetchList",
    }
)
_REQUEST = re.compile(
    r"\$_(?:REQUEST|POST|GET)\b|php://input|\$request->(?:input|get|post|query|all|request)\b|\brequest\(\s*['\"]"
)


class Named:
    """What is known of a site's method: written out, a pattern, followed, or the reason why not."""

    __slots__ = ("literal", "pattern", "reason", "resolved")

    def __init__(
        self,
        literal: str | None = None,
        pattern: str | None = None,
        resolved: str | None = None,
        reason: str | None = None,
    ) -> None:
        self.literal = literal
        self.pattern = pattern
        self.resolved = resolved
        self.reason = reason


def name_of(block: Block, site: Site) -> Named:
    """Return what is known of the method of a site."""
    if site.api not in _BY_NAME:
        return Named()
    if site.pieces is not None:
        return _from_pieces(block, site, site.pieces)
    if site.method is None:
        return Named(reason="no argument")
    literal = block.dialect.literal(site.method)
    if literal is not None:
        return Named(literal=literal)
    return _from_pieces(block, site, block.dialect.pieces(site.method))


def _from_pieces(block: Block, site: Site, pieces: list[Piece]) -> Named:
    if not pieces:
        return Named(reason="the address ends before the method")
    if all(isinstance(piece, str) for piece in pieces):
        text = "".join(piece for piece in pieces if isinstance(piece, str))
        return Named(literal=text) if site.pieces is not None else Named(pattern=text, resolved=text)
    texts = ["*" if not isinstance(piece, str) else piece for piece in pieces]
    pattern = "".join(texts) if len(pieces) > 1 else None
    resolved = text_of(block, site.method, site.scope) if site.method is not None else None
    if resolved is None and len(pieces) > 1:
        known = [piece if isinstance(piece, str) else text_of(block, piece, site.scope) for piece in pieces]
        resolved = "".join(text for text in known if text) if all(known) else None
    return Named(
        pattern=pattern, resolved=resolved, reason=None if resolved else _reason(block, site, pieces)
    )


def _reason(block: Block, site: Site, pieces: list[Piece]) -> str:
    hole = next(piece for piece in pieces if not isinstance(piece, str))
    if parameter_of(block, hole, site.scope) is not None:
        return "parameter of the enclosing function"
    if _from_request(block, hole, site.scope):
        return "comes from the request"
    if hole.type in ("conditional_expression", "ternary_expression", "match_expression"):
        return "chosen by a condition"
    if hole.type in block.dialect.calls:
        return "returned by a call"
    return "variable that is not a plain text here"


def tags(block: Block, site: Site) -> Iterator[str]:
    """Yield the tags of this module."""
    if site.api not in _BY_NAME:
        return
    named = name_of(block, site)
    if named.literal is None:
        yield "dynamic-method"
        for hole in _holes(block, site):
            if _from_request(block, hole, site.scope):
                yield "open-proxy"
        if site.api != "wrapper.call" and not site.takes_address and _is_forwarded(block, site):
            yield "wrapper"
    elif named.literal.lower() == "batch":
        yield "raw-batch"


def _holes(block: Block, site: Site) -> list[Node]:
    if site.pieces is not None:
        pieces = site.pieces
    else:
        pieces = block.dialect.pieces(site.method) if site.method is not None else []
    return [piece for piece in pieces if not isinstance(piece, str)]


def _is_forwarded(block: Block, site: Site) -> bool:
    """Whether the whole method argument is a parameter of an enclosing function."""
    return parameter_of(block, site.method, site.scope) is not None


def _from_request(block: Block, node: Node, scope: Scope, depth: int = 3) -> bool:
    """Whether a value comes from the HTTP request, directly or through a variable."""
    text = node.text
    if _REQUEST.search(text):
        return True
    path = block.dialect.path(node)
    if path is None or not depth or path[0].startswith("@"):
        return False
    for write in block.facts.writes_to(path[0]):
        if write.scope is not scope or write.value is None or write.start > node.start:
            continue
        if path[: len(write.path)] != write.path:
            continue
        value = block.dialect.unwrap(write.value)
        if _REQUEST.search(value.text[:400]) and (
            value.type != "array_creation_expression" and not value.text.lstrip().startswith("CRest")
        ):
            return True
        inner = block.dialect.path(value)
        if inner is not None and inner[0] != path[0] and _from_request(block, value, scope, depth - 1):
            return True
    return False
