"""The walk over a tree that notes down what the rules ask for."""

from __future__ import annotations

from dataclasses import dataclass

from b24bridge.scan.dialect import Callee, Dialect
from b24bridge.scan.facts import Call, ClassFacts, Facts, Loop, Read, Scope, Write
from b24bridge.scan.tree import Node

__all__ = ["HANDLERS", "collect"]

# Functions handed to these run later, at an event: a loop around the registration does not repeat them.
HANDLERS = frozenset(
    [
        "addEventListener",
        "on",
        "once",
        "one",
        "off",
        "bind",
        "click",
        "change",
        "submit",
        "keyup",
        "keydown",
        "input",
        "blur",
        "focus",
        "hover",
        "delegate",
        "live",
        "ready",
        "subscribe",
        "watch",
        "listen",
        "addListener",
        "$on",
        "addCustomEvent",
        "bindEvent",
        "callBind",
        "register",
        "useEffect",
        "onMounted",
        "onClick",
    ]
)


@dataclass(frozen=True, slots=True)
class _Context:
    scope: Scope
    loop: Loop | None
    test: bool


def collect(root: Node, dialect: Dialect) -> Facts:
    """Walk a tree once."""
    top = Scope(root)
    facts = Facts(root, dialect, top, scopes=[top])
    noted, parted = dialect.noted, dialect.parted
    stack: list[tuple[Node, _Context]] = [(root, _Context(top, None, False))]
    while stack:
        node, context = stack.pop()
        kind = node.type
        if kind not in noted:
            stack.extend([(kid, context) for kid in reversed(node.kids)])
            continue
        if kind in dialect.comments:
            continue
        if kind in dialect.calls:
            _note_call(facts, node, context)
        elif kind in dialect.classes:
            _note_class(facts, node)
        elif kind in dialect.string_types:
            facts.strings.append(node)
        elif kind in dialect.import_types:
            facts.imports.append(node)
        elif kind in dialect.assignments:
            _note_assignment(facts, node, context)
        elif kind == "update_expression":
            _note_write(facts, node.child("argument") or node.kids[0], None, context, "++")
        if kind in dialect.path_types and not dialect.is_base(node):
            _note_read(facts, node, context)
        if kind in dialect.functions:
            context = _enter_function(facts, node, context)
        elif kind in dialect.loops:
            context = _enter_loop(facts, node, context)
        if kind in parted:
            stack.extend([(kid, _inside(dialect, node, kid, context)) for kid in reversed(node.kids)])
        else:
            stack.extend([(kid, context) for kid in reversed(node.kids)])
    return facts


def _inside(dialect: Dialect, node: Node, kid: Node, context: _Context) -> _Context:
    """Return the context of a child: a condition makes a test; a loop's subject is outside the loop."""
    kind = node.type
    if kind in dialect.loops:
        if kid.field == "condition":
            return _Context(context.scope, context.loop, True)
        if kid.field not in ("body", "update", "increment") and context.loop is not None:
            return _Context(context.scope, context.loop.outer, context.test)
        return context
    if kind in dialect.conditionals:
        is_condition = kid.field == dialect.conditionals[kind]
        if is_condition != context.test:
            return _Context(context.scope, context.loop, is_condition)
        return context
    if kind == "binary_expression" and not context.test:
        operator = node.child("operator")
        if operator is not None and operator.text.lower() in dialect.comparisons:
            return _Context(context.scope, context.loop, True)
    return context


def _enter_function(facts: Facts, node: Node, context: _Context) -> _Context:
    dialect = facts.dialect
    call, index = _argument_of(facts, node)
    scope = Scope(
        node,
        name=dialect.function_name(node),
        params=tuple(path[0] for path in dialect.parameters(node)),
        pattern_names=tuple(dialect.pattern_names(node)),
        parent=context.scope,
        cls=_class_of(dialect, node),
        call=call,
        index=index,
    )
    facts.scopes.append(scope)
    loop: Loop | None = None
    if call is not None:
        name = call.callee.name
        if name in dialect.iterators:
            subject = _iterated(facts, call)
            loop = Loop(call.node, "callback", None, subject, scope.params, call.loop, call.scope)
            facts.loops.append(loop)
        elif name not in HANDLERS:
            loop = call.loop
    elif dialect.is_invoked(node):
        loop = context.loop
    return _Context(scope, loop, False)


def _iterated(facts: Facts, call: Call) -> Node | None:
    others = [arg for arg in call.args if facts.dialect.unwrap(arg).type not in facts.dialect.functions]
    if call.callee.kind == "method" and call.callee.owner not in (("$",), ("jQuery",), ("_",)):
        function = call.node.child("function")
        return call.node.child("object") or (function.child("object") if function is not None else None)
    return others[0] if others else None


def _argument_of(facts: Facts, node: Node) -> tuple[Call | None, int]:
    """Return the call that takes the function as an argument, and the place among the arguments."""
    current, parent = node, node.parent
    while parent is not None and parent.type in facts.dialect.transparent | {"argument", "arguments"}:
        current, parent = parent, parent.parent
    if parent is None or current.type not in ("arguments", "argument"):
        return None, -1
    call = facts.by_node.get(parent.start << 32 | parent.end)
    if call is None:
        return None, -1
    for index, argument in enumerate(call.args):
        if argument.start <= node.start and node.end <= argument.end:
            return call, index
    return None, -1


def _enter_loop(facts: Facts, node: Node, context: _Context) -> _Context:
    condition, subject, variables = facts.dialect.loop_parts(node)
    names: list[str] = []
    kind = facts.dialect.loops[node.type]
    loop = Loop(node, kind, condition, subject, (), context.loop, context.scope)
    for variable in variables:
        path = facts.dialect.path(variable)
        names += [path[0]] if path is not None else facts.dialect.bound(variable)
        _note_write(facts, variable, None, _Context(context.scope, loop, False), "loop")
    loop.names = tuple(names)
    facts.loops.append(loop)
    return _Context(context.scope, loop, False)


def _note_call(facts: Facts, node: Node, context: _Context) -> None:
    callee = facts.dialect.callee(node)
    if callee is None:
        callee = Callee("function", (), "")
    call = Call(node, callee, facts.dialect.arguments(node), context.scope, context.loop, context.test)
    facts.calls.append(call)
    facts.by_node[node.start << 32 | node.end] = call


def _note_class(facts: Facts, node: Node) -> None:
    name, parent = facts.dialect.class_names(node)
    methods = tuple(
        facts.dialect.function_name(kid)
        for body in node.kids
        if body.field == "body" or body.type == "declaration_list"
        for kid in body.kids
        if kid.type in facts.dialect.functions
    )
    facts.classes.append(ClassFacts(name, parent, methods, node.start))


def _note_assignment(facts: Facts, node: Node, context: _Context) -> None:
    target = node.child("left") or node.child("name") or node.child("property")
    value = node.child("right") or node.child("value")
    if target is None or (value is None and node.type != "variable_declarator"):
        return
    operator = node.child("operator")
    _note_write(facts, target, value, context, operator.text if operator is not None else "=")


def _note_write(facts: Facts, target: Node, value: Node | None, context: _Context, kind: str) -> None:
    dialect = facts.dialect
    path = dialect.path(target)
    if path is not None:
        facts.writes.append(Write(path, target, value, context.scope, context.loop, kind))
        return
    for name in dialect.bound(target):
        facts.writes.append(
            Write((name,), target, value, context.scope, context.loop, "loop" if kind == "loop" else "parts")
        )


def _note_read(facts: Facts, node: Node, context: _Context) -> None:
    parent = node.parent
    if parent is not None and _is_target(facts.dialect, node, parent):
        return
    path = facts.dialect.path(node)
    if path is None or (len(path) == 1 and path[0].startswith("@")):
        return
    test = context.test or _in_test_call(facts, node)
    facts.reads.append(Read(path, node, context.scope, context.loop, test))


def _is_target(dialect: Dialect, node: Node, parent: Node) -> bool:
    if parent.type in dialect.assignments:
        operator = parent.child("operator")
        return node.field in ("left", "name", "property") and operator is None
    return dialect.is_declaration(node, parent)


def _in_test_call(facts: Facts, node: Node) -> bool:
    parent = node.parent
    depth = 0
    while parent is not None and depth < 4:
        if parent.type in facts.dialect.calls:
            callee = facts.dialect.callee(parent)
            return callee is not None and facts.dialect.is_test_call(callee)
        if parent.type not in ("argument", "arguments"):
            return False
        parent = parent.parent
        depth += 1
    return False


def _class_of(dialect: Dialect, node: Node) -> str:
    parent = node.parent
    while parent is not None:
        if parent.type in dialect.classes:
            return dialect.class_names(parent)[0]
        parent = parent.parent
    return ""
