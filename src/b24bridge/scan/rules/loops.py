"""What a loop around a call is for: ``chunked-loop`` and ``n-plus-1``; the other rules ask too."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

from b24bridge.scan.facts import Loop
from b24bridge.scan.resolve import origin
from b24bridge.scan.rules import retries
from b24bridge.scan.rules.pages import is_paging, moved, param_reads
from b24bridge.scan.site import REQUESTS, Block, Site
from b24bridge.scan.tree import Node

__all__ = ["Purpose", "is_chunked", "purpose", "tags"]

Purpose = Literal["none", "pages", "chunks", "elements"]

_CHUNK_NAME = re.compile(r"chunk|pieces?\b|portion|batches\b", re.IGNORECASE)
_SLICES = frozenset({"slice", "splice", "array_slice", "array_splice"})
_FULL = re.compile(
    r"(?:count\(|sizeof\(|\.length|%).*\d|[=>]\s*(?:49|50)\b|BATCH|LIMIT|MAX|SIZE", re.IGNORECASE
)


def purpose(block: Block, site: Site) -> Purpose:
    """Return what the nearest loop that is not a retry does with the call."""
    loop = site.loop
    while loop is not None:
        if is_chunked(block, loop) or _sends_element(block, site, loop):
            return "chunks"
        if is_paging(block, site, loop):
            return "pages"
        if not retries.is_retry(block, site, loop) and _depends(block, site, loop):
            return "elements"
        loop = loop.outer
    return "none"


def is_chunked(block: Block, loop: Loop) -> bool:
    """Whether a loop goes over pieces of a list, not over its elements."""
    if loop.subject is not None:
        subject = origin(block, loop.subject, loop.scope)
        if _makes_chunks(subject) or _CHUNK_NAME.search(_last_word(loop.subject)):
            return True
        return any(_CHUNK_NAME.search(name) for name in loop.names[:1])
    return _cuts(block, loop) or _counts_chunks(block, loop)


def _sends_element(block: Block, site: Site, loop: Loop) -> bool:
    """Whether the elements of the loop are batches: ``foreach ($batches as $commands) send($commands)``."""
    path = block.dialect.path(site.params) if site.is_batch and site.params is not None else None
    if path is None:
        return False
    is_indexed = loop.kind == "for" and len(path) == 2 and path[-1] == "*"
    return is_indexed or (len(path) == 1 and path[0] in loop.names)


def _depends(block: Block, site: Site, loop: Loop) -> bool:
    """Whether the request is made of something that a round changes; else the loop waits or tries again."""
    if loop.kind not in ("for", "while", "do") or site.handle or site.call is None or not site.call.args:
        return True
    changed = moved(block, loop)
    for read in param_reads(block, site):
        is_unclear = read.path[0].startswith("@") or any(step.endswith("()") for step in read.path)
        if is_unclear or read.path[:1] in changed or read.path[:2] in changed:
            return True
    return False


def _counts_chunks(block: Block, loop: Loop) -> bool:
    """Whether a counting loop goes over pieces: ``$p = array_chunk($a, 50); for (...) send($p[$i])``."""
    for root in {read.path[0] for read in block.facts.within(loop.node.start, loop.node.end)}:
        before = [write for write in block.facts.writes_to(root) if write.start < loop.node.start]
        value = before[-1].value if before and before[-1].scope is loop.scope else None
        if value is not None and _makes_chunks(block.dialect.unwrap(value)):
            return True
    return False


def _makes_chunks(node: Node) -> bool:
    text = node.text[:300]
    return bool(re.match(r"(?:\\?array_chunk|str_split|_\.chunk|lodash\.chunk|chunk\w*)\s*\(", text)) or bool(
        re.search(r"(?:->|\.)chunk\w*\([^()]*\)$", text)
    )


def _last_word(node: Node) -> str:
    """Return the name that says what is gone through; keys and arguments say something else."""
    words = re.findall(r"[A-Za-z_]\w*", re.sub(r"\(.*|\[.*", "", node.text[:200], flags=re.DOTALL))
    return words[-1] if words else ""


def _cuts(block: Block, loop: Loop) -> bool:
    """Whether a counting loop takes a slice per round: ``for (i = 0; i < n; i += 50) a.slice(i, i + 50)``."""
    calls = block.facts.calls_within(loop.node.start, loop.node.end)
    cutting = [c for c in calls if c.callee.name in _SLICES and _round_of(c.loop) is loop]
    if not cutting:
        return False
    if any(call.callee.name in ("splice", "array_splice") for call in cutting):
        return True
    moving = {
        write.path[0]
        for write in block.facts.writes_within(loop.node.start, loop.node.end)
        if write.kind in ("+=", "=", "++")
    }
    return any(
        read.path[0] in moving
        for call in cutting
        for argument in call.args
        for read in block.facts.within(argument.start, argument.end)
    )


def _round_of(loop: Loop | None) -> Loop | None:
    """Return the counting loop whose rounds an expression belongs to."""
    while loop is not None and loop.kind == "callback":
        loop = loop.outer
    return loop


def tags(block: Block, site: Site) -> Iterator[str]:
    """Yield the tags of this module."""
    if site.api not in REQUESTS:
        return
    found = purpose(block, site)
    if found == "chunks":
        yield "chunked-loop"
    elif found == "elements" and not (site.is_batch and _is_flushed(block, site)):
        yield "n-plus-1"


def _is_flushed(block: Block, site: Site) -> bool:
    """Whether a batch is sent each time it has got full: ``if (count($cmd) == 50)``."""
    node: Node | None = site.node
    while node is not None and node.type not in block.dialect.loops:
        condition = node.child(block.dialect.conditionals.get(node.type, ""))
        if condition is not None and _FULL.search(condition.text):
            return True
        node = node.parent
    return False
