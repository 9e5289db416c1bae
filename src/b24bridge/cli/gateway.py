"""``b24bridge gateway``: a portal's address for programs that shall not know its secrets."""

from __future__ import annotations

import json
from pathlib import Path

import click

__all__ = ["command"]


@click.command()
@click.option(
    "--config",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    required=True,
    help="Settings (TOML).",
)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8080, show_default=True, help="Port; 0 picks a free one.")
def command(config: Path, host: str, port: int) -> None:
    """Serve a gateway until Ctrl-C; calls in flight end first.

    When it is ready it prints one JSON line with its address.

    Example: b24bridge gateway --config gateway.toml --port 8080
    """
    try:
        from b24bridge.gateway.serve import build, load, serve
    except ImportError as error:
        raise click.ClickException(
            f"{error}. Install the extras: pip install 'b24bridge[gateway,contract]'."
        ) from error
    setup = build(load(config))
    serve(setup, host, port, lambda base: click.echo(json.dumps({"base_url": base})))
