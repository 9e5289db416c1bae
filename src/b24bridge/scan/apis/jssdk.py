"""B24JsSDK: already modern, still listed."""

from __future__ import annotations

import re
from collections.abc import Iterator

from b24bridge.scan.dialect import Path
from b24bridge.scan.facts import Call
from b24bridge.scan.javascript import JavaScript
from b24bridge.scan.site import Block, Site
from b24bridge.scan.tree import Node

__all__ = ["CALLS", "find", "imports_sdk"]

_CLASSES = frozenset({"B24Hook", "B24OAuth", "B24Frame"})
_TYPES = re.compile(r"\b(?:TypeB24|B24Frame|B24Hook|B24OAuth|AbstractB24)\b")
# SDK 1.x and 0.x names of the same five calls (SDK surface, section 4).
_DIRECT = {
    "callMethod": "call",
    "callV2": "call",
    "callV3": "call",
    "callListMethod": "callList",
    "fetchListMethod": "fetchList",
    "callBatch": "batch",
    "callBatchByChunk": "batchByChunk",
}
# The names of these calls in lower case.
CALLS = frozenset(name.lower() for name in _DIRECT)
_ACTIONS = {name: name for name in ("call", "callList", "fetchList", "batch", "batchByChunk")}
_CLIENT_NAME = re.compile(
    r"^[$_]?b(?:itrix)?24(?:js|frame|hook|client|sdk|instance|oauth)?(?:\(\))?$", re.IGNORECASE
)


def imports_sdk(block: Block) -> bool:
    """Whether the script imports the SDK."""
    if any("b24jssdk" in node.text for node in block.facts.imports):
        return True
    return any("b24jssdk" in node.text for node in block.facts.strings)


def find(block: Block) -> Iterator[Site]:
    """Yield clients made and calls on them."""
    if not isinstance(block.dialect, JavaScript):
        return
    clients = _clients(block)
    is_user = imports_sdk(block)
    for call in block.facts.calls:
        callee = call.callee
        if _makes_client(call, is_user):
            yield Site("b24jssdk.init", call.node, call.scope, call.loop, call)
            continue
        if callee.kind != "method":
            continue
        owner = callee.owner
        if (
            callee.name == "make"
            and len(owner) > 2
            and owner[-3:-1] in (("actions", "v2"), ("actions", "v3"))
        ):
            action = _ACTIONS.get(owner[-1])
            if action is not None:
                yield _action_site(block, call, action)
            continue
        name = _DIRECT.get(callee.name)
        if name is None or not owner or "BX24" in owner or owner[:2] == ("BX", "rest"):
            continue
        if _is_client(owner, clients, is_user or block.names.uses_jssdk):
            yield _direct_site(block, call, name)


def _makes_client(call: Call, is_user: bool) -> bool:
    callee = call.callee
    last = callee.name
    if callee.kind == "new":
        return last in _CLASSES and (is_user or last != "B24Frame")
    if last in ("initializeB24Frame", "$initializeB24Frame"):
        return True
    return last == "fromWebhookUrl" and callee.owner[-1:] == ("B24Hook",)


def _clients(block: Block) -> frozenset[Path]:
    """Return the paths that hold a client, by what is assigned to them or by their type."""
    found: set[Path] = set()
    for write in block.facts.writes:
        value = write.value
        if value is not None and write.kind == "=" and _holds_client(block, value):
            found.add(write.path)
            found.add((*write.path, "value"))
    for node in block.facts.imports:
        if node.type == "type_annotation" and _TYPES.search(node.text) and node.parent is not None:
            target = node.parent.child("name") or node.parent.child("pattern")
            if target is not None:
                path = block.dialect.path(target) or (target.text,)
                found.update({path, ("this", *path), (*path, "value")})
    for scope in block.facts.scopes:
        call = scope.call
        if (
            call is not None
            and call.callee.name == "then"
            and scope.params
            and _starts_with_init(block, call)
        ):
            found.add((scope.params[0],))
    changed = True
    while changed:
        changed = False
        for write in block.facts.writes:
            if write.value is None or write.kind != "=" or write.path in found:
                continue
            held = block.dialect.path(write.value)
            if held in found:
                found.add(write.path)
                changed = True
    return frozenset(found)


def _holds_client(block: Block, value: Node) -> bool:
    value = block.dialect.unwrap(value)
    call = block.facts.by_node.get(value.start << 32 | value.end)
    if call is not None and _makes_client(call, True):
        return True
    if call is not None and call.callee.name in ("ref", "shallowRef", "markRaw", "reactive") and call.args:
        return _holds_client(block, call.args[0])
    return False


def _starts_with_init(block: Block, call: Call) -> bool:
    function = call.node.child("function")
    base = function.child("object") if function is not None else None
    return base is not None and _holds_client(block, base)


def _is_client(owner: Path, clients: frozenset[Path], is_user: bool) -> bool:
    if owner in clients or owner[-1:] in clients:
        return True
    last = owner[-2] if owner[-1] == "value" and len(owner) > 1 else owner[-1]
    return is_user and bool(_CLIENT_NAME.match(last)) and last != "BX24"


def _action_site(block: Block, call: Call, action: str) -> Site:
    site = Site(f"b24jssdk.{action}", call.node, call.scope, call.loop, call)
    entries = block.dialect.entries(call.args[0]) if call.args else None
    for key, value in entries or []:
        name = block.dialect.key(key)
        if name == "method":
            site.method = value
        elif name in ("params", "calls"):
            site.params = value
    return site


def _direct_site(block: Block, call: Call, name: str) -> Site:
    site = Site(f"b24jssdk.{name}", call.node, call.scope, call.loop, call)
    if name in ("batch", "batchByChunk"):
        site.params = call.args[0] if call.args else None
    else:
        site.method = call.args[0] if call.args else None
        site.params = call.args[1] if len(call.args) > 1 else None
    return site
