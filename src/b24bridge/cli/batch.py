"""``b24bridge batch``: many commands in few requests, with the outcome of each."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, TypeAlias

import click

from b24bridge.cli.connect import client_of, portal_options
from b24bridge.cli.output import format_option, print_rows, say
from b24bridge.errors import ConfigError

if TYPE_CHECKING:
    from b24bridge.modern.outcomes import Outcome
    from b24bridge.wire.call import Call

__all__ = ["command"]

# A name, or the number of a line, and the call.
Named: TypeAlias = "tuple[str | int, Call[Any]]"

_LINES_AT_ONCE = 50


@click.command()
@click.argument("commands", nargs=-1)
@click.option(
    "--file",
    "source",
    type=click.File("r", encoding="utf-8-sig"),
    help="Commands as one JSON object by name, or one a line, read as they come; - is standard input.",
)
@click.option(
    "--api",
    type=click.Choice(["2", "3"]),
    default="2",
    show_default=True,
    help='REST generation; in a file "api": 3 beside a method says otherwise.',
)
@click.option(
    "--together",
    is_flag=True,
    help="Let writes of REST 3.0 share requests; if one of them is refused, all of its request are unknown.",
)
@click.option("--halt", is_flag=True, help="Run nothing after the first command that fails.")
@click.option("--dry-run", is_flag=True, help="Print the commands that would be sent and send nothing.")
@format_option
@portal_options
def command(
    commands: tuple[str, ...],
    source: IO[str] | None,
    api: str,
    together: bool,
    halt: bool,
    dry_run: bool,
    form: str | None,
    settings_php: Path | None,
    insecure: bool,
) -> None:
    """Run COMMANDS, written as NAME=METHOD?PARAMS, 50 to a request, and print what became of each.

    A command may use the result of an earlier one: ID=$result[me][UF_DEPARTMENT][0]. In a file a command
    is {"method": "user.get", "params": {"ID": 1}}; lines may not refer to each other. Exit code 1 means that
    a command failed, was not run, or that its outcome is unknown.

    Example: b24bridge batch me=user.current 'home=department.get?ID=$result[me][UF_DEPARTMENT][0]'
    """
    if bool(commands) == (source is not None):
        raise click.UsageError("Give either commands or --file.")
    words = [] if source is not None else [_of_words(commands, int(api))]
    parts: Iterator[Sequence[Named]] = iter(words) if source is None else _of_file(source, int(api))
    if dry_run:
        print_rows((_planned(name, call) for name, call in chain.from_iterable(parts)), form)
        return
    bad = 0

    def rows() -> Iterator[dict[str, Any]]:
        nonlocal bad
        with client_of(settings_php, insecure) as client:
            for part in parts:
                outcomes = client.batch(dict(part), halt=halt, together=together)
                bad += sum(not outcome.ok for outcome in outcomes.values())
                yield from (_row(name, outcome) for name, outcome in outcomes.items())
                if bad and halt:
                    return

    print_rows(rows(), form, ("command", "state", "result", "error"))
    if bad:
        say(f"{bad} {'command' if bad == 1 else 'commands'} did not end well.")
        click.get_current_context().exit(1)


def _planned(name: str | int, call: Call[Any]) -> dict[str, Any]:
    generation = {} if call.api.value == 2 else {"api": call.api.value}
    return {"command": name, "method": call.method, **generation, "params": call.params}


def _row(name: str | int, outcome: Outcome[Any]) -> dict[str, Any]:
    return {
        "command": name,
        "state": outcome.state,
        "result": outcome.or_else(None),
        "error": None if outcome.error is None else f"{type(outcome.error).__name__}: {outcome.error}",
    }


def _of_words(words: Iterable[str], api: int) -> list[Named]:
    from b24bridge.wire.call import Api, Call
    from b24bridge.wire.phpquery import parse_str

    found: dict[str | int, Call[Any]] = {}
    for word in words:
        name, equals, rest = word.partition("=")
        method, _, query = rest.partition("?")
        if not (name and equals and method):
            raise ConfigError(f"{word!r} is not NAME=METHOD?PARAMS.", remedy="Write me=user.get?ID=1.")
        if name in found:
            raise ConfigError(f"Two commands are named {name}.", remedy="Give each its own name.")
        found[name] = Call(method, parse_str(query), api=Api(api))
    return list(found.items())


def _numbered(source: IO[str]) -> Iterator[tuple[int, str]]:
    try:
        yield from ((number, line) for number, line in enumerate(source, 1) if line.strip())
    except UnicodeDecodeError as error:
        raise ConfigError("The file is not in UTF-8.", remedy="Save it in UTF-8.") from error


def _of_file(source: IO[str], api: int) -> Iterator[Sequence[Named]]:
    """Give the commands of a JSON object at once, those of lines 50 at a time."""
    lines = _numbered(source)
    first = next(lines, None)
    if first is None:
        raise ConfigError("The file holds no command.", remedy=_FORM)
    if not _is_command(first[1]):
        yield _of_object("".join((first[1], *(line for _, line in lines))), api)
        return
    numbered = chain([first], lines)
    while taken := [
        (number, _of_line(number, line, api)) for number, line in islice(numbered, _LINES_AT_ONCE)
    ]:
        yield taken


_FORM = 'Write each command as {"method": "user.get", "params": {"ID": 1}}.'


def _is_command(text: str) -> bool:
    try:
        read = json.loads(text)
    except ValueError:
        return False
    return isinstance(read, dict) and isinstance(read.get("method"), str)


def _of_object(text: str, api: int) -> list[Named]:
    try:
        read = json.loads(text)
    except ValueError as error:
        raise ConfigError(f"The file is not JSON: {error}.", remedy=_FORM) from error
    if not isinstance(read, dict):
        raise ConfigError("The file must hold an object of commands by name, or one a line.", remedy=_FORM)
    return [(name, _call(entry, name, api)) for name, entry in read.items()]


def _of_line(number: int, text: str, api: int) -> Call[Any]:
    try:
        return _call(json.loads(text), f"Line {number}", api)
    except ValueError as error:
        raise ConfigError(f"Line {number} is not JSON: {error}.", remedy=_FORM) from error


def _call(entry: object, place: str, api: int) -> Call[Any]:
    from b24bridge.wire.call import Api, Call

    if isinstance(entry, dict) and isinstance(entry.get("method"), str):
        params = entry.get("params") or {}
        generation = entry.get("api", api)
        if isinstance(params, dict | list) and generation in (2, 3):
            return Call(entry["method"], params, api=Api(generation))
    raise ConfigError(f"{place} is no command.", remedy=_FORM)
