"""How a family describes its record: fields with the vendor's types, and nothing about HTTP."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any

__all__ = ["Field", "Kind", "Record", "parse_fields"]


class Kind(Enum):
    """How a value is stored, compared and printed."""

    INT = auto()
    REAL = auto()
    FLAG = auto()
    DATE = auto()
    DATETIME = auto()
    TEXT = auto()
    JSON = auto()


# Flags are Y or N. Dates are ISO text in the portal's zone, so that text order is time order and
# printing costs nothing. Lists and maps are JSON.
_COLUMNS = {
    Kind.INT: "INTEGER",
    Kind.REAL: "REAL",
    Kind.FLAG: "TEXT COLLATE NOCASE",
    Kind.DATE: "TEXT",
    Kind.DATETIME: "TEXT",
    Kind.TEXT: "TEXT COLLATE NOCASE",
    Kind.JSON: "TEXT",
}

_KINDS: dict[str, Kind] = {
    "integer": Kind.INT,
    "user": Kind.INT,
    "employee": Kind.INT,
    "location": Kind.INT,
    "crm_category": Kind.INT,
    "crm_company": Kind.INT,
    "crm_contact": Kind.INT,
    "crm_deal": Kind.INT,
    "crm_lead": Kind.INT,
    "crm_quote": Kind.INT,
    "crm_entity": Kind.INT,
    "double": Kind.REAL,
    "boolean": Kind.FLAG,
    "char": Kind.FLAG,
    "date": Kind.DATE,
    "datetime": Kind.DATETIME,
    "file": Kind.JSON,
    "object": Kind.JSON,
    "any": Kind.JSON,
    "datatype": Kind.JSON,
    "crm_multifield": Kind.JSON,
}


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a record.

    Attributes:
        name: Database name, UPPER_SNAKE; also the column.
        type: The vendor's type, as ``*.fields`` prints it.
        title: Title as ``*.fields`` prints it.
        wire: Name in classic methods where that differs from the database name.
        default: Stored when a new record brings no value.
        shown: SQL that replaces the dialect's way to print it; ``{}`` stands for the column.
        only: ``classic`` or ``controller`` for a field that one of the two dialects does not have.
        hidden: ``classic`` or ``controller``: there it is described and written, but not part of a full
            answer.
        unlisted: Part of answers, but not described by ``*.fields``.
        facts: Further keys of ``*.fields`` (``statusType``, ``items``, ``settings``).
    """

    name: str
    type: str = "string"
    title: str = ""
    wire: str = ""
    default: Any = None
    required: bool = False
    read_only: bool = False
    immutable: bool = False
    multiple: bool = False
    dynamic: bool = False
    shown: str = ""
    only: str = ""
    hidden: str = ""
    unlisted: bool = False
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def kind(self) -> Kind:
        """How values are stored."""
        return Kind.JSON if self.multiple else _KINDS.get(self.type, Kind.TEXT)

    @property
    def item_kind(self) -> Kind:
        """How one value of a multiple field is stored."""
        return _KINDS.get(self.type, Kind.TEXT)

    @property
    def is_link(self) -> bool:
        """Whether the value points to another record, so that "none" prints as 0."""
        links = ("crm_company", "crm_contact", "crm_deal", "crm_lead", "crm_quote")
        return self.type in links and not self.multiple

    @property
    def is_user_field(self) -> bool:
        """Whether the field was added by the portal's people or an application."""
        return self.name.startswith("UF_")


class Record:
    """A kind of record: its table and fields.

    Attributes:
        table: Table in the store.
        fields: Fields by database name, in the order of full answers.
        indexes: Columns that lists filter by often.
        cache: Ready SQL of the dialects, kept as long as the description lives.
    """

    __slots__ = ("cache", "fields", "indexes", "table", "wire_names")

    def __init__(self, table: str, fields: Iterable[Field], indexes: Iterable[str] = ()) -> None:
        self.table = table
        self.fields = {item.name: item for item in fields}
        self.indexes = tuple(indexes)
        self.wire_names = {item.wire or item.name: item for item in self.fields.values()}
        self.cache: dict[Any, Any] = {}

    def columns(self) -> dict[str, str]:
        """Return the declaration of every column but the key."""
        declared: dict[str, str] | None = self.cache.get("columns")
        if declared is None:
            named = {name: item for name, item in self.fields.items() if name != "ID"}
            declared = self.cache["columns"] = {name: _COLUMNS[item.kind] for name, item in named.items()}
        return declared

    def extended(self, fields: Iterable[Field]) -> Record:
        """Return the same kind of record with more fields."""
        return Record(self.table, [*self.fields.values(), *fields], self.indexes)

    def view(self, dialect: str) -> Record:
        """Return the fields that a dialect has, over the same table."""
        kept = [item for item in self.fields.values() if item.only in ("", dialect)]
        return Record(self.table, kept, self.indexes)


_LINE = re.compile(
    r"(?P<name>\w+)(?:=(?P<wire>\w+))?\s+(?P<type>\w+)(?P<many>\*?)(?:/(?P<status>\w+))?(?::(?P<default>\S+))?"
    r"\s+(?P<marks>[roickhu.]+)(?:\s+(?P<title>.+))?"
)


def parse_fields(text: str) -> list[Field]:
    """Read fields from a table in text, one a line.

    ``NAME[=WIRE] type[*][/STATUS_TYPE][:default] marks Title``; a star makes it multiple; marks are
    ``r`` required, ``o`` read-only, ``i`` immutable, ``c`` classic methods only, ``k`` controllers
    only, ``h`` hidden in classic answers, ``u`` unlisted, ``.`` none of these.

    Raises:
        ValueError: A line does not have this form.
    """
    fields = []
    for line in filter(None, map(str.strip, text.splitlines())):
        match = _LINE.fullmatch(line)
        if match is None:
            raise ValueError(f"The field {line!r} is not 'NAME type marks Title'.")
        marks = match["marks"]
        fields.append(
            Field(
                match["name"],
                match["type"],
                match["title"] or match["name"],
                match["wire"] or "",
                default=match["default"],
                required="r" in marks,
                read_only="o" in marks,
                immutable="i" in marks,
                multiple=bool(match["many"]),
                only="classic" if "c" in marks else "controller" if "k" in marks else "",
                hidden="classic" if "h" in marks else "",
                unlisted="u" in marks,
                facts={"statusType": match["status"]} if match["status"] else {},
            )
        )
    return fields
