"""What a request says, read as the portal reads it ("How a portal behaves", sections 1.1 to 1.6)."""

from __future__ import annotations

import email.parser
import email.policy
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote_to_bytes, urlsplit

from b24bridge.wire.phpquery import parse_str

from .files import StoredFile
from .phpjson import decode

__all__ = ["MAX_VARIABLES", "Incoming", "clean_text", "form", "php_int", "read", "take_common"]

# php.ini of a portal: more form variables than this are dropped.
MAX_VARIABLES = 100_000

_TAKEN = ("auth", "access_token", "aplogin", "ap", "sessid", "method", "state", "token")


@dataclass(slots=True)
class Incoming:
    """One REST request.

    Attributes:
        version: 2 or 3, by the address.
        method: Method name as sent, without the transport suffix.
        transport: ``json`` or ``xml``.
        params: Parameter tree, canonical, without authorisation, ``start`` and ``state``.
        start: The ``start`` parameter as PHP casts it, or None.
        state: ``state`` to be answered with a signature, or None.
        signed: Whether it claims to be a signed download call.
        token: Access token, or None.
        webhook: User and code of an incoming webhook, or None.
        body_is_json: Whether the body was a JSON object or list.
        is_secure: False for a request over plain HTTP to a portal that wants HTTPS.
        has_body: Whether the verb is one whose body counts.
        idempotency_key: ``Idempotency-Key`` of the headers, or None.
        reply_headers: Headers of the answer that this request asks for.
        client_id: Application of a token, once it is known.
    """

    version: int
    method: str
    transport: str = "json"
    params: Any = field(default_factory=dict)
    start: int | None = None
    state: str | None = None
    signed: bool = False
    token: str | None = field(default=None, repr=False)
    webhook: tuple[str, str] | None = field(default=None, repr=False)
    body_is_json: bool = False
    is_secure: bool = True
    has_body: bool = False
    idempotency_key: str | None = None
    reply_headers: tuple[tuple[str, str], ...] = ()
    client_id: str = ""
    link: str = field(default="", repr=False)
    files: dict[str, StoredFile] = field(default_factory=dict)


def read(verb: str, url: str, headers: Sequence[tuple[str, str]], body: bytes) -> Incoming | None:
    """Return the request, or None when the address is none of the REST service."""
    parts = urlsplit(url)
    segments = [piece for piece in parts.path.split("/") if piece]
    if not segments or segments[0] != "rest":
        return None
    version = 2
    rest = segments[1:]
    if rest and rest[0] == "api":
        version, rest = 3, rest[1:]
    webhook: tuple[str, str] | None = None
    if len(rest) >= 3:
        webhook, rest = (_text(rest[0]), _text(rest[1])), rest[2:]
    if len(rest) > 1:
        rest = []
    method, transport = _suffix(_text(rest[0]) if rest else "", version)
    names = {name.lower(): value for name, value in headers}
    files: dict[str, StoredFile] = {}
    params, is_json = _parameters(verb, parts.query, names.get("content-type", ""), body, files)
    incoming = Incoming(version, method, transport, body_is_json=is_json, webhook=webhook, files=files)
    incoming.has_body = verb.upper() == "POST"
    incoming.idempotency_key = names.get("idempotency-key")
    _take_authorisation(incoming, params, names.get("authorization", ""))
    incoming.params = params
    return incoming


def _suffix(method: str, version: int) -> tuple[str, str]:
    """Cut the reply format off a REST 2 method (section 1.2)."""
    head, dot, tail = method.rpartition(".")
    if version == 2 and dot and tail in ("json", "xml"):
        return head, tail
    return method, "json"


def _parameters(
    verb: str, query: str, media_type: str, body: bytes, files: dict[str, StoredFile]
) -> tuple[Any, bool]:
    """Merge query, form and JSON as the portal does (section 1.3); the files of a form stand apart."""
    params: dict[str, Any] = form(query)
    kind = media_type.partition(";")[0].strip().lower()
    if verb.upper() != "POST" or not body:
        return params, False
    if kind == "application/json" or "+json" in kind:
        value = decode(body)
        if isinstance(value, dict):
            params.update(value)
        elif isinstance(value, list):
            params.update({str(position): item for position, item in enumerate(value)})
        return params, isinstance(value, (dict, list))
    if kind == "multipart/form-data":
        params.update(_multipart(media_type, body, files))
    else:
        params.update(form(body))
    return params, False


def form(data: str | bytes) -> dict[str, Any]:
    """Return the parameter tree of a urlencoded text; bytes that are no UTF-8 are replaced."""
    raw = data.encode("utf-8", "surrogateescape") if isinstance(data, str) else data
    tree: dict[str, Any] = parse_str(raw, max_vars=MAX_VARIABLES)
    if raw.isascii() and b"%" not in raw:
        return tree
    cleaned: dict[str, Any] = clean_text(tree)
    return cleaned


def clean_text(value: Any) -> Any:
    """Replace bytes that are no UTF-8 as the portal's encoder does when it sends them back."""
    if isinstance(value, str):
        if value.isascii():
            return value
        return value.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    if isinstance(value, list):
        return [clean_text(item) for item in value]
    if isinstance(value, dict):
        return {clean_text(key): clean_text(item) for key, item in value.items()}
    return value


def _multipart(media_type: str, body: bytes, files: dict[str, StoredFile]) -> dict[str, Any]:
    """Read a multipart form; the names are parsed like those of a urlencoded one."""
    match = re.search(r'boundary="?([^";]+)"?', media_type)
    if not match:
        return {}
    head = f"Content-Type: {media_type}\r\n\r\n".encode("utf-8", "replace")
    message = email.parser.BytesParser(policy=email.policy.HTTP).parsebytes(head + body)
    pairs: list[str] = []
    for part in message.iter_parts() if message.is_multipart() else ():
        name = part.get_param("name", header="content-disposition")
        payload = part.get_payload(decode=True)
        if isinstance(name, str) and isinstance(payload, bytes) and part.get_filename() is not None:
            files[name] = StoredFile(str(part.get_filename()), payload)
        elif isinstance(name, str) and isinstance(payload, bytes):
            pairs.append(f"{_quoted(name.encode('utf-8', 'surrogateescape'))}={_quoted(payload)}")
    return form("&".join(pairs))


def _quoted(data: Iterable[int]) -> str:
    return "".join(f"%{byte:02X}" for byte in data)


def _take_authorisation(incoming: Incoming, params: dict[str, Any], header: str) -> None:
    """Move everything that is no parameter of the method out of the tree (sections 1.1, 1.6, 1.7)."""
    scheme, _, credentials = header.partition(" ")
    if scheme.lower() == "bearer" and credentials.strip():
        incoming.token = credentials.strip()
    for name in ("auth", "access_token"):
        value = params.get(name)
        if incoming.token is None and isinstance(value, str) and value:
            incoming.token = value
    if incoming.webhook is None:
        login, code = params.get("aplogin"), params.get("ap")
        if isinstance(login, (str, int)) and isinstance(code, (str, int)):
            incoming.webhook = (str(login), str(code))
    state = params.get("state")
    incoming.state = state if isinstance(state, str) else None
    link = params.get("token")
    incoming.signed = bool(link)
    incoming.link = link if isinstance(link, str) else ""
    incoming.start = take_common(params)


def take_common(params: dict[str, Any]) -> int | None:
    """Take out what no method sees, and return ``start`` as PHP casts it, or None."""
    for name in _TAKEN:
        params.pop(name, None)
    return php_int(params.pop("start")) if "start" in params else None


def php_int(value: Any) -> int:
    """Cast a value as PHP's ``intval``: the number a text begins with, else 0."""
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, int):
        return value
    if isinstance(value, float):
        return int(value) if abs(value) < 2**63 else 0
    if isinstance(value, str):
        match = re.match(r"[ \t\n\r\v\f]*([+-]?[0-9]{1,40})", value)
        return max(-(2**63), min(2**63 - 1, int(match[1]))) if match else 0
    return 1 if isinstance(value, (list, dict)) and value else 0


def _text(segment: str) -> str:
    return unquote_to_bytes(segment).decode("utf-8", "replace")
