"""Loops of JavaScript over pages: the repairs of ``paging.py`` in that language, and those of BX24.js.

* ``paging-next``: ``next`` stands beside ``result``, not in it.
* ``paging-request``: a loop that waits for an answer to change asks again.
* ``paging-start``: a loop that asks for the same page each time moves its start.
* ``paging-callback``: ``res.next()`` of BX24.js returns at once and calls the callback again, so that a loop
  that waits for ``res.more()`` to change never ends; one step is what was meant.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from b24bridge.scan.edit import Edit, indentation
from b24bridge.scan.facts import Loop
from b24bridge.scan.fixes.indent import line_end, unit_of
from b24bridge.scan.javascript import JavaScript
from b24bridge.scan.rules.methods import name_of
from b24bridge.scan.rules.paging import paging_loop, stale_loop, tags
from b24bridge.scan.site import Block, Site
from b24bridge.scan.tree import Node

__all__ = ["envelope", "js_check", "paging_callback", "paging_next", "paging_request", "paging_start"]

# Interfaces whose answer can be the portal's own envelope, with ``next`` beside ``result``.
_ENVELOPES = ("http.rest", "wrapper.call")
_LEAVES = frozenset({"break_statement", "continue_statement", "return_statement", "throw_statement"})


def js_check(answer: str, label: str, unit: str) -> list[str]:
    """Return the lines of a check of an envelope."""
    # The code may be an empty text: ``crm.deal.get`` of a deal that is not there.
    return [
        f"if ({answer}.error !== undefined) {{",
        f"{unit}throw new Error('{label}: ' + ({answer}.error_description || {answer}.error));",
        "}",
    ]


@dataclass(frozen=True, slots=True)
class _Kept:
    """The variable that an awaited request goes to, and whether ``json()`` was asked of it first."""

    name: str
    is_json: bool


def envelope(block: Block, site: Site) -> str:
    """Return the variable that holds the portal's answer to an awaited fetch if nobody looks for its error.

    axios raises for an error itself; what else a request may give is not known.
    """
    kept = _kept(site)
    if kept is None or not kept.is_json:
        return ""
    for read in block.facts.within(site.end, site.scope.node.end):
        if read.path[0] == kept.name and (read.test or "error" in read.path or read.path == (kept.name,)):
            return ""
    return kept.name


def _kept(site: Site) -> _Kept | None:
    node, is_json, is_awaited = site.node, False, False
    while (parent := node.parent) is not None:
        if parent.type in ("await_expression", "parenthesized_expression"):
            is_awaited = is_awaited or parent.type == "await_expression"
            node = parent
        elif parent.type == "arguments" and parent.parent is not None and parent.parent.text[:5] == "await":
            # The grammar takes ``await (...)`` for a call of a function of that name.
            is_awaited, node = True, parent.parent
        elif (
            parent.type == "member_expression" and parent.text.endswith(".json") and parent.parent is not None
        ):
            is_json, node = True, parent.parent
        elif parent.type in ("variable_declarator", "assignment_expression") and is_awaited:
            name = parent.child("name") or parent.child("left")
            return _Kept(name.text, is_json) if name is not None and name.type == "identifier" else None
        else:
            return None
    return None


def paging_next(block: Block, site: Site) -> Iterator[Edit]:
    """Yield the edits that take ``.result`` out of ``answer.result.next`` in the request's loop."""
    if not _fits(block, site) or "pagination-next-misplaced" not in set(tags(block, site)):
        return
    loop, kept = paging_loop(block, site), _kept(site)
    if loop is None or kept is None:
        return
    # axios puts the envelope under ``data``.
    wrong = {(kept.name, "result", "next"), (kept.name, "data", "result", "next")}
    for read in block.facts.within(loop.node.start, loop.node.end):
        if read.path in wrong and read.node.type == "member_expression":
            inner = read.node.kids[0]
            if inner.type == "member_expression":
                yield Edit(inner.kids[0].end, inner.end, "")


def paging_request(block: Block, site: Site) -> Iterator[Edit]:
    """Yield the edits that make a loop over one awaited answer ask for the next one."""
    if not _fits(block, site):
        return
    loop, kept = stale_loop(block, site), _kept(site)
    body = loop.node.child("body") if loop is not None else None
    if loop is None or loop.condition is None or kept is None or not _is_variable(block, site, kept.name):
        return
    if body is None or body.type != "statement_block" or not body.kids or not _knows(block, loop, kept.name):
        return
    request = _with_start(block, site, f"{kept.name}.next")
    # A promise that is a call of its own, ``(await fetch(...)).json()``, has no short form to write again.
    if request is None or kept.is_json:
        return
    last = body.kids[-1]
    unit = unit_of(last)
    lines = [
        f"if (!{kept.name}.next) {{",
        f"{unit}break;",
        "}",
        f"{kept.name} = await {request};",
        *js_check(kept.name, (name_of(block, site).literal or "request").replace("'", ""), unit),
    ]
    yield Edit(last.end, last.end, _after(last, lines))
    yield Edit(loop.condition.start, loop.condition.end, "(true)")


def paging_start(block: Block, site: Site) -> Iterator[Edit]:
    """Yield the edit that moves the start of a request in a loop that waits for ``next`` to be gone."""
    if not _fits(block, site) or site.params is None or "infinite-loop-bug" not in set(tags(block, site)):
        return
    loop, kept = paging_loop(block, site), _kept(site)
    if loop is None or loop.condition is None or kept is None:
        return
    reads = block.facts.within(loop.condition.start, loop.condition.end)
    if not any(read.path == (kept.name, "next") for read in reads):
        return
    start = _start_entry(block, site)
    if start is None or block.dialect.path(start) is None:
        return
    name = start.text
    body = loop.node.child("body")
    if body is None or body.type != "statement_block" or not body.kids or not _is_variable(block, site, name):
        return
    last = body.kids[-1]
    yield Edit(last.end, last.end, _after(last, [f"{name} = {kept.name}.next;"]))


def paging_callback(block: Block, site: Site) -> Iterator[Edit]:
    """Yield the edit that makes ``while (res.more())`` in a callback of BX24.js an ``if``."""
    if site.api != "bx24.callMethod" or site.callback is None or not site.callback.params:
        return
    result, callback = site.callback.params[0], site.callback.node
    for loop in block.facts.loops:
        if not (callback.start <= loop.node.start < callback.end) or loop.node.type != "while_statement":
            continue
        condition, body = loop.condition, loop.node.child("body")
        if condition is None or body is None or block.dialect.path(condition) != (result, "more()"):
            continue
        inside = list(body.walk())
        asks = any(block.dialect.path(node) == (result, "next()") for node in inside)
        if asks and not any(node.type in _LEAVES for node in inside):
            yield Edit(loop.node.start, loop.node.start + len("while"), "if")


def _fits(block: Block, site: Site) -> bool:
    return isinstance(block.dialect, JavaScript) and site.api in _ENVELOPES


def _is_variable(block: Block, site: Site, name: str) -> bool:
    """Whether a name can be written again: it is no constant of this function or of one around it."""
    seen = list(site.scope.chain())
    writes = [write for write in block.facts.writes_to(name) if write.path == (name,) and write.scope in seen]
    holders = (_declaration(write.node) for write in writes)
    return not any(holder is not None and holder.text.startswith("const") for holder in holders)


def _declaration(node: Node) -> Node | None:
    around: Node | None = node
    while around is not None and not around.type.endswith(("_declaration", "statement")):
        around = around.parent
    return around if around is not None and around.type.endswith("_declaration") else None


def _knows(block: Block, loop: Loop, name: str) -> bool:
    """Whether the loop takes the answer for an envelope."""
    reads = block.facts.within(loop.node.start, loop.node.end)
    return any(read.path[:2] == (name, "result") for read in reads)


def _start_entry(block: Block, site: Site) -> Node | None:
    for key, value in (block.dialect.entries(site.params) or []) if site.params is not None else []:
        if (block.dialect.key(key) or value.text) == "start":
            return value
    return None


def _with_start(block: Block, site: Site, value: str) -> str | None:
    """Return the request for another start, or None where the parameters are not written out."""
    entries = block.dialect.entries(site.params) if site.params is not None else None
    if not entries:
        return None
    offset = site.node.start
    text = site.node.source.data[offset : site.node.end]
    start = _start_entry(block, site)
    if start is None:
        end = entries[-1][1].end - offset
        return (text[:end] + f", start: {value}".encode() + text[end:]).decode()
    is_short = start.type == "shorthand_property_identifier"
    put = f"start: {value}" if is_short else value
    return (text[: start.start - offset] + put.encode() + text[start.end - offset :]).decode()


def _after(last: Node, lines: list[str]) -> str:
    newline, space = line_end(last), indentation(last)
    return "".join(f"{newline}{space}{line}" for line in lines)
