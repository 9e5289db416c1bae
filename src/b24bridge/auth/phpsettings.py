"""The constants of CRest's ``settings.php``, read without running PHP.

Understood are ``define('NAME', value);`` and ``const NAME = value;`` with texts, numbers, ``true``,
``false``, ``null``, ``__DIR__``, ``dirname()``, other constants, and these joined by dots; ``defined()``
decides which branch counts. Everything else is skipped, but a constant of CRest that cannot be read is an
error.
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path, PurePosixPath
from typing import TypeAlias

from b24bridge.auth.phptokens import PhpToken, tokens
from b24bridge.errors import ConfigError

__all__ = ["PhpValue", "read_constants"]

PhpValue: TypeAlias = str | int | float | bool | None

_OPENING = {"(": ")", "[": "]", "{": "}"}
_WORDS: dict[str, PhpValue] = {"true": True, "false": False, "null": None}
_PREFIX = "C_REST_"


def read_constants(path: str | Path, *, given: Collection[str] = ()) -> dict[str, PhpValue]:
    """Return the constants that a PHP file defines, the first definition of each as in PHP.

    Args:
        path: The file.
        given: Names whose values the caller has: they are not read.

    Raises:
        ConfigError: The file cannot be read, is no PHP or is broken, or the value of a constant of CRest
            can only be known by running it; the text names the line.
    """
    file = Path(path)
    try:
        source = file.read_bytes().decode("utf-8-sig", "surrogateescape")
    except OSError as exc:
        raise ConfigError(
            f"{file.name} cannot be read: {exc.strerror}.", remedy="Check path and rights."
        ) from exc
    found = list(tokens(source, file.name))
    if not found and "<?" not in source:
        raise ConfigError(
            f"{file.name} is no PHP file: it has no <?php.", remedy="Name CRest's settings.php."
        )
    reader = _Reader(found, file.resolve(), frozenset(given))
    reader.statements(is_taken=True)
    return reader.constants


class _Unreadable(Exception):
    """The value of an expression is known to PHP only."""


class _Reader:
    """Walks through the statements of a file and notes the constants.

    In every method ``is_taken`` says whether PHP would run the statement: True, False, or None for nobody
    knows without running it.
    """

    def __init__(self, found: list[PhpToken], file: Path, given: frozenset[str]) -> None:
        self.constants: dict[str, PhpValue] = {}
        self._tokens = found
        self._at = 0
        self._file = file
        self._given = given
        self._own: dict[str, PhpValue] = {
            "__DIR__": str(file.parent),
            "__FILE__": str(file),
            "PHP_EOL": "\n",
            "DIRECTORY_SEPARATOR": "/",
        }

    def statements(self, *, is_taken: bool | None, until: tuple[str, ...] = ()) -> None:
        """Read statements to the end of the file, or to a closing brace or word, which is left."""
        while self._at < len(self._tokens):
            token = self._tokens[self._at]
            if until and (token.is_word(*until) or (token.text in until and token.kind == "mark")):
                return
            self._statement(is_taken)
        if until:
            raise self._error("the file ends inside a block", self._last_line(), "Close every { with }.")

    def _statement(self, is_taken: bool | None) -> None:
        token = self._take()
        if token.is_mark("{"):
            self._block(is_taken)
        elif token.is_word("if"):
            self._if(is_taken)
        elif token.is_word("try", "finally"):
            self._body(is_taken)
        elif token.is_word("for", "foreach", "while", "switch", "catch", "declare"):
            if self._peek_mark("("):
                self._take()
                self._skip_to(")")
            self._body(None if is_taken else is_taken)
        elif token.is_word("function", "class", "interface", "trait", "enum", "abstract", "final"):
            self._skip_declaration()
        elif token.is_word("const"):
            self._const(is_taken)
        elif not token.is_mark(";"):
            self._at -= 1
            self._expression(is_taken)

    def _block(self, is_taken: bool | None) -> None:
        self.statements(is_taken=is_taken, until=("}",))
        self._take()

    def _body(self, is_taken: bool | None) -> None:
        if self._peek_mark("{"):
            self._take()
            self._block(is_taken)
        elif not self._peek_mark(";"):
            self._statement(is_taken)

    def _if(self, is_taken: bool | None) -> None:
        """Read an ``if`` with its branches; at most one of them is taken."""
        is_open: bool | None = is_taken
        while True:
            truth = self._condition()
            self._branch(_both(is_open, truth))
            is_open = _both(is_open, None if truth is None else not truth)
            if self._peek_word("elseif"):
                self._take()
                continue
            if not self._peek_word("else"):
                break
            self._take()
            if self._peek_word("if"):
                self._take()
                continue
            self._branch(is_open)
            break
        if self._peek_word("endif"):
            self._take()

    def _branch(self, is_taken: bool | None) -> None:
        if self._peek_mark(":"):
            self._take()
            self.statements(is_taken=is_taken, until=("elseif", "else", "endif"))
        elif self._peek_mark(";"):
            self._take()
        else:
            self._body(is_taken)

    def _condition(self) -> bool | None:
        opening = self._take()
        if not opening.is_mark("("):
            raise self._error("an if has no condition", opening.line)
        condition = self._skip_to(")")
        return self._truth(condition)

    def _truth(self, condition: list[PhpToken]) -> bool | None:
        """Return what is known of ``defined('X')``, its negation, and plain true and false."""
        if condition and condition[0].is_mark("!"):
            truth = self._truth(condition[1:])
            return None if truth is None else not truth
        if len(condition) == 4 and condition[0].is_word("defined") and condition[2].kind == "text":
            return condition[2].text in self.constants
        if len(condition) == 1 and condition[0].is_word("true", "false"):
            return condition[0].is_word("true")
        return None

    def _expression(self, is_taken: bool | None) -> None:
        """Read an expression statement: ``define(...)``, perhaps behind ``defined(...) or``."""
        statement = self._skip_to(";")
        for at, token in enumerate(statement):
            if token.is_word("define") and at + 1 < len(statement) and statement[at + 1].is_mark("("):
                runs = _both(is_taken, self._runs_behind(statement[:at]))
                self._define(statement[at + 2 :], token.line, runs)

    def _runs_behind(self, before: list[PhpToken]) -> bool | None:
        """Tell whether an expression runs that stands behind ``defined('X') or`` and the like."""
        while before and before[-1].is_mark("@"):
            before = before[:-1]
        if not before:
            return True
        truth = self._truth(before[:-1])
        if before[-1].is_word("or") or before[-1].is_mark("||"):
            return None if truth is None else not truth
        if before[-1].is_word("and") or before[-1].is_mark("&&"):
            return truth
        return None

    def _define(self, rest: list[PhpToken], line: int, runs: bool | None) -> None:
        arguments = self._arguments(rest, line)
        if len(arguments) < 2:
            raise self._error("define() needs a name and a value", line)
        if len(arguments[0]) == 1 and arguments[0][0].kind == "text":
            self._note(arguments[0][0].text, arguments[1], line, runs)

    def _const(self, is_taken: bool | None) -> None:
        statement = self._skip_to(";")
        for part in _split(statement):
            if len(part) < 3 or part[0].kind != "name" or not part[1].is_mark("="):
                line = part[0].line if part else self._last_line()
                raise self._error("const needs a name and a value", line)
            self._note(part[0].text, part[2:], part[0].line, is_taken)

    def _note(self, name: str, value: list[PhpToken], line: int, runs: bool | None) -> None:
        if runs is False or name in self.constants or name in self._given:
            return
        try:
            if runs is None:
                raise _Unreadable
            self.constants[name] = self._value(value)
        except _Unreadable:
            if name.startswith(_PREFIX):
                raise self._error(
                    f"the value of {name} is known only when PHP runs the file",
                    line,
                    f"Give {name} as an argument beside the path.",
                ) from None

    def _arguments(self, rest: list[PhpToken], line: int) -> list[list[PhpToken]]:
        depth = 0
        for at, token in enumerate(rest):
            if token.kind == "mark" and token.text in _OPENING:
                depth += 1
            elif token.kind == "mark" and token.text in _OPENING.values():
                if depth == 0:
                    return _split(rest[:at])
                depth -= 1
        raise self._error("a bracket is never closed", line)

    def _value(self, expression: list[PhpToken]) -> PhpValue:
        parts = _split(expression, ".")
        if len(parts) == 1:
            return self._operand(parts[0])
        return "".join(_as_text(self._operand(part)) for part in parts)

    def _operand(self, part: list[PhpToken]) -> PhpValue:
        first = part[0] if part else None
        if first is None:
            raise _Unreadable
        if first.is_mark("("):
            if not part[-1].is_mark(")"):
                raise _Unreadable
            return self._value(part[1:-1])
        if first.is_mark("-") or first.is_mark("+"):
            number = self._operand(part[1:])
            if isinstance(number, str) or number is None:
                raise _Unreadable
            return -number if first.is_mark("-") else +number
        if first.is_word("dirname") and len(part) > 2:
            return self._dirname(part)
        if len(part) > 1:
            raise _Unreadable
        return self._single(first)

    def _single(self, token: PhpToken) -> PhpValue:
        if token.kind == "text":
            return token.text
        if token.kind == "number":
            return _number(token.text)
        if token.kind != "name":
            raise _Unreadable
        name = token.text.lstrip("\\")
        if name.lower() in _WORDS:
            return _WORDS[name.lower()]
        for known in (self._own, self.constants):
            if name in known:
                return known[name]
        raise _Unreadable

    def _dirname(self, call: list[PhpToken]) -> str:
        arguments = self._arguments(call[2:], call[0].line)
        levels = self._value(arguments[1]) if len(arguments) > 1 else 1
        path = self._value(arguments[0]) if arguments else None
        if not isinstance(path, str) or not isinstance(levels, int) or levels < 1:
            raise _Unreadable
        folder = PurePosixPath(path)
        for _ in range(levels):
            folder = folder.parent
        return str(folder)

    def _skip_declaration(self) -> None:
        while self._at < len(self._tokens):
            token = self._take()
            if token.is_mark("{"):
                self._skip_to("}")
                return
            if token.is_mark(";"):
                return

    def _skip_to(self, closing: str) -> list[PhpToken]:
        """Return the tokens before a closing mark of this level, and step behind it."""
        begin = self._at
        line = self._tokens[begin].line if begin < len(self._tokens) else self._last_line()
        open_marks: list[PhpToken] = []
        while self._at < len(self._tokens):
            token = self._take()
            if not open_marks and token.is_mark(closing):
                return self._tokens[begin : self._at - 1]
            if token.kind == "mark" and token.text in _OPENING:
                open_marks.append(token)
            elif token.kind == "mark" and token.text in _OPENING.values():
                if not open_marks or _OPENING[open_marks[-1].text] != token.text:
                    raise self._error(f"{token.text} closes nothing", token.line)
                open_marks.pop()
        if open_marks:
            raise self._error(f"{open_marks[-1].text} is never closed", open_marks[-1].line)
        raise self._error(f"{closing} is missing", line)

    def _take(self) -> PhpToken:
        if self._at >= len(self._tokens):
            raise self._error("the file ends inside a statement", self._last_line())
        self._at += 1
        return self._tokens[self._at - 1]

    def _peek_mark(self, text: str) -> bool:
        return self._at < len(self._tokens) and self._tokens[self._at].is_mark(text)

    def _peek_word(self, word: str) -> bool:
        return self._at < len(self._tokens) and self._tokens[self._at].is_word(word)

    def _last_line(self) -> int:
        return self._tokens[-1].line if self._tokens else 1

    def _error(
        self, what: str, line: int, remedy: str = "Mend the file; `php -l` shows the place."
    ) -> ConfigError:
        return ConfigError(f"{self._file.name}, line {line}: {what}.", remedy=remedy)


def _both(one: bool | None, other: bool | None) -> bool | None:
    if one is False or other is False:
        return False
    return None if one is None or other is None else True


def _split(expression: list[PhpToken], mark: str = ",") -> list[list[PhpToken]]:
    parts: list[list[PhpToken]] = [[]]
    depth = 0
    for token in expression:
        if token.kind == "mark" and token.text in _OPENING:
            depth += 1
        elif token.kind == "mark" and token.text in _OPENING.values():
            depth -= 1
        if depth == 0 and token.is_mark(mark):
            parts.append([])
        else:
            parts[-1].append(token)
    return parts


def _number(text: str) -> int | float:
    digits = text.replace("_", "")
    if digits[:2].lower() in ("0x", "0b"):
        return int(digits, 0)
    if not digits.isdecimal():
        return float(digits)
    return (
        int(digits, 8)
        if len(digits) > 1 and digits[0] == "0" and "8" not in digits and "9" not in digits
        else int(digits)
    )


def _as_text(value: PhpValue) -> str:
    if value is True:
        return "1"
    return "" if value is None or value is False else str(value)
