"""Filter, order and select of ``crm.item.list`` and its relatives (section 4.2)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .filters import NOTHING, Where, both, either, term
from .listing import order_by
from .names import camel, filter_name, upper
from .records import Field, Kind, Record
from .refusals import Refusal
from .values import Moment

__all__ = ["ItemQuery", "yes_or_no"]

_OPERATORS = {
    "": "=", "=": "=", "%": "%", ">": ">", "<": "<", "@": "@", "!@": "!@", "!=": "!=", "!%": "!%", "!": "!=",
    "><": "><", ">=": ">=", "<=": "<=", "=%": "~", "%=": "~", "!><": "!><", "!=%": "!~", "!%=": "!~",
}  # fmt: skip
_TAKES_LISTS = frozenset({"", "=", "@", "!=", "!@"})
_KEY = re.compile(r"([!=%<>@]*)(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class ItemQuery:
    """The rules bound to one kind of record and one request.

    Attributes:
        record: What is listed.
        moment: For reading dates.
        original_names: ``useOriginalUfNames``: user fields keep their database names.
        database_names: All names come as in the database, and stand in answers like that.
    """

    record: Record
    moment: Moment
    original_names: bool = False
    database_names: bool = False

    # -- filter -----------------------------------------------------------------------------------

    def where(self, conditions: Any, *, known: frozenset[str] = frozenset()) -> Where:
        """Return the condition of a filter.

        Args:
            known: Upper-case user-field names that a select made known before.

        Raises:
            Refusal: A field is unknown, or a value is a list where it may not be.
        """
        pairs = _pairs(conditions)
        logic = "AND"
        parts: list[Where] = []
        for key, value in pairs:
            if key.lower() == "logic":
                logic = str(value).upper()
            elif key.isdigit():
                parts.append(
                    self.where(value, known=known) if isinstance(value, (dict, list)) else _refuse(key)
                )
            else:
                parts.append(self._condition(key, value, known))
        return either(parts) if logic == "OR" and parts else both(parts)

    def _condition(self, key: str, value: Any, known: frozenset[str]) -> Where:
        sent = self._database_key(key, known)
        match = _KEY.fullmatch(sent)
        assert match is not None
        operator, name = match.groups()
        field = self.record.fields.get(name)
        if field is None or operator not in _OPERATORS:
            raise _not_allowed(sent, "filter")
        if isinstance(value, (list, dict)) and operator not in _TAKES_LISTS:
            raise _bad_value(sent)
        return self._term(field, _OPERATORS[operator], value)

    def _database_key(self, key: str, known: frozenset[str]) -> str:
        """Return the key as the portal checks it; names that it knows are left as they are."""
        if self.database_names:
            return key
        if key in self.record.fields:
            if not self.record.fields[key].is_user_field or self.original_names or key in known:
                return key
            return filter_name(key)
        match = _KEY.fullmatch(key)
        assert match is not None
        _prefix, name = match.groups()
        if (
            name in self.record.fields
            and self.record.fields[name].is_user_field
            and (self.original_names or name in known)
        ):
            return key
        return filter_name(key)

    def _term(self, field: Field, operator: str, value: Any) -> Where:
        if operator.endswith("><"):
            return NOTHING if operator == "><" else Where()
        if field.kind is Kind.FLAG and not isinstance(value, (list, dict)):
            # A filter takes 1 for a user field, though a write does not (quirk 42).
            value = "Y" if field.is_user_field and str(value) == "1" else yes_or_no(value)
        if field.item_kind in (Kind.DATE, Kind.DATETIME) and isinstance(value, str) and value:
            read = self.moment.read(value)
            # What does not parse becomes false: no date is before, after or equal to it.
            if read is None:
                return NOTHING
            value = read
        return term(field, operator, value, self.moment)

    # -- order and select ---------------------------------------------------------------------------

    def order(self, wanted: Any) -> str:
        """Return the ORDER BY clause; without an order the rows come by id.

        Raises:
            Refusal: A field or a direction is unknown.
        """
        terms: list[tuple[Field, bool]] = []
        for key, direction in _pairs(wanted):
            name = key if self.database_names or key in self.record.fields else upper(key)
            field = self.record.fields.get(name)
            if field is None:
                raise _not_allowed(name, "order")
            text = str(direction).upper()
            if text not in ("ASC", "DESC"):
                raise _bad_direction(str(direction), name)
            terms.append((field, text == "DESC"))
        return order_by(terms)

    def select(self, wanted: Any) -> tuple[list[Field], bool]:
        """Return the selected fields, and whether everything was asked for.

        A list gives exactly the named fields: ``id`` is not added, unknown names are dropped.
        """
        names = [str(name) for _, name in _pairs(wanted)]
        every = list(self.record.fields.values())
        if not names or "*" in names:
            return [item for item in every if item.hidden != "controller"], True
        chosen = set()
        for name in names:
            if name == "UF_*":
                chosen |= {item.name for item in every if item.is_user_field}
            else:
                chosen |= self._selected(name)
        return [item for item in every if item.name in chosen], False

    def _selected(self, name: str) -> set[str]:
        field = self.record.fields.get(name)
        if field is not None:
            # An upper-case user-field name counts only with original names.
            return {name} if not field.is_user_field or self.original_names else set()
        found = upper(name)
        known = self.record.fields.get(found)
        return {found} if known is not None and camel(found) == name else set()


def yes_or_no(value: Any) -> str:
    """Return a boolean as the controller reads it: 1 is no (quirk 42)."""
    return "Y" if value is True or (isinstance(value, str) and value.lower() in ("y", "true")) else "N"


def _pairs(value: Any) -> list[tuple[str, Any]]:
    if isinstance(value, Mapping):
        return [(str(key), item) for key, item in value.items()]
    return [(str(position), item) for position, item in enumerate(value or ())]


def _refuse(key: str) -> Where:
    raise _not_allowed(key, "filter")


def _not_allowed(key: str, place: str) -> Refusal:
    # The key is shown in upper case, with its prefix.
    return Refusal("INVALID_ARG_VALUE", f"Invalid {place}: field '{key}' is not allowed in {place}")


def _bad_value(key: str) -> Refusal:
    return Refusal("INVALID_ARG_VALUE", f"Invalid filter: field '{key}' has invalid value")


def _bad_direction(direction: str, key: str) -> Refusal:
    text = f"allowed sort directions are ASC, DESC. But got '{direction}' for field '{key}'"
    return Refusal("INVALID_ARG_VALUE", f"Invalid order: {text}")
