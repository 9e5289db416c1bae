"""Printing of results: a table on a terminal, JSON in a pipe; talk goes to standard error."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeVar

import click

__all__ = ["format_option", "is_table", "language_option", "print_rows", "print_value", "say"]

F = TypeVar("F", bound=Callable[..., Any])

FORMATS = ("table", "json", "ndjson", "csv")


def format_option(function: F) -> F:
    """Add ``--format`` to a command."""
    option = click.option(
        "--format",
        "form",
        type=click.Choice(FORMATS),
        default=None,
        help="Form of the result; a table on a terminal, JSON elsewhere.",
    )
    return option(function)


def language_option(*, both: bool = False, help: str = "Language.") -> Callable[[F], F]:
    """Return what adds ``--lang`` to a command.

    Args:
        both: Whether the command can also write both languages, which it does without the option.
        help: Text of the option.
    """
    return click.option(
        "--lang",
        "--language",
        "lang",
        type=click.Choice(["en", "ru", "both"] if both else ["en", "ru"]),
        default="both" if both else "en",
        show_default=True,
        help=help,
    )


def say(text: str) -> None:
    """Tell the person at the terminal something that is not the result."""
    click.echo(text, err=True)


def print_value(value: Any) -> None:
    """Print one value as JSON."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2, default=_plain))


def is_table(form: str | None) -> bool:
    """Return whether rows will be drawn for a person, who has no room for everything."""
    return form == "table" or (form is None and sys.stdout.isatty())


def print_rows(
    rows: Iterable[Mapping[str, Any]],
    form: str | None,
    columns: Sequence[str] | None = None,
    *,
    head: bool = True,
) -> None:
    """Print rows one by one as they come; only a table needs all of them.

    Args:
        rows: The rows.
        form: ``table``, ``json``, ``ndjson``, ``csv``, or None for the usual one.
        columns: Columns of a table and of CSV; None for those of the first row.
        head: False leaves out the head of CSV, which goes on behind rows that were printed before.
    """
    if form == "csv":
        _csv(rows, columns, head)
        return
    chosen = "table" if is_table(form) else form or "json"
    {"table": _table, "json": _json, "ndjson": _ndjson}[chosen](rows, columns)


_NO_WIDTH = 100_000


def _table(rows: Iterable[Mapping[str, Any]], columns: Sequence[str] | None) -> None:
    try:
        from rich.console import Console
        from rich.table import Table
    except ModuleNotFoundError:
        say("For tables install b24bridge[report]; here is JSON.")
        _json(rows, columns)
        return
    listed = list(rows)
    names = columns or list(dict.fromkeys(name for row in listed for name in row))
    table = Table(box=None, header_style="bold", pad_edge=False)
    cells = [[_cell(row.get(name)) for name in names] for row in listed]
    for position, name in enumerate(names):
        # On a narrow terminal heads take two lines, then the last column gives way, which mostly is a text.
        widest = max((len(row[position]) for row in cells), default=0)
        is_last = position == len(names) - 1
        table.add_column(name, min_width=min(widest, 12) if is_last else widest, overflow="fold")
    for row in cells:
        table.add_row(*row)
    # A pipe or a file has no width.
    Console(width=None if sys.stdout.isatty() else _NO_WIDTH).print(table)


def _json(rows: Iterable[Mapping[str, Any]], columns: Sequence[str] | None) -> None:
    # Written by hand at the edges only, so that 200,000 rows need the memory of one.
    separator = "[\n"
    for row in rows:
        click.echo(separator + json.dumps(row, ensure_ascii=False, default=_plain), nl=False)
        separator = ",\n"
    click.echo("\n]" if separator != "[\n" else "[]")


def _ndjson(rows: Iterable[Mapping[str, Any]], columns: Sequence[str] | None) -> None:
    for row in rows:
        click.echo(json.dumps(row, ensure_ascii=False, default=_plain))


def _csv(rows: Iterable[Mapping[str, Any]], columns: Sequence[str] | None, head: bool) -> None:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    names = columns
    for number, row in enumerate(rows):
        names = names or list(row)
        if number == 0 and head:
            writer.writerow(names)
        writer.writerow([_cell(row.get(name)) for name in names])


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, (Mapping, list, tuple)):
        return json.dumps(value, ensure_ascii=False, default=_plain)
    return str(value if isinstance(value, (str, int)) else _plain(value))


def _plain(value: Any) -> Any:
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    raise TypeError(f"{type(value).__name__} cannot be printed")
