"""Connectors, sources and data sets as ``biconnector.*.fields`` describes them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from b24bridge.sandbox.dialects import CONTROLLER
from b24bridge.sandbox.filters import Where, both, term
from b24bridge.sandbox.listing import order_by
from b24bridge.sandbox.methods import Context, Method, Params
from b24bridge.sandbox.names import camel, upper
from b24bridge.sandbox.phpinput import php_int
from b24bridge.sandbox.plain import Table
from b24bridge.sandbox.records import Field, Record
from b24bridge.sandbox.refusals import Refusal

__all__ = ["Kind", "refused"]

_PAGE = 50
_OPERATORS = (
    "!><",
    "><",
    "!=%",
    "!%=",
    "!=",
    "!%",
    "!@",
    ">=",
    "<=",
    "=%",
    "%=",
    "=",
    "%",
    ">",
    "<",
    "@",
    "!",
)
_TYPES: dict[str, tuple[type, ...]] = {"string": (str,), "array": (list, dict)}


def refused(code: str, text: str) -> Refusal:
    """Return a refusal; these methods answer with the status 200."""
    return Refusal(code, text, 200)


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of record with its six methods.

    Attributes:
        name: Beginning of the methods' names.
        record: Table and fields.
        noun: ``Connector``, in refusals.
        show: Makes the answer of ``get`` of a row.
        check: Looks at a new record before it is stored.
        before_delete: Refuses to remove what others need.
        arrays: Fields that hold lists or maps.
    """

    name: str
    record: Record
    noun: str
    show: Callable[[Context, dict[str, Any]], dict[str, Any]] = lambda _, row: row
    check: Callable[[Context, dict[str, Any]], None] = lambda _, __: None
    before_delete: Callable[[Context, int], None] = lambda _, __: None
    arrays: frozenset[str] = field(default_factory=frozenset)

    def methods(self) -> list[Method]:
        """Return the methods."""
        handlers = {
            "add": self.add,
            "get": self.get,
            "list": self.listed,
            "update": self.update,
            "delete": self.delete,
            "fields": self.fields,
        }
        return [
            Method(f"biconnector.{self.name}.{verb}", handler, "biconnector", listed=False)
            for verb, handler in handlers.items()
        ]

    def add(self, context: Context, params: Params) -> Any:
        """Add a record; answers ``{"id": N}``."""
        given = self._given(params)
        for item in self.record.fields.values():
            name = camel(item.name)
            if name in given and item.read_only:
                raise refused("VALIDATION_READ_ONLY_FIELD", f'Field "{name}" is read only.')
            if item.required and not item.read_only and given.get(name) in (None, "", []):
                raise refused("VALIDATION_REQUIRED_FIELD_MISSING", f'Field "{name}" is required.')
        values = self._read(context, given)
        self.check(context, values)
        now, user = context.moment.text, context.caller.user_id
        stamps = {"DATE_CREATE": now, "DATE_UPDATE": now, "CREATED_BY_ID": user, "UPDATED_BY_ID": user}
        values.update({name: value for name, value in stamps.items() if name in self.record.fields})
        return {"id": Table(context, self.record).add(values)}

    def update(self, context: Context, params: Params) -> Any:
        """Change a record."""
        number = self.number(context, params)
        given = self._given(params)
        for name in given:
            item = self.record.fields[upper(name)]
            if item.read_only:
                raise refused("VALIDATION_READ_ONLY_FIELD", f'Field "{name}" is read only.')
            if item.immutable:
                raise refused("VALIDATION_IMMUTABLE_FIELD", f'Field "{name}" is immutable.')
        stamps = {"DATE_UPDATE": context.moment.text, "UPDATED_BY_ID": context.caller.user_id}
        values = {name: value for name, value in stamps.items() if name in self.record.fields}
        Table(context, self.record).change(number, {**self._read(context, given), **values})
        return True

    def get(self, context: Context, params: Params) -> Any:
        """Return a record in ``item``."""
        row = Table(context, self.record, CONTROLLER).by_id(self.number(context, params))
        return {"item": self.show(context, _printed(row))}

    def delete(self, context: Context, params: Params) -> Any:
        """Remove a record."""
        number = self.number(context, params)
        self.before_delete(context, number)
        return Table(context, self.record).remove(number)

    def listed(self, context: Context, params: Params) -> Any:
        """Return a page of records, ids as text."""
        for name in ("select", "filter", "order"):
            if not isinstance(params.get(name, []), (dict, list)):
                raise refused(f"VALIDATION_{name.upper()}_TYPE", f'Parameter "{name}" must be array.')
        select = [self._field(name, "select") for name in _values(params.get("select"))]
        fields = select or [
            item for item in self.record.fields.values() if camel(item.name) not in self.arrays
        ]
        wanted, order = _pairs(params.get("filter")), _pairs(params.get("order"))
        where = both([self._term(context, str(key), value) for key, value in wanted])
        by = order_by([(self._field(key, "order"), str(way).upper() == "DESC") for key, way in order])
        page = max(1, php_int(params.get("page", 1)))
        rows = Table(context, self.record, CONTROLLER).many(
            where, by, fields=fields, offset=_PAGE * (page - 1), limit=_PAGE
        )
        return [{**_printed(row), **({"id": str(row["id"])} if "id" in row else {})} for row in rows]

    def fields(self, _: Context, __: Params) -> Any:
        """Describe the fields."""
        return {
            "fields": [
                {
                    "title": camel(item.name),
                    "type": "array" if camel(item.name) in self.arrays else item.type,
                    "isRequired": item.required,
                    "isReadOnly": item.read_only,
                    "isImmutable": item.immutable,
                    "isMultiple": camel(item.name) in self.arrays,
                }
                for item in self.record.fields.values()
            ]
        }

    def number(self, context: Context, params: Params) -> int:
        """Return the id of a record that is there."""
        if params.get("id") in (None, ""):
            raise refused("VALIDATION_ID_NOT_PROVIDED", "ID is missing.")
        number = php_int(params["id"])
        if number <= 0:
            raise refused("VALIDATION_INVALID_ID_FORMAT", "ID has to be a positive integer.")
        if Table(context, self.record).by_id(number) is None:
            raise refused(f"{self.noun.upper()}_NOT_FOUND", f"{self.noun} was not found.")
        return number

    def _given(self, params: Params) -> dict[str, Any]:
        given = params.get("fields")
        if not isinstance(given, Mapping) or not given:
            raise refused("VALIDATION_FIELDS_NOT_PROVIDED", "Fields not provided.")
        unknown = [str(name) for name in given if upper(str(name)) not in self.record.fields]
        if unknown:
            raise refused("VALIDATION_UNKNOWN_PARAMETERS", f"Unknown parameters: {', '.join(unknown)}")
        for name, value in given.items():
            kind = "array" if name in self.arrays else self.record.fields[upper(name)].type
            if not isinstance(value, _TYPES.get(kind, (object,))):
                raise refused("VALIDATION_INVALID_FIELD_TYPE", f'Field "{name}" must be of type {kind}.')
        return dict(given)

    def _read(self, context: Context, given: Mapping[str, Any]) -> dict[str, Any]:
        return Table(context, self.record).read(given, camel_keys=True)

    def _field(self, name: Any, place: str) -> Field:
        item = self.record.fields.get(upper(str(name)))
        if item is None:
            code = f"VALIDATION_FIELD_NOT_ALLOWED_IN_{place.upper()}"
            raise refused(code, f'Field "{name}" is not allowed in the "{place}".')
        return item

    def _term(self, context: Context, key: str, value: Any) -> Where:
        operator = next((known for known in _OPERATORS if key.startswith(known)), "")
        item = self._field(key[len(operator) :], "filter")
        if operator in ("><", "!><"):
            return Where()
        plain = {"": "=", "!": "!=", "=%": "~", "%=": "~", "!=%": "!~", "!%=": "!~"}
        return term(item, plain.get(operator, operator), value, context.moment)


def _printed(row: dict[str, Any]) -> dict[str, Any]:
    """Print moments as these methods do (``2025-03-24 07:25:59``) and flags as booleans."""
    shown = dict(row)
    for name, value in row.items():
        if name == "active":
            shown[name] = value == "Y"
        elif name.startswith("date") and value:
            shown[name] = str(value)[:19].replace("T", " ")
    return shown


def _values(given: Any) -> list[Any]:
    return list(given.values()) if isinstance(given, dict) else list(given or ())


def _pairs(given: Any) -> list[tuple[Any, Any]]:
    return list(given.items()) if isinstance(given, dict) else []
