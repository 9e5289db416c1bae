"""The answers that CRest makes itself, and what it adds to the portal's errors (crest.md 4.1)."""

from __future__ import annotations

import traceback
from types import MappingProxyType
from typing import Any

from b24bridge.wire.phpvalues import is_empty, item

__all__ = ["NOT_INSTALLED", "annotated", "exception_answer", "trace_of", "transport_answer"]

NOT_INSTALLED = MappingProxyType(
    {
        "error": "no_install_app",
        "error_information": "error install app, pls install local application ",
    }
)

# The original's texts, to the letter: modules compare them.
_INFORMATION = {
    "expired_token": "expired token, cant get new auth? Check access oauth server.",
    "invalid_token": "invalid token, need reinstall application",
    "invalid_grant": "invalid grant, check out define C_REST_CLIENT_SECRET or C_REST_CLIENT_ID",
    "invalid_client": "invalid client, check out define C_REST_CLIENT_SECRET or C_REST_CLIENT_ID",
    "QUERY_LIMIT_EXCEEDED": "Too many requests, maximum 2 query by second",
    "ERROR_METHOD_NOT_FOUND": (
        "Method not found! You can see the permissions of the application: CRest::call('scope')"
    ),
    "NO_AUTH_FOUND": 'Some setup error b24, check in table "b_module_to_module" event "OnRestCheckAuth"',
    "INTERNAL_SERVER_ERROR": "Server down, try later",
}


def annotated(answer: Any) -> Any:
    """Return the answer with ``error_information`` if its error is one of the eight known codes."""
    code = item(answer, "error")
    if is_empty(code) or not isinstance(code, str) or code not in _INFORMATION:
        return answer
    return {**answer, "error_information": _INFORMATION[code]}


def transport_answer(message: str) -> dict[str, Any]:
    """Return the answer to a request that got none."""
    return {"error": "curl_error", "error_information": message}


def exception_answer(exc: Exception) -> dict[str, Any]:
    """Return the answer to a request inside which something raised."""
    return {"error": "exception", "error_exception_code": 0, "error_information": str(exc)}


def trace_of(exc: Exception) -> list[dict[str, Any]]:
    """Return where an exception came from, without values."""
    frames = reversed(traceback.extract_tb(exc.__traceback__))
    return [{"file": frame.filename, "line": frame.lineno, "function": frame.name} for frame in frames]
