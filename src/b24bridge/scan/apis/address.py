"""Addresses of REST methods: what a string expression says of the portal and the method."""

from __future__ import annotations

import re

from b24bridge.knowledge import catalog
from b24bridge.scan.dialect import Path, Piece
from b24bridge.scan.facts import Scope
from b24bridge.scan.methods import looks_like_method
from b24bridge.scan.resolve import origin, resolve
from b24bridge.scan.site import Block
from b24bridge.scan.tree import Node

__all__ = ["Address", "address", "bare_method", "is_base", "method_path", "method_pieces"]

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


_METHOD_VARIABLE = re.compile(r"method|endpoint|command|action", re.IGNORECASE)
_FORM = re.compile(r"transport|format|ext|type|json", re.IGNORECASE)
# The last part of an address; a variable before it may hold the slash.
_LAST = re.compile(r"(?P<method>(?:[A-Za-z_][\w]*|\0)(?:\.(?:\w|\0)+)*)$")
# A base of which nothing is written out but numbers and the word "rest".
_OPEN_BASE = re.compile(r"(?:https?://)?[\0/\d]*(?:rest/)?[\0/\d]*")
_DEPTH = 4
_BODIES = frozenset({"statement_block", "compound_statement"})


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


def address(block: Block, node: Node, scope: Scope, depth: int = _DEPTH) -> Address | None:
    """Return the portal address that an expression holds, or None.

    Args:
        block: The piece of code.
        node: The expression.
        scope: Where it stands.
        depth: How many calls to look into: functions may call themselves.
    """
    direct = block.dialect.pieces(origin(block, node, scope))
    made = direct[0] if len(direct) == 1 and depth else None
    if made is not None and not isinstance(made, str) and made.type in block.dialect.calls:
        inner = _through_call(block, made)
        if inner is not None:
            return address(block, inner, scope, depth - 1)
        returned = _returned(block, made, depth - 1)
        if returned is not None:
            return returned
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


def _returned(block: Block, node: Node, depth: int) -> Address | None:
    """Return the address that a function of the same script makes of its parameters."""
    callee = block.dialect.callee(node)
    scope = block.facts.function_named(callee.name) if callee is not None and callee.kind != "new" else None
    if scope is None:
        return None
    body = scope.node.child("body")
    results = [body] if body is not None and body.type not in _BODIES else []
    results += [kid.kids[0] for kid in scope.node.walk() if kid.type == "return_statement" and kid.kids]
    arguments = block.dialect.arguments(node)
    for result in results:
        if block.dialect.unwrap(result).type in block.dialect.calls:
            continue
        found = address(block, result, scope, depth)
        if found is not None:
            return Address([_argument(block, piece, scope, arguments) for piece in found.pieces])
    return None


def _argument(block: Block, piece: Piece, scope: Scope, arguments: list[Node]) -> Piece:
    """Return what the caller passes for a parameter."""
    if isinstance(piece, str):
        return piece
    path = block.dialect.path(piece)
    if path is None or len(path) != 1 or path[0] not in scope.params:
        return piece
    place = scope.params.index(path[0])
    if place >= len(arguments):
        return piece
    return block.dialect.literal(arguments[place]) or arguments[place]


def is_base(block: Block, node: Node, scope: Scope) -> bool:
    """Whether an expression is the address of a portal up to the method."""
    text = "".join(piece if isinstance(piece, str) else "\0" for piece in resolve(block, node, scope))
    return bool(re.search(r"/rest/(?:api/)?(?:\d+|\0)/[^/]+/?$|/rest/?$", text)) or bool(
        _ENDPOINT.search(node.text)
    )


def method_path(block: Block, node: Node, *, has_base: bool) -> Address | None:
    """Return the address that is a method's name alone: the HTTP client holds the rest.

    A name of the catalogue speaks for itself; a variable counts where the client's base is a portal.
    """
    pieces = block.dialect.pieces(node)
    if len(pieces) == 1 and isinstance(pieces[0], str):
        name = bare_method(pieces[0])
        known = "." in name and catalog.lookup(name) is not None
        return Address([name]) if known or (has_base and looks_like_method(name)) else None
    if not has_base or not _may_name_method(pieces):
        return None
    kept: list[Piece] = [bare_method(piece) if isinstance(piece, str) else piece for piece in pieces]
    return Address([piece for piece in kept if piece != ""])


def method_pieces(block: Block, node: Node) -> list[Piece]:
    """Return the pieces of a method given to a function that puts it into an address."""
    pieces = block.dialect.pieces(node)
    kept: list[Piece] = []
    for index, piece in enumerate(pieces):
        if not isinstance(piece, str):
            kept.append(piece)
        elif text := bare_method(piece) if index in (0, len(pieces) - 1) else piece:
            kept.append(text)
    return kept


def _may_name_method(pieces: list[Piece]) -> bool:
    if len(pieces) == 1 and not isinstance(pieces[0], str):
        return bool(_METHOD_VARIABLE.search(pieces[0].text)) and len(pieces[0].text) < 40
    texts = [bare_method(piece) for piece in pieces if isinstance(piece, str)]
    return all(text in ("", ".") or "." in text for text in texts)


def bare_method(text: str) -> str:
    """Return a method without the path before it and the form after it."""
    return re.sub(r"\.(?:json|xml)$", "", re.sub(r"^/?(?:rest/)?(?:api/)?", "", text).rstrip("/"))


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
    """Match ``rest/method.json``, ``rest/a.b``, ``rest/<variable>``; not another server's ``rest/items``."""
    match = _PLAIN.search(text)
    if match is None:
        return None
    method = match.group("method")
    if method.endswith((".json", ".xml")) or (
        method.startswith("\0") and text[: match.start()].count("\0") > 0
    ):
        return match
    name = method.replace("\0", "x")
    if "." in name and (looks_like_method(name) or "\0" in method):
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
    return Address(_without_form(pieces))


def _without_form(pieces: list[Piece]) -> list[Piece]:
    """Drop the form of the answer at the end: ``method . '.' . TYPE_TRANSPORT``."""
    if len(pieces) < 2:
        return pieces
    before, last = pieces[-2:]
    if isinstance(last, str) or not isinstance(before, str) or not before.endswith("."):
        return pieces
    if not _FORM.search(last.text):
        return pieces
    return [*pieces[:-2], *([before[:-1]] if before != "." else [])]


def _named(block: Block, text: str, holes: list[Node]) -> Address | None:
    """Return the address ``endpoint . method``: what stands before the method is known by its names only."""
    end = re.search(r"[?#]", text)
    path = (text[: end.start()] if end else text).rstrip("/")
    match = _LAST.search(path)
    if match is None:
        return None
    before, part = path[: match.start("method")], match.group("method")
    bare = re.sub(r"\.(json|xml)$", "", part)
    if "\0" not in before or not before.endswith(("/", "\0")):
        return None
    known = "\0" not in bare and "." in bare and catalog.lookup(bare) is not None
    if known and (bare.count(".") > 1 or part != bare or "://" not in before):
        return _method_part(text, holes, match.start("method"), match.end("method"))
    names = [_source(block, hole) for hole in holes[: before.count("\0")]]
    if not _OPEN_BASE.fullmatch(before) or not any(_NAMED.search(name) for name in names):
        return None
    is_dotted = re.fullmatch(r"[a-zA-Z]\w*(\.[\w\0]+){1,6}", bare) is not None
    is_given = "\0" in bare and (part != bare or any(_ENDPOINT.search(name) for name in names))
    if is_dotted or is_given or bare in _SINGLE:
        return _method_part(text, holes, match.start("method"), match.end("method"))
    return None


def _source(block: Block, node: Node, depth: int = 2) -> str:
    """Return the names in the expression that gives a piece of an address, and those behind its variables."""
    text = node.text[:200]
    roots = {read.path for read in block.facts.within(node.start, node.end)}
    path: Path | None = block.dialect.path(node)
    if path is not None:
        roots.add(path)
    for root in sorted(roots):
        for write in block.facts.writes_to(root[0]) if depth and not root[0].startswith("@") else ():
            value = write.value
            if write.path == root and value is not None and not value.start <= node.start < value.end:
                text += " " + _source(block, value, depth - 1)
    return text
