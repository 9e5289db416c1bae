"""``b24bridge drift``: recordings against the portal of today."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import click

from b24bridge.cli.output import format_option, print_rows, say
from b24bridge.errors import ConfigError, TransportError

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
def command(names: tuple[str, ...], cassettes: Path, form: str | None) -> None:
    """Ask the portal of B24BRIDGE_WEBHOOK_URL what cassettes asked, writes left out, and compare the shapes.

    A place of an answer whose type changed, that appeared or went away is a drift. Exit code 1 means that
    there is one: record anew, and look at the modules that read these places.

    Example: b24bridge drift sector-small
    """
    from b24bridge.contract.cassettes import SUFFIXES, find_cassette, load_cassette
    from b24bridge.contract.drift import drift
    from b24bridge.contract.live import LivePortal

    webhook_url = os.environ.get("B24BRIDGE_WEBHOOK_URL", "")
    if not webhook_url:
        raise ConfigError("No portal is named.", remedy="Set B24BRIDGE_WEBHOOK_URL.")
    files = [find_cassette(name, cassettes) for name in names] or sorted(
        file for file in cassettes.iterdir() if file.suffix in SUFFIXES
    )
    if not files:
        raise ConfigError(
            f"There is no cassette in {cassettes}.", remedy="Record one with `b24bridge record`."
        )
    portal = LivePortal()
    rows: list[dict[str, Any]] = []
    try:
        for file in files:
            rows += [
                {
                    "cassette": file.stem,
                    "method": found.method,
                    "place": found.place,
                    "recorded": " or ".join(found.recorded) or "nothing",
                    "now": " or ".join(found.now) or "nothing",
                }
                for found in drift(load_cassette(file), portal, webhook_url)
            ]
    except OSError as error:
        # LivePortal speaks as a portal inside the process does; its texts hold no address with a code.
        raise TransportError(str(error)) from error
    finally:
        portal.close()
    print_rows(rows, form, ("cassette", "method", "place", "recorded", "now"))
    say(f"{len(files)} cassettes asked again, {len(rows)} places answer otherwise.")
    if rows:
        click.get_current_context().exit(1)
