"""Events that the portal sends to a handler: read, and believed only with the right application token.

Facts: vendor pages "Events", "Security in Handlers"; the form is that of ``portal.md`` 7.5: nested brackets,
urlencoded.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from b24bridge.auth.credentials import Tokens
from b24bridge.auth.install import is_genuine
from b24bridge.errors import AccessError, ConfigError, ValidationError
from b24bridge.wire.phpquery import parse_str

__all__ = ["Event", "read_event"]


@dataclass(frozen=True, slots=True)
class Event:
    """One event.

    Attributes:
        name: Code in capitals, such as ``ONCRMDEALUPDATE``.
        data: What the event tells; for CRM events ``{"FIELDS": {"ID": "662"}}``.
        at: When the portal made it.
        domain: Host of the portal.
        member_id: Id of the portal that survives a new address.
        handler_id: Id of the handler, empty if the portal does not say.
        settings: Tokens that came along, with the names of CRest's ``settings.json``; empty without a user.
    """

    name: str
    data: Mapping[str, Any]
    at: datetime
    domain: str
    member_id: str
    handler_id: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @property
    def record_id(self) -> int | None:
        """Id of the record that the event is about, or None if it is about none."""
        for part in ("FIELDS", "FIELDS_AFTER", "FIELDS_BEFORE"):
            fields = self.data.get(part)
            given = fields.get("ID") if isinstance(fields, Mapping) else None
            if given is not None and str(given).isdigit():
                return int(given)
        return None

    def tokens(self) -> Tokens | None:
        """Return the tokens that came along, or None."""
        return Tokens.from_settings(self.settings) if self.settings.get("access_token") else None


def read_event(request: bytes | str | Mapping[str, Any], application_token: str) -> Event:
    """Return the event that a request carries.

    Args:
        request: Body of the request, or its form as PHP nests it.
        application_token: Token that the installation brought (``settings["application_token"]``).

    Raises:
        ConfigError: There is no application token to compare with.
        ValidationError: The request is no event.
        AccessError: The request does not come from the portal: answer it with 403.
    """
    if not application_token:
        raise ConfigError(
            "Events cannot be believed without the application token.",
            remedy="Take it from the tokens that the installation stored.",
        )
    form = parse_str(request) if isinstance(request, (bytes, str)) else request
    name, auth = form.get("event"), form.get("auth")
    if not isinstance(name, str) or not name or not isinstance(auth, Mapping):
        raise ValidationError(
            "The request is no event of a portal.", remedy="A portal sends a form with event, data and auth."
        )
    if not is_genuine(form, application_token):
        raise AccessError(
            "The event does not carry the application token of this installation.",
            remedy="Answer with 403; if the application was reinstalled, store the new token.",
        )
    data = form.get("data")
    return Event(
        name=name.upper(),
        data=data if isinstance(data, Mapping) else {},
        at=_moment(form.get("ts")),
        domain=str(auth.get("domain") or ""),
        member_id=str(auth.get("member_id") or ""),
        handler_id=str(form.get("event_handler_id") or ""),
        settings={key: value for key, value in auth.items() if key != "application_token"},
    )


def _moment(given: Any) -> datetime:
    text = str(given or "")
    if not text.isdigit():
        raise ValidationError("The event carries no time stamp.", remedy="A portal sends ts in Unix seconds.")
    return datetime.fromtimestamp(int(text), UTC)
