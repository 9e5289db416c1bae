"""CRest, its subclasses and renamed copies."""

from __future__ import annotations

from collections.abc import Iterator

from b24bridge.scan.facts import Call
from b24bridge.scan.php import Php, last_name
from b24bridge.scan.site import Block, Site
from b24bridge.scan.tree import Node

__all__ = ["aliases", "find"]

# CRest 1.36: class and method names of PHP ignore case.
METHODS = {name.lower(): name for name in ("call", "callBatch", "installApp", "checkServer", "setLog")}
_STORAGE = frozenset({"getsettingdata", "setsettingdata", "getappsettings", "setappsettings"})
_BY_NAME = frozenset({"call_user_func", "call_user_func_array"})
_OWN = frozenset({"self", "static", "parent"})


def aliases(block: Block) -> dict[str, str]:
    """Return other names of known classes: ``use X as Y``, ``class_alias``, ``$name = CRest::class``."""
    crest = block.names.crest
    found: dict[str, str] = {}
    for node in block.facts.imports:
        if node.type == "namespace_use_clause":
            alias = node.child("alias")
            name = last_name(node.kids[0].text).lower() if node.kids else ""
            if alias is not None:
                # `use App\Api as CRest` hides the class of that name; the empty text says so.
                found[alias.text.lower()] = name if name in crest else ""
    for call in block.facts.calls:
        if call.callee.name == "class_alias" and len(call.args) > 1:
            original, other = (block.dialect.literal(arg) for arg in call.args[:2])
            if original and other and last_name(original).lower() in crest:
                found[last_name(other).lower()] = last_name(original).lower()
    for write in block.facts.writes:
        if write.value is None:
            continue
        named = _class_named(block, write.value)
        if named:
            found["/".join(write.path).lower()] = named
    return found


def _class_named(block: Block, value: Node) -> str:
    value = block.dialect.unwrap(value)
    name: str | None = None
    if value.type == "class_constant_access_expression" and value.text.lower().endswith("::class"):
        name = value.kids[0].text
    elif value.type == "object_creation_expression":
        callee = block.dialect.callee(value)
        name = callee.name if callee is not None else None
    elif value.type == "string":
        name = block.dialect.literal(value)
    if not name:
        return ""
    name = last_name(name).lower()
    return name if name in block.names.crest else ""


def find(block: Block) -> Iterator[Site]:
    """Yield calls on the SDK, and classes that extend it."""
    if not isinstance(block.dialect, Php):
        return
    for call in block.facts.calls:
        name, args = _called(block, call), call.args
        if name is None:
            name, args = _called_by_name(block, call)
        if name is None:
            continue
        yield Site(
            f"crest.{name}",
            call.node,
            call.scope,
            call.loop,
            call,
            method=args[0] if name == "call" and args else None,
            params=_params(block, name, args),
        )
    for cls in block.facts.classes:
        if cls.name and cls.name.lower() in block.names.subclasses and cls.parent:
            node = next(
                node
                for node in block.facts.root.walk()
                if node.start == cls.start and node.type.endswith("declaration")
            )
            overrides = any(method.lower() in _STORAGE for method in cls.methods)
            yield Site(
                "crest.subclass",
                node,
                block.facts.top,
                extra=("settings-override",) if overrides else (),
            )


def _params(block: Block, name: str, args: list[Node]) -> Node | None:
    """Return the parameters; some forks take the portal's id before them."""
    if name == "callBatch":
        candidates = args[:2]
        literal = [arg for arg in candidates if block.dialect.entries(arg) is not None]
        if literal:
            return literal[0]
        return args[0] if args else None
    if name != "call":
        return None
    for argument in args[1:3]:
        if block.dialect.entries(argument) is not None:
            return argument
    return args[1] if len(args) > 1 else None


def _called(block: Block, call: Call) -> str | None:
    callee = call.callee
    name = METHODS.get(callee.name.lower())
    if name is None or not callee.owner:
        return None
    owner = "/".join(callee.owner).lower()
    if callee.kind == "static" and len(callee.owner) == 1:
        if owner in _OWN:
            return name if call.scope_class().lower() in block.names.subclasses else None
        target = block.aliases.get(owner, owner)
        return name if target in block.names.crest else None
    if callee.kind in ("static", "method"):
        if block.aliases.get(owner, "") in block.names.crest:
            return name
        if call.callee.owner[0].startswith("@") and _created(block, call):
            return name
    return None


def _called_by_name(block: Block, call: Call) -> tuple[str | None, list[Node]]:
    """Return the method and the arguments of ``call_user_func(['CRest', 'call'], ...)``, or nothing."""
    callee = call.callee
    if callee.kind != "function" or callee.name.lower() not in _BY_NAME or not call.args:
        return None, []
    target, others = call.args[0], call.args[1:]
    entries = block.dialect.entries(target)
    if entries is not None and len(entries) == 2:
        owner = _class_named(block, entries[0][1])
        name = block.dialect.literal(entries[1][1]) or ""
    else:
        written = block.dialect.literal(target) or ""
        owner, _, name = last_name(written).lower().partition("::")
    found = METHODS.get(name.lower())
    if found is None or owner not in block.names.crest:
        return None, []
    if callee.name.lower() == "call_user_func_array":
        listed = block.dialect.entries(others[0]) if others else None
        others = [value for _, value in listed or []]
    return found, others


def _created(block: Block, call: Call) -> bool:
    """Whether the method is called on ``new CRest`` itself."""
    target = call.node.child("object")
    return target is not None and bool(_class_named(block, target))
