"""BX24.js in the page, and ``BX.rest`` of the portal core."""

from __future__ import annotations

from collections.abc import Iterator

from b24bridge.scan.dialect import Path
from b24bridge.scan.facts import Call, Facts, Scope
from b24bridge.scan.javascript import JavaScript
from b24bridge.scan.site import Block, Site
from b24bridge.scan.tree import Node

__all__ = ["KNOWN", "callback_scope", "copied_sdk", "extensions", "find", "getters"]

# Functions of the library (vendor pages of BX24.js; two stored copies of the file).
KNOWN = frozenset(
    [
        "init",
        "install",
        "installFinish",
        "getAuth",
        "refreshAuth",
        "callMethod",
        "callBatch",
        "callBind",
        "callUnbind",
        "ready",
        "isReady",
        "isAdmin",
        "getLang",
        "getDomain",
        "canUse",
        "selectUser",
        "selectUsers",
        "selectAccess",
        "selectCRM",
        "fitWindow",
        "resizeWindow",
        "getScrollSize",
        "reloadWindow",
        "setTitle",
        "scrollParentWindow",
        "openPath",
        "openApplication",
        "closeApplication",
        "bind",
        "unbind",
        "proxy",
        "proxyContext",
        "loadScript",
    ]
)
_GROUPS = frozenset({"placement", "userOption", "appOption", "im"})
_WINDOWS = frozenset({"window", "top", "parent", "this", "self", "globalThis", "opener"})
_OBJECT = frozenset({"hasOwnProperty", "toString", "valueOf", "then", "apply", "bind"})
_CLIENT_CLASSES = frozenset({"AbstractB24", "B24Frame", "B24Hook", "B24OAuth"})
# Place of the callback among the arguments.
_CALLBACKS = {"callMethod": 2, "callBatch": 1, "callBind": 3, "callUnbind": 3}


def extensions(facts: Facts) -> tuple[str, ...]:
    """Return the names that a script assigns on ``BX24``."""
    return tuple(write.path[-1] for write in facts.writes if len(write.path) > 1 and write.path[-2] == "BX24")


def getters(block: Block) -> Iterator[str]:
    """Yield the functions of a script that return the library, such as ``getBx24()``."""
    objects, _ = _aliases(block)
    for read in block.facts.reads:
        if _bare(read.path) in objects and read.scope.name:
            flow = block.dialect.flow(read.node)
            if flow.kind == "returned" and not flow.suffix:
                yield read.scope.name


def copied_sdk(facts: Facts) -> str:
    """Return which library of the vendor a script defines, if it does.

    BX24.js assigns ``BX24.callMethod`` and ``BX24.installFinish``; B24JsSDK defines its clients.
    """
    if {"callMethod", "installFinish"} <= set(extensions(facts)):
        return "BX24.js"
    if len(_CLIENT_CLASSES & {cls.name for cls in facts.classes}) > 1:
        return "B24JsSDK"
    for write in facts.writes:
        if write.path[-1] == "BX24" and write.value is not None:
            entries = facts.dialect.entries(write.value) or []
            keys = {facts.dialect.key(key) for key, _ in entries}
            if {"callMethod", "installFinish"} <= keys:
                return "BX24.js"
    return ""


def find(block: Block) -> Iterator[Site]:
    """Yield calls on ``BX24`` and ``BX.rest``."""
    if not isinstance(block.dialect, JavaScript):
        return
    objects, functions = _aliases(block)
    own = {*extensions(block.facts), *block.names.extensions}
    for call in block.facts.calls:
        callee = call.callee
        if callee.kind == "function" and callee.name in functions:
            yield _site(block, call, "bx24", functions[callee.name])
            continue
        if callee.kind != "method":
            continue
        full = _bare((*_named_owner(block, call), callee.name))
        if full[:2] == ("BX", "rest") and len(full) == 3 and full[2] in ("callMethod", "callBatch"):
            yield _site(block, call, "bxrest", full[2])
        member = _member(full, objects)
        if not member or any(step.endswith("()") for step in member):
            continue
        name = ".".join(member)
        if name in ("call", "apply") or member[0] in own:
            continue
        if len(member) == 1 and (name in KNOWN or name not in _OBJECT):
            extra = () if name in KNOWN else ("unknown-bx24-function",)
            yield _site(block, call, "bx24", name, extra)
        elif len(member) == 2 and member[0] in _GROUPS:
            yield _site(block, call, "bx24", name)
        elif len(member) == 2 and member[1] in ("call", "apply") and member[0] in KNOWN:
            yield Site(f"bx24.{member[0]}", call.node, call.scope, call.loop, call, has_callback=True)


def _named_owner(block: Block, call: Call) -> Path:
    """Return the owner of a method; what a getter of the project returns is the library."""
    owner = call.callee.owner
    if not block.names.getters or not owner:
        return owner
    if owner[-1].removesuffix("()") in block.names.getters and owner[-1].endswith("()"):
        return ("BX24",)
    function = call.node.child("function")
    target = function.child("object") if function is not None else None
    if owner[0].startswith("@") and len(owner) == 1 and target is not None:
        inner = block.dialect.callee(block.dialect.unwrap(target))
        if inner is not None and inner.kind == "function" and inner.name in block.names.getters:
            return ("BX24",)
    return owner


def _bare(path: Path) -> Path:
    while len(path) > 1 and (path[0] in _WINDOWS or path[0] == "$window"):
        path = path[1:]
    return path


def _member(path: Path, objects: frozenset[Path]) -> Path:
    """Return the keys after the library object, or nothing."""
    if path[0] == "BX24" and ("BX24",) in objects:
        return path[1:]
    for length in range(1, len(path)):
        if path[:length] != ("BX24",) and path[:length] in objects:
            return path[length:]
    # Held by something under its own name: this.service.BX24.callMethod(...).
    if "BX24" in path[1:-1] and ("BX24",) in objects:
        member = path[path.index("BX24", 1) + 1 :]
        return member if member[0] in KNOWN or member[0] in _GROUPS else ()
    return ()


def _aliases(block: Block) -> tuple[frozenset[Path], dict[str, str]]:
    """Return paths that hold the library object, and functions taken out of it."""
    objects: set[Path] = {("BX24",)}
    functions: dict[str, str] = {}
    for write in block.facts.writes:
        value = write.value
        if value is None:
            continue
        path = _value_path(block, _unbound(block, value))
        if path is None:
            if write.path == ("BX24",) and write.kind == "=" and _is_other_client(block, value):
                objects.discard(("BX24",))
            continue
        if path == ("BX24",) and write.kind == "parts":
            functions.update(_parts(block, write.node))
        elif path == ("BX24",) and write.path[-1] != "BX24":
            objects.add(_bare(write.path))
        elif (
            len(path) == 2
            and path[0] == "BX24"
            and path[1] in ("callMethod", "callBatch")
            and len(write.path) == 1
        ):
            functions[write.path[0]] = path[1]
    return frozenset(objects), functions


def _unbound(block: Block, value: Node) -> Node:
    """Return the function behind ``BX24.callMethod.bind(BX24)``."""
    value = block.dialect.unwrap(value)
    callee = block.dialect.callee(value) if value.type in block.dialect.calls else None
    function = value.child("function")
    target = function.child("object") if function is not None else None
    return target if callee is not None and callee.name == "bind" and target is not None else value


def _value_path(block: Block, value: Node) -> Path | None:
    """Return the path of a value; of ``a.BX24 || b`` the first that is the library."""
    value = block.dialect.unwrap(value)
    if value.type == "binary_expression":
        for kid in value.kids:
            path = _value_path(block, kid) if kid.field != "operator" else None
            if path == ("BX24",):
                return path
        return None
    path = block.dialect.path(value)
    return _bare(path) if path is not None else None


def _is_other_client(block: Block, value: Node) -> bool:
    """Whether a variable called BX24 holds a client of another library."""
    value = block.dialect.unwrap(value)
    callee = block.dialect.callee(value) if value.type in block.dialect.calls else None
    return callee is not None and (callee.kind == "new" or callee.name in ("initializeB24Frame", "require"))


def _parts(block: Block, pattern: Node) -> Iterator[tuple[str, str]]:
    for kid in pattern.kids:
        if kid.type == "shorthand_property_identifier_pattern" and kid.text in KNOWN:
            yield kid.text, kid.text
        elif kid.type == "pair_pattern":
            key, value = kid.child("key"), kid.child("value")
            if key is not None and value is not None and key.text in KNOWN:
                yield value.text, key.text


def callback_scope(block: Block, node: Node, scope: Scope) -> Scope | None:
    """Return the function behind a callback: written in place, or named in the same script."""
    node = block.dialect.unwrap(node)
    if node.type in block.dialect.functions:
        return block.facts.function_at(node)
    if node.type in block.dialect.calls:
        callee = block.dialect.callee(node)
        inner = node.child("function")
        # fn.bind(this), BX24.proxy(fn, this), $.proxy(fn, this), BX.delegate(fn, this)
        if callee is not None and callee.name == "bind" and inner is not None:
            target = inner.child("object")
            return callback_scope(block, target, scope) if target is not None else None
        if callee is not None and callee.name in ("proxy", "delegate", "debounce", "useCallback"):
            arguments = block.dialect.arguments(node)
            return callback_scope(block, arguments[0], scope) if arguments else None
        return None
    path = block.dialect.path(node)
    return block.facts.function_named(path[-1]) if path is not None else None


def _site(block: Block, call: Call, family: str, name: str, extra: tuple[str, ...] = ()) -> Site:
    args = call.args
    site = Site(f"{family}.{name}", call.node, call.scope, call.loop, call, extra=extra)
    if name in ("callMethod", "callBatch"):
        if name == "callMethod":
            site.method = args[0] if args else None
            site.params = args[1] if len(args) > 1 else None
        else:
            site.params = args[0] if args else None
    place = _CALLBACKS.get(name)
    if place is not None:
        _attach_callback(block, site, args, place)
    if name == "getAuth" and args:
        site.extra = (*extra, "getauth-callback")
    return site


def _attach_callback(block: Block, site: Site, args: list[Node], place: int) -> None:
    functions = [arg for arg in args[1:] if block.dialect.unwrap(arg).type in block.dialect.functions]
    candidate = args[place] if len(args) > place else (functions[0] if functions else None)
    if candidate is None or candidate.text in ("null", "undefined", "false"):
        return
    site.has_callback = True
    site.callback = callback_scope(block, candidate, site.scope)
