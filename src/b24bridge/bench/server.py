"""The sandbox portal as a process of its own, so that its work does not count as the client's."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from b24bridge.errors import ConfigError
from b24bridge.wire.secrets import mask

__all__ = ["sandbox_server"]

_STOP_S = 5.0


@contextmanager
def sandbox_server(
    size: str = "",
    *,
    data: Path | None = None,
    latency: Mapping[str, float] | None = None,
    limits: str = "",
    moment: str = "",
) -> Iterator[str]:
    """Serve a data set on the loopback address and yield the address of its webhook.

    Args:
        size: ``small``, ``medium`` or ``large``.
        data: File with a data set to serve instead.
        latency: Settings of the portal's latency, such as ``request_s``.
        limits: Tariff, or empty for no limits.
        moment: Moment at which the portal's clock stands, ISO with offset; empty lets it run.

    Raises:
        ConfigError: The server did not start.
    """
    command = [sys.executable, "-m", "b24bridge.cli", "sandbox", "serve", "--port", "0"]
    command += ["--data", str(data)] if data else ["--size", size]
    if latency:
        command += ["--latency", ",".join(f"{name}={value:g}" for name, value in latency.items())]
    if limits:
        command += ["--limits", limits]
    if moment:
        command += ["--freeze", moment]
    # A file, not a pipe that nobody empties: a server that says much must not stop.
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as told:
        process = subprocess.Popen(  # noqa: S603  # our own program with our own arguments
            command, stdout=subprocess.PIPE, stderr=told, text=True
        )
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            if not line:
                process.wait(_STOP_S)
                told.seek(0)
                reason = (told.read().strip().splitlines() or ["it said nothing"])[-1]
                raise ConfigError(
                    f"The sandbox did not start: {mask(reason)}.", remedy="Install b24bridge[sandbox]."
                )
            yield str(json.loads(line)["webhook_url"])
        finally:
            process.terminate()
            try:
                process.communicate(timeout=_STOP_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.communicate()
