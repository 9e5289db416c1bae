"""Redaction of values before they are stored: secrets always, personal data where asked."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from typing import Final

from b24bridge.wire import secrets
from b24bridge.wire.call import Json

__all__ = ["PERSONAL_KEYS", "Redaction"]

# Names of ``user.get`` and of CRM contacts that tell who somebody is.
PERSONAL_KEYS: Final = frozenset(
    {
        "email",
        "last_name",
        "login",
        "name",
        "personal_birthday",
        "personal_mobile",
        "personal_phone",
        "phone",
        "second_name",
        "work_phone",
    }
)


@dataclass(frozen=True, slots=True)
class Redaction:
    """How values are made safe to keep.

    Attributes:
        personal_keys: Names whose texts are replaced by a token that is the same for the same text, so
            that a difference stays visible; empty leaves personal data as it is.
        salt: Makes the tokens useless to somebody who guesses names.
    """

    personal_keys: frozenset[str] = frozenset()
    salt: bytes = b""

    def __call__(self, value: Json) -> Json:
        """Return a copy of the value without what must not be kept."""
        return self._persons(secrets.redact(value))

    def _persons(self, value: Json) -> Json:
        if isinstance(value, dict):
            return {key: self._field(str(key), inner) for key, inner in value.items()}
        if isinstance(value, list):
            return [self._persons(inner) for inner in value]
        return value

    def _field(self, key: str, value: Json) -> Json:
        if key.lower() in self.personal_keys and isinstance(value, str) and value:
            return self._token(value)
        return self._persons(value)

    def _token(self, text: str) -> str:
        return f"<{hmac.new(self.salt, text.encode(), hashlib.sha256).hexdigest()[:10]}>"
