"""``b24bridge doctor``: what stands between this machine and the portal."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from b24bridge.cli.connect import client_of, portal_options
from b24bridge.cli.output import format_option, print_rows

__all__ = ["command"]


@click.command()
@format_option
@portal_options
def command(form: str | None, settings_php: Path | None, insecure: bool) -> None:
    """Check name, connection, certificate, clock, rights and limits; exit code 1 if something is wrong.

    Example: b24bridge doctor
    """
    from dataclasses import asdict

    from b24bridge.modern.doctor import examine

    with client_of(settings_php, insecure) as client:
        checks = list(examine(client, verify_tls=not insecure))
    print_rows([asdict(check) for check in checks], form)
    sys.exit(0 if all(check.ok for check in checks) else 1)
