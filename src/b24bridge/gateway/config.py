"""Settings of a gateway from a TOML file, and the gateway that they describe."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from b24bridge.auth.credentials import OAUTH_URL, Credentials, OAuth, Webhook
from b24bridge.auth.stores import SettingsFile
from b24bridge.contract.cassettes import load_cassette
from b24bridge.engine.asynchronous import AsyncPort
from b24bridge.engine.link import connect
from b24bridge.engine.policy import Policy
from b24bridge.errors import ConfigError
from b24bridge.gateway.app import Gateway
from b24bridge.gateway.forward import Forwarder
from b24bridge.gateway.modes import Differ, Fetch, Recorder, replaying, spying
from b24bridge.gateway.settings import Caller, Settings
from b24bridge.wire.limits import ENTERPRISE, STANDARD

__all__ = ["CALLER_KEYS", "KEYS", "MODES", "UPSTREAM_KEYS", "Setup", "build", "load"]

MODES = ("pass", "record", "replay", "spy", "diff")
CONNECTIONS = 100
LONGEST_WAIT_S = 60
TARIFFS = {"standard": STANDARD, "enterprise": ENTERPRISE, "none": None}
_NUMBER = (int, float)
#: What the file may say, and of which kind it is.
KEYS: Mapping[str, type | tuple[type, ...]] = {
    "upstream": dict,
    "second": dict,
    "caller": list,
    "mode": str,
    "cassette": str,
    "limits": str,
    "redis_url": str,
    "longest_wait_s": _NUMBER,
    "timeout_s": _NUMBER,
    "origins": list,
    "cache_s": dict,
    "body_limit": int,
    "bodies_limit": int,
    "body_s": _NUMBER,
    "at_once": int,
    "retry_after_s": int,
    "proxy_caller": str,
    "public_url": str,
    "certificate": str,
    "key": str,
    "access_log": bool,
}
UPSTREAM_KEYS: Mapping[str, type] = {
    "webhook": str,
    "settings": str,
    "client_id": str,
    "client_secret": str,
    "oauth_url": str,
}
CALLER_KEYS: Mapping[str, type] = {"name": str, "key": str, "allow": list, "read_only": bool}
# Those that go into Settings as they are.
_PLAIN = (
    *("body_limit", "bodies_limit", "body_s", "at_once", "retry_after_s", "proxy_caller", "public_url"),
)


@dataclass(frozen=True, slots=True)
class Setup:
    """A gateway and what has to happen when it stops.

    Attributes:
        gateway: The application.
        certificate: Files of certificate and key, None for plain HTTP.
        access_log: Whether each request has a line in the log.
    """

    gateway: Gateway
    certificate: tuple[str, str] | None = None
    access_log: bool = True
    _endings: tuple[Callable[[], Awaitable[None]], ...] = field(default=(), repr=False)

    async def finish(self) -> None:
        """Let comparisons end, write the cassette of a recording, close all connections."""
        for ending in self._endings:
            await ending()


def load(file: Path) -> dict[str, Any]:
    """Return the settings of a TOML file; a value ``env:NAME`` is taken from the environment.

    Raises:
        ConfigError: The file cannot be read, or a variable is not set.
    """
    try:
        return {name: _filled(value) for name, value in tomllib.loads(file.read_text("utf-8")).items()}
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"Settings {file} are no TOML: {error}.") from error
    except (OSError, UnicodeError) as error:
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
        given: What the file says; its keys are ``KEYS``, those of ``upstream`` and ``second``
            ``UPSTREAM_KEYS``, those of each ``caller`` ``CALLER_KEYS``.

    Raises:
        ConfigError: Something is missing, unknown or of the wrong kind.
    """
    _check("The settings have", given, KEYS)
    mode = given.get("mode", "pass")
    if mode not in MODES:
        raise ConfigError(f"There is no mode {mode!r}.", remedy=f"There are {', '.join(MODES)}.")
    cassette = _cassette(given, mode)
    settings = _settings(given)
    endings: list[Callable[[], Awaitable[None]]] = []
    recorded = replaying(load_cassette(cassette)) if cassette and mode in ("replay", "spy") else None
    if mode == "replay" and recorded is not None:
        return Setup(Gateway(settings, None, recorded), _certificate(given), given.get("access_log", True))
    credentials = _credentials("upstream", given.get("upstream", {}))
    forwarder = _forwarder(given, credentials, endings)
    fetch: Fetch = forwarder.forward
    if mode == "record" and cassette is not None:
        secrets = {f"secret {at}": secret for at, secret in enumerate(credentials.secrets())}
        secrets |= {f"key of {caller.name}": caller.key for caller in settings.callers}
        recorder = Recorder(fetch, secrets)
        endings.insert(0, recorder.ending(cassette))
        fetch = recorder.get
    elif recorded is not None:
        fetch = spying(recorded, fetch)
    elif mode == "diff":
        second = _forwarder(given, _credentials("second", given.get("second", {})), endings)
        differ = Differ(fetch, second.forward)
        endings.insert(0, differ.drain)
        fetch = differ.get
    gateway = Gateway(settings, forwarder, fetch)
    return Setup(gateway, _certificate(given), given.get("access_log", True), tuple(endings))


def _check(where: str, given: Mapping[str, Any], known: Mapping[str, type | tuple[type, ...]]) -> None:
    unknown = sorted(set(given) - set(known))
    if unknown:
        raise ConfigError(
            f"{where} unknown keys: {', '.join(unknown)}.", remedy=f"Known are {', '.join(sorted(known))}."
        )
    for name, value in given.items():
        kind = known[name]
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            wanted = " or ".join(one.__name__ for one in (kind if isinstance(kind, tuple) else (kind,)))
            raise ConfigError(f"{where} {name} as {type(value).__name__}.", remedy=f"It has to be {wanted}.")


def _settings(given: Mapping[str, Any]) -> Settings:
    callers = []
    for one in given.get("caller", ()):
        if not isinstance(one, dict):
            raise ConfigError("A caller is no table.", remedy="Begin each with [[caller]].")
        _check("A caller has", one, CALLER_KEYS)
        if missing := [name for name in ("name", "key") if name not in one]:
            raise ConfigError(f"A caller has no {' and no '.join(missing)}.", remedy="Give it both.")
        callers.append(
            Caller(one["name"], one["key"], tuple(one.get("allow", ("*",))), one.get("read_only", False))
        )
    if not callers:
        raise ConfigError("Nobody may call the gateway.", remedy="Add a [[caller]] with name and key.")
    return Settings(
        tuple(callers),
        tuple(given.get("origins", ("*",))),
        cache_s=dict(given.get("cache_s", {})),
        **{name: given[name] for name in _PLAIN if name in given},
    )


def _cassette(given: Mapping[str, Any], mode: str) -> Path | None:
    if "cassette" in given:
        return Path(given["cassette"])
    if mode in ("record", "replay", "spy"):
        raise ConfigError(
            f"The mode {mode} needs a cassette.", remedy='Add cassette = "cassettes/NAME.yaml".'
        )
    return None


def _certificate(given: Mapping[str, Any]) -> tuple[str, str] | None:
    if ("certificate" in given) != ("key" in given):
        raise ConfigError("TLS needs certificate and key.", remedy="Name both files, or none.")
    return (given["certificate"], given["key"]) if "certificate" in given else None


def _forwarder(
    given: Mapping[str, Any], credentials: Credentials, endings: list[Callable[[], Awaitable[None]]]
) -> Forwarder:
    name = given.get("limits", "standard")
    if name not in TARIFFS:
        raise ConfigError(f"There are no limits {name!r}.", remedy=f"There are {', '.join(TARIFFS)}.")
    redis_url = given.get("redis_url", "")
    if redis_url:
        connect(redis_url)  # a wrong address is told at the start, not to the first caller
    port = AsyncPort(connections=CONNECTIONS)
    endings.append(port.aclose)
    longest_wait_s = float(given.get("longest_wait_s", LONGEST_WAIT_S))
    policy = Policy(
        timeout_s=float(given.get("timeout_s", Policy().timeout_s or 0.0)),
        patience_s=longest_wait_s,
        connections=CONNECTIONS,
        tariff=TARIFFS[name],
        redis_url=redis_url,
    )
    return Forwarder(port, credentials, policy, longest_wait_s=longest_wait_s)


def _credentials(table: str, given: Mapping[str, Any]) -> Credentials:
    _check(f"[{table}] has", given, UPSTREAM_KEYS)
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
        f"The gateway does not know its portal: [{table}] names none.",
        remedy=f'Set webhook = "env:B24_WEBHOOK" under [{table}].',
    )
