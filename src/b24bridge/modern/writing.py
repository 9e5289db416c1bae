"""Strict writing: Python values become what a family takes, or an error before anything is sent."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from b24bridge.errors import DataError
from b24bridge.modern.dialects import CLASSIC, Dialect
from b24bridge.modern.files import crm_file, file_pair
from b24bridge.modern.names import to_camel, to_upper

__all__ = ["encode_fields"]


def encode_fields(dialect: Dialect, fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of a record as a family writes them.

    Names may be in any spelling. The portal drops what it cannot read without a word (vendor page
    "Data Types"), so what has no safe form is refused here.

    Raises:
        DataError: A value has no form on the wire, or a name is given twice.
    """
    encoded: dict[str, Any] = {}
    for name, value in fields.items():
        spelled = dialect.spell(name)
        if spelled in encoded:
            raise DataError(f"The field {spelled} is given twice (as {name} too).")
        encoded[spelled] = _encode(dialect, spelled, value)
    return encoded


def _encode(dialect: Dialect, name: str, value: Any) -> Any:
    if isinstance(value, bool):
        # crm.item reads the number 1, which a form makes of true, as no.
        return value if dialect.flags is None else dialect.flags[0 if value else 1]
    if value is None:
        # A null vanishes from a form and leaves the field as it was; empty text clears it.
        return "" if dialect.operators else None
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise DataError(f"The time for {name} has no time zone: give datetime(..., tzinfo=...).")
        return value.isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal | float):
        if not math.isfinite(value):
            raise DataError(f"{name} is {value}, which is no number the portal can store.")
        return str(value)
    if isinstance(value, str | int):
        return value
    if isinstance(value, Path):
        return crm_file(value) if dialect is CLASSIC else file_pair(value)
    if isinstance(value, Mapping):
        return {key: _encode(dialect, f"{name}.{key}", entry) for key, entry in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_encode(dialect, name, entry) for entry in value]
    if hasattr(value, "value_type"):
        return _multi_value(dialect, value)
    if hasattr(value, "amount") and hasattr(value, "currency"):
        return _money(name, value)
    raise DataError(f"{name} is a {type(value).__name__}, which has no form on the wire.")


def _multi_value(dialect: Dialect, value: Any) -> dict[str, Any]:
    spell = to_upper if dialect.name is to_upper else to_camel
    names = ("id", "value", "value_type", "type_id")
    return {spell(name): getattr(value, name) for name in names if getattr(value, name) is not None}


def _money(name: str, value: Any) -> str:
    if name[:2].lower() != "uf":
        raise DataError(f"{name} is an amount without currency: give value.amount, and the currency apart.")
    return f"{value.amount}|{value.currency}" if value.currency else str(value.amount)
