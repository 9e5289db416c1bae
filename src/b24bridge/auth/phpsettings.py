"""The constants of CRest's ``settings.php``, read without running PHP.

Only what such a file holds is understood: ``define('NAME', value);`` and ``const NAME = value;`` with a
literal, ``__DIR__``, another constant, or these joined by dots. Everything else is skipped.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TypeAlias

from b24bridge.errors import ConfigError

__all__ = ["PhpValue", "read_constants"]

PhpValue: TypeAlias = str | int | float | bool | None

_TOKEN = re.compile(
    r"""(?P<skip>\s+|//[^\n]*|\#(?!\[)[^\n]*|/\*.*?\*/)
    |(?P<single>'(?:[^'\\]|\\.)*')
    |(?P<double>"(?:[^"\\]|\\.)*")
    |(?P<number>\d+(?:\.\d+)?)
    |(?P<name>[A-Za-z_\\\x80-\U0010ffff][A-Za-z0-9_\\\x80-\U0010ffff]*)
    |(?P<mark>.)""",
    re.VERBOSE | re.DOTALL,
)
_PHP = re.compile(r"<\?(?:php\b|=)?(.*?)(?:\?>|\Z)", re.DOTALL | re.IGNORECASE)
_DOUBLE_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "\\": "\\", "$": "$", '"': '"', "e": "\x1b", "0": "\0"}
_WORDS: dict[str, PhpValue] = {"true": True, "false": False, "null": None}

Token: TypeAlias = tuple[str, str]


def read_constants(path: str | Path) -> dict[str, PhpValue]:
    """Return the constants that a PHP file defines, the first definition of each as in PHP.

    Raises:
        ConfigError: The file cannot be read or is no PHP.
    """
    file = Path(path)
    try:
        text = file.read_bytes().decode("utf-8-sig", "surrogateescape")
    except OSError as exc:
        raise ConfigError(
            f"{file.name} cannot be read: {exc.strerror}.", remedy="Check path and rights."
        ) from exc
    parts = _PHP.findall(text)
    if not parts:
        raise ConfigError(
            f"{file.name} is no PHP file: it has no <?php.", remedy="Name CRest's settings.php."
        )
    known: dict[str, PhpValue] = {"__DIR__": str(file.resolve().parent), "__FILE__": str(file.resolve())}
    own = set(known) | {"PHP_EOL", "DIRECTORY_SEPARATOR"}
    known |= {"PHP_EOL": "\n", "DIRECTORY_SEPARATOR": "/"}
    tokens = [token for part in parts for token in _tokens(part)]
    for name, value in _definitions(tokens):
        found = _value(value, known)
        if name not in known and found is not _UNKNOWN:
            known[name] = found  # type: ignore[assignment]  # not the sentinel
    return {name: value for name, value in known.items() if name not in own}


_UNKNOWN = object()


def _tokens(code: str) -> Iterator[Token]:
    for match in _TOKEN.finditer(code):
        kind = match.lastgroup or "mark"
        if kind != "skip":
            yield kind, match[0]


def _definitions(tokens: list[Token]) -> Iterator[tuple[str, list[Token]]]:
    for at, (kind, text) in enumerate(tokens):
        if kind != "name":
            continue
        word = text.lstrip("\\").lower()
        if word == "define" and tokens[at + 1 : at + 2] == [("mark", "(")]:
            arguments = _arguments(tokens, at + 2)
            if len(arguments) >= 2 and len(arguments[0]) == 1 and arguments[0][0][0] in ("single", "double"):
                yield str(_literal(arguments[0][0])), arguments[1]
        elif word == "const" and tokens[at + 2 : at + 3] == [("mark", "=")] and tokens[at + 1][0] == "name":
            end = next((n for n in range(at + 3, len(tokens)) if tokens[n] == ("mark", ";")), len(tokens))
            yield tokens[at + 1][1], tokens[at + 3 : end]


def _arguments(tokens: list[Token], at: int) -> list[list[Token]]:
    arguments: list[list[Token]] = [[]]
    depth = 0
    for token in tokens[at:]:
        if token[0] == "mark" and token[1] in "([{":
            depth += 1
        elif token[0] == "mark" and token[1] in ")]}":
            if depth == 0:
                return arguments
            depth -= 1
        elif token == ("mark", ",") and depth == 0:
            arguments.append([])
            continue
        arguments[-1].append(token)
    return []


def _value(tokens: list[Token], known: dict[str, PhpValue]) -> object:
    """Return the value of an expression, or the sentinel if it is more than a constant one."""
    if not tokens:
        return _UNKNOWN
    if len(tokens) == 2 and tokens[0] == ("mark", "-") and tokens[1][0] == "number":
        number = _literal(tokens[1])
        return -number if isinstance(number, int | float) else _UNKNOWN
    operands = tokens[::2]
    if any(token != ("mark", ".") for token in tokens[1::2]) or len(tokens) % 2 == 0:
        return _UNKNOWN
    values: list[object] = []
    for token in operands:
        value = _operand(token, known)
        if value is _UNKNOWN:
            return _UNKNOWN
        values.append(value)
    return values[0] if len(values) == 1 else "".join(map(_as_text, values))


def _operand(token: Token, known: dict[str, PhpValue]) -> object:
    kind, text = token
    if kind == "name":
        name = text.lstrip("\\")
        return _WORDS[name.lower()] if name.lower() in _WORDS else known.get(name, _UNKNOWN)
    return _UNKNOWN if kind == "mark" else _literal(token)


def _literal(token: Token) -> PhpValue:
    kind, text = token
    if kind == "number":
        return float(text) if "." in text else int(text)
    inner = text[1:-1]
    if kind == "single":
        return re.sub(r"\\(['\\])", r"\1", inner)
    return re.sub(r"\\(.)", lambda m: _DOUBLE_ESCAPES.get(m[1], m[0]), inner, flags=re.DOTALL)


def _as_text(value: object) -> str:
    if value is True:
        return "1"
    return "" if value is None or value is False else str(value)
