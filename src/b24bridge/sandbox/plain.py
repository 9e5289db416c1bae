"""Plain families: records that are added, read, listed, changed and removed without further rules."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .classicquery import ClassicQuery
from .dialects import CLASSIC, Dialect
from .filters import Where
from .listing import Answer, fetch, page_classic, rows_text
from .methods import Context, Method, Params, array, pick
from .names import upper
from .phpinput import php_int
from .records import Field, Kind, Record
from .refusals import Refusal
from .values import DROP, stored

if TYPE_CHECKING:
    from .portal import Portal

__all__ = [
    "Classic",
    "Table",
    "describe",
    "first_record",
    "make_way",
    "prepare",
    "record_id",
    "reserve_first",
]

_FLAGS = ("required", "read_only", "immutable", "multiple", "dynamic")
_NAMES = ("isRequired", "isReadOnly", "isImmutable", "isMultiple", "isDynamic")
_YES = ("Y", "1", "TRUE")


def prepare(portal: Portal, *records: Record) -> None:
    """Create the tables of a family."""
    for record in records:
        portal.records[record.table] = record
        portal.store.ensure(record.table, record.columns(), record.indexes)


def reserve_first(portal: Portal, table: str) -> None:
    """Leave the first id to a record that every portal had before anybody used it."""
    store = portal.store
    if store.one("SELECT 1 FROM sqlite_sequence WHERE name=?", (table,)) is None:
        store.delete(table, store.insert(table, {}))


def first_record(portal: Portal, record: Record, values: Mapping[str, Any]) -> None:
    """Add what every portal has before anybody used it (its administrator, its head department)."""
    store = portal.store
    if store.setting(f"first_{record.table}") is None:
        store.keep(f"first_{record.table}", store.insert(record.table, values))


def make_way(portal: Portal, record: Record) -> None:
    """Remove what every portal has, before the records of a data set come in its place."""
    name = f"first_{record.table}"
    number = portal.store.setting(name)
    if number:
        portal.store.delete(record.table, number)
        portal.store.keep(name, 0)


def describe(item: Field) -> dict[str, Any]:
    """Return what ``*.fields`` of the classic methods says about a field."""
    flags = {name: getattr(item, flag) for name, flag in zip(_NAMES, _FLAGS, strict=True)}
    facts = {key: value for key, value in item.facts.items() if key != "labels"}
    # The title of a user field is its name, its labels stand beside it.
    title = item.name if item.dynamic else item.title
    return {"type": item.type, **flags, **facts, "title": title, **item.facts.get("labels", {})}


def record_id(params: Params, text: str = "ID is not defined or invalid.") -> int:
    """Return ``ID`` in any spelling.

    Raises:
        Refusal: It is missing, zero or text.
    """
    number = php_int(pick(params, "id"))
    if number <= 0:
        raise Refusal("", text)
    return number


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of one kind of record, as one call sees them."""

    context: Context
    record: Record
    dialect: Dialect = CLASSIC

    def read(self, given: Any, *, camel_keys: bool = False, changing: bool = False) -> dict[str, Any]:
        """Return what is to be stored; unknown and read-only keys are ignored.

        Args:
            camel_keys: Whether the client names fields in camelCase.
            changing: Whether the record is there already, so that immutable fields are ignored, too.
        """
        values: dict[str, Any] = {}
        for key, value in given.items() if isinstance(given, Mapping) else ():
            name = upper(str(key)) if camel_keys else str(key).upper()
            item = self.record.fields.get(name) or self.record.wire_names.get(name)
            if item is None or item.read_only or (changing and item.immutable):
                continue
            if item.kind is Kind.FLAG:
                value = "Y" if value is True or str(value).upper() in _YES else "N"
            kept = stored(item, value, self.context.moment)
            if kept is not DROP:
                values[item.name] = kept
        return values

    def add(self, values: Mapping[str, Any]) -> int:
        """Add a record, with the defaults of its fields, and return its id."""
        ready = {name: item.default for name, item in self.record.fields.items() if item.default is not None}
        return self.context.store.insert(self.record.table, {**ready, **values})

    def change(self, number: int, values: Mapping[str, Any]) -> None:
        """Change fields of a record."""
        self.context.store.update(self.record.table, number, values)

    def remove(self, number: int) -> bool:
        """Remove a record and say whether it was there."""
        return self.context.store.delete(self.record.table, number)

    def one(self, where: Where) -> Any:
        """Return the first record that fits, as the dialect prints it, or None."""
        found = self.many(where, limit=1)
        return found[0] if found else None

    def by_id(self, number: int) -> Any:
        """Return a record, or None."""
        return self.one(Where("ID=?", (number,)))

    def many(
        self,
        where: Where = Where(),  # noqa: B008  # frozen
        order: str = " ORDER BY ID",
        *,
        fields: Iterable[Field] | None = None,
        offset: int = 0,
        limit: int | None = None,
    ) -> list[Any]:
        """Return the records that fit, as the dialect prints them."""
        row = self.dialect.row(self.record, fields or self.record.fields.values())
        found = fetch(self.context.store, self.record, row, where, order, offset=offset, limit=limit)
        return [json.loads(text) for text in found]


Check = Callable[[Context, dict[str, Any], int], None]


@dataclass(frozen=True, slots=True)
class Classic:
    """The classic methods of a plain kind of record.

    Attributes:
        record: Table and fields.
        missing: The answer when no record has this id.
        required: Names that a new record needs, with the answer when one is missing or empty.
        created: Fields that keep who added the record and when.
        changed: Fields that keep who changed it and when.
        bad_id: Text when ``ID`` is missing, zero or text.
        check: Further rules; sees the values to be stored and the id, 0 for a new record.
        before_delete: Further rules of removing.
        exact_select: Whether a list gives just the selected fields, in their order, without ``ID``.
        event: What the events of its changes begin with (``ONCRMREQUISITE``); empty for none.
    """

    record: Record
    missing: Callable[[int], Refusal]
    required: Mapping[str, str] = field(default_factory=dict)
    created: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    bad_id: str = "ID is not defined or invalid."
    check: Check | None = None
    before_delete: Callable[[Context, int], None] | None = None
    exact_select: bool = False
    event: str = ""

    def methods(self, prefix: str, verbs: str, scope: str = "crm") -> list[Method]:
        """Return the methods, as ``prefix.verb``."""
        handlers = {
            "add": self.add,
            "get": self.get,
            "list": self.listed,
            "update": self.update,
            "delete": self.delete,
            "fields": self.fields,
        }
        return [Method(f"{prefix}.{verb}", handlers[verb], scope) for verb in verbs.split()]

    def add(self, context: Context, params: Params) -> Any:
        """Add a record; answers its id."""
        table = Table(context, self.record)
        values = table.read(array(params, "fields"))
        for name, text in self.required.items():
            if values.get(name) in (None, "", 0):
                raise Refusal("", text)
        if self.check is not None:
            self.check(context, values, 0)
        values.update(self._stamps(context, self.created))
        number = table.add(values)
        self._announce(context, "ADD", number)
        return number

    def get(self, context: Context, params: Params) -> Any:
        """Return a record."""
        number = record_id(params, self.bad_id)
        found = Table(context, self.record).by_id(number)
        if found is None:
            raise self.missing(number)
        return found

    def listed(self, context: Context, params: Params) -> Any:
        """Return a page of records."""
        query = ClassicQuery(self.record, context.moment)
        order = query.order(array(params, "order"))
        where = query.where(array(params, "filter"))
        fields = self._selected(query, array(params, "select"))
        page = page_classic(context.store, self.record, where, context.start)
        row = CLASSIC.row(self.record, fields)
        rows = fetch(context.store, self.record, row, where, order, offset=page.offset)
        return Answer(rows_text(rows), page.total, page.next)

    def _selected(self, query: ClassicQuery, wanted: Any) -> list[Field]:
        names = list(wanted.values()) if isinstance(wanted, Mapping) else wanted
        if not self.exact_select or not names or "*" in names or "UF_*" in names:
            return query.select(wanted)
        found = [self.record.wire_names.get(str(name).upper()) for name in names]
        return [item for item in found if item is not None] or query.select([])

    def update(self, context: Context, params: Params) -> Any:
        """Change a record."""
        number = record_id(params, self.bad_id)
        table = Table(context, self.record)
        if table.by_id(number) is None:
            raise self.missing(number)
        values = table.read(array(params, "fields"), changing=True)
        if self.check is not None:
            self.check(context, values, number)
        values.update(self._stamps(context, self.changed))
        table.change(number, values)
        self._announce(context, "UPDATE", number)
        return True

    def delete(self, context: Context, params: Params) -> Any:
        """Remove a record."""
        number = record_id(params, self.bad_id)
        if self.before_delete is not None:
            self.before_delete(context, number)
        if not Table(context, self.record).remove(number):
            raise self.missing(number)
        self._announce(context, "DELETE", number)
        return True

    def fields(self, _: Context, __: Params) -> Any:
        """Describe the fields."""
        return {(item.wire or item.name): describe(item) for item in self.record.fields.values()}

    def _announce(self, context: Context, what: str, number: int) -> None:
        if self.event:
            context.changed.append((f"{self.event}{what}", {"FIELDS": {"ID": number}}))

    def _stamps(self, context: Context, names: tuple[str, ...]) -> dict[str, Any]:
        now, user = context.moment.text, context.caller.user_id
        return {
            name: now if self.record.fields[name].kind is Kind.DATETIME else user
            for name in names
            if name in self.record.fields
        }
