"""Repeats and pauses written by hand: ``hand-retry``, ``retry-result-lost``, ``throttle-sleep``."""

from __future__ import annotations

import re
from collections.abc import Iterator

from b24bridge.scan.facts import Call, Loop, Scope
from b24bridge.scan.php import Php
from b24bridge.scan.site import REQUESTS, Block, Site
from b24bridge.scan.tree import Node

__all__ = ["is_retry", "tags"]

_CODES = re.compile(
    r"QUERY_LIMIT_EXCEEDED|OPERATION_TIME_LIMIT|OVERLOAD_LIMIT|expired_token|INTERNAL_SERVER_ERROR|\b(?:429|503)\b",
    re.IGNORECASE,
)
_COUNTER = re.compile(r"^\$?\w*(?:tr(?:y|ies)|attempts?|retr(?:y|ies))\w*$", re.IGNORECASE)
_SLEEPS = frozenset({"sleep", "usleep", "time_nanosleep", "time_sleep_until"})
_PAUSES = re.compile(r"^(?:\w*(?:sleep|delay|wait|pause)\w*|timeout|setTimeout)$", re.IGNORECASE)


def is_retry(block: Block, site: Site, loop: Loop) -> bool:
    """Whether a loop repeats one request until it is answered."""
    if loop.kind not in ("for", "while", "do"):
        return False
    if any(
        _COUNTER.match(write.path[-1]) for write in block.facts.writes_within(loop.node.start, loop.node.end)
    ):
        return True
    if not any(loop.holds(node.start) and _CODES.search(node.text) for node in block.facts.strings):
        return False
    return not _names_element(block, site, loop)


def _names_element(block: Block, site: Site, loop: Loop) -> bool:
    """Whether the request is made of something that moves with the loop."""
    moved = {write.path[0] for write in block.facts.writes_within(loop.node.start, loop.node.end)}
    call = site.call
    if call is None or not call.args:
        return False
    return any(read.path[0] in moved for read in block.facts.within(call.args[0].start, call.args[-1].end))


def tags(block: Block, site: Site) -> Iterator[str]:
    """Yield the tags of this module."""
    if site.api not in REQUESTS:
        return
    repeats = list(_repeats_itself(block, site)) if site.api != "wrapper.call" else []
    if repeats or (site.loop is not None and is_retry(block, site, site.loop)):
        yield "hand-retry"
    if isinstance(block.dialect, Php) and any(_is_dropped(block, call) for call in repeats):
        yield "retry-result-lost"
    if _pauses(block, site):
        yield "throttle-sleep"


def _repeats_itself(block: Block, site: Site) -> Iterator[Call]:
    """Yield calls of the enclosing function on itself under a condition that names an error code."""
    for scope in site.scope.chain():
        if not scope.name:
            continue
        for call in block.facts.calls_within(scope.node.start, scope.node.end):
            if (
                call.callee.name == scope.name
                and call.node is not site.node
                and _under_error(block, call, scope)
            ):
                yield call
        return


def _under_error(block: Block, call: Call, scope: Scope) -> bool:
    node: Node | None = call.node
    while node is not None and node is not scope.node:
        condition = node.child(block.dialect.conditionals.get(node.type, ""))
        if condition is not None and _CODES.search(condition.text):
            return True
        node = node.parent
    return False


def _is_dropped(block: Block, call: Call) -> bool:
    return block.dialect.flow(call.node).kind == "ignored"


def _pauses(block: Block, site: Site) -> bool:
    if isinstance(block.dialect, Php):
        return any(
            call.scope is site.scope
            and call.callee.kind == "function"
            and call.callee.name.lower() in _SLEEPS
            for call in block.facts.calls
        )
    for scope in site.scope.chain():
        # The request itself waits inside a timer.
        if scope.call is not None and scope.call.callee.name == "setTimeout" and scope.index == 0:
            return True
        if scope.call is None or scope.name:
            break
    return any(
        node.type == "await_expression" and _is_pause(block, node) for node in _own_nodes(block, site.scope)
    )


def _own_nodes(block: Block, scope: Scope) -> Iterator[Node]:
    """Yield the nodes of a function without those of the functions in it."""
    stack = list(scope.node.kids)
    while stack:
        node = stack.pop()
        yield node
        if node.type not in block.dialect.functions:
            stack.extend(node.kids)


def _is_pause(block: Block, node: Node) -> bool:
    """Whether something awaited is a timer: ``sleep(500)``, ``new Promise(r => setTimeout(r, 500))``."""
    inner = block.dialect.unwrap(node)
    callee = block.dialect.callee(inner) if inner.type in block.dialect.calls else None
    if callee is None:
        return False
    if callee.kind == "new" and callee.name == "Promise":
        functions = block.dialect.arguments(inner)
        calls = [
            call for call in block.facts.calls_within(inner.start + 1, inner.end) if call.callee.name != ""
        ]
        return bool(functions) and [call.callee.name for call in calls] in (
            ["setTimeout"],
            ["setTimeout", "resolve"],
        )
    return (
        callee.kind in ("function", "method")
        and bool(_PAUSES.match(callee.name))
        and not callee.name.startswith("$")
    )
