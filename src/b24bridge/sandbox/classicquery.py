"""Filter, order and select of the classic lists (section 4.1): what is unknown is dropped silently."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from .filters import Where, both, either, term
from .logicalquery import logical
from .phpinput import php_int
from .records import Field, Kind, Record
from .store import quoted
from .values import Moment

__all__ = ["ClassicQuery"]

_KEY = re.compile(r"(!?)(\+?)(>=|>|<=|<|@|=%|%=|%|\?|\*=|\*%|\*|=|)(.*)", re.DOTALL)
_MANY = ("*", "UF_*")
_NO_PATTERNS = ("crm_status", "crm_company", "crm_contact")


@dataclass(frozen=True, slots=True)
class ClassicQuery:
    """The rules bound to one kind of record and one request."""

    record: Record
    moment: Moment

    def where(self, conditions: Any) -> Where:
        """Return the condition; there is no OR, and a typo matches everything (quirk 24)."""
        parts: list[Where] = []
        for key, value in conditions.items() if isinstance(conditions, Mapping) else ():
            negative, or_null, operator, name = self.parts_of(key)
            special = self.special(name, operator, value, negative=bool(negative))
            if special is not None:
                parts.append(special)
            elif name in self.record.wire_names:
                found = self._condition(self.record.wire_names[name], bool(negative), operator, value)
                column = quoted(self.record.wire_names[name].name)
                parts.append(either([found, Where(f"{column} IS NULL")]) if or_null and found.sql else found)
        return both(parts)

    @staticmethod
    def parts_of(key: Any) -> tuple[str, str, str, str]:
        """Return the signs "not" and "or null", the operator and the name in a key of a filter."""
        match = _KEY.fullmatch(str(key))
        assert match is not None
        return match[1], match[2], match[3], match[4].upper()

    def special(self, name: str, operator: str, value: Any, *, negative: bool) -> Where | None:
        """Return the condition for a name that is no column; None leaves it to the fields."""
        return None

    def _condition(self, field: Field, negative: bool, operator: str, value: Any) -> Where:
        if field.is_user_field and field.kind is Kind.FLAG and not isinstance(value, (list, dict)):
            # Flags of user fields are written 1 and 0.
            value = {"1": "Y", "TRUE": "Y", "0": "N", "FALSE": "N"}.get(str(value).upper(), value)
        if operator in ("%", "=%", "%=", "?", "*", "*%", "*="):
            if field.kind in (Kind.INT, Kind.REAL) or field.type in _NO_PATTERNS:
                operator = "="
            elif operator == "?":
                return logical(field, value)
            elif operator in ("=%", "%="):
                return term(field, "!~" if negative else "~", value, self.moment)
            else:
                # A negated substring is not negated.
                return term(field, "%", value, self.moment)
        sign = "!" if negative else ""
        if operator in ("", "="):
            if not isinstance(value, (list, dict)):
                return self._equal(field, negative, value)
            return term(field, f"{sign}=", value, self.moment)
        if field.kind is Kind.DATETIME and value == "NOW":
            value = self.moment.text
        if operator == "@":
            return term(field, f"{sign}@", value, self.moment)
        found = term(field, operator, value, self.moment)
        # "Not greater" holds for what is null, too.
        return Where(f"({found.sql}) IS NOT TRUE", found.arguments) if negative and found.sql else found

    def _equal(self, field: Field, negative: bool, value: Any) -> Where:
        """Return equality; zero and empty also match null, and so does "not equal"."""
        if field.kind is Kind.INT and (value in ("", None) or php_int(value) == 0):
            test = f"ifnull({quoted(field.name)},0) = 0"
            return Where(f"NOT ({test})" if negative else test)
        if field.kind is Kind.DATETIME and value == "NOW":
            value = self.moment.text
        return term(field, "!=" if negative else "=", value, self.moment)

    def order(self, wanted: Any) -> str:
        """Return the ORDER BY clause; unknown fields are ignored, the id breaks ties."""
        parts: list[str] = []
        for key, direction in wanted.items() if isinstance(wanted, Mapping) else ():
            field = self.record.wire_names.get(str(key).upper())
            if field is not None and field.name == "ID":
                return _by(parts, "ID" if str(direction).upper() == "ASC" else "ID DESC")
            if field is not None:
                column = self.sorted_by(field)
                parts.append(column if str(direction).upper() == "ASC" else f"{column} DESC")
        return _by(parts, "ID")

    def sorted_by(self, field: Field) -> str:
        """Return the SQL that a field sorts by."""
        column = quoted(field.name)
        return f"fold({column})" if field.kind is Kind.TEXT and field.type in ("string", "text") else column

    def select(self, wanted: Any) -> list[Field]:
        """Return the selected fields; ``ID`` always comes, unknown names are ignored."""
        sent = self.selected_names(wanted) or {"*"}
        names = frozenset(name for name in sent if name in self.record.wire_names or name in _MANY)
        key = ("select", names)
        found: list[Field] | None = self.record.cache.get(key)
        if found is None:
            found = self.record.cache[key] = self._chosen(names)
        return found

    def _chosen(self, names: frozenset[str]) -> list[Field]:
        every = list(self.record.fields.values())
        plain = [item for item in every if not (item.is_user_field or item.hidden == "classic")]
        chosen = {"ID"}
        if "*" in names:
            chosen |= {item.name for item in plain}
        if "UF_*" in names:
            chosen |= {item.name for item in every if item.is_user_field}
        chosen |= {self.record.wire_names[name].name for name in names.difference(_MANY)}
        return [item for item in every if item.name in chosen]

    @staticmethod
    def selected_names(wanted: Any) -> set[str]:
        """Return the names in a select, in capitals."""
        values = wanted.values() if isinstance(wanted, Mapping) else wanted
        if not isinstance(values, Iterable) or isinstance(values, str):
            return set()
        return {str(name).upper() for name in values if isinstance(name, (str, int))}


def _by(parts: Iterable[str], last: str) -> str:
    return f" ORDER BY {','.join([*parts, last])}"
