"""Batches: ``batch-literal``, ``batch-built``, ``batch-unbounded``."""

from __future__ import annotations

import re
from collections.abc import Iterator

from b24bridge.scan.dialect import Path
from b24bridge.scan.facts import Loop, Scope
from b24bridge.scan.resolve import origin
from b24bridge.scan.rules.loops import purpose
from b24bridge.scan.site import Block, Site
from b24bridge.scan.tree import Node

__all__ = ["tags"]

_BATCHES = frozenset({"crest.callBatch", "bx24.callBatch", "bxrest.callBatch", "b24jssdk.batch"})
_CUTS = frozenset({"array_chunk", "array_slice", "array_splice", "slice", "splice", "chunk"})
_LIMIT = re.compile(r"\b(?:50|49|BATCH_COUNT|\w*(?:LIMIT|MAX|SIZE|limit|max|size)\w*)\b")
_GROWS = frozenset({"push", "array_push", "unshift", "set"})
_BUILDERS = frozenset(
    {"map", "array_map", "reduce", "array_reduce", "fromEntries", "array_combine", "mapWithKeys"}
)


def tags(block: Block, site: Site) -> Iterator[str]:
    """Yield the tags of this module."""
    if site.api not in _BATCHES:
        return
    if site.params is not None and block.dialect.entries(site.params) is not None:
        yield "batch-literal"
        return
    yield "batch-built"
    if site.api != "b24jssdk.batch" and _grows(block, site) and not _is_limited(block, site):
        yield "batch-unbounded"


def _candidates(block: Block, site: Site) -> Iterator[Node]:
    """Yield the expressions that may be the commands; some forks take the portal's id before them."""
    if site.call is not None:
        yield from site.call.args[:2]


def _grows(block: Block, site: Site) -> bool:
    for argument in _candidates(block, site):
        path = block.dialect.path(argument)
        if path is not None and _grows_in_loop(block, site, path):
            return True
        if _is_built(block, origin(block, argument, site.scope)):
            return True
    return False


def _grows_in_loop(block: Block, site: Site, path: Path) -> bool:
    for write in block.facts.writes_to(path[0]):
        if write.path[: len(path)] != path or write.loop is None or write.start > site.start:
            continue
        if not _shares(write.scope, site.scope):
            continue
        if len(write.path) > len(path) and not _is_short(block, write.loop):
            return True
    for call in block.facts.calls:
        if call.start > site.start:
            break
        if call.loop is None or call.callee.name not in _GROWS or _is_short(block, call.loop):
            continue
        if not _shares(call.scope, site.scope):
            continue
        if call.callee.owner == path or (call.args and block.dialect.path(call.args[0]) == path):
            return True
    return False


def _shares(one: Scope, other: Scope) -> bool:
    return one.holds(other) or other.holds(one)


def _is_short(block: Block, loop: Loop) -> bool:
    """Whether a loop goes over a list that is written out."""
    if loop.subject is None:
        return False
    entries = block.dialect.entries(origin(block, loop.subject, loop.scope))
    return entries is not None and 0 < len(entries) <= 50


def _is_built(block: Block, node: Node) -> bool:
    if node.type not in block.dialect.calls:
        return False
    return any(call.callee.name in _BUILDERS for call in block.facts.calls_within(node.start, node.end))


def _is_limited(block: Block, site: Site) -> bool:
    """Whether something near keeps the batch at fifty: pieces, a slice, or a counter."""
    if purpose(block, site) == "chunks":
        return True
    node = site.scope.node
    for call in block.facts.calls_within(node.start, node.end):
        if call.callee.name in _CUTS:
            return True
    return any(other.type == "binary_expression" and _compares_size(other) for other in node.walk())


def _compares_size(node: Node) -> bool:
    operator = node.child("operator")
    if operator is None or operator.text not in (">", ">=", "==", "===", "<", "<=", "%"):
        return False
    return bool(_LIMIT.search(node.text)) and len(node.text) < 120
