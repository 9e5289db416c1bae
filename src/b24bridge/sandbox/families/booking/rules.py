"""How the records of the booking are added, changed, found and removed (section "Online Booking")."""

# ruff: noqa: S608  # names of tables and columns are declared in code; values are always bound

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from b24bridge.sandbox.controllers import Controller, Values, named, required_fields
from b24bridge.sandbox.filters import Where, both
from b24bridge.sandbox.listing import order_by
from b24bridge.sandbox.methods import Context, Method, Params, bound_array, bound_int
from b24bridge.sandbox.phpinput import php_int
from b24bridge.sandbox.plain import Table
from b24bridge.sandbox.refusals import Refusal

from .records import BOOKINGS, NOTICES, RESOURCES, TYPES, WAITING

__all__ = ["BOOKING", "RESOURCE", "TYPE", "WAITLIST", "Kind", "booking_of", "waiting_of"]

_TEMPLATES = ("animate", "inanimate", "base")


@dataclass(frozen=True, slots=True)
class Kind(Controller):
    """Methods whose writes answer with an id or ``true``.

    Attributes:
        gone: Error codes of the verbs when no record has the id, where they differ.
        condition: What a filter means besides the fields of the record.
    """

    gone: Mapping[str, str] | None = None
    condition: Callable[[Context, Values], Where] = lambda _, __: Where()

    def all_methods(self, prefix: str) -> list[Method]:
        """Return the methods, as ``prefix.verb``."""
        handlers = {
            "add": self.new,
            "get": self.get,
            "list": self.page,
            "update": self.change,
            "delete": self.drop,
        }
        return [Method(f"{prefix}.{verb}", run, "booking", listed=False) for verb, run in handlers.items()]

    def new(self, context: Context, params: Params) -> Any:
        """Add a record; answers ``{"id": N}``."""
        given = bound_array(params, "fields", required=True)
        return {"id": self.added(context, _renamed(given))["id"]}

    def change(self, context: Context, params: Params) -> Any:
        """Change a record; answers ``true``."""
        before = self._there(context, params, "update")
        given = bound_array(params, "fields", required=True)
        self.changed_row(context, before, _renamed(given))
        return True

    def drop(self, context: Context, params: Params) -> Any:
        """Remove a record; answers ``true``."""
        before = self._there(context, params, "delete")
        self.removing(context, before)
        return Table(context, self.record).remove(int(before["id"]))

    def page(self, context: Context, params: Params) -> Any:
        """Return all records that fit, without a total."""
        conditions = {**_map(bound_array(params, "FILTER")), **_map(bound_array(params, "filter"))}
        where = both([self.where(context, conditions), self.condition(context, conditions)])
        known = named(self.record)
        wanted = {**_map(bound_array(params, "ORDER")), **_map(bound_array(params, "order"))}
        terms = [(known[name], str(way).upper() == "DESC") for name, way in wanted.items() if name in known]
        ids = context.store.rows(
            f"SELECT ID FROM {self.record.table}{where.clause}{order_by(terms)}", where.arguments
        )
        rows = {row["id"]: row for row in self.rows(context, where)}
        return {self.many: [self.shown(context, rows[row[0]]) for row in ids]}

    def _there(self, context: Context, params: Params, verb: str) -> Values:
        try:
            return self.found(context, params)
        except Refusal as refusal:
            if refusal.code != self.missing[0]:
                raise
            raise Refusal((self.gone or {}).get(verb, refusal.code), refusal.description) from refusal


def _map(value: Any) -> Values:
    return dict(value) if isinstance(value, Mapping) else {}


def _renamed(given: Any) -> Values:
    return {NOTICES.get(str(key), str(key)): value for key, value in _map(given).items()}


def _templates(values: Values) -> None:
    for name, value in values.items():
        if name.startswith("TEMPLATE_TYPE_") and value not in _TEMPLATES:
            raise Refusal("422", f"Invalid value of the field {name.lower()}")


def _check_type(context: Context, values: Values, before: Values) -> None:
    _templates(values)
    code = values.get("CODE")
    sql = "SELECT 1 FROM booking_types WHERE CODE=? AND ID<>?"
    if code and context.store.one(sql, (code, before.get("id", 0))):
        raise Refusal("1011" if before else "1010", f"Resource type with code {code} already exists")


def _check_resource(context: Context, values: Values, _: Values) -> None:
    _templates(values)
    if "TYPE_ID" in values:
        sql = "SELECT 1 FROM booking_types WHERE ID=?"
        if context.store.one(sql, (values["TYPE_ID"],)) is None:
            raise Refusal("1013", f"Resource type with id {values['TYPE_ID']} does not exist")


def _moment(period: Any, name: str) -> int:
    side = period.get(name) if isinstance(period, Mapping) else None
    return php_int(side.get("timestamp")) if isinstance(side, Mapping) else 0


def _check_booking(context: Context, values: Values, before: Values) -> None:
    """A booking ends after it begins, and books resources that are there."""
    if "DATE_PERIOD" in values or not before:
        period = json.loads(values.get("DATE_PERIOD") or "null")
        start, end = _moment(period, "from"), _moment(period, "to")
        if start <= 0 or end <= start:
            raise Refusal("422", "Invalid date period")
        values.update(DATE_FROM=start, DATE_TO=end)
    if "RESOURCE_IDS" in values:
        given = json.loads(values["RESOURCE_IDS"] or "[]")
        entries = given.values() if isinstance(given, dict) else given if isinstance(given, list) else []
        ids = [php_int(item) for item in entries]
        known = {row[0] for row in context.store.rows("SELECT ID FROM booking_resources")}
        if not ids or not known.issuperset(ids):
            raise Refusal("1018", "Empty resource collection")
        values["RESOURCE_IDS"] = json.dumps(ids)


def _remove_bound(name: str) -> Callable[[Context, Values], None]:
    def removing(context: Context, row: Values) -> None:
        for part in ("client", "external"):
            context.store.keep(f"{name}_{part}_{row['id']}", [])

    return removing


def _within(_: Context, conditions: Values) -> Where:
    """Return the condition that a booking touches the time between two moments."""
    given = conditions.get("within")
    if given is None:
        return Where()
    start, end = (php_int(_map(given).get(name, -1)) for name in ("dateFrom", "dateTo"))
    if start < 0 or end < start:
        raise Refusal("422", "Invalid date period")
    return Where("DATE_FROM<? AND DATE_TO>?", (end, start))


def _searched(_: Context, conditions: Values) -> Where:
    text = str(conditions.get("searchQuery") or "").casefold()
    return Where("instr(fold(NAME),?)>0", (text,)) if text else Where()


def _created(context: Context, conditions: Values) -> Where:
    """Return the condition that an entry was made between two days."""
    given = conditions.get("createdWithin")
    if given is None:
        return Where()
    days = [context.moment.read(_map(given).get(name)) for name in ("from", "to")]
    if None in days:
        raise Refusal("422", "Invalid date")
    return Where("CREATED>=? AND CREATED<=?", tuple(days))


def _note_created(context: Context, values: Values, before: Values) -> None:
    if not before:
        values["CREATED"] = context.moment.text


def _bare(_: Context, row: Values) -> Values:
    """Return a record without what only conditions use."""
    return {key: value for key, value in row.items() if key not in ("dateFrom", "dateTo", "created")}


TYPE = Kind(
    TYPES,
    "resourceType",
    "resource",
    ("1013", "Resource type not found"),
    check=_check_type,
    gone={"update": "1007", "delete": "1012"},
    condition=_searched,
    partial=True,
    scope="booking",
)
RESOURCE = Kind(
    RESOURCES,
    "resource",
    "resource",
    ("1021", "Resource not found"),
    check=_check_resource,
    gone={"update": "1007", "delete": "1008"},
    condition=_searched,
    partial=True,
    scope="booking",
)
BOOKING = Kind(
    BOOKINGS,
    "booking",
    "booking",
    ("1021", "Booking not found"),
    check=_check_booking,
    shown=_bare,
    removing=_remove_bound("booking"),
    gone={"update": "1019"},
    condition=_within,
    partial=True,
    scope="booking",
)
WAITLIST = Kind(
    WAITING,
    "waitList",
    "waitList",
    ("1040", "Wait list not found"),
    check=_note_created,
    shown=_bare,
    removing=_remove_bound("waiting"),
    gone={"delete": "1036"},
    condition=_created,
    partial=True,
    scope="booking",
)


def booking_of(context: Context, params: Params) -> Any:
    """``booking.v1.booking.createfromwaitlist``: a booking takes the place of an entry; answers its id."""
    number = bound_int(params, "waitListId")
    if WAITLIST.row(context, Where("ID=?", (number,))) is None:
        raise Refusal("1038", "wait list item not found")
    added = BOOKING.added(context, _map(bound_array(params, "fields", required=True)))
    _hand_over(context, f"waiting_{{}}_{number}", f"booking_{{}}_{added['id']}")
    context.store.delete(WAITING.table, number)
    return added["id"]


def waiting_of(context: Context, params: Params) -> Any:
    """``booking.v1.waitlist.createfrombooking``: an entry takes the place of a booking; answers its id."""
    number = bound_int(params, "bookingId")
    if BOOKING.row(context, Where("ID=?", (number,))) is None:
        raise Refusal("1037", "booking not found")
    added = WAITLIST.added(context, {})
    _hand_over(context, f"booking_{{}}_{number}", f"waiting_{{}}_{added['id']}")
    context.store.delete(BOOKINGS.table, number)
    return added["id"]


def _hand_over(context: Context, source: str, target: str) -> None:
    for part in ("client", "external"):
        context.store.keep(target.format(part), context.store.setting(source.format(part), []))
        context.store.keep(source.format(part), [])


def entries_of(params: Params, name: str, keys: tuple[str, ...]) -> list[Values]:
    """Return the entries of a list parameter, each with its keys.

    Raises:
        Refusal: An entry lacks one.
    """
    given = bound_array(params, name, required=True)
    entries = [_map(item) for item in (given.values() if isinstance(given, dict) else given)]
    for entry in entries:
        lacking = [key for key in keys if entry.get(key) in (None, "", [])]
        if lacking:
            raise required_fields(lacking)
    return [{key: entry[key] for key in keys} for entry in entries]
