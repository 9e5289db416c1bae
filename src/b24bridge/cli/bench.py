"""``b24bridge bench``: old and new side by side, measured."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from b24bridge.cli.output import language_option, say
from b24bridge.cli.progress import progress

if TYPE_CHECKING:
    from b24bridge.report.model import Language, Table

__all__ = ["command"]


@click.command()
@click.option("--workload", "names", multiple=True, help="What to measure; repeat it. All by default.")
@click.option("--path", "paths", multiple=True, help="legacy, modern or async; repeat it. All by default.")
@click.option(
    "--rounds", default=3, show_default=True, type=click.IntRange(min=1), help="Rounds of each path."
)
@click.option(
    "--size",
    default="medium",
    show_default=True,
    type=click.Choice(["small", "medium", "large"]),
    help="Data set of the sandbox.",
)
@click.option(
    "--latency", default=0.0, show_default=True, help="Seconds that the portal takes for a request."
)
@click.option("--limits", default="", help="Tariff of the portal (standard, enterprise); none by default.")
@click.option(
    "--baseline",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="bench.json of an earlier run to compare with.",
)
@click.option(
    "--fail-if-slower",
    type=click.FloatRange(min=1.0),
    help="Exit code 1 if a figure is more than so many times the baseline's, such as 1.10.",
)
@language_option()
@click.option(
    "--reports",
    default="reports",
    show_default=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for bench.html, bench.md and bench.json.",
)
def command(
    names: tuple[str, ...],
    paths: tuple[str, ...],
    rounds: int,
    size: str,
    latency: float,
    limits: str,
    baseline: Path | None,
    fail_if_slower: float | None,
    lang: str,
    reports: Path,
) -> None:
    """Measure the same work on CRest and on the new client, against a sandbox in its own process.

    Example: b24bridge bench --workload list --workload time --rounds 5
    """
    from b24bridge.bench.baseline import load_baseline, slower
    from b24bridge.bench.bench_report import bench_report
    from b24bridge.bench.figures import figures_table, gain_table
    from b24bridge.bench.machine import machine
    from b24bridge.bench.pilot import MOMENT
    from b24bridge.bench.runner import run_rounds
    from b24bridge.bench.server import sandbox_server
    from b24bridge.bench.workloads import PATHS, WORKLOADS, workload
    from b24bridge.errors import ConfigError
    from b24bridge.report.files import write_report

    language: Language = "ru" if lang == "ru" else "en"
    if fail_if_slower is not None and baseline is None:
        raise ConfigError("--fail-if-slower needs --baseline.")
    earlier = load_baseline(baseline) if baseline else {}
    chosen = names or tuple(WORKLOADS)
    for name in chosen:
        workload(name)  # a wrong name must not cost the start of a portal
    with progress() as show:
        show(f"starting a portal with {size} data")
        settings = {"request_s": latency} if latency else None
        with sandbox_server(size, latency=settings, limits=limits, moment=MOMENT) as webhook_url:
            results = run_rounds(chosen, webhook_url, rounds=rounds, paths=paths or PATHS, progress=show)
    worse = slower(results, earlier, fail_if_slower or 1.10)
    method = (
        f"{rounds} rounds, the paths taking turns, each run in a process of its own, after one run that "
        "counts and warms up.",
        f"Sandbox with {size} data in another process on the loopback address, "
        f"{latency:g} s a request, limits: {limits or 'none'}.",
        "Time and CPU are those of the client; peak memory is that of its process, libraries included.",
    )
    made = f"b24bridge bench, {datetime.now(UTC).date().isoformat()}"
    report = bench_report(
        results, machine(), size=size, method=method, slower=worse, language=language, made=made
    )
    _print(figures_table(results, language))
    _print(gain_table(results, language))
    for one in worse:
        say(f"Slower than the baseline: {one}")
    for file in write_report(report, reports, "bench"):
        say(str(file))
    if not all(result.is_same for result in results) or (fail_if_slower is not None and worse):
        raise click.exceptions.Exit(1)


def _print(table: Table) -> None:
    """Print a table of a report: drawn on a terminal, as Markdown in a pipe."""
    from b24bridge.report.markdown import table_lines

    if not sys.stdout.isatty():
        click.echo("\n".join(table_lines(table, "en")) + "\n")
        return
    from rich.console import Console
    from rich.table import Table as Drawn

    from b24bridge.report.numbers import cell

    drawn = Drawn(title=table.caption, title_justify="left")
    for at, column in enumerate(table.columns):
        is_number = any(isinstance(row[at], (int, float)) for row in table.rows)
        drawn.add_column(column.title, justify="right" if is_number else "left")
    for row in table.rows:
        drawn.add_row(*(cell(value, column, "en") for value, column in zip(row, table.columns, strict=True)))
    Console().print(drawn)
