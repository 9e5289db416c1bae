"""Many commands in one request (section 3)."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from .listing import Answer
from .methods import Context
from .phpinput import form, take_common
from .phpjson import php_array
from .refs import resolve
from .refusals import Refusal

__all__ = ["BATCH_LENGTH", "Runner", "batch", "split_command"]

BATCH_LENGTH = 50
_FORBIDDEN = frozenset({"batch", "download", "upload"})
_PARTS = ("result", "result_error", "result_total", "result_next", "result_time")

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_SCHEME = re.compile(r"[A-Za-z0-9+.\-]+")
_PORT = re.compile(r"[0-9]{1,5}(?:/|$)")
_HOST = re.compile(
    r"(?:[^/?#]*@)?(?P<host>\[[^/?#]*\]|[^/?#:]*(?::+[^/?#:]+(?=:))*)(?::(?P<port>[0-9]*))?(?=[/?#]|$)"
)
_HIGHEST_PORT = 65535

# Runs one command: method, parameters, start; returns the answer and its ``time``.
Runner = Callable[[Context, str, Any, int | None], tuple[Answer, dict[str, Any]]]


def batch(context: Context, params: Any, run: Runner) -> dict[str, Any]:
    """Return the five maps of a batch, each as PHP shows an array with these keys."""
    lower = {str(key).lower(): value for key, value in params.items()}
    commands = lower.get("cmd")
    halt = _truthy(lower.get("halt"))
    found: dict[str, dict[str, Any]] = {part: {} for part in _PARTS}
    collected: dict[str, Any] = {
        "result": found["result"],
        "error": found["result_error"],
        "total": found["result_total"],
        "next": found["result_next"],
        "time": found["result_time"],
    }
    pairs = (
        commands.items()
        if isinstance(commands, dict)
        else enumerate(commands)
        if isinstance(commands, list)
        else ()
    )
    for position, (key, command) in enumerate((k, c) for k, c in pairs if isinstance(c, str)):
        name = str(key)
        try:
            if position >= BATCH_LENGTH:
                raise Refusal("ERROR_BATCH_LENGTH_EXCEEDED", "Max batch length exceeded")
            answer, time = _command(context, command, collected, run)
        except Refusal as refusal:
            found["result_error"][name] = refusal.body()
            if halt:
                break
            continue
        found["result"][name] = answer.result
        if answer.total is not None:
            found["result_total"][name] = answer.total
        if answer.next is not None:
            found["result_next"][name] = answer.next
        found["result_time"][name] = time
    return {part: php_array(found[part]) for part in _PARTS}


def _command(
    context: Context, command: str, collected: dict[str, Any], run: Runner
) -> tuple[Answer, dict[str, Any]]:
    method, query = split_command(command)
    if method in _FORBIDDEN:
        raise Refusal("ERROR_BATCH_METHOD_NOT_ALLOWED", "Method is not allowed for batch usage")
    params = resolve(form(query), collected)
    start = take_common(params)
    return run(context, method, params, start)


def split_command(command: str) -> tuple[str, str]:
    """Return method and query of a command, split as PHP's ``parse_url`` does it.

    A ``#`` cuts the query; a name with a colon is taken for a scheme, one with a number behind the
    colon for a host with a port (vectors ``php_forms.json``). What PHP cannot split has no method.
    """
    rest = _CONTROL.sub("_", command)
    colon = rest.find(":")
    scheme = rest[:colon] if colon >= 0 else ""
    if colon > 0 and _SCHEME.fullmatch(scheme):
        after = rest[colon + 1 :]
        if after and not after.startswith("/"):
            return _split_path(_after_host(rest)) if _PORT.match(after) else _split_path(after)
        if after.startswith("//"):
            rest = after[2:]
            return _split_path(
                rest if scheme.lower() == "file" and rest.startswith("/") else _after_host(rest)
            )
        return _split_path(after)
    if rest.startswith("//"):
        return _split_path(_after_host(rest[2:]))
    return _split_path(rest)


def _after_host(text: str) -> str:
    """Return what follows the host, or nothing when PHP would give up."""
    match = _HOST.match(text)
    if match is None or not match["host"] or int(match["port"] or 0) > _HIGHEST_PORT:
        return ""
    return text[match.end() :]


def _split_path(text: str) -> tuple[str, str]:
    path, _, query = text.partition("#")[0].partition("?")
    return path, query


def _truthy(value: Any) -> bool:
    return bool(value) and value != "0"
