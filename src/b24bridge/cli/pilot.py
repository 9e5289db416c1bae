"""``b24bridge pilot``: may the founding modules move?"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from b24bridge.cli.output import say
from b24bridge.cli.progress import progress

__all__ = ["command"]


@click.command()
@click.option(
    "--rounds", default=3, show_default=True, type=click.IntRange(min=1), help="Rounds of each path."
)
@click.option(
    "--size",
    default="large",
    show_default=True,
    type=click.Choice(["small", "medium", "large"]),
    help="Data set of the measurement.",
)
@click.option(
    "--rules",
    default="cassettes/accepted.toml",
    show_default=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="Accepted differences.",
)
@click.option(
    "--reports",
    default="reports",
    show_default=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for pilot.html, pilot.ru.html, pilot.md and pilot.json.",
)
def command(rounds: int, size: str, rules: Path, reports: Path) -> None:
    """Run the service desk's modules old and new, verify them, measure them, and say which may move.

    Runs in the root of the repository, where the modules are. Exit code 1 means that one must wait.

    Example: b24bridge pilot --rounds 5
    """
    from b24bridge.bench.pilot import PILOT_MODULES, run_pilot
    from b24bridge.bench.pilot_report import pilot_report
    from b24bridge.compare.rules import load_rules
    from b24bridge.report.files import write_report

    accepted = load_rules(rules)
    now = datetime.now(UTC)
    with progress() as show:
        pilot = run_pilot(accepted, today=now.date(), rounds=rounds, size=size, progress=show)
    made = f"b24bridge pilot, {now.date().isoformat()}"
    english = pilot_report(pilot, made=made, other_languages={"ru": "pilot.ru.html"})
    russian = pilot_report(pilot, language="ru", made=made, other_languages={"en": "pilot.html"})
    written = write_report(english, reports, "pilot")
    written += write_report(russian, reports, "pilot.ru", data_name="pilot.json")
    click.echo(english.lead)
    for verdict in english.verdicts:
        click.echo(f"\n{verdict.subject}: {verdict.answer}")
        for reason in verdict.reasons:
            click.echo(f"  {reason}")
    click.echo("")
    for file in written:
        say(str(file))
    if not all(pilot.may_move(module) for module in PILOT_MODULES):
        raise click.exceptions.Exit(1)
