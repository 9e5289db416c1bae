"""The graph's own way round CRest: several form posts at the same time (SD-GRA-19)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from b24bridge.engine.blocking import BlockingPort, run
from b24bridge.errors import TransportError
from b24bridge.wire.phpquery import http_build_query
from b24bridge.wire.request import WireRequest
from examples.service_desk.rules import Json

__all__ = ["post_at_once"]

_TIMEOUT_S = 30.0
_HEADERS = (
    ("User-Agent", "Bitrix24 Parallel Client"),
    ("Accept", "*/*"),
    ("Content-Type", "application/x-www-form-urlencoded"),
)
# curl_multi starts transfers in the order in which they were added; threads alone would race.
_HEAD_START_S = 0.005


def post_at_once(
    webhook_url: str, method: str, many: Sequence[Mapping[str, Json]], transport: Any = None
) -> list[Json]:
    """Post the same method with several sets of parameters and return the decoded answers.

    Any status but 200 and any broken connection count as an error.
    """
    port = BlockingPort(transport)

    async def post(position: int, params: Mapping[str, Json]) -> Json:
        await port.sleep(position * _HEAD_START_S)
        body = http_build_query(params).encode("ascii")
        request = WireRequest(
            "POST", f"{webhook_url}{method}.json", _HEADERS, body, _TIMEOUT_S, reuse_connection=False
        )
        try:
            response = await port.send(request)
        except TransportError as error:
            return {"error": "curl_error", "error_description": str(error)}
        if response.status != 200:
            return {"error": f"HTTP {response.status}"}
        return _decoded(response.body)

    try:
        return run(port.gather([post(position, params) for position, params in enumerate(many)]))
    finally:
        port.close()


def _decoded(body: bytes) -> Json:
    try:
        return json.loads(body)
    except ValueError:
        return None
