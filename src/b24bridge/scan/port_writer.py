"""Parameters of old calls as Python: constants by name, arguments for what only a running program knows."""

from __future__ import annotations

import keyword
import re
from dataclasses import dataclass, field
from typing import Final

from b24bridge.scan.port_source import Brackets, Source, quoted, source_of
from b24bridge.scan.port_values import UNKNOWN, Constant, Constants
from b24bridge.wire.call import Json

__all__ = ["Names", "Writer"]

_LONGEST: Final = 60
# A variable with its keys, properties and calls; all else has no name of its own.
_SIMPLE = re.compile(r"[\w\s$\\:.?>()\[\]'\"-]+")
_TAKEN = frozenset({"portal", "b24", "answers"})


@dataclass(slots=True)
class Names:
    """Names that all call sites of a file share, or both paths of one.

    Attributes:
        arguments: Expressions of the old code by the argument that stands for each.
        samples: What a test gives for an argument.
        constants: Constants that are used, by their name in Python.
    """

    arguments: dict[str, str] = field(default_factory=dict)
    samples: dict[str, str] = field(default_factory=dict)
    constants: dict[str, Constant] = field(default_factory=dict)


@dataclass(slots=True)
class Writer:
    """Writes the parameters of one path of a call site.

    Attributes:
        known: What expressions mean.
        scope: Class and function around the call.
        names: Shared with the other path.
        used: Arguments of this path, in order.
    """

    known: Constants
    scope: str
    names: Names
    used: dict[str, None] = field(default_factory=dict)

    def value(self, data: Json, hint: str = "") -> Source:
        """Return a parameter.

        Args:
            data: As a scan notes it.
            hint: Key of the parameter, to name an argument after.
        """
        if isinstance(data, dict):
            if set(data) == {"$code"}:
                return self._expression(str(data["$code"]), hint)
            items = tuple((f"{self._key(key)}: ", self.value(item, key)) for key, item in data.items())
            return Brackets("{", items, "}")
        if isinstance(data, list):
            return Brackets("[", tuple(("", self.value(item, hint)) for item in data), "]")
        return source_of(data)

    def params(self, data: Json) -> Source:
        """Return all parameters of a call."""
        if isinstance(data, dict) and set(data) == {"$code"}:
            return self._expression(str(data["$code"]), "params", "{}")
        return self.value(data)

    def argument(self, code: str, sample: str = "1", hint: str = "") -> str:
        """Return the argument that stands for an expression of the old code."""
        base = _argument_name(code, hint)
        name, number = base, 2
        while self.names.arguments.get(name, code) != code:
            name, number = f"{base}_{number}", number + 1
        self.names.arguments[name] = code
        self.names.samples.setdefault(name, sample)
        self.used[name] = None
        return name

    def _key(self, key: str) -> str:
        if not key.startswith("$code:"):
            return quoted(key)
        known = self.known.key(key, self.scope)
        return quoted(known) if known is not None else self.argument(key.removeprefix("$code:"))

    def _expression(self, code: str, hint: str, sample: str = "1") -> Source:
        constant = self.known.constant(code, self.scope)
        if constant is not None and self.names.constants.setdefault(constant.name, constant) == constant:
            return constant.name
        value = self.known.value(code, self.scope)
        return self.argument(code, sample, hint) if value is UNKNOWN else source_of(value)


def _argument_name(code: str, hint: str) -> str:
    text = re.sub(r"\$_(?:REQUEST|POST|GET)", "request", code)
    is_simple = (
        len(text) <= _LONGEST and "\n" not in text and text[:1] not in "\"'`" and _SIMPLE.fullmatch(text)
    )
    words = _words(text if is_simple else hint) or _words(hint)
    name = "_".join(words[-2:]).lower().strip("_")
    if not name or keyword.iskeyword(name) or name in _TAKEN:
        return f"{name}_value" if name else "value"
    return name


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W\d]\w*", re.sub(r"([a-zа-яё0-9])([A-ZА-ЯЁ])", r"\1_\2", text))
