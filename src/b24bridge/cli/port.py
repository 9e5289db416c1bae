"""``b24bridge port``: Python skeletons of a file's call sites."""

from __future__ import annotations

from pathlib import Path

import click

from b24bridge.cli.output import say

__all__ = ["command"]

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_FOLDER = click.Path(file_okay=False, path_type=Path)


@click.command()
@click.argument("file", type=_FILE)
@click.option(
    "--project",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder with its constants and wrappers; else the nearest one with a b24bridge.toml, or the file's.",
)
@click.option("--output", type=_FOLDER, help="Folder to write to; without it the port is printed.")
@click.option("--force", is_flag=True, help="Write over files that exist.")
@click.option("--dry-run", is_flag=True, help="Say what would be written.")
@click.pass_context
def command(
    context: click.Context, file: Path, project: Path | None, output: Path | None, force: bool, dry_run: bool
) -> None:
    """Write each call of a PHP or JavaScript file in Python, by the old and the new path, with a test.

    Constants that the project defines become constants of the port; what only a running program knows
    becomes an argument. Exit code 1 means that the file holds no call.

    Example: b24bridge port api/report.php --output ports
    """
    from b24bridge.report import write_text
    from b24bridge.scan import scan
    from b24bridge.scan.port import port_file
    from b24bridge.scan.port_values import constants_of
    from b24bridge.scan.source import decode

    root = (project or _project_of(file)).resolve()
    if not file.resolve().is_relative_to(root):
        raise click.UsageError(f"{file} is not in {project}; --project names a folder around it.")
    path = file.resolve().relative_to(root).as_posix()
    report = next((found for found in scan(root).files if found.path == path), None)
    port = None
    if report is not None:
        text = decode(file.read_bytes()).decode("utf-8", "replace")
        port = port_file(report, constants_of(root, report), text)
    if port is None or not port.skeletons:
        say(f"{file} holds no call to port.")
        for remark in port.remarks if port is not None else ():
            say(remark)
        context.exit(1)
    texts = {f"{port.name}.py": port.module(), f"test_{port.name}.py": port.test()}
    if output is None:
        for name, text in texts.items():
            click.echo(f"# {name}\n{text}")
        return
    kept = [place for name, text in texts.items() if _differs(place := output / name, text)]
    if kept and not force:
        # Before the first is written: half a port is none.
        raise click.UsageError(
            f"{', '.join(map(str, kept))} would change; --force writes over what is there."
        )
    for name, text in texts.items():
        if not dry_run:
            write_text(output / name, text)
        say(f"{'Would write' if dry_run else 'Wrote'} {output / name}.")


def _project_of(file: Path) -> Path:
    folders = file.resolve().parents
    return next((folder for folder in folders if (folder / "b24bridge.toml").is_file()), folders[0])


def _differs(place: Path, text: str) -> bool:
    return place.exists() and place.read_text("utf-8", "replace") != text
