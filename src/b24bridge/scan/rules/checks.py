"""Whether somebody looks at the answer: ``no-error-check``, ``result-ignored``."""

from __future__ import annotations

from collections.abc import Iterator

from b24bridge.scan.dialect import Path
from b24bridge.scan.facts import Read, Scope
from b24bridge.scan.site import Block, Site
from b24bridge.scan.tree import Node

__all__ = ["tags"]

_BY_VALUE = frozenset({"crest.call", "crest.callBatch"})
_BY_CALLBACK = frozenset({"bx24.callMethod", "bx24.callBatch"})
# Keys of the envelope that say nothing about success.
_NEUTRAL = frozenset({"next", "total", "time"})
_ERROR = frozenset({"error()", "error", "error_description()", "hasError()", "getError()"})


def tags(block: Block, site: Site) -> Iterator[str]:
    """Yield the tags of this module."""
    if site.api in _BY_VALUE:
        if site.flow(block.dialect).kind == "ignored" and not site.flow(block.dialect).suffix:
            yield "result-ignored"
        if not _is_checked(block, site):
            yield "no-error-check"
    elif site.api in _BY_CALLBACK:
        if not site.has_callback:
            yield "result-ignored"
            yield "no-error-check"
        elif site.callback is not None and not _callback_checks(block, site, site.callback):
            yield "no-error-check"


def _is_checked(block: Block, site: Site) -> bool:
    flow = site.flow(block.dialect)
    if flow.kind == "returned" and not flow.suffix:
        return True
    if site.call is not None and site.call.test and _tells(flow.suffix):
        return True
    if _tested_in_place(block, site, flow.node):
        return True
    if flow.kind != "assigned" or not flow.target:
        return False
    return _holder_is_checked(block, site, flow.target, flow.suffix, site.end, 2)


def _tested_in_place(block: Block, site: Site, node: Node) -> bool:
    """Whether an assignment inside a condition is the test: ``if ($r = CRest::call(...))``."""
    current = node
    for _ in range(5):
        parent = current.parent
        if parent is None or parent.type in block.dialect.functions:
            return False
        field = block.dialect.conditionals.get(parent.type)
        if field is not None and current.field == field:
            return True
        if parent.type in block.dialect.loops and current.field == "condition":
            return True
        if parent.type == "expression_statement":
            return False
        current = parent
    return False


def _tells(suffix: Path) -> bool:
    """Whether a read of the envelope tells success from failure."""
    return not suffix or (suffix[0] not in _NEUTRAL and suffix[-1] not in _NEUTRAL)


def _holder_is_checked(
    block: Block, site: Site, target: Path, taken: Path, position: int, depth: int
) -> bool:
    """Whether a condition reads a variable that holds the answer, before the variable is written again."""
    scope = site.scope
    stop = _next_write(block, scope, target, position, scope.node.end)
    if _tested(block, scope, target, taken, position, stop):
        return True
    if site.loop is not None and site.loop.kind != "callback" and stop == scope.node.end:
        # The check may come at the start of the next round.
        start = site.loop.node.start
        first = _next_write(block, scope, target, start, position)
        if _tested(block, scope, target, taken, start, min(first, site.start)):
            return True
    for read in block.facts.within(position, stop):
        if read.scope is not scope or read.path[: len(target)] != target:
            continue
        flow = block.dialect.flow(read.node)
        if flow.kind == "returned" and not taken and read.path == target and not flow.suffix:
            return True
        if depth and flow.kind == "assigned" and flow.target and flow.target != target:
            rest = (*taken, *read.path[len(target) :])
            if _tells(rest) and _holder_is_checked(block, site, flow.target, rest, read.node.end, depth - 1):
                return True
    return False


def _next_write(block: Block, scope: Scope, target: Path, start: int, end: int) -> int:
    for write in block.facts.writes_within(start, end):
        if write.scope is scope and write.path == target and not _is_elsewise(block, write.node, start):
            # The right side of the write still reads the old value.
            return write.value.end if write.value is not None else write.start
    return end


def _is_elsewise(block: Block, node: Node, position: int) -> bool:
    """Whether a place is in the other branch of a condition: what happens there does not follow."""
    inner, outer = node, node.parent
    while outer is not None and outer.type not in block.dialect.functions:
        if outer.type == "if_statement" and inner.type in ("else_clause", "else_if_clause"):
            return outer.start <= position <= inner.start
        inner, outer = outer, outer.parent
    return False


def _tested(block: Block, scope: Scope, target: Path, taken: Path, start: int, end: int) -> bool:
    for read in block.facts.within(start, end):
        if not read.test or read.path[: len(target)] != target:
            continue
        if read.scope is not scope and not _inside(read, scope):
            continue
        if _tells((*taken, *read.path[len(target) :])):
            return True
    return False


def _inside(read: Read, scope: Scope) -> bool:
    """Whether a read stands in a function within the scope that has no variable of that name of its own."""
    return any(around is scope for around in read.scope.chain()) and read.path[0] not in read.scope.params


def _callback_checks(block: Block, site: Site, callback: Scope) -> bool:
    """Whether the callback asks for the error, or hands the whole result on.

    Callbacks of other requests inside it have their own results.
    """
    if not callback.params:
        return False
    root = callback.params[0]
    holders: set[str] = {root, *callback.pattern_names}
    for _ in range(2):
        for write in block.facts.writes_within(callback.node.start, callback.node.end):
            source = write.value if write.value is not None else None
            path = block.dialect.path(source) if source is not None else None
            if path is not None and path[0] in holders and (site.is_batch or len(path) == 1):
                holders.add(write.path[0])
    if site.is_batch:
        _add_loop_names(block, callback, holders)
    for read in block.facts.within(callback.node.start, callback.node.end):
        if _shadowed(read, callback, root):
            continue
        if read.path[0] in holders and _ERROR & set(read.path[1:]):
            return True
        if read.path == (root,) and _is_handed_on(block, read):
            return True
    return "error" in callback.pattern_names


def _add_loop_names(block: Block, callback: Scope, holders: set[str]) -> None:
    """Answers of a batch are gone through: ``for (k in r)``, ``Object.values(r).forEach(x => ...)``."""
    for loop in block.facts.loops:
        if not callback.node.start <= loop.node.start < callback.node.end or loop.subject is None:
            continue
        if any(read.path[0] in holders for read in block.facts.within(loop.subject.start, loop.subject.end)):
            holders.update(loop.names)
    for scope in block.facts.scopes:
        call = scope.call
        if call is None or not callback.node.start <= call.start < callback.node.end:
            continue
        reads = block.facts.within(call.start, call.node.end)
        if call.callee.name in block.dialect.iterators and any(read.path[0] in holders for read in reads):
            holders.update(scope.params)


def _shadowed(read: Read, callback: Scope, root: str) -> bool:
    for scope in read.scope.chain():
        if scope is callback:
            return False
        if root in scope.params:
            return True
    return False


def _is_handed_on(block: Block, read: Read) -> bool:
    """Whether the result itself is returned or given to a promise, so that another function can check it."""
    flow = block.dialect.flow(read.node)
    if flow.suffix:
        return False
    if flow.kind == "returned":
        return True
    if flow.kind != "argument":
        return False
    parent = flow.node.parent
    call = parent.parent if parent is not None and parent.type == "arguments" else None
    callee = block.dialect.callee(call) if call is not None and call.type in block.dialect.calls else None
    return (
        callee is not None
        and callee.kind == "function"
        and callee.name in ("resolve", "res", "done", "cb", "callback")
    )
