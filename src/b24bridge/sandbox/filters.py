# ruff: noqa: S608  # names of tables and columns are declared in code; values are always bound
"""Conditions: from a field, an operator and a value to SQL over the field's column."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from .records import Field, Kind
from .store import quoted
from .values import DROP, Moment, scalar

__all__ = ["ALL", "NOTHING", "Where", "both", "either", "term"]


@dataclass(frozen=True, slots=True)
class Where:
    """A condition in SQL with its arguments; empty SQL is "no condition"."""

    sql: str = ""
    arguments: tuple[Any, ...] = ()

    @property
    def clause(self) -> str:
        """The WHERE clause with a leading blank, or an empty text."""
        return f" WHERE {self.sql}" if self.sql else ""


ALL = Where()
NOTHING = Where("0")


def both(parts: Iterable[Where]) -> Where:
    """Return the condition that all parts hold."""
    return _joined(parts, " AND ")


def either(parts: Iterable[Where]) -> Where:
    """Return the condition that one part holds; a part without condition counts as true."""
    kept = list(parts)
    return ALL if any(not part.sql for part in kept) else _joined(kept, " OR ")


def _joined(parts: Iterable[Where], word: str) -> Where:
    kept = [part for part in parts if part.sql]
    if len(kept) == 1:
        return kept[0]
    sql = word.join(f"({part.sql})" for part in kept)
    return Where(sql, tuple(argument for part in kept for argument in part.arguments))


def term(field: Field, operator: str, value: Any, moment: Moment) -> Where:
    """Return one condition.

    Args:
        operator: ``=``, ``!=``, ``>``, ``>=``, ``<``, ``<=``, ``%`` (contains), ``!%``, ``~`` (LIKE with
            the caller's own wildcards), ``!~``, ``@`` (any of), ``!@`` (none of).
    """
    values = list(value.values()) if isinstance(value, dict) else value
    if operator in ("@", "!@") or isinstance(values, list):
        wanted = values if isinstance(values, list) else [values]
        return _any_of(field, wanted, moment, negative=operator.startswith("!"))
    if operator in ("%", "!%", "~", "!~"):
        return _like(field, values, operator)
    return _compare(field, operator or "=", values, moment)


def _any_of(field: Field, values: list[Any], moment: Moment, *, negative: bool) -> Where:
    if field.kind is Kind.INT and not any(item is None for item in values):
        numbers = tuple(scalar(Kind.INT, item, moment) for item in values)
        found = Where(f"{quoted(field.name)} IN ({','.join('?' * len(numbers))})", numbers)
    else:
        found = either(_compare(field, "=", item, moment) for item in values) if values else NOTHING
    if not negative:
        return found
    return Where(f"({found.sql}) IS NOT TRUE", found.arguments)


def _compare(field: Field, operator: str, value: Any, moment: Moment) -> Where:
    kind = field.item_kind
    wanted = scalar(kind, value, moment)
    column = "value" if field.multiple else quoted(field.name)
    if wanted is DROP:
        wanted = None
    if wanted is None or wanted == "":
        return _empty(field, operator)
    if kind is Kind.TEXT:
        test = _text_test(column, operator.lstrip("!") or "=", str(wanted))
    else:
        test = Where(f"{column} {operator.lstrip('!') or '='} ?", (wanted,))
    if field.multiple:
        test = Where(
            f"EXISTS (SELECT 1 FROM json_each({quoted(field.name)}) WHERE {test.sql})", test.arguments
        )
    if operator.startswith("!"):
        return Where(f"({test.sql}) IS NOT TRUE", test.arguments)
    return test


def _text_test(column: str, operator: str, wanted: str) -> Where:
    wanted = wanted.rstrip(" ") if operator == "=" else wanted
    if operator == "=" and wanted.isascii():
        # The columns fold ASCII by themselves, so an index can be used.
        return Where(f"{column} = ? COLLATE NOCASE", (wanted,))
    return Where(f"fold({column}) {operator} fold(?)", (wanted,))


def _empty(field: Field, operator: str) -> Where:
    column = quoted(field.name)
    if field.kind is Kind.JSON:
        sql = f"({column} IS NULL OR {column} IN ('', '[]', 'false', 'null'))"
    elif field.kind is Kind.TEXT or field.kind is Kind.FLAG:
        sql = f"({column} IS NULL OR {column} = '')"
    else:
        sql = f"{column} IS NULL"
    if operator.startswith("!"):
        return Where(f"NOT {sql}")
    return Where(sql) if operator == "=" else NOTHING


def _like(field: Field, value: Any, operator: str) -> Where:
    text = "" if value is None else str(value)
    if operator.endswith("%"):
        escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        pattern = f"%{escaped}%"
    else:
        pattern = text
    column = "value" if field.multiple else quoted(field.name)
    if pattern.isascii():
        test = Where(f"{column} LIKE ? ESCAPE '\\'", (pattern,))
    else:
        test = Where(f"fold({column}) LIKE fold(?) ESCAPE '\\'", (pattern,))
    if field.multiple:
        test = Where(
            f"EXISTS (SELECT 1 FROM json_each({quoted(field.name)}) WHERE {test.sql})", test.arguments
        )
    if operator.startswith("!"):
        return Where(f"({test.sql}) IS NOT TRUE", test.arguments)
    return test
