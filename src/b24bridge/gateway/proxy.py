"""The founding ``api/bitrix24.php`` on the gateway: JSON in, what CRest would return as JSON out.

Facts: "The service desk", section 4.1; goldens ``proxy-*``.
"""

from __future__ import annotations

import json
from typing import Any

from b24bridge.errors import B24Error
from b24bridge.gateway.allow import allowed
from b24bridge.gateway.modes import Fetch
from b24bridge.gateway.settings import Caller
from b24bridge.gateway.translate import Asked, Refusal, address, read
from b24bridge.legacy.answers import annotated, transport_answer
from b24bridge.wire.phpquery import http_build_query

__all__ = ["HEADERS", "PATH", "answer"]

PATH = "/api/bitrix24.php"
HEADERS = {
    "content-type": "application/json",
    "access-control-allow-methods": "POST, OPTIONS",
    "access-control-allow-headers": "Content-Type, X-Requested-With",
}


async def answer(fetch: Fetch, caller: Caller, verb: str, body: bytes) -> tuple[int, bytes, str]:
    """Return status, body and REST method of an answer.

    Args:
        fetch: Asks the portal.
        caller: In whose name the pages call; its list says which methods they may.
        verb: HTTP verb.
        body: Body of the request.
    """
    if verb == "OPTIONS":
        return 200, b"", "-"
    if verb != "POST":
        return 405, _json({"error": "Method not allowed"}), "-"
    try:
        given = json.loads(body)
    except (ValueError, RecursionError):
        given = None
    if not isinstance(given, dict) or given.get("method") is None:
        return 400, _json({"error": "Invalid request. Method is required."}), "-"
    params = given.get("params")
    if not isinstance(params, dict | list | None):
        return 500, b"", "-"
    method = str(given["method"])
    try:
        response = await fetch(allowed(caller, _asked(method, params or {})))
        value = _value(response.body)
    except Refusal as refusal:
        value = {"error": refusal.code, "error_description": refusal.text}
    except B24Error as error:
        value = transport_answer(error.message)
    return 200, _json(annotated(value) if isinstance(value, dict) else value), method


def _asked(method: str, params: Any) -> Asked:
    form = http_build_query(params)
    headers = (("content-type", "application/x-www-form-urlencoded"),)
    verb = "POST" if form else "GET"
    return read(verb, address(f"/rest/{method}.json"), "", headers if form else (), form.encode())


def _value(body: bytes) -> Any:
    """Return the answer as PHP arrays; None for what is no JSON."""
    try:
        return _php(json.loads(body))
    except (ValueError, RecursionError):
        return None


def _php(value: Any) -> Any:
    """Return maps that PHP takes for lists as lists: empty ones, and those with the keys 0 to n-1."""
    if isinstance(value, list):
        return [_php(item) for item in value]
    if not isinstance(value, dict):
        return value
    if all(key == str(at) for at, key in enumerate(value)):
        return [_php(item) for item in value.values()]
    return {key: _php(item) for key, item in value.items()}


def _json(value: Any) -> bytes:
    # As json_encode writes it: no spaces, slashes escaped, letters beyond ASCII as \uXXXX.
    return json.dumps(value, separators=(",", ":")).replace("/", "\\/").encode()
