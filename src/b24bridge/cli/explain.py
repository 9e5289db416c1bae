"""``b24bridge explain``: what an error code means, or what a run of the ledger found."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from b24bridge.cli.output import say

__all__ = ["command"]


@click.command()
@click.argument("what")
@click.option("--lang", type=click.Choice(["en", "ru"]), default="en", show_default=True, help="Language.")
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
    if what.startswith("run:"):
        _explain_run(what[4:], project)
        return
    from b24bridge.knowledge.codes import explain, nearest_codes

    facts = explain(what, "ru" if lang == "ru" else "en")
    if facts is None:
        near = nearest_codes(what)
        say(f"Nobody documents the code {what}." + (f" Did you mean {', '.join(near)}?" if near else ""))
        sys.exit(1)
    click.echo(f"{facts.code or '(empty code)'}  {facts.error}")
    click.echo(facts.meaning)
    click.echo(facts.remedy)


def _explain_run(number: str, project: Path) -> None:
    from b24bridge.router.places import open_ledger

    run = open_ledger(project).get(int(number)) if number.isdigit() else None
    if run is None:
        say(f"There is no run {number} in the ledger; `b24bridge status` shows the modules.")
        sys.exit(1)
    click.echo(f"{run.module} in {run.stage}: {run.outcome}; {run.answered} answered")
    for name, error in (("old path", run.legacy_error), ("new path", run.modern_error)):
        if error:
            click.echo(f"the {name} failed with {error}")
    if run.detail:
        detail = json.loads(run.detail)
        for shown in detail["shown"]:
            old, new = (json.dumps(shown[side], ensure_ascii=False) for side in ("old", "new"))
            click.echo(f"  {shown['place'] or '(the whole)'} ({shown['kind']}): {old} -> {new}")
        hidden = detail["differences"] - len(detail["shown"])
        if hidden > 0:
            click.echo(f"  and {hidden} more")
        for side in ("only_old_writes", "only_new_writes"):
            for write in detail[side]:
                params = json.dumps(write["params"], ensure_ascii=False)
                click.echo(f"  {side.replace('_', ' ')}: {write['method']} {params}")
