"""Batches of REST 3.0: a list of commands, references as objects, all results or one error.

Facts: vendor page "Overview of REST 3.0" (batch call, idempotency) and the portal's source: commands run one
after another, the first that fails is the whole answer, what ran before it stays done, and references read
only what ``get``, ``list`` and ``tail`` brought.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from b24bridge.errors import BatchError
from b24bridge.wire.batch import Command
from b24bridge.wire.call import Call, Json
from b24bridge.wire.refs import references

__all__ = ["command_of", "fill", "names_in", "pack", "stretches", "targets", "unpack"]

# What the portal answers without an envelope, and what holds commands itself.
_ALONE = frozenset({"batch", "documentation", "rest.documentation.openapi"})
# Their results are what references of later commands can read.
_READABLE = frozenset({"get", "list", "tail"})
_VALUE, _COLUMN = "$ref", "$refArray"

_REFERENCE = re.compile(r"\$(result|next|total|time|error)((?:\[[^\]]+\])+)")
_STEP = re.compile(r"\[([^\]]+)\]")


def command_of(id: str, call: Call[Any], ids: Mapping[str, str]) -> Command:
    """Return the command of a call, its references in the form of REST 3.0.

    Args:
        id: Its alias in the request.
        call: A call of REST 3.0.
        ids: Aliases by the names that references use.

    Raises:
        BatchError: A parameter has no form on the wire, or refers in a way that REST 3.0 does not have.
    """
    if not call.method:
        raise BatchError("A command of a batch has no method.")
    return Command(id, call.method, _Spelling(call.method, ids).of(call.params))


class _Spelling:
    """Parameters of one command as REST 3.0 writes them."""

    def __init__(self, method: str, ids: Mapping[str, str]) -> None:
        self._method = method
        self._ids = ids

    def of(self, value: Any) -> Json:
        if isinstance(value, str):
            return self._text(value) if "$" in value else str(value)
        if value is None or isinstance(value, bool | int):
            return value
        if isinstance(value, float) and math.isfinite(value):
            return value
        if isinstance(value, Mapping):
            sign = next((one for one in (_VALUE, _COLUMN) if isinstance(value.get(one), str)), None)
            if sign is not None:
                return {sign: self._path(*value[sign].split("."))}
            return {str(key): self.of(item) for key, item in value.items()}
        if isinstance(value, list | tuple | set | frozenset):
            return [self.of(item) for item in value]
        if isinstance(value, Decimal) and value.is_finite():
            return str(value)
        if hasattr(value, "isoformat"):
            return value.isoformat()
        raise BatchError(
            f"A parameter of {self._method} of type {type(value).__name__} cannot be sent.",
            method=self._method,
            remedy="Use text, numbers, booleans, dates, lists and maps.",
        )

    def _text(self, text: str) -> Json:
        """Return a text, or a reference for one that is written as in REST 2."""
        found = [match for match in _REFERENCE.finditer(text) if _STEP.findall(match[2])[0] in self._ids]
        if not found:
            return str(text)
        if found[0][0] != text or found[0][1] != "result":
            raise BatchError(
                f"{self._method} refers to another command by {text!r}, which REST 3.0 does not have.",
                method=self._method,
                remedy="There a whole parameter refers to a place in a result, and nothing else does.",
            )
        name, *steps = _STEP.findall(found[0][2])
        return {_VALUE: self._path(name, *steps)}

    def _path(self, name: str, *steps: str) -> str:
        if any("." in step for step in steps):
            raise BatchError(
                f"{self._method} refers through a name with a dot, which REST 3.0 cannot.",
                method=self._method,
            )
        # The portal walks from the record or the rows, not from the envelope around them.
        path = steps[1:] if steps[:1] in (("item",), ("items",)) else steps
        return ".".join((self._ids.get(name, name), *path))


def targets(command: Command) -> set[str]:
    """Return the aliases that a command refers to."""
    return {path.partition(".")[0] for path in _paths(command.params)}


def names_in(params: Any) -> set[str]:
    """Return the names that parameters refer to, in the form of either generation."""
    return {name for _, name in references(params)} | {path.partition(".")[0] for path in _paths(params)}


def _paths(value: Any) -> Iterator[str]:
    """Iterate over the paths of the references in a parameter tree."""
    if isinstance(value, Mapping):
        for sign in (_VALUE, _COLUMN):
            if isinstance(value.get(sign), str):
                yield value[sign]
                return
        for item in value.values():
            yield from _paths(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _paths(item)


def fill(command: Command, results: Mapping[str, Json]) -> Command:
    """Return the command with its references to these results replaced by values.

    Args:
        command: Its references to others stay for the portal.
        results: Results of commands that are done, by alias.

    Raises:
        BatchError: A result has no such place; the portal refuses that too.
    """

    def filled(value: Json) -> Json:
        if isinstance(value, Mapping):
            for sign, walk in ((_VALUE, _value), (_COLUMN, _column)):
                path = value.get(sign)
                if isinstance(path, str) and path.partition(".")[0] in results:
                    return walk(command.method, path, results)
            return {key: filled(item) for key, item in value.items()}
        return [filled(item) for item in value] if isinstance(value, list) else value

    return Command(command.id, command.method, filled(command.params))


def _value(method: str, path: str, results: Mapping[str, Json]) -> Json:
    name, *steps = path.split(".")
    found = _root(results[name])
    for step in steps:
        found = _child(found, step)
        if found is None:
            raise _missing(method, path)
    return found


def _column(method: str, path: str, results: Mapping[str, Json]) -> Json:
    rows, _, field = path.rpartition(".")
    found = _value(method, rows, results) if rows else None
    if not isinstance(found, list):
        raise _missing(method, path)
    values = [_child(row, field) for row in found]
    if any(value is None for value in values):
        raise _missing(method, path)
    return values


def _root(result: Json) -> Json:
    for name in ("item", "items"):
        if isinstance(result, Mapping) and name in result:
            return result[name]
    return result


def _child(node: Json, step: str) -> Json:
    if isinstance(node, Mapping):
        return node.get(step)
    if isinstance(node, list) and step.isascii() and step.isdigit() and int(step[:9]) < len(node):
        return node[int(step[:9])]
    return None


def _missing(method: str, path: str) -> BatchError:
    return BatchError(
        f"{method} was not run: it refers to {path}, which the earlier command did not bring.",
        method=method,
        remedy="Name the field in the select of that command, or look whether it is empty.",
    )


def stretches(
    commands: Sequence[Command], *, is_safe: Callable[[Command], bool], size: int, together: bool
) -> list[list[Command]]:
    """Return the commands cut into requests, in their order.

    A write goes alone: if a later command of its request failed, nobody would learn that it was done, and
    the key against doubles is documented for single methods. A reference to what the portal cannot read in a
    request is cut off from it, so that its value is known before.

    Args:
        commands: In the order of running.
        is_safe: Says whether a command only reads.
        size: Most commands in one request.
        together: Let writes share requests all the same.
    """
    cut: list[list[Command]] = []
    current: list[Command] = []
    for command in commands:
        alone = command.method in _ALONE or not (together or is_safe(command))
        wanted = targets(command)
        unreadable = any(one.id in wanted and not _is_readable(one.method) for one in current)
        if current and (alone or unreadable or len(current) == size):
            cut.append(current)
            current = []
        current.append(command)
        if alone:
            cut.append(current)
            current = []
    return [*cut, current] if current else cut


def _is_readable(method: str) -> bool:
    return method.rpartition(".")[2] in _READABLE


def pack(commands: Sequence[Command]) -> list[dict[str, Json]]:
    """Return the body of the ``batch`` call."""
    return [
        {"method": command.method, "query": command.params or {}, "as": command.id} for command in commands
    ]


def unpack(result: Json, commands: Sequence[Command]) -> dict[str, Json]:
    """Return the results by alias.

    Raises:
        BatchError: The answer is not that of this batch.
    """
    if isinstance(result, list) and len(result) == len(commands):
        return {command.id: value for command, value in zip(commands, result, strict=True)}
    if isinstance(result, Mapping) and all(command.id in result for command in commands):
        return {command.id: result[command.id] for command in commands}
    raise BatchError(
        f"The portal did not answer a batch of {len(commands)} commands with as many results.",
        may_have_been_done=True,
        remedy="Look whether the effects of its writes are there before you send them again.",
    )
