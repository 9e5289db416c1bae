"""A caller's request read as the portal would read it, and written again for the portal.

Only what has to change is changed: the caller's key goes out, the portal's credentials come in, all
other bytes stay. Facts: "How a Bitrix24 REST portal behaves", sections 1.1 to 1.7 and 3.1.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import parse_qsl

from b24bridge.gateway.bodies import FORM, JSON, Body, Refusal, read_body, without_credentials
from b24bridge.gateway.commands import METHOD, methods_of
from b24bridge.knowledge.catalog import safety
from b24bridge.wire.phpquery import http_build_query, parse_str
from b24bridge.wire.request import Access, Headers, WireRequest

__all__ = ["Address", "Asked", "Refusal", "address", "read", "tokens_asked", "write"]

# The token server takes four.
TOKEN_FIELDS = 100
VERBS = frozenset({"GET", "POST", "HEAD", "PUT", "PATCH", "DELETE"})
_SEGMENT = re.compile(r"[A-Za-z0-9_.@-]+\Z")
_FORWARDED = frozenset({"idempotency-key", "x-bitrix-rest-response-language"})
# The same header twice is read differently by different servers.
_SINGLE = frozenset({"authorization", "content-length", "content-type", "host", *_FORWARDED})


@dataclass(frozen=True, slots=True)
class Address:
    """What stands in the path of a request.

    Attributes:
        api: 2 or 3.
        key: The caller's key where a webhook has its code, or empty.
        tail: Method name with its suffix.
    """

    api: int
    key: str = field(repr=False)
    tail: str

    @property
    def method(self) -> str:
        """Method name without the suffix of the format, which REST 3.0 does not know."""
        return re.sub(r"\.(json|xml)\Z", "", self.tail) if self.api == 2 else self.tail


@dataclass(frozen=True, slots=True)
class Asked:
    """One REST request of a caller.

    Attributes:
        verb: HTTP verb.
        api: 2 or 3.
        method: Method name without the suffix of the format.
        tail: Method name with its suffix, as it stands at the end of the address.
        key: The caller's key or access token, where it was not in the path.
        query: Query string without credentials.
        body: Body without credentials.
        headers: Headers that are passed on.
        methods: All methods that the request would run: its own, and those of a batch.
    """

    verb: str
    api: int
    method: str
    tail: str
    key: str = field(repr=False)
    query: str
    body: Body
    headers: Headers
    methods: tuple[str, ...]

    def __repr__(self) -> str:
        # A batch may hold whatever its caller put in.
        return f"Asked({self.method}, {len(self.body.content)} bytes)"

    @property
    def is_read(self) -> bool:
        """Whether all that would run is known to change nothing."""
        return all(safety(method, self.api) == "safe" for method in self.methods if method.lower() != "batch")

    def rewritten(self) -> Asked:
        """Return the same request written anew from what was read: what was checked is what runs."""
        body = self.body
        if body.kind == "json":
            content = json.dumps(body.tree, ensure_ascii=False).encode("utf-8", "surrogatepass")
            body = replace(body, content=content, content_type=JSON)
        elif body.kind == "form":
            body = replace(body, content=http_build_query(body.tree).encode("ascii"), content_type=FORM)
        return replace(self, body=body, query=http_build_query(parse_str(self.query)))


def address(path: str) -> Address:
    """Return what stands in a path; anything unusual in it is refused.

    Args:
        path: Path as it was sent, percent-encoding included, beginning with ``/rest/``.

    Raises:
        Refusal: It is none of the portal's addresses.
    """
    # The vendor's JavaScript client puts a slash behind an endpoint that ends in one; portals merge them.
    segments = path.removeprefix("/rest/").removeprefix("/").removesuffix("/").split("/")
    api = 3 if segments[0] == "api" else 2
    if api == 3:
        del segments[0]
    if len(segments) not in (1, 3) or not all(_SEGMENT.match(segment) for segment in segments):
        raise Refusal(404, "ERROR_METHOD_NOT_FOUND", "Method not found!")
    if not METHOD.match(segments[-1]):
        raise Refusal(404, "ERROR_METHOD_NOT_FOUND", "Method not found!")
    return Address(api, segments[1] if len(segments) == 3 else "", segments[-1])


def read(verb: str, at: Address, query: str, headers: Sequence[tuple[str, str]], body: bytes) -> Asked:
    """Return what a caller asks.

    Args:
        verb: HTTP verb.
        at: What stands in its path.
        query: Query as it was sent.
        headers: Pairs, names in lower case.
        body: Complete body.

    Raises:
        Refusal: The verb or a header is unusual, or the body is of a kind that cannot be checked.
    """
    if verb not in VERBS:
        raise Refusal(405, "INVALID_REQUEST", f"The gateway takes {', '.join(sorted(VERBS))}.")
    given = _single(headers)
    kept_query, query_key = without_credentials(query)
    content = read_body(verb, given.get("content-type", ""), body)
    scheme, _, bearer = given.get("authorization", "").partition(" ")
    key = (bearer.strip() if scheme.lower() == "bearer" else "") or content.key or query_key
    passed = [("content-type", content.content_type)] if content.kind else []
    passed += [(name, given[name]) for name in sorted(_FORWARDED) if name in given]
    method = at.method
    in_query, in_body = (methods_of(at.api, method, tree) for tree in (parse_str(kept_query), content.tree))
    methods = (method, *in_query, *in_body)
    return Asked(verb, at.api, method, at.tail, key, kept_query, content, tuple(passed), methods)


def _single(headers: Sequence[tuple[str, str]]) -> dict[str, str]:
    """Return the headers by name.

    Raises:
        Refusal: One of them stands twice, or the length of the body is said in two ways.
    """
    given: dict[str, str] = {}
    for name, value in headers:
        if name in given and name in _SINGLE:
            raise Refusal(400, "INVALID_REQUEST", f"The header {name} stands twice.")
        given[name] = value
    if "transfer-encoding" in given and "content-length" in given:
        raise Refusal(400, "INVALID_REQUEST", "Transfer-Encoding and Content-Length exclude each other.")
    return given


def write(asked: Asked, access: Access, *, timeout_s: float | None, verify_tls: bool = True) -> WireRequest:
    """Return the request to the portal: the caller's bytes with the portal's credentials."""
    url = (access.rest if asked.api == 2 else access.rest3) + asked.tail
    query, headers = asked.query, asked.headers
    body = asked.body.content
    if access.token:
        if asked.api == 3:
            headers = (*headers, ("authorization", f"Bearer {access.token}"))
        elif asked.body.kind == "form":
            body = b"auth=" + access.token.encode() + (b"&" + body if body else b"")
        elif asked.body.kind == "json" and isinstance(asked.body.tree, dict):
            comma = b"," if asked.body.tree else b""
            body = b'{"auth":' + json.dumps(access.token).encode() + comma + body.lstrip()[1:]
        else:
            query = "&".join(filter(None, (f"auth={access.token}", query)))
    if query:
        url += "?" + query
    return WireRequest(asked.verb, url, headers, body, timeout_s, verify_tls)


def tokens_asked(form: str) -> dict[str, str]:
    """Return the fields of a request to the token server; none of what has far too many."""
    try:
        return dict(parse_qsl(form, keep_blank_values=True, max_num_fields=TOKEN_FIELDS))
    except ValueError:
        return {}
