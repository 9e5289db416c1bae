"""What a gateway is set to: who may call, what, and how much at once."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from hmac import compare_digest

from b24bridge.errors import ConfigError
from b24bridge.knowledge.catalog import safety

__all__ = ["Caller", "Settings"]

_NAME = re.compile(r"[A-Za-z0-9_.-]+\Z")
_KEY = re.compile(r"[A-Za-z0-9_-]{8,}\Z")
_PUBLIC = re.compile(r"https?://[A-Za-z0-9.:\[\]-]+\Z")


@dataclass(frozen=True, slots=True)
class Caller:
    """A program that may call the gateway.

    Attributes:
        name: Shown in logs and metrics, where the key never is.
        key: Stands in the caller's address or ``auth`` where the webhook code would stand.
        allow: Patterns of method names, such as ``crm.item.*``; ``*`` for all.
        read_only: Whether methods that write are refused.
    """

    name: str
    key: str = field(repr=False)
    allow: tuple[str, ...] = ("*",)
    read_only: bool = False

    @property
    def is_unlimited(self) -> bool:
        """Whether the caller may do everything that the portal's credentials may."""
        return not self.read_only and "*" in self.allow

    def may(self, method: str, api: int) -> bool:
        """Tell whether the caller may use a method; unknown methods count as writing."""
        if self.is_unlimited:
            return True
        name = method.lower()
        if not name or not any(fnmatchcase(name, pattern.lower()) for pattern in self.allow):
            return False
        return not self.read_only or name == "batch" or safety(name, api) == "safe"


@dataclass(frozen=True, slots=True)
class Settings:
    """What a gateway is set to.

    Attributes:
        callers: Who may call.
        origins: Web origins that browsers may call from; ``*`` for all, without credentials.
        body_limit: Bytes of a request's body.
        bodies_limit: Bytes of all bodies in work.
        body_s: Seconds in which a body has to come.
        at_once: Requests in work, those that wait for the portal's limits included.
        cache_s: Seconds to keep the answers of read methods, by pattern of the name; empty for none.
        retry_after_s: What a caller is told when the gateway is full.
        proxy_caller: Name of the caller in whose name pages call ``/api/bitrix24.php``, which has no
            keys; empty switches that address off.
        public_url: Address under which callers know the gateway, where another server stands in front.
    """

    callers: Sequence[Caller]
    origins: tuple[str, ...] = ("*",)
    body_limit: int = 32 * 1024 * 1024
    bodies_limit: int = 256 * 1024 * 1024
    body_s: float = 60.0
    at_once: int = 1000
    cache_s: Mapping[str, float] = field(default_factory=dict)
    retry_after_s: int = 1
    proxy_caller: str = ""
    public_url: str = ""

    def __post_init__(self) -> None:
        """Refuse settings that would let everybody in.

        Raises:
            ConfigError: A key is too short, a name is unusual, two callers share a name or a key, or
                ``proxy_caller`` or ``public_url`` mean nothing.
        """
        if not all(_KEY.match(caller.key) for caller in self.callers):
            raise ConfigError(
                "A caller's key is shorter than 8 characters, or has others than letters, digits, - and _.",
                remedy="Use `openssl rand -hex 16`.",
            )
        if not all(_NAME.match(caller.name) for caller in self.callers):
            raise ConfigError(
                "A caller's name is empty, or has others than letters, digits, '.', - and _.",
                remedy="It stands in logs and metrics: keep it short.",
            )
        if len({caller.key for caller in self.callers}) < len(self.callers):
            raise ConfigError("Two callers have the same key.", remedy="Give each caller a key of its own.")
        if len({caller.name for caller in self.callers}) < len(self.callers):
            raise ConfigError("Two callers have the same name.", remedy="Give each caller a name of its own.")
        if self.proxy_caller and self.proxied is None:
            raise ConfigError(
                f"There is no caller {self.proxy_caller!r}.", remedy="proxy_caller names one of them."
            )
        if self.public_url and not _PUBLIC.match(self.public_url):
            raise ConfigError(
                "public_url is no address of a server.", remedy="It looks like https://gateway.example."
            )

    @property
    def proxied(self) -> Caller | None:
        """Return the caller in whose name pages call, if there is one."""
        return next((caller for caller in self.callers if caller.name == self.proxy_caller), None)

    def caller(self, key: str) -> Caller | None:
        """Return the caller with that key, compared in constant time."""
        given = key.encode("utf-8", "surrogatepass")
        found = None
        for caller in self.callers:
            if compare_digest(caller.key.encode(), given):
                found = caller
        return found

    def origin(self, origin: str) -> str:
        """Return which origin may read an answer, as a browser is told; empty for none."""
        if "*" in self.origins:
            return "*"
        return origin if origin in self.origins else ""

    def ttl(self, method: str) -> float:
        """Return how long an answer of a method is kept, 0 for not at all."""
        name = method.lower()
        return next((ttl for pattern, ttl in self.cache_s.items() if fnmatchcase(name, pattern.lower())), 0.0)
