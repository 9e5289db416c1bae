"""``b24bridge sandbox``: a local portal."""

from __future__ import annotations

import contextlib
import json
import sqlite3
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from b24bridge.sandbox import Portal

__all__ = ["command"]

_FILE = click.Path(dir_okay=False, path_type=Path)
_DATA = click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=str)


@click.group()
def command() -> None:
    """Run a local portal for tests and rehearsals.

    Example: b24bridge sandbox serve --port 0 --size small
    """


def _settings(_: click.Context, parameter: click.Parameter, text: str | None) -> dict[str, Any]:
    """Read ``a=1,b=2``; a part without a value is the tariff, a name with a dot a method's seconds."""
    settings: dict[str, Any] = {}
    for part in filter(None, map(str.strip, (text or "").split(","))):
        name, equals, value = (piece.strip() for piece in part.partition("="))
        if not equals and parameter.name == "limits":
            settings["tariff"] = name
            continue
        try:
            number = float(value)
        except ValueError:
            raise click.BadParameter(f"{part!r} is not NAME=NUMBER.") from None
        if "." in name and parameter.name == "latency":
            settings.setdefault("methods", {})[name.lower()] = number
        else:
            settings[name] = number
    return settings


@command.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=0, show_default=True, help="Port; 0 picks a free one.")
@click.option("--data", type=_DATA, help="Data set to start with; - reads it from standard input.")
@click.option(
    "--size", type=click.Choice(["small", "medium", "large"]), help="Made-up service desk of this size."
)
@click.option("--webhook-code", envvar="B24BRIDGE_SANDBOX_CODE", help="Code of the incoming webhook.")
@click.option("--db", type=_FILE, help="File for the records; without it they live in memory.")
@click.option("--tls", is_flag=True, help="Serve HTTPS with a self-signed certificate.")
@click.option(
    "--certificates",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for the certificate, which is used again; otherwise each start makes a new one.",
)
@click.option("--install", metavar="URL", help="Install the application at this address when ready.")
@click.option(
    "--install-kind",
    type=click.Choice(["event", "page"]),
    default="event",
    show_default=True,
    help="By ONAPPINSTALL, or by opening the installer's page.",
)
@click.option(
    "--limits",
    callback=_settings,
    help="Requests per address and operating time per method, as a live portal allows them: "
    "standard, enterprise, or threshold=50,drain_per_s=2,operating_s=480.",
)
@click.option(
    "--latency",
    callback=_settings,
    help="Seconds of a request, of each method, of counting a list, of single methods, and a lognormal "
    "spread: request_s=0.1,command_s=0.05,count_s=0.02,crm.deal.list=0.4,sigma=0.3.",
)
@click.option("--strict-rotation", is_flag=True, help="A renewal makes the old refresh token useless.")
@click.option("--freeze", metavar="MOMENT", help="Stop the portal's clock at this moment (ISO with offset).")
def serve(
    host: str,
    port: int,
    data: str | None,
    size: str | None,
    webhook_code: str | None,
    db: Path | None,
    tls: bool,
    certificates: Path | None,
    install: str | None,
    install_kind: str,
    limits: dict[str, Any],
    latency: dict[str, Any],
    strict_rotation: bool,
    freeze: str | None,
) -> None:
    """Serve a portal until Ctrl-C.

    When it is ready it prints one JSON line with addresses and credentials; page_url is a page to watch it.

    Example: b24bridge sandbox serve --port 0 --data small.json --limits standard
    """
    try:
        from b24bridge.sandbox import Portal
        from b24bridge.sandbox.asgi import Server
    except ImportError as error:
        raise click.ClickException(
            f"{error}. Install the extra: pip install 'b24bridge[sandbox]'."
        ) from error
    try:
        with _in_words():
            portal = Portal(
                db=str(db) if db else None, webhook_code=webhook_code, limits=limits or None, latency=latency
            )
    except (ValueError, TypeError) as error:
        raise click.UsageError(str(error)) from error
    portal.oauth.strict_rotation = strict_rotation
    if data or size:
        _seed(portal, _data(data, size))
    if freeze:
        portal.clock.freeze(freeze)
    with tempfile.TemporaryDirectory(prefix="b24bridge-") as folder:
        certificate = None
        if tls:
            from b24bridge.sandbox.certificates import trust_hint, write_certificate

            certificate = write_certificate(certificates or Path(folder), host)
            click.echo(trust_hint(certificate[0]), err=True)

        def ready() -> None:
            _announce(portal, certificate and certificate[0])
            if install:
                portal.install(install, kind=install_kind)

        try:
            server = Server(
                portal,
                host,
                port,
                certificate=certificate,
                when_ready=ready,
            )
        except OSError as error:
            raise click.ClickException(
                f"Cannot listen on {host}:{port}: {error.strerror or error}."
            ) from error
        server.run()
        portal.close()
    if server.was_interrupted:
        raise KeyboardInterrupt


def _announce(portal: Portal, certificate: str | None) -> None:
    # The one place where the sandbox prints its secrets: whoever started it needs them.
    pair = portal.tokens()
    line = {
        "base_url": portal.base_url,
        "webhook_url": portal.webhook_url,
        "client_id": portal.application.client_id,
        "client_secret": portal.application.client_secret,
        "access_token": pair["access"],
        "refresh_token": pair["refresh"],
        "oauth_url": portal.oauth_url,
        "oauth_server": portal.oauth_base,
        "page_url": f"{portal.base_url}/_sandbox/",
        "admin_url": f"{portal.base_url}/_sandbox/api/",
        "member_id": portal.member_id,
        "application_token": portal.application.token,
        **({"certificate": certificate} if certificate else {}),
    }
    click.echo(json.dumps(line))
    sys.stdout.flush()


@command.command()
@click.option("--db", type=_FILE, required=True, help="File of the portal.")
@click.option("--data", type=_DATA, help="Data set; - reads it from standard input.")
@click.option(
    "--size", type=click.Choice(["small", "medium", "large"]), help="Made-up service desk of this size."
)
@click.option(
    "--from-cassettes",
    "cassettes",
    type=click.Path(exists=True, path_type=Path),
    help="Cassette, folder of cassettes, or JSON Lines of recorded answers.",
)
def seed(db: Path, data: str | None, size: str | None, cassettes: Path | None) -> None:
    """Add records to a portal in a file: a data set, or what recorded answers have shown.

    The data set of ``dump`` holds the whole state of a portal and takes the place of what is there.

    Example: b24bridge sandbox seed --db portal.db --size medium
    """
    from b24bridge.sandbox import Portal

    if not data and not size and not cassettes:
        raise click.UsageError("Say what to add: --data FILE, --size SIZE or --from-cassettes PATH.")
    with _in_words(), Portal(db=str(db)) as portal:
        added = _seed(portal, _data(data, size)) if data or size else {}
        if cassettes:
            try:
                added |= portal.load_answers(_answers(cassettes))
            except (ValueError, TypeError, AttributeError) as error:
                raise click.ClickException(
                    f"{cassettes} holds no recorded answers: {str(error).rstrip('.')}."
                ) from error
        click.echo(json.dumps(added))


@command.command()
@click.option("--db", type=_FILE, required=True, help="File of the portal.")
@click.option("--dry-run", is_flag=True, help="Only say what would be removed.")
def reset(db: Path, dry_run: bool) -> None:
    """Empty a portal in a file; its webhook and application stay.

    Example: b24bridge sandbox reset --db portal.db
    """
    from b24bridge.sandbox import Portal

    with _in_words(), Portal(db=str(db)) as portal:
        counts = portal.counts()
        if not dry_run:
            portal.reset()
        click.echo(json.dumps(counts))


@command.command()
@click.option("--db", type=_FILE, required=True, help="File of the portal.")
def dump(db: Path) -> None:
    """Print the whole state of a portal, without its secrets, as a data set that ``seed`` reads.

    Example: b24bridge sandbox dump --db portal.db > portal.json
    """
    from b24bridge.sandbox import Portal

    with _in_words(), Portal(db=str(db)) as portal:
        click.echo(json.dumps(portal.dump(), ensure_ascii=False))


@contextlib.contextmanager
def _in_words() -> Iterator[None]:
    """Say what is wrong with a portal's file."""
    try:
        yield
    except sqlite3.Error as error:
        advice = "Name a file of the sandbox that can be written and that no other sandbox has open"
        raise click.ClickException(f"The file of the portal cannot be used: {error}. {advice}.") from error


def _seed(portal: Portal, data: dict[str, Any]) -> dict[str, int]:
    try:
        return portal.seed(data)
    except ValueError as error:
        raise click.ClickException(f"The data set cannot be added: {error}") from error


def _answers(path: Path) -> list[Any]:
    from b24bridge.contract.cassettes import SUFFIXES, load_cassette
    from b24bridge.contract.exchanges import as_answers

    if path.suffix == ".jsonl":
        with path.open(encoding="utf-8") as lines:
            rows = [json.loads(line) for line in lines if line.strip()]
        return [{**row, "params": (row.get("request") or {}).get("params")} for row in rows]
    files = sorted(file for file in path.iterdir() if file.suffix in SUFFIXES) if path.is_dir() else [path]
    return [answer for file in files for answer in as_answers(load_cassette(file).exchanges)]


def _data(data: str | None, size: str | None) -> dict[str, Any]:
    from b24bridge.sandbox import seeds

    if size is not None:
        return seeds.service_desk(size)
    assert data is not None
    text = sys.stdin.read() if data == "-" else Path(data).read_text(encoding="utf-8")
    try:
        parsed = json.loads(text)
    except ValueError as error:
        raise click.ClickException(f"{data} is not JSON: {error}.") from error
    if not isinstance(parsed, dict):
        raise click.ClickException(f"{data} holds no data set: the top must be an object.")
    return parsed
