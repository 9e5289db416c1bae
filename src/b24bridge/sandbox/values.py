"""Values on their way in: from what a client sent to what the portal stores."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

from .dates import moment_text, strtotime
from .phpinput import php_int
from .records import Field, Kind

__all__ = ["DROP", "Moment", "php_double", "scalar", "stored"]


class _Drop:
    """Marks a value that the portal ignores without a word."""


DROP = _Drop()


@dataclass(frozen=True, slots=True)
class Moment:
    """The present moment and the zone, for reading dates."""

    now: float
    where: timezone

    def read(self, value: Any, *, day_only: bool = False) -> str | None:
        """Return a date as it is stored, or None if the portal cannot read it."""
        if not isinstance(value, (str, int, float)) or isinstance(value, bool):
            return None
        if isinstance(value, str) and len(value) == 25 and not day_only and self._is_own(value):
            return value
        unix = strtotime(str(value), self.now, self.where)
        return None if unix is None else moment_text(unix, self.where, day_only=day_only)

    def _is_own(self, text: str) -> bool:
        """Whether a text is a moment exactly as the portal stores it, so that it can stay as it is."""
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            return False
        return moment.utcoffset() == self.where.utcoffset(None) and moment.isoformat() == text

    @property
    def text(self) -> str:
        """The present moment as it is stored."""
        return moment_text(int(self.now), self.where)


def php_double(value: Any) -> float:
    """Cast a value as PHP's ``floatval``: the number that a text begins with, else 0."""
    if isinstance(value, (int, float)):
        return float(value)
    if isinstance(value, str):
        text = value.strip()
        for length in range(min(len(text), 40), 0, -1):
            try:
                number = float(text[:length])
            except ValueError:
                continue
            return number if number == number and abs(number) != float("inf") else 0.0
    return 0.0


def scalar(kind: Kind, value: Any, moment: Moment) -> Any:
    """Return one value as stored, or :data:`DROP` when it is none of this kind."""
    if value is None:
        return None
    if kind is Kind.INT:
        return None if value == "" else php_int(value)
    if kind is Kind.REAL:
        return None if value == "" else php_double(value)
    if kind in (Kind.DATE, Kind.DATETIME):
        if value == "" or value is False:
            return None
        read = moment.read(value, day_only=kind is Kind.DATE)
        return DROP if read is None else read
    if kind is Kind.JSON:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    if isinstance(value, bool):
        return "Y" if value and kind is Kind.FLAG else "N" if kind is Kind.FLAG else "1" if value else ""
    if isinstance(value, (list, dict)):
        return DROP
    return str(value)


def stored(field: Field, value: Any, moment: Moment) -> Any:
    """Return a field's value as stored, or :data:`DROP`."""
    if not field.multiple:
        return scalar(field.kind, value, moment)
    if value is None or value is False or value == "":
        return None
    items = list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else [value]
    kept = [scalar(field.item_kind, item, moment) for item in items]
    return json.dumps(
        [item for item in kept if item is not DROP and item not in (None, "")], ensure_ascii=False
    )
