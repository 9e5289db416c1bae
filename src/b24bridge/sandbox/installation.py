"""How a local application is installed and opened ("How a portal behaves", sections 7.4 and 7.5).

An application without pages hears of its installation by ONAPPINSTALL; one with pages is opened at its
installer's address, as any page is, and says itself when it is done (``BX24.installFinish``).
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit, urlunsplit

from . import appoptions
from .delivery import Delivery
from .oauth import ACCESS_S

if TYPE_CHECKING:
    from .applications import Application
    from .portal import Portal

__all__ = ["KINDS", "Opening", "finish", "install", "open_page", "uninstall"]

KINDS = ("event", "page")


@dataclass(frozen=True, slots=True)
class Opening:
    """A page of an application as the portal opens it.

    Attributes:
        sid: ``APP_SID``, new each time.
        name: Name of the frame.
        url: Address with its query.
        fields: Form of the POST.
    """

    sid: str
    name: str
    url: str
    fields: dict[str, str]


def open_page(
    portal: Portal,
    application: Application,
    address: str,
    *,
    user_id: int,
    language: str = "en",
    placement: str = "DEFAULT",
    options: Any = None,
) -> Opening:
    """Return how a page of an application is opened on behalf of a user.

    Raises:
        ValueError: The address is none of a page.
    """
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(
            f"app must be the address of a page, such as http://localhost:3000/, not {address!r}"
        )
    sid = hashlib.md5(secrets.token_bytes(16), usedforsecurity=False).hexdigest()
    pair = portal.oauth.issue(application, user_id)
    https = "1" if portal.base_url.startswith("https:") else "0"
    query = {"DOMAIN": portal.host, "PROTOCOL": https, "LANG": language, "APP_SID": sid}
    fields = {
        "AUTH_ID": pair["access"],
        "AUTH_EXPIRES": str(ACCESS_S),
        "REFRESH_ID": pair["refresh"],
        "SERVER_ENDPOINT": f"{portal.oauth_base}/rest/",
        "APPLICATION_TOKEN": application.application_token,
        "APPLICATION_SCOPE": pair["scope"],
        "member_id": portal.member_id,
        "status": application.status,
        "PLACEMENT": placement,
    }
    if options is not None:
        fields["PLACEMENT_OPTIONS"] = json.dumps(options, ensure_ascii=False)
    joined = "&".join(filter(None, (parts.query, urlencode(query))))
    url = urlunsplit(parts._replace(query=joined, fragment=""))
    return Opening(sid, f"{portal.host}|{https}|{sid}", url, fields)


def install(
    portal: Portal,
    address: str | None = None,
    *,
    client_id: str | None = None,
    kind: str = "event",
    user_id: int | None = None,
    language: str = "en",
) -> Delivery:
    """Install an application: put the message to its address into the outbox and return it.

    Args:
        address: Where its installer is; by default the ``install_url`` of the application.
        client_id: Which application, by default the first.
        kind: ``event`` for ONAPPINSTALL, after which it is installed; ``page`` for the opening of its
            installer, which has to finish the installation.
        user_id: Who installs it.
        language: Language of that person.

    Raises:
        ValueError: There is no address, no such kind or no such application.
    """
    if kind not in KINDS:
        raise ValueError(f"There is no installation by {kind!r}; choose one of {', '.join(KINDS)}.")
    known = _application(portal, client_id)
    target = address or known.install_url or known.handler_url
    if not target:
        raise ValueError("The application has no install_url; say where its installer is.")
    who = user_id or portal.webhook_user_id
    opening = open_page(portal, known, target, user_id=who, language=language) if kind == "page" else None
    application = portal.applications.change(
        known.client_id, install_url=target, is_installed=True, is_finished=opening is None
    )
    if opening is None:
        data = {"VERSION": "1", "ACTIVE": "Y", "INSTALLED": "Y", "LANGUAGE_ID": language}
        return portal.events.send(
            application, target, "ONAPPINSTALL", data, user_id=who, handler=portal.events.next_handler()
        )
    delivery = Delivery(opening.url, dict(opening.fields))
    portal.events.outbox.append(delivery)
    return delivery


def finish(portal: Portal, client_id: str | None = None, *, user_id: int | None = None) -> int:
    """Complete an installation as ``BX24.installFinish`` does; return how many handlers are told."""
    application = portal.applications.change(
        _application(portal, client_id).client_id, is_installed=True, is_finished=True
    )
    data = {"VERSION": "1", "ACTIVE": "Y", "INSTALLED": "Y", "LANGUAGE_ID": "en"}
    return portal.events.fire(
        "ONAPPINSTALL", data, client_id=application.client_id, user_id=user_id or portal.webhook_user_id
    )


def uninstall(portal: Portal, client_id: str | None = None, *, clean: bool = True) -> int:
    """Remove an application; its handlers are told (ONAPPUNINSTALL), its tokens work no more."""
    application = _application(portal, client_id)
    data: Mapping[str, Any] = {"CLEAN": int(clean), "LANGUAGE_ID": "en"}
    told = portal.events.fire("ONAPPUNINSTALL", data, client_id=application.client_id)
    portal.events.forget(application.client_id)
    if clean:
        appoptions.forget(portal.store, application.client_id)
    portal.applications.change(application.client_id, is_installed=False, is_finished=False)
    return told


def _application(portal: Portal, client_id: str | None) -> Application:
    if client_id is None:
        return portal.application
    if client_id not in portal.applications:
        known = ", ".join(portal.applications)
        raise ValueError(f"There is no application {client_id!r}; there are {known}.")
    return portal.applications[client_id]
