"""Whether a loop reads a list page by page."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator

from b24bridge.scan.dialect import Path
from b24bridge.scan.facts import Loop, Read, Scope
from b24bridge.scan.resolve import origin, resolve
from b24bridge.scan.site import Block, Site
from b24bridge.scan.tree import Node

__all__ = ["cursor_values", "is_next", "is_paging", "moved", "param_reads", "response_paths", "total_bound"]

_START_KEYS = frozenset(
    [
        "start",
        "page",
        "offset",
        "next",
        "cursor",
        "lastid",
        "last_id",
        "inumpage",
        "ipage",
        "nav_params",
        "navigation",
        "pagination",
        "limit_start",
    ]
)
_CURSOR_KEY = re.compile(r"^>=?(?:id|.*_id)$", re.IGNORECASE)
_CURSOR_NAME = re.compile(r"^\$?(?:\w*(?:start|offset|next|page|cursor|last_?id)\w*)$", re.IGNORECASE)
_PLACE = re.compile(r"^\$?(?:start|offset|next|page|cursor|last_?id)$", re.IGNORECASE)
_START_GIVEN = re.compile(r"[?&](?:start|page|offset)=$", re.IGNORECASE)
_NEXT = frozenset({"next", "next()", "more()", "hasMore", "getNextItem()", "isMore()"})
_TOTAL = frozenset({"total", "total()", "getTotal()"})


def is_paging(block: Block, site: Site, loop: Loop) -> bool:
    """Whether the call is repeated for further pages of one list."""
    changed = moved(block, loop)
    cursors = list(cursor_values(block, site))
    for value in cursors:
        moves = any(_root(read) in changed for read in block.facts.within(value.start, value.end))
        if moves and (loop.kind in ("while", "do", "for") or _counts(loop)):
            return True
    if loop.kind in ("while", "do", "for"):
        if any(_PLACE.match(read.path[-1]) and _root(read) in changed for read in param_reads(block, site)):
            return True
        paths = response_paths(block, site)
        for read in block.facts.within(loop.node.start, loop.node.end):
            if is_next(read.path) and (not paths or _from(read.path, paths)):
                return True
        return total_bound(block, loop) and bool(cursors)
    return False


def _counts(loop: Loop) -> bool:
    """Whether a ``foreach`` goes over page numbers: ``foreach (range(0, $total, 50) as $start)``."""
    return loop.subject is not None and bool(
        re.match(r"range\b|\[\.\.\.Array|Array\.from", loop.subject.text)
    )


def _root(read: Read) -> Path:
    return read.path[:2] if read.path[0] in ("this", "$this", "self") else read.path[:1]


def moved(block: Block, loop: Loop) -> set[Path]:
    """Return the variables that get another value in a loop, its head included."""
    changed: set[Path] = {(name,) for name in loop.names}
    for write in block.facts.writes_within(loop.node.start, loop.node.end):
        initializer = loop.node.child("initialize") or loop.node.child("initializer")
        if initializer is not None and initializer.start <= write.start < initializer.end:
            continue
        changed.add(write.path[:2] if write.path[0] in ("this", "$this", "self") else write.path[:1])
    return changed


def cursor_values(block: Block, site: Site) -> Iterator[Node]:
    """Yield the expressions that say which page the call asks for."""
    if site.address is not None:
        yield from _in_address(block, site.address, site.scope)
    if site.params is not None:
        yield from _cursors(block, block.dialect.unwrap(site.params))
        yield from _held(block, site.params, site.scope)
        params = block.dialect.path(site.params)
        if params is not None and not params[0].startswith("@"):
            given = origin(block, site.params, site.scope)
            yield from _cursors(block, given)
            for write in block.facts.writes_to(params[0]):
                if (
                    len(write.path) > len(params)
                    and write.path[: len(params)] == params
                    and write.value is not None
                ):
                    if write.path[-1].lower() in _START_KEYS or _CURSOR_KEY.match(write.path[-1]):
                        yield write.value
                elif write.path == params and write.value is not None and write.kind == "=":
                    yield from _cursors(block, block.dialect.unwrap(write.value))
        elif block.dialect.entries(site.params) is None:
            for argument in _call_arguments(block, site.params):
                yield from _cursors(block, argument)
    if site.call is not None and site.api in ("wrapper.call", "http.rest"):
        for argument in site.call.args:
            path = block.dialect.path(argument)
            if path is not None and _CURSOR_NAME.match(path[-1]):
                yield argument
            elif argument is not site.params:
                yield from _cursors(block, argument)


def _in_address(block: Block, address: Node, scope: Scope) -> Iterator[Node]:
    """Yield what follows ``start=`` in an address."""
    pieces = resolve(block, address, scope)
    for before, piece in itertools.pairwise(pieces):
        if isinstance(before, str) and not isinstance(piece, str) and _START_GIVEN.search(before):
            yield piece


def _held(block: Block, params: Node, scope: Scope) -> Iterator[Node]:
    """Yield the cursors of a filter that a variable holds: ``['filter' => $filter]``."""
    for key, value in block.dialect.entries(params) or []:
        path = block.dialect.path(value)
        if key is None or path is None or path[0].startswith("@") or len(path) > 1:
            continue
        yield from _cursors(block, origin(block, value, scope))
        for write in block.facts.writes_to(path[0]):
            is_key = len(write.path) > 1 and _CURSOR_KEY.match(write.path[-1])
            if is_key and write.value is not None and write.scope is scope:
                yield write.value


def _call_arguments(block: Block, node: Node) -> Iterable[Node]:
    node = block.dialect.unwrap(node)
    return block.dialect.arguments(node) if node.type in block.dialect.calls else ()


def _cursors(block: Block, node: Node, depth: int = 3) -> Iterator[Node]:
    entries = block.dialect.entries(node)
    if entries is None:
        # http_build_query([...]), JSON.stringify({...}), new URLSearchParams({...})
        for argument in _call_arguments(block, node) if depth else ():
            if block.dialect.entries(argument) is not None:
                yield from _cursors(block, argument, depth - 1)
        return
    for key, value in entries:
        name = block.dialect.key(key)
        if name is not None and (name.lower() in _START_KEYS or _CURSOR_KEY.match(name)):
            yield value
        elif key is value and value.type == "spread_element" and value.kids:
            yield from _cursors(block, value.kids[0], depth - 1)
        elif depth:
            yield from _cursors(block, value, depth - 1)


def is_next(path: Path) -> bool:
    """Whether an expression reads the mark of a further page."""
    return len(path) > 1 and path[-1] in _NEXT


def _from(path: Path, roots: set[Path]) -> bool:
    return any(path[: len(root)] == root for root in roots)


def response_paths(block: Block, site: Site) -> set[Path]:
    """Return the variables that hold the answer of a site, whole or in part."""
    flow = site.flow(block.dialect)
    found: set[Path] = {(f"@{site.start}",)}
    if flow.kind == "assigned" and flow.target:
        found.add(flow.target)
    elif flow.kind != "assigned":
        outer = flow.node.parent
        for _ in range(6):
            if outer is None or outer.type in block.dialect.functions:
                break
            if outer.type in block.dialect.assignments:
                target = outer.child("left") or outer.child("name")
                path = block.dialect.path(target) if target is not None else None
                if path is not None:
                    found.add(path)
                break
            outer = outer.parent
    changed = True
    while changed:
        changed = False
        for path in list(found):
            for write in block.facts.writes:
                if write.value is None or write.path in found or write.scope is not site.scope:
                    continue
                given = block.dialect.path(write.value)
                if given is None and write.value.type in block.dialect.calls:
                    arguments = block.dialect.arguments(write.value)
                    given = block.dialect.path(arguments[0]) if arguments else None
                if given is not None and given[: len(path)] == path:
                    found.add(write.path)
                    changed = True
    return found


def total_bound(block: Block, loop: Loop) -> bool:
    """Whether the number of rounds comes from ``total``."""
    head = loop.condition if loop.condition is not None else loop.subject
    if head is None:
        return False
    return _reads_total(block, head, 2)


def _reads_total(block: Block, node: Node, depth: int) -> bool:
    for read in block.facts.within(node.start, node.end):
        if len(read.path) > 1 and read.path[-1] in _TOTAL:
            return True
        if not depth:
            continue
        for write in block.facts.writes_to(read.path[0]):
            is_same = write.path == read.path and write.kind == "="
            if is_same and write.value is not None and _reads_total(block, write.value, depth - 1):
                return True
    return False


def param_reads(block: Block, site: Site) -> list[Read]:
    """Return the variables that the request is made of, following the one that holds the parameters."""
    if site.call is None or not site.call.args:
        return []
    first, last = site.call.args[0], site.call.args[-1]
    return [
        read
        for read in block.facts.within(first.start, last.end)
        if site.callback is None or not site.callback.node.start <= read.start < site.callback.node.end
    ]
