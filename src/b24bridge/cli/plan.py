"""``b24bridge plan``: modules, order, pilot."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, cast

import click

from b24bridge.cli.output import language_option, say

__all__ = ["command"]

_FOLDER = click.Path(exists=True, path_type=Path)
_FILE = click.Path(dir_okay=False, path_type=Path)


@click.command()
@click.argument("path", type=_FOLDER)
@click.option("--by", type=click.Choice(["file", "directory"]), default="file", show_default=True)
@click.option("--table", type=_FILE, default=Path("b24bridge.toml"), show_default=True, help="Stage table.")
@language_option()
@click.option(
    "--format",
    "form",
    type=click.Choice(["markdown", "html"]),
    help="Form of the plan; by the ending of --output, else Markdown.",
)
@click.option("--output", type=_FILE, help="File for the plan, not stdout.")
@click.option("--dry-run", is_flag=True, help="Do not write the stage table.")
def command(
    path: Path, by: str, table: Path, lang: str, form: str | None, output: Path | None, dry_run: bool
) -> None:
    """Cut a code base into modules, order their migration and name the pilot.

    Modules that the table lists keep their files and everything else that people wrote there.

    Example: b24bridge plan src --by directory --lang ru --output plan.html
    """
    from b24bridge.report import render_html, render_markdown, write_text
    from b24bridge.scan import scan
    from b24bridge.scan.plan import make_plan
    from b24bridge.scan.plan_report import plan_report
    from b24bridge.scan.plan_table import read_mapping, write_table

    plan = make_plan(scan(path), by=cast(Literal["file", "directory"], by), mapping=read_mapping(table))
    report = plan_report(
        plan, language=cast(Literal["en", "ru"], lang), made=f"b24bridge plan {path.resolve().name}"
    )
    is_page = form == "html" or (form is None and output is not None and output.suffix in (".html", ".htm"))
    text = render_html(report) if is_page else render_markdown(report)
    if output is None:
        click.echo(text, nl=False)
    else:
        write_text(output, text)
    if dry_run:
        say(f"{table} is left as it is.")
    elif plan.modules and write_table(plan, table):
        say(f"Wrote {table}: {len(plan.modules)} modules.")
    else:
        say(f"{table} needed no change.")
