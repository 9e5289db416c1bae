"""Port of ``api/bitrix24.php``: passes any call of the front end to the portal, the CRest way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from examples.service_desk.answers import Answer, answer, crashed
from examples.service_desk.crest_port import connect
from examples.service_desk.proxy.door import check
from examples.service_desk.rules import Json, as_php_array, php_text

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
    """Answer one request; status 200 also for errors of the portal (SD-PRX-02)."""
    refused = check(request)
    if refused is not None:
        return refused
    params = request["body"].get("params")
    if not isinstance(params, dict | list | None):
        # The parameter is declared as an array, so PHP dies (SD-PRX-03).
        return crashed()
    portal = connect(webhook_url, cache_dir, transport)
    reply = portal.call(php_text(request["body"]["method"]), params or {})
    # Decoded to PHP arrays, empty objects turn into lists (SD-PRX-04).
    return answer(as_php_array(reply))
