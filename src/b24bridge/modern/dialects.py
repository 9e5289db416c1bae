"""How each family of methods wants filters, names and values."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from b24bridge.errors import DataError
from b24bridge.modern.filters import Condition, Expression, Filter, Group, Op, flatten
from b24bridge.modern.names import to_camel, to_upper

__all__ = ["CLASSIC", "HISTORY", "ITEM", "TASKS", "USERS", "V3", "Dialect", "prefixes"]

_BASE: dict[Op, str] = {"=": "=", "!=": "!=", ">": ">", ">=": ">=", "<": "<", "<=": "<=", "contains": "%"}


def prefixes(**more: str) -> Mapping[str, str]:
    """Return the prefixes that every REST 2 family knows, with others added."""
    return MappingProxyType({**_BASE, **more})


@dataclass(frozen=True, slots=True)
class Dialect:
    """The ways of one family.

    Attributes:
        family: Name for error messages.
        name: Spells a field name.
        operators: Operator -> prefix in front of the name; empty means REST 3.0 triples.
        groups: Whether groups with OR can be said.
        flags: How true and false of ordinary fields are sent; None leaves them as they are.
        user_flags: The same for user fields.
        synonyms: Spelled name -> name of this family for the same field.
    """

    family: str
    name: Callable[[str], str]
    operators: Mapping[str, str]
    groups: bool = False
    flags: tuple[str, str] | None = ("Y", "N")
    user_flags: tuple[str, str] | None = ("1", "0")
    synonyms: Mapping[str, str] = field(default_factory=dict)

    def with_synonyms(self, **more: str) -> Dialect:
        """Return the dialect with synonyms added."""
        return replace(self, synonyms={**self.synonyms, **more})

    def spell(self, name: str) -> str:
        """Return the name of a field as this family writes it; ``*`` and ``UF_*`` stay."""
        if "*" in name:
            return name
        spelled = self.name(name)
        return self.synonyms.get(spelled, spelled)

    def names(self, names: Sequence[str] | None) -> list[str] | None:
        """Return select names as this family writes them."""
        return None if names is None else [self.spell(name) for name in names]

    def order(self, order: Mapping[str, str] | None) -> dict[str, str] | None:
        """Return an order as this family writes it."""
        return None if order is None else {self.spell(name): way for name, way in order.items()}

    def filter(self, wanted: Filter) -> Any:
        """Render a filter; what is no expression is passed on untouched.

        Raises:
            DataError: The family cannot say it.
        """
        if wanted is None or not isinstance(wanted, Expression):
            return wanted
        if not self.operators:
            return self._triples(wanted)
        return self._prefixed(wanted)

    def _prefixed(self, wanted: Expression) -> dict[str, Any]:
        if isinstance(wanted, Condition):
            return dict(self._pairs(wanted))
        assert isinstance(wanted, Group)
        if wanted.logic == "or":
            return {"0": self._numbered(wanted)}
        merged: dict[str, Any] = {}
        for number, part in enumerate(flatten(wanted).parts):
            rendered = self._prefixed(part)
            if isinstance(part, Group):
                merged[str(number)] = rendered["0"] if part.logic == "or" else self._nested(rendered)
                continue
            clash = next((key for key in rendered if key in merged), None)
            if clash is not None:
                merged[str(number)] = self._nested(rendered, f"two conditions {clash!r}")
            else:
                merged.update(rendered)
        return merged

    def _numbered(self, wanted: Group) -> dict[str, Any]:
        self._need_groups("OR")
        parts: dict[str, Any] = {"logic": "OR"}
        for number, part in enumerate(wanted.parts):
            parts[str(number)] = self._prefixed(part)
        return parts

    def _nested(self, rendered: dict[str, Any], what: str = "groups") -> dict[str, Any]:
        self._need_groups(what)
        return rendered

    def _need_groups(self, what: str) -> None:
        if not self.groups:
            raise DataError(
                f"{self.family} cannot say {what} in a filter; "
                "the portal would drop it and return everything. Use in_(...) for several values of one "
                "field, crm.items(...) for groups, or several lists."
            )

    def _pairs(self, wanted: Condition) -> list[tuple[str, Any]]:
        name = self.spell(wanted.name)
        if wanted.op == "between":
            low, high = wanted.value
            return [(f">={name}", self._value(name, low)), (f"<={name}", self._value(name, high))]
        op: Op = wanted.op
        if isinstance(wanted.value, list | tuple | set | frozenset):
            op = {"=": "in", "!=": "not in"}.get(op, op)  # type: ignore[assignment]  # keys are operators
        prefix = self.operators.get(op)
        if prefix is None:
            known = ", ".join(self.operators)
            raise DataError(f"{self.family} has no {op!r} in filters ({wanted.name}); it knows {known}.")
        return [(prefix + name, self._value(name, wanted.value))]

    def _triples(self, wanted: Expression) -> list[Any]:
        if isinstance(wanted, Condition):
            return [self._triple(wanted)]
        assert isinstance(wanted, Group)
        if wanted.logic == "and":
            return [triple for part in wanted.parts for triple in self._triples(part)]
        conditions = [
            {"logic": "and", "conditions": self._triples(part)}
            if isinstance(part, Group)
            else self._triple(part)
            for part in wanted.parts
            if isinstance(part, Group | Condition)
        ]
        return [{"logic": "or", "conditions": conditions}]

    def _triple(self, wanted: Condition) -> Any:
        name = self.spell(wanted.name)
        value = self._value(name, wanted.value)
        if wanted.op in ("=", "!=") and isinstance(value, list):
            return self._triple(Condition(wanted.name, "in" if wanted.op == "=" else "not in", wanted.value))
        if wanted.op == "not in":
            return {"logic": "and", "negative": True, "conditions": [[name, "in", value]]}
        if wanted.op in ("contains", "not contains", "like"):
            raise DataError(
                f"REST 3.0 has no {wanted.op!r} in filters ({wanted.name}); "
                "it knows =, !=, >, >=, <, <=, in, between."
            )
        return [name, wanted.op, value]

    def _value(self, name: str, value: Any) -> Any:
        if isinstance(value, list | tuple | set | frozenset):
            return [self._value(name, entry) for entry in value]
        if isinstance(value, bool):
            flags = self.user_flags if name[:2].lower() == "uf" else self.flags
            return value if flags is None else flags[0 if value else 1]
        if isinstance(value, datetime):
            if value.tzinfo is None:
                raise DataError(
                    f"The time for {name} has no time zone, so the portal would read it in its own: "
                    "give datetime(..., tzinfo=...)."
                )
            return value.isoformat(timespec="seconds")
        if isinstance(value, date):
            return value.isoformat()
        if isinstance(value, Decimal):
            return str(value)
        if value is None and self.operators:
            # A null would vanish from a form and take the condition with it; empty text means empty.
            return ""
        return value


def _camel(name: str) -> str:
    # REST 3.0 keeps the database spelling of user fields.
    return to_upper(name) if name[:2].lower() == "uf" else to_camel(name)


_PLAIN = {"=": "", "!=": "!", ">": ">", ">=": ">=", "<": "<", "<=": "<=", "contains": "%"}
_RICH = prefixes(**{"in": "@", "not in": "!@", "not contains": "!%", "like": "=%"})

ITEM = Dialect("crm.item.list", to_camel, _RICH, groups=True)
# "!%" is not offered: the classic lists treat it as "%" (source of the crm module, SQL builder).
CLASSIC = Dialect(
    "a classic CRM list",
    to_upper,
    prefixes(**{"in": "@", "not in": "!@", "like": "=%"}),
    synonyms=MappingProxyType(
        {
            "CREATED_TIME": "DATE_CREATE",
            "UPDATED_TIME": "DATE_MODIFY",
            "CREATED_BY": "CREATED_BY_ID",
            "UPDATED_BY": "MODIFY_BY_ID",
            "MOVED_BY": "MOVED_BY_ID",
        }
    ),
)
# Rules of crm.item.list with the names of the database (portal source, crm.stagehistory.list).
HISTORY = Dialect("crm.stagehistory.list", to_upper, _RICH, groups=True)
TASKS = Dialect(
    "tasks.task.list",
    to_upper,
    MappingProxyType({**_PLAIN, "in": "", "not in": "!"}),
)
USERS = Dialect(
    "user.get",
    to_upper,
    MappingProxyType({**_PLAIN, "in": "@", "not in": "!@"}),
    flags=None,
    user_flags=None,
)
V3 = Dialect("REST 3.0", _camel, MappingProxyType({}), groups=True, flags=None, user_flags=None)
