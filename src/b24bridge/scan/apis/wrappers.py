"""Functions of the project that forward the REST method, and the calls on them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from b24bridge.knowledge import catalog
from b24bridge.scan.apis.address import Address, address, bare_method, method_pieces
from b24bridge.scan.apis.bx24 import callback_scope
from b24bridge.scan.apis.guesses import METHOD_NAME
from b24bridge.scan.apis.http import sends_parameter
from b24bridge.scan.apis.parameters import family_of, parameter_of
from b24bridge.scan.dialect import Path
from b24bridge.scan.facts import Call, Scope
from b24bridge.scan.methods import DOTTED, looks_like_method
from b24bridge.scan.names import ADDRESS, Forward, Wrapper
from b24bridge.scan.php import Php
from b24bridge.scan.rules import paging
from b24bridge.scan.site import Block, Site
from b24bridge.scan.tree import Node

__all__ = ["find", "forwards", "rest_senders"]

# A wrapper whose name says that it goes through all pages.
_READS_ALL = re.compile(r"^all|_all|All(?!ow)|[Tt]raversable|[Ll]ist_?[Mm]ethod|[Pp]aginat")
_OWN = frozenset({"self", "static", "parent", "$this", "this"})


def _named_scope(scope: Scope) -> bool:
    return bool(scope.name) and scope.name not in ("__construct", "constructor")


def forwards(block: Block, sites: Iterable[Site]) -> Iterator[Forward]:
    """Yield what could make a function of this block a wrapper."""
    family = family_of(block)
    taken: set[int] = set()
    for site in sites:
        if site.call is not None:
            taken.add(site.call.start)
        expression = site.params if site.is_batch or site.api == "b24jssdk.batch" else site.method
        found = None if site.takes_address else parameter_of(block, expression, site.scope)
        if found is not None and _named_scope(found[0]) and found[1] >= 0:
            scope, index = found
            pages = "pagination-loop" in set(paging.tags(block, site))
            api = site.via or site.api
            yield Forward(scope.name, scope.cls, index, api, "", "", 0, family, pages)
    for call, _, target in _address_calls(block):
        found = parameter_of(block, _single_hole(target), call.scope)
        if found is not None and _named_scope(found[0]) and found[1] >= 0:
            yield Forward(found[0].name, found[0].cls, found[1], "http.rest", "", "", 0, family)
            taken.add(call.start)
    for scope, index in sends_parameter(block):
        if _named_scope(scope):
            yield Forward(scope.name, scope.cls, index, ADDRESS, "", "", 0, family)
    for call in block.facts.calls:
        if call.start in taken or not call.callee.name or call.callee.kind == "new":
            continue
        for position, argument in enumerate(call.args[:3]):
            found = parameter_of(block, argument, call.scope)
            if found is None or not _named_scope(found[0]) or found[1] < 0:
                continue
            scope, index = found
            if not METHOD_NAME.search(scope.params[index]):
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
    family = family_of(block)
    for call in block.facts.calls:
        if call.start in taken or call.callee.kind == "new":
            continue
        if _is_given(block, call) and _names_method(block, call):
            yield _given_site(block, call)
            continue
        for wrapper in block.names.wrappers_named(call.callee.name, family):
            if wrapper.via == ADDRESS:
                found = _rest_address(block, call, wrapper)
                if found is not None:
                    yield _address_site(call, wrapper, found)
                    break
            elif _matches(block, call, wrapper):
                yield _site(block, call, wrapper)
                break


def _is_given(block: Block, call: Call) -> bool:
    """Whether the function that is called is a parameter: who calls is told what to call with."""
    name = call.callee.name
    if call.callee.kind != "function" or block.names.wrappers_named(name, family_of(block)):
        return False
    return any(name in scope.params for scope in call.scope.chain())


def _names_method(block: Block, call: Call) -> bool:
    text = block.dialect.literal(call.args[0]) if call.args else None
    known = text is not None and "." in text and catalog.lookup(bare_method(text)) is not None
    return known and _usual(block) is not None


def _usual(block: Block) -> str | None:
    """Return what is behind most of the project's wrappers."""
    family = family_of(block)
    behind = Counter(
        wrapper.via
        for (language, _), group in sorted(block.names.wrappers.items())
        for wrapper in group
        if language == family and wrapper.via != ADDRESS and not wrapper.is_batch
    )
    return behind.most_common(1)[0][0] if behind else None


def _given_site(block: Block, call: Call) -> Site:
    site = Site("wrapper.call", call.node, call.scope, call.loop, call, via=_usual(block))
    site.method = call.args[0]
    site.params = call.args[1] if len(call.args) > 1 else None
    return site


def rest_senders(block: Block) -> Iterator[tuple[str, str]]:
    """Yield class and name of functions that this block calls with an address of a portal."""
    for _, wrapper, _ in _address_calls(block):
        yield wrapper.cls, wrapper.name


def _address_calls(block: Block) -> Iterator[tuple[Call, Wrapper, Address]]:
    for call in block.facts.calls:
        for wrapper in block.names.wrappers_named(call.callee.name, family_of(block)):
            found = _rest_address(block, call, wrapper) if wrapper.via == ADDRESS else None
            if found is not None:
                yield call, wrapper, found


def _single_hole(found: Address) -> Node | None:
    """Return the expression that names the method, where nothing else does."""
    piece = found.pieces[0] if len(found.pieces) == 1 else None
    return None if isinstance(piece, str) else piece


def _rest_address(block: Block, call: Call, wrapper: Wrapper) -> Address | None:
    if len(call.args) <= wrapper.index or call.callee.kind == "new":
        return None
    if _receiver(block, call, wrapper) is not True:
        return None
    return address(block, call.args[wrapper.index], call.scope)


def _address_site(call: Call, wrapper: Wrapper, found: Address) -> Site:
    following = call.args[wrapper.index + 1] if len(call.args) > wrapper.index + 1 else None
    return Site(
        "wrapper.call",
        call.node,
        call.scope,
        call.loop,
        call,
        method=_single_hole(found),
        pieces=found.pieces,
        params=following,
        via="http.rest",
    )


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
        return "batch" in wrapper.name.lower()
    text = block.dialect.literal(argument)
    if text is not None and wrapper.is_guess:
        return catalog.lookup(bare_method(text)) is not None
    if text is not None:
        return looks_like_method(bare_method(text) if wrapper.via == "http.rest" else text)
    pieces = block.dialect.pieces(argument)
    joined = "".join(piece if isinstance(piece, str) else "x" for piece in pieces)
    return len(pieces) > 1 and bool(DOTTED.fullmatch(joined)) and isinstance(pieces[0], str)


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
        reads_all_pages=wrapper.pages or bool(_READS_ALL.search(wrapper.name)),
    )
    following = call.args[wrapper.index + 1] if len(call.args) > wrapper.index + 1 else None
    if wrapper.is_batch:
        site.params = argument
    else:
        site.method = argument
        site.params = following
        if wrapper.via == "http.rest":
            site.pieces = method_pieces(block, argument)
    for candidate in call.args[wrapper.index + 1 :]:
        function = block.dialect.unwrap(candidate)
        if function.type in block.dialect.functions:
            site.callback = callback_scope(block, function, call.scope)
            site.has_callback = True
    return site
