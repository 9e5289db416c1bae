"""Answers for PHP (tree-sitter-php)."""

from __future__ import annotations

import re
from typing import ClassVar

from b24bridge.scan.dialect import Callee, Dialect, Path, Piece, join, number
from b24bridge.scan.texts import heredoc, php_escape, php_whole
from b24bridge.scan.tree import Node
from b24bridge.wire.call import Json

__all__ = ["Php"]

_GREATEST = 2**63 - 1
_MEMBER_CALLS = ("member_call_expression", "nullsafe_member_call_expression")
_MEMBERS = ("member_access_expression", "nullsafe_member_access_expression")


def last_name(text: str) -> str:
    """Return the last part of a qualified name."""
    return text.rsplit("\\", 1)[-1]


class Php(Dialect):
    """PHP."""

    calls: ClassVar = frozenset(
        {"function_call_expression", "scoped_call_expression", *_MEMBER_CALLS, "object_creation_expression"}
    )
    functions: ClassVar = frozenset(
        {
            "function_definition",
            "method_declaration",
            "anonymous_function",
            "anonymous_function_creation_expression",
            "arrow_function",
        }
    )
    classes: ClassVar = frozenset(
        {"class_declaration", "trait_declaration", "enum_declaration", "anonymous_class"}
    )
    loops: ClassVar = {
        "foreach_statement": "foreach",
        "for_statement": "for",
        "while_statement": "while",
        "do_statement": "do",
    }
    conditionals: ClassVar = {
        "if_statement": "condition",
        "else_if_clause": "condition",
        "conditional_expression": "condition",
        "switch_statement": "condition",
        "match_expression": "condition",
        "match_conditional_expression": "conditional_expressions",
    }
    statements_with_condition: ClassVar = frozenset({"if_statement", "else_if_clause", "switch_statement"})
    comparisons: ClassVar = frozenset(
        ["==", "===", "!=", "!==", "<>", "<", ">", "<=", ">=", "&&", "||", "and", "or", "xor", "instanceof"],
    )
    assignments: ClassVar = frozenset(
        {"assignment_expression", "augmented_assignment_expression", "reference_assignment_expression"}
    )
    transparent: ClassVar = frozenset(
        {"parenthesized_expression", "error_suppression_expression", "cast_expression", "clone_expression"}
    )
    statements: ClassVar = frozenset({"expression_statement"})
    returns: ClassVar = frozenset({"return_statement", "yield_expression"})
    iterators: ClassVar = frozenset(
        {"array_map", "array_walk", "array_filter", "array_reduce", "each", "map"}
    )
    comments: ClassVar = frozenset({"comment"})
    collections: ClassVar = frozenset({"array_creation_expression"})
    string_types: ClassVar = frozenset({"string", "encapsed_string", "heredoc", "nowdoc"})
    import_types: ClassVar = frozenset(
        {
            "namespace_use_clause",
            "require_expression",
            "require_once_expression",
            "include_expression",
            "include_once_expression",
            "property_element",
            "const_element",
        }
    )
    path_types: ClassVar = frozenset(
        {
            "variable_name",
            "subscript_expression",
            "scoped_property_access_expression",
            "function_call_expression",
            "scoped_call_expression",
            *_MEMBERS,
            *_MEMBER_CALLS,
        }
    )

    def callee(self, call: Node) -> Callee | None:
        if call.type == "function_call_expression":
            function = call.child("function")
            if function is None:
                return None
            if function.type in ("name", "qualified_name"):
                return Callee("function", (), last_name(function.text))
            if function.type == "variable_name":
                return Callee("function", (), function.text)
            held = self.path(function) if function.type == "parenthesized_expression" else None
            if held is not None and len(held) > 1:
                # ($this->send)(...): a function that a property holds.
                return Callee("method", held[:-1], held[-1])
            return None
        if call.type == "object_creation_expression":
            name = next((k for k in call.kids if k.type in ("name", "qualified_name")), None)
            return Callee("new", (), last_name(name.text)) if name is not None else None
        member = call.child("name")
        if member is None or member.type != "name":
            return None
        if call.type == "scoped_call_expression":
            scope = call.child("scope")
            if scope is None:
                return None
            if scope.type in ("name", "qualified_name", "relative_scope"):
                return Callee("static", (last_name(scope.text),), member.text)
            return Callee("static", self.path(scope) or (), member.text)
        target = call.child("object")
        return Callee("method", (self.path(target) or ()) if target is not None else (), member.text)

    def arguments(self, call: Node) -> list[Node]:
        holder = next((kid for kid in call.kids if kid.type == "arguments"), None)
        if holder is None:
            return []
        found: list[Node] = []
        for argument in holder.kids:
            if argument.type == "argument" and argument.kids:
                found.append(argument.kids[-1])
            elif argument.type == "variadic_unpacking":
                found.append(argument)
        return found

    def is_base(self, node: Node) -> bool:
        parent = node.parent
        if parent is None:
            return False
        if parent.type == "subscript_expression":
            return parent.kids[0] is node
        return parent.type in (*_MEMBERS, *_MEMBER_CALLS) and node.field == "object"

    def step(self, node: Node) -> Path:
        if node.type == "subscript_expression":
            if len(node.kids) < 2:
                return ("[]",)
            key = self.key(node.kids[1])
            return (key if key is not None else "*",)
        name = node.child("name")
        text = name.text if name is not None and name.type == "name" else "*"
        return (text + "()",) if node.type in _MEMBER_CALLS else (text,)

    def path(self, node: Node) -> Path | None:
        steps: list[Path] = []
        node = self.unwrap(node)
        while node.type == "subscript_expression" or node.type in (*_MEMBERS, *_MEMBER_CALLS):
            steps.append(self.step(node))
            base = node.kids[0] if node.type == "subscript_expression" else node.child("object")
            if base is None:
                return None
            node = self.unwrap(base)
        root: Path
        if node.type == "variable_name":
            root = (node.text,)
        elif node.type == "scoped_property_access_expression":
            name = node.child("name")
            root = (node.kids[0].text, name.text if name is not None else "*")
        elif node.type in self.calls:
            root = (f"@{node.start}",)
        else:
            return None
        return root + tuple(key for step in reversed(steps) for key in step)

    def literal(self, node: Node) -> str | None:
        node = self.unwrap(node)
        if node.type not in ("string", "encapsed_string", "heredoc", "nowdoc"):
            return None
        pieces = self.pieces(node)
        if len(pieces) > 1 or (pieces and not isinstance(pieces[0], str)):
            return None
        return "".join(piece for piece in pieces if isinstance(piece, str))

    def pieces(self, node: Node) -> list[Piece]:
        node = self.unwrap(node)
        if node.type == "binary_expression":
            operator = node.child("operator")
            if operator is not None and operator.text == ".":
                return join(
                    piece for kid in node.kids if kid.field in ("left", "right") for piece in self.pieces(kid)
                )
        if node.type == "string":
            return [re.sub(r"\\([\\'])", r"\1", node.text[1:-1].removeprefix("'"))]
        if node.type in ("encapsed_string", "heredoc", "nowdoc"):
            kids = node.kids if node.type == "encapsed_string" else heredoc(node)
            return [php_whole(p) if isinstance(p, str) else p for p in join(_quoted(kid) for kid in kids)]
        return [node]

    def entries(self, node: Node) -> list[tuple[Node | None, Node]] | None:
        node = self.unwrap(node)
        if node.type != "array_creation_expression":
            return None
        found: list[tuple[Node | None, Node]] = []
        for element in node.kids:
            if element.type != "array_element_initializer" or not element.kids:
                continue
            key = element.kids[0] if len(element.kids) > 1 else None
            found.append((key, element.kids[-1]))
        return found

    def scalar(self, node: Node) -> Json:
        sign = 1
        if node.type == "unary_op_expression" and node.text.startswith("-") and node.kids:
            sign, node = -1, node.kids[-1]
        if node.type in ("integer", "float"):
            value = number(node.text)
            # PHP's manual, "Integers": what does not fit into 64 bits is a float.
            return sign * (float(value) if value > _GREATEST else value)
        return {"true": True, "false": False, "null": None}[node.text.lower() if sign == 1 else ""]

    def parameters(self, function: Node) -> list[Path]:
        holder = function.child("parameters")
        if holder is None:
            return []
        names = (parameter.child("name") for parameter in holder.kids if parameter.type != "comment")
        return [(name.text,) for name in names if name is not None]

    def function_name(self, function: Node) -> str:
        name = function.child("name")
        if name is not None:
            return name.text
        parent = function.parent
        if parent is not None and parent.type == "assignment_expression":
            left = parent.child("left")
            if left is None:
                return ""
            path = self.path(left) if left.type == "member_access_expression" else None
            return path[-1] if path is not None else left.text
        return ""

    def loop_parts(self, loop: Node) -> tuple[Node | None, Node | None, list[Node]]:
        if loop.type != "foreach_statement":
            return loop.child("condition"), None, []
        heads = [kid for kid in loop.kids if kid.field != "body" and kid.type != "comment"]
        if not heads:
            return None, None, []
        names: list[Node] = []
        for head in heads[1:]:
            names += head.kids if head.type == "pair" else [head]
        return None, heads[0], names

    def class_names(self, node: Node) -> tuple[str, str]:
        name = node.child("name")
        base = next((kid for kid in node.kids if kid.type == "base_clause"), None)
        return (
            name.text if name is not None else "",
            last_name(base.kids[0].text) if base is not None and base.kids else "",
        )

    def bound(self, pattern: Node) -> list[str]:
        if pattern.type not in ("list_literal", "array_creation_expression", "by_ref"):
            return []
        return [node.text for node in pattern.walk() if node.type == "variable_name"]

    def pattern_names(self, function: Node) -> list[str]:
        return []

    def is_declaration(self, node: Node, parent: Node) -> bool:
        if parent.type == "scoped_property_access_expression":
            return True
        if parent.type == "foreach_statement":
            return node.field != "body" and parent.kids[0] is not node
        return parent.type in (
            "simple_parameter",
            "variadic_parameter",
            "property_promotion_parameter",
            "property_element",
            "anonymous_function_use_clause",
            "pair",
            "list_literal",
            "global_declaration",
        )

    def is_invoked(self, function: Node) -> bool:
        parent = function.parent
        return (
            parent is not None
            and parent.type == "parenthesized_expression"
            and parent.parent is not None
            and parent.parent.type == "function_call_expression"
        )

    def is_test_call(self, callee: Callee) -> bool:
        return callee.kind == "function" and callee.name.lower() in (
            "isset",
            "empty",
            "array_key_exists",
            "is_array",
            "is_null",
            "in_array",
            "assert",
        )


def _quoted(piece: Piece) -> Piece:
    if isinstance(piece, str):
        return piece
    if piece.type == "string_content":
        return piece.text
    return php_escape(piece.text) if piece.type == "escape_sequence" else piece
