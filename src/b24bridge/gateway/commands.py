"""The methods that a batch would run, seen as the portal would see them.

Facts: "How a Bitrix24 REST portal behaves", sections 3.1 and 9.4.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from b24bridge.wire.phpquery import parse_str

__all__ = ["METHOD", "UNCLEAR", "methods_of"]

METHOD = re.compile(r"[A-Za-z0-9_]+(?:\.[A-Za-z0-9_]+)*\Z")
#: Stands for a command that cannot be read: only callers that may do everything may send it.
UNCLEAR = ""
# A batch in a batch is refused by the portal; deeper ones are not looked at.
_DEPTH = 3


def methods_of(api: int, method: str, tree: Any) -> Iterator[str]:
    """Yield the methods of a batch and of batches inside it; nothing for other methods.

    Args:
        api: 2 or 3.
        method: Method that is called.
        tree: Its parameters as PHP arrays.
    """
    return _methods(api, method, tree, _DEPTH)


def _methods(api: int, method: str, tree: Any, depth: int) -> Iterator[str]:
    if method.lower() != "batch":
        return
    if depth == 0:
        yield UNCLEAR
        return
    for command in _commands2(tree) if api == 2 else _commands3(tree):
        name, inner = _read2(command) if api == 2 else _read3(command)
        yield name
        yield from _methods(api, name, inner, depth - 1)


def _commands2(tree: Any) -> Iterator[Any]:
    """Yield what stands under ``cmd``; the portal takes that name in any case."""
    if not isinstance(tree, Mapping):
        return
    for name, commands in tree.items():
        if str(name).lower() == "cmd":
            yield from _values(commands)


def _commands3(tree: Any) -> Iterator[Any]:
    """Yield the members of the body: PHP reads ``{"0": …}`` and ``[…]`` as the same array."""
    for member in _values(tree):
        if isinstance(member, Mapping | list):
            yield member


def _values(container: Any) -> Sequence[Any]:
    if isinstance(container, Mapping):
        return list(container.values())
    return container if isinstance(container, list) else [None]


def _read2(command: Any) -> tuple[str, Any]:
    """Return method and parameters of ``method?query``.

    The portal cuts with PHP's ``parse_url``, for which a colon, a slash or a ``#`` in front of the
    query means something: such a name is unclear.
    """
    if not isinstance(command, str):
        return UNCLEAR, {}
    name, _, query = command.partition("?")
    return (name, parse_str(query)) if METHOD.match(name) else (UNCLEAR, {})


def _read3(command: Any) -> tuple[str, Any]:
    name = command.get("method") if isinstance(command, Mapping) else None
    if not isinstance(name, str) or not METHOD.match(name):
        return UNCLEAR, {}
    return name, command.get("query", {})
