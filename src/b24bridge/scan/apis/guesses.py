"""Functions that hand a name on to a request whose address nobody can tell from the source.

Whether such a name is a REST method, the calls decide: a project that passes ``crm.deal.list`` there says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from b24bridge.knowledge import catalog
from b24bridge.scan.apis.address import bare_method
from b24bridge.scan.apis.parameters import family_of
from b24bridge.scan.facts import Call, Scope
from b24bridge.scan.names import Forward
from b24bridge.scan.php import Php
from b24bridge.scan.site import Block, Site
from b24bridge.scan.tree import Node

__all__ = ["METHOD_NAME", "find", "forwards", "named_calls"]

METHOD_NAME = re.compile(
    r"method|action|command|endpoint|func|api|path|name|url|query|^[$]?m$", re.IGNORECASE
)
_COMMANDS = re.compile(r"cmd|command|batch|calls|requests?$|quer|methods|data$|items|arr", re.IGNORECASE)
_REQUEST = re.compile(
    r"fetch|request|curl(?!_(?:close|error|errno|getinfo|init|reset|setopt))|axios|^(?:post|get|put|send|open|file_get_contents)$",
    re.IGNORECASE,
)
_HANDS_ON = re.compile(r"^_*(?:call|rest|invoke|exec|execute|run|throttled|api)\w*$", re.IGNORECASE)
_NOT_SENT = re.compile(
    r"log|debug|console|error|cache|config|session|storage|redis|params|map", re.IGNORECASE
)
_BATCH = re.compile(r"(?:^|/)batch(?:\.json)?$")
_OPTIONS = frozenset({"curl_setopt", "curl_setopt_array"})
_URL_KEYS = frozenset({"url", "uri"})


@dataclass(frozen=True, slots=True)
class Sink:
    """A call that gets what a parameter of the function around was made into."""

    scope: Scope
    index: int
    call: Call
    is_request: bool


def named_calls(block: Block) -> Iterator[tuple[str, str, int]]:
    """Yield family, name and place of the argument for calls that are given a method of the catalogue."""
    family = family_of(block)
    for call in block.facts.calls:
        if call.callee.kind == "new" or not call.callee.name:
            continue
        for place, argument in enumerate(call.args[:3]):
            if _is_method(block, argument):
                yield family, _key(block, call.callee.name), place


def _is_method(block: Block, argument: Node) -> bool:
    text = block.dialect.literal(argument)
    if text is None or "." not in text or len(text) > 80:
        return False
    return catalog.lookup(bare_method(text)) is not None


def _key(block: Block, name: str) -> str:
    return name.lower() if isinstance(block.dialect, Php) else name


def forwards(block: Block) -> Iterator[Forward]:
    """Yield functions that are wrappers if the project's calls say so, and those that send a batch."""
    family = family_of(block)
    for sink in _sinks(block, METHOD_NAME):
        scope = sink.scope
        yield Forward(scope.name, scope.cls, sink.index, "http.rest", "", "", 0, family, is_guess=True)
    for sink in _sinks(block, _COMMANDS):
        if any(_names_batch(block, argument) for argument in sink.call.args[:2]):
            scope = sink.scope
            yield Forward(scope.name, scope.cls, sink.index, "http.rest", "", "", 0, family, is_batch=True)


def _names_batch(block: Block, argument: Node) -> bool:
    pieces = block.dialect.pieces(argument)
    last = pieces[-1] if pieces else None
    return isinstance(last, str) and bool(_BATCH.search(last))


def find(block: Block, taken: set[int]) -> Iterator[Site]:
    """Yield the requests inside of functions that the project's calls have shown to be wrappers.

    Args:
        block: The piece of code.
        taken: Positions of calls that are findings already.
    """
    family = family_of(block)
    if not any(wrapper.is_guess for group in block.names.wrappers.values() for wrapper in group):
        return
    for sink in _sinks(block, METHOD_NAME):
        if not sink.is_request or sink.call.start in taken:
            continue
        known = block.names.wrappers_named(sink.scope.name, family)
        if not any(w.is_guess and (w.cls, w.index) == (sink.scope.cls, sink.index) for w in known):
            continue
        if block.names.wrappers_named(sink.call.callee.name, family):
            continue
        taken.add(sink.call.start)
        call = sink.call
        name = sink.scope.params[sink.index]
        body = block.facts.within(sink.scope.node.start, sink.scope.node.end)
        method = next((read.node for read in body if read.path == (name,)), None)
        yield Site("http.rest", call.node, call.scope, call.loop, call, method=method)


def _sinks(block: Block, wanted: re.Pattern[str]) -> Iterator[Sink]:
    for scope in block.facts.scopes:
        if not scope.name or scope.name in ("__construct", "constructor"):
            continue
        for index, name in enumerate(scope.params[:3]):
            if wanted.search(name) and (isinstance(block.dialect, Php) or name != "{}"):
                yield from _reached(block, scope, index)


def _reached(block: Block, scope: Scope, index: int) -> Iterator[Sink]:
    """Yield the calls in a function that get a parameter, or what was made of it."""
    start, end = scope.node.start, scope.node.end
    made = {scope.params[index]}
    for write in block.facts.writes_within(start, end):
        if write.value is not None and _reads(block, write.value, made):
            made.add(write.path[0])
    for call in block.facts.calls_within(start, end):
        name, owner = call.callee.name, call.callee.owner
        if name in _OPTIONS and call.args:
            handle = block.dialect.path(call.args[0])
            if handle is not None and any(_reads(block, value, made) for value in call.args[1:]):
                made.add(handle[0])
            continue
        if (
            not name
            or call.callee.kind == "new"
            or name == scope.name
            or (owner and _NOT_SENT.search(owner[-1]))
        ):
            continue
        is_request = bool(_REQUEST.search(name))
        if (is_request or _HANDS_ON.match(name)) and any(_carries(block, a, made) for a in call.args[:2]):
            yield Sink(scope, index, call, is_request)


def _carries(block: Block, argument: Node, made: set[str]) -> bool:
    """Whether an argument holds the name; of a literal list of options only the address counts."""
    if block.dialect.unwrap(argument).type in block.dialect.functions:
        return False
    entries = block.dialect.entries(argument)
    keyed = {block.dialect.key(key): value for key, value in entries or []}
    addresses = [value for key, value in keyed.items() if key in _URL_KEYS]
    if addresses:
        return any(_reads(block, value, made) for value in addresses)
    if "body" in keyed or "headers" in keyed:
        return False
    return _reads(block, argument, made)


def _reads(block: Block, node: Node, made: set[str]) -> bool:
    return any(read.path[0] in made for read in block.facts.within(node.start, node.end))
