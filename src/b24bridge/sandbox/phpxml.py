"""XML as the portal writes it when the address asks for it (section 1.2)."""

from __future__ import annotations

from typing import Any
from xml.sax.saxutils import escape

from .phpjson import Raw, php_float

__all__ = ["encode_xml"]

_QUOTES = {'"': "&quot;", "'": "&#039;"}


def encode_xml(value: Any) -> bytes:
    """Return a value as XML: elements of lists are ``item``, true is 1, false and null are nothing."""
    return f"<response>{_inside(value)}</response>".encode("utf-8", "replace")


def _inside(value: Any) -> str:
    if isinstance(value, Raw):
        value = value.value
    if isinstance(value, dict):
        return "".join(
            _element("item" if str(key).isdigit() else str(key), item) for key, item in value.items()
        )
    if isinstance(value, list):
        return "".join(_element("item", item) for item in value)
    if value is None or value is False:
        return ""
    if value is True:
        return "1"
    return escape(php_float(value) if isinstance(value, float) else str(value), _QUOTES)


def _element(name: str, value: Any) -> str:
    return f"<{name}>{_inside(value)}</{name}>"
