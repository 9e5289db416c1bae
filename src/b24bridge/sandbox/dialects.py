"""How a family prints its records: names and types on the wire ("How a portal behaves", 2.8).

A dialect is a set of SQL expressions, one per kind of field; SQLite then writes each row as JSON.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from .names import camel
from .records import Field, Kind, Record
from .store import quoted

__all__ = [
    "CLASSIC",
    "CONTROLLER",
    "CONTROLLER_ORIGINAL",
    "CONTROLLER_UPPER",
    "TASK",
    "USER",
    "Dialect",
    "camel_task",
]

# SQLite takes at most 127 arguments in one function call.
_PAIRS = 60


@dataclass(frozen=True, slots=True)
class Dialect:
    """Names and types of one family of methods.

    Attributes:
        name: Key of the SQL cache.
        case: Name on the wire of a field.
        show: SQL of the printed value; ``{}`` stands for the column.
        omits_null: Whether keys without a value are left out.
    """

    name: str
    case: Callable[[Field], str]
    show: Callable[[Field], str]
    omits_null: bool = False

    def row(self, record: Record, fields: Iterable[Field], extra: str = "") -> str:
        """Return SQL that makes a row of the record a JSON object.

        Args:
            record: What the fields belong to.
            fields: Which fields, in this order.
            extra: Further ``key, value`` arguments in SQL.
        """
        chosen = tuple(item.name for item in fields)
        key = (self.name, chosen)
        pairs = record.cache.get(key)
        if pairs is None:
            pairs = record.cache[key] = [self._pair(record.fields[name]) for name in chosen]
        sql = _object([*pairs, *([extra] if extra else [])])
        # A merge patch drops the members that are null and keeps everything else.
        return f"json_patch('{{}}',{sql})" if self.omits_null else sql

    def _pair(self, item: Field) -> str:
        template = item.shown or self.show(item)
        name = self.case(item).replace("'", "''")
        return f"'{name}',{template.replace('{}', quoted(item.name))}"


def _object(pairs: list[str]) -> str:
    if len(pairs) <= _PAIRS:
        return f"json_object({','.join(pairs)})"
    # The last value of the first part is no object, so what is trimmed is one bracket.
    end = next(end for end in range(_PAIRS, 0, -1) if "json" not in pairs[end - 1])
    head = f"json_object({','.join(pairs[:end])})"
    return f"rtrim({head},'}}')||','||ltrim({_object(pairs[end:])},'{{')"


def _classic(item: Field) -> str:
    """Everything is text; an empty date is an empty text, flags of user fields are 1 and 0."""
    if item.is_user_field and item.kind is Kind.FLAG:
        return "CASE {} WHEN 'Y' THEN '1' WHEN 'N' THEN '0' END"
    return {
        Kind.INT: "CAST({} AS TEXT)",
        Kind.REAL: f"iif({{}} IS NULL,NULL,printf('{'%.15g' if item.is_user_field else '%.2f'}',{{}}))",
        Kind.DATE: "ifnull({},'')",
        Kind.DATETIME: "ifnull({},'')",
        Kind.JSON: _json(item),
    }.get(item.kind, "{}")


def _json(item: Field) -> str:
    return "json(ifnull({},'[]'))" if item.multiple else "json({})"


def _controller(item: Field) -> str:
    """Numbers are numbers (whole ones without a fraction), missing links are 0."""
    if item.is_link:
        return "ifnull({},0)"
    return {
        Kind.REAL: "CASE WHEN {}=CAST({} AS INTEGER) THEN CAST({} AS INTEGER) ELSE {} END",
        Kind.JSON: _json(item),
    }.get(item.kind, "{}")


def _task(item: Field) -> str:
    """Everything is text or null; an empty user field is ``false``."""
    return {
        Kind.INT: "CAST({} AS TEXT)",
        Kind.REAL: "CAST({} AS TEXT)",
        Kind.JSON: "json(ifnull({},'false'))" if item.is_user_field else "json(ifnull({},'[]'))",
    }.get(item.kind, "{}")


def _user(item: Field) -> str:
    return {Kind.INT: "CAST({} AS TEXT)", Kind.JSON: "json({})"}.get(item.kind, "{}")


CLASSIC = Dialect("classic", lambda item: item.wire or item.name, _classic)
CONTROLLER = Dialect("controller", lambda item: camel(item.name), _controller)
CONTROLLER_ORIGINAL = Dialect(
    "controller-original", lambda item: item.name if item.is_user_field else camel(item.name), _controller
)
CONTROLLER_UPPER = Dialect("controller-upper", lambda item: item.name, _controller)
TASK = Dialect("task", lambda item: camel_task(item.name), _task)
USER = Dialect("user", lambda item: item.name, _user, omits_null=True)


def camel_task(name: str) -> str:
    """Return the name of a task's field on the wire: ``UF_CRM_TASK`` is ``ufCrmTask``."""
    first, *others = name.lower().split("_")
    return "".join([first, *(word.capitalize() for word in others)])
