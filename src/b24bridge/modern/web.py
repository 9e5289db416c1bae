"""What a portal sent, out of the request of Starlette and FastAPI, Flask, Django or plain WSGI.

No framework is imported: each has its own names for the query and the body, and nothing else is asked of it.
"""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Any

from b24bridge.errors import ConfigError, ValidationError
from b24bridge.wire.phpquery import parse_str

__all__ = ["async_form_of", "form_of", "merged"]

#: Bytes of a body; a portal sends a few thousand.
LIMIT = 1_000_000


def form_of(request: Any) -> dict[str, Any]:
    """Return query and form of a request, nested as PHP nests them.

    Args:
        request: A request of Flask or Django, whose form was not read yet, or the environment of WSGI.

    Raises:
        ValidationError: The body is too large.
        ConfigError: The request is of another kind.
    """
    if isinstance(request, Mapping) and "wsgi.input" in request:
        given = str(request.get("CONTENT_LENGTH") or "0")
        length = _checked(int(given) if given.isdigit() else 0)
        return merged(request.get("QUERY_STRING") or "", request["wsgi.input"].read(length))
    if hasattr(request, "get_data"):  # Flask
        _checked(int(request.content_length or 0))
        return merged(request.query_string, request.get_data())
    if hasattr(request, "META"):  # Django
        _checked(int(request.META.get("CONTENT_LENGTH") or 0))
        return merged(request.META.get("QUERY_STRING") or "", request.body)
    if hasattr(request, "stream") and inspect.iscoroutinefunction(getattr(request, "body", None)):
        raise ConfigError(
            "The body of this request must be awaited.", remedy="Write: await async_form_of(request)."
        )
    raise ConfigError(
        f"A {type(request).__name__} is no request of Flask, Django or WSGI.",
        remedy="Give read_event() and its sisters the body of the request, or its form.",
    )


async def async_form_of(request: Any) -> dict[str, Any]:
    """Return query and form of a request of Starlette or FastAPI, nested as PHP nests them.

    Raises:
        ValidationError: The body is too large.
    """
    body = bytearray()
    async for piece in request.stream():
        body += piece
        _checked(len(body))
    return merged(request.url.query, bytes(body))


def merged(query: str | bytes, body: bytes) -> dict[str, Any]:
    """Return query and form as one, of which the form goes before, as in PHP's ``$_REQUEST``."""
    return {**parse_str(query), **parse_str(body)}


def _checked(length: int) -> int:
    if length > LIMIT:
        raise ValidationError(f"The request has {length} bytes, which no portal sends.")
    return length
