"""The addresses of the authorisation server, which the sandbox plays as well ("How a portal behaves", 7.1).

``/oauth/authorize/`` and ``/oauth/token/`` answer under every host, as the portal passes them on;
``app.info`` is another method at the server than at the portal, so there the host decides.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from .oauth import Where
from .phpinput import Incoming, form, read
from .phpjson import encode
from .reply import Reply
from .spoiling import cut, spoil

if TYPE_CHECKING:
    from .portal import Portal

__all__ = ["PATHS", "handle", "is_app_info"]

PATHS = ("/oauth/token", "/oauth/authorize")
_JSON = (("content-type", "application/json; charset=utf-8"),)


def is_app_info(portal: Portal, url: str, incoming: Incoming) -> bool:
    """Whether a REST request is the server's ``app.info``, not the portal's."""
    if incoming.method.lower() != "app.info":
        return False
    host, server = urlsplit(url).netloc, urlsplit(portal.oauth_base).netloc
    if host == portal.host:
        # One address for both: the PHP SDK says whom it asks.
        return host == server and "IS_NEED_OAUTH_SECURE_CHECK" in incoming.params
    # Clients name the server as the vendor does, whatever leads them here.
    return host == server or host.startswith("oauth.")


def handle(
    portal: Portal,
    verb: str,
    path: str,
    url: str,
    headers: Sequence[tuple[str, str]],
    body: bytes,
    caller: str,
) -> Reply:
    """Answer one request to the server.

    Args:
        path: One of ``PATHS``, or ``/rest/app.info``.

    Raises:
        ConnectionError: The connection is cut (a fault).
        TimeoutError: No answer ever comes (a fault).
    """
    parts = urlsplit(url)
    params = form(parts.query)
    if verb.upper() == "POST":
        params.update(form(body))
    name = path.strip("/").replace("/", ".") if path in PATHS else "oauth.app.info"
    entry = portal.requests.open(portal.clock.now(), verb, name, caller)
    fault = portal.faults.strike(name, params)
    if fault is not None:
        spoiled = spoil(portal, fault, entry)
        if spoiled is not None:
            return spoiled
    where = Where(portal.base_url, portal.oauth_base, portal.member_id, parts.netloc or portal.host)
    delay = portal.latency.spread(portal.latency.request_s) + (fault.slow_s if fault else 0.0)
    if path == "/oauth/authorize":
        reply = portal.oauth.authorize(params, portal.applications, where, portal.webhook_user_id)
        entry.status = reply.status
        return reply
    if path == "/oauth/token":
        status, answer = portal.oauth.token(params, portal.applications, where)
    else:
        incoming = read(verb, url, headers, body)
        token = incoming.token if incoming else None
        status, answer = portal.oauth.app_info(token, portal.applications, where)
        if status == 200:
            now = portal.clock.now()
            answer = {"result": answer, "time": portal.dispatcher.time(now, "oauth", name)}
    entry.status, entry.error = status, answer.get("error")
    if fault is not None and fault.lost:
        raise cut(portal, entry)
    return Reply(status, _JSON, encode(answer), delay, fault.drip_s if fault else 0.0)
