"""What a request object asks for: select, filter, order, pagination, cursor, aggregates (section 9.3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from b24bridge.sandbox.filters import ALL, Where, both, either, term
from b24bridge.sandbox.phpinput import php_int
from b24bridge.sandbox.store import quoted
from b24bridge.sandbox.values import Moment

from .dto import Dto, Property
from .errors import filter_error, invalid, missing, needs_attribute, needs_type, unknown_field

__all__ = [
    "Selection",
    "Window",
    "aggregates",
    "check_type",
    "order",
    "pagination",
    "selection",
    "tail",
    "where",
]

_DEFAULT_LIMIT = 50
_MAX_LIMIT = 1000
_OPERATORS = ("=", "!=", ">", ">=", "<", "<=", "in", "between")
_RANGES = ("int", "float", "date", "datetime")
_FUNCTIONS = {"length": ("length({})", "int"), "column": ("{}", "")}


# -- select ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Selection:
    """Own properties, and per relation what to take of the related entity."""

    own: tuple[str, ...]
    related: Mapping[str, Selection]


def selection(dto: Dto, select: Any, *, lenient: bool = False) -> Selection:
    """Read ``select``; without one everything comes that does not have to be asked for.

    Args:
        lenient: Whether unknown own fields are left out silently, and related fields alone bring
            everything else along (both as ``tasks.task.get`` is documented).
    """
    if select is None or select == []:
        names = [item.name for item in dto.properties.values() if not item.hidden and not item.relation]
        return Selection(tuple(names), {})
    if not isinstance(select, list):
        raise needs_type("select", "array")
    own: list[str] = []
    nested: dict[str, list[str]] = {}
    for name in select:
        if not isinstance(name, str):
            raise invalid("INVALIDSELECT", name)
        head, dot, rest = name.partition(".")
        item = dto.properties.get(head)
        if item is None or (dot and not item.relation):
            if lenient and not dot:
                continue
            raise unknown_field(name, dto.name)
        if item.relation:
            nested.setdefault(head, []).extend([rest] if dot else [])
        elif head not in own:
            own.append(head)
    related = {
        head: selection(dto.related[dto.properties[head].relation], names or None)
        for head, names in nested.items()
    }
    if lenient and related and not own:
        own = list(selection(dto, None).own)
    return Selection(tuple(own), related)


_AGGREGATES = {
    "avg": "avg({})",
    "sum": "sum({})",
    "min": "min({})",
    "max": "max({})",
    "count": "count({})",
    "countDistinct": "count(DISTINCT {})",
}


def aggregates(dto: Dto, select: Any) -> list[tuple[str, str, str]]:
    """Read ``select`` of an aggregate: functions, for each the fields as a list or as keys of aliases.

    Returns:
        Function, field and SQL of each value.
    """
    if select is None or select == []:
        raise missing("select")
    if not isinstance(select, dict):
        raise needs_type("select", "array")
    found = []
    for function, names in select.items():
        if function not in _AGGREGATES:
            raise invalid("UNKNOWNAGGREGATEFUNCTION", function)
        if not isinstance(names, (list, dict)) or not names:
            raise invalid("INVALIDSELECT", names)
        for name in names:
            item = dto.properties.get(name) if isinstance(name, str) else None
            if not isinstance(name, str):
                raise invalid("INVALIDSELECT", name)
            if item is None:
                raise unknown_field(name, dto.name)
            if not item.column or item.relation:
                raise invalid("INVALIDSELECT", name)
            found.append((function, name, _AGGREGATES[function].replace("{}", quoted(item.column))))
    return found


# -- filter ---------------------------------------------------------------------------------------------


def where(dto: Dto, wanted: Any, moment: Moment) -> Where:
    """Return the condition of ``filter``: a triple, a group, or a list of these joined by AND."""
    if wanted is None or wanted == []:
        return ALL
    if isinstance(wanted, dict):
        return _group(dto, wanted, moment)
    if not isinstance(wanted, list):
        raise needs_type("filter", "array")
    if isinstance(wanted[0], str) or (isinstance(wanted[0], dict) and "expression" in wanted[0]):
        return _condition(dto, wanted, moment)
    return both(_item(dto, item, moment) for item in wanted)


def _item(dto: Dto, item: Any, moment: Moment) -> Where:
    if isinstance(item, dict):
        return _group(dto, item, moment)
    if isinstance(item, list):
        return _condition(dto, item, moment)
    raise invalid("INVALIDFILTER", item)


def _group(dto: Dto, group: Mapping[str, Any], moment: Moment) -> Where:
    logic = str(group.get("logic", "and")).lower()
    conditions = group.get("conditions")
    if not isinstance(conditions, list) or logic not in ("and", "or"):
        raise invalid("INVALIDFILTER", dict(group))
    parts = [_item(dto, item, moment) for item in conditions]
    found = either(parts) if logic == "or" and parts else both(parts)
    if group.get("negative") is True and found.sql:
        return Where(f"({found.sql}) IS NOT TRUE", found.arguments)
    return found


def _condition(dto: Dto, triple: Sequence[Any], moment: Moment) -> Where:
    if len(triple) not in (2, 3):
        raise invalid("INVALIDFILTER", list(triple))
    left, value = triple[0], triple[-1]
    operator = triple[1] if len(triple) == 3 else "in" if isinstance(value, list) else "="
    if not isinstance(operator, str) or operator.lower() not in _OPERATORS:
        raise invalid("UNKNOWNFILTEROPERATOR", operator)
    operator = operator.lower()
    item, column, kind = _side(dto, left)
    if isinstance(value, dict):
        _, right, _ = _side(dto, value)
        if operator in ("in", "between"):
            raise invalid("INVALIDFILTER", list(triple))
        return Where(f"{column} {operator} {right}")
    if operator == "between":
        if kind not in _RANGES or not isinstance(value, list) or len(value) != 2:
            raise invalid("INVALIDFILTER", list(triple))
        low, high = (_checked(item, kind, bound, moment) for bound in value)
        return Where(f"{column} BETWEEN ? AND ?", (low, high))
    if operator == "in" and not isinstance(value, list):
        raise invalid("INVALIDFILTER", list(triple))
    values = value if isinstance(value, list) else [value]
    ready = [_checked(item, kind, one, moment) for one in values]
    if column != quoted(item.column):
        marks = ",".join("?" * len(ready))
        return Where(f"{column} {'IN' if operator == 'in' else operator} ({marks})", tuple(ready))
    if isinstance(value, list):
        return term(item.field(), "!@" if operator == "!=" else "@", ready, moment)
    return term(item.field(), operator, ready[0], moment)


def _side(dto: Dto, side: Any) -> tuple[Property, str, str]:
    """Return property, SQL and type of one side of a condition."""
    template, kind, name = "{}", "", side
    if isinstance(side, dict):
        function, parameters = side.get("expression"), side.get("parameters")
        name = parameters[0] if isinstance(parameters, list) and len(parameters) == 1 else None
        if function not in _FUNCTIONS or not isinstance(name, str):
            raise invalid("INVALIDFILTER", side)
        template, kind = _FUNCTIONS[function]
    if not isinstance(name, str):
        raise invalid("INVALIDFILTER", name)
    item = dto.properties.get(name)
    if item is None:
        raise unknown_field(name, dto.name)
    if not item.filterable or not item.column:
        text = f'DTO "{dto.name}" in field "{name}" requires attribute "Filterable" to perform this request.'
        raise filter_error(name, text)
    return item, template.replace("{}", quoted(item.column)), kind or item.type


def _checked(item: Property, kind: str, value: Any, moment: Moment) -> Any:
    if not check_type(kind, value, moment):
        text = f'Field "{item.name}" requires type "{item.wanted}" to perform this request.'
        raise filter_error(item.name, text)
    if kind in ("datetime", "date") and value is not None:
        return moment.read(value, day_only=kind == "date")
    if kind == "bool" and value is not None:
        return "Y" if value else "N"
    return value


def check_type(kind: str, value: Any, moment: Moment) -> bool:
    """Whether a value is of a property's type; null always is. Types are strict: ``"5"`` is no int."""
    if value is None:
        return True
    if kind == "int":
        return isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**63
    if kind == "float":
        return isinstance(value, (int, float)) and not isinstance(value, bool)
    if kind == "bool":
        return isinstance(value, bool)
    if kind in ("datetime", "date"):
        return isinstance(value, str) and moment.read(value, day_only=kind == "date") is not None
    if kind == "array":
        return isinstance(value, list)
    return isinstance(value, dict) if kind == "object" else isinstance(value, str)


# -- order and pages ------------------------------------------------------------------------------------


def order(dto: Dto, wanted: Any) -> str:
    """Return the ORDER BY clause; by id without one."""
    if wanted is None or wanted == []:
        return " ORDER BY ID"
    if not isinstance(wanted, dict):
        raise invalid("INVALIDORDER", wanted)
    parts = []
    for name, direction in wanted.items():
        item = dto.properties.get(name)
        if item is None:
            raise unknown_field(name, dto.name)
        if not isinstance(direction, str) or direction.upper() not in ("ASC", "DESC"):
            raise invalid("INVALIDORDER", direction)
        if not item.sortable or not item.column:
            raise needs_attribute(name, dto.name, "Sortable")
        parts.append(f"{quoted(item.column)} {direction.upper()}")
    return f" ORDER BY {','.join([*parts, 'ID'])}"


@dataclass(frozen=True, slots=True)
class Window:
    """Which rows of all that fit."""

    limit: int
    offset: int


def pagination(wanted: Any) -> Window:
    """Read ``pagination``: 50 rows by default, at most 1000 whatever is asked; ``page`` wins."""
    if wanted is None or wanted == []:
        return Window(_DEFAULT_LIMIT, 0)
    if not isinstance(wanted, dict):
        raise invalid("INVALIDPAGINATION", wanted)
    limit = _number(wanted, "limit", _DEFAULT_LIMIT, least=1)
    offset = _number(wanted, "offset", 0, least=0)
    page = _number(wanted, "page", 0, least=0)
    if page:
        # The official JavaScript SDK counts pages from 0 when it means "the first".
        offset = (page - 1) * min(limit, _MAX_LIMIT)
    return Window(min(limit, _MAX_LIMIT), min(offset, 2**53))


def _number(wanted: Mapping[str, Any], name: str, default: int, *, least: int) -> int:
    value = wanted.get(name)
    value = default if value is None else value
    is_number = isinstance(value, int) and not isinstance(value, bool)
    if isinstance(value, str) and value.isascii() and value.isdigit():
        value, is_number = php_int(value), True
    if not is_number or value < least:
        raise invalid("INVALIDPAGINATION", dict(wanted))
    return int(value)


def tail(dto: Dto, params: Mapping[str, Any], moment: Moment) -> tuple[Where, str, Window]:
    """Read ``cursor``: the rows strictly behind a value, and the order to read them in."""
    cursor = params.get("cursor")
    if not isinstance(cursor, dict):
        raise missing("cursor")
    absent = [f"cursor.{name}" for name in ("field", "value") if cursor.get(name) is None]
    if absent:
        raise missing(*absent)
    name = cursor["field"]
    direction = str(cursor.get("order", "ASC")).upper()
    if direction not in ("ASC", "DESC"):
        raise invalid("INVALIDORDER", cursor.get("order"))
    if not isinstance(name, str):
        raise needs_type("cursor.field", "string")
    if name in _named(params.get("filter")):
        raise invalid("INVALIDFILTER", f"Cursor field {name} cannot be used at filter.")
    behind = _condition(dto, [name, ">" if direction == "ASC" else "<", cursor["value"]], moment)
    window = pagination({"limit": cursor["limit"]} if "limit" in cursor else None)
    return behind, order(dto, {name: direction}), window


def _named(wanted: Any) -> set[str]:
    """Return every text in a filter where a field may stand."""
    if isinstance(wanted, dict):
        return _named(wanted.get("conditions")) | _named(wanted.get("parameters"))
    if not isinstance(wanted, list):
        return set()
    first = {wanted[0]} if wanted and isinstance(wanted[0], str) else set()
    return first.union(*(_named(item) for item in wanted if isinstance(item, (list, dict))))
