"""Records from outside and back: the data-set format of "The service desk", section 1.1.

A dump has that form, too, with the rest of the portal's state in further keys (:mod:`state`).
"""

# ruff: noqa: S608  # names of tables and columns are declared in code; values are always bound

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from . import state
from .entities import USER_FIELDS
from .names import camel, upper
from .plain import make_way
from .records import Field, Kind, Record
from .store import quoted
from .values import DROP, Moment, stored

if TYPE_CHECKING:
    from .portal import Portal

__all__ = ["TABLES", "add_rows", "counts", "dump", "seed"]

# Key of the data set and table of the records.
TABLES = {
    "categories": "crm_categories",
    "stages": "crm_statuses",
    "departments": "departments",
    "users": "users",
    "tasks": "tasks",
    "elapsed_items": "elapsed_items",
}
_ITEMS = "items_"
# A value of this Python type is stored as it is; everything else is read as a client's value.
_AS_IT_IS = {Kind.TEXT: str, Kind.INT: int, Kind.REAL: float}
_CAMEL = frozenset({"categories"})
_SETTINGS = ("offset", "user_offset", "webhook_user_id", "webhook_scopes", "timezone")


def seed(portal: Portal, data: Mapping[str, Any]) -> dict[str, int]:
    """Add the records of a data set and return how many of each kind; a dump replaces everything.

    Raises:
        ValueError: The data set does not have the form of one.
    """
    _check(data)
    facts = data.get("portal", {})
    if facts:
        portal.configure(**{name: facts[name] for name in _SETTINGS if name in facts})
    added: dict[str, int] = {}
    shown = _shown_tables(data)
    if "tables" in data:
        added = state.restore(portal, data, shown)
        portal.entities.forget()
    for row in data.get("types", ()):
        _add_type(portal, row)
    for key, table in TABLES.items():
        if key in data:
            added[key] = add_rows(portal, portal.records[table], data[key], camel_keys=key in _CAMEL)
    for key, rows in data.items():
        if key.startswith(_ITEMS):
            entity = portal.entities.get(int(key.removeprefix(_ITEMS)))
            if entity is None:
                raise ValueError(f"The data set has {key!r} but no type with this entityTypeId.")
            added[key] = add_rows(portal, entity.record, rows, camel_keys=True)
    if "tables" in data:
        state.restore_rest(portal, data, shown)
        portal.entities.forget()
    portal.events.refresh()
    return added


def _shown_tables(data: Mapping[str, Any]) -> set[str]:
    """Return the tables whose records the data set's own keys show."""
    items = (key.removeprefix(_ITEMS) for key in data if key.startswith(_ITEMS))
    return {*TABLES.values(), "crm_types", *(f"crm_{number}" for number in items)}


def _check(data: Mapping[str, Any]) -> None:
    for key, value in data.items():
        known = key in TABLES or key == "types" or (key.startswith(_ITEMS) and key[len(_ITEMS) :].isdigit())
        if known and (isinstance(value, (str, Mapping)) or not isinstance(value, Iterable)):
            raise ValueError(f"{key!r} of a data set is a list of objects.")
        if not known and key not in ("meta", "portal", *state.KEYS):
            names = ", ".join([*TABLES, "types", "items_N", "portal", "meta"])
            raise ValueError(f"A data set has no {key!r}; it may have {names}.")
    try:
        state.check(data)
    except (TypeError, KeyError, AttributeError) as error:
        raise ValueError("The tables of a dump are objects with 'columns' and 'rows'.") from error


def add_rows(
    portal: Portal, record: Record, rows: Iterable[Mapping[str, Any]], *, camel_keys: bool = False
) -> int:
    """Add or replace records, one at a time; a key that is absent takes the field's default."""
    make_way(portal, record)
    moment = Moment(portal.clock.now(), portal.where)
    places = {
        name: (place, item, _AS_IT_IS.get(item.kind))
        for place, (name, item) in enumerate(record.fields.items())
    }
    defaults = {name: item.default for name, item in record.fields.items()}
    # The portal prints a date of change for every user, whether the data set has one or not.
    if "TIMESTAMP_X" in record.fields:
        defaults["TIMESTAMP_X"] = moment.text
    count = 0

    def values() -> Iterator[list[Any]]:
        nonlocal count
        for row in rows:
            if not isinstance(row, Mapping):
                raise ValueError(f"A record of a data set is an object, not {type(row).__name__}.")
            ready = list(defaults.values())
            for key, value in row.items():
                found = places.get(upper(key) if camel_keys else key)
                if found is not None:
                    place, item, plain = found
                    if type(value) is not plain:
                        value = stored(item, value, moment)
                    ready[place] = None if value is DROP else value
            count += 1
            yield ready

    portal.store.insert_many(record.table, list(places), values())
    return count


def _add_type(portal: Portal, row: Mapping[str, Any]) -> None:
    facts = {key: value for key, value in row.items() if key != "userFields"}
    add_rows(portal, portal.records["crm_types"], [facts], camel_keys=True)
    for item in row.get("userFields", ()):
        portal.entities.add_user_field(
            f"CRM_{row['id']}", item["name"], item["type"], multiple=bool(item.get("multiple"))
        )
    portal.entities.forget()


def counts(portal: Portal) -> dict[str, int]:
    """Return how many records of each kind there are."""
    found = {}
    for key, record in _records(portal):
        found[key] = int(portal.store.one(f"SELECT count(*) FROM {quoted(record.table)}")[0])
    return found


def dump(portal: Portal) -> dict[str, Any]:
    """Return the whole state as a data set, without secrets."""
    facts = {"offset": portal.offset, "webhook_user_id": portal.webhook_user_id}
    data: dict[str, Any] = {
        "portal": {**portal.store.setting("portal", {}), **facts},
        "types": [
            _with_user_fields(portal, row) for row in _rows(portal, portal.records["crm_types"], camel)
        ],
    }
    for key, record in _records(portal):
        case = camel if key in _CAMEL or key.startswith(_ITEMS) else str
        data[key] = list(_rows(portal, record, case))
    kinds = [portal.records["crm_types"], *(record for _, record in _records(portal))]
    return {**data, **state.dump(portal, {record.table: record.fields for record in kinds})}


def _records(portal: Portal) -> Iterator[tuple[str, Record]]:
    for key, table in TABLES.items():
        yield key, portal.records[table]
    for entity in portal.entities.all():
        yield f"{_ITEMS}{entity.type_id}", entity.record


def _rows(portal: Portal, record: Record, case: Any) -> Iterator[dict[str, Any]]:
    columns = ",".join(quoted(name) for name in record.fields)
    for row in portal.store.rows(f"SELECT {columns} FROM {quoted(record.table)} ORDER BY ID"):
        values = zip(record.fields.values(), row, strict=True)
        yield {
            case(item.name): None if value is None else _outside(item, value)
            for item, value in values
            if value is not None or item.default is not None
        }


def _outside(item: Field, value: Any) -> Any:
    return json.loads(value) if item.kind is Kind.JSON else value


def _with_user_fields(portal: Portal, row: dict[str, Any]) -> dict[str, Any]:
    found = portal.store.rows(
        f"SELECT FIELD_NAME, USER_TYPE_ID, MULTIPLE FROM {USER_FIELDS} WHERE ENTITY_ID=? ORDER BY ID",
        (f"CRM_{row['id']}",),
    )
    row["userFields"] = [
        {"name": name, "key": camel(name), "type": kind, "multiple": multiple == "Y"}
        for name, kind, multiple in found
    ]
    return row
