"""``b24bridge verify``: old path against new path on cassettes."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from b24bridge.cli.output import format_option, print_rows, say

if TYPE_CHECKING:
    from b24bridge.contract.verify import Verification

__all__ = ["command"]

_SHOWN = 12


@click.command()
@click.argument("names", nargs=-1)
@click.option(
    "--cassettes",
    default="cassettes",
    show_default=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder of the cassettes; without NAMES all of them.",
)
@click.option(
    "--rules",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Accepted differences; by default accepted.toml beside the cassettes.",
)
@click.option("--repaired", is_flag=True, help="Let the new path repair the defects that the rules accept.")
@click.option(
    "--today", type=click.DateTime(["%Y-%m-%d"]), help="Day for the expiry of accepted differences."
)
@click.option("--junit", type=click.Path(dir_okay=False, path_type=Path), help="Also write JUnit XML here.")
@format_option
def command(
    names: tuple[str, ...],
    cassettes: Path,
    rules: Path | None,
    repaired: bool,
    today: datetime | None,
    junit: Path | None,
    form: str | None,
) -> None:
    """Replay cassettes to the old path and the new path of their modules and compare.

    The new path keeps the known defects of the old one, and nothing may differ, unless --repaired asks
    for the repairs; then every difference must be accepted. Exit code 1 means a difference.

    Example: b24bridge verify sector-small
    """
    from b24bridge.compare.rules import RuleSet, load_rules
    from b24bridge.contract.cassettes import cassette_files, load_cassette
    from b24bridge.contract.modules import load_module
    from b24bridge.contract.verify import as_cases, declared_fixes, verify_cassette
    from b24bridge.report.files import write_text
    from b24bridge.report.junit import render_junit

    file = rules or cassettes / "accepted.toml"
    accepted = load_rules(file) if file.exists() else RuleSet()
    files = cassette_files(names, cassettes)
    day = (today or datetime.now(UTC)).date()
    done = []
    for one in files:
        cassette = load_cassette(one)
        module = load_module(cassette.about.module)
        fixes = declared_fixes(accepted, module.short_name) if repaired else ()
        found = verify_cassette(cassette, module, accepted, today=day, fixes=fixes)
        done.append(found)
        if found.judgement.open and fixes and not cassette.about.repaired:
            say(
                f"{cassette.name} holds only what the old path saw; `b24bridge record --repaired` keeps more."
            )
    print_rows(map(_row, done), form)
    for verification in done:
        _explain(verification)
    if junit:
        write_text(junit, render_junit("b24bridge verify", [case for one in done for case in as_cases(one)]))
    if not all(one.passes for one in done):
        raise click.exceptions.Exit(1)


def _row(found: Verification) -> dict[str, object]:
    return {
        "case": found.case,
        "module": found.module,
        "verdict": "same" if found.passes else "differs",
        "open": len(found.judgement.open),
        "accepted": len(found.judgement.accepted),
        "expired": len(found.judgement.expired),
        "defects": " ".join(found.judgement.defects),
        "writes": "same" if found.effects.passes else "differ",
        "requests_old": found.control.tally.requests,
        "requests_new": found.candidate.tally.requests,
    }


def _explain(found: Verification) -> None:
    """Tell what must be looked at, on standard error."""
    lines = [*found.problems, *map(str, found.judgement.open)]
    lines += [
        f"{difference} (accepted until {rule.expires}: {rule.reason})"
        for difference, rule in found.judgement.expired
    ]
    lines += [f"only the old path writes {sent.method}" for sent in found.effects.only_old]
    lines += [f"only the new path writes {sent.method}" for sent in found.effects.only_new]
    if not lines:
        return
    say(f"{found.case}:")
    for line in lines[:_SHOWN]:
        say(f"  {line}")
    if len(lines) > _SHOWN:
        say(f"  and {len(lines) - _SHOWN} more; --format json counts them.")
