"""bx24.js as a file: its size, and a syntax that old browsers read."""

from __future__ import annotations

from pathlib import Path

import tree_sitter_javascript
from tree_sitter import Language, Node, Parser

BX24_JS = Path(__file__).parents[2] / "src/b24bridge/gateway/static/bx24.js"
# Node types of the grammar that came after ECMAScript 5.
LATER = {
    *("arrow_function", "lexical_declaration", "template_string", "class_declaration", "class", "for_of"),
    *(
        "spread_element",
        "rest_pattern",
        "object_pattern",
        "array_pattern",
        "assignment_pattern",
        "yield_expression",
    ),
    *("generator_function", "generator_function_declaration", "await_expression", "import_statement"),
    *("export_statement", "optional_chain", "method_definition", "shorthand_property_identifier"),
    *("computed_property_name", "async", "meta_property", "field_definition", "object_assignment_pattern"),
    *("??", "**", "??=", "||=", "&&=", "**=", "of", "let", "const", "ERROR"),
}


def _types(node: Node) -> set[str]:
    found = {node.type}
    for child in node.children:
        found |= _types(child)
    return found


def test_the_script_is_ecmascript_5() -> None:
    """The syntax tree holds nothing that came after ECMAScript 5, and no error."""
    parser = Parser(Language(tree_sitter_javascript.language()))

    tree = parser.parse(BX24_JS.read_bytes())

    assert set() == _types(tree.root_node) & LATER
    assert not tree.root_node.has_error


def test_the_check_of_the_syntax_sees_what_is_later() -> None:
    """Each of some later constructs is found by the same check."""
    parser = Parser(Language(tree_sitter_javascript.language()))
    later = [
        "let a;",
        "const a = 1;",
        "a => a",
        "`a`",
        "class A {}",
        "f(...a)",
        "a ?? b",
        "a?.b",
        "({a})",
        "for (a of b) {}",
    ]

    assert [] == [code for code in later if not _types(parser.parse(code.encode()).root_node) & LATER]


def test_the_script_stays_under_forty_kilobytes() -> None:
    """The script is small enough to be served as it is."""
    assert BX24_JS.stat().st_size < 40_000
