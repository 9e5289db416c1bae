"""``b24bridge methods``: what the REST API offers."""

from __future__ import annotations

import sys

import click

from b24bridge.cli.output import format_option, print_rows, say

__all__ = ["command"]


@click.command()
@click.argument("search", required=False, default="")
@click.option("--api", type=click.Choice(["2", "3"]), help="Only this REST generation.")
@click.option("--kind", help="Only list, get, fields, add, update, delete or action.")
@click.option("--scope", help="Only methods of this scope.")
@click.option("--deprecated", is_flag=True, help="Only outdated methods, with their replacements.")
@click.option("--params", is_flag=True, help="One row for each parameter.")
@format_option
def command(
    search: str,
    api: str | None,
    kind: str | None,
    scope: str | None,
    deprecated: bool,
    params: bool,
    form: str | None,
) -> None:
    """List the methods whose name holds SEARCH.

    Example: b24bridge methods crm.item --params
    """
    from b24bridge.knowledge import catalog

    found = [
        facts
        for facts in catalog.methods()
        if search.lower() in facts.name.lower()
        and api in (None, str(facts.api))
        and kind in (None, facts.kind)
        and (scope is None or scope in facts.scope)
        and (facts.deprecated or not deprecated)
    ]
    if not found:
        near = catalog.nearest(search) if search else []
        say("No such method." + (f" Did you mean {', '.join(near)}?" if near else ""))
        sys.exit(1)
    if params:
        rows = [
            {"method": f.name, "api": f.api, "parameter": p.name, "type": p.type, "required": p.required}
            for f in found
            for p in f.params
        ]
    else:
        rows = [
            {
                "method": f.name,
                "api": f.api,
                "kind": f.kind,
                "scope": " ".join(f.scope),
                "required": " ".join(f.required),
                "repeat": catalog.safety(f.name, f.api),
                "outdated": f"use {', '.join(f.replacement) or 'another'}" if f.deprecated else "",
            }
            for f in found
        ]
    print_rows(rows, form)
