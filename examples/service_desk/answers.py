"""Requests and answers of a module: what comes in, what goes out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypedDict

from examples.service_desk.rules import Json

__all__ = ["Answer", "Crash", "answer", "body_of", "crashed"]


class Answer(TypedDict):
    """Status and decoded body; ``None`` stands for an empty body."""

    status: int
    body: Json


class Crash(Exception):
    """PHP would have died here: status 500 and nothing printed."""


def answer(body: Json, status: int = 200) -> Answer:
    """Return an answer."""
    return {"status": status, "body": body}


def crashed() -> Answer:
    """Return what the web server sends when PHP dies."""
    return {"status": 500, "body": None}


def body_of(request: Mapping[str, Json]) -> dict[str, Json]:
    """Return the JSON object of the request; anything else counts as ``{}``."""
    body = request.get("body")
    return body if isinstance(body, dict) else {}
