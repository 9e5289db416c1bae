"""Requests to the portal's REST addresses without any SDK."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from b24bridge.scan.apis.address import Address, address, is_base, method_path
from b24bridge.scan.apis.parameters import family_of, parameter_of
from b24bridge.scan.facts import Call, Scope
from b24bridge.scan.php import Php
from b24bridge.scan.resolve import origin
from b24bridge.scan.site import Block, Site
from b24bridge.scan.tree import Node

__all__ = ["find", "sends_parameter"]

_PHP_FUNCTIONS = {
    "file_get_contents": 0,
    "fopen": 0,
    "curl_exec": -1,
    "curl_multi_add_handle": -1,
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
        "sendbeacon",
    ]
)
_JS_FUNCTIONS = frozenset(
    {"fetch", "axios", "got", "request", "ky", "$fetch", "useFetch", "needle", "superagent", "ofetch"}
)
_BASE_KEYS = re.compile(rb"base_?ur[il]|prefixUrl", re.IGNORECASE)
# Stores have the verbs of HTTP clients.
_STORES = re.compile(r"redis|cache|config|storage|session|repositor|cookie|map|params|headers", re.IGNORECASE)
_VERBS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"})
_URL_KEYS = frozenset({"url", "uri"})


def find(block: Block) -> Iterator[Site]:
    """Yield requests whose address is a REST address of a portal."""
    has_base = _has_base(block)
    for call in block.facts.calls:
        for target in _targets(block, call):
            found = address(block, target, call.scope)
            if found is None and not block.names.wrappers_named(call.callee.name, family_of(block)):
                found = method_path(block, target, has_base=has_base)
            if found is not None:
                yield replace(_site(block, call, found), address=target)
                break
            if _is_sender(block, call, target):
                yield replace(_site(block, call, Address([target])), takes_address=True)
                break


def sends_parameter(block: Block) -> Iterator[tuple[Scope, int]]:
    """Yield functions that send a request to an address which they are given, and the parameter's place."""
    for call in block.facts.calls:
        for target in _targets(block, call):
            found = parameter_of(block, target, call.scope)
            if found is not None and found[1] >= 0:
                yield found


def _is_sender(block: Block, call: Call, target: Node) -> bool:
    """Whether the address is a parameter, and the project calls the function with REST addresses."""
    found = parameter_of(block, target, call.scope)
    return found is not None and (found[0].cls, found[0].name) in block.names.rest_senders


def _has_base(block: Block) -> bool:
    """Whether an HTTP client of this script was given a portal as its base address."""
    if not _BASE_KEYS.search(block.facts.root.source.data):
        return False
    for node in block.facts.root.walk():
        if node.type not in ("pair", "array_element_initializer") or len(node.kids) < 2:
            continue
        key = block.dialect.key(node.kids[0]) or ""
        if _BASE_KEYS.fullmatch(key.encode()) and is_base(block, node.kids[-1], block.facts.top):
            return True
    return False


def _site(block: Block, call: Call, found: Address) -> Site:
    hole = [piece for piece in found.pieces if not isinstance(piece, str)]
    site = Site("http.rest", call.node, call.scope, call.loop, call, pieces=found.pieces)
    site.method = hole[0] if len(found.pieces) == 1 and hole else None
    handle = _handle(call)
    if handle is not None:
        site.handle = block.dialect.path(handle) or ()
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
    elif callee.kind == "new" or name not in _SENDERS or _is_other(block, call):
        return
    for argument in args[:2]:
        if (block.dialect.literal(argument) or "").upper() in _VERBS:
            continue
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


def _is_other(block: Block, call: Call) -> bool:
    """Whether the method is that of a store, or one of the class around that is known as a wrapper."""
    if call.callee.owner and _STORES.search(call.callee.owner[-1]):
        return True
    if call.callee.owner not in (("$this",), ("this",), ("self",), ("static",)):
        return False
    known = block.names.wrappers_named(call.callee.name, family_of(block))
    return any(wrapper.cls == call.scope_class() for wrapper in known)


def _handle(call: Call) -> Node | None:
    """Return the handle that a call of curl sends."""
    name, args = call.callee.name.lower(), call.args
    if name == "curl_exec" and args:
        return args[0]
    return args[1] if name == "curl_multi_add_handle" and len(args) > 1 else None


def _curl_url(block: Block, call: Call) -> Node | None:
    return _curl_option(block, call, "CURLOPT_URL") or _curl_init_url(block, call)


def _curl_init_url(block: Block, call: Call) -> Node | None:
    handle = _handle(call)
    if handle is None:
        return None
    made = origin(block, handle, call.scope)
    if made.type in block.dialect.calls:
        callee = block.dialect.callee(made)
        if callee is not None and callee.name == "curl_init":
            arguments = block.dialect.arguments(made)
            return arguments[0] if arguments else None
    return None


def _curl_option(block: Block, call: Call, option: str) -> Node | None:
    """Return the last value that an option of this handle got before the request."""
    held = _handle(call)
    handle = block.dialect.path(held) if held is not None else None
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
