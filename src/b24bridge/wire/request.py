"""Requests and responses as values, and how a call becomes a request."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal, TypeAlias

from b24bridge.errors import DataError
from b24bridge.wire.call import Api, Call
from b24bridge.wire.phpquery import http_build_query

__all__ = ["Access", "Encoding", "Headers", "WireRequest", "WireResponse", "render", "render_refresh"]

Headers: TypeAlias = tuple[tuple[str, str], ...]
Encoding: TypeAlias = Literal["json", "form", "get"]

JSON_HEADERS: Headers = (
    ("Content-Type", "application/json; charset=utf-8"),
    ("Accept", "application/json"),
    ("Accept-Encoding", "gzip, deflate"),
    ("User-Agent", "b24bridge"),
)
FORM_HEADERS: Headers = (("Content-Type", "application/x-www-form-urlencoded"), *JSON_HEADERS[1:])
GET_HEADERS: Headers = JSON_HEADERS[1:]


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
        hold_s: Seconds that the body may stay unread while nobody waits for it: what the portal and the
            network hold takes no memory here.
        take: Gets the body of a 200 answer piece by piece, instead of all of it in the answer; the answer
            of a file may not fit into memory.
        source: Gives the body piece by piece instead of ``body``; its length stands in the headers.
    """

    verb: str
    url: str
    headers: Headers = ()
    body: bytes = b""
    timeout_s: float | None = None
    verify_tls: bool = True
    reuse_connection: bool = True
    hold_s: float = 0.0
    take: Callable[[bytes], None] | None = None
    source: Callable[[], Iterator[bytes]] | None = None

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
        held_s: Seconds that the body was left unread by choice.
    """

    status: int
    headers: Headers = ()
    body: bytes = b""
    held_s: float = 0.0

    def header(self, name: str) -> str | None:
        """Return the first header of that name (lower case), or None."""
        return next((value for key, value in self.headers if key == name), None)

    def __repr__(self) -> str:
        return f"WireResponse({self.status}, {len(self.body)} bytes)"


@dataclass(frozen=True, slots=True)
class Access:
    """Where the requests of one portal go and what authorises them.

    Attributes:
        rest: Address of REST 2 with the final slash: ``https://host/rest/`` or ``https://host/rest/1/code/``.
        rest3: The same for REST 3.0: ``https://host/rest/api/`` or ``https://host/rest/api/1/code/``.
        token: OAuth access token, empty for a webhook.
    """

    rest: str
    rest3: str
    token: str = ""

    def __repr__(self) -> str:
        # Both addresses hold the webhook code.
        return f"Access({'token' if self.token else 'webhook'})"


def render(
    call: Call[Any],
    access: Access,
    *,
    encoding: Encoding = "json",
    timeout_s: float | None = None,
    headers: Headers = (),
    verify_tls: bool = True,
) -> WireRequest:
    """Return the HTTP request of a call.

    REST 2 takes the token as parameter ``auth`` of the body (vendor page "How a Request Is Executed").
    REST 3.0 takes JSON only, and the token as Bearer header, because the body of a batch is a list
    (vendor page "Overview of REST 3.0").

    Args:
        call: What is asked.
        access: Where and with what rights.
        encoding: Form of a REST 2 request; REST 3.0 is always JSON.
        timeout_s: Seconds to wait for the answer.
        verify_tls: Whether the server's certificate is checked.
        headers: Further headers, such as ``Idempotency-Key``.

    Raises:
        DataError: A parameter is of a type that has no form on the wire.
    """
    params = call.params
    if call.api is Api.V3:
        if access.token:
            headers = (*headers, ("Authorization", f"Bearer {access.token}"))
        body = _json(params, call.method)
        return WireRequest(
            "POST", access.rest3 + call.method, JSON_HEADERS + headers, body, timeout_s, verify_tls
        )
    if access.token:
        # A positional list becomes a map with numeric keys, which PHP reads as the same array.
        named = params if isinstance(params, Mapping) else {str(at): item for at, item in enumerate(params)}
        params = {**named, "auth": access.token}
    url = access.rest + call.method
    if encoding == "json":
        return WireRequest(
            "POST", url, JSON_HEADERS + headers, _json(params, call.method), timeout_s, verify_tls
        )
    query = http_build_query(params)
    if encoding == "get":
        return WireRequest(
            "GET", f"{url}?{query}" if query else url, GET_HEADERS + headers, b"", timeout_s, verify_tls
        )
    return WireRequest("POST", url, FORM_HEADERS + headers, query.encode("ascii"), timeout_s, verify_tls)


def render_refresh(
    oauth_url: str,
    client_id: str,
    client_secret: str,
    refresh_token: str,
    *,
    timeout_s: float | None = None,
    verify_tls: bool = True,
) -> WireRequest:
    """Return the request that renews an access token (vector ``refresh-ok`` of crest)."""
    body = http_build_query(
        {
            "client_id": client_id,
            "grant_type": "refresh_token",
            "client_secret": client_secret,
            "refresh_token": refresh_token,
        }
    )
    return WireRequest("POST", oauth_url, FORM_HEADERS, body.encode("ascii"), timeout_s, verify_tls)


def _plain(value: Any) -> Any:
    """Return a JSON form of the few Python types that callers hand in without thinking."""
    if isinstance(value, Decimal):
        return str(value)
    if hasattr(value, "isoformat"):
        return value.isoformat()
    if isinstance(value, set | frozenset | tuple):
        return list(value)
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(type(value).__name__)


_encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"), default=_plain).encode


def _json(params: Any, method: str) -> bytes:
    try:
        return _encode(params).encode("utf-8")
    except (TypeError, ValueError, RecursionError) as exc:
        raise DataError(
            f"A parameter of {method} cannot be sent: {type(exc).__name__}: {exc}.",
            method=method,
            remedy="Use text, numbers, booleans, dates, lists and maps.",
        ) from exc
