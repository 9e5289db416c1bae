"""Reading departments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from b24bridge.sandbox.dialects import USER
from b24bridge.sandbox.filters import Where, both, term
from b24bridge.sandbox.listing import Answer, fetch, order_by, page_classic, rows_text
from b24bridge.sandbox.methods import Context, Params
from b24bridge.sandbox.plain import first_record
from b24bridge.sandbox.records import Record

if TYPE_CHECKING:
    from b24bridge.sandbox.portal import Portal

__all__ = ["fields", "get", "prepare"]

# The head department has no parent, and is found by the parent 0.
_HEAD = Where("(PARENT IS NULL OR PARENT=0)")


def prepare(portal: Portal, record: Record) -> None:
    """Create the table and the head department."""
    portal.records["departments"] = record
    portal.store.ensure(record.table, record.columns())
    first_record(portal, record, {"ID": 1, "NAME": "Company", "SORT": 500, "UF_HEAD": 1})


def get(context: Context, params: Params) -> Any:
    """``department.get``: conditions in ``FILTER`` or among the parameters."""
    record = context.portal.records["departments"]
    upper = {str(key).upper(): value for key, value in params.items()}
    wanted = upper.get("FILTER")
    source = {str(key).upper(): value for key, value in wanted.items()} if isinstance(wanted, dict) else upper
    where = both(
        _HEAD
        if name == "PARENT" and str(value) in ("0", "")
        else term(record.fields[name], "=", value, context.moment)
        for name, value in source.items()
        if name in record.fields and not (name == "SORT" and source is upper and not _is_number(value))
    )
    page = page_classic(context.store, record, where, context.start)
    row = USER.row(record, record.fields.values())
    rows = fetch(context.store, record, row, where, _order(record, upper), offset=page.offset)
    return Answer(rows_text(rows), page.total, page.next)


def fields(context: Context, _: Params) -> Any:
    """``department.fields``: titles by name."""
    return {item.name: item.title for item in context.portal.records["departments"].fields.values()}


def _order(record: Record, upper: dict[str, Any]) -> str:
    field = record.fields.get(str(upper.get("SORT", "")).upper())
    if field is None:
        return order_by([])
    return order_by([(field, str(upper.get("ORDER", "ASC")).upper() == "DESC")])


def _is_number(value: Any) -> bool:
    # ``sort`` is the name of a column as well as of the column to sort by.
    return isinstance(value, (list, int)) or (isinstance(value, str) and value.isdigit())
