"""Write the generated pages of the documentation: commands and error codes.

``python scripts/generate_docs.py`` writes them, ``--check`` says whether they are up to date.
"""

from __future__ import annotations

import sys
from pathlib import Path

import click

from b24bridge.cli import COMMANDS, cli
from b24bridge.knowledge import codes

ROOT = Path(__file__).parent.parent
REFERENCE = ROOT / "docs" / "reference"


def commands_page() -> str:
    """Return the page of commands: the help of each, as printed."""
    parts = [
        "# Commands",
        "",
        "Standard output is the result, standard error is talk. Exit codes: 0 done, 1 the answer is no,",
        "2 wrong use, 3 portal or network, 4 interrupted. Secrets come from the environment or from a file,",
        "never as arguments.",
        "",
    ]
    for name in sorted(COMMANDS):
        command = cli.get_command(click.Context(cli), name)
        assert command is not None
        parts += _help(command, f"b24bridge {name}", None)
    return "\n".join(parts)


def _help(command: click.Command, name: str, parent: click.Context | None) -> list[str]:
    context = click.Context(command, info_name=name, parent=parent, terminal_width=100, max_content_width=100)
    level = "##" if parent is None else "###"
    title = name if parent is None else f"{parent.info_name} {name}"
    parts = [f"{level} {title}", "", "```text", command.get_help(context), "```", ""]
    if isinstance(command, click.Group):
        for sub in command.list_commands(context):
            found = command.get_command(context, sub)
            assert found is not None
            parts += _help(found, sub, context)
    return parts


def errors_page() -> str:
    """Return the page of error codes."""
    rows = []
    for code in codes.known_codes():
        facts = codes.explain(code)
        assert facts is not None
        rows.append(f"| `{code or '(empty)'}` | `{facts.error}` | {facts.meaning} | {facts.remedy} |")
    return "\n".join(
        [
            "# Error codes",
            "",
            f"{len(rows)} codes: those of the portal's core, and those on the vendor's pages of methods.",
            "`b24bridge explain CODE --lang ru` says the same in Russian.",
            "",
            "| code | class | meaning | remedy |",
            "| --- | --- | --- | --- |",
            *rows,
            "",
        ]
    )


def main(arguments: list[str]) -> int:
    """Write the pages, or compare them."""
    stale = []
    for name, page in (("cli.md", commands_page()), ("errors.md", errors_page())):
        path = REFERENCE / name
        if path.exists() and path.read_text("utf-8") == page:
            continue
        stale.append(str(path.relative_to(ROOT)))
        if "--check" not in arguments:
            path.write_text(page, "utf-8")
    if stale and "--check" in arguments:
        print(f"out of date: {', '.join(stale)}; run python scripts/generate_docs.py", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
