"""``b24bridge explain``: what an error code means, or what a run of the ledger found."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Literal

import click

from b24bridge.cli.output import language_option, say

__all__ = ["command"]


@click.command()
@click.argument("what")
@language_option()
@click.option(
    "--project",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=Path(),
    help="Folder of b24bridge.toml, for run:NUMBER.",
)
def command(what: str, lang: str, project: Path) -> None:
    """Explain an error code of the portal, or a compared run as run:NUMBER.

    Example: b24bridge explain QUERY_LIMIT_EXCEEDED
    """
    language: Literal["en", "ru"] = "ru" if lang == "ru" else "en"
    if what.startswith("run:"):
        _explain_run(what[4:], project, language)
        return
    from b24bridge.knowledge.codes import explain, nearest_codes

    facts = explain(what, language)
    if facts is None:
        near = nearest_codes(what)
        say(f"Nobody documents the code {what}." + (f" Did you mean {', '.join(near)}?" if near else ""))
        sys.exit(1)
    click.echo(f"{facts.code or '(empty code)'}  {facts.error}")
    click.echo(facts.meaning)
    click.echo(facts.remedy)


def _explain_run(number: str, project: Path, language: Literal["en", "ru"]) -> None:
    from b24bridge.report import explain_run
    from b24bridge.router.places import open_ledger

    if not (number.isascii() and number.isdigit()):
        raise click.UsageError(f"run:{number} is no number of a run; write it as run:17.")
    run = open_ledger(project).get(int(number))
    if run is None:
        say(f"There is no run {number} in the ledger; `b24bridge report` names runs that differ.")
        sys.exit(1)
    for line in explain_run(run, language):
        click.echo(line)
