"""The ways to make a client, the same for both colours."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Self, TypedDict, Unpack
from urllib.parse import urlsplit

from b24bridge.auth.credentials import OAUTH_URL, Credentials, OAuth, Store, Webhook
from b24bridge.engine.events import Hook
from b24bridge.engine.policy import Policy
from b24bridge.errors import ConfigError
from b24bridge.wire.limits import ENTERPRISE, STANDARD

if TYPE_CHECKING:
    from b24bridge.engine.executor import Executor

__all__ = ["Made", "Options"]

WEBHOOK_VARIABLES = ("B24BRIDGE_WEBHOOK_URL", "C_REST_WEB_HOOK_URL")


class Options(TypedDict, total=False):
    """What every way to make a client takes.

    Attributes:
        transport: A sandbox portal or a transport of httpx, instead of the network.
        policy: Time limits, repetition, limits of the portal.
        hooks: Callables that get an event for everything that happens.
        verify_tls: False accepts any certificate of the portal.
        timeout_s: Seconds to wait for one answer.
        limits: Limits of the portal's plan: ``standard``, ``enterprise``, or ``none`` to send
            without any (for a portal in a box, or for measuring).
        priority: ``bulk`` lets all calls of this client wait for those of other clients of the process
            while the limit makes calls wait, ``interactive`` none; default ``auto``: lists and long
            batches wait for single calls.
    """

    transport: Any
    policy: Policy | None
    hooks: Sequence[Hook]
    verify_tls: bool
    timeout_s: float
    limits: Literal["standard", "enterprise", "none"]
    priority: Literal["auto", "bulk", "interactive"]


LIMITS = {"standard": STANDARD, "enterprise": ENTERPRISE, "none": None}


class Made:
    """Constructors by kind of credentials."""

    _executor: Executor

    @property
    def portal_url(self) -> str:
        """Address of the portal without what authorises: ``https://portal.example``."""
        parts = urlsplit(self._executor.credentials.access().rest)
        return f"{parts.scheme}://{self._executor.credentials.portal}"

    @property
    def credentials(self) -> Credentials:
        """What the client is allowed with: a webhook, or the tokens of an application."""
        return self._executor.credentials

    def __init__(self, credentials: Credentials, **options: Unpack[Options]) -> None:
        raise NotImplementedError

    @classmethod
    def from_webhook(cls, url: str, **options: Unpack[Options]) -> Self:
        """Return a client with the rights of an incoming webhook.

        Args:
            url: ``https://portal/rest/USER/CODE/``.
            options: See :class:`Options`.

        Raises:
            ConfigError: The address is no webhook.
        """
        return cls(Webhook(url), **options)

    @classmethod
    def from_oauth(
        cls,
        store: Store | str | Path | Mapping[str, Any],
        client_id: str = "",
        client_secret: str = "",
        *,
        oauth_url: str = OAUTH_URL,
        **options: Unpack[Options],
    ) -> Self:
        """Return a client of an installed application; its tokens are renewed and stored.

        Args:
            store: Where the tokens live: a store, the path of CRest's ``settings.json``, or the
                tokens themselves, which are then kept in memory only.
            client_id: Application id.
            client_secret: Application key.
            oauth_url: Full address of the token server.
            options: See :class:`Options`.

        Raises:
            ConfigError: The store cannot be used.
        """
        from b24bridge.auth.stores import MemoryStore, SettingsFile

        if isinstance(store, str | Path):
            store = SettingsFile(Path(store))
        elif isinstance(store, Mapping):
            store = MemoryStore(store)
        return cls(OAuth(store, client_id, client_secret, oauth_url=oauth_url), **options)

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None, **options: Unpack[Options]) -> Self:
        """Return a client set up by the environment.

        ``B24BRIDGE_WEBHOOK_URL`` (or CRest's ``C_REST_WEB_HOOK_URL``) names a webhook; otherwise
        ``B24BRIDGE_SETTINGS`` names the ``settings.json`` of an application whose id and key are in
        ``C_REST_CLIENT_ID`` and ``C_REST_CLIENT_SECRET``.

        Raises:
            ConfigError: Neither is set.
        """
        given = os.environ if environ is None else environ
        url = next((given[name] for name in WEBHOOK_VARIABLES if given.get(name)), "")
        if url:
            return cls.from_webhook(url, **options)
        if given.get("B24BRIDGE_SETTINGS"):
            keys = given.get("C_REST_CLIENT_ID", ""), given.get("C_REST_CLIENT_SECRET", "")
            return cls.from_oauth(given["B24BRIDGE_SETTINGS"], *keys, **options)
        raise ConfigError(
            "The environment names no portal.",
            remedy="Set B24BRIDGE_WEBHOOK_URL, or B24BRIDGE_SETTINGS with C_REST_CLIENT_ID "
            "and C_REST_CLIENT_SECRET.",
        )

    @classmethod
    def from_settings_php(cls, path: str | Path, **options: Unpack[Options]) -> Self:
        """Return a client set up by CRest's ``settings.php``, which is read and never run.

        A webhook there goes before an application, as in CRest; the tokens of an application are in
        ``settings.json`` beside the file.

        Raises:
            ConfigError: The file cannot be read or defines neither.
        """
        from b24bridge.auth.phpsettings import read_constants

        file = Path(path)
        constants = read_constants(file)
        url = constants.get("C_REST_WEB_HOOK_URL")
        if url:
            return cls.from_webhook(str(url), **options)
        keys = [str(constants.get(name) or "") for name in ("C_REST_CLIENT_ID", "C_REST_CLIENT_SECRET")]
        if not all(keys):
            raise ConfigError(
                f"{file.name} defines neither C_REST_WEB_HOOK_URL nor C_REST_CLIENT_ID "
                "with C_REST_CLIENT_SECRET."
            )
        if constants.get("C_REST_IGNORE_SSL") is True:
            options.setdefault("verify_tls", False)
        return cls.from_oauth(file.with_name("settings.json"), *keys, **options)


def policy_of(options: Options) -> Policy:
    """Return the policy with the single options laid over it."""
    policy = options.get("policy") or Policy()
    if not options.get("verify_tls", True):
        policy = replace(policy, verify_tls=False)
    if "timeout_s" in options:
        policy = replace(policy, timeout_s=options["timeout_s"])
    if "limits" in options:
        policy = replace(policy, tariff=LIMITS[options["limits"]])
    if "priority" in options:
        policy = replace(policy, priority=options["priority"])
    return policy
