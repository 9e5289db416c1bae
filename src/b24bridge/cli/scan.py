"""``b24bridge scan``: what a code base has of Bitrix24."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from b24bridge.cli.output import language_option, say

if TYPE_CHECKING:
    from b24bridge.scan import ScanReport

__all__ = ["command"]

_PATH = click.Path(exists=True, path_type=Path)
_FORMATS = ("table", "json", "sarif", "html")


@click.command()
@click.argument("path", type=_PATH)
@click.option(
    "--format",
    "form",
    type=click.Choice(_FORMATS),
    help="Form of the result; by the ending of --output, else a table on a terminal, JSON elsewhere.",
)
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="File to write, not stdout.")
@language_option(help="Of --format html.")
@click.option("--old-only", is_flag=True, help="Only what must go: CRest, BX24.js calls, requests by hand.")
@click.option("--all", "everything", is_flag=True, help="Also enter vendor, node_modules, bower_components.")
@click.option("--fix", is_flag=True, help="Show mechanical repairs as a diff.")
@click.option("--write", is_flag=True, help="With --fix: change the files.")
@click.option("--only", multiple=True, help="With --fix: this repair only; may be repeated.")
@click.pass_context
def command(
    context: click.Context,
    path: Path,
    form: str | None,
    output: Path | None,
    lang: str,
    old_only: bool,
    everything: bool,
    fix: bool,
    write: bool,
    only: tuple[str, ...],
) -> None:
    """List calls of CRest, BX24.js, raw REST and the SDKs, with their patterns.

    Exit code 1 means that something was found (with --fix: that something would change), 0 that nothing was.
    With --old-only, 0 proves that nothing old is left: no call and no copy of CRest or BX24.js.

    Example: b24bridge scan src --format sarif --output bitrix24.sarif
    """
    if (write or only) and not fix:
        raise click.UsageError("--write and --only belong to --fix.")
    if fix:
        context.exit(_fix(path, write, only))
    from b24bridge.scan import scan
    from b24bridge.scan.old import only_old

    report = scan(path, everything=everything)
    if old_only:
        report = only_old(report)
    _emit(_render(report, form or _usual(output), lang, path), output)
    say(f"{report.count} findings in {report.seen} files, {len(report.skipped)} skipped.")
    copies = [f"{file.path} ({file.sdk})" for file in report.files if file.sdk]
    if old_only and copies:
        say(f"Copies of old SDKs: {', '.join(copies)}.")
    context.exit(1 if report.count or (old_only and copies) else 0)


def _usual(output: Path | None) -> str:
    if output is None:
        return "table" if sys.stdout.isatty() else "json"
    return {".html": "html", ".htm": "html", ".sarif": "sarif"}.get(output.suffix, "json")


def _fix(path: Path, write: bool, only: tuple[str, ...]) -> int:
    from b24bridge.scan.rewrite import FIXES, fix_tree

    unknown = [name for name in only if name not in FIXES]
    if unknown:
        raise click.UsageError(f"There is no repair {unknown[0]!r}; there are {', '.join(sorted(FIXES))}.")
    changed = 0
    for change in fix_tree(path, only=only or None, write=write):
        changed += 1
        click.echo(change.diff(), nl=False)
        for note in change.notes:
            say(f"{change.path}: {note}")
    verb = "changed" if write else "would change"
    say(f"{changed} files {verb}.")
    return 1 if changed else 0


def _emit(text: str, output: Path | None) -> None:
    if output is None:
        click.echo(text)
    else:
        from b24bridge.report import write_text

        write_text(output, text + "\n")


def _render(report: ScanReport, form: str, lang: str, path: Path) -> str:
    if form == "html":
        from b24bridge.report import render_html
        from b24bridge.scan.inventory import inventory

        return render_html(
            inventory(report, language="ru" if lang == "ru" else "en", made=f"b24bridge scan {path}")
        )
    if form == "table":
        from b24bridge.scan.table import as_table

        return as_table(report)
    if form == "sarif":
        from b24bridge.scan.sarif import as_sarif

        return json.dumps(as_sarif(report), ensure_ascii=False, indent=2)
    return json.dumps(report.as_json(), ensure_ascii=False, indent=2)
