"""What an error answer means: its class, whether it may be repeated, whether the work may be done.

Codes and statuses: vendor pages "REST API Limits", "Overview of REST 3.0", "Error codes", and the
source of the portal's ``rest`` module. Statuses vary by release for the same code, texts vary by
release and language, so a known code decides first, then a fixed text, then the status.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from b24bridge import errors
from b24bridge.errors import ApiError, OperatingLimit
from b24bridge.wire.call import Json
from b24bridge.wire.response import Envelope
from b24bridge.wire.secrets import mask

__all__ = ["Explain", "Facts", "WireError", "api_error", "is_stale_token", "of_envelope", "read_error"]

# A description longer than this is cut in messages; the error keeps it whole.
SHOWN = 300

V3_PREFIX = "BITRIX_REST_V3_EXCEPTION_"

_CLASSES: dict[str, type[ApiError]] = {
    "expired_token": errors.ExpiredToken,
    "invalid_token": errors.AuthError,
    "NO_AUTH_FOUND": errors.AuthError,
    "INVALID_CREDENTIALS": errors.AuthError,
    "authorization_error": errors.AuthError,
    "ERROR_OAUTH": errors.NotInstalled,
    "APPLICATION_NOT_FOUND": errors.NotInstalled,
    "NOT_INSTALLED": errors.NotInstalled,
    "insufficient_scope": errors.AccessError,
    "user_access_error": errors.AccessError,
    "PAYMENT_REQUIRED": errors.AccessError,
    "ACCESS_DENIED": errors.AccessError,
    "WRONG_AUTH_TYPE": errors.AccessError,
    "WRONG_LICENSE": errors.AccessError,
    "PORTAL_DELETED": errors.AccessError,
    "METHOD_CONFIRM_WAITING": errors.AccessError,
    "METHOD_CONFIRM_DENIED": errors.AccessError,
    "QUERY_LIMIT_EXCEEDED": errors.RateLimited,
    "OPERATION_TIME_LIMIT": errors.OperatingLimit,
    "OVERLOAD_LIMIT": errors.LimitError,
    "ERROR_METHOD_NOT_FOUND": errors.MethodNotFound,
    "NOT_FOUND": errors.NotFoundError,
    "ERROR_NOT_FOUND": errors.NotFoundError,
    "ERROR_BATCH_LENGTH_EXCEEDED": errors.ValidationError,
    "ERROR_BATCH_METHOD_NOT_ALLOWED": errors.ValidationError,
    "INTERNAL_SERVER_ERROR": errors.ServerError,
    "CONNECTION_ERROR": errors.ServerError,
    V3_PREFIX + "ACCESSDENIEDEXCEPTION": errors.AccessError,
    V3_PREFIX + "INSUFFICIENTSCOPEEXCEPTION": errors.AccessError,
    V3_PREFIX + "LICENSEEXCEPTION": errors.AccessError,
    V3_PREFIX + "METHODNOTFOUNDEXCEPTION": errors.MethodNotFound,
    V3_PREFIX + "ENTITYNOTFOUNDEXCEPTION": errors.NotFoundError,
    V3_PREFIX + "RATELIMITEXCEPTION": errors.RateLimited,
    V3_PREFIX + "INTERNAL_INTERNALEXCEPTION": errors.ServerError,
    V3_PREFIX + "INTERNAL_ORMSAVEEXCEPTION": errors.ServerError,
}

# Classic CRM methods send an empty code and tell the cause by a fixed English text (portal source);
# user.add sends it as text of ERROR_CORE.
_TEXTS: dict[str, type[ApiError]] = {
    "not found": errors.NotFoundError,
    "lead is not found": errors.NotFoundError,
    "contact is not found": errors.NotFoundError,
    "company is not found": errors.NotFoundError,
    "deal is not found": errors.NotFoundError,
    "access denied": errors.AccessError,
    "access_denied": errors.AccessError,
}
_VAGUE_CODES = frozenset({"", "0", "100", "ERROR_CORE"})

_STALE = frozenset({"expired_token", "invalid_token", V3_PREFIX + "ACCESSDENIEDEXCEPTION"})

_STATUSES: dict[int, type[ApiError]] = {
    401: errors.AuthError,
    402: errors.AccessError,
    403: errors.AccessError,
    404: errors.NotFoundError,
    429: errors.RateLimited,
}


class Facts(Protocol):
    """What a knowledge base says of a code."""

    @property
    def error(self) -> str: ...
    @property
    def meaning(self) -> str: ...
    @property
    def remedy(self) -> str: ...


Explain = Callable[[str], Facts | None]


@dataclass(frozen=True, slots=True)
class WireError:
    """Code and text of an error object, REST 2 or REST 3.0, untouched.

    Attributes:
        code: The code as text; may be empty or a number.
        description: The text; validation messages of REST 3.0 appended.
    """

    code: str
    description: str


def read_error(body: Json) -> WireError:
    """Return code and text of an error object.

    Args:
        body: ``{"error": "CODE", "error_description": …}``, or ``{"error": {"code": …, "message": …}}``
            of REST 3.0, or anything else that came in its place.
    """
    if not isinstance(body, dict):
        return WireError("", "" if body is None else str(body))
    error = body.get("error")
    if isinstance(error, dict):
        notes = [
            f"{item.get('field', '')}: {item.get('message', '')}".strip(": ")
            for item in error.get("validation") or ()
            if isinstance(item, dict)
        ]
        text = str(error.get("message", ""))
        return WireError(str(error.get("code", "")), "; ".join([text, *notes]) if notes else text)
    description = body.get("error_description")
    code = "" if error is None or isinstance(error, bool | list) else str(error)
    return WireError(code, "" if description is None else str(description))


def api_error(
    body: Json,
    *,
    method: str,
    status: int = 0,
    explain: Explain | None = None,
    retry_after_s: float | None = None,
    now: float = 0.0,
) -> ApiError:
    """Return the error of ``errors.py`` that an error object means.

    Args:
        body: The decoded error object.
        method: REST method that was refused.
        status: HTTP status, 0 inside a batch.
        explain: Knowledge of codes: class of those not known here, meaning, remedy.
        retry_after_s: Seconds of a ``Retry-After`` header.
        now: Unix time, to turn the header into a moment.
    """
    found = read_error(body)
    facts = explain(found.code) if explain is not None else None
    kind = _class(found, status, facts)
    shown = mask(found.description if len(found.description) <= SHOWN else found.description[:SHOWN] + "…")
    parts = ", ".join(part for part in (found.code, f"HTTP {status}" if status else "") if part)
    sentence = f"{method or 'The call'} was refused"
    details: dict[str, Any] = {
        "code": found.code,
        "description": found.description,
        "status": status,
        "body": body,
        "method": method,
        "meaning": facts.meaning if facts is not None else "",
        "remedy": facts.remedy if facts is not None else "",
    }
    if kind is errors.LimitError:
        # A block by hand does not end by waiting a few seconds (portal source, OVERLOAD_LIMIT).
        details["retryable"] = False
    message = f"{sentence} ({parts})" if parts else sentence
    message = f"{message}: {shown}" if shown else message
    message = message if message.endswith((".", "!", "?", "…")) else message + "."
    if kind is errors.OperatingLimit:
        reset_at = None if retry_after_s is None else now + retry_after_s
        return OperatingLimit(message, reset_at=reset_at, **details)
    return kind(message, **details)


def of_envelope(
    envelope: Envelope,
    *,
    method: str,
    explain: Explain | None = None,
    retry_after_s: float | None = None,
    now: float = 0.0,
) -> ApiError:
    """Return the error that an envelope with ``is_error`` means."""
    return api_error(
        envelope.body,
        method=method,
        status=envelope.status,
        explain=explain,
        retry_after_s=retry_after_s,
        now=now,
    )


def is_stale_token(error: BaseException) -> bool:
    """Return whether a new access token may cure the error.

    ``expired_token`` always; ``invalid_token`` too, since another program may have renewed the
    token and the portal then no longer knows ours (b24pysdk and b24jssdk repeat on both). REST 3.0
    has no code of its own for it.
    """
    return isinstance(error, errors.AuthError) and error.code in _STALE


def _class(found: WireError, status: int, facts: Facts | None) -> type[ApiError]:
    known = _CLASSES.get(found.code)
    if known is errors.AccessError and status == 401 and found.code.startswith(V3_PREFIX):
        # So REST 3.0 answers a bad or missing token (vendor page "Overview of REST 3.0").
        return errors.AuthError
    if known is not None:
        return known
    if found.code in _VAGUE_CODES:
        by_text = _TEXTS.get(found.description.strip().rstrip(".!").lower().removesuffix("<br>"))
        if by_text is not None:
            return by_text
    if facts is not None and found.code not in _VAGUE_CODES:
        named = getattr(errors, facts.error, None)
        if isinstance(named, type) and issubclass(named, ApiError):
            return named
    if status >= 500:
        return errors.ServerError
    return _STATUSES.get(status, errors.ValidationError)
