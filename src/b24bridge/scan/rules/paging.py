"""Reading of lists: pagination loops right and wrong, and lists of which one page is read."""

from __future__ import annotations

from collections.abc import Iterator

from b24bridge.scan.dialect import Path
from b24bridge.scan.facts import Facts, Loop, Read, Scope
from b24bridge.scan.rules import loops, retries
from b24bridge.scan.rules.lists import is_worth_all_pages
from b24bridge.scan.rules.methods import name_of
from b24bridge.scan.rules.pages import (
    cursor_values,
    is_next,
    is_paging,
    moved,
    param_reads,
    response_paths,
    total_bound,
)
from b24bridge.scan.site import REQUESTS, Block, Site

__all__ = ["paging_loop", "stale_loop", "tags"]

_MORE = frozenset({"more()", "next()"})


def tags(block: Block, site: Site) -> Iterator[str]:
    """Yield the tags of this module."""
    if site.api not in REQUESTS:
        return
    if _starts_at_minus_one(block, site):
        yield "start-minus-one"
    loop = paging_loop(block, site)
    by_callback = set(_callback_steps(block, site))
    if by_callback:
        yield "bx24-more-next"
    if loop is not None or "next()" in by_callback or _recursive(block, site):
        yield "pagination-loop"
    if loop is not None:
        if total_bound(block, loop):
            yield "pagination-total"
        if _misplaced(block, site, loop):
            yield "pagination-next-misplaced"
        if _same_request(block, site, loop):
            yield "infinite-loop-bug"
        return
    later = stale_loop(block, site)
    if later is not None:
        yield "infinite-loop-bug"
        if _misplaced(block, site, later):
            yield "pagination-next-misplaced"
        return
    if not by_callback and _is_single_page(block, site):
        yield "single-page-list"


def paging_loop(block: Block, site: Site) -> Loop | None:
    """Return the loop around a site that goes over pages."""
    loop = site.loop
    while loop is not None:
        if is_paging(block, site, loop):
            return loop
        if not retries.is_retry(block, site, loop):
            return None
        loop = loop.outer
    return None


def _starts_at_minus_one(block: Block, site: Site) -> bool:
    for value in cursor_values(block, site):
        entry = value.parent
        key = entry.kids[0] if entry is not None and entry.kids else None
        if value.text.replace(" ", "") == "-1" and key is not None and "start" in key.text.lower():
            return True
    return False


def _callback_steps(block: Block, site: Site) -> Iterator[str]:
    """Yield ``more()`` and ``next()`` where the callback asks its result."""
    if site.callback is None or not site.callback.params or site.api != "bx24.callMethod":
        return
    root, node = site.callback.params[0], site.callback.node
    for read in block.facts.within(node.start, node.end):
        if read.path[0] == root and len(read.path) > 1 and read.path[1] in _MORE:
            yield read.path[1]


def _recursive(block: Block, site: Site) -> bool:
    """Whether the enclosing function calls itself with a moved start: paging without a loop."""
    cursors = list(cursor_values(block, site))
    if not cursors:
        return False
    for scope in site.scope.chain():
        if not scope.name:
            continue
        inputs = {*scope.params, *scope.pattern_names}
        if not any(
            read.path[0] in inputs for value in cursors for read in block.facts.within(value.start, value.end)
        ):
            return False
        return any(
            call.callee.name == scope.name and call.node is not site.node and call.args
            for call in block.facts.calls_within(scope.node.start, scope.node.end)
        )
    return False


def _misplaced(block: Block, site: Site, loop: Loop) -> bool:
    """Whether the loop looks for ``next`` under ``result`` and never beside it."""
    paths = response_paths(block, site)
    below = beside = False
    for read in block.facts.within(loop.node.start, loop.node.end):
        if len(read.path) < 2 or read.path[-1] != "next":
            continue
        if "result" in read.path[:-1] or _is_result(block, site, read.path[:-1]):
            below = True
        elif any(read.path[: len(path)] == path for path in paths) or read.path[0].startswith("@"):
            beside = True
    return below and not beside


def _is_result(block: Block, site: Site, path: Path) -> bool:
    """Whether a variable holds what was under ``result`` of the answer."""
    flow = site.flow(block.dialect)
    if flow.target == path and flow.suffix:
        return flow.suffix[0] == "result"
    for write in block.facts.writes_to(path[0]):
        if write.path == path and write.scope is site.scope and write.value is not None:
            given = block.dialect.path(write.value)
            if given is not None and given[-1] == "result":
                return True
    return False


def _same_request(block: Block, site: Site, loop: Loop) -> bool:
    """Whether every round asks for the same page, although the loop waits for the last one."""
    if loop.kind not in ("while", "do", "for"):
        return False
    cursors = list(cursor_values(block, site))
    waits = any(is_next(read.path) for read in _head_reads(block.facts, loop)) or _is_forever(loop)
    if not waits and not cursors:
        return False
    changed = moved(block, loop)
    for read in param_reads(block, site):
        if read.path[:1] in changed or read.path[:2] in changed:
            return False
        if any(step.endswith("()") for step in read.path) or read.path[0].startswith("@"):
            return False
    holder = block.dialect.path(site.params) if site.params is not None else None
    if holder is not None and holder[:1] in changed:
        return False
    return bool(cursors) or (waits and not _is_forever(loop))


def _head_reads(facts: Facts, loop: Loop) -> Iterator[Read]:
    if loop.condition is None:
        return iter(())
    return facts.within(loop.condition.start, loop.condition.end)


def _is_forever(loop: Loop) -> bool:
    return loop.condition is not None and loop.condition.text.strip("() ").lower() in ("true", "1")


def stale_loop(block: Block, site: Site) -> Loop | None:
    """Return a later loop that waits for this answer to change, which nothing in the loop does."""
    flow = site.flow(block.dialect)
    if flow.kind != "assigned" or not flow.target:
        return None
    for loop in block.facts.loops:
        if loop.kind not in ("while", "do") or loop.node.start < site.end or loop.condition is None:
            continue
        reads = list(block.facts.within(loop.condition.start, loop.condition.end))
        roots = {read.path[: len(flow.target)] for read in reads}
        if not reads or roots != {flow.target} or not all(is_next(read.path) for read in reads):
            continue
        if not _replaced(block, site, loop, flow.target):
            return loop
    return None


def _replaced(block: Block, site: Site, loop: Loop, target: Path) -> bool:
    """Whether the answer is written between the request and the end of the loop."""
    for write in block.facts.writes_within(site.end, loop.node.end):
        if write.path[: len(target)] == target or target[: len(write.path)] == write.path:
            return True
    return any(
        call.callee.name in ("unset", "next", "array_shift")
        for call in block.facts.calls_within(loop.node.start, loop.node.end)
    )


def _is_single_page(block: Block, site: Site) -> bool:
    if site.api not in ("crest.call", "bx24.callMethod", "wrapper.call", "http.rest"):
        return False
    method = name_of(block, site).literal
    if method is None or site.reads_all_pages or not is_worth_all_pages(block, site, method):
        return False
    if loops.purpose(block, site) == "chunks":
        return False
    if any(_asks_for_more(read) and _is_near(read, site) for read in block.facts.reads):
        return False
    return not list(cursor_values(block, site)) or not _moves_elsewhere(block, site)


def _asks_for_more(read: Read) -> bool:
    return len(read.path) > 1 and read.path[-1] in ("next", "total", "more()", "total()", "next()")


def _is_near(read: Read, site: Site) -> bool:
    """Whether a read stands in the site's own function, or in its callback."""
    if site.callback is not None and site.callback.node.start <= read.start < site.callback.node.end:
        return True
    return any(scope is site.scope for scope in (read.scope, read.scope.parent) if not _is_file(scope, read))


def _is_file(scope: Scope | None, read: Read) -> bool:
    """Whether a scope is the file, seen from a function in it: other functions are none of its business."""
    return scope is None or (scope.parent is None and read.scope is not scope)


def _moves_elsewhere(block: Block, site: Site) -> bool:
    """Whether the start is a parameter of the function: the caller turns the pages."""
    for value in cursor_values(block, site):
        for read in block.facts.within(value.start, value.end):
            if any(read.path[0] in scope.params for scope in site.scope.chain()):
                return True
    return False
