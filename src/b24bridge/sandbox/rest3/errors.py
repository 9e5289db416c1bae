"""How REST 3.0 refuses: one object with code, text and, for requests that make no sense, the reasons."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from b24bridge.sandbox.refusals import Refusal

__all__ = [
    "Refusal3",
    "access_denied",
    "bad_key",
    "bad_request",
    "filter_error",
    "invalid",
    "method_not_found",
    "missing",
    "needs_attribute",
    "needs_type",
    "not_filled",
    "not_found",
    "reused_key",
    "scope_missing",
    "unknown_field",
]

_PREFIX = "BITRIX_REST_V3_EXCEPTION_"
_INVALID = {
    "INVALIDJSON": "Invalid JSON.",
    "INVALIDFILTER": 'Invalid filter "{0}".',
    "UNKNOWNAGGREGATEFUNCTION": 'Unknown aggregate function "{0}".',
    "UNKNOWNFILTEROPERATOR": 'Unknown filter operator "{0}".',
    "INVALIDORDER": 'Invalid sort order "{0}".',
    "INVALIDPAGINATION": 'Invalid pagination parameter "{0}".',
    "INVALIDSELECT": 'Invalid select expression "{0}".',
}

Reason = tuple[str, str]


class Refusal3(Refusal):
    """An error answer of REST 3.0."""

    def __init__(self, code: str, message: str, status: int = 400, reasons: Iterable[Reason] = ()) -> None:
        super().__init__(f"{_PREFIX}{code}EXCEPTION", message, status)
        self.reasons = list(reasons)

    def body(self) -> dict[str, Any]:
        """Return the error object; an entry without a field is about the whole request."""
        error: dict[str, Any] = {"code": self.code, "message": self.description}
        if self.reasons:
            error["validation"] = [
                {"message": message, **({"field": name} if name else {})} for name, message in self.reasons
            ]
        return {"error": error}


def method_not_found(name: str) -> Refusal3:
    """The method is not there."""
    return Refusal3("METHODNOTFOUND", f'Method "{name}" was not found.', 404)


def access_denied() -> Refusal3:
    """The caller may not do this."""
    return Refusal3("ACCESSDENIED", "Access denied.", 403)


def scope_missing() -> Refusal3:
    """The webhook or the token has none of the method's scopes."""
    return Refusal3("INSUFFICIENTSCOPE", "Insufficient access rights: the required scope is missing.", 403)


def not_found(number: Any) -> Refusal3:
    """No record has this id."""
    return Refusal3("ENTITYNOTFOUND", f"Entity with ID {number} was not found.")


def invalid(kind: str, what: Any = "") -> Refusal3:
    """A part of the request cannot be read.

    Args:
        kind: ``INVALIDJSON``, ``INVALIDFILTER``, ``UNKNOWNFILTEROPERATOR``, ``INVALIDORDER``,
            ``INVALIDPAGINATION``, ``INVALIDSELECT`` or ``UNKNOWNAGGREGATEFUNCTION``.
    """
    text = what if isinstance(what, str) else json.dumps(what, ensure_ascii=False, separators=(",", ":"))
    return Refusal3(kind, _INVALID[kind].replace("{0}", text))


def unknown_field(name: str, entity: str) -> Refusal3:
    """An entity has no such field."""
    return Refusal3("UNKNOWNDTOPROPERTY", f'Unknown field "{name}" found in entity "{entity}".')


def bad_request(*reasons: Reason) -> Refusal3:
    """The request object does not hold what the method needs."""
    return Refusal3("VALIDATION_REQUESTVALIDATION", "Error validating request object.", reasons=reasons)


def missing(*names: str) -> Refusal3:
    """Parameters are not there."""
    return bad_request(*((name, f'Required field "{name}" is missing.') for name in names))


def needs_type(name: str, wanted: str) -> Refusal3:
    """A parameter is of another type."""
    return bad_request((name, f'Field "{name}" requires type "{wanted}" to perform this request.'))


def needs_attribute(name: str, entity: str, attribute: str) -> Refusal3:
    """A field cannot be used in this way."""
    text = f'DTO "{entity}" in field "{name}" requires attribute "{attribute}" to perform this request.'
    return bad_request((name, text))


def filter_error(name: str, text: str) -> Refusal3:
    """A condition cannot be used."""
    message = "Error while validating request object filters."
    return Refusal3("VALIDATION_REQUESTFILTERVALIDATION", message, reasons=[(f"filter.{name}", text)])


def not_filled(*names: str) -> Refusal3:
    """Required fields of a new record are empty."""
    reasons = [(name, f'Required field "{name}" is empty.') for name in names]
    return Refusal3("VALIDATION_DTOVALIDATION", "Error validating object.", reasons=reasons)


def bad_key() -> Refusal3:
    """The idempotency key is none."""
    return Refusal3("INVALIDIDEMPOTENCYKEY", "Idempotency key must be 1 to 255 printable ASCII characters.")


def reused_key() -> Refusal3:
    """The idempotency key came with another body before."""
    return Refusal3(
        "IDEMPOTENCYKEYREUSED", "This idempotency key has already been used with another request.", 422
    )
