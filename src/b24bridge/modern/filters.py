"""Filters as expressions: ``(F.stageId == "NEW") & F.createdTime.between(a, b)``.

An expression is a value; a *dialect* renders it for a family of methods, because the families do
not agree: prefixes or triples, groups or none, ``Y``/``N`` or ``1``/``0``, the case of names. What a
family cannot say raises :class:`~b24bridge.errors.DataError` before anything is sent, since the
portal would drop the condition in silence and return everything (vendor page "Filter", classic
CRM lists). Raw dictionaries are passed on untouched.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal, TypeAlias

from b24bridge.errors import DataError

__all__ = ["Condition", "Expression", "F", "Field", "Filter", "Group", "flatten"]

Op = Literal["=", "!=", ">", ">=", "<", "<=", "in", "not in", "contains", "not contains", "like", "between"]
Logic = Literal["and", "or"]
Scalar: TypeAlias = "str | int | float | Decimal | bool | date | datetime | None"

_OPPOSITE: dict[Op, Op] = {
    "=": "!=",
    "!=": "=",
    ">": "<=",
    "<=": ">",
    "<": ">=",
    ">=": "<",
    "in": "not in",
    "not in": "in",
    "contains": "not contains",
    "not contains": "contains",
}


class Expression:
    """A condition or a group of conditions."""

    __slots__ = ()

    def __and__(self, other: Expression) -> Group:
        return _join("and", self, other)

    def __or__(self, other: Expression) -> Group:
        return _join("or", self, other)

    def __invert__(self) -> Expression:
        raise NotImplementedError

    def __bool__(self) -> bool:
        # `a and b`, `a <= F.x <= b` and `not a` would silently lose a condition.
        raise TypeError(
            "Join filter expressions with &, | and ~, each in parentheses, not with and, or, not."
        )


@dataclass(frozen=True, slots=True)
class Condition(Expression):
    """One field compared with one value."""

    name: str
    op: Op
    value: Any

    def __invert__(self) -> Expression:
        if self.op == "between":
            low, high = self.value
            return Group("or", (Condition(self.name, "<", low), Condition(self.name, ">", high)))
        opposite = _OPPOSITE.get(self.op)
        if opposite is None:
            raise DataError(f"~ cannot turn {self.op!r} of {self.name} around; write the wanted condition.")
        return Condition(self.name, opposite, self.value)


@dataclass(frozen=True, slots=True)
class Group(Expression):
    """Conditions of which all (``and``) or at least one (``or``) must hold."""

    logic: Logic
    parts: tuple[Expression, ...]

    def __invert__(self) -> Expression:
        return Group("or" if self.logic == "and" else "and", tuple(~part for part in self.parts))


def flatten(group: Group) -> Group:
    """Return the group with nested groups of the same logic taken in."""
    parts: list[Expression] = []
    for part in group.parts:
        inner = flatten(part) if isinstance(part, Group) else part
        parts.extend(inner.parts if isinstance(inner, Group) and inner.logic == group.logic else (inner,))
    return Group(group.logic, tuple(parts))


def _join(logic: Logic, *parts: Expression) -> Group:
    return flatten(Group(logic, parts))


@dataclass(frozen=True, slots=True, eq=False)
class Field:
    """A field to compare; made by ``F.name`` or ``F["NAME"]``."""

    name: str

    def __eq__(self, value: Scalar | Sequence[Any]) -> Condition:  # type: ignore[override]  # an expression
        return Condition(self.name, "=", value)

    def __ne__(self, value: Scalar | Sequence[Any]) -> Condition:  # type: ignore[override]  # an expression
        return Condition(self.name, "!=", value)

    def __gt__(self, value: Scalar) -> Condition:
        return Condition(self.name, ">", value)

    def __ge__(self, value: Scalar) -> Condition:
        return Condition(self.name, ">=", value)

    def __lt__(self, value: Scalar) -> Condition:
        return Condition(self.name, "<", value)

    def __le__(self, value: Scalar) -> Condition:
        return Condition(self.name, "<=", value)

    __hash__ = None  # type: ignore[assignment]  # equality is an expression here

    def in_(self, values: Iterable[Scalar]) -> Condition:
        """Match any of the values."""
        return Condition(self.name, "in", list(values))

    def not_in(self, values: Iterable[Scalar]) -> Condition:
        """Match none of the values."""
        return Condition(self.name, "not in", list(values))

    def between(self, low: Scalar, high: Scalar) -> Condition:
        """Match from ``low`` to ``high``, both included."""
        return Condition(self.name, "between", (low, high))

    def contains(self, text: str) -> Condition:
        """Match texts that hold the text; wildcards in it count as themselves."""
        return Condition(self.name, "contains", text)

    def like(self, pattern: str) -> Condition:
        """Match a pattern with the portal's own ``%`` and ``_``."""
        return Condition(self.name, "like", pattern)

    def is_empty(self) -> Condition:
        """Match records in which the field is empty."""
        return Condition(self.name, "=", None)


class _Fields:
    """``F.stageId`` and ``F["UF_CRM_1"]``: fields by name, in any spelling."""

    __slots__ = ()

    def __getattr__(self, name: str) -> Field:
        if name.startswith("__"):
            raise AttributeError(name)
        return Field(name)

    def __getitem__(self, name: str) -> Field:
        return Field(name)


F = _Fields()

# What list methods take as filter: an expression, or the portal's own form untouched.
Filter: TypeAlias = "Expression | Mapping[str, Any] | Sequence[Any] | None"
