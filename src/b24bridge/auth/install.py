"""What the portal hands over when an application is installed, and who may be believed."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from b24bridge.auth.credentials import Store, Tokens
from b24bridge.errors import ValidationError

__all__ = ["Installed", "install", "is_genuine", "read_installation"]


@dataclass(frozen=True, slots=True)
class Installed:
    """What an installation request brought.

    Attributes:
        rest_only: True for the event (no page is open), False for the application's page in the portal.
        settings: The tokens with the names of CRest's ``settings.json``.
    """

    rest_only: bool
    settings: Mapping[str, Any]

    def __repr__(self) -> str:
        return f"Installed(rest_only={self.rest_only}, keys={sorted(self.settings)})"


def read_installation(request: Mapping[str, Any]) -> Installed | None:
    """Return what an installation request brings, or None if it is another request.

    The event ``ONAPPINSTALL`` carries the tokens in ``auth``; opening the application's page
    (``PLACEMENT=DEFAULT``) carries them in the form (vendor pages "Events on installation", "Simplified
    Method"; crest vectors ``install-event-*``, ``install-form-*``).

    Args:
        request: Query and form of the request, nested as PHP nests them.

    Raises:
        ValidationError: The request is an installation, but its tokens are missing.
    """
    auth = request.get("auth")
    if request.get("event") == "ONAPPINSTALL" and isinstance(auth, Mapping) and auth:
        settings = dict(auth)
        if "client_endpoint" not in settings and settings.get("domain"):
            settings["client_endpoint"] = f"https://{settings['domain']}/rest/"
        return _checked(Installed(True, settings))
    if request.get("PLACEMENT") == "DEFAULT":
        domain = request.get("DOMAIN") or ""
        return _checked(
            Installed(
                False,
                {
                    "access_token": request.get("AUTH_ID") or "",
                    "expires_in": request.get("AUTH_EXPIRES") or "",
                    "application_token": request.get("APPLICATION_TOKEN") or request.get("APP_SID") or "",
                    "refresh_token": request.get("REFRESH_ID") or "",
                    "domain": domain,
                    "client_endpoint": f"https://{domain}/rest/" if domain else "",
                    **({"member_id": request["member_id"]} if request.get("member_id") else {}),
                },
            )
        )
    return None


def install(request: Mapping[str, Any], store: Store) -> Installed | None:
    """Store the tokens of an installation request and return what it brought; None for other requests.

    Raises:
        ValidationError: The tokens are missing.
        OSError: They could not be stored.
    """
    found = read_installation(request)
    if found is not None:
        store.save(found.settings)
    return found


def is_genuine(request: Mapping[str, Any], application_token: str) -> bool:
    """Return whether an event comes from the portal that the application was installed on.

    The portal repeats the ``application_token`` of the installation in every event (vendor page
    "Security in Handlers"); it is compared in constant time.
    """
    auth = request.get("auth")
    given = auth.get("application_token") if isinstance(auth, Mapping) else None
    if not application_token or not isinstance(given, str):
        return False
    return hmac.compare_digest(given.encode("utf-8"), application_token.encode("utf-8"))


def _checked(found: Installed) -> Installed:
    missing = [name for name in ("access_token", "client_endpoint") if not found.settings.get(name)]
    if missing:
        raise ValidationError(
            f"The installation request lacks {' and '.join(missing)}.",
            remedy="It must come from the portal: open the application there.",
        )
    Tokens.from_settings(found.settings)
    return found
