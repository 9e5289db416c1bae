"""``b24bridge port``: Python skeletons of a file's call sites."""

from __future__ import annotations

from pathlib import Path

import click

__all__ = ["command"]

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_FOLDER = click.Path(file_okay=False, path_type=Path)


@click.command()
@click.argument("file", type=_FILE)
@click.option("--project", type=_FOLDER, help="Folder that holds its wrappers; the file's folder otherwise.")
@click.option("--output", type=_FOLDER, help="Folder to write to; without it the port is printed.")
@click.option("--force", is_flag=True, help="Write over files that exist.")
@click.option("--dry-run", is_flag=True, help="Say what would be written.")
@click.pass_context
def command(
    context: click.Context, file: Path, project: Path | None, output: Path | None, force: bool, dry_run: bool
) -> None:
    """Write each call of a PHP or JavaScript file in Python, by the old and the new path, with a test.

    Exit code 1 means that the file holds no call.

    Example: b24bridge port api/report.php --output ports
    """
    from b24bridge.scan import scan
    from b24bridge.scan.port import port_file

    root = project or file.parent
    path = file.resolve().relative_to(root.resolve()).as_posix()
    report = next((found for found in scan(root).files if found.path == path), None)
    port = port_file(report) if report is not None else None
    if port is None or not port.skeletons:
        click.echo(f"{file} holds no call to port.", err=True)
        context.exit(1)
    texts = {f"{port.name}.py": port.module(), f"test_{port.name}.py": port.test()}
    if output is None:
        for name, text in texts.items():
            click.echo(f"# {name}\n{text}")
        return
    for name, text in texts.items():
        place = output / name
        if place.exists() and not force and place.read_text("utf-8") != text:
            raise click.UsageError(f"{place} exists and differs; --force writes over it.")
        if not dry_run:
            output.mkdir(parents=True, exist_ok=True)
            place.write_text(text, "utf-8")
        click.echo(f"{'Would write' if dry_run else 'Wrote'} {place}.", err=True)
