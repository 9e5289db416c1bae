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

__all__ = ["format_option", "print_rows", "print_value", "say"]

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


def say(text: str) -> None:
    """Tell the person at the terminal something that is not the result."""
    click.echo(text, err=True)


def print_value(value: Any) -> None:
    """Print one value as JSON."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2, default=_plain))


def print_rows(
    rows: Iterable[Mapping[str, Any]], form: str | None, columns: Sequence[str] | None = None
) -> None:
    """Print rows one by one as they come; only a table needs all of them.

    Args:
        rows: The rows.
        form: ``table``, ``json``, ``ndjson``, ``csv``, or None for the usual one.
        columns: Columns of a table and of CSV; None for those of the first row.
    """
    chosen = form or ("table" if sys.stdout.isatty() else "json")
    {"table": _table, "json": _json, "ndjson": _ndjson, "csv": _csv}[chosen](rows, columns)


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
    for position, name in enumerate(names):
        # Only the last column, which mostly is a text, gives way on a narrow terminal.
        table.add_column(name, no_wrap=position < len(names) - 1, overflow="fold")
    for row in listed:
        table.add_row(*(_cell(row.get(name)) for name in names))
    Console().print(table)


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


def _csv(rows: Iterable[Mapping[str, Any]], columns: Sequence[str] | None) -> None:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    names = columns
    for number, row in enumerate(rows):
        names = names or list(row)
        if number == 0:
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
