"""``b24bridge drift``: recordings against the portal of today."""

from __future__ import annotations

from pathlib import Path

import click

from b24bridge.cli.connect import client_of, portal_options
from b24bridge.cli.output import format_option, print_rows, say

__all__ = ["command"]


@click.command()
@click.argument("names", nargs=-1)
@click.option(
    "--cassettes",
    default="cassettes",
    show_default=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder of the cassettes; without NAMES all of them.",
)
@format_option
@portal_options
def command(
    names: tuple[str, ...], cassettes: Path, form: str | None, settings_php: Path | None, insecure: bool
) -> None:
    """Ask a portal what cassettes asked, writes left out, and compare the shapes of the answers.

    A place of an answer whose type changed, that appeared or went away is a drift. Exit code 1 means that
    there is one: record anew, and look at the modules that read these places.

    Example: b24bridge drift sector-small
    """
    from b24bridge.contract.cassettes import cassette_files, load_cassette
    from b24bridge.contract.drift import asking, drift

    files = cassette_files(names, cassettes)
    with client_of(settings_php, insecure) as client:
        rows = [
            {
                "cassette": file.stem,
                "method": found.method,
                "place": found.place,
                "recorded": " or ".join(found.recorded) or "nothing",
                "now": " or ".join(found.now) or "nothing",
            }
            for file in files
            for found in drift(load_cassette(file), asking(client))
        ]
    print_rows(rows, form, ("cassette", "method", "place", "recorded", "now"))
    say(f"Cassettes asked again: {len(files)}; places that answer otherwise: {len(rows)}.")
    if rows:
        click.get_current_context().exit(1)
