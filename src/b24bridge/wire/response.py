"""The envelope of an answer: ``result``, ``next``, ``total``, ``time``, or an error."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from b24bridge.errors import BadAnswer, PortalMoved
from b24bridge.wire.call import Api, Json
from b24bridge.wire.request import WireResponse
from b24bridge.wire.secrets import mask

__all__ = ["Envelope", "decode", "excerpt", "load_json"]

EXCERPT = 200
# Statuses of a gateway or of the front end that refuse before the portal's code runs.
NOT_RUN_STATUSES = frozenset({400, 401, 403, 404, 405, 411, 413, 414, 415, 429})


@dataclass(frozen=True, slots=True)
class Envelope:
    """One decoded answer.

    Attributes:
        status: HTTP status.
        result: What the method returned; None with an error.
        next: Offset of the next page, as the portal sent it.
        total: Number of rows, as the portal sent it.
        time: The time block, empty with an error.
        is_error: Whether the portal refused or failed.
        body: The decoded body.
    """

    status: int
    result: Json
    next: int | None
    total: int | None
    time: dict[str, Any]
    is_error: bool
    body: Json


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


_decoder = json.JSONDecoder(parse_constant=_refuse_constant)


def load_json(body: bytes) -> Json:
    """Return the decoded JSON of a body.

    Raises:
        ValueError: It is not JSON in UTF-8.
    """
    text = body.decode("utf-8-sig")
    try:
        return _decoder.decode(text)
    except RecursionError as exc:
        raise ValueError("nested too deeply") from exc


def excerpt(body: bytes) -> str:
    """Return the beginning of a body as one masked line, fit for a message."""
    text = " ".join(body[: EXCERPT * 4].decode("utf-8", "replace").split())
    shown = text if len(text) <= EXCERPT else text[:EXCERPT] + "…"
    return mask(shown)


def decode(response: WireResponse, *, method: str = "", api: Api = Api.V2) -> Envelope:
    """Return the envelope of an answer.

    Args:
        response: The answer.
        method: REST method, for messages.
        api: REST 3.0 sends some answers (OpenAPI) without an envelope.

    Raises:
        BadAnswer: The body is not the portal's JSON: a page, nothing, a cut body, a bare value.
        PortalMoved: The answer is a redirect; a client that follows it would lose the body
            (vendor page "REST Call Peculiarities During Bitrix24 Address Changes").
    """
    status = response.status
    if 300 <= status < 400 and response.header("location"):
        raise _moved(response, method)
    try:
        body = load_json(response.body)
    except ValueError as exc:
        raise _bad(response, method, _what(response)) from exc
    if not isinstance(body, dict):
        raise _bad(response, method, "JSON that is no envelope")
    error = body.get("error", _MISSING)
    has_result = "result" in body
    if error is not _MISSING and (status >= 400 or not has_result or error not in _EMPTY):
        return Envelope(status, None, None, None, {}, True, body)
    if status >= 400:
        return Envelope(status, None, None, None, {}, True, body)
    if not has_result:
        if api is Api.V3:
            return Envelope(status, body, None, None, {}, False, body)
        raise _bad(response, method, "JSON that is no envelope")
    time = body.get("time")
    return Envelope(
        status,
        body["result"],
        _whole(body.get("next")),
        _whole(body.get("total")),
        time if isinstance(time, dict) else {},
        False,
        body,
    )


_MISSING = object()
# PHP's empty values: with a result beside them they are no error (crest vectors err-empty-*).
_EMPTY: tuple[Json, ...] = (None, "", "0", 0, False, [], {})


def _whole(value: Json) -> int | None:
    """Return a whole number that may have come as text."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int):
        return value
    try:
        return int(value)
    except (TypeError, ValueError, OverflowError):
        return None


def _what(response: WireResponse) -> str:
    head = response.body[:EXCERPT].lstrip().lower()
    if not head:
        return "an empty body"
    if head.startswith(b"<"):
        return "a page instead of JSON"
    if head[:1] in b"{[":
        return "JSON that ends too early or is damaged"
    return "text that is no JSON"


def _moved(response: WireResponse, method: str) -> PortalMoved:
    location = mask(response.header("location") or "")
    return PortalMoved(
        f"{method or 'The call'} was not done: the portal sent it on to {location} (HTTP {response.status}).",
        location=location,
        method=method,
        remedy="Put the new address into the webhook or the settings.",
    )


def _bad(response: WireResponse, method: str, what: str) -> BadAnswer:
    status = response.status
    shown = f": {excerpt(response.body)}" if response.body else ""
    size = len(response.body)
    done = status not in NOT_RUN_STATUSES
    return BadAnswer(
        f"{method or 'The portal'} was answered with {what} (HTTP {status}, {size} bytes){shown}.",
        status=status,
        method=method,
        may_have_been_done=done,
        remedy=_REMEDIES.get(status, ""),
    )


_REMEDIES = {
    404: "Check the address of the portal; its REST is under /rest/.",
    413: "The request is too large; send fewer or smaller parameters.",
    502: "The portal is overloaded or in maintenance; try again later.",
    504: "The portal cuts a request after 60 seconds; ask for less at once.",
}
