"""PHP's rules and the constants that every module of the service desk leans on."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, TypeAlias

__all__ = [
    "CLOSING_STAGES",
    "COLOURS",
    "ENTITY_TYPE_ID",
    "KEEPER_ID",
    "KEEPER_NAME",
    "NO_TITLE",
    "OPEN_STAGES",
    "PAGE",
    "PRODUCT",
    "SECTOR_DEPARTMENT",
    "STAGE_NAMES",
    "Json",
    "as_php_array",
    "chunks",
    "coalesce",
    "is_true",
    "php_round",
    "to_int",
]

# JSON of the portal and of the front end; Any, because it has no better type.
Json: TypeAlias = Any

ENTITY_TYPE_ID = 140
PAGE = 50
PRODUCT = "1C"
SECTOR_DEPARTMENT = 366
# A technical employee whose tickets belong to nobody.
KEEPER_ID = 1051
KEEPER_NAME = "Хранитель объектов"
NO_TITLE = "Без названия"

OPEN_STAGES = ("DT140_12:UC_0VHWE2", "DT140_12:PREPARATION", "DT140_12:CLIENT")
CLOSING_STAGES = ("DT140_12:SUCCESS", "DT140_12:FAIL", "DT140_12:UC_0GBU8Z")
STAGE_NAMES = {
    "DT140_12:UC_0VHWE2": "Сформировано обращение",
    "DT140_12:PREPARATION": "Рассмотрение ТЗ",
    "DT140_12:CLIENT": "Исполнение",
    "DT140_12:SUCCESS": "Успешное закрытие",
    "DT140_12:FAIL": "Отклонено",
    "DT140_12:UC_0GBU8Z": "Закрыли без задачи",
}
COLOURS = {
    "DT140_12:UC_0VHWE2": "#007bff",
    "DT140_12:PREPARATION": "#ffc107",
    "DT140_12:CLIENT": "#28a745",
    "DT140_12:SUCCESS": "#28a745",
    "DT140_12:FAIL": "#dc3545",
    "DT140_12:UC_0GBU8Z": "#6c757d",
}

_EXACT = 1e15
_LEADING_INTEGER = re.compile(r"[ \t\n\r\v\f]*([+-]?\d+)")


def is_true(value: Json) -> bool:
    """Return whether PHP takes the value for true (``"0"`` and ``[]`` are false)."""
    return value != "0" and bool(value)


def coalesce(*values: Json) -> Json:
    """Return the first value that is not null, like PHP's ``??``; an empty text stays."""
    return next((value for value in values if value is not None), None)


def to_int(value: Json) -> int:
    """Return PHP's ``(int)``: leading digits of a text, whole part of a number, else 0."""
    if isinstance(value, str):
        found = _LEADING_INTEGER.match(value)
        return int(found[1]) if found else 0
    if isinstance(value, bool | int | float):
        return int(value)
    return 1 if value else 0


def php_round(value: float, places: int = 2) -> float:
    """Return PHP 8.2's ``round``: first to 15 significant digits, then half away from zero.

    Python's own ``round`` differs in 53 of the 312 cases of ``service_desk/php_round.json``.
    """
    if abs(value) * 10**places >= _EXACT:
        # No digit is left that could be rounded; PHP returns the value untouched.
        return value
    step = Decimal(1).scaleb(-places)
    return float(Decimal(format(value, ".15g")).quantize(step, rounding=ROUND_HALF_UP))


def chunks(values: Sequence[Json], size: int = PAGE) -> Iterator[Sequence[Json]]:
    """Yield the values in parts of at most ``size``."""
    for start in range(0, len(values), size):
        yield values[start : start + size]


def as_php_array(value: Json) -> Json:
    """Return the value as PHP prints it after decoding to arrays: empty objects become ``[]``."""
    if isinstance(value, Mapping):
        return {key: as_php_array(item) for key, item in value.items()} if value else []
    if isinstance(value, list):
        return [as_php_array(item) for item in value]
    return value
