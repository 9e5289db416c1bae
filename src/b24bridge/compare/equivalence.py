"""Named equivalences: when two different values mean the same.

Each is chosen per place in the rules file, never by default: what is noise in one field is a defect in
another.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Final

from b24bridge.compare.diff import ABSENT
from b24bridge.wire.call import Json

__all__ = ["EQUIVALENCES", "date", "empty", "numeric", "string"]


def numeric(old: Json, new: Json) -> bool:
    """Return whether both are the same number, be it a number or its text (``5``, ``"5"``, ``"5.00"``)."""
    left, right = _number(old), _number(new)
    return left is not None and left == right


def string(old: Json, new: Json) -> bool:
    """Return whether both are the same text but for outer blanks and the way accents are composed."""
    if not (isinstance(old, str) and isinstance(new, str)):
        return False
    return unicodedata.normalize("NFC", old).strip() == unicodedata.normalize("NFC", new).strip()


def date(old: Json, new: Json) -> bool:
    """Return whether both are spellings of one moment; a text without offset is UTC."""
    left, right = _moment(old), _moment(new)
    return left is not None and left == right


def empty(old: Json, new: Json) -> bool:
    """Return whether both are empty: null, empty text, empty list, empty map, or absent."""
    return _is_empty(old) and _is_empty(new)


EQUIVALENCES: Final[Mapping[str, Callable[[Json, Json], bool]]] = {
    "date": date,
    "empty": empty,
    "numeric": numeric,
    "string": string,
}


def _number(value: Json) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        number = Decimal(str(value).strip())
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _moment(value: Json) -> datetime | None:
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value.strip())
    except ValueError:
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment


def _is_empty(value: Json) -> bool:
    return value is ABSENT or value is None or value == "" or (isinstance(value, (list, dict)) and not value)
