"""B24PhpSDK: already modern, still listed."""

from __future__ import annotations

import re
from collections.abc import Iterator

from b24bridge.scan.facts import Call
from b24bridge.scan.php import Php
from b24bridge.scan.site import Block, Site
from b24bridge.scan.tree import Node

__all__ = ["find"]

# Accessors of ServiceBuilder (SDK surface, section 3.2).
_SCOPES = frozenset(
    f"get{name}Scope".lower()
    for name in [
        "CRM",
        "Task",
        "User",
        "Main",
        "Placement",
        "Disk",
        "Calendar",
        "Catalog",
        "Sale",
        "BizProc",
        "Telephony",
        "Entity",
        "Department",
        "IM",
        "IMOpenLines",
        "Landing",
        "Log",
        "Paysystem",
        "SonetGroup",
        "UserConsent",
        "AiAdmin",
        "Biconnector",
        "Booking",
        "Timeman",
        "Documentgenerator",
        "Lists",
        "Sign",
        "Mail",
        "Rest",
        "Pull",
        "Humanresources",
    ]
)
_ANY_SCOPE = re.compile(r"get[A-Z]\w*Scope")
_FACTORY_METHODS = frozenset({"init", "initfromwebhook", "initfromaccount", "initfromrequest"})


def find(block: Block) -> Iterator[Site]:
    """Yield factories, service chains and untyped calls."""
    if not isinstance(block.dialect, Php):
        return
    is_user = any("Bitrix24\\SDK" in node.text for node in block.facts.imports) or "Bitrix24\\SDK" in (
        block.facts.root.text if len(block.facts.root.source.data) < 200_000 else ""
    )
    for call in block.facts.calls:
        api = _api(block, call, is_user)
        if api is None:
            continue
        node = _chain_start(call.node) if api == "b24phpsdk.service" else call.node
        untyped = api == "b24phpsdk.core.call"
        yield Site(
            api,
            node,
            call.scope,
            call.loop,
            call,
            method=call.args[0] if untyped and call.args else None,
            params=call.args[1] if untyped and len(call.args) > 1 else None,
        )


def _api(block: Block, call: Call, is_user: bool) -> str | None:
    callee = call.callee
    name = callee.name.lower()
    if (
        callee.kind == "static"
        and callee.owner[-1:] == ("ServiceBuilderFactory",)
        and name.startswith("create")
    ):
        return "b24phpsdk.init"
    if callee.kind != "method":
        return None
    if name in _FACTORY_METHODS and is_user and _is_factory(block, call):
        return "b24phpsdk.init"
    if name in _SCOPES or (is_user and _ANY_SCOPE.fullmatch(callee.name)):
        return "b24phpsdk.service"
    if name == "call" and callee.owner:
        last = callee.owner[-1].lower()
        if last in ("core", "getcore()") and len(callee.owner) > 1:
            if callee.owner[0] != "$this" or len(callee.owner) > 2 or is_user:
                return "b24phpsdk.core.call"
        elif is_user and last in ("$core", "core"):
            return "b24phpsdk.core.call"
    return None


def _is_factory(block: Block, call: Call) -> bool:
    target = call.node.child("object")
    if target is None:
        return False
    target = block.dialect.unwrap(target)
    if target.type == "object_creation_expression":
        return "ServiceBuilderFactory" in target.text
    path = block.dialect.path(target) or ()
    if any("factory" in step.lower() for step in path):
        return True
    return any(
        write.value is not None and "ServiceBuilderFactory" in write.value.text[:120]
        for write in (block.facts.writes_to(path[0]) if path else [])
    )


def _chain_start(node: Node) -> Node:
    """Return the whole chain; its first character is the reported place."""
    while node.parent is not None and node.field == "object":
        node = node.parent
    return node
