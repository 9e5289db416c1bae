"""What a file that says nothing of a portal must hold to use a name of the project after all."""

from __future__ import annotations

import re
from collections.abc import Iterable

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
_GIVEN = re.compile(_METHOD_GIVEN)
_WINDOW_BYTES = 250
_STATEMENT_END = re.compile(rb"[;{}]")
_TAKEN = _TYPES + _METHOD_TAKEN
_IN_WORD = re.compile(rb"\w")
_CREST_USE = rb"(?:call|callbatch|installapp|checkserver|setlog)\b|\bextends\b"


class Wanted:
    """The names that a project learnt in one round, as patterns over the bytes of a file in lower case.

    Functions that take a whole address need none: a file with such an address is searched anyway.
    """

    __slots__ = ("_calls", "_heads", "_uses")

    def __init__(self, names: Names, before: Names) -> None:
        known = [wrapper for wrapper in names.forwarding - before.forwarding if wrapper.via != ADDRESS]
        uses: dict[bytes, bytes] = {name.encode(): _CREST_USE for name in names.crest - before.crest}
        for cls in {wrapper.cls.lower() for wrapper in known if wrapper.cls}:
            methods = {wrapper.name.lower() for wrapper in known if wrapper.cls.lower() == cls}
            uses.setdefault(cls.encode(), rb"(?:" + _words(methods) + rb")" + _TYPES + rb"\(")
        self._uses = [
            (cls, re.compile(re.escape(cls) + rb"\b"), re.compile(use)) for cls, use in sorted(uses.items())
        ]
        called = {wrapper.name.lower().encode() for wrapper in known}
        taken = {name.lower().encode() for name in names.unexplained - before.unexplained}
        # Begun with the name itself, a search is one for a plain text; the boundary is checked afterwards.
        self._calls = [(name, re.compile(re.escape(name) + _TYPES + rb"\(")) for name in sorted(called)]
        self._heads = [(name, re.compile(re.escape(name) + _TAKEN)) for name in sorted(taken)]

    def is_in(self, text: bytes) -> bool:
        """Whether a text in lower case may use one of the names."""
        for cls, word, use in self._uses:
            if cls in text and use.search(text) is not None and _has_word(text, word):
                return True
        if any(pattern.search(text) for name, pattern in self._heads if name in text):
            return True
        if not self._calls or _GIVEN.search(text) is None:
            return False
        return any(
            not _follows(text, match.start()) and _is_given(text, match.end())
            for name, pattern in self._calls
            if name in text
            for match in pattern.finditer(text)
        )


def _has_word(text: bytes, word: re.Pattern[bytes]) -> bool:
    return any(not _follows(text, match.start()) for match in word.finditer(text))


def _is_given(text: bytes, position: int) -> bool:
    """Whether a method, or a variable called after one, is among the first arguments of a call."""
    end = _STATEMENT_END.search(text, position, position + _WINDOW_BYTES)
    return _GIVEN.search(text, position, end.start() if end else position + _WINDOW_BYTES) is not None


def _follows(text: bytes, position: int) -> bool:
    """Whether a place is inside of a word."""
    return position > 0 and _IN_WORD.match(text, position - 1) is not None


def _words(names: Iterable[str]) -> bytes:
    return b"|".join(re.escape(name).encode() for name in sorted(names))
