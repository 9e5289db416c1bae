"""Batch of BX24.js: commands to text, and the answer to one result per command.

Facts: "BX24.js and the portal page around it", section 7; vectors bx24/batch.json.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from b24bridge.legacy.bx24_form import encode, is_truthy, ordered, scalar_text
from b24bridge.wire.call import Json

__all__ = ["UNDEFINED", "Calls", "JavaScriptError", "commands_of", "entry_of", "unpack"]

Calls = Sequence[Any] | Mapping[Any, Any]


class JavaScriptError(Exception):
    """An exception that the original raises by accident, in the words of Chromium."""


UNDEFINED = object()


def entry_of(call: Any) -> tuple[Any, Any]:
    """Return method and parameters of an entry: ``[method, params]`` or ``{method, params}``."""
    if isinstance(call, list | tuple):
        return (call[0] if call else None), (call[1] if len(call) > 1 else None)
    if isinstance(call, Mapping):
        return call.get("method"), call.get("params")
    return None, None


def commands_of(calls: Calls, quirks: frozenset[str]) -> dict[str, str]:
    """Return ``method?query`` by key; entries without a method are left out, the others keep theirs."""
    commands = {}
    for key, call in ordered(calls, quirks):
        method, params = entry_of(call)
        if is_truthy(method):
            commands[key] = f"{scalar_text(method, quirks)}?{encode(params, quirks)}"
    return commands


def unpack(
    calls: Calls, commands: Mapping[str, str], data: Json, make: Callable[[dict[str, Json], str, str], Any]
) -> Any:
    """Return a list or a dictionary like ``calls`` with a result for each command that ran.

    Args:
        calls: What was asked.
        commands: What was sent for it.
        data: The batch's ``result``; UNDEFINED stands for a batch that was refused.
        make: Makes a result object of an answer and the method and the text of its command; a later
            page sends that text again, up to a second question mark, as the original does.

    Raises:
        JavaScriptError: The answer is no batch answer, so the original failed here.
    """
    found = dict(_results(commands, data, make))
    if isinstance(calls, Mapping):
        return {key: found[str(key)] for key in calls if str(key) in found}
    length = max((int(key) for key in found), default=-1) + 1
    return [found.get(str(position)) for position in range(length)]


def _results(
    commands: Mapping[str, str], data: Json, make: Callable[[dict[str, Json], str, str], Any]
) -> Iterator[tuple[str, Any]]:
    for key, command in commands.items():
        value = _member(_member(data, "result"), key)
        error = _member(_member(data, "result_error"), key)
        if value is UNDEFINED and error is UNDEFINED:
            continue
        answer = {"result": {} if value is UNDEFINED else value}
        if error is not UNDEFINED and is_truthy(error):
            answer["error"] = error
        for name, place in (("total", "result_total"), ("next", "result_next")):
            part = _member(_member(data, place), key)
            if part is not UNDEFINED:
                answer[name] = part
        time = _member(data, "result_time")
        part = UNDEFINED if time is UNDEFINED or time is None else _member(time, key)
        if part is not UNDEFINED:
            answer["time"] = part
        method, text, *_ = command.split("?")
        yield key, make(answer, method, text)


def _member(value: Any, name: str) -> Any:
    """Return a member as JavaScript reads it; PHP writes empty arrays as lists."""
    if value is UNDEFINED or value is None:
        kind = "null" if value is None else "undefined"
        raise JavaScriptError(f"TypeError: Cannot read properties of {kind} (reading '{name}')")
    if isinstance(value, Mapping):
        return value.get(name, UNDEFINED)
    if isinstance(value, list) and name.isdecimal() and int(name) < len(value):
        return value[int(name)]
    return UNDEFINED
