"""``b24bridge list``: all rows of a list method."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from b24bridge.cli.connect import client_of, portal_options, read_params
from b24bridge.cli.output import format_option, is_table, print_rows, say
from b24bridge.cli.progress import progress

if TYPE_CHECKING:
    from b24bridge.modern.positions import ListPosition

__all__ = ["command"]


@click.command()
@click.argument("method")
@click.argument("params", nargs=-1)
@click.option("--json", "json_text", help="Parameters as a JSON object.")
@click.option("--api", type=click.Choice(["2", "3"]), default="2", show_default=True, help="REST generation.")
@click.option("--strategy", help="How to page; the usual way is chosen by the method.")
@click.option("--columns", help="Columns of a table or CSV, separated by commas.")
@click.option("--limit", type=click.IntRange(min=1), help="Stop after this many rows.")
@click.option("--prove", is_flag=True, help="Fail if the list cannot prove that it is complete.")
@click.option(
    "--resume",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Keep in this file how far the list was read, and go on behind it; rows are printed as NDJSON or "
    "CSV. A run that was stopped prints the page under way again, one that was killed at most the last "
    "thousand rows.",
)
@format_option
@portal_options
def command(
    method: str,
    params: tuple[str, ...],
    json_text: str | None,
    api: str,
    strategy: str | None,
    columns: str | None,
    limit: int | None,
    prove: bool,
    resume: Path | None,
    form: str | None,
    settings_php: Path | None,
    insecure: bool,
) -> None:
    """Print all rows of METHOD, page after page, as they come.

    Example: b24bridge list crm.deal.list 'filter[CLOSED]=N' 'select[]=ID' --format ndjson

    Example: b24bridge list crm.deal.list --format csv --columns ID,TITLE --resume deals.position >> deals.csv
    """
    from itertools import islice

    from b24bridge.modern.lists import ListOptions
    from b24bridge.modern.positions import ListPosition

    if resume is not None and (prove or limit is not None or form in ("table", "json")):
        raise click.UsageError("--resume goes with --format ndjson or csv, without --limit and --prove.")
    options = ListOptions(complete=prove)
    if strategy is not None:
        options["strategy"] = strategy
    with client_of(settings_php, insecure) as client, progress() as show:
        if not _is_on_screen(form):
            options["progress"] = lambda report: show(f"{report.rows} rows, {report.requests} requests")
        rows = client.iter(method, read_params(params, json_text), api=int(api)).read(**options)
        names = columns.split(",") if columns else None
        kept = None if resume is None else ListPosition(resume)
        if kept is not None:
            head = not kept.rows
            print_rows(_flushed(kept, rows), form or "ndjson", names, head=head)
        else:
            print_rows(islice(rows, limit), form, names)
        report = rows.report if kept is None else kept.report
    if report is not None and limit is None:
        state = "complete" if report.is_proven else f"not proven complete: {report.doubts()}"
        say(f"{report.rows} rows in {report.requests} requests ({report.strategy}), {state}.")


def _is_on_screen(form: str | None) -> bool:
    """Return whether rows appear where the progress would."""
    return sys.stdout.isatty() and not is_table(form)


def _flushed(kept: ListPosition, rows: Any) -> Iterator[Any]:
    """Yield rows; each page is out before it counts as read."""
    for page in kept.pages(rows):
        yield from page
        sys.stdout.flush()
