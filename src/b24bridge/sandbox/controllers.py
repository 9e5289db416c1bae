# ruff: noqa: S608  # names of tables and columns are declared in code; values are always bound
"""Records of the shop: the controllers of ``sale.*`` and ``catalog.*``.

They differ from the controllers of the CRM: names are compared as they are printed, what a list does
not know is ignored, and what a new record lacks is named in one refusal (documentation sections
"Online Store" and "Product Catalog").
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from .dialects import CONTROLLER, Dialect
from .filters import Where, both, either, term
from .listing import Answer, fetch, order_by, page_controller, rows_text
from .methods import Context, Method, Params, bound_array, bound_int
from .names import camel
from .plain import Table
from .records import Field, Kind, Record
from .refusals import Refusal

__all__ = ["SHOP", "Controller", "Link", "Values", "blank", "named", "printed_name", "required_fields"]

Values = dict[str, Any]

_KEY = re.compile(r"([!=%<>@]*)(\w+)")
_OPERATORS = {
    "": "=", "=": "=", "!": "!=", "!=": "!=", ">": ">", ">=": ">=", "<": "<", "<=": "<=", "%": "%",
    "!%": "!%", "@": "@", "!@": "!@", "=%": "~", "%=": "~", "!=%": "!~", "!%=": "!~",
}  # fmt: skip
# Types that the vendor calls otherwise: a letter that is no flag, an amount that is printed as text.
_TYPES = {"letter": "char", "amount": "double"}
_YES = ("Y", "1", "TRUE")


def printed_name(item: Field) -> str:
    """Return the name of a field on the wire."""
    return item.wire or camel(item.name)


def _printed(item: Field) -> str:
    return "json({})" if item.kind is Kind.JSON else CONTROLLER.show(item)


SHOP = Dialect("shop", printed_name, _printed)


def named(record: Record) -> dict[str, Field]:
    """Return the fields of a record by their names on the wire."""
    found: dict[str, Field] | None = record.cache.get("named")
    if found is None:
        shown = (item for item in record.fields.values() if item.hidden != "controller")
        found = record.cache["named"] = {printed_name(item): item for item in shown}
    return found


def blank(fields: Iterable[Field], *but: str) -> list[Field]:
    """Return fields whose texts are empty, not null, in new records."""
    return [
        replace(item, default="")
        if item.kind is Kind.TEXT and item.default is None and item.name not in but
        else item
        for item in fields
    ]


def required_fields(names: list[str]) -> Refusal:
    """Return the refusal of a record that lacks fields."""
    return Refusal("0", f"Required fields: {', '.join(names)}")


@dataclass(frozen=True, slots=True)
class Link:
    """A field that must name a record that is there.

    Attributes:
        table: Where that record is.
        code: Error code when it is not.
        text: Its words.
        column: What identifies that record.
    """

    table: str
    code: str
    text: str
    column: str = "ID"


def _keep(_: Context, __: Values, ___: Values) -> None:
    return None


@dataclass(frozen=True, slots=True)
class Controller:
    """The methods of one kind of record.

    Attributes:
        record: Table and fields; a field hidden from controllers is not on the wire at all.
        one: Key of a record in answers.
        many: Key of a page of records.
        missing: Error code and text when no record has the id.
        duplicate: Error code when the fields in ``unique`` are taken.
        unique: Names of fields that together occur once.
        links: Fields that name other records.
        check: Rules of writing; sees what is to be stored and may complete it, and the record until now.
        shown: Completes what ``get`` and the writing methods print.
        removing: Rules of removing, and what goes with the record.
        created: Fields that keep who added the record and when.
        changed: Fields that keep who changed it and when.
        written: Key of a record that was written, where that differs.
        described: Key of the description of fields, where that differs.
        key: What clients call the id, for records whose id is a text.
        partial: Whether a change may leave out what a new record needs.
        scope: Permission.
        denied: Error code when somebody writes who does not administer the portal.
    """

    record: Record
    one: str
    many: str
    missing: tuple[str, str]
    duplicate: str = ""
    unique: tuple[str, ...] = ()
    links: Mapping[str, Link] = field(default_factory=dict)
    check: Callable[[Context, Values, Values], None] = _keep
    shown: Callable[[Context, Values], Values] = lambda _, row: row
    removing: Callable[[Context, Values], None] = lambda _, __: None
    created: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    written: str = ""
    described: str = ""
    key: str = "ID"
    partial: bool = False
    scope: str = "sale"
    denied: str = "200040300020"

    def methods(self, prefix: str, verbs: str) -> list[Method]:
        """Return the methods, as ``prefix.verb``."""
        handlers = {
            "add": self.add,
            "get": self.get,
            "list": self.listed,
            "update": self.update,
            "delete": self.delete,
            "getFields": self.fields,
            "deleteByFilter": self.delete_by_filter,
        }
        return [
            Method(f"{prefix}.{verb}", handlers[verb], self.scope, listed=False) for verb in verbs.split()
        ]

    # -- reading ----------------------------------------------------------------------------------

    def get(self, context: Context, params: Params) -> Any:
        """Return a record."""
        return {self.one: self.shown(context, self.found(context, params))}

    def listed(self, context: Context, params: Params) -> Any:
        """Return a page of records; what the record does not have is ignored."""
        known = named(self.record)
        wanted = [str(name) for name in _items(bound_array(params, "select"))]
        fields = [known[name] for name in wanted if name in known]
        if not fields or "*" in wanted:
            fields = list(known.values())
        where = self.where(context, bound_array(params, "filter"))
        terms = [
            (known[name], str(way).upper() == "DESC")
            for name, way in _pairs(bound_array(params, "order"))
            if name in known
        ]
        page = page_controller(context.store, self.record, where, context.start)
        row = SHOP.row(self.record, fields)
        rows = fetch(context.store, self.record, row, where, order_by(terms), offset=page.offset)
        return Answer({self.many: rows_text(rows)}, page.total, page.next)

    def where(self, context: Context, conditions: Any) -> Where:
        """Return the condition of a filter; groups of conditions have numbers for names."""
        known, parts, logic = named(self.record), [], "AND"
        for key, value in _pairs(conditions):
            match = _KEY.fullmatch(key)
            if key.lower() == "logic":
                logic = str(value).upper()
            elif key.isdigit() and isinstance(value, (dict, list)):
                parts.append(self.where(context, value))
            elif match and match[1] in _OPERATORS and match[2] in known:
                item = known[match[2]]
                value = _flag(value) if item.kind is Kind.FLAG else value
                parts.append(term(item, _OPERATORS[match[1]], value, context.moment))
        return either(parts) if logic == "OR" and parts else both(parts)

    def fields(self, _: Context, __: Params) -> Any:
        """Describe the fields."""
        return {self.described or self.one: self.description()}

    def description(self) -> dict[str, Any]:
        """Return what ``getFields`` says about each field."""
        return {
            name: {
                "isImmutable": item.immutable,
                "isReadOnly": item.read_only,
                "isRequired": item.required,
                "type": _TYPES.get(item.type, item.type),
                **item.facts,
            }
            for name, item in named(self.record).items()
            if not item.unlisted
        }

    def found(self, context: Context, params: Params) -> Values:
        """Return the record that a call names.

        Raises:
            Refusal: No record has this id.
        """
        wanted: Any = bound_int(params, "id") if self.key == "ID" else _text(params, "id")
        row = self.row(context, Where(f"{self.key}=?", (wanted,)))
        if row is None:
            raise Refusal(*self.missing)
        return row

    def rows(self, context: Context, where: Where) -> list[Values]:
        """Return the records that fit, by names on the wire."""
        row = SHOP.row(self.record, named(self.record).values())
        return [json.loads(text) for text in fetch(context.store, self.record, row, where, limit=None)]

    def row(self, context: Context, where: Where) -> Values | None:
        """Return the first record that fits, by names on the wire."""
        row = SHOP.row(self.record, named(self.record).values())
        found = fetch(context.store, self.record, row, where, limit=1)
        return json.loads(found[0]) if found else None

    # -- writing ----------------------------------------------------------------------------------

    def add(self, context: Context, params: Params) -> Any:
        """Add a record."""
        given = bound_array(params, "fields", required=True)
        return {self.written or self.one: self.added(context, given)}

    def added(self, context: Context, given: Any) -> Values:
        """Add a record and return it."""
        self.may_write(context)
        self._require(given, changing=False)
        values = self.read(context, given)
        self._check_unique(context, values)
        for name, link in self.links.items():
            self._check_link(context, name, link, values)
        self.check(context, values, {})
        values = {**self._stamps(context, self.created), **values}
        number = Table(context, self.record).add(values)
        row = self.row(context, Where("ID=?", (number,)))
        assert row is not None
        return self.shown(context, row)

    def update(self, context: Context, params: Params) -> Any:
        """Change a record; mostly, what is required is required again."""
        before = self.found(context, params)
        given = bound_array(params, "fields", required=True)
        self.may_write(context)
        if not self.partial:
            self._require(given, changing=True)
        return {self.written or self.one: self.changed_row(context, before, given)}

    def changed_row(self, context: Context, before: Values, given: Any) -> Values:
        """Change a record and return it."""
        values = self.read(context, given, changing=True)
        for name, link in self.links.items():
            if name in values:
                self._check_link(context, name, link, values)
        self.check(context, values, before)
        values.update(self._stamps(context, self.changed))
        number = self.number(context, before)
        Table(context, self.record).change(number, values)
        row = self.row(context, Where("ID=?", (number,)))
        assert row is not None
        return self.shown(context, row)

    def delete(self, context: Context, params: Params) -> Any:
        """Remove a record."""
        before = self.found(context, params)
        self.may_write(context)
        self.removing(context, before)
        return Table(context, self.record).remove(self.number(context, before))

    def delete_by_filter(self, context: Context, params: Params) -> Any:
        """Remove the record that has these fields; it is named by those that never change."""
        given = bound_array(params, "fields", required=True)
        self.may_write(context)
        self._require(given, changing=False)
        fixed = {name: item for name, item in named(self.record).items() if item.required and item.immutable}
        where = both([term(item, "=", given[name], context.moment) for name, item in fixed.items()])
        row = self.row(context, where)
        if row is None:
            raise Refusal(*self.missing)
        self.removing(context, row)
        return Table(context, self.record).remove(self.number(context, row))

    def may_write(self, context: Context) -> None:
        """Refuse writes of people who do not administer the portal.

        Raises:
            Refusal: The caller does not.
        """
        if not context.caller.is_admin:
            raise Refusal(self.denied, "Access Denied")

    def read(self, context: Context, given: Any, *, changing: bool = False) -> Values:
        """Return what is to be stored, by database names; unknown and read-only keys are ignored."""
        known = named(self.record)
        kept = {known[key].name: value for key, value in _pairs(given) if key in known}
        return Table(context, self.record).read(kept, changing=changing)

    def number(self, context: Context, row: Values) -> int:
        """Return the key in the table of a printed record."""
        if self.key == "ID" and "id" in row:
            return int(row["id"])
        fixed = {name: item for name, item in named(self.record).items() if item.required and item.immutable}
        where = both([term(item, "=", row[name], context.moment) for name, item in fixed.items()])
        found = context.store.one(f'SELECT ID FROM "{self.record.table}"{where.clause}', where.arguments)
        return int(found[0])

    def _require(self, given: Any, *, changing: bool) -> None:
        names = [
            name
            for name, item in named(self.record).items()
            if item.required and not item.read_only and not (changing and item.immutable)
            if _is_absent(given, name)
        ]
        if names:
            raise required_fields(names)

    def _check_unique(self, context: Context, values: Values) -> None:
        if not self.duplicate:
            return
        known = named(self.record)
        pairs = [(known[name], values.get(known[name].name)) for name in self.unique]
        if self.row(context, both([term(item, "=", value, context.moment) for item, value in pairs])):
            raise Refusal(self.duplicate, f"Duplicate entry for key [{', '.join(self.unique)}]")

    def _check_link(self, context: Context, name: str, link: Link, values: Values) -> None:
        sql = f'SELECT 1 FROM "{link.table}" WHERE "{link.column}"=?'
        if context.store.one(sql, (values.get(name),)) is None:
            raise Refusal(link.code, link.text)

    def _stamps(self, context: Context, names: tuple[str, ...]) -> Values:
        now, user = context.moment.text, context.caller.user_id
        kinds = ((name, self.record.fields[name].kind) for name in names)
        return {name: now if kind is Kind.DATETIME else user for name, kind in kinds}


def _text(params: Params, name: str) -> str:
    value = params.get(name)
    if value is None:
        raise Refusal("100", f"Could not find value for parameter {{{name}}}")
    return str(value) if isinstance(value, (str, int, float)) else ""


def _is_absent(given: Any, name: str) -> bool:
    return not isinstance(given, Mapping) or given.get(name) in (None, "")


def _flag(value: Any) -> Any:
    if isinstance(value, (list, dict)):
        return [_flag(item) for item in _items(value)]
    return "Y" if value is True or str(value).upper() in _YES else "N"


def _items(value: Any) -> list[Any]:
    return list(value.values()) if isinstance(value, Mapping) else list(value or ())


def _pairs(value: Any) -> list[tuple[str, Any]]:
    pairs = value.items() if isinstance(value, Mapping) else enumerate(value or ())
    return [(str(key), item) for key, item in pairs]
