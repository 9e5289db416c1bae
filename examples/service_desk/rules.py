"""PHP's rules and the constants that every module of the service desk leans on."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from functools import reduce
from operator import add
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
    "elements",
    "is_true",
    "php_round",
    "php_sum",
    "php_text",
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
_INT_END = 2**63
# Texts of fewer digits are integers of PHP for sure.
_DIGITS = 19
_LEADING_NUMBER = re.compile(r"[ \t\n\r\v\f]*([+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)", re.ASCII)


def is_true(value: Json) -> bool:
    """Return whether PHP takes the value for true (``"0"`` and ``[]`` are false)."""
    return value != "0" and bool(value)


def coalesce(*values: Json) -> Json:
    """Return the first value that is not null, like PHP's ``??``; an empty text stays."""
    return next((value for value in values if value is not None), None)


def to_int(value: Json) -> int:
    """Return PHP's ``(int)``: the number that a text begins with, the whole part of a number, else 0."""
    if isinstance(value, str):
        found = _LEADING_NUMBER.match(value)
        if not found:
            return 0
        digits = found[1]
        number = int(digits) if digits.isdecimal() and len(digits) < _DIGITS else float(digits)
        return int(max(-_INT_END, min(number, _INT_END - 1)))
    if isinstance(value, float):
        return int(value) if math.isfinite(value) else 0
    return int(value) if isinstance(value, int) else int(bool(value))


def php_text(value: Json) -> str:
    """Return what PHP prints for a value: nothing for false and null, ``1`` for true, no bare ``.0``."""
    if value is None or value is False:
        return ""
    if isinstance(value, list | dict):
        return "Array"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "1" if value is True else str(value)


def php_round(value: float, places: int = 2) -> float:
    """Return PHP 8.2's ``round``: first to 15 significant digits, then half away from zero.

    Python's own ``round`` differs in 53 of the 312 cases of ``service_desk/php_round.json``.
    """
    if abs(value) * 10**places >= _EXACT:
        # No digit is left that could be rounded; PHP returns the value untouched.
        return value
    step = Decimal(1).scaleb(-places)
    return float(Decimal(format(value, ".15g")).quantize(step, rounding=ROUND_HALF_UP))


def elements(value: Json) -> list[Json]:
    """Return what PHP finds in an array; an object of JSON is one too, anything else has nothing in it."""
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []


def php_sum(values: Iterable[float]) -> float:
    """Return the sum in the order of the values; Python's own ``sum`` mends what gets lost on the way."""
    return reduce(add, values, 0.0)


def chunks(values: Sequence[Json], size: int = PAGE) -> Iterator[Sequence[Json]]:
    """Yield the values in parts of at most ``size``."""
    for start in range(0, len(values), size):
        yield values[start : start + size]


def as_php_array(value: Json) -> Json:
    """Return the value as PHP prints it after decoding to arrays.

    Empty objects, and objects whose names count from 0, become lists.
    """
    if isinstance(value, Mapping):
        items = {key: as_php_array(item) for key, item in value.items()}
        return list(items.values()) if list(items) == [str(place) for place in range(len(items))] else items
    if isinstance(value, list):
        return [as_php_array(item) for item in value]
    return value
