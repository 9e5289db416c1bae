"""``b24bridge list``: all rows of a list method."""

from __future__ import annotations

from pathlib import Path

import click

from b24bridge.cli.connect import client_of, portal_options, read_params
from b24bridge.cli.output import format_option, print_rows, say

__all__ = ["command"]


@click.command()
@click.argument("method")
@click.argument("params", nargs=-1)
@click.option("--json", "json_text", help="Parameters as a JSON object.")
@click.option("--strategy", help="How to page; the usual way is chosen by the method.")
@click.option("--columns", help="Columns of a table or CSV, separated by commas.")
@click.option("--limit", type=click.IntRange(min=1), help="Stop after this many rows.")
@click.option("--prove", is_flag=True, help="Fail if the list cannot prove that it is complete.")
@format_option
@portal_options
def command(
    method: str,
    params: tuple[str, ...],
    json_text: str | None,
    strategy: str | None,
    columns: str | None,
    limit: int | None,
    prove: bool,
    form: str | None,
    settings_php: Path | None,
    insecure: bool,
) -> None:
    """Print all rows of METHOD, page after page, as they come.

    Example: b24bridge list crm.deal.list 'filter[CLOSED]=N' 'select[]=ID' --format ndjson
    """
    from itertools import islice

    from b24bridge.modern.lists import ListOptions

    options = ListOptions(complete=prove)
    if strategy is not None:
        options["strategy"] = strategy
    with client_of(settings_php, insecure) as client:
        rows = client.iter(method, read_params(params, json_text)).read(**options)
        print_rows(islice(rows, limit), form, columns.split(",") if columns else None)
        report = rows.report
        if report is not None and limit is None:
            state = "complete" if report.is_proven else f"not proven complete: {report.doubts()}"
            say(f"{report.rows} rows in {report.requests} requests ({report.strategy}), {state}.")
