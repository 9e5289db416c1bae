"""What the services of the store have in common: parameters in capitals, lists, handlers."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from b24bridge.sandbox.dialects import CLASSIC, CONTROLLER, Dialect
from b24bridge.sandbox.filters import Where, both, term
from b24bridge.sandbox.listing import PAGE, order_by
from b24bridge.sandbox.methods import Context, Method, Params, in_capitals, pick
from b24bridge.sandbox.phpinput import php_int
from b24bridge.sandbox.plain import Table
from b24bridge.sandbox.records import Kind, Record
from b24bridge.sandbox.refusals import Refusal

from .records import HANDLERS

__all__ = [
    "NUMBERS",
    "TEXTS",
    "Handlers",
    "administrator",
    "given",
    "identifier",
    "listed",
    "needed",
    "undefined",
]

Values = dict[str, Any]

_KEY = re.compile(r"([!=%<>@]*)(\w+)")
_OPERATORS = {
    "": "=", "=": "=", "!": "!=", "!=": "!=", ">": ">", ">=": ">=", "<": "<", "<=": "<=", "%": "%",
    "!%": "!%", "@": "@", "!@": "!@",
}  # fmt: skip
# Numbers come as numbers in the one, as text in the other, names in capitals in both.
NUMBERS = Dialect("capitals", lambda item: item.wire or item.name, CONTROLLER.show)
TEXTS = Dialect(
    "capitals-text",
    lambda item: item.name,
    lambda item: "json({})" if item.kind is Kind.JSON else CLASSIC.show(item),
)


def administrator(context: Context) -> None:
    """Refuse people who do not administer the portal.

    Raises:
        Refusal: The caller does not.
    """
    if not context.caller.is_admin:
        raise Refusal("ACCESS_DENIED", "Access denied!", 403)


def undefined(name: str) -> Refusal:
    """Return the refusal of a call that lacks a parameter."""
    return Refusal("ERROR_CHECK_FAILURE", f"Parameter {name} is not defined")


def needed(values: Mapping[str, Any], *names: str) -> None:
    """Look for parameters that must be there.

    Raises:
        Refusal: One is not, or is empty.
    """
    for name in names:
        if values.get(name) in (None, "", [], {}):
            raise undefined(name)


def given(params: Params) -> Values:
    """Return ``FIELDS`` of a change.

    Raises:
        Refusal: It is missing or empty.
    """
    fields = pick(params, "FIELDS")
    if not fields or not isinstance(fields, Mapping):
        raise undefined("FIELDS")
    return in_capitals(fields)


def identifier(params: Params, name: str = "ID") -> int:
    """Return a number that a call must have.

    Raises:
        Refusal: It is missing.
    """
    value = pick(params, name)
    if value in (None, ""):
        raise undefined(name)
    return php_int(value)


def listed(
    context: Context, params: Params, record: Record, dialect: Dialect, code: str = "ERROR_CHECK_FAILURE"
) -> list[Any]:
    """Return the records that a list asks for; all at once, for there are few.

    Args:
        code: Error code of a list that cannot be made.

    Raises:
        Refusal: It names a field that the record does not have.
    """
    shown = {item.name: item for item in record.fields.values() if not item.unlisted}

    def field(name: str, place: str) -> Any:
        if name.upper() not in shown:
            raise Refusal(code, f"{name} not allowed for {place}")
        return shown[name.upper()]

    for name in ("SELECT", "FILTER", "ORDER"):
        if not isinstance(pick(params, name) or [], (list, Mapping)):
            raise Refusal(code, f"Parameter {name} must be array")
    wanted = [str(name) for name in _values(pick(params, "SELECT"))]
    fields = [field(name, "select") for name in wanted if name != "*"] or list(shown.values())
    parts = []
    for key, value in _pairs(pick(params, "FILTER")):
        match = _KEY.fullmatch(key)
        if match is None or match[1] not in _OPERATORS:
            raise Refusal(code, f"{key} not allowed for filter")
        parts.append(term(field(match[2], "filter"), _OPERATORS[match[1]], value, context.moment))
    order = [
        (field(name, "order"), str(way).upper() == "DESC") for name, way in _pairs(pick(params, "ORDER"))
    ]
    ordered = [item for item in shown.values() if item in fields]
    rows = Table(context, record, dialect)
    return rows.many(both(parts), order_by(order), fields=ordered, limit=10 * PAGE)


def _values(value: Any) -> list[Any]:
    return list(value.values()) if isinstance(value, Mapping) else value if isinstance(value, list) else []


def _pairs(value: Any) -> list[tuple[str, Any]]:
    return [(str(key), item) for key, item in value.items()] if isinstance(value, Mapping) else []


@dataclass(frozen=True, slots=True)
class Handlers:
    """The handlers of one kind of service: an application adds one, a service names it by its code.

    Attributes:
        kind: Which services they are for, and the beginning of their methods' names.
        scope: Permission.
        required: Parameters that a new one needs, in the order in which they are missed.
        shown: What a list prints.
        in_use: Table and column of the services that name a handler's code.
        whole: Whether a change comes as a whole, not in ``FIELDS``.
    """

    kind: str
    scope: str
    required: tuple[str, ...]
    shown: tuple[str, ...]
    check: Callable[[Values], None] = lambda _: None
    whole: bool = False

    def methods(self) -> list[Method]:
        """Return the methods."""
        handlers = {"add": self.add, "update": self.update, "delete": self.delete, "list": self.listed}
        return [
            Method(f"{self.kind}.handler.{verb}", handler, self.scope) for verb, handler in handlers.items()
        ]

    def add(self, context: Context, params: Params) -> Any:
        """Add a handler; answers its id."""
        administrator(context)
        values = in_capitals(params)
        needed(values, *self.required)
        self.check(values)
        if self.by_code(context, values["CODE"]) is not None:
            raise Refusal("ERROR_HANDLER_ALREADY_EXIST", "Handler already exists!")
        table = Table(context, HANDLERS)
        return table.add({**table.read(values), "KIND": self.kind})

    def update(self, context: Context, params: Params) -> Any:
        """Change a handler."""
        administrator(context)
        number = self._found(context, identifier(params))
        values = in_capitals(params) if self.whole else given(params)
        known = self.by_code(context, values.get("CODE"))
        if known is not None and int(known["ID"]) != number:
            raise Refusal("ERROR_HANDLER_ALREADY_EXIST", "Handler already exists!")
        table = Table(context, HANDLERS)
        table.change(number, table.read(values))
        return True

    def delete(self, context: Context, params: Params) -> Any:
        """Remove a handler."""
        administrator(context)
        return Table(context, HANDLERS).remove(self._found(context, identifier(params)))

    def listed(self, context: Context, _: Params) -> Any:
        """Return all handlers, numbers as text."""
        administrator(context)
        rows = Table(context, HANDLERS, TEXTS).many(Where("KIND=?", (self.kind,)))
        return [{name: row[name] for name in self.shown} for row in rows]

    def by_code(self, context: Context, code: Any) -> Values | None:
        """Return a handler by its code, or None."""
        found: Values | None = Table(context, HANDLERS, TEXTS).one(
            Where("KIND=? AND CODE=?", (self.kind, str(code or "")))
        )
        return found

    def _found(self, context: Context, number: int) -> int:
        if Table(context, HANDLERS).one(Where("KIND=? AND ID=?", (self.kind, number))) is None:
            raise Refusal("ERROR_HANDLER_NOT_FOUND", "Handler not found")
        return number
