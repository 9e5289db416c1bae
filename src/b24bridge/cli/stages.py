"""Commands on the stages of modules: status, promote, rollback, can-promote."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from b24bridge.cli.output import format_option, is_table, print_rows, say

if TYPE_CHECKING:
    from b24bridge.router import ModuleState, Stage, StageTable

__all__ = ["can_promote", "promote", "rollback", "status"]

F = TypeVar("F", bound=Callable[..., Any])

_STAGES = click.Choice(["legacy", "shadow", "canary", "modern", "done"])


def _reason(context: click.Context, parameter: click.Parameter, value: str) -> str:
    if not value.strip():
        raise click.BadParameter("say why in a few words; the journal keeps it.")
    return value.strip()


_why = click.option("--why", required=True, callback=_reason, help="Reason, for the journal.")


def _folder(function: F) -> F:
    option = click.option(
        "--project",
        type=click.Path(exists=True, file_okay=False, path_type=Path),
        default=Path(),
        help="Folder of b24bridge.toml; the current one if left out.",
    )
    return option(function)


@click.command()
@_folder
@format_option
def status(project: Path, form: str | None) -> None:
    """Show each module: stage, runs, differences, errors, timings, requests, and whether its gate is open.

    Example: b24bridge status
    """
    from b24bridge.router.gates import reasons_against, requests_saved, standing
    from b24bridge.router.places import open_ledger, open_table

    ledger = open_ledger(project)
    rows = []
    table = open_table(project)
    for name, state in sorted(table.modules().items()):
        figures = standing(table, ledger, name, state)
        against = reasons_against(state, figures)
        saved = requests_saved(ledger, name, state)
        rows.append(
            {
                "module": name,
                "stage": state.stage.value
                + (f" {state.percent:g}%" if state.stage.value == "canary" else ""),
                "runs": figures.runs,
                "differ": figures.mismatches,
                "errors": figures.modern_errors,
                "old p50": _seconds(figures.legacy_p50_s),
                "old p95": _seconds(figures.legacy_p95_s),
                "new p50": _seconds(figures.modern_p50_s),
                "new p95": _seconds(figures.modern_p95_s),
                "requests saved": "" if saved is None else f"{saved[0]:.1f} of {saved[1]:.1f}",
                "gate": "open" if not against else "; ".join(against),
            }
        )
    if not rows:
        say("No modules yet. `b24bridge plan` writes b24bridge.toml.")
    print_rows(map(_narrow, rows) if is_table(form) else rows, form)


def _narrow(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row that fits a terminal: both timings of a path in one column."""
    kept = {name: row[name] for name in ("module", "stage", "runs", "differ", "errors")}
    times = {
        f"{path} p50/95": f"{row[f'{path} p50']}/{row[f'{path} p95']}".strip("/") for path in ("old", "new")
    }
    return {**kept, **times, "saved": row["requests saved"].replace(" of ", "/"), "gate": row["gate"]}


@click.command()
@click.argument("module")
@_folder
@click.option("--to", "to", type=_STAGES, help="Stage to go to; the next one if left out.")
@click.option("--percent", type=click.FloatRange(0, 100), help="Share of the keys in canary.")
@_why
@click.option("--force", is_flag=True, help="Promote although the gate is closed.")
@click.option("--new", "is_new", is_flag=True, help="Begin with a module that nothing knows yet.")
@click.option("--dry-run", is_flag=True, help="Say what would change and change nothing.")
def promote(
    module: str,
    project: Path,
    to: str | None,
    percent: float | None,
    why: str,
    force: bool,
    is_new: bool,
    dry_run: bool,
) -> None:
    """Move MODULE to its next stage, if its gate is open.

    In canary --percent alone changes the share of the new path.

    Example: b24bridge promote get-sector-data --why "a week in shadow without a difference"
    """
    from b24bridge.router.places import open_table
    from b24bridge.router.stages import Stage, after

    table = open_table(project)
    if not is_new:
        _check_known(table, project, module)
    state = table.state(module)
    if percent is not None and to is None and state.stage in (Stage.MODERN, Stage.DONE):
        say(
            f"{module} is in {state.stage.value}, without a share: `b24bridge rollback {module} --to canary`."
        )
        sys.exit(2)
    stays = percent is not None and state.stage is Stage.CANARY
    target = Stage(to) if to else state.stage if stays else after(state.stage)
    steps = list(Stage).index(target) - list(Stage).index(state.stage)
    if steps < 0:
        say(f"{module} is in {state.stage.value}, which is later: `b24bridge rollback {module} --to {to}`.")
        sys.exit(2)
    if steps > 1 and not force:
        say(f"{module} is in {state.stage.value}: go step by step, each has its gate, or give --force.")
        sys.exit(1)
    against = [] if force or not steps else _against(table, project, module)
    if against:
        say(f"{module} stays in {state.stage.value}: {'; '.join(against)}.")
        sys.exit(1)
    _change(table, module, state, target, percent, why, dry_run)


@click.command()
@click.argument("module")
@_folder
@click.option("--to", "to", type=_STAGES, help="Stage to go back to; legacy if left out.")
@_why
@click.option("--dry-run", is_flag=True, help="Say what would change and change nothing.")
def rollback(module: str, project: Path, to: str | None, why: str, dry_run: bool) -> None:
    """Take MODULE back, at once and without a gate.

    Example: b24bridge rollback get-sector-data --why "users see old totals"
    """
    from b24bridge.router.places import open_table
    from b24bridge.router.stages import Stage

    table = open_table(project)
    _check_known(table, project, module)
    state, target = table.state(module), Stage(to) if to else Stage.LEGACY
    if list(Stage).index(target) > list(Stage).index(state.stage):
        say(f"{module} is in {state.stage.value}, which is earlier: `b24bridge promote {module}`.")
        sys.exit(2)
    _change(table, module, state, target, None, why, dry_run)


@click.command("can-promote")
@click.argument("module")
@_folder
def can_promote(module: str, project: Path) -> None:
    """Say whether the gate of MODULE is open: exit code 0 if it is, 1 with the reasons if not.

    Example: b24bridge can-promote get-sector-data && b24bridge promote get-sector-data --why "CI"
    """
    from b24bridge.router.places import open_table

    table = open_table(project)
    _check_known(table, project, module)
    against = _against(table, project, module)
    click.echo("open" if not against else "\n".join(against))
    sys.exit(1 if against else 0)


def _check_known(table: StageTable, project: Path, module: str) -> None:
    """Refuse a name that neither the table nor the ledger has.

    A misspelt one would be in stage legacy and its gate open: CI would pass, and a rollback do nothing.
    """
    from difflib import get_close_matches

    from b24bridge.errors import ConfigError
    from b24bridge.router.places import open_ledger

    names = set(table.modules())
    if module in names or module in (names := names | set(open_ledger(project).modules())):
        return
    near = get_close_matches(module, sorted(names), n=1)
    there = f"there are {', '.join(sorted(names))}" if names else "there is none yet"
    raise ConfigError(
        f"There is no module {module!r}; {there}.",
        remedy=f"Did you mean {near[0]}?"
        if near
        else "`b24bridge plan` lists modules; `promote --new` adds one.",
    )


def _against(table: StageTable, project: Path, module: str) -> list[str]:
    from b24bridge.router.gates import reasons_against, standing
    from b24bridge.router.places import open_ledger
    from b24bridge.router.stages import Stage

    state = table.state(module)
    if state.stage is Stage.LEGACY:
        # Nothing guards the first step, and the libraries of the database are slow to load.
        return []
    return [*reasons_against(state, standing(table, open_ledger(project), module, state))]


def _change(
    table: StageTable,
    module: str,
    state: ModuleState,
    stage: Stage,
    percent: float | None,
    why: str,
    dry_run: bool,
) -> None:
    from dataclasses import replace

    from b24bridge.errors import ConfigError
    from b24bridge.router.stages import Stage

    share = state.percent if percent is None else percent
    target = replace(state, stage=stage, percent=share)
    if target == state:
        say(f"{module} is in {stage.value} already.")
        return

    def update(now: ModuleState) -> ModuleState:
        order = list(Stage)
        if now.stage is not state.stage and order.index(now.stage) < order.index(stage):
            # A gate, or somebody in an emergency, took it back after this command had looked.
            raise ConfigError(f"{module} was taken to {now.stage.value} meanwhile; it stays there.")
        return replace(now, stage=stage, percent=now.percent if percent is None else percent)

    if not dry_run:
        table.change(module, update, who=_user(), why=why)
    click.echo(f"{module}: {_shown(state)} -> {_shown(target)}" + (" (dry run)" if dry_run else ""))


def _shown(state: ModuleState) -> str:
    return state.stage.value + (f" {state.percent:g}%" if state.stage.value == "canary" else "")


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"  # a container without an entry for its user


def _seconds(value: float | None) -> str:
    return "" if value is None else f"{value:.3f}"
