"""TLS that hands over all records that are there, not one at a time.

A record holds 16 KB at most, and each reading costs the HTTP library more than its decryption, so a large
answer takes a good part less of the processor. A context is told by ``sslsocket_class`` and
``sslobject_class``, which are public for such things (Python documentation, module ssl).
"""

from __future__ import annotations

import ssl
from collections.abc import Callable
from typing import Any

__all__ = ["read_together"]

#: Bytes behind which more is expected: the answer to a call mostly fits into one short record.
LONG = 4096


def read_together(context: ssl.SSLContext) -> ssl.SSLContext:
    """Let the connections of a context read all records that are there, and return the context."""
    context.sslsocket_class = _Socket
    context.sslobject_class = _Object
    return context


class _Rest:
    """What comes behind a first record."""

    _trouble: OSError | None = None

    def _told(self) -> None:
        """Raise what came instead of a later record: by now the bytes before it were handed over."""
        if self._trouble is not None:
            trouble, self._trouble = self._trouble, None
            raise trouble

    def _together(self, first: bytes, read: Callable[[int], bytes], limit: int) -> bytes:
        parts, room, part = [first], limit - len(first), first
        try:
            while room > 0 and len(part) >= LONG:
                part = read(room)
                parts.append(part)
                room -= len(part)
        except ssl.SSLWantReadError:
            pass
        except OSError as exc:
            self._trouble = exc
        return b"".join(parts)


class _Socket(_Rest, ssl.SSLSocket):
    """A blocking socket, which waits for the first record only."""

    def recv(self, buflen: int = 1024, flags: int = 0) -> bytes:
        self._told()
        first = super().recv(buflen, flags)
        if len(first) < LONG or len(first) == buflen:
            return first
        timeout = self.gettimeout()
        self.settimeout(0)
        try:
            return self._together(first, super().recv, buflen)
        finally:
            self.settimeout(timeout)


class _Object(_Rest, ssl.SSLObject):
    """The same for event loops, where nothing waits."""

    def read(self, len: int = 1024, buffer: Any = None) -> Any:  # the library's names
        self._told()
        if buffer is not None:
            return super().read(len, buffer)
        return self._together(super().read(len), super().read, len)
