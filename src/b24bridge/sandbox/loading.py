"""Records from outside: data sets, and answers that somebody recorded."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from .names import upper
from .records import Record
from .values import DROP, Moment, stored

if TYPE_CHECKING:
    from .portal import Portal

__all__ = ["load_answers", "seed"]


def seed(portal: Portal, data: Mapping[str, Any]) -> dict[str, int]:
    """Add the records of a data set and return how many of each kind."""
    facts = data.get("portal", {})
    if facts:
        portal.configure(
            **{name: facts[name] for name in ("offset", "webhook_user_id", "timezone") if name in facts}
        )
    counts: dict[str, int] = {}
    for row in data.get("types", ()):
        _add_type(portal, row)
    for key, table in _TABLES.items():
        if key in data:
            counts[key] = add_rows(portal, portal.records[table], data[key], camel_keys=key == "categories")
    for key, rows in data.items():
        if key.startswith("items_") and key[6:].isdigit():
            entity = portal.entities.get(int(key[6:]))
            if entity is not None:
                counts[key] = add_rows(portal, entity.record, rows, camel_keys=True)
    return counts


_TABLES = {
    "categories": "crm_categories",
    "stages": "crm_statuses",
    "departments": "departments",
    "users": "users",
    "tasks": "tasks",
    "elapsed_items": "elapsed_items",
}


def add_rows(
    portal: Portal, record: Record, rows: Iterable[Mapping[str, Any]], *, camel_keys: bool = False
) -> int:
    """Add or replace records; a key that is absent takes the field's default."""
    moment = Moment(portal.clock.now(), portal.where)
    names = list(record.fields)
    defaults = {name: item.default for name, item in record.fields.items()}
    # The portal prints a date of change for every user, whether the data set has one or not.
    now = {"TIMESTAMP_X": moment.text} if "TIMESTAMP_X" in record.fields else {}
    count = 0

    def values() -> Iterable[list[Any]]:
        nonlocal count
        for row in rows:
            known = {upper(key): value for key, value in row.items()} if camel_keys else row
            stored_row = {**defaults, **now}
            for name, value in known.items():
                item = record.fields.get(name)
                if item is not None:
                    read = stored(item, value, moment)
                    stored_row[name] = None if read is DROP else read
            count += 1
            yield [stored_row[name] for name in names]

    portal.store.insert_many(record.table, names, values())
    return count


def _add_type(portal: Portal, row: Mapping[str, Any]) -> None:
    add_rows(
        portal,
        portal.records["crm_types"],
        [{k: v for k, v in row.items() if k != "userFields"}],
        camel_keys=True,
    )
    for item in row.get("userFields", ()):
        portal.entities.add_user_field(
            f"CRM_{row['id']}", item["name"], item["type"], multiple=bool(item.get("multiple"))
        )


def load_answers(portal: Portal, answers: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    """Add the records that recorded answers show."""
    return {}
