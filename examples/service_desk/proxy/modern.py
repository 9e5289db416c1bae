"""Passes any call of the front end to the portal, on the typed client."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from b24bridge.errors import ApiError, TransportError
from examples.service_desk.answers import Answer, answer, crashed
from examples.service_desk.proxy.door import check
from examples.service_desk.proxy.hints import with_hint
from examples.service_desk.rules import Json, as_php_array, php_text
from examples.service_desk.typed import connect

__all__ = ["run"]


def run(
    request: Mapping[str, Json],
    *,
    webhook_url: str,
    now: str,
    cache_dir: Path | str,
    fixes: Sequence[str] = (),
    transport: object | None = None,
) -> Answer:
    """Answer one request; the front end relies on status 200 for errors of the portal (SD-PRX-02)."""
    refused = check(request)
    if refused is not None:
        return refused
    params = request["body"].get("params")
    if not isinstance(params, dict | list | None):
        return crashed()
    with connect(webhook_url, transport) as b24:
        try:
            body = b24.call(php_text(request["body"]["method"]), named(params)).body
        except ApiError as error:
            body = with_hint(error.body)
        except TransportError as error:
            # The front end knows a lost connection by this code.
            body = {"error": "curl_error", "error_information": str(error)}
    # The front end knows empty objects as lists (SD-PRX-04).
    return answer(as_php_array(body))


def named(params: Json) -> dict[str, Json]:
    """Return parameters by name; those of a list are named by their place, as PHP does."""
    if isinstance(params, list):
        return {str(place): value for place, value in enumerate(params)}
    return dict(params or {})
