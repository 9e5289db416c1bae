"""The applications that a portal knows ("How a portal behaves", section 7)."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from .store import Store

__all__ = ["SECRETS", "Application", "Applications"]

SECRETS = ("client_secret", "application_token")
_SETTING = "applications"


@dataclass(frozen=True, slots=True)
class Application:
    """One application, as its registration shows it.

    Attributes:
        client_id: Its name at the authorisation server.
        client_secret: What it proves itself with.
        application_token: What its handlers recognise the portal by; constant.
        scopes: Permissions of its tokens.
        redirect_uri: Where ``/oauth/authorize/`` sends the browser.
        handler_url: Address of its page.
        install_url: Address of its installer, or of the script that hears of the installation.
        status: ``L`` local, ``F`` free, ``P`` paid, ``D`` demo, ``T`` trial, ``S`` subscription.
        is_installed: Whether the portal has it at all; without that no token works.
        is_finished: Whether its installation is complete; before that it gets no events.
        is_paid: Whether its licence is paid; tokens of an unpaid one are refused.
    """

    client_id: str
    client_secret: str = field(repr=False)
    application_token: str = field(repr=False)
    scopes: tuple[str, ...] = ()
    redirect_uri: str = ""
    handler_url: str = ""
    install_url: str = ""
    status: str = "L"
    is_installed: bool = True
    is_finished: bool = True
    is_paid: bool = True

    @property
    def token(self) -> str:
        """``application_token``."""
        return self.application_token

    @classmethod
    def parse(cls, facts: Mapping[str, Any]) -> Application:
        """Return an application from its stored facts.

        Raises:
            ValueError: There is a fact that no application has.
        """
        unknown = set(facts) - set(cls.__slots__)
        if unknown:
            raise ValueError(
                f"An application has no {', '.join(sorted(map(repr, unknown)))}; "
                f"it may have {', '.join(sorted(cls.__slots__))}."
            )
        return cls(**{**facts, "scopes": tuple(facts.get("scopes", ()))})


class Applications(Mapping[str, Application]):
    """All applications of a portal by client id, in the order they were registered."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._known: dict[str, Application] = {}

    def prepare(self, scopes: Iterable[str]) -> None:
        """Read them; a new portal gets one local application with all scopes."""
        stored = self._store.setting(_SETTING)
        self._known = {facts["client_id"]: Application.parse(facts) for facts in stored or ()}
        if not self._known:
            self.add(scopes=tuple(sorted(scopes)))

    def add(self, **facts: Any) -> Application:
        """Register an application; what is not given is made up.

        Raises:
            ValueError: There is a fact that no application has.
        """
        client_id = f"local.{secrets.token_hex(7)}.{secrets.randbelow(10**8):08d}"
        application = Application.parse({"client_id": client_id, **_new_secrets(), **facts})
        self._keep(application)
        return application

    def restore(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """Put the applications of a dump in the place of those here; unknown secrets are made up anew.

        Raises:
            ValueError: There is a fact that no application has.
        """
        before, self._known = self._known, {}
        for facts in rows:
            known = before.get(facts["client_id"])
            own = {name: getattr(known, name) for name in SECRETS} if known else _new_secrets()
            self._known[facts["client_id"]] = Application.parse({**facts, **own})
        self._known = self._known or before
        self._save()

    def change(self, client_id: str, **facts: Any) -> Application:
        """Change facts of an application and return it.

        Raises:
            KeyError: There is no such application.
            ValueError: There is a fact that no application has.
        """
        application = Application.parse({**asdict(self._known[client_id]), **facts})
        if application.client_id != client_id:
            raise ValueError("The client_id of an application cannot be changed; add another one.")
        self._keep(application)
        return application

    def _keep(self, application: Application) -> None:
        self._known[application.client_id] = application
        self._save()

    def _save(self) -> None:
        self._store.keep(_SETTING, [asdict(known) for known in self._known.values()])

    def __getitem__(self, client_id: str) -> Application:
        return self._known[client_id]

    def __iter__(self) -> Iterator[str]:
        return iter(self._known)

    def __len__(self) -> int:
        return len(self._known)


def _new_secrets() -> dict[str, str]:
    return {"client_secret": secrets.token_hex(25), "application_token": secrets.token_hex(16)}
