"""Openings of an application's page inside the portal: the main page, or a placement in a card.

Facts: vendor pages "Simplified Method for Obtaining OAuth 2.0 Tokens" and "Widget handler": the form says who
opens it, the query which portal.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from b24bridge.auth.credentials import Tokens
from b24bridge.errors import AccessError, ValidationError

__all__ = ["Opening", "read_opening"]


@dataclass(frozen=True, slots=True)
class Opening:
    """One opening of a page by a user of the portal.

    Attributes:
        placement: Where it is shown: ``DEFAULT`` for the main page, else such as ``CRM_DEAL_DETAIL_TAB``.
        options: What the place is about: ``{"ID": "662"}`` in the card of a deal.
        domain: Host of the portal.
        member_id: Id of the portal that survives a new address.
        language: Language of the page around it.
        settings: Tokens of the user who opens it, with the names of CRest's ``settings.json``.
        is_proven: Whether the application token of the installation came along. Anybody can send a form;
            without that proof ask the portal with the tokens before you show what is secret.
    """

    placement: str
    options: Mapping[str, Any]
    domain: str
    member_id: str
    language: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict, repr=False)
    is_proven: bool = False

    @property
    def record_id(self) -> int | None:
        """Id of the record whose card is open, or None."""
        given = self.options.get("ID", self.options.get("id"))
        return int(given) if given is not None and str(given).isdigit() else None

    def tokens(self) -> Tokens:
        """Return the tokens of the user who opens the page: they see and do what he may."""
        return Tokens.from_settings(self.settings)


def read_opening(request: Mapping[str, Any], application_token: str = "") -> Opening:
    """Return the opening that a request carries.

    Args:
        request: Query and form of the request, nested as PHP nests them: ``web.form_of(request)``.
        application_token: Token that the installation brought; one that came along must be the same.

    Raises:
        ValidationError: The request is no opening.
        AccessError: It does not come from the portal of the installation: answer it with 403.
    """
    given = {name: request.get(name) for name in ("PLACEMENT", "AUTH_ID", "DOMAIN")}
    missing = [name for name, value in given.items() if not isinstance(value, str) or not value]
    if missing:
        raise ValidationError(
            f"The request is no opening of a page: it lacks {' and '.join(missing)}.",
            remedy="A portal sends a form with PLACEMENT and AUTH_ID, and DOMAIN in the address.",
        )
    sent = request.get("APPLICATION_TOKEN")
    is_proven = False
    if application_token and isinstance(sent, str) and sent:
        is_proven = hmac.compare_digest(sent.encode("utf-8"), application_token.encode("utf-8"))
        if not is_proven:
            raise AccessError(
                "The opening does not carry the application token of this installation.",
                remedy="Answer with 403; if the application was reinstalled, store the new token.",
            )
    domain = str(given["DOMAIN"])
    scheme = "http" if request.get("PROTOCOL") == "0" else "https"
    return Opening(
        placement=str(given["PLACEMENT"]),
        options=_options(request.get("PLACEMENT_OPTIONS")),
        domain=domain,
        member_id=str(request.get("member_id") or ""),
        language=str(request.get("LANG") or ""),
        settings={
            "access_token": given["AUTH_ID"],
            "expires_in": request.get("AUTH_EXPIRES") or "",
            "refresh_token": request.get("REFRESH_ID") or "",
            "domain": domain,
            "client_endpoint": f"{scheme}://{domain}/rest/",
            "member_id": request.get("member_id") or "",
        },
        is_proven=is_proven,
    )


def _options(text: Any) -> Mapping[str, Any]:
    """Return the options of a placement; PHP writes an empty map as a list."""
    try:
        read = json.loads(text) if isinstance(text, str) and text else {}
    except ValueError:
        return {}
    return read if isinstance(read, dict) else {}
