"""Callbacks and promises around BX24: nesting, lost rejections, misuse of the result."""

from __future__ import annotations

from collections.abc import Iterator

from b24bridge.scan.facts import Scope
from b24bridge.scan.javascript import JavaScript
from b24bridge.scan.site import Block, Site

__all__ = ["tags"]

_WRAPPED = frozenset(
    {
        "bx24.callMethod",
        "bx24.callBatch",
        "bx24.callBind",
        "bx24.callUnbind",
        "bxrest.callMethod",
        "bxrest.callBatch",
        "http.rest",
        "wrapper.call",
    }
)
_NESTED = frozenset({"bx24.callMethod", "bx24.callBatch", "bx24.callBind", "bx24.callUnbind"})
_REQUESTS = frozenset({"callMethod", "callBatch"})


def tags(block: Block, site: Site) -> Iterator[str]:
    """Yield the tags of this module."""
    if not isinstance(block.dialect, JavaScript):
        return
    if site.api in _WRAPPED:
        executor = _executor(site.scope)
        if executor is not None:
            yield "promise-wrapper"
            if not _rejects(block, executor):
                yield "promise-no-reject"
    if site.api in _NESTED and _is_nested(site.scope):
        yield "nested-callback"
    if site.callback is not None and site.api == "bx24.callMethod" and _misuses_data(block, site.callback):
        yield "result-data-misuse"


def _executor(scope: Scope) -> Scope | None:
    """Return the function given to ``new Promise`` around a place."""
    for around in scope.chain():
        if (
            around.call is not None
            and around.call.callee.kind == "new"
            and around.call.callee.name == "Promise"
        ):
            return around
    return None


def _rejects(block: Block, executor: Scope) -> bool:
    if len(executor.params) < 2:
        return False
    name = executor.params[1]
    if any(
        call.callee.name == name for call in block.facts.calls_within(executor.node.start, executor.node.end)
    ):
        return True
    return any(read.path == (name,) for read in block.facts.within(executor.node.start, executor.node.end))


def _is_nested(scope: Scope) -> bool:
    """Whether a place is inside the callback of another request."""
    for around in scope.chain():
        call = around.call
        if call is None or call.callee.name not in _REQUESTS or around.index < 1:
            continue
        if call.callee.owner[-1:] == ("BX24",) or not call.callee.owner:
            return True
    return False


def _misuses_data(block: Block, callback: Scope) -> bool:
    """Whether ``data().result`` is read: ``data()`` already is the result (BX24.js, ajaxResult)."""
    if not callback.params:
        return False
    prefix = (callback.params[0], "data()", "result")
    return any(read.path[:3] == prefix for read in block.facts.within(callback.node.start, callback.node.end))
