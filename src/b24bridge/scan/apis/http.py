"""Requests to the portal's REST addresses without any SDK."""

from __future__ import annotations

import re
from collections.abc import Iterator

from b24bridge.scan.dialect import Path, Piece
from b24bridge.scan.facts import Call, Scope
from b24bridge.scan.php import Php
from b24bridge.scan.resolve import origin, resolve
from b24bridge.scan.site import Block, Site
from b24bridge.scan.tree import Node

__all__ = ["Address", "address", "find"]

_METHOD = r"[a-zA-Z][a-zA-Z0-9_]*(?:\.[a-zA-Z0-9_]+)*"
# .../rest/N/TOKEN/method and, for REST 3.0, .../rest/api/N/TOKEN/method.
_WEBHOOK = re.compile(r"/rest/(?:api/)?(?:\d+|\x00)/(?:[A-Za-z0-9_\-*<>{}$.]+|\x00)/(?P<method>[^?#]*)")
_PLAIN = re.compile(r"(?:^|[^a-z0-9])rest/(?P<method>[^?#/]*)(?:[?#]|$)", re.IGNORECASE)
_NAMED = re.compile(
    r"client_?endpoint|web_?hook|c_rest|(?:^|[_$.])(?:in)?hook|b24|b_?x24|bitrix|rest_?(?:url|base|endpoint|api)"
    r"|portal_?url|crm_?url",
    re.IGNORECASE,
)
_ENDPOINT = re.compile(r"client_?endpoint|web_?hook|c_rest_web|rest_?(?:url|endpoint)", re.IGNORECASE)
_SINGLE = frozenset(
    {"profile", "batch", "scope", "methods", "events", "user.current", "server.time", "app.info"}
)

_PHP_FUNCTIONS = {
    "file_get_contents": 0,
    "fopen": 0,
    "curl_exec": -1,
    "wp_remote_post": 0,
    "wp_remote_get": 0,
    "wp_remote_request": 0,
    "wp_safe_remote_post": 0,
    "drupal_http_request": 0,
    "simplexml_load_file": 0,
}
_SENDERS = frozenset(
    [
        "get",
        "post",
        "put",
        "patch",
        "delete",
        "request",
        "send",
        "fetch",
        "ajax",
        "getjson",
        "open",
        "postasync",
        "getasync",
        "requestasync",
        "postform",
        "postjson",
        "url",
        "sendrequest",
        "$post",
        "$get",
        "$fetch",
        "$request",
        "query",
        "asjson",
        "createrequest",
    ]
)
_JS_FUNCTIONS = frozenset(
    {"fetch", "axios", "got", "request", "ky", "$fetch", "useFetch", "needle", "superagent", "ofetch"}
)
_URL_KEYS = frozenset({"url", "uri"})


class Address:
    """A portal address: the pieces that name the method, and whether they are literal."""

    __slots__ = ("pieces",)

    def __init__(self, pieces: list[Piece]) -> None:
        self.pieces = pieces

    @property
    def method(self) -> str | None:
        """The method, if it is written out."""
        if len(self.pieces) == 1 and isinstance(self.pieces[0], str):
            return self.pieces[0]
        return None


def find(block: Block) -> Iterator[Site]:
    """Yield requests whose address is a REST address of a portal."""
    for call in block.facts.calls:
        for target in _targets(block, call):
            found = address(block, target, call.scope)
            if found is not None:
                yield _site(block, call, found)
                break


def _site(block: Block, call: Call, found: Address) -> Site:
    hole = [piece for piece in found.pieces if not isinstance(piece, str)]
    site = Site("http.rest", call.node, call.scope, call.loop, call, pieces=found.pieces)
    site.method = hole[0] if len(found.pieces) == 1 and hole else None
    if call.callee.name.lower() == "curl_exec" and call.args:
        site.handle = block.dialect.path(call.args[0]) or ()
        site.params = _curl_option(block, call, "CURLOPT_POSTFIELDS")
    elif len(call.args) > 1 and call.callee.name.lower() not in ("open", "request"):
        site.params = call.args[1]
    return site


def _targets(block: Block, call: Call) -> Iterator[Node]:
    """Yield the expressions that may be the address."""
    callee, args = call.callee, call.args
    name = callee.name.lower()
    if isinstance(block.dialect, Php) and callee.kind == "function":
        place = _PHP_FUNCTIONS.get(name)
        if place == -1:
            url = _curl_url(block, call)
            if url is not None:
                yield url
        elif place is not None and len(args) > place:
            yield args[place]
        return
    if callee.kind == "function":
        if callee.name not in _JS_FUNCTIONS:
            return
    elif callee.kind == "new" or name not in _SENDERS:
        return
    for argument in args[:2]:
        entries = block.dialect.entries(argument)
        if entries is None:
            given = origin(block, argument, call.scope)
            entries = block.dialect.entries(given) if given is not argument else None
            if entries is None:
                yield argument
                continue
        for key, value in entries:
            if block.dialect.key(key) in _URL_KEYS:
                yield value


def _curl_url(block: Block, call: Call) -> Node | None:
    return _curl_option(block, call, "CURLOPT_URL") or _curl_init_url(block, call)


def _curl_init_url(block: Block, call: Call) -> Node | None:
    if not call.args:
        return None
    made = origin(block, call.args[0], call.scope)
    if made.type in block.dialect.calls:
        callee = block.dialect.callee(made)
        if callee is not None and callee.name == "curl_init":
            arguments = block.dialect.arguments(made)
            return arguments[0] if arguments else None
    return None


def _curl_option(block: Block, call: Call, option: str) -> Node | None:
    """Return the last value that an option of this handle got before the request."""
    handle = block.dialect.path(call.args[0]) if call.args else None
    found: Node | None = None
    for other in block.facts.calls:
        if other.start > call.start:
            break
        if other.scope is not call.scope or other.callee.name not in ("curl_setopt", "curl_setopt_array"):
            continue
        if not other.args or block.dialect.path(other.args[0]) != handle:
            continue
        if other.callee.name == "curl_setopt" and len(other.args) > 2 and other.args[1].text == option:
            found = other.args[2]
        elif other.callee.name == "curl_setopt_array" and len(other.args) > 1:
            options = origin(block, other.args[1], call.scope)
            for key, value in block.dialect.entries(options) or []:
                if key is not None and key.text == option:
                    found = value
    return found


def address(block: Block, node: Node, scope: Scope) -> Address | None:
    """Return the portal address that an expression holds, or None."""
    direct = block.dialect.pieces(node)
    if len(direct) == 1 and not isinstance(direct[0], str) and direct[0].type in block.dialect.calls:
        inner = _through_call(block, direct[0])
        if inner is not None:
            return address(block, inner, scope)
    pieces = _keep_method_variable(block, resolve(block, node, scope), node, scope)
    text = "".join(piece if isinstance(piece, str) else "\0" for piece in pieces)
    holes = [piece for piece in pieces if not isinstance(piece, str)]
    match = _WEBHOOK.search(text)
    if match is None and "rest/" in text:
        match = _plain(text)
    if match is not None:
        return _method_part(text, holes, match.start("method"), match.end("method"))
    return _named(block, text, holes)


def _through_call(block: Block, node: Node) -> Node | None:
    """Return the address inside ``rtrim(...)``, ``sprintf(...)``, ``new URL(...)`` and the like."""
    callee = block.dialect.callee(node)
    arguments = block.dialect.arguments(node)
    if callee is None or not arguments:
        return None
    if callee.name in ("rtrim", "trim", "sprintf", "URL", "encodeURI", "str_replace", "strtolower"):
        return arguments[-1] if callee.name == "str_replace" else arguments[0]
    return None


def _keep_method_variable(block: Block, pieces: list[Piece], node: Node, scope: Scope) -> list[Piece]:
    """Put a variable back where following it would have filled in the method.

    A method held in a variable is not written out at the request, even if its value is known.
    """
    direct = block.dialect.pieces(node)
    if len(direct) == 1 and not isinstance(direct[0], str):
        given = origin(block, direct[0], scope)
        direct = block.dialect.pieces(given)
    kept: list[Piece] = []
    for index, piece in enumerate(direct):
        if isinstance(piece, str):
            kept.append(piece)
            continue
        before = "".join(part if isinstance(part, str) else "" for part in kept)
        inner = resolve(block, piece, scope)
        texts = [part for part in inner if isinstance(part, str)]
        is_base = (
            index == 0 or ("://" in before and "/rest" not in before) or any("/" in text for text in texts)
        )
        if is_base or not texts:
            kept.extend(inner)
        else:
            kept.append(piece)
    return kept or pieces


def _plain(text: str) -> re.Match[str] | None:
    """Match ``rest/method.json``, ``rest/a.b`` and ``rest/<variable>``, not another server's ``rest/items``."""
    match = _PLAIN.search(text)
    if match is None:
        return None
    method = match.group("method")
    if method.endswith((".json", ".xml")) or (
        method.startswith("\0") and text[: match.start()].count("\0") > 0
    ):
        return match
    name = method.replace("\0", "x")
    if re.fullmatch(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)+", name, re.IGNORECASE):
        return match
    return match if "auth=" in text and re.fullmatch(_METHOD, name) else None


def _method_part(text: str, holes: list[Node], start: int, end: int) -> Address | None:
    before = text[:start].count("\0")
    part = text[start:end].strip("/")
    for suffix in (".json", ".xml"):
        part = part.removesuffix(suffix)
    pieces: list[Piece] = []
    for index, chunk in enumerate(part.split("\0")):
        if index:
            pieces.append(holes[before + index - 1])
        if chunk:
            pieces.append(chunk)
    return Address(pieces) if pieces else Address([])


def _named(block: Block, text: str, holes: list[Node]) -> Address | None:
    """Return the address ``endpoint . method``: the first piece is known by its name only."""
    if not text.startswith("\0") or not holes or len(text) < 2:
        return None
    name = _source(block, holes[0])
    if not _NAMED.search(name):
        return None
    rest = text[1:].lstrip("/")
    end = re.search(r"[?#]", rest)
    part = rest[: end.start()] if end else rest
    bare = re.sub(r"\.(json|xml)$", "", part)
    offset = len(text) - len(text[1:].lstrip("/"))
    is_dotted = re.fullmatch(r"[a-zA-Z]\w*(\.\w+)+", bare) is not None
    if bare in _SINGLE or (is_dotted and bare.count(".") < 7) or (bare and part != bare and "/" not in bare):
        return _method_part(text, holes, offset, offset + len(part))
    if "\0" in bare and "/" not in bare and _ENDPOINT.search(name):
        return _method_part(text, holes, offset, offset + len(part))
    return None


def _source(block: Block, node: Node) -> str:
    """Return the names in the expression that gives the first piece of an address."""
    path: Path | None = block.dialect.path(node)
    text = node.text[:200]
    if path is not None and not path[0].startswith("@"):
        for write in block.facts.writes_to(path[0]):
            if write.path == path and write.value is not None:
                text += " " + write.value.text[:200]
    return text
