"""What a file that says nothing of a portal must hold to use a name of the project after all."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import lru_cache

from b24bridge.scan.names import ADDRESS, Names
from b24bridge.scan.prefilter import QUOTED_METHOD

__all__ = ["Wanted"]

# A method of the catalogue, or a variable called after one; `method: 'POST'` is neither.
_METHOD_GIVEN = (
    rb"(?:" + QUOTED_METHOD + rb"\.[a-z]|['\"`](?:profile|scope|batch|methods|events)['\"`]"
    rb"|\b(?:method|action|command|endpoint)\b(?!['\"]?\s*(?:[:=])))"
)
# The head of a function: no text or number among the parameters.
_METHOD_TAKEN = rb"\([^;{}()'\"`0-9]{0,80}(?:method|action|command|endpoint)\b[^;()]{0,200}\)[^;(]{0,80}\{"
_TYPES = rb"\s*(?:<[^()]{0,300}>)?\s*"
_GIVEN = _TYPES + rb"\([^;{}]{0,200}" + _METHOD_GIVEN
_TAKEN = _TYPES + _METHOD_TAKEN
_IN_WORD = re.compile(rb"\w")
_CREST_USE = rb"(?:call|callbatch|installapp|checkserver|setlog)\b|\bextends\b"


class Wanted:
    """The names that a project learnt in one round, as patterns over the bytes of a file in lower case.

    Functions that take a whole address need none: a file with such an address is searched anyway.
    """

    __slots__ = ("_called", "_taken", "_uses")

    def __init__(self, names: Names, before: Names) -> None:
        known = [wrapper for wrapper in names.forwarding - before.forwarding if wrapper.via != ADDRESS]
        uses: dict[bytes, bytes] = {name.encode(): _CREST_USE for name in names.crest - before.crest}
        for cls in {wrapper.cls.lower() for wrapper in known if wrapper.cls}:
            methods = {wrapper.name.lower() for wrapper in known if wrapper.cls.lower() == cls}
            uses.setdefault(cls.encode(), rb"\b(?:" + _words(methods) + rb")" + _TYPES + rb"\(")
        self._uses = {
            cls: re.compile(rb"\b" + re.escape(cls) + rb"\b|(" + use + rb")") for cls, use in uses.items()
        }
        self._called = frozenset(wrapper.name.lower().encode() for wrapper in known)
        self._taken = frozenset(name.lower().encode() for name in names.unexplained - before.unexplained)

    def is_in(self, text: bytes) -> bool:
        """Whether a text in lower case may use one of the names."""
        for cls, pattern in self._uses.items():
            if cls in text and {bool(match.group(1)) for match in pattern.finditer(text)} == {True, False}:
                return True
        called = tuple(name for name in self._called if name in text)
        if called and _any_of(called, _GIVEN)(text):
            return True
        taken = tuple(name for name in self._taken if name in text)
        return bool(taken) and _any_of(taken, _TAKEN)(text)


@lru_cache(maxsize=2000)
def _any_of(names: tuple[bytes, ...], tail: bytes) -> Callable[[bytes], bool]:
    # Without a boundary before it, the search looks at first letters only; so the boundary is checked after.
    pattern = re.compile(rb"(?:" + b"|".join(re.escape(name) for name in sorted(names)) + rb")" + tail)

    def search(text: bytes) -> bool:
        return any(not _IN_WORD.match(text, match.start() - 1) for match in pattern.finditer(text))

    return search


def _words(names: Iterable[str]) -> bytes:
    return b"|".join(re.escape(name).encode() for name in sorted(names))
