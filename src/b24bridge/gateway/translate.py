"""A caller's request read as the portal would read it, and written again for the portal.

Only what has to change is changed: the caller's key goes out, the portal's credentials come in, all
other bytes stay. Facts: "How a Bitrix24 REST portal behaves", sections 1.1 to 1.7 and 3.1.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from b24bridge.wire.phpquery import parse_str
from b24bridge.wire.request import Access, Headers, WireRequest

__all__ = ["Asked", "Refusal", "read", "tokens_asked", "write"]

_METHOD = re.compile(r"[A-Za-z0-9_]+(?:\.[A-Za-z0-9_]+)*\Z")
_SEGMENT = re.compile(r"[A-Za-z0-9_.@-]+\Z")
# Names under which a portal finds credentials; a caller must not bring any of its own to it.
_CREDENTIALS = frozenset({"auth", "access_token", "aplogin", "ap", "sessid", "auth_connector"})
_FORWARDED = frozenset({"content-type", "idempotency-key"})
# A batch in a batch is refused by the portal; deeper ones are not looked at.
_DEPTH = 3


class Refusal(Exception):
    """A request that the gateway does not pass on.

    Attributes:
        status: HTTP status.
        code: Code in the portal's manner.
        text: Sentence in the portal's manner.
    """

    def __init__(self, status: int, code: str, text: str) -> None:
        super().__init__(text)
        self.status = status
        self.code = code
        self.text = text


@dataclass(frozen=True, slots=True)
class Asked:
    """One REST request of a caller.

    Attributes:
        verb: HTTP verb.
        api: 2 or 3.
        method: Method name without the suffix of the format.
        tail: Method name with its suffix, as it stands at the end of the address.
        key: The caller's key.
        query: Query string without credentials.
        body: Body without credentials.
        headers: Headers that are passed on.
        methods: All methods that the request would run: its own, and those of a batch.
    """

    verb: str
    api: int
    method: str
    tail: str
    key: str
    query: str
    body: bytes
    headers: Headers
    methods: tuple[str, ...]

    def __repr__(self) -> str:
        # The key is the caller's secret.
        return f"Asked({self.method}, {len(self.body)} bytes)"


def read(verb: str, path: str, query: str, headers: Sequence[tuple[str, str]], body: bytes) -> Asked:
    """Return what a caller asks.

    Args:
        verb: HTTP verb.
        path: Path as it was sent, percent-encoding included, beginning with ``/rest/``.
        query: Query as it was sent.
        headers: Pairs, names in lower case.
        body: Complete body.

    Raises:
        Refusal: The address is none of the portal's, or the body is of a kind that cannot be checked.
    """
    api, key, tail = _address(path)
    method = re.sub(r"\.(json|xml)\Z", "", tail) if api == 2 else tail
    kept_query, query_key = _without_credentials(query)
    content_type = next((value for name, value in headers if name == "content-type"), "")
    kept_body, body_key, params = _body(verb, content_type, body)
    bearer = next(
        (
            value[7:].strip()
            for name, value in headers
            if name == "authorization" and value[:7].lower() == "bearer "
        ),
        "",
    )
    return Asked(
        verb,
        api,
        method,
        tail,
        key or bearer or body_key or query_key,
        kept_query,
        kept_body,
        tuple((name, value) for name, value in headers if name in _FORWARDED),
        (method, *_commands(method, parse_str(kept_query), _DEPTH), *_commands(method, params, _DEPTH)),
    )


def _address(path: str) -> tuple[int, str, str]:
    """Return API, key and method of an address; anything unusual in it is refused."""
    segments = path.removeprefix("/rest/").removesuffix("/").split("/")
    api = 3 if segments[0] == "api" else 2
    if api == 3:
        del segments[0]
    if len(segments) not in (1, 3) or not all(_SEGMENT.match(segment) for segment in segments):
        raise Refusal(404, "ERROR_METHOD_NOT_FOUND", "Method not found!")
    if not _METHOD.match(segments[-1]):
        raise Refusal(404, "ERROR_METHOD_NOT_FOUND", "Method not found!")
    return api, segments[1] if len(segments) == 3 else "", segments[-1]


def _without_credentials(form: str) -> tuple[str, str]:
    """Return a form text without the fields that hold credentials, and the key found in one."""
    kept: list[str] = []
    key = ""
    for field in form.split("&"):
        found = parse_str(field)
        if _CREDENTIALS.isdisjoint(found):
            kept.append(field)
        elif isinstance(value := found.get("auth", found.get("access_token")), str):
            key = value
    return "&".join(kept), key


def _body(verb: str, content_type: str, body: bytes) -> tuple[bytes, str, Any]:
    if verb != "POST" or not body:
        return b"", "", {}
    kind = content_type.partition(";")[0].strip().lower()
    if kind == "application/json" or "+json" in kind:
        return _json(body)
    if kind.startswith("multipart/"):
        raise Refusal(415, "INVALID_REQUEST", "The gateway takes form fields and JSON, no multipart bodies.")
    try:
        text = body.decode("ascii")
    except UnicodeDecodeError:
        text = body.decode("utf-8", "surrogateescape")
    kept, key = _without_credentials(text)
    return kept.encode("utf-8", "surrogateescape"), key, parse_str(kept.encode("utf-8", "surrogateescape"))


def _json(body: bytes) -> tuple[bytes, str, Any]:
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return b"", "", {}  # the portal ignores such a body silently
    if isinstance(value, list):
        return body, "", value
    if not isinstance(value, dict):
        return b"", "", {}
    if _CREDENTIALS.isdisjoint(value):
        return body, "", value
    key = value.get("auth", value.get("access_token"))
    kept = {name: item for name, item in value.items() if name not in _CREDENTIALS}
    return json.dumps(kept, ensure_ascii=False).encode(), key if isinstance(key, str) else "", kept


def _commands(method: str, params: Any, depth: int) -> Iterator[str]:
    """Yield the methods of a batch, and of batches inside it."""
    if method.lower() != "batch":
        return
    if depth == 0:
        raise Refusal(400, "ERROR_BATCH_METHOD_NOT_ALLOWED", "Batches are nested too deeply.")
    if isinstance(params, Mapping):
        # The portal looks for its parameters of a batch in any case.
        groups = [value for name, value in params.items() if str(name).lower() == "cmd"]
    else:
        groups = [params]
    for commands in groups:
        for command in _listed(commands):
            name, inner = _command(command)
            yield name
            yield from _commands(name, inner, depth - 1)


def _listed(commands: Any) -> list[Any]:
    if isinstance(commands, Mapping):
        return list(commands.values())
    if isinstance(commands, list):
        return commands
    raise Refusal(400, "INVALID_REQUEST", "The commands of the batch cannot be read.")


def _command(command: Any) -> tuple[str, Any]:
    """Return method and parameters of a command of either API."""
    name: Any = None
    params: Any = {}
    if isinstance(command, str):
        name, _, query = command.partition("?")
        params = parse_str(query)
    elif isinstance(command, Mapping):
        name, params = command.get("method"), command.get("query", command.get("params", {}))
    elif isinstance(command, list) and command:
        name, params = command[0], command[1] if len(command) > 1 else {}
    if not isinstance(name, str) or not _METHOD.match(name):
        raise Refusal(400, "INVALID_REQUEST", "A command of the batch cannot be read.")
    return name, params


def write(asked: Asked, access: Access, *, timeout_s: float | None, verify_tls: bool = True) -> WireRequest:
    """Return the request to the portal: the caller's bytes with the portal's credentials."""
    url = (access.rest if asked.api == 2 else access.rest3) + asked.tail
    query, body, headers = asked.query, asked.body, asked.headers
    if access.token:
        if asked.api == 3:
            headers = (*headers, ("authorization", f"Bearer {access.token}"))
        elif asked.verb == "POST" and body and body[:1] not in b"{[":
            body = b"auth=" + access.token.encode() + b"&" + body
        elif body[:1] == b"{":
            comma = b"," if body.strip() != b"{}" else b""
            body = b'{"auth":' + json.dumps(access.token).encode() + comma + body.lstrip()[1:]
        else:
            query = "&".join(filter(None, (f"auth={access.token}", query)))
    if query:
        url += "?" + query
    return WireRequest(asked.verb, url, headers, body, timeout_s, verify_tls)


def tokens_asked(form: str) -> dict[str, str]:
    """Return the fields of a request to the token server."""
    return dict(parse_qsl(form, keep_blank_values=True))
