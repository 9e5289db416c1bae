"""The methods that every entity of REST 3.0 has: list, get, tail, aggregate, field.list, field.get."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from b24bridge.sandbox.filters import Where, both
from b24bridge.sandbox.methods import Context, Method, Params
from b24bridge.sandbox.phpinput import php_int
from b24bridge.sandbox.store import quoted

from .dto import Dto, Property, Row, properties
from .errors import bad_request, missing, needs_attribute, needs_type, not_found, unknown_field
from .query import Selection, Window, aggregates, check_type, order, pagination, selection, tail, where

__all__ = ["Entity", "fields_of", "read_fields", "record_id"]

_FIELD = Dto(
    "DtoFieldDto",
    "",
    properties(
        """
        name string .
        type string .
        title string .
        description string .
        validationRules array .
        requiredGroups array .
        filterable bool .
        sortable bool .
        editable bool .
        multiple bool .
        elementType string .
        """
    ),
)


@dataclass(frozen=True, slots=True)
class Entity:
    """An entity bound to a prefix of method names.

    Attributes:
        lenient: Whether ``get`` leaves unknown own fields out silently.
    """

    prefix: str
    dto: Dto
    lenient: bool = False

    def methods(self, verbs: str) -> list[Method]:
        """Return the methods of these verbs; the two of the fields are always there."""
        handlers = {"list": self.listed, "get": self.get, "tail": self.tail, "aggregate": self.aggregate}
        own = [Method(f"{self.prefix}.{verb}", handlers[verb], self.prefix) for verb in verbs.split()]
        return [*own, *fields_of(self.prefix, self.dto)]

    def listed(self, context: Context, params: Params) -> Any:
        """Return ``items``; there is no total."""
        chosen = selection(self.dto, params.get("select"))
        condition = where(self.dto, params.get("filter"), context.moment)
        sort = order(self.dto, params.get("order"))
        return {"items": self.rows(context, chosen, condition, sort, pagination(params.get("pagination")))}

    def tail(self, context: Context, params: Params) -> Any:
        """Return the ``items`` behind a cursor."""
        chosen = selection(self.dto, params.get("select"))
        behind, sort, window = tail(self.dto, params, context.moment)
        condition = both([where(self.dto, params.get("filter"), context.moment), behind])
        return {"items": self.rows(context, chosen, condition, sort, window)}

    def aggregate(self, context: Context, params: Params) -> Any:
        """Return one value per function and field; without any rows a sum is null."""
        wanted = aggregates(self.dto, params.get("select"))
        condition = where(self.dto, params.get("filter"), context.moment)
        columns = ",".join(sql for _, _, sql in wanted)
        sql = f"SELECT {columns} FROM {quoted(self.dto.table)}{condition.clause}"  # noqa: S608
        row = context.store.one(sql, condition.arguments)
        found: dict[str, dict[str, Any]] = {}
        for (function, name, _), value in zip(wanted, row, strict=True):
            found.setdefault(function, {})[name] = value
        return {"result": found}

    def chosen(self, context: Context, params: Params) -> list[int]:
        """Return the ids that a change is for: exactly one of ``id`` and ``filter`` says which."""
        by_id, by_filter = params.get("id") is not None, params.get("filter") is not None
        if by_id and by_filter:
            raise bad_request(("", "Only one of the values must be provided: id, filter."))
        if not by_filter:
            return [record_id(params)]
        condition = where(self.dto, params["filter"], context.moment)
        sql = f"SELECT ID FROM {quoted(self.dto.table)}{condition.clause} ORDER BY ID"  # noqa: S608
        return [row[0] for row in context.store.rows(sql, condition.arguments)]

    def get(self, context: Context, params: Params) -> Any:
        """Return one ``item``."""
        number = record_id(params)
        chosen = selection(self.dto, params.get("select"), lenient=self.lenient)
        found = self.rows(context, chosen, Where("ID=?", (number,)), " ORDER BY ID", Window(1, 0))
        if not found:
            raise not_found(number)
        return {"item": found[0]}

    def item(self, context: Context, number: int) -> Any:
        """Return a record with everything that need not be asked for."""
        return self.get(context, {"id": number})["item"]

    def rows(
        self, context: Context, chosen: Selection, condition: Where, sort: str, window: Window
    ) -> list[Any]:
        """Return the records that fit."""
        sql = f"SELECT * FROM {quoted(self.dto.table)}{condition.clause}{sort} LIMIT ? OFFSET ?"  # noqa: S608
        found = context.store.maps(sql, (*condition.arguments, window.limit, window.offset))
        return [_shown(context, self.dto, chosen, row) for row in found]


def _shown(context: Context, dto: Dto, chosen: Selection, row: Row) -> Any:
    shown: dict[str, Any] = {}
    for name in chosen.own:
        rule = dto.rules.get(name)
        item = dto.properties[name]
        shown[name] = rule(context, row) if rule else item.show(row.get(item.column))
    for name, nested in chosen.related.items():
        related = dto.related[dto.properties[name].relation]
        number = row.get(dto.links[name])
        sql = f"SELECT * FROM {quoted(related.table)} WHERE ID=?"  # noqa: S608
        found = context.store.maps(sql, (number,)) if number else []
        shown[name] = _shown(context, related, nested, found[0]) if found else None
    return shown or []


def record_id(params: Params) -> int:
    """Return ``id``.

    Raises:
        Refusal: It is missing or neither number nor text of digits.
    """
    value = params.get("id")
    if value is None:
        raise missing("id")
    if isinstance(value, int) and not isinstance(value, bool):
        return max(-1, min(value, 2**62))
    if isinstance(value, str) and value.lstrip("-").isascii() and value.lstrip("-").isdigit():
        return php_int(value)
    raise needs_type("id", "int")


def fields_of(prefix: str, dto: Dto) -> list[Method]:
    """Return ``field.list`` and ``field.get`` of an entity."""

    def listed(_: Context, params: Params) -> Any:
        chosen = selection(_FIELD, params.get("select")).own
        return {"items": [_picked(dto, item, chosen) for item in dto.properties.values()]}

    def get(_: Context, params: Params) -> Any:
        name = params.get("name")
        if name is None:
            raise missing("name")
        chosen = selection(_FIELD, params.get("select")).own
        item = dto.properties.get(name) if isinstance(name, str) else None
        if item is None:
            raise unknown_field(str(name), dto.name)
        return {"item": _picked(dto, item, chosen)}

    return [
        Method(f"{prefix}.field.list", listed, prefix),
        Method(f"{prefix}.field.get", get, prefix),
    ]


def _picked(dto: Dto, item: Property, names: Iterable[str]) -> dict[str, Any]:
    described = dto.describe(item)
    return {name: described[name] for name in names}


def read_fields(context: Context, dto: Dto, params: Params, *, changing: bool) -> dict[str, Any]:
    """Return ``fields`` once they are known to be right.

    Args:
        changing: Whether the record is there already, so that only editable fields may come.

    Raises:
        Refusal: They are missing, unknown, of another type, or not to be changed.
    """
    fields = params.get("fields")
    if fields is None:
        raise missing("fields")
    if fields == []:
        fields = {}
    if not isinstance(fields, dict):
        raise needs_type("fields", "array")
    for name, value in fields.items():
        item = dto.properties.get(name)
        if item is None:
            raise unknown_field(name, dto.name)
        if not item.editable and (changing or not item.required):
            raise needs_attribute(name, dto.name, "Editable")
        if not check_type(item.type, value, context.moment):
            raise needs_type(name, item.wanted)
    return fields
