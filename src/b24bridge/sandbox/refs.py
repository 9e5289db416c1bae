"""References of one command of a batch to the results of earlier ones (section 3.2).

Facts: vectors ``batch_refs.json``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from .phpjson import Raw, php_float

__all__ = ["resolve"]

_REFERENCE = re.compile(r"\$(result|next|total|time|error)([^\s]*)", re.IGNORECASE)
_PATH = re.compile(r"\[([^\[\]]+)\]")


def resolve(value: Any, collected: Mapping[str, Any]) -> Any:
    """Return a parameter tree with its references replaced by values.

    Args:
        collected: ``result``, ``next``, ``total``, ``time`` and ``error``, each a map by command.
    """
    if isinstance(value, str):
        return _text(value, collected) if "$" in value else value
    if isinstance(value, list):
        return [resolve(item, collected) for item in value]
    if isinstance(value, dict):
        return {key: resolve(item, collected) for key, item in value.items()}
    return value


def _text(text: str, collected: Mapping[str, Any]) -> Any:
    pieces: list[str] = []
    last = 0
    for match in _REFERENCE.finditer(text):
        path = _PATH.findall(match[2])
        if not path:
            continue
        value = _walk(collected.get(match[1]), path)
        if match[0] == text:
            return value
        shown = _shown(value)
        if shown is not None:
            pieces.append(text[last : match.start()] + shown)
            last = match.end()
    return "".join(pieces) + text[last:] if pieces else text


def _walk(node: Any, path: list[str]) -> Any:
    """Go down the path as far as it leads; what is missing or null ends the walk."""
    for step in path:
        below = _child(node, step)
        if below is None:
            return _opened(node)
        node = below
    return _opened(node)


def _child(node: Any, step: str) -> Any:
    node = node.value if isinstance(node, Raw) else node
    if isinstance(node, dict):
        return node.get(step)
    if isinstance(node, list):
        return (
            node[int(step)] if step.isdigit() and str(int(step)) == step and int(step) < len(node) else None
        )
    return None


def _opened(node: Any) -> Any:
    if isinstance(node, Raw):
        return node.value
    if isinstance(node, dict):
        return {key: _opened(item) for key, item in node.items()}
    return [_opened(item) for item in node] if isinstance(node, list) else node


def _shown(value: Any) -> str | None:
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return None
    return php_float(value) if isinstance(value, float) else str(value)
