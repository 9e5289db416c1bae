"""Answers for JavaScript and TypeScript (tree-sitter-javascript, tree-sitter-typescript)."""

from __future__ import annotations

from typing import ClassVar, Literal

from b24bridge.scan.dialect import Callee, Dialect, Path, Piece, fold, join, number
from b24bridge.scan.texts import js_escape, js_whole
from b24bridge.scan.tree import Node
from b24bridge.wire.call import Json

__all__ = ["JavaScript"]


class JavaScript(Dialect):
    """JavaScript, and TypeScript whose types are looked through."""

    calls: ClassVar = frozenset({"call_expression", "new_expression"})
    functions: ClassVar = frozenset(
        {
            "function_declaration",
            "function_expression",
            "function",
            "arrow_function",
            "method_definition",
            "generator_function",
            "generator_function_declaration",
        }
    )
    classes: ClassVar = frozenset({"class_declaration", "class", "abstract_class_declaration"})
    loops: ClassVar = {
        "for_in_statement": "foreach",
        "for_statement": "for",
        "while_statement": "while",
        "do_statement": "do",
    }
    conditionals: ClassVar = {
        "if_statement": "condition",
        "ternary_expression": "condition",
        "switch_statement": "value",
    }
    statements_with_condition: ClassVar = frozenset({"if_statement", "switch_statement"})
    comparisons: ClassVar = frozenset(
        ["==", "===", "!=", "!==", "<", ">", "<=", ">=", "&&", "||", "instanceof", "in"]
    )
    assignments: ClassVar = frozenset(
        {
            "assignment_expression",
            "augmented_assignment_expression",
            "variable_declarator",
            "public_field_definition",
            "field_definition",
        }
    )
    transparent: ClassVar = frozenset(
        {
            "parenthesized_expression",
            "await_expression",
            "as_expression",
            "satisfies_expression",
            "non_null_expression",
            "type_assertion",
        }
    )
    statements: ClassVar = frozenset({"expression_statement"})
    returns: ClassVar = frozenset({"return_statement", "yield_expression"})
    iterators: ClassVar = frozenset(
        {"forEach", "map", "each", "filter", "some", "reduce", "every", "flatMap", "find"}
    )
    comments: ClassVar = frozenset({"comment"})
    collections: ClassVar = frozenset({"array", "object"})
    string_types: ClassVar = frozenset({"string", "template_string"})
    import_types: ClassVar = frozenset({"import_statement", "export_statement", "type_annotation"})
    path_types: ClassVar = frozenset(
        {
            "identifier",
            "this",
            "member_expression",
            "subscript_expression",
            "call_expression",
            "shorthand_property_identifier",
        }
    )

    def callee(self, call: Node) -> Callee | None:
        field = "constructor" if call.type == "new_expression" else "function"
        function = call.child(field)
        if function is None:
            return None
        function = self.unwrap(function)
        kind: Literal["new", "method"] = "new" if call.type == "new_expression" else "method"
        if function.type == "identifier":
            return Callee(kind if kind == "new" else "function", (), function.text)
        if function.type in ("member_expression", "subscript_expression"):
            path = self.path(function)
            if path is not None and len(path) > 1:
                return Callee(kind, path[:-1], path[-1])
            steps = self.step(function)
            return Callee(kind, (), steps[-1])
        return None

    def arguments(self, call: Node) -> list[Node]:
        holder = call.child("arguments")
        if holder is None:
            return []
        return [kid for kid in holder.kids if kid.type != "comment"]

    def is_base(self, node: Node) -> bool:
        parent = node.parent
        if parent is None:
            return False
        if parent.type in ("member_expression", "subscript_expression"):
            return node.field == "object"
        return (
            parent.type == "call_expression"
            and node.field == "function"
            and node.type in ("member_expression", "subscript_expression", "non_null_expression")
        )

    def step(self, node: Node) -> Path:
        if node.type == "call_expression":
            return ("()",)
        if node.type == "subscript_expression":
            key = self.key(node.child("index"))
            return (key if key is not None else "*",)
        name = node.child("property")
        return (name.text if name is not None else "*",)

    def path(self, node: Node) -> Path | None:
        steps: list[str] = []
        node = self.unwrap(node)
        while True:
            if node.type in ("member_expression", "subscript_expression"):
                steps.extend(self.step(node))
                base = node.child("object")
            elif node.type == "call_expression":
                base = node.child("function")
                inner = self.unwrap(base) if base is not None else None
                if inner is None or inner.type not in ("member_expression", "subscript_expression"):
                    break
                steps.append("()")
            else:
                break
            if base is None:
                return None
            node = self.unwrap(base)
        if node.type in ("identifier", "this", "super", "shorthand_property_identifier"):
            root = node.text
        elif node.type in self.calls:
            root = f"@{node.start}"
        else:
            return None
        return fold((root, *reversed(steps)))

    def literal(self, node: Node) -> str | None:
        node = self.unwrap(node)
        if node.type not in ("string", "template_string"):
            return None
        pieces = self.pieces(node)
        if any(not isinstance(piece, str) for piece in pieces):
            return None
        return "".join(piece for piece in pieces if isinstance(piece, str))

    def pieces(self, node: Node) -> list[Piece]:
        node = self.unwrap(node)
        if node.type == "binary_expression":
            operator = node.child("operator")
            if operator is not None and operator.text == "+":
                return join(
                    piece for kid in node.kids if kid.field in ("left", "right") for piece in self.pieces(kid)
                )
        if node.type == "call_expression":
            chained = self._concat(node)
            if chained is not None:
                return chained
        if node.type in ("string", "template_string"):
            if node.source.is_open(node.start, node.end):
                return _filled(node)
            joined = join(self._quoted(kid) for kid in node.kids)
            return [js_whole(piece) if isinstance(piece, str) else piece for piece in joined]
        return [node]

    def _concat(self, node: Node) -> list[Piece] | None:
        function = node.child("function")
        if function is None or function.type != "member_expression":
            return None
        base, name = function.child("object"), function.child("property")
        if base is None or name is None or name.text != "concat" or base.type != "string":
            return None
        return join(piece for part in (base, *self.arguments(node)) for piece in self.pieces(part))

    def _quoted(self, node: Node) -> Piece:
        if node.type == "string_fragment":
            return node.text
        if node.type == "escape_sequence":
            return js_escape(node.text)
        return self.unwrap(node.kids[0]) if node.type == "template_substitution" and node.kids else node

    def entries(self, node: Node) -> list[tuple[Node | None, Node]] | None:
        node = self.unwrap(node)
        if node.type not in ("object", "array"):
            return None
        found: list[tuple[Node | None, Node]] = []
        for item in node.kids:
            if item.type == "comment":
                continue
            if node.type == "array":
                found.append((None, item))
            elif item.type == "pair":
                key, value = item.child("key"), item.child("value")
                if key is not None and value is not None:
                    found.append((key, value))
            elif item.type == "method_definition":
                found.append((item.child("name"), item))
            else:
                found.append((item, item))
        return found

    def key(self, node: Node | None) -> str | None:
        if node is not None and node.type == "shorthand_property_identifier":
            return node.text
        if node is not None and node.type == "computed_property_name" and node.kids:
            return self.literal(node.kids[0])
        return super().key(node)

    def scalar(self, node: Node) -> Json:
        sign = 1
        if node.type == "unary_expression" and node.text.startswith("-") and node.kids:
            sign, node = -1, node.kids[-1]
        if node.type == "number":
            return sign * number(node.text.removesuffix("n"))
        return {"true": True, "false": False, "null": None}[node.text if sign == 1 else ""]

    def parameters(self, function: Node) -> list[Path]:
        single = function.child("parameter")
        holder = function.child("parameters")
        nodes = [single] if single is not None else (holder.kids if holder is not None else [])
        found: list[Path] = []
        for parameter in nodes:
            if parameter.type == "comment":
                continue
            target = parameter.child("pattern") or parameter.child("left") or parameter
            if target.type == "assignment_pattern":
                target = target.child("left") or target
            found.append((_pattern_name(target),))
        return found

    def pattern_names(self, function: Node) -> list[str]:
        holder = function.child("parameters")
        if holder is None:
            return []
        return [name for kid in holder.kids for name in bound_names(kid.child("pattern") or kid)]

    def class_names(self, node: Node) -> tuple[str, str]:
        name = node.child("name")
        heritage = next((kid for kid in node.kids if kid.type == "class_heritage"), None)
        parents = [kid for kid in heritage.walk() if kid.type == "identifier"] if heritage is not None else []
        return name.text if name is not None else "", parents[0].text if parents else ""

    def bound(self, pattern: Node) -> list[str]:
        if pattern.type not in ("object_pattern", "array_pattern"):
            return []
        return bound_names(pattern)

    def is_declaration(self, node: Node, parent: Node) -> bool:
        if parent.type == "for_in_statement":
            return node.field == "left"
        if parent.type == "arrow_function":
            return node.field == "parameter"
        return node.field == "name" or parent.type in (
            "required_parameter",
            "optional_parameter",
            "formal_parameters",
            "rest_pattern",
            "pair_pattern",
            "array_pattern",
            "object_pattern",
            "import_specifier",
            "import_clause",
            "namespace_import",
            "catch_clause",
        )

    def is_invoked(self, function: Node) -> bool:
        current, parent = function, function.parent
        while parent is not None and parent.type in self.transparent:
            current, parent = parent, parent.parent
        return parent is not None and parent.type == "call_expression" and current.field == "function"

    def function_name(self, function: Node) -> str:
        name = function.child("name")
        if name is not None:
            return name.text
        parent = function.parent
        while parent is not None and parent.type in self.transparent:
            parent = parent.parent
        if parent is None:
            return ""
        if parent.type == "call_expression" or parent.type == "arguments":
            return ""
        if parent.type == "pair":
            return self.key(parent.child("key")) or ""
        if parent.type in self.assignments:
            left = parent.child("left") or parent.child("name") or parent.child("property")
            path = self.path(left) if left is not None else None
            if path is not None:
                return path[-1]
            return left.text if left is not None and left.type == "property_identifier" else ""
        return ""

    def loop_parts(self, loop: Node) -> tuple[Node | None, Node | None, list[Node]]:
        if loop.type != "for_in_statement":
            return loop.child("condition"), None, []
        left = loop.child("left")
        return None, loop.child("right"), [left] if left is not None else []

    def is_test_call(self, callee: Callee) -> bool:
        return callee.name in ("isArray", "hasOwnProperty", "Boolean")


def bound_names(pattern: Node) -> list[str]:
    """Return the names that a destructuring pattern binds."""
    kinds = ("identifier", "shorthand_property_identifier_pattern")
    names = []
    for node in pattern.walk():
        if node.type not in kinds or node.field == "type":
            continue
        parent = node.parent
        if parent is not None and (
            parent.type in ("type_annotation", "type_identifier", "generic_type")
            or (parent.type == "assignment_pattern" and node.field == "right")
            or (parent.type == "object_assignment_pattern" and node.field == "right")
        ):
            continue
        names.append(node.text)
    return names


def _pattern_name(node: Node) -> str:
    if node.type in ("identifier", "this"):
        return node.text
    if node.type == "rest_pattern" and node.kids:
        return node.kids[0].text
    return "{}"


def _filled(node: Node) -> list[Piece]:
    """Return the pieces of a string into which a template writes: the string node stands for each hole."""
    pieces: list[Piece] = []
    position, end = node.start + 1, node.end - 1
    for start, stop in node.source.holes:
        if stop <= position or start >= end:
            continue
        if start > position:
            pieces.append(node.source.data[position:start].decode("utf-8", "replace"))
        pieces.append(node)
        position = stop
    if position < end:
        pieces.append(node.source.data[position:end].decode("utf-8", "replace"))
    return pieces
