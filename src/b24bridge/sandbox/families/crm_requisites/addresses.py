"""``crm.address.*``: one address of each type for a record."""

from __future__ import annotations

from typing import Any

from b24bridge.sandbox.classicquery import ClassicQuery
from b24bridge.sandbox.dialects import CLASSIC
from b24bridge.sandbox.filters import Where
from b24bridge.sandbox.listing import PAGE, Answer, page_classic
from b24bridge.sandbox.methods import Context, Params, array
from b24bridge.sandbox.phpinput import php_int
from b24bridge.sandbox.plain import Table, describe
from b24bridge.sandbox.refusals import Refusal

from .records import ADDRESSES, DETAILS

__all__ = ["add", "delete", "fields", "listed", "update"]

_KEY = ("TYPE_ID", "ENTITY_TYPE_ID", "ENTITY_ID")
_NAMES = [name for name in ADDRESSES.fields if name != "ID"]
_REQUISITE = 8


def fields(_: Context, __: Params) -> Any:
    """``crm.address.fields``."""
    return {name: describe(ADDRESSES.fields[name]) for name in _NAMES}


def _table(context: Context) -> Table:
    return Table(context, ADDRESSES, CLASSIC)


def _wanted(context: Context, params: Params) -> tuple[dict[str, Any], Any]:
    """Return what was sent, and the address that it names or None."""
    values = _table(context).read(array(params, "fields"))
    for name in _KEY:
        if php_int(values.get(name)) <= 0:
            raise Refusal("", f"{name} is not defined or invalid.")
    key = tuple(values[name] for name in _KEY)
    return values, _table(context).one(Where(" AND ".join(f"{name}=?" for name in _KEY), key))


def add(context: Context, params: Params) -> Any:
    """``crm.address.add``."""
    values, known = _wanted(context, params)
    if known is not None:
        raise Refusal("", "TypeAddress exists.")
    ready = {**values, **_anchor(context, values)}
    _table(context).add(ready)
    _announce(context, "REGISTER", ready)
    return True


def _announce(context: Context, what: str, values: Any) -> None:
    names = (*_KEY, "ANCHOR_ID", "ANCHOR_TYPE_ID")
    fields = {name: php_int(values[name]) for name in names}
    context.changed.append((f"ONCRMADDRESS{what}", {"FIELDS": fields}))


def _anchor(context: Context, values: dict[str, Any]) -> dict[str, int]:
    """Return whom an address belongs to in the end: the owner of the details, or the record itself."""
    if values["ENTITY_TYPE_ID"] == _REQUISITE:
        detail = Table(context, DETAILS).by_id(values["ENTITY_ID"])
        if detail is not None:
            return {"ANCHOR_TYPE_ID": int(detail["ENTITY_TYPE_ID"]), "ANCHOR_ID": int(detail["ENTITY_ID"])}
    return {"ANCHOR_TYPE_ID": values["ENTITY_TYPE_ID"], "ANCHOR_ID": values["ENTITY_ID"]}


def _existing(context: Context, params: Params) -> tuple[dict[str, Any], Any]:
    values, known = _wanted(context, params)
    if known is None:
        raise Refusal("", "TypeAddress not found.")
    return values, known


def update(context: Context, params: Params) -> Any:
    """``crm.address.update``."""
    values, known = _existing(context, params)
    changes = {name: value for name, value in values.items() if name not in _KEY}
    _table(context).change(int(known["ID"]), changes)
    _announce(context, "REGISTER", known)
    return True


def delete(context: Context, params: Params) -> Any:
    """``crm.address.delete``."""
    known = _existing(context, params)[1]
    _announce(context, "UNREGISTER", known)
    return _table(context).remove(int(known["ID"]))


def listed(context: Context, params: Params) -> Any:
    """``crm.address.list``: the total is that of a page, or full with ``start=-1`` (section 2.6)."""
    query = ClassicQuery(ADDRESSES, context.moment)
    where = query.where(array(params, "filter"))
    page = page_classic(context.store, ADDRESSES, where, context.start)
    total = context.store.count(ADDRESSES.table, where.clause, where.arguments)
    shown = [item for item in query.select(array(params, "select")) if item.name != "ID"]
    rows = _table(context).many(
        where,
        query.order(array(params, "order")),
        fields=shown or [ADDRESSES.fields[name] for name in _NAMES],
        offset=page.offset,
        limit=PAGE,
    )
    counted = total if context.start is not None and context.start < 0 else min(total, PAGE)
    return Answer(rows, counted, page.next)
