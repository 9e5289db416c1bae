"""Running a gateway: settings from a TOML file, a server that lets calls in flight end."""

from __future__ import annotations

import os
import socket
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import uvicorn

from b24bridge.auth.credentials import OAUTH_URL, Credentials, OAuth, Webhook
from b24bridge.auth.stores import SettingsFile
from b24bridge.contract.cassettes import load_cassette
from b24bridge.engine.asynchronous import AsyncPort
from b24bridge.engine.policy import Policy
from b24bridge.errors import ConfigError
from b24bridge.gateway.app import Gateway
from b24bridge.gateway.forward import Forwarder
from b24bridge.gateway.modes import Differ, Fetch, Recorder, replaying, spying
from b24bridge.gateway.settings import Caller, Settings
from b24bridge.wire.limits import ENTERPRISE, STANDARD

__all__ = ["MODES", "Setup", "build", "load", "serve"]

MODES = ("pass", "record", "replay", "spy", "diff")
CONNECTIONS = 100
TARIFFS = {"standard": STANDARD, "enterprise": ENTERPRISE, "none": None}
_PLAIN = ("body_limit", "at_once", "proxy_caller")
GRACE_S = 75


class Setup:
    """A gateway and what has to happen when it stops."""

    def __init__(
        self, gateway: Gateway, *, recorder: Recorder | None = None, cassette: Path | None = None
    ) -> None:
        self.gateway = gateway
        self._recorder = recorder
        self._cassette = cassette

    def finish(self) -> None:
        """Write the cassette of a recording."""
        if self._recorder is not None and self._cassette is not None:
            self._recorder.save(self._cassette)


def load(file: Path) -> dict[str, Any]:
    """Return the settings of a TOML file; a value ``env:NAME`` is taken from the environment.

    Raises:
        ConfigError: The file cannot be read, or a variable is not set.
    """
    try:
        return {name: _filled(value) for name, value in tomllib.loads(file.read_text("utf-8")).items()}
    except (OSError, ValueError) as error:
        raise ConfigError(f"Settings {file} cannot be read ({type(error).__name__}).") from error


def _filled(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _filled(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_filled(item) for item in value]
    if isinstance(value, str) and value.startswith("env:"):
        name = value.removeprefix("env:")
        if name not in os.environ:
            raise ConfigError(
                f"The environment has no {name}.", remedy="Set it, or write the value in the file."
            )
        return os.environ[name]
    return value


def build(given: Mapping[str, Any]) -> Setup:
    """Return the gateway that settings describe.

    Args:
        given: ``upstream`` (``webhook``, or ``settings`` with ``client_id``, ``client_secret`` and
            ``oauth_url``), ``second`` (the same, for the mode diff), ``mode``, ``cassette``, ``caller``
            (a list), ``limits`` (standard, enterprise, none), ``origins``, ``body_limit``, ``at_once``,
            ``cache_s``, ``proxy_caller``.

    Raises:
        ConfigError: Something is missing or unknown.
    """
    known = {"upstream", "second", "mode", "cassette", "caller", "limits", "origins", "cache_s", *_PLAIN}
    unknown = sorted(set(given) - known)
    if unknown:
        raise ConfigError(
            f"Unknown settings: {', '.join(unknown)}.", remedy=f"Known are {', '.join(sorted(known))}."
        )
    mode = given.get("mode", "pass")
    if mode not in MODES:
        raise ConfigError(f"There is no mode {mode!r}.", remedy=f"There are {', '.join(MODES)}.")
    callers = tuple(
        Caller(one["name"], one["key"], tuple(one.get("allow", ("*",))), bool(one.get("read_only", False)))
        for one in given.get("caller", ())
    )
    settings = Settings(
        callers,
        tuple(given.get("origins", ("*",))),
        cache_s=dict(given.get("cache_s", {})),
        **{name: given[name] for name in _PLAIN if name in given},
    )
    credentials = _credentials(given.get("upstream", {}))
    forwarder = Forwarder(AsyncPort(connections=CONNECTIONS), credentials, _policy(given))
    cassette = Path(given["cassette"]) if "cassette" in given else None
    fetch: Fetch = forwarder.forward
    recorder = None
    if mode in ("record", "replay", "spy") and cassette is None:
        raise ConfigError(
            f"The mode {mode} needs a cassette.", remedy='Add cassette = "cassettes/NAME.yaml".'
        )
    if mode == "record":
        secrets = {f"secret {at}": secret for at, secret in enumerate(credentials.secrets())}
        recorder = Recorder(fetch, secrets)
        fetch = recorder.get
    elif cassette is not None and mode in ("replay", "spy"):
        recorded = replaying(load_cassette(cassette))
        fetch = recorded if mode == "replay" else spying(recorded, fetch)
    elif mode == "diff":
        second = Forwarder(AsyncPort(connections=CONNECTIONS), _credentials(given.get("second", {})))
        fetch = Differ(fetch, second.forward).get
    return Setup(Gateway(settings, forwarder, fetch), recorder=recorder, cassette=cassette)


def _policy(given: Mapping[str, Any]) -> Policy:
    name = given.get("limits", "standard")
    if name not in TARIFFS:
        raise ConfigError(f"There are no limits {name!r}.", remedy=f"There are {', '.join(TARIFFS)}.")
    return Policy(connections=CONNECTIONS, tariff=TARIFFS[name])


def _credentials(given: Mapping[str, Any]) -> Credentials:
    if "webhook" in given:
        return Webhook(given["webhook"])
    if "settings" in given:
        return OAuth(
            SettingsFile(given["settings"]),
            given.get("client_id", ""),
            given.get("client_secret", ""),
            oauth_url=given.get("oauth_url", OAUTH_URL),
        )
    raise ConfigError(
        "The gateway does not know its portal.", remedy='Set webhook = "env:B24_WEBHOOK" under [upstream].'
    )


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, when_ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._when_ready = when_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._when_ready()


def _listen(host: str, port: int) -> socket.socket:
    bound = socket.create_server(
        (host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET, backlog=1024
    )
    # Accepted connections inherit it; without it each answer waits 40 ms for an acknowledgement.
    bound.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return bound


def serve(setup: Setup, host: str, port: int, ready: Callable[[str], None] = lambda base: None) -> None:
    """Serve until a signal comes; calls in flight end first.

    Args:
        setup: The gateway.
        host: Address to listen on.
        port: Port; 0 picks a free one.
        ready: Gets the address when the gateway listens.
    """
    bound = _listen(host, port)
    base = f"http://{host}:{bound.getsockname()[1]}"
    config = uvicorn.Config(
        setup.gateway,
        lifespan="off",
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=GRACE_S,
    )
    try:
        _Server(config, lambda: ready(base)).run([bound])
    finally:
        setup.finish()
