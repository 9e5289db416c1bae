"""Properties of a store's items."""

from __future__ import annotations

from typing import Any

from b24bridge.sandbox.dialects import CLASSIC
from b24bridge.sandbox.filters import Where
from b24bridge.sandbox.methods import Context, Params, pick
from b24bridge.sandbox.plain import Table
from b24bridge.sandbox.records import Field, Record
from b24bridge.sandbox.refusals import Refusal

from .errors import empty, exists, missing
from .rules import store_of

__all__ = ["PROPERTIES", "add", "delete", "get", "properties_of", "update"]

PROPERTIES = Record(
    "entity_properties",
    [
        Field("ID", "integer", read_only=True),
        Field("ENTITY_ID", "integer", read_only=True),
        Field("PROPERTY"),
        Field("NAME"),
        Field("TYPE", default="S"),
        Field("SORT", "integer", default=500),
    ],
)
_SHOWN = ("PROPERTY", "NAME", "TYPE", "SORT")


def properties_of(context: Context, store: Any) -> dict[str, Any]:
    """Return the properties of a store by their codes in capitals."""
    rows = _table(context).many(Where("ENTITY_ID=?", (int(store["ID"]),)), " ORDER BY SORT, ID")
    return {row["PROPERTY"].upper(): row for row in rows}


def _table(context: Context) -> Table:
    return Table(context, PROPERTIES, CLASSIC)


def _wanted(context: Context, params: Params, store: Any) -> Any:
    code = pick(params, "PROPERTY")
    if not code:
        raise empty("PROPERTY")
    found = properties_of(context, store).get(str(code).upper())
    if found is None:
        raise missing("property")
    return found


def add(context: Context, params: Params) -> Any:
    """``entity.item.property.add``."""
    store = store_of(context, params)
    code = pick(params, "PROPERTY")
    if not code:
        raise empty("PROPERTY")
    if str(code)[0].isdigit():
        raise Refusal("ERROR_CORE", "Property code cannot start with a digit")
    if str(code).upper() in properties_of(context, store):
        raise exists("property")
    values = _values(context, params)
    values.setdefault("NAME", str(code))
    _table(context).add({**values, "PROPERTY": str(code), "ENTITY_ID": int(store["ID"])})
    return True


def get(context: Context, params: Params) -> Any:
    """``entity.item.property.get``: one property, or the list of all."""
    store = store_of(context, params)
    if pick(params, "PROPERTY"):
        return _shown(_wanted(context, params, store))
    return [_shown(row) for row in properties_of(context, store).values()]


def _shown(row: Any) -> dict[str, Any]:
    return {name: row[name] for name in _SHOWN}


def update(context: Context, params: Params) -> Any:
    """``entity.item.property.update``."""
    store = store_of(context, params)
    found = _wanted(context, params, store)
    values = _values(context, params)
    code = pick(params, "PROPERTY_NEW")
    if code:
        if str(code).upper() in properties_of(context, store) and code != found["PROPERTY"]:
            raise Refusal("ERROR_PROPERTY_ALREADY_EXISTS", f"Property {code} already exists")
        values["PROPERTY"] = str(code)
    if values.get("TYPE") == "F" != found["TYPE"]:
        raise Refusal("ERROR_ARGUMENT", "Cannot change property type to File", argument="")
    _table(context).change(int(found["ID"]), values)
    return True


def delete(context: Context, params: Params) -> Any:
    """``entity.item.property.delete``."""
    store = store_of(context, params)
    return _table(context).remove(int(_wanted(context, params, store)["ID"]))


def _values(context: Context, params: Params) -> dict[str, Any]:
    given = {name: pick(params, name) for name in ("NAME", "TYPE", "SORT")}
    values = _table(context).read({name: value for name, value in given.items() if value is not None})
    if values.get("TYPE", "S") not in ("S", "N", "F"):
        raise Refusal("ERROR_ARGUMENT", "Wrong entity item property type", argument="")
    return values
