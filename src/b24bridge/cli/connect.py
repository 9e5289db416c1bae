"""Options that say which portal a command speaks to.

Secrets come from the environment or a file, never as arguments.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from b24bridge.errors import ConfigError

if TYPE_CHECKING:
    from b24bridge.modern import Client

__all__ = ["client_of", "portal_options", "read_params"]

F = TypeVar("F", bound=Callable[..., Any])


def portal_options(function: F) -> F:
    """Add the options that name a portal."""
    options = [
        click.option(
            "--settings-php",
            type=click.Path(exists=True, dir_okay=False, path_type=Path),
            help="CRest's settings.php; it is read, never run. Without it the environment names the portal: "
            "B24BRIDGE_WEBHOOK_URL, or B24BRIDGE_SETTINGS with C_REST_CLIENT_ID and C_REST_CLIENT_SECRET.",
        ),
        click.option("--insecure", is_flag=True, help="Accept any certificate, for a sandbox with its own."),
    ]
    for option in reversed(options):
        function = option(function)
    return function


def client_of(settings_php: Path | None, insecure: bool, hooks: Sequence[Any] = ()) -> Client:
    """Return a client of the portal that the options name.

    Raises:
        ConfigError: No portal is named, or not completely.
    """
    from b24bridge.modern import Client

    if settings_php is not None:
        return Client.from_settings_php(settings_php, verify_tls=not insecure, hooks=hooks)
    return Client.from_env(verify_tls=not insecure, hooks=hooks)


def read_params(pairs: Sequence[str], json_text: str | None) -> dict[str, Any]:
    """Return parameters given as ``filter[>ID]=5`` pairs or as JSON.

    Raises:
        ConfigError: They cannot be read.
    """
    import json

    from b24bridge.wire.phpquery import parse_str

    params: dict[str, Any] = {}
    if json_text is not None:
        try:
            read = json.loads(json_text)
        except ValueError as exc:
            raise ConfigError(f"--json is not JSON: {exc}.") from exc
        if not isinstance(read, dict):
            raise ConfigError("--json must be an object.", remedy='Write it as {"filter": {">ID": 5}}.')
        params.update(read)
    for pair in pairs:
        if "=" not in pair:
            raise ConfigError(f"{pair!r} is not NAME=VALUE.", remedy="Write select[]=ID or filter[>ID]=5.")
    params.update(parse_str("&".join(map(_escaped, pairs))))
    return params


def _escaped(pair: str) -> str:
    """Return a pair as a form carries it. The name ends at the first = outside brackets: filter[>=ID]=5."""
    from urllib.parse import quote

    depth, cut = 0, len(pair)
    for position, letter in enumerate(pair):
        depth += {"[": 1, "]": -1}.get(letter, 0)
        if letter == "=" and depth <= 0:
            cut = position
            break
    return f"{quote(pair[:cut], safe='[]')}={quote(pair[cut + 1 :], safe='')}"
