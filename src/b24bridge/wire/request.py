"""Requests and responses as values, and how a call becomes a request."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["WireRequest", "WireResponse"]

Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class WireRequest:
    """One HTTP request.

    Attributes:
        verb: ``GET`` or ``POST``.
        url: Absolute address; it holds the webhook code, so it is never logged unmasked.
        headers: Pairs in order.
        body: Bytes, empty for none.
        timeout_s: Seconds to wait for the answer, None for no limit.
        verify_tls: Whether the server's certificate is checked.
        reuse_connection: False closes the connection after the answer, as CRest does.
    """

    verb: str
    url: str
    headers: Headers = ()
    body: bytes = b""
    timeout_s: float | None = None
    verify_tls: bool = True
    reuse_connection: bool = True

    def __repr__(self) -> str:
        # The address holds the webhook code and the body the token.
        return f"WireRequest({self.verb}, {len(self.body)} bytes)"


@dataclass(frozen=True, slots=True)
class WireResponse:
    """One HTTP answer, redirects not followed, body unpacked.

    Attributes:
        status: HTTP status.
        headers: Pairs in order of arrival, names in lower case.
        body: Complete body.
    """

    status: int
    headers: Headers = ()
    body: bytes = b""

    def header(self, name: str) -> str | None:
        """Return the first header of that name (lower case), or None."""
        return next((value for key, value in self.headers if key == name), None)

    def __repr__(self) -> str:
        return f"WireResponse({self.status}, {len(self.body)} bytes)"
