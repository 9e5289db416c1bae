"""Masking of secrets: webhook codes, tokens, client secrets, in any text, address or mapping."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from b24bridge.wire.call import Json

__all__ = ["MASK", "SECRET_NAMES", "mask", "redact"]

MASK = "***"

# Parameter names that carry a secret somewhere in OAuth, in the frame opening, in events or in
# CRest's settings (vendor pages "OAuth 2.0", "Simplified Method"; crest vectors, field `leaks`).
SECRET_NAMES = frozenset(
    {
        "access_token",
        "ap",
        "app_sid",
        "application_token",
        "auth",
        "auth_id",
        "authorization",
        "c_rest_client_secret",
        "c_rest_web_hook_url",
        "client_secret",
        "password",
        "refresh_id",
        "refresh_token",
        "sessid",
    }
)

_SLASH = r"(?:/|\\/|%2F|%252F)"
_HOOK = re.compile(
    rf"({_SLASH}rest{_SLASH}(?:api{_SLASH})?(?!api{_SLASH})[^/\\\s?#&=\"'<>%]+{_SLASH})([^/\\\s?#&=\"'<>%]+)",
    re.IGNORECASE,
)
_NAMES = "|".join(sorted((re.escape(name) for name in SECRET_NAMES), key=len, reverse=True))
# name=value in an address or a form body, the name possibly inside brackets (auth[access_token]=…).
_PAIR = re.compile(
    rf"((?:^|[?&;\s\[\"'(]|%5B|%26|%3F)(?:{_NAMES}|code)(?:\]|%5D)*(?:=|%3D|%253D))([^&\s\"'<>;)]+)",
    re.IGNORECASE,
)
# "name": "value" in JSON, in a repr and in var_export.
_FIELD = re.compile(
    rf"""(\\?["'](?:{_NAMES})\\?["']\s*(?::|=>|,)\s*b?\\?["'])((?:[^"'\\]|\\(?!["']).|\\u[0-9a-fA-F]{{4}})+)""",
    re.IGNORECASE,
)
_BEARER = re.compile(r"\b(Bearer\s+)([^\s\"',;]+)", re.IGNORECASE)


def mask(text: str, known: Iterable[str] = ()) -> str:
    """Return the text with every secret replaced by ``***``.

    Args:
        text: Any text: an address, a form body, JSON, a message of a library.
        known: Secrets that are known literally; they are replaced wherever they stand.
    """
    for secret in known:
        if secret:
            text = text.replace(secret, MASK)
    text = _HOOK.sub(rf"\1{MASK}", text)
    text = _FIELD.sub(rf"\1{MASK}", text)
    text = _PAIR.sub(rf"\1{MASK}", text)
    return _BEARER.sub(rf"\1{MASK}", text)


def redact(value: Json, known: Iterable[str] = ()) -> Json:
    """Return a copy of a JSON value with secrets masked by the names of keys and inside texts."""
    known = tuple(known)
    if isinstance(value, Mapping):
        return {key: MASK if _is_secret(key, item) else redact(item, known) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [redact(item, known) for item in value]
    if isinstance(value, str):
        return mask(value, known)
    return value


def _is_secret(key: object, item: Json) -> bool:
    return (
        isinstance(key, str)
        and key.lower() in SECRET_NAMES
        and not isinstance(item, Mapping | list | tuple)
        and item not in (None, "")
    )
