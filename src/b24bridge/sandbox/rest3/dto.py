"""Entities of REST 3.0: their properties, where they are stored, and how they print."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from b24bridge.sandbox.records import Field

if TYPE_CHECKING:
    from b24bridge.sandbox.methods import Context

__all__ = ["Dto", "Property", "Row", "properties"]

Row = Mapping[str, Any]

_TYPES = {"int": "integer", "bool": "char", "datetime": "datetime", "date": "date", "float": "double"}
# DateTime and related entities are objects for ``*.field.list``.
_PRINTED = {"datetime": "object", "date": "object"}
_WANTED = {"datetime": "DateTime", "date": "Date"}
_LINE = re.compile(r"(\w+) (\w+)(?:<(\w+)>)? ([fserh.]+)(?: ([A-Z_]+))?(?: = (.+))?")


@dataclass(frozen=True, slots=True)
class Property:
    """One property of an entity.

    Attributes:
        type: ``int``, ``string``, ``bool``, ``float``, ``array``, ``object``, ``datetime`` or ``date``.
        column: Column of the table; empty for a property that is computed.
        relation: Name of the related entity.
        constant: Printed when there is neither column nor rule.
        hidden: Whether it comes only when it is selected.
    """

    name: str
    type: str
    column: str = ""
    relation: str = ""
    constant: Any = None
    filterable: bool = False
    sortable: bool = False
    editable: bool = False
    required: bool = False
    hidden: bool = False

    @property
    def printed_type(self) -> str:
        """Type as ``*.field.list`` names it."""
        return _PRINTED.get(self.type, self.type)

    @property
    def wanted(self) -> str:
        """Type as refusals name it."""
        return _WANTED.get(self.type, self.type)

    def field(self) -> Field:
        """Return the column as conditions see it."""
        return Field(self.column, _TYPES.get(self.type, "string"))

    def show(self, value: Any) -> Any:
        """Return a stored value as REST 3.0 prints it."""
        if value is None:
            return self.constant
        return value == "Y" if self.type == "bool" else value


@dataclass(frozen=True, slots=True)
class Dto:
    """One entity.

    Attributes:
        name: Name in refusals, such as ``TaskDto``.
        table: Table of its records.
        properties: By name, in the order of full answers.
        rules: Values that are computed: property to function of context and row.
        related: Entities by the name that properties use.
        links: Property of a relation to the column with the id.
    """

    name: str
    table: str
    properties: Mapping[str, Property]
    rules: Mapping[str, Callable[[Context, Row], Any]] = field(default_factory=dict)
    related: Mapping[str, Dto] = field(default_factory=dict)
    links: Mapping[str, str] = field(default_factory=dict)

    def describe(self, item: Property) -> dict[str, Any]:
        """Return what ``*.field.list`` says about a property."""
        return {
            "name": item.name,
            "type": item.printed_type,
            "title": item.name,
            "description": None,
            "validationRules": [],
            "requiredGroups": None,
            "filterable": item.filterable,
            "sortable": item.sortable,
            "editable": item.editable,
            "multiple": False,
            "elementType": None,
        }

    def schema(self) -> dict[str, Any]:
        """Return the entity as an OpenAPI schema."""
        kinds = {"int": "integer", "bool": "boolean", "float": "number"}
        found: dict[str, Any] = {}
        for item in self.properties.values():
            entry: dict[str, Any]
            if item.type in ("datetime", "date"):
                entry = {"type": "string", "format": "date-time" if item.type == "datetime" else "date"}
            elif item.type == "array":
                entry = {"type": "array", "items": {}}
            elif item.relation:
                entry = {"$ref": f"#/components/schemas/{self.related[item.relation].name}"}
            else:
                entry = {"type": kinds.get(item.type, item.type)}
            found[item.name] = entry
        return {"type": "object", "properties": found}


def properties(text: str) -> dict[str, Property]:
    """Read properties from a table in text, one a line.

    ``name type[<Relation>] marks [COLUMN] [= constant]``; marks are ``f`` filterable, ``s`` sortable,
    ``e`` editable, ``r`` required for a new record, ``h`` only on demand, ``.`` none of these.

    Raises:
        ValueError: A line does not have this form.
    """
    constants = {"true": True, "false": False, "[]": [], "0": 0, "1": 1, "null": None}
    found = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        match = _LINE.fullmatch(line)
        if match is None:
            raise ValueError(f"The property {line!r} is not 'name type marks COLUMN = constant'.")
        name, kind, relation, marks, column, constant = match.groups()
        found[name] = Property(
            name,
            kind,
            column or "",
            relation or "",
            constants.get(constant, constant) if constant else None,
            filterable="f" in marks,
            sortable="s" in marks,
            editable="e" in marks,
            required="r" in marks,
            hidden="h" in marks,
        )
    return found
