"""References of one batch command to the outcome of another: ``$result[id][FIELD]``.

The portal resolves them between commands of one request (portal source, ``methodsBatch``); when a batch
is split we resolve those that point into an earlier part, by the same rules. Vectors:
``tests/vectors/portal/batch_refs.json``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from b24bridge.wire.call import Json
from b24bridge.wire.phpquery import float_text

__all__ = ["COLLECTIONS", "references", "substitute"]

#: What can be referred to; each is a map from command id to a value.
COLLECTIONS = ("result", "next", "total", "time", "error")

# A reference swallows everything up to the next white space, whatever it is.
_REFERENCE = re.compile(r"\$(result|next|total|time|error)[^ \t\n\r\f\v]*", re.IGNORECASE)
_STEP = re.compile(r"\[([^\]]+)\]")


def references(params: Any) -> Iterator[tuple[str, str]]:
    """Iterate over the references in all texts of a parameter tree, as collection and command id."""
    for text in _texts(params):
        for match in _REFERENCE.finditer(text):
            step = _STEP.search(match[0])
            if step is not None:
                yield match[1], step[1]


def substitute(params: Any, collections: Mapping[str, Json], only: frozenset[str] | None = None) -> Any:
    """Return the parameter tree with references replaced by values.

    Args:
        params: Texts in it are scanned, names are not.
        collections: ``result``, ``next``, ``total``, ``time``, ``error``, each keyed by command id.
        only: Ids of commands to resolve; references to others stay for the portal. None resolves all.
    """
    if isinstance(params, str):
        return _text(params, collections, only) if "$" in params else params
    if isinstance(params, Mapping):
        return {key: substitute(item, collections, only) for key, item in params.items()}
    if isinstance(params, list | tuple):
        return [substitute(item, collections, only) for item in params]
    return params


def _text(text: str, collections: Mapping[str, Json], only: frozenset[str] | None) -> Any:
    whole = _REFERENCE.fullmatch(text)
    if whole is not None:
        path = _STEP.findall(whole[0])
        if not path or not _wanted(path[0], only):
            return text
        return _walk(collections.get(whole[1]), path)

    def replace(match: re.Match[str]) -> str:
        path = _STEP.findall(match[0])
        if not path or not _wanted(path[0], only):
            return match[0]
        value = _walk(collections.get(match[1]), path)
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            return match[0]
        return float_text(value) if isinstance(value, float) else str(value)

    return _REFERENCE.sub(replace, text)


def _wanted(command: str, only: frozenset[str] | None) -> bool:
    return only is None or command in only


def _walk(node: Json, path: Sequence[str]) -> Json:
    """Follow the path; a missing or null step ends the walk at the deepest node that exists."""
    for step in path:
        below = _child(node, step)
        if below is None:
            return node
        node = below
    return node


def _child(node: Json, step: str) -> Json:
    if isinstance(node, Mapping):
        return node.get(step)
    if isinstance(node, list) and step.isdecimal() and str(int(step)) == step and int(step) < len(node):
        return node[int(step)]
    return None


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        if "$" in value:
            yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _texts(item)
