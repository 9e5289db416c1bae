"""``b24bridge call``: one REST method."""

from __future__ import annotations

from pathlib import Path

import click

from b24bridge.cli.connect import client_of, portal_options, read_params
from b24bridge.cli.output import print_value, say

__all__ = ["command"]


@click.command()
@click.argument("method")
@click.argument("params", nargs=-1)
@click.option("--json", "json_text", help="Parameters as a JSON object.")
@click.option("--api", type=click.Choice(["2", "3"]), default="2", show_default=True, help="REST generation.")
@click.option("--envelope", is_flag=True, help="Print the whole answer: result, next, total, time.")
@click.option("--dry-run", is_flag=True, help="Print what would be sent and send nothing.")
@portal_options
def command(
    method: str,
    params: tuple[str, ...],
    json_text: str | None,
    api: str,
    envelope: bool,
    dry_run: bool,
    settings_php: Path | None,
    insecure: bool,
) -> None:
    """Call METHOD with PARAMS, written as name=value or filter[>ID]=5, and print its result.

    Example: b24bridge call crm.item.list entityTypeId=140 'filter[>=id]=5' 'select[]=id'
    """
    from b24bridge.knowledge.catalog import lookup, nearest
    from b24bridge.wire.call import Api

    given = read_params(params, json_text)
    facts = lookup(method, int(api))
    if facts is None:
        near = nearest(method, int(api))
        say(f"The catalogue does not know {method}." + (f" Did you mean {', '.join(near)}?" if near else ""))
    elif facts.deprecated:
        say(f"{method} is outdated; use {' or '.join(facts.replacement) or 'another method'}.")
    if dry_run:
        print_value({"method": method, "params": given, "api": int(api)})
        return
    with client_of(settings_php, insecure) as client:
        answer = client.call(method, given, api=Api(int(api)))
    print_value(answer.body if envelope else answer.result)
