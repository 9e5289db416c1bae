"""PHP source as tokens, as far as a file of constants needs it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

from b24bridge.errors import ConfigError

__all__ = ["Kind", "PhpToken", "tokens"]

#: ``template`` is a text with variables in it: its value is known to PHP only.
Kind: TypeAlias = Literal["text", "template", "number", "name", "variable", "mark"]

_OPEN = re.compile(r"<\?(?:php(?=\s|\Z)|=)", re.IGNORECASE)
_SPACE = re.compile(r"\s+")
_NAME = re.compile(
    r"\\?[A-Za-z_\x80-\U0010ffff][A-Za-z0-9_\x80-\U0010ffff]*(?:\\[A-Za-z0-9_\x80-\U0010ffff]+)*"
)
_NUMBER = re.compile(r"0[xX][0-9a-fA-F_]+|0[bB][01_]+|(?:\d[\d_]*)?\.?\d[\d_]*(?:[eE][+-]?\d+)?")
_HEREDOC = re.compile(r"<<<[ \t]*(?P<quote>['\"]?)(?P<name>[A-Za-z_]\w*)(?P=quote)\r?\n")
_MARKS = ("===", "!==", "&&", "||", "??", "==", "!=", "<=", ">=", "::", "->", "=>")
_VARIABLE_IN_TEXT = re.compile(r"(?<!\\)(?:\\\\)*(?:\$[A-Za-z_{]|\{\$)")
_ESCAPE = re.compile(r"\\(?:x([0-9A-Fa-f]{1,2})|u\{([0-9A-Fa-f]+)\}|([0-7]{1,3})|([nrtvef\\$\"]))")
_LETTERS = {"n": "\n", "r": "\r", "t": "\t", "v": "\v", "e": "\x1b", "f": "\f"}


@dataclass(frozen=True, slots=True)
class PhpToken:
    """One token.

    Attributes:
        kind: What it is.
        text: Value of a text, source of everything else.
        line: Line in the file, from 1.
    """

    kind: Kind
    text: str
    line: int

    def is_mark(self, text: str) -> bool:
        """Tell whether this is that operator or bracket."""
        return self.kind == "mark" and self.text == text

    def is_word(self, *words: str) -> bool:
        """Tell whether this is one of these words of PHP, in any case."""
        return self.kind == "name" and self.text.lstrip("\\").lower() in words


def tokens(source: str, name: str) -> Iterator[PhpToken]:
    """Return the tokens of the PHP parts of a file; comments and HTML are left out.

    Args:
        name: Name of the file, for messages.

    Raises:
        ConfigError: A string or a comment is never closed.
    """
    at = 0
    while (opening := _OPEN.search(source, at)) is not None:
        at = opening.end()
        while at < len(source):
            if source.startswith("?>", at):
                yield PhpToken("mark", ";", _line(source, at))
                at += 2
                break
            token, at = _next(source, at, name)
            if token is not None:
                yield token


def _next(source: str, at: int, name: str) -> tuple[PhpToken | None, int]:
    if match := _SPACE.match(source, at):
        return None, match.end()
    if source.startswith(("//", "#"), at) and not source.startswith("#[", at):
        ends = [end for end in (source.find("\n", at), source.find("?>", at)) if end >= 0]
        return None, min(ends, default=len(source))
    if source.startswith("/*", at):
        return None, _end(source, "*/", at + 2, "comment", at, name)
    line = _line(source, at)
    if source[at] in "'\"`":
        return _quoted(source, at, line, name)
    if match := _HEREDOC.match(source, at):
        return _heredoc(source, match, line, name)
    if match := _NAME.match(source, at):
        return PhpToken("name", match[0], line), match.end()
    if source[at] == "$" and (match := _NAME.match(source, at + 1)):
        return PhpToken("variable", match[0], line), match.end()
    if (source[at].isdecimal() or source[at] == ".") and (match := _NUMBER.match(source, at)):
        return PhpToken("number", match[0], line), match.end()
    mark = next((mark for mark in _MARKS if source.startswith(mark, at)), source[at])
    return PhpToken("mark", mark, line), at + len(mark)


def _line(source: str, at: int) -> int:
    return source.count("\n", 0, at) + 1


def _end(source: str, mark: str, at: int, what: str, begin: int, name: str) -> int:
    end = source.find(mark, at)
    if end < 0:
        raise ConfigError(
            f"{name}, line {_line(source, begin)}: the {what} that begins here is never closed.",
            remedy=f"Close it with {mark}.",
        )
    return end + len(mark)


def _quoted(source: str, at: int, line: int, name: str) -> tuple[PhpToken, int]:
    quote = source[at]
    end = at + 1
    while (end := _end(source, quote, end, "string", at, name)) and _backslashes(source, end - 2) % 2:
        pass
    inner = source[at + 1 : end - 1]
    if quote == "'":
        return PhpToken("text", inner.replace("\\'", "'").replace("\\\\", "\\"), line), end
    if quote == "`" or _VARIABLE_IN_TEXT.search(inner):
        return PhpToken("template", inner, line), end
    return PhpToken("text", _ESCAPE.sub(_unescaped, inner), line), end


def _backslashes(source: str, last: int) -> int:
    count = 0
    while source[last - count] == "\\":
        count += 1
    return count


def _heredoc(source: str, opening: re.Match[str], line: int, name: str) -> tuple[PhpToken, int]:
    closing = re.compile(rf"^([ \t]*){opening['name']}\b", re.MULTILINE).search(source, opening.end())
    if closing is None:
        raise ConfigError(
            f"{name}, line {line}: the text that begins here is never closed.",
            remedy=f"Close it with {opening['name']} at the beginning of a line.",
        )
    inner = source[opening.end() : closing.start()]
    rows = [row.removeprefix(closing[1]) for row in re.sub(r"\r?\n\Z", "", inner).split("\n")]
    text = "\n".join(rows)
    if opening["quote"] == "'":
        return PhpToken("text", text, line), closing.end()
    if _VARIABLE_IN_TEXT.search(text):
        return PhpToken("template", text, line), closing.end()
    return PhpToken("text", _ESCAPE.sub(_unescaped, text), line), closing.end()


def _unescaped(match: re.Match[str]) -> str:
    hexadecimal, unicode, octal, letter = match.groups()
    if unicode:
        return chr(int(unicode, 16))
    if hexadecimal or octal:
        byte = int(hexadecimal, 16) if hexadecimal else int(octal, 8) & 0xFF
        return chr(byte) if byte < 0x80 else bytes([byte]).decode("utf-8", "surrogateescape")
    return _LETTERS.get(letter, letter)
