"""``b24bridge schema``: the portal's own fields, pipelines and directories."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from b24bridge.cli.connect import client_of, portal_options
from b24bridge.cli.output import format_option, print_rows, say

__all__ = ["command"]


@click.group()
def command() -> None:
    """Pull a portal's schema, write typed models of it, compare two snapshots.

    Example: b24bridge schema pull --snapshot portal.json --models portal_models.py
    """


@command.command()
@click.option("--snapshot", type=click.Path(dir_okay=False, path_type=Path), help="JSON file to write.")
@click.option("--models", type=click.Path(dir_okay=False, path_type=Path), help="Python module to write.")
@portal_options
def pull(snapshot: Path | None, models: Path | None, settings_php: Path | None, insecure: bool) -> None:
    """Read fields, user fields, pipelines, directories and smart processes.

    Without a file the snapshot goes to standard output.

    Example: b24bridge schema pull --snapshot portal.json --models portal_models.py
    """
    from b24bridge.modern.schema import models_of
    from b24bridge.modern.schema import pull as pull_schema
    from b24bridge.report.files import write_text

    with client_of(settings_php, insecure) as client:
        found = pull_schema(client)
    for method, code in found.unread.items():
        say(f"Not read: {method} ({code}).")
    if snapshot is None and models is None:
        click.echo(found.to_json(), nl=False)
    if snapshot is not None:
        write_text(snapshot, found.to_json())
        say(f"{len(found.entities)} kinds of records in {snapshot}.")
    if models is not None:
        write_text(models, models_of(found))
        say(f"Models in {models}.")


@command.command()
@click.argument("old", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("new", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@format_option
def diff(old: Path, new: Path, form: str | None) -> None:
    """Compare the snapshots OLD and NEW; exit code 1 if a change may break a program.

    Example: b24bridge schema diff before.json after.json
    """
    from b24bridge.modern.schema import Snapshot, compare

    before, after = (Snapshot.from_json(path.read_text("utf-8"), path.name) for path in (old, new))
    changes = compare(before, after)
    print_rows(
        [{"place": c.place, "change": c.text, "breaking": c.breaking} for c in changes],
        form,
        ["place", "change", "breaking"],
    )
    sys.exit(1 if any(change.breaking for change in changes) else 0)
