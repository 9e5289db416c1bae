"""What ``CRest.configure`` was told: the constants that are defined, and where things are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypedDict

from b24bridge.engine.blocking import BlockingPort
from b24bridge.engine.policy import Policy
from b24bridge.errors import ConfigError
from b24bridge.legacy.charset import Charset
from b24bridge.legacy.log import Redactor, hook_secrets
from b24bridge.legacy.settings import SettingsFile
from b24bridge.wire.phpvalues import is_empty, to_text

__all__ = ["DEFINE_NAMES", "Configuration", "Defines", "checked_defines"]


class Defines(TypedDict, total=False):
    """The constants of ``settings.php``; a name left out is not defined, which is not the same as false."""

    C_REST_WEB_HOOK_URL: object
    C_REST_CLIENT_ID: object
    C_REST_CLIENT_SECRET: object
    C_REST_CURRENT_ENCODING: object
    C_REST_BLOCK_LOG: object
    C_REST_LOGS_DIR: object
    C_REST_LOG_TYPE_DUMP: object
    C_REST_IGNORE_SSL: object


DEFINE_NAMES = tuple(sorted(Defines.__annotations__))


def checked_defines(defines: Mapping[str, Any]) -> dict[str, Any]:
    """Return the constants after a look at their names.

    Raises:
        TypeError: A name is no constant of CRest.
    """
    for name in defines:
        if name not in DEFINE_NAMES:
            near = get_close_matches(name.upper(), DEFINE_NAMES, n=1) or DEFINE_NAMES
            raise TypeError(f"CRest knows no {name!r}; perhaps you mean {near[0]!r}.")
    return dict(defines)


@dataclass(frozen=True, slots=True)
class Configuration:
    """One portal as a class of CRest sees it.

    Attributes:
        directory: Folder of ``settings.json``.
        defines: Constants by name.
        oauth_url: Full address of the token server.
        policy: None for the original's behaviour, else how the engine sends.
        quirks: Names of the differences in force.
        port: The outside world.
        senders: Ways through the engine, one for each class that shares this configuration.
        charset: Charset of ``C_REST_CURRENT_ENCODING``, None if it is not defined.
        file: ``settings.json``.
        redactor: Masks secrets in logs.
    """

    directory: Path
    defines: Mapping[str, Any] = field(repr=False)
    oauth_url: str
    policy: Policy | None
    quirks: frozenset[str]
    port: BlockingPort = field(repr=False)
    senders: dict[type, Any] = field(init=False, repr=False, default_factory=dict)
    charset: Charset | None = field(init=False)
    file: SettingsFile = field(init=False)
    redactor: Redactor = field(init=False, repr=False)

    def __post_init__(self) -> None:
        hook = self.defines.get("C_REST_WEB_HOOK_URL")
        if hook is not None and not isinstance(hook, (str, bool, int, float)):
            raise ConfigError("C_REST_WEB_HOOK_URL must be a text.")
        name = "C_REST_CURRENT_ENCODING"
        charset = Charset(self.defines[name]) if name in self.defines else None
        object.__setattr__(self, "charset", charset)
        object.__setattr__(self, "file", SettingsFile(self.directory))
        object.__setattr__(self, "redactor", Redactor(self._secrets()))

    @property
    def webhook(self) -> str:
        """The webhook address, empty if none is set."""
        hook = self.defines.get("C_REST_WEB_HOOK_URL")
        return "" if is_empty(hook) else to_text(hook)

    @property
    def client(self) -> dict[str, Any]:
        """The client id and secret that are set, by the names of their constants."""
        names = ("C_REST_CLIENT_ID", "C_REST_CLIENT_SECRET")
        return {name: self.defines[name] for name in names if not is_empty(self.defines.get(name))}

    @property
    def is_log_blocked(self) -> bool:
        """Whether logs are off; only true itself switches them off (log-block-1-install)."""
        return self.defines.get("C_REST_BLOCK_LOG") is True

    @property
    def is_dump(self) -> bool:
        """Whether logs are dumps."""
        return self.defines.get("C_REST_LOG_TYPE_DUMP") is True

    @property
    def is_tls_verified(self) -> bool:
        """Whether certificates are checked; only true itself switches the check off."""
        return self.defines.get("C_REST_IGNORE_SSL") is not True

    @property
    def logs_prefix(self) -> str:
        """What the date of a log is joined to."""
        if "C_REST_LOGS_DIR" not in self.defines:
            return f"{self.directory}/logs/"
        wanted = self.defines["C_REST_LOGS_DIR"]
        # A text is a prefix as in PHP (log-dir-prefix), a Path is a folder.
        return f"{wanted}/" if isinstance(wanted, Path) else to_text(wanted)

    def _secrets(self) -> tuple[str, ...]:
        secret = self.defines.get("C_REST_CLIENT_SECRET")
        return (*hook_secrets(self.webhook), secret if isinstance(secret, str) else "")
