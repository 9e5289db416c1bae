"""Data sets to start a portal with; the same arguments always give the same bytes."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from .servicedesk import DEFAULT_ANCHOR, DEFAULT_SEED, SIZES, Generator

__all__ = ["dump", "service_desk"]


def service_desk(
    size: str = "small",
    seed: int | None = None,
    anchor: str = DEFAULT_ANCHOR,
    multiple_product: bool = True,
) -> dict[str, Any]:
    """Return the made-up service desk.

    Args:
        size: ``small``, ``medium`` or ``large``.
        seed: Changes the details; every size has its own by default.
        anchor: The moment at which the history ends, ISO with offset.
        multiple_product: False makes the product field a plain text instead of a list.

    Raises:
        ValueError: There is no such size, or the anchor is no moment.
    """
    if size not in SIZES:
        raise ValueError(f"There is no size {size!r}; choose one of {', '.join(SIZES)}.")
    number = DEFAULT_SEED[size] if seed is None else seed
    return Generator(SIZES[size], number, datetime.fromisoformat(anchor), multiple_product).build(
        size, number
    )


def dump(data: dict[str, Any]) -> str:
    """Write a data set: one record per line, so that changes can be read."""
    parts = []
    for key, value in data.items():
        if isinstance(value, list) and value:
            rows = ",\n".join(json.dumps(row, ensure_ascii=False, separators=(",", ":")) for row in value)
            parts.append(f"{json.dumps(key)}:[\n{rows}\n]")
        else:
            parts.append(f"{json.dumps(key)}:{json.dumps(value, ensure_ascii=False, separators=(',', ':'))}")
    return "{" + ",\n".join(parts) + "}\n"
