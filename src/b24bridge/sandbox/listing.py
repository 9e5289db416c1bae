# ruff: noqa: S608  # names of tables and columns are declared in code; values are always bound
"""Pages of records: the dialects of ``start``, ``next`` and ``total`` (section 2.6)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from .filters import Where, both
from .phpjson import Raw
from .records import Field, Kind, Record
from .store import Store, quoted

__all__ = [
    "PAGE",
    "Answer",
    "Page",
    "fetch",
    "order_by",
    "page_classic",
    "page_controller",
    "page_plain",
    "rows_text",
]

PAGE = 50
_BY_ID = " ORDER BY ID"
_DOWN_BY_ID = " ORDER BY ID DESC"
# Lists go forward; what lies further behind is found by walking.
_KNOWN_PLACES = 1000


@dataclass(slots=True)
class Answer:
    """What a method returns when it is more than a plain result.

    Attributes:
        result: Canonical value.
        total: ``total`` of the envelope, or None to leave it out.
        next: ``next`` of the envelope, or None to leave it out.
        signed: Whether ``state`` is answered with a ``signature``.
    """

    result: Any
    total: int | None = None
    next: int | None = None
    signed: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """Which rows to read, and what the envelope says about the others."""

    offset: int
    total: int | None
    next: int | None


def count(store: Store, record: Record, where: Where) -> int:
    """Return how many records fit."""
    return store.count(record.table, where.clause, where.arguments)


def page_classic(store: Store, record: Record, where: Where, start: int | None) -> Page:
    """Whole pages, beyond the end the first one again; without count ``total`` is 0."""
    if start is not None and start < 0:
        return Page(0, 0, None)
    total = count(store, record, where)
    page = (start or 0) // PAGE
    if page * PAGE >= total:
        page = 0
    after = (page + 1) * PAGE
    return Page(page * PAGE, total, after if after < total else None)


def page_controller(store: Store, record: Record, where: Where, start: int | None) -> Page:
    """Whole pages, empty beyond the end; without count neither ``total`` nor ``next``."""
    if start is not None and start < 0:
        return Page(0, None, None)
    offset = (start or 0) // PAGE * PAGE
    return _counted(store, record, where, offset)


def page_plain(
    store: Store, record: Record, where: Where, start: int | None, total_unknown: int | None
) -> Page:
    """The offset as it is; without count ``total`` is what the family says then."""
    if start is not None and start < 0:
        return Page(0, total_unknown, None)
    return _counted(store, record, where, start or 0)


def _counted(store: Store, record: Record, where: Where, offset: int) -> Page:
    total = count(store, record, where)
    after = offset + PAGE
    return Page(offset, total, after if after < total else None)


def order_by(terms: Sequence[tuple[Field, bool]]) -> str:
    """Return an ORDER BY clause; ties are broken by id, as it happens on a portal."""
    if terms and terms[0][0].name == "ID":
        return _DOWN_BY_ID if terms[0][1] else _BY_ID
    parts = []
    for field, descending in terms:
        column = quoted(field.name)
        if field.kind is Kind.TEXT and field.type in ("string", "text"):
            column = f"fold({column})"
        parts.append(f"{column} DESC" if descending else column)
    if not any(field.name == "ID" for field, _ in terms):
        parts.append("ID")
    return f" ORDER BY {','.join(parts)}"


def fetch(
    store: Store,
    record: Record,
    row: str,
    where: Where,
    order: str = _BY_ID,
    *,
    offset: int = 0,
    limit: int | None = PAGE,
) -> list[str]:
    """Return rows as JSON text.

    Args:
        row: SQL of one row, from a dialect.
    """
    table = quoted(record.table)
    if limit is None:
        sql = f"SELECT {row} FROM {table}{where.clause}{order}"
        return [item[0] for item in store.rows(sql, where.arguments)]
    if order not in (_BY_ID, _DOWN_BY_ID):
        sql = f"SELECT {row} FROM {table}{where.clause}{order} LIMIT {int(limit)} OFFSET {int(offset)}"
        return [item[0] for item in store.rows(sql, where.arguments)]
    query = (f"{table}{where.clause}{order}", where.arguments)
    before, skipped = store.places(*query).get(offset) if offset else None, offset
    if before is not None:
        where, skipped = both([where, Where(f"ID {'>' if order == _BY_ID else '<'} ?", (before,))]), 0
    sql = f"SELECT {row}, ID FROM {table}{where.clause}{order} LIMIT {int(limit)} OFFSET {int(skipped)}"
    found = store.rows(sql, where.arguments)
    if len(found) == limit:
        places = store.places(*query)
        if len(places) >= _KNOWN_PLACES:
            places.clear()
        places[offset + limit] = found[-1][1]
    return [item[0] for item in found]


def rows_text(rows: Sequence[str]) -> Raw:
    """Return rows as one JSON list."""
    return Raw(f"[{','.join(rows)}]")
