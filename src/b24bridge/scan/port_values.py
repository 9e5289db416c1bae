"""What expressions of old code mean without running it: constants of the file and of its project.

Only what is written out counts: numbers, texts, arrays, other constants, texts joined together, and sums and
products of whole numbers. A constant that holds a secret is not told.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from b24bridge.scan.facts import Facts, Write
from b24bridge.scan.javascript import JavaScript
from b24bridge.scan.model import FileReport
from b24bridge.scan.parsed import parse_file
from b24bridge.scan.php import Php
from b24bridge.scan.source import MAX_BYTES, Found, decode, find
from b24bridge.scan.tree import Node, Text, parse
from b24bridge.wire.call import Json
from b24bridge.wire.secrets import redact

__all__ = ["UNKNOWN", "Constant", "Constants", "constants_in", "constants_of"]

UNKNOWN: Final[Any] = object()
_DEPTH = 8
_ROUNDS = 4
_PHP, _JAVASCRIPT = Php(), JavaScript()
# PHP's manual, "Predefined constants"; the end of a line is that of a server on Linux.
_PREDEFINED: Final[Mapping[str, Json]] = {"PHP_EOL": "\n", "PHP_INT_MAX": 2**63 - 1, "PHP_INT_MIN": -(2**63)}
_PHP_NAME = re.compile(r"\\?(?:[\w\\]+::)?[^\W\d]\w*")
_JS_NAME = re.compile(r"[^\W\d]\w*(?:\.[^\W\d]\w*)*")
_WORD = re.compile(r"[^\W\d]\w*")
_CLASSES = ("class_declaration", "interface_declaration", "trait_declaration", "enum_declaration")
_OPERATORS: Final = {"+": int.__add__, "-": int.__sub__, "*": int.__mul__}


@dataclass(frozen=True, slots=True)
class Constant:
    """A constant whose value is written out.

    Attributes:
        written: How the old code names it, such as ``Config::FIELDS``.
        value: Its value.
        place: File and line of its definition.
    """

    written: str
    value: Json
    place: str

    @property
    def name(self) -> str:
        """Return a name for Python."""
        words = re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", re.sub(r"\W+", "_", self.written)).strip("_")
        return words.upper()


@dataclass(frozen=True, slots=True)
class _Definition:
    cls: str
    name: str
    node: Node
    place: str


@dataclass(slots=True)
class Constants:
    """The constants that a file may use.

    Attributes:
        is_php: Whether the file is PHP.
        definitions: Definitions by name, those of the file itself first.
        aliases: Names of imported constants in their own file, by the name in this one.
    """

    is_php: bool
    definitions: dict[str, list[_Definition]] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)

    def constant(self, code: str, scope: str = "") -> Constant | None:
        """Return the constant that an expression is, None if the project defines none or not its plain value.

        Args:
            code: The expression.
            scope: Class and function around it, as a finding has it.
        """
        if not self.is_name(code):
            return None
        value, place = self._named(code, scope, _DEPTH)
        # One of the language itself has no place and needs no name.
        return Constant(self._full(code, scope), value, place) if place else None

    def value(self, code: str, scope: str = "") -> Json:
        """Return what an expression holds, or ``UNKNOWN``."""
        node = _expression(code, is_php=self.is_php)
        return UNKNOWN if node is None else self._value(node, scope, _DEPTH)

    def encoded(self, code: str, encoders: Collection[str]) -> Json:
        """Return what a function makes a request body of, as a scan notes it; None for other code.

        Args:
            code: The expression.
            encoders: Names of such functions.
        """
        node = _expression(code, is_php=self.is_php)
        if node is None:
            return None
        dialect = _PHP if self.is_php else _JAVASCRIPT
        node = dialect.unwrap(node)
        callee = dialect.callee(node) if node.type in dialect.calls else None
        if callee is None or callee.name not in encoders:
            return None
        arguments = dialect.arguments(node)
        return dialect.value(arguments[0]) if arguments else None

    def is_name(self, code: str) -> bool:
        """Return whether an expression is written like a constant."""
        return (_PHP_NAME if self.is_php else _JS_NAME).fullmatch(code) is not None

    def why_unknown(self, code: str, scope: str = "") -> str:
        """Say why the value of a constant is not known; empty if the expression is no constant at all."""
        if not self.is_php or not self.is_name(code):
            return ""
        found = self._found(code, scope)
        if not found:
            return "a constant that the scanned files do not define"
        places = ", ".join(definition.place for definition in found)
        return f"a constant that is not a plain value, or not always the same: {places}"

    def _full(self, code: str, scope: str) -> str:
        first, colons, name = code.rpartition("::")
        if colons and first.lower() in ("self", "static"):
            return f"{scope.rpartition('::')[0] or first}::{name}"
        return code.rsplit("\\", 1)[-1]

    def _found(self, code: str, scope: str) -> Sequence[_Definition]:
        cls, _, name = self._full(code, scope).rpartition("::")
        named = self.definitions.get(self.aliases.get(name, name), [])
        if not cls:
            return [definition for definition in named if not definition.cls]
        own = [definition for definition in named if definition.cls.lower() == cls.lower()]
        # Else it is inherited, if just one class has it.
        of_classes = [definition for definition in named if definition.cls]
        return own or (of_classes if len({one.cls for one in of_classes}) == 1 else [])

    def _named(self, code: str, scope: str, depth: int) -> tuple[Json, str]:
        if self.is_php and code in _PREDEFINED:
            return _PREDEFINED[code], ""
        base, *keys = [code] if self.is_php else code.split(".")
        found = self._found(base, scope)
        values = [self._value(one.node, f"{one.cls}::", depth - 1) for one in found]
        if not values or any(value is UNKNOWN or value != values[0] for value in values):
            return UNKNOWN, ""
        value = values[0]
        for key in keys:
            value = value.get(key, UNKNOWN) if isinstance(value, dict) else UNKNOWN
        is_secret = value is not UNKNOWN and redact({code: value}) != {code: value}
        return (UNKNOWN, "") if is_secret or value is UNKNOWN else (value, found[0].place)

    def _value(self, node: Node, scope: str, depth: int) -> Json:
        if depth <= 0:
            return UNKNOWN
        dialect = _PHP if self.is_php else _JAVASCRIPT
        node = dialect.unwrap(node)
        if self.is_name(node.text) and node.type not in ("true", "false", "null", "boolean"):
            return self._named(node.text, scope, depth)[0]
        operator = node.child("operator")
        if node.type == "binary_expression" and operator is not None and operator.text in _OPERATORS:
            left, right = (self._part(node, side, scope, depth) for side in ("left", "right"))
            if type(left) is int and type(right) is int:
                return _OPERATORS[operator.text](left, right)
        pieces = dialect.pieces(node)
        if pieces != [node]:
            return self._text(pieces, scope, depth)
        return self._filled(dialect.value(node), scope, depth)

    def _part(self, node: Node, side: str, scope: str, depth: int) -> Json:
        part = node.child(side)
        return UNKNOWN if part is None else self._value(part, scope, depth - 1)

    def _text(self, pieces: Iterable[str | Node], scope: str, depth: int) -> Json:
        told = [p if isinstance(p, str) else self._value(p, scope, depth - 1) for p in pieces]
        if all(isinstance(piece, str) or type(piece) is int for piece in told):
            return "".join(str(piece) for piece in told)
        return UNKNOWN

    def _filled(self, value: Json, scope: str, depth: int) -> Json:
        """Return a value with the expressions inside it made values, or ``UNKNOWN`` if one stays."""
        if isinstance(value, list):
            filled = [self._filled(item, scope, depth) for item in value]
            return UNKNOWN if any(item is UNKNOWN for item in filled) else filled
        if not isinstance(value, dict):
            return value
        if set(value) == {"$code"}:
            node = _expression(str(value["$code"]), is_php=self.is_php)
            return UNKNOWN if node is None else self._value(node, scope, depth - 1)
        found: dict[str, Json] = {}
        for key, item in value.items():
            name = self.key(key, scope)
            inner = self._filled(item, scope, depth)
            if name is None or inner is UNKNOWN:
                return UNKNOWN
            found[name] = inner
        return found

    def key(self, key: str, scope: str = "") -> str | None:
        """Return the text of a key of noted parameters, None for an expression that is not known."""
        if not key.startswith("$code:"):
            return key
        code = key.removeprefix("$code:")
        if not self.is_php and code.startswith("["):
            code = code[1:-1]  # a computed key
        value = self.value(code, scope)
        return str(value) if isinstance(value, str) or type(value) is int else None


def constants_of(root: Path, report: FileReport) -> Constants:
    """Return the constants of a scanned file and, as far as it uses them, of the files around it.

    PHP sees every constant of the project; JavaScript those of the file and what it imports.

    Args:
        root: Folder that was scanned, or the file.
        report: The file.
    """
    files = {file.path: file for file in find(root)}
    own = files.get(report.path)
    if own is None:
        return Constants(is_php=report.language == "php")
    found = constants_in(report.path, report.language, _read(own))
    others = [file for file in files.values() if file is not own]
    if not found.is_php:
        others = [file for file in others if file.path in report.imports]
    seen: set[str] = set()
    wanted = set(_wanted(finding.params for finding in report.findings))
    for _ in range(_ROUNDS):
        wanted |= {found.aliases.get(name, name) for name in wanted}
        wanted |= {word for name in wanted for one in found.definitions.get(name, ()) for word in _words(one)}
        wanted -= seen
        if not wanted:
            break
        for file in others:
            _take(found, file, wanted)
        seen |= wanted
    return found


def constants_in(path: str, language: str, data: bytes) -> Constants:
    """Return the constants of one file, taken by itself.

    Args:
        path: Its name, for the places.
        language: Its language.
        data: Its bytes.
    """
    found = Constants(is_php=language == "php")
    for facts in parse_file(path, language, decode(data)).blocks:
        if isinstance(facts.dialect, Php) is not found.is_php:
            continue
        if not found.is_php:
            found.aliases.update(_imported(facts.root))
        for one in _defined(facts, path):
            found.definitions.setdefault(one.name, []).append(one)
    return found


def _take(found: Constants, file: Found, wanted: set[str]) -> None:
    """Add the wanted definitions of another file."""
    if (file.language == "php") is not found.is_php:
        return
    data = _read(file)
    if (b"const" not in data and b"define" not in data) or not any(name.encode() in data for name in wanted):
        return
    for name, definitions in constants_in(file.path, file.language, data).definitions.items():
        if name in wanted:
            found.definitions.setdefault(name, []).extend(definitions)


def _read(file: Found) -> bytes:
    try:
        return file.place.read_bytes() if file.place.stat().st_size <= MAX_BYTES else b""
    except OSError:
        return b""  # the scan has told of it


def _wanted(values: Iterable[Json]) -> Iterator[str]:
    for value in values:
        if isinstance(value, dict):
            for key, item in value.items():
                if key.startswith("$code"):
                    yield from _WORD.findall(key.removeprefix("$code"))
                yield from _WORD.findall(str(item)) if key == "$code" else _wanted([item])
        elif isinstance(value, list):
            yield from _wanted(value)


def _words(definition: _Definition) -> Iterable[str]:
    return _WORD.findall(definition.node.text)


def _expression(code: str, *, is_php: bool) -> Node | None:
    """Return the parsed expression, None if it is not whole."""
    before, after = ("<?php ", ";") if is_php else ("(", ")")
    root, broken = parse("php" if is_php else "javascript", Text(f"{before}{code}{after}".encode()))
    statement = next((node for node in root.walk() if node.type == "expression_statement"), None)
    return None if broken or statement is None or not statement.kids else statement.kids[0]


def _defined(facts: Facts, path: str) -> Iterator[_Definition]:
    for node in facts.imports:
        if node.type == "const_element" and len(node.kids) > 1:
            yield _Definition(_class_of(node), node.kids[0].text, node.kids[-1], f"{path}:{node.line}")
    for call in facts.calls:
        if call.callee.kind == "function" and call.callee.name.lower() == "define" and len(call.args) > 1:
            name = facts.dialect.literal(call.args[0])
            if name is not None:
                yield _Definition("", name, call.args[1], f"{path}:{call.node.line}")
    if isinstance(facts.dialect, JavaScript):
        for write in facts.writes:
            if write.value is not None and _is_constant(facts, write):
                yield _Definition("", write.path[0], write.value, f"{path}:{write.node.line}")


def _class_of(node: Node) -> str:
    around = node.parent
    while around is not None:
        name = around.child("name")
        if name is not None and around.type in _CLASSES:
            return name.text
        around = around.parent
    return ""


def _is_constant(facts: Facts, write: Write) -> bool:
    """Return whether a variable of a script is a ``const`` at the top, and nothing else has its name."""
    name = write.path[0]
    declaration = write.node.parent.parent if write.node.parent is not None else None
    return (
        write.scope is facts.top
        and declaration is not None
        and declaration.type == "lexical_declaration"
        and declaration.text.startswith("const")
        and len(facts.writes_to(name)) == 1
        and not any(name in scope.params or name in scope.pattern_names for scope in facts.scopes)
    )


def _imported(root: Node) -> Iterator[tuple[str, str]]:
    for node in root.walk():
        if node.type == "import_specifier":
            name, alias = node.child("name"), node.child("alias")
            if name is not None and alias is not None:
                yield alias.text, name.text
