"""One exchange of BX24.js with the portal: request bytes, redirects, and what counts as an answer.

Facts: "BX24.js and the portal page around it", sections 5 and 6.1; vectors bx24/errors.json.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import NoReturn
from urllib.parse import urljoin, urlsplit

from b24bridge.engine.port import Port
from b24bridge.errors import BadAnswer, TransportError
from b24bridge.wire.call import Json
from b24bridge.wire.request import Access, WireRequest, WireResponse

__all__ = ["Reply", "exchange", "render"]

CONTENT_TYPE = "text/plain;charset=UTF-8"
REDIRECTS = 20
EMPTY_ANSWER: dict[str, Json] = {"result": {}}


@dataclass(frozen=True, slots=True)
class Reply:
    """What the portal said.

    Attributes:
        status: HTTP status.
        answer: Decoded JSON.
        silent: Whether the original takes it for a failure and calls nobody (a 5xx with JSON).
    """

    status: int
    answer: Json
    silent: bool = False


def render(
    access: Access, method: str, text: str, *, timeout_s: float | None, verify_tls: bool
) -> WireRequest:
    """Return the request of a method whose form text and address part are ready."""
    return WireRequest(
        "POST",
        f"{access.rest}{method}.json",
        (("Content-Type", CONTENT_TYPE),),
        text.encode(),
        timeout_s,
        verify_tls,
    )


async def exchange(port: Port, request: WireRequest) -> Reply:
    """Send the request and return what the portal said.

    Raises:
        TransportError: No JSON of the portal came back.
    """
    response = await _follow(port, request)
    status = response.status
    if 200 <= status < 300 or status == 304 or 400 <= status < 500:
        return Reply(status, _decode(response) if response.body else dict(EMPTY_ANSWER))
    if status >= 500 and response.body:
        answer = _decode(response)
        if isinstance(answer, dict) and "error" in answer:
            return Reply(status, answer, silent=True)
    raise BadAnswer(f"HTTP {status} is no answer of the portal.", status=status)


async def _follow(port: Port, request: WireRequest) -> WireResponse:
    """Send and follow redirects inside the portal, as a browser does.

    To another host the browser needs that host's permission; here the token would leave the portal.
    """
    for _ in range(REDIRECTS):
        response = await port.send(request)
        place = response.header("location")
        if response.status not in (301, 302, 303, 307, 308) or not place:
            return response
        url = urljoin(request.url, place)
        if urlsplit(url)[:2] != urlsplit(request.url)[:2]:
            raise BadAnswer("The portal redirects to another host.", status=response.status)
        if response.status in (307, 308):
            request = replace(request, url=url)
        else:
            request = replace(request, verb="GET", url=url, headers=(), body=b"")
    raise TransportError(f"The portal redirected {REDIRECTS} times.")


def _decode(response: WireResponse) -> Json:
    try:
        return json.loads(response.body.decode("utf-8-sig", "replace"), parse_constant=_no_constant)
    except (ValueError, RecursionError) as exc:
        raise BadAnswer("The answer is no JSON.", status=response.status) from exc


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")
