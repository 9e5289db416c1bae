"""The portal's own refusals: codes, texts and statuses ("How a portal behaves", section 2.4)."""

from __future__ import annotations

from typing import Any

__all__ = ["Refusal", "controller_missing", "controller_type", "system", "version_3"]


class Refusal(Exception):  # the vendor's word is "error"; this is one answer, not a bug
    """An error answer, raised anywhere below the dispatcher.

    Attributes:
        code: ``error`` of the answer, always text, sometimes empty.
        description: ``error_description`` of the answer.
        status: HTTP status, unused inside a batch.
        extra: Further keys of the answer, such as ``argument``.
    """

    def __init__(self, code: str, description: str, status: int = 400, **extra: Any) -> None:
        super().__init__(f"{code}: {description}")
        self.code = code
        self.description = description
        self.status = status
        self.extra = extra

    def body(self) -> dict[str, Any]:
        """Return the error object; it never has a ``time``."""
        return {"error": self.code, "error_description": self.description, **self.extra}


_SYSTEM: dict[str, tuple[str, str, int]] = {
    "method": ("ERROR_METHOD_NOT_FOUND", "Method not found!", 404),
    "no_auth": ("NO_AUTH_FOUND", "Wrong authorization data", 401),
    "credentials": ("INVALID_CREDENTIALS", "Invalid request credentials", 401),
    "scope_webhook": (
        "insufficient_scope",
        "The request requires higher privileges than provided by the webhook token",
        401,
    ),
    "scope_token": (
        "insufficient_scope",
        "The request requires higher privileges than provided by the access token",
        401,
    ),
    "expired": ("expired_token", "The access token provided has expired", 401),
    "invalid_token": ("invalid_token", "Unable to get application by token", 401),
    "not_installed": ("ERROR_OAUTH", "Application not installed", 401),
    "payment": ("PAYMENT_REQUIRED", "Payment required", 401),
    "rate": ("QUERY_LIMIT_EXCEEDED", "Too many requests", 503),
    "operating": ("OPERATION_TIME_LIMIT", "Method is blocked due to operation time limit.", 429),
    "overload": ("OVERLOAD_LIMIT", "REST API is blocked due to overload.", 401),
    "auth_type": ("WRONG_AUTH_TYPE", "Current authorization type is denied for this method", 403),
    "application": ("ACCESS_DENIED", "Access denied! Application context required", 403),
    "administrator": ("ACCESS_DENIED", "Access denied! Administrator authorization required", 403),
    "download": ("ACCESS_DENIED", "Access denied! Link check failed", 403),
    "https": ("INVALID_REQUEST", "Https required.", 401),
    "internal": ("INTERNAL_SERVER_ERROR", "Internal server error", 500),
}


def system(name: str) -> Refusal:
    """Return one of the answers that every method can give."""
    code, text, status = _SYSTEM[name]
    return Refusal(code, text, status)


def controller_missing(parameter: str) -> Refusal:
    """Return the answer of a controller method to an absent parameter (section 2.5)."""
    return Refusal("100", f"Could not find value for parameter {{{parameter}}}")


def controller_type(value: object, parameter: str, wanted: str) -> Refusal:
    """Return the answer of a controller method to a value of another PHP type (section 2.5)."""
    shown: object = "Array"
    if isinstance(value, bool) or value is None:
        shown = "1" if value else ""
    elif isinstance(value, (str, int, float)):
        shown = value
    return Refusal(
        "100",
        f"Invalid value {{{shown}}} to match with parameter {{{parameter}}}. "
        f"Should be value of type {wanted}.",
    )


_VERSION_3 = {
    "ERROR_METHOD_NOT_FOUND": ("METHODNOTFOUNDEXCEPTION", 'Method "{method}" was not found.'),
    "QUERY_LIMIT_EXCEEDED": ("RATELIMITEXCEPTION", "Request was blocked because the limit was exceeded."),
    "OPERATION_TIME_LIMIT": ("RATELIMITEXCEPTION", "Request was blocked because the limit was exceeded."),
    "INTERNAL_SERVER_ERROR": ("INTERNAL_INTERNALEXCEPTION", "Something's gone wrong."),
}
_DENIED = ("ACCESSDENIEDEXCEPTION", "Access denied.")
_OWN = "BITRIX_REST_V3_EXCEPTION_"


def version_3(refusal: Refusal, method: str) -> dict[str, Any]:
    """Return a refusal in the shape of REST 3.0, one of the platform translated (section 9.2)."""
    if refusal.code.startswith(_OWN):
        return refusal.body()
    code, text = _VERSION_3.get(refusal.code, _DENIED)
    if code.startswith("RATELIMIT"):
        refusal.status = 429
    message = text.replace("{method}", method)
    return {"error": {"code": f"{_OWN}{code}", "message": message}}
