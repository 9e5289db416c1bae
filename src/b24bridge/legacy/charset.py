"""What defining ``C_REST_CURRENT_ENCODING`` does: every scalar passes iconv and becomes text.

A "string in the charset" of PHP is a str here whose characters the charset has; bytes are read in the
charset. Text that cannot be converted becomes False as a whole (crest.md 10, ``enc-*``).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from b24bridge.errors import ConfigError
from b24bridge.wire.phpvalues import rebuilt, to_text

__all__ = ["Charset"]

_INT64 = range(-(2**63), 2**63)


class Charset:
    """One charset by the name that stands in the constant.

    Args:
        name: Name as iconv knows it, such as ``windows-1251``.

    Raises:
        ConfigError: No such charset (deviation ``refuse_unknown_charset``, vector ``enc-nosuch``).
    """

    __slots__ = ("name",)

    def __init__(self, name: object) -> None:
        try:
            self.name = to_text(name)
            "".encode(self.name)
        except (LookupError, TypeError, ValueError) as exc:
            raise ConfigError(
                f"C_REST_CURRENT_ENCODING names no known charset: {name!r}.",
                remedy="Use a name such as UTF-8 or windows-1251, or leave the constant out.",
            ) from exc

    def to_utf8(self, value: Any) -> Any:
        """Return a value on its way out: parameters, stored settings, JSON logs."""
        return _converted(value, self._read)

    def from_utf8(self, value: Any) -> Any:
        """Return a decoded value on its way in: answers and stored settings."""
        return _converted(value, self._fit)

    def encode(self, text: str) -> bytes:
        """Return the bytes of a text in the charset; what it lacks is written as UTF-8."""
        try:
            return text.encode(self.name, "surrogateescape")
        except UnicodeEncodeError:
            return text.encode("utf-8", "surrogateescape")

    def _read(self, value: Any) -> str | bool:
        if isinstance(value, bytes):
            return self._decoded(value)
        text = self._scalar_text(value)
        return text if _is_whole(text) else self._decoded(self.encode(text))

    def _decoded(self, data: bytes) -> str | bool:
        try:
            return data.decode(self.name)
        except UnicodeDecodeError:
            return False

    def _fit(self, value: Any) -> str | bool:
        text = self._scalar_text(value)
        try:
            text.encode(self.name)
        except UnicodeEncodeError:
            return False
        return text

    @staticmethod
    def _scalar_text(value: Any) -> str:
        if isinstance(value, int) and value not in _INT64:
            # PHP holds such a number as a float (enc-u8-result-bigint).
            value = float(value)
        return to_text(value)


def _converted(value: Any, scalar: Callable[[Any], str | bool]) -> Any:
    def rename(key: Any) -> str:
        text = scalar(key)
        # An unconvertible key is false, and PHP's key false is 0 (enc-cp-bad-key).
        return "0" if isinstance(text, bool) else text

    return rebuilt(value, lambda _, inner: scalar(inner), rename)


def _is_whole(text: str) -> bool:
    """Tell whether a text has no half surrogates, that is, no bytes smuggled in."""
    return text.isascii() or not any("\ud800" <= character <= "\udfff" for character in text)
