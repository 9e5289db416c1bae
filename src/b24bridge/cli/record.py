"""``b24bridge record``: what a module asks of a portal, in a cassette."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import click

from b24bridge.cli.output import say
from b24bridge.errors import ConfigError

__all__ = ["command"]


def _plain(_: click.Context, __: click.Parameter, name: str) -> str:
    """Refuse a name that would lead out of the folder of the cassettes."""
    if not name.strip(".") or Path(name).name != name or "\\" in name:
        raise click.BadParameter("a name without folders is wanted; --cassettes names the folder.")
    return name


def _moment(_: click.Context, __: click.Parameter, text: str | None) -> str:
    from datetime import UTC, datetime

    try:
        found = datetime.fromisoformat(text) if text else datetime.now(UTC)
    except ValueError as error:
        raise click.BadParameter("an ISO moment is wanted, such as 2025-12-18T09:00:00Z.") from error
    return text or found.isoformat(timespec="seconds")


@click.command()
@click.argument("module")
@click.option("--name", required=True, callback=_plain, help="Name of the cassette.")
@click.option("--request", "request_text", default="{}", help="What the module is asked, as JSON.")
@click.option("--now", callback=_moment, help="Moment at which it is asked, ISO; the present one by default.")
@click.option(
    "--data",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Data set for a sandbox to record from, instead of a portal.",
)
@click.option(
    "--size", type=click.Choice(["small", "medium", "large"]), help="Made-up service desk to record from."
)
@click.option(
    "--runs",
    default=1,
    show_default=True,
    type=click.IntRange(min=1),
    help="More than one learns what differs by itself.",
)
@click.option(
    "--repaired",
    is_flag=True,
    help="Also run the new path, let it repair the defects that the rules accept, and keep what it asks.",
)
@click.option(
    "--rules",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Accepted differences; by default accepted.toml beside the cassettes.",
)
@click.option("--yaml", "is_yaml", is_flag=True, help="Write YAML instead of JSON.")
@click.option(
    "--cassettes",
    default="cassettes",
    show_default=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder of the cassettes.",
)
@click.option("--dry-run", is_flag=True, help="Record, say what would be written, write nothing.")
def command(
    module: str,
    name: str,
    request_text: str,
    now: str,
    data: Path | None,
    size: str | None,
    runs: int,
    repaired: bool,
    rules: Path | None,
    is_yaml: bool,
    cassettes: Path,
    dry_run: bool,
) -> None:
    """Run the old path of MODULE and keep its requests with their answers, without secrets.

    MODULE is the import name of a package with legacy.py and modern.py. The portal is the one of
    B24BRIDGE_WEBHOOK_URL, unless --data or --size name a sandbox.

    Example: b24bridge record examples.service_desk.sector --name sector --size small
    """
    from b24bridge.contract.cassettes import save_cassette
    from b24bridge.contract.exchanges import tally
    from b24bridge.contract.live import LivePortal
    from b24bridge.contract.modules import load_module
    from b24bridge.contract.record import record

    fixes = _declared(module, rules or cassettes / "accepted.toml") if repaired else ()
    request = _json(request_text)
    found = load_module(module)
    portal: Any
    if data or size:
        portal, told = _sandbox(data, size, now)
        webhook_url = portal.webhook_url
    else:
        webhook_url = os.environ.get("B24BRIDGE_WEBHOOK_URL", "")
        if not webhook_url:
            raise ConfigError(
                "No portal is named.",
                remedy="Set B24BRIDGE_WEBHOOK_URL, or give --size or --data for a sandbox.",
            )
        portal, told = LivePortal(), "a live portal"
    try:
        recording = record(
            name, found, request, now=now, webhook_url=webhook_url, portal=portal, data=told, runs=runs,
            fixes=fixes,
        )  # fmt: skip
    finally:
        portal.close()
    file = cassettes / f"{name}{'.yaml' if is_yaml else '.json'}"
    counts = tally(recording.cassette.exchanges)
    if not dry_run:
        save_cassette(recording.cassette, file, known=recording.known)
    say(f"{counts.requests} requests of {module}{', nothing was written' if dry_run else ''}.")
    click.echo(file)


def _declared(module: str, file: Path) -> tuple[str, ...]:
    from b24bridge.compare.rules import load_rules
    from b24bridge.contract.verify import declared_fixes

    fixes = declared_fixes(load_rules(file), module.rpartition(".")[2])
    if not fixes:
        raise ConfigError(
            f"{file} accepts no repair of {module}.",
            remedy="Leave --repaired out, or add a rule with a defect.",
        )
    return fixes


def _json(text: str) -> dict[str, Any]:
    try:
        value = json.loads(text)
    except ValueError as error:
        raise click.UsageError(f"--request is not JSON: {error}.") from error
    if not isinstance(value, dict):
        raise click.UsageError('--request must be an object such as {"method": "GET"}.')
    return {"method": "GET", "body": None, **value}


def _sandbox(data: Path | None, size: str | None, moment: str) -> tuple[Any, str]:
    from b24bridge.sandbox.portal import Portal
    from b24bridge.sandbox.seeds import service_desk

    try:
        records = json.loads(data.read_text(encoding="utf-8")) if data else service_desk(size or "small")
        portal = Portal(records)
    except (ValueError, TypeError, AttributeError, KeyError) as error:
        raise ConfigError(f"{data} is no data set of a sandbox: {str(error).rstrip('.')}.") from error
    portal.clock.set(moment)
    return portal, f"sandbox, {data.name if data else f'service desk, {size}'}"
