"""One request of CRest, its redirects included: what libcurl does with the options that CRest sets."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass, field, replace
from typing import Any

from b24bridge.engine.blocking import BlockingPort, run
from b24bridge.errors import B24Error
from b24bridge.legacy.curl_url import BadUrl, CurlUrl, follow, parse
from b24bridge.wire.request import WireRequest, WireResponse

__all__ = ["Outcome", "exchange"]

MAX_REDIRECTS = 20
# After these a POST becomes a GET; after 302, 307, 308, 300 and 304 it stays (crest.md 3.2).
_DROPS_BODY = (301, 303)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a request.

    Attributes:
        body: Body of the last answer; empty after a failure, whatever part had arrived.
        error: Why there is no answer, or empty.
        info: What the log shows of the exchange.
    """

    body: bytes = b""
    error: str = ""
    info: dict[str, Any] = field(default_factory=dict)


def exchange(port: BlockingPort, url: str, form: str, *, agent: str, is_verified: bool) -> Outcome:
    """Send a form (GET if it is empty), follow redirects, and return what came of it.

    Args:
        agent: ``User-Agent``.
        is_verified: Whether certificates are checked, those of redirects too.
    """
    begin = port.now()
    info: dict[str, Any] = {"url": url, "http_code": 0, "redirect_count": 0}
    body = form.encode("ascii")
    error = ""
    response = WireResponse(0)
    try:
        at = first = parse(url)
        response = _send(port, at, body, agent, is_verified)
        while (location := _location(response)) is not None:
            if info["redirect_count"] == MAX_REDIRECTS:
                raise BadUrl(f"More than {MAX_REDIRECTS} redirects.")
            info["redirect_count"] += 1
            if response.status in _DROPS_BODY:
                body = b""
            at = follow(at, location)
            if at.server != first.server:
                # libcurl tells no other server who it is, not even in the words of the redirect itself.
                at = replace(at, user=None)
            response = _send(port, at, body, agent, is_verified)
        info["url"] = at.text
    except B24Error as exc:
        error = exc.message
    except BadUrl as exc:
        error = str(exc)
    except UnicodeError:
        error = "The host of the address cannot be looked up."
    info["http_code"] = response.status
    info["content_type"] = response.header("content-type")
    info["total_time"] = port.now() - begin
    info["effective_method"] = "POST" if body else "GET"
    if error:
        info["curl_error"] = error
        return Outcome(error=error, info=info)
    return Outcome(response.body, info=info)


def _send(port: BlockingPort, at: CurlUrl, body: bytes, agent: str, is_verified: bool) -> WireResponse:
    headers = [("User-Agent", agent), ("Accept", "*/*")]
    if at.user is not None:
        headers.insert(0, ("Authorization", "Basic " + b64encode(b":".join(at.user)).decode("ascii")))
    if body:
        headers += [
            ("Content-Length", str(len(body))),
            ("Content-Type", "application/x-www-form-urlencoded"),
        ]
    return run(
        port.send(
            WireRequest(
                "POST" if body else "GET",
                at.text,
                tuple(headers),
                body,
                timeout_s=None,
                verify_tls=is_verified,
                reuse_connection=False,
            )
        )
    )


def _location(response: WireResponse) -> str | None:
    """Return where a redirect leads, or None if the answer is none."""
    if not 300 <= response.status < 400:
        return None
    location = (response.header("location") or "").strip(" \t\r\n")
    # Headers are bytes on the wire; the port shows each as one character.
    return location.encode("latin-1", "replace").decode("utf-8", "surrogateescape") or None
