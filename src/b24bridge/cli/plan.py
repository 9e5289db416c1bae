"""``b24bridge plan``: modules, order, pilot."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, cast

import click

__all__ = ["command"]

_FOLDER = click.Path(exists=True, path_type=Path)
_FILE = click.Path(dir_okay=False, path_type=Path)


@click.command()
@click.argument("path", type=_FOLDER)
@click.option("--by", type=click.Choice(["file", "directory"]), default="file", show_default=True)
@click.option("--table", type=_FILE, default=Path("b24bridge.toml"), show_default=True, help="Stage table.")
@click.option("--lang", type=click.Choice(["en", "ru"]), default="en", show_default=True)
@click.option("--output", type=_FILE, help="File for the plan in Markdown, not stdout.")
@click.option("--dry-run", is_flag=True, help="Do not write the stage table.")
def command(path: Path, by: str, table: Path, lang: str, output: Path | None, dry_run: bool) -> None:
    """Cut a code base into modules, order their migration and name the pilot.

    Modules that the table lists keep their files and everything else that people wrote there.

    Example: b24bridge plan src --by directory --lang ru --output plan.md
    """
    from b24bridge.scan import scan
    from b24bridge.scan.plan import make_plan
    from b24bridge.scan.plan_table import read_mapping, write_table
    from b24bridge.scan.plan_text import as_markdown

    plan = make_plan(scan(path), by=cast(Literal["file", "directory"], by), mapping=read_mapping(table))
    text = as_markdown(plan, cast(Literal["en", "ru"], lang))
    if output is None:
        click.echo(text, nl=False)
    else:
        output.write_text(text, "utf-8")
    if dry_run:
        click.echo(f"{table} is left as it is.", err=True)
    elif plan.modules and write_table(plan, table):
        click.echo(f"Wrote {table}: {len(plan.modules)} modules.", err=True)
    else:
        click.echo(f"{table} needed no change.", err=True)
