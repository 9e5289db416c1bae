"""``b24bridge whoami``: whose rights the credentials have."""

from __future__ import annotations

from pathlib import Path

import click

from b24bridge.cli.connect import client_of, portal_options
from b24bridge.cli.output import print_value

__all__ = ["command"]


@click.command()
@portal_options
def command(settings_php: Path | None, insecure: bool) -> None:
    """Print the user, the rights and the scopes behind the credentials.

    Example: b24bridge whoami
    """
    from b24bridge.modern import calls

    with client_of(settings_php, insecure) as client:
        profile, scope = client.batch(calls.call("profile"), calls.call("scope"))
    person = profile.value
    print_value(
        {
            "id": person.get("ID"),
            "name": " ".join(str(person.get(key) or "") for key in ("NAME", "LAST_NAME")).strip(),
            "administrator": person.get("ADMIN"),
            "scopes": scope.value,
        }
    )
