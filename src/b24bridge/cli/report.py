"""``b24bridge report``: where the migration stands, as a page."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from b24bridge.cli.output import language_option, say

if TYPE_CHECKING:
    from b24bridge.report.portfolio import Leftover
    from b24bridge.scan import ScanReport

__all__ = ["command"]

_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
_BENCH_NAMES = ("bench.json", "pilot.json")


@click.command()
@click.option(
    "--project", type=_FOLDER, default=Path(), help="Folder of b24bridge.toml; the current one if left out."
)
@click.option(
    "--code", type=click.Path(exists=True, path_type=Path), help="Code to look at for what is left."
)
@click.option(
    "--bench",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="bench.json or pilot.json; looked for in --reports otherwise.",
)
@language_option(both=True)
@click.option(
    "--reports",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("reports"),
    show_default=True,
    help="Folder for migration.html, migration.ru.html, migration.md and migration.json.",
)
def command(project: Path, code: Path | None, bench: Path | None, lang: str, reports: Path) -> None:
    """Write where the migration stands: stages over time, differences by cause, times, what is left.

    Example: b24bridge report --code src --bench reports/bench.json
    """
    from b24bridge.report.files import write_report
    from b24bridge.report.migration import migration_report
    from b24bridge.report.portfolio import read_portfolio, works
    from b24bridge.router.places import open_ledger, open_table

    measured = works(_measured(bench, reports))
    if bench is not None and not measured:
        raise click.UsageError(
            f"{bench} holds no work that both paths did; give the bench.json of `b24bridge bench`."
        )
    stories = read_portfolio(open_table(project), open_ledger(project))
    found = _scan(code) if code is not None else None
    now = datetime.now(UTC)
    made = f"b24bridge report, {now.date().isoformat()}"
    names = {"en": "migration", "ru": "migration.ru"}
    chosen = list(names) if lang == "both" else [lang]
    data_name = ""
    for language in chosen:
        report = migration_report(
            stories,
            now=now.timestamp(),
            works=measured,
            leftovers=None if found is None else _leftovers(found),
            old_calls=None if found is None else _old_calls(found),
            language="ru" if language == "ru" else "en",
            made=made,
            other_languages={other: f"{names[other]}.html" for other in chosen if other != language},
        )
        written = write_report(report, reports, names[language], data_name=data_name)
        # The figures are the same in both languages.
        data_name = data_name or f"{names[language]}.json"
        if language == chosen[0]:
            click.echo(report.lead)
        for file in written:
            say(str(file))


def _measured(bench: Path | None, reports: Path) -> dict[str, Any]:
    places = [bench] if bench is not None else [reports / name for name in _BENCH_NAMES]
    for place in places:
        if place.exists():
            try:
                found = json.loads(place.read_text("utf-8"))
            except (OSError, ValueError) as error:
                raise click.UsageError(
                    f"{place} cannot be read ({error}); run `b24bridge bench` again."
                ) from error
            return found if isinstance(found, dict) else {}
    return {}


def _scan(code: Path) -> ScanReport:
    from b24bridge.scan import scan

    return scan(code)


def _old_calls(found: ScanReport) -> int:
    from b24bridge.scan.old import only_old

    return only_old(found).count


def _leftovers(found: ScanReport) -> tuple[Leftover, ...]:
    from b24bridge.report.portfolio import Leftover

    gathered: dict[str, Leftover] = {}
    for file in found.files:
        for finding in file.findings:
            name = finding.known_method
            if finding.deprecated is None or name is None:
                continue
            known = gathered.get(name)
            places = (*(known.places if known is not None else ()), f"{file.path}:{finding.line}")
            gathered[name] = Leftover(name, finding.deprecated, places)
    return tuple(sorted(gathered.values(), key=lambda one: (-len(one.places), one.method)))
