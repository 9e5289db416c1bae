"""Functions of the project that forward the REST method, and the calls on them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from b24bridge.knowledge import catalog
from b24bridge.scan.apis.bx24 import callback_scope
from b24bridge.scan.dialect import Path
from b24bridge.scan.facts import Call, Scope
from b24bridge.scan.names import Forward, Wrapper
from b24bridge.scan.php import Php
from b24bridge.scan.site import Block, Site
from b24bridge.scan.tree import Node

__all__ = ["find", "forwards", "parameter_of"]

_DOTTED = re.compile(r"[a-z][a-zA-Z0-9]*(?:[._][a-zA-Z0-9]+)*(?:\.[a-zA-Z0-9_]+)+")
_METHOD_NAME = re.compile(
    r"method|action|command|endpoint|func|api|path|name|url|query|^[$]?m$", re.IGNORECASE
)
_OWN = frozenset({"self", "static", "parent", "$this", "this"})


def language(block: Block) -> str:
    """Return the family within which wrappers are looked up."""
    return "php" if isinstance(block.dialect, Php) else "js"


def parameter_of(block: Block, node: Node | None, scope: Scope) -> tuple[Scope, int] | None:
    """Return the enclosing function whose parameter an expression is, and the parameter's place.

    A parameter that was given another value before is not forwarded.
    """
    if node is None:
        return None
    path = block.dialect.path(node)
    if path is None or len(path) != 1:
        return None
    for around in scope.chain():
        if path[0] in around.params:
            return around, around.params.index(path[0])
        if path[0] in around.pattern_names:
            return around, -1
        if any(w.scope is around and w.kind == "=" for w in block.facts.writes_to(path[0])):
            return None
    return None


def _named_scope(scope: Scope) -> bool:
    return bool(scope.name) and scope.name not in ("__construct", "constructor")


def forwards(block: Block, sites: Iterable[Site]) -> Iterator[Forward]:
    """Yield what could make a function of this block a wrapper."""
    family = language(block)
    taken: set[int] = set()
    for site in sites:
        if site.call is not None:
            taken.add(site.call.start)
        expression = site.params if site.is_batch or site.api == "b24jssdk.batch" else site.method
        found = parameter_of(block, expression, site.scope)
        if found is not None and _named_scope(found[0]) and found[1] >= 0:
            scope, index = found
            yield Forward(scope.name, scope.cls, index, site.via or site.api, "", "", 0, family)
    for call in block.facts.calls:
        if call.start in taken or not call.callee.name or call.callee.kind == "new":
            continue
        for position, argument in enumerate(call.args[:3]):
            found = parameter_of(block, argument, call.scope)
            if found is None or not _named_scope(found[0]) or found[1] < 0:
                continue
            scope, index = found
            if not _METHOD_NAME.search(scope.params[index]):
                continue
            owner = _owner_class(call)
            yield Forward(scope.name, scope.cls, index, "", call.callee.name, owner, position, family)


def _owner_class(call: Call) -> str:
    if not call.callee.owner:
        return ""
    first = call.callee.owner[0]
    if len(call.callee.owner) == 1 and first in _OWN:
        return call.scope_class()
    return first if call.callee.kind == "static" and not first.startswith("$") else ""


def find(block: Block, taken: set[int]) -> Iterator[Site]:
    """Yield calls on wrappers.

    Args:
        block: The piece of code.
        taken: Positions of calls that are findings already.
    """
    family = language(block)
    for call in block.facts.calls:
        if call.start in taken or call.callee.kind == "new":
            continue
        for wrapper in block.names.wrappers_named(call.callee.name, family):
            if _matches(block, call, wrapper):
                yield _site(block, call, wrapper)
                break


def _matches(block: Block, call: Call, wrapper: Wrapper) -> bool:
    if len(call.args) <= wrapper.index:
        return False
    argument = call.args[wrapper.index]
    if block.dialect.unwrap(argument).type in block.dialect.functions:
        return False
    known = _receiver(block, call, wrapper)
    if known is not None:
        return known
    if wrapper.is_batch:
        return False
    text = block.dialect.literal(argument)
    if text is not None:
        return _looks_like_method(text)
    pieces = block.dialect.pieces(argument)
    joined = "".join(piece if isinstance(piece, str) else "x" for piece in pieces)
    return len(pieces) > 1 and bool(_DOTTED.fullmatch(joined)) and isinstance(pieces[0], str)


def _looks_like_method(text: str) -> bool:
    return catalog.lookup(text) is not None or bool(_DOTTED.fullmatch(text) and "." in text)


def _receiver(block: Block, call: Call, wrapper: Wrapper) -> bool | None:
    """Whether the call is on the wrapper's class or function for sure; None if one cannot tell."""
    callee = call.callee
    if callee.kind == "function":
        if wrapper.cls:
            return False if isinstance(block.dialect, Php) else None
        if isinstance(block.dialect, Php) or block.facts.function_named(callee.name) is not None:
            return True
        imported = any(
            node.type == "import_statement" and re.search(rf"\b{re.escape(callee.name)}\b", node.text)
            for node in block.facts.imports
        )
        return True if imported else None
    owner = callee.owner
    if len(owner) == 1 and owner[0] in _OWN:
        if not wrapper.cls:
            # Methods of an object literal or of a component: the same script must hold the function.
            scope = block.facts.function_named(callee.name)
            return True if scope is not None and owner[0] == "this" else None
        return block.names.is_a(call.scope_class(), wrapper.cls) or block.names.is_a(
            wrapper.cls, call.scope_class()
        )
    if callee.kind == "static" and len(owner) == 1 and not owner[0].startswith("$"):
        return bool(wrapper.cls) and block.names.is_a(owner[0], wrapper.cls)
    return _typed(block, owner, wrapper)


def _typed(block: Block, owner: Path, wrapper: Wrapper) -> bool | None:
    """Whether a variable was made from the wrapper's class."""
    if not owner or not wrapper.cls:
        return None
    for write in block.facts.writes_to(owner[0]):
        if write.path == owner and write.value is not None:
            value = block.dialect.unwrap(write.value)
            callee = block.dialect.callee(value) if value.type in block.dialect.calls else None
            if callee is not None and callee.kind == "new":
                return block.names.is_a(callee.name, wrapper.cls) or None
    return None


def _site(block: Block, call: Call, wrapper: Wrapper) -> Site:
    argument = call.args[wrapper.index]
    site = Site(
        "wrapper.batch" if wrapper.is_batch else "wrapper.call",
        call.node,
        call.scope,
        call.loop,
        call,
        via=wrapper.via,
    )
    following = call.args[wrapper.index + 1] if len(call.args) > wrapper.index + 1 else None
    if wrapper.is_batch:
        site.params = argument
    else:
        site.method = argument
        site.params = following
    for candidate in call.args[wrapper.index + 1 :]:
        function = block.dialect.unwrap(candidate)
        if function.type in block.dialect.functions:
            site.callback = callback_scope(block, function, call.scope)
            site.has_callback = True
    return site
