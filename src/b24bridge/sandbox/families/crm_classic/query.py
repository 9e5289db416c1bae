"""Filter, order and select of the classic lists (section 4.1): what is unknown is dropped silently."""

# ruff: noqa: S608  # names of tables and columns are declared in code; values are always bound

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from b24bridge.sandbox.entities import Entity
from b24bridge.sandbox.filters import Where, both, either, term
from b24bridge.sandbox.multifields import MULTIFIELDS, Multifields
from b24bridge.sandbox.phpinput import php_int
from b24bridge.sandbox.records import Field, Kind, Record
from b24bridge.sandbox.store import quoted
from b24bridge.sandbox.values import Moment

__all__ = ["ClassicQuery"]

_KEY = re.compile(r"(!?)(\+?)(>=|>|<=|<|@|=%|%=|%|\?|\*=|\*%|\*|=|)(.*)", re.DOTALL)
_NO_PATTERNS = ("crm_status", "crm_company", "crm_contact")


@dataclass(frozen=True, slots=True)
class ClassicQuery:
    """The rules bound to one kind of record and one request."""

    entity: Entity
    record: Record
    multifields: Multifields
    moment: Moment

    def where(self, conditions: Any) -> Where:
        """Return the condition; there is no OR, and a typo matches everything (quirk 24)."""
        parts: list[Where] = []
        names: set[str] = set()
        for key, value in conditions.items() if isinstance(conditions, Mapping) else ():
            match = _KEY.fullmatch(str(key))
            assert match is not None
            negative, or_null, operator, name = match.groups()
            name = name.upper()
            names.add(name)
            if name in MULTIFIELDS and self.entity.has_multifields:
                parts.append(self.multifields.where(name, value, negative=bool(negative)))
            elif name in self.record.wire_names:
                found = self._condition(self.record.wire_names[name], bool(negative), operator, value)
                column = quoted(self.record.wire_names[name].name)
                parts.append(either([found, Where(f"{column} IS NULL")]) if or_null and found.sql else found)
        if self.entity.type_id == 2 and not names & {"ID", "IS_RECURRING"}:
            parts.append(Where("IS_RECURRING = 'N'"))
        if self.entity.type_id in (3, 4):
            parts.append(Where("ifnull(CATEGORY_ID,0) = 0"))
        return both(parts)

    def _condition(self, field: Field, negative: bool, operator: str, value: Any) -> Where:
        if operator in ("%", "=%", "%=", "?", "*", "*%", "*="):
            if field.kind in (Kind.INT, Kind.REAL) or field.type in _NO_PATTERNS:
                operator = "="
            elif operator in ("=%", "%="):
                return term(field, "!~" if negative else "~", value, self.moment)
            else:
                # A negated substring is not negated.
                return term(field, "%", value, self.moment)
        sign = "!" if negative else ""
        if operator in ("", "=") and not isinstance(value, (list, dict)):
            return self._equal(field, negative, value)
        if field.kind is Kind.DATETIME and value == "NOW":
            value = self.moment.text
        return term(field, "!@" if operator == "@" and sign else operator or f"{sign}=", value, self.moment)

    def _equal(self, field: Field, negative: bool, value: Any) -> Where:
        """Return equality; zero and empty also match null, and so does "not equal"."""
        if field.kind is Kind.INT and (value in ("", None) or php_int(value) == 0):
            test = f"ifnull({quoted(field.name)},0) = 0"
            return Where(f"NOT ({test})" if negative else test)
        if field.kind is Kind.DATETIME and value == "NOW":
            value = self.moment.text
        return term(field, "!=" if negative else "=", value, self.moment)

    def order(self, wanted: Any) -> str:
        """Return the ORDER BY clause; stages sort by their place in the pipeline."""
        parts = []
        for key, direction in wanted.items() if isinstance(wanted, Mapping) else ():
            field = self.record.wire_names.get(str(key).upper())
            if field is None:
                continue
            column = quoted(field.name)
            if field.name == "STAGE_ID":
                column = (
                    f"(SELECT SORT FROM crm_statuses WHERE STATUS_ID={quoted(self.record.table)}.STAGE_ID)"
                )
            elif field.kind is Kind.TEXT and field.type in ("string", "text"):
                column = f"fold({column})"
            parts.append(column if str(direction).upper() == "ASC" else f"{column} DESC")
        return f" ORDER BY {','.join([*parts, 'ID'])}"

    def select(self, wanted: Any) -> tuple[list[Field], list[str]]:
        """Return fields and multi-fields; ``ID`` always comes, the latter must be named."""
        every = list(self.record.fields.values())
        plain = [item for item in every if not item.is_user_field]
        values = wanted.values() if isinstance(wanted, Mapping) else wanted
        names = {str(name).upper() for name in values if isinstance(name, (str, int))}
        chosen = {"ID"}
        if not names or "*" in names:
            chosen |= {item.name for item in plain}
        if "UF_*" in names:
            chosen |= {item.name for item in every if item.is_user_field}
        chosen |= {self.record.wire_names[name].name for name in names if name in self.record.wire_names}
        lists = [name for name in MULTIFIELDS if name in names] if self.entity.has_multifields else []
        return [item for item in every if item.name in chosen], lists
