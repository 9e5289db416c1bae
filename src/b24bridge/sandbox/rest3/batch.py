"""Many calls in one request of REST 3.0: all or nothing (section 9.4)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .errors import invalid

__all__ = ["Command", "commands", "resolved"]

Command = tuple[str, Any, str]


def commands(params: Mapping[str, Any]) -> list[Command]:
    """Return method, query and name of each command; without an alias the position is the name.

    Raises:
        Refusal: The body is no list of commands.
    """
    found: list[Command] = []
    names: set[str] = set()
    # The query is merged with the list: b24jssdk names itself there (section 1.7).
    numbered = [command for key, command in params.items() if key.isdecimal()]
    if params and not numbered:
        raise invalid("INVALIDSELECT", next(iter(params)))
    for position, command in enumerate(numbered):
        if (
            not isinstance(command, dict)
            or "query" not in command
            or not isinstance(command["query"], (dict, list))
        ):
            raise invalid("INVALIDSELECT", "query")
        if not isinstance(command.get("method"), str):
            raise invalid("INVALIDSELECT", "method")
        name = command.get("as", str(position))
        if not isinstance(name, (str, int)) or str(name) in names:
            raise invalid("INVALIDSELECT", name)
        names.add(str(name))
        found.append((command["method"], command["query"] or {}, str(name)))
    return found


def resolved(query: Any, results: Mapping[str, Any]) -> Any:
    """Return a query with its references to earlier results replaced."""
    if isinstance(query, dict):
        for sign, walk in (("$ref", _value), ("$refArray", _column)):
            if set(query) == {sign}:
                return walk(query[sign], results)
        return {key: resolved(value, results) for key, value in query.items()}
    return [resolved(item, results) for item in query] if isinstance(query, list) else query


def _value(path: Any, results: Mapping[str, Any]) -> Any:
    found, steps = _start(path, results)
    for step in steps:
        found = _step(found, step, path)
    return found


def _column(path: Any, results: Mapping[str, Any]) -> Any:
    found, steps = _start(path, results)
    for step in steps[:-1]:
        found = _step(found, step, path)
    rows = found if isinstance(found, list) else [found]
    return [_step(row, steps[-1], path) for row in rows] if steps else rows


def _start(path: Any, results: Mapping[str, Any]) -> tuple[Any, list[str]]:
    if not isinstance(path, str):
        raise invalid("INVALIDSELECT", path)
    name, *steps = path.split(".")
    if name not in results:
        raise invalid("INVALIDSELECT", path)
    found = results[name]
    for container in ("item", "items"):
        # The path goes through the container; naming it is allowed, too.
        if isinstance(found, dict) and container in found and steps[:1] != [container]:
            return found[container], steps
    return found, steps


def _step(found: Any, step: str, path: str) -> Any:
    if isinstance(found, dict) and step in found:
        return found[step]
    if isinstance(found, list) and step.isascii() and step.isdigit() and int(step[:9]) < len(found):
        return found[int(step[:9])]
    raise invalid("INVALIDSELECT", path)
