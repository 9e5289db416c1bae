"""Loops over pages that read one page, or never end.

* ``paging-next``: ``next`` stands beside ``result``, not in it (vector 05).
* ``paging-request``: a loop that waits for an answer to change asks again (vectors 06 and 07).
* ``paging-start``: a loop that asks for the same page each time moves its start (vector 08).
"""

from __future__ import annotations

from collections.abc import Iterator

from b24bridge.scan.dialect import Path
from b24bridge.scan.edit import Edit, indentation
from b24bridge.scan.facts import Loop
from b24bridge.scan.fixes import js_paging
from b24bridge.scan.fixes.checks import php_check
from b24bridge.scan.fixes.indent import line_end, unit_of
from b24bridge.scan.php import Php
from b24bridge.scan.rules.paging import paging_loop, stale_loop, tags
from b24bridge.scan.site import Block, Site
from b24bridge.scan.tree import Node

__all__ = ["paging_next", "paging_request", "paging_start"]


def paging_next(block: Block, site: Site) -> Iterator[Edit]:
    """Yield the edits that take ``['result']`` out of ``$r['result']['next']`` in the request's loop."""
    if not isinstance(block.dialect, Php):
        yield from js_paging.paging_next(block, site)
        return
    if "pagination-next-misplaced" not in set(tags(block, site)):
        return
    loop = paging_loop(block, site)
    target = _holder(block, site)
    if loop is None or target is None:
        return
    for read in block.facts.within(loop.node.start, loop.node.end):
        if read.path == (*target, "result", "next"):
            inner = read.node.kids[0]
            base = inner.kids[0]
            yield Edit(base.end, inner.end, "")


def paging_request(block: Block, site: Site) -> Iterator[Edit]:
    """Yield the edits that make a loop over one answer ask for the next one."""
    if not isinstance(block.dialect, Php):
        yield from js_paging.paging_request(block, site)
        return
    if site.api != "crest.call" or site.call is None:
        return
    loop = stale_loop(block, site)
    target = _holder(block, site)
    body = loop.node.child("body") if loop is not None else None
    if loop is None or loop.condition is None or target is None or body is None or not body.kids:
        return
    if body.type != "compound_statement":
        return
    request = _with_start(block, site, f"{target[0]}['next']")
    if request is None:
        return
    last = body.kids[-1]
    space, unit = indentation(last), unit_of(last)
    method = block.dialect.literal(site.method) if site.method is not None else None
    lines = [
        f"if (!isset({target[0]}['next'])) {{",
        f"{unit}break;",
        "}",
        f"{target[0]} = {request};",
        *php_check(target[0], (method or "request").replace("'", ""), unit),
    ]
    newline = line_end(body)
    yield Edit(last.end, last.end, "".join(f"{newline}{space}{line}" for line in lines))
    yield Edit(loop.condition.start, loop.condition.end, "(true)")


def paging_start(block: Block, site: Site) -> Iterator[Edit]:
    """Yield the edit that moves the start of a request in a loop that waits for ``next`` to be gone."""
    if not isinstance(block.dialect, Php):
        yield from js_paging.paging_start(block, site)
        return
    if site.api != "crest.call" or site.params is None:
        return
    if "infinite-loop-bug" not in set(tags(block, site)):
        return
    loop = paging_loop(block, site)
    target = _holder(block, site)
    if loop is None or target is None or not _waits_for(block, loop, target):
        return
    start = _start_entry(block, site)
    following = f"{target[0]}['next'] ?? 0"
    if start is None:
        yield from _add_start(block, site, following)
    elif block.dialect.path(start) is None:
        yield Edit(start.start, start.end, following)
    else:
        yield from _move(loop, start.text, f"{target[0]}['next'] ?? null")


def _holder(block: Block, site: Site) -> Path | None:
    flow = site.flow(block.dialect)
    return flow.target if flow.kind == "assigned" and not flow.suffix and len(flow.target) == 1 else None


def _waits_for(block: Block, loop: Loop, target: Path) -> bool:
    if loop.condition is None:
        return False
    reads = block.facts.within(loop.condition.start, loop.condition.end)
    return any(read.path == (*target, "next") for read in reads)


def _start_entry(block: Block, site: Site) -> Node | None:
    assert site.params is not None
    for key, value in block.dialect.entries(site.params) or []:
        if block.dialect.key(key) == "start":
            return value
    return None


def _add_start(block: Block, site: Site, value: str) -> Iterator[Edit]:
    entries = block.dialect.entries(site.params) if site.params is not None else None
    if entries:
        last = entries[-1][1]
        yield Edit(last.end, last.end, f", 'start' => {value}")


def _with_start(block: Block, site: Site, value: str) -> str | None:
    """Return the request for another start, or None where the parameters are not written out."""
    if site.params is None or block.dialect.entries(site.params) is None:
        return None
    start = _start_entry(block, site)
    offset = site.node.start
    text = site.node.source.data[offset : site.node.end]
    if start is not None:
        changed = text[: start.start - offset] + value.encode() + text[start.end - offset :]
        return changed.decode()
    entries = block.dialect.entries(site.params)
    if not entries:
        return None
    end = entries[-1][1].end - offset
    return (text[:end] + f", 'start' => {value}".encode() + text[end:]).decode()


def _move(loop: Loop, start: str, value: str) -> Iterator[Edit]:
    body = loop.node.child("body")
    if body is None or body.type != "compound_statement" or not body.kids:
        return
    last = body.kids[-1]
    newline = line_end(body)
    yield Edit(last.end, last.end, f"{newline}{indentation(last)}{start} = {value};")
