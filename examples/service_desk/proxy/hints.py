"""The texts that CRest adds to known errors, which the front end shows to its user."""

from __future__ import annotations

from examples.service_desk.rules import Json

__all__ = ["with_hint"]

_HINTS = {
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


def with_hint(body: Json) -> Json:
    """Return an error answer with the hint for its code, if it is a known one."""
    hint = _HINTS.get(body.get("error", "")) if isinstance(body, dict) else None
    return {**body, "error_information": hint} if hint else body
