"""The command line: one module per command, loaded when it is called.

Exit codes: 0 done, 1 the answer is "no" (a difference, a finding, not ready), 2 wrong use,
3 portal or network, 4 interrupted.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from importlib import import_module
from io import TextIOWrapper
from typing import NamedTuple

import click

from b24bridge.errors import ApiError, B24Error, ConfigError, TransportError

__all__ = ["COMMANDS", "Entry", "main"]


class Entry(NamedTuple):
    """Where a command is, and what ``--help`` says about it without loading it."""

    module: str
    summary: str
    attribute: str = "command"


# One line per command: name, module, one sentence, and its attribute if that is not ``command``.
COMMANDS: Mapping[str, Entry] = {
    "batch": Entry("b24bridge.cli.batch", "Run many commands in few requests."),
    "bench": Entry("b24bridge.cli.bench", "Measure old and new side by side."),
    "call": Entry("b24bridge.cli.call", "Call one REST method."),
    "can-promote": Entry("b24bridge.cli.stages", "Say whether a module's gate is open.", "can_promote"),
    "doctor": Entry("b24bridge.cli.doctor", "Check what stands between here and the portal."),
    "drift": Entry("b24bridge.cli.drift", "Compare cassettes with the portal of today."),
    "explain": Entry("b24bridge.cli.explain", "Explain an error code, or a compared run."),
    "gateway": Entry("b24bridge.cli.gateway", "Stand between programs and a portal."),
    "list": Entry("b24bridge.cli.list", "Print all rows of a list method."),
    "methods": Entry("b24bridge.cli.methods", "Search the REST catalogue."),
    "pilot": Entry("b24bridge.cli.pilot", "Say which of the founding modules may move."),
    "plan": Entry("b24bridge.cli.plan", "Cut a code base into modules and order their migration."),
    "port": Entry("b24bridge.cli.port", "Write a Python skeleton for each call site of a file."),
    "promote": Entry("b24bridge.cli.stages", "Move a module to its next stage.", "promote"),
    "record": Entry("b24bridge.cli.record", "Record what a module asks of a portal."),
    "report": Entry("b24bridge.cli.report", "Write where the migration stands."),
    "rollback": Entry("b24bridge.cli.stages", "Take a module back, at once.", "rollback"),
    "sandbox": Entry("b24bridge.cli.sandbox", "Run a local portal for tests and rehearsals."),
    "scan": Entry("b24bridge.cli.scan", "List what a code base has of Bitrix24."),
    "schema": Entry("b24bridge.cli.schema", "Pull and compare a portal's own fields."),
    "status": Entry("b24bridge.cli.stages", "Show each module's stage, figures and gate.", "status"),
    "verify": Entry("b24bridge.cli.verify", "Compare both paths of a module on cassettes."),
    "whoami": Entry("b24bridge.cli.whoami", "Tell whose rights the credentials have."),
}


# Which extra brings a package that a command needs.
_EXTRAS = {
    "jinja2": "report",
    "pydantic": "modern",
    "pygal": "report",
    "redis": "redis",
    "rich": "report",
    "starlette": "sandbox",
    "tree_sitter": "scan",
    "uvicorn": "sandbox",
    "vcr": "contract",
}


class LazyGroup(click.Group):
    """A group that imports a command's module only when that command runs."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command, importing it."""
        entry = COMMANDS.get(cmd_name)
        if entry is None:
            return None
        command = getattr(import_module(entry.module), entry.attribute)
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands from the table."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, COMMANDS[name].summary) for name in sorted(COMMANDS)])


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Exit codes: 0 done, 1 the answer is no, 2 wrong use, 3 portal or network, 4 interrupted.",
)
@click.version_option(package_name="b24bridge", prog_name="b24bridge")
def cli() -> None:
    """Move Bitrix24 modules from CRest and BX24.js to a typed client, with proof."""


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and leave with its exit code."""
    if isinstance(sys.stdout, TextIOWrapper):
        # A name of a file, or a letter, that the terminal's encoding does not have must not end a command.
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        code = cli.main(arguments, prog_name="b24bridge", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except (click.Abort, KeyboardInterrupt):
        click.echo("Interrupted.", err=True)
        sys.exit(4)
    except ModuleNotFoundError as error:
        package = (error.name or "").partition(".")[0]
        if package not in _EXTRAS:
            raise
        click.echo(
            f"The package {package} is missing. Install it: pip install 'b24bridge[{_EXTRAS[package]}]'.",
            err=True,
        )
        sys.exit(2)
    except B24Error as error:
        click.echo(f"{type(error).__name__}: {error}", err=True)
        sys.exit(
            3 if isinstance(error, (ApiError, TransportError)) else 2 if isinstance(error, ConfigError) else 1
        )
    except OSError as error:
        # A full disk behind standard output, a file that another program took away.
        click.echo(f"{error.filename or 'Standard output'}: {error.strerror or error}.", err=True)
        sys.exit(2)
    sys.exit(code if isinstance(code, int) else 0)
