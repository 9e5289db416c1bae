"""``b24bridge gateway``: a portal's address for programs that shall not know its secrets."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import click

__all__ = ["command"]

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.option("--config", type=_FILE, required=True, help="Settings (TOML).")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8080, show_default=True, help="Port; 0 picks a free one.")
@click.option(
    "--certificate", type=_FILE, help="Certificate (PEM): serve HTTPS. In the settings: certificate."
)
@click.option("--key", type=_FILE, help="Private key of the certificate (PEM). In the settings: key.")
@click.option("--self-signed", is_flag=True, help="Serve HTTPS with a certificate made now, for development.")
def command(
    config: Path, host: str, port: int, certificate: Path | None, key: Path | None, self_signed: bool
) -> None:
    """Serve a gateway until Ctrl-C; calls in flight end first.

    When it is ready it prints one JSON line with its address.

    Example: b24bridge gateway --config gateway.toml --port 8080
    """
    try:
        from b24bridge.gateway.config import build, load
        from b24bridge.gateway.logs import to_stderr
        from b24bridge.gateway.serve import serve
    except ImportError as error:
        raise click.ClickException(
            f"{error}. Install the extras: pip install 'b24bridge[gateway,contract]'."
        ) from error
    if self_signed and (certificate or key):
        raise click.UsageError("--self-signed makes its own certificate; leave out --certificate and --key.")
    given = load(config)
    given |= {name: str(file) for name, file in (("certificate", certificate), ("key", key)) if file}
    with tempfile.TemporaryDirectory(prefix="b24bridge-") as folder:
        line: dict[str, str] = {}
        if self_signed:
            from b24bridge.sandbox.certificates import write_certificate

            given["certificate"], given["key"] = write_certificate(Path(folder), host)
            line["certificate"] = given["certificate"]
        setup = build(given)
        to_stderr(access=setup.access_log)
        serve(setup, host, port, lambda base: click.echo(json.dumps({"base_url": base, **line})))
