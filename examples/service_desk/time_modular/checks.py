"""What the refactored module refuses before it calls the portal."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime

from examples.service_desk.answers import Answer, answer
from examples.service_desk.dates import BadDate, parse_date
from examples.service_desk.rules import Json, elements, to_int
from examples.service_desk.time.options import is_other_product

__all__ = ["INTERNAL_ERROR", "check"]

INTERNAL_ERROR = answer({"error": "internal_error", "error_description": "An internal error occurred"}, 500)
_NUMERIC = re.compile(r"\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*", re.ASCII)


def check(body: Mapping[str, Json], now: datetime) -> Answer | None:
    """Return the answer to a request that is refused, or None; null counts as absent."""
    complaint = _complaint(body, now)
    if complaint is None:
        return None
    return answer({"error": "invalid_request", "error_description": complaint}, 400)


def _complaint(body: Mapping[str, Json], now: datetime) -> str | None:
    if is_other_product(body):
        return "Only product=1C is supported"
    return _about_dates(body, now) or _about_details(body)


def _about_dates(body: Mapping[str, Json], now: datetime) -> str | None:
    bounds: list[datetime] = []
    for name in ("weekStartUtc", "weekEndUtc"):
        text = body.get(name)
        if text is None:
            continue
        if not isinstance(text, str) or not text:
            return f"{name} must be a non-empty string"
        try:
            bounds.append(parse_date(text, now))
        except BadDate:
            return f"{name} must be a valid date string"
    if len(bounds) == 2 and bounds[0] > bounds[1]:
        return "weekStartUtc must be less than or equal to weekEndUtc"
    return None


def _about_details(body: Mapping[str, Json]) -> str | None:
    if not isinstance(body.get("includeTaskDetails"), bool | None):
        return "includeTaskDetails must be a boolean"
    ids = body.get("taskIds")
    if not isinstance(ids, list | dict | None):
        return "taskIds must be an array"
    if not all(_is_positive(number) for number in elements(ids)):
        return "All taskIds must be positive integers"
    for name in ("page", "perPage"):
        number = body.get(name)
        if number is not None and (not isinstance(number, int) or isinstance(number, bool) or number < 1):
            return f"{name} must be a positive integer"
    return None


def _is_positive(value: Json) -> bool:
    if isinstance(value, bool):
        return False
    if isinstance(value, str):
        return bool(_NUMERIC.fullmatch(value)) and to_int(value) > 0
    return isinstance(value, int | float) and to_int(value) > 0
