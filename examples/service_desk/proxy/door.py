"""What the proxy refuses before it calls the portal."""

from __future__ import annotations

from collections.abc import Mapping

from examples.service_desk.answers import Answer, answer
from examples.service_desk.rules import Json, is_true

__all__ = ["HEADERS", "check"]

HEADERS = {
    "Content-Type": "application/json",
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "POST, OPTIONS",
    "Access-Control-Allow-Headers": "Content-Type, X-Requested-With",
}


def check(request: Mapping[str, Json]) -> Answer | None:
    """Return the answer to a request that is not passed on, or None for one that is."""
    if request["method"] == "OPTIONS":
        return answer(None)
    if request["method"] != "POST":
        return answer({"error": "Method not allowed"}, 405)
    body = request.get("body")
    if not is_true(body) or not isinstance(body, dict) or body.get("method") is None:
        return answer({"error": "Invalid request. Method is required."}, 400)
    return None
