"""Rows of an owner: read, replaced, and what they add up to."""

# ruff: noqa: S608  # names of tables and columns are declared in code; values are always bound

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from b24bridge.sandbox.crmrecords import owner_mark, place_of
from b24bridge.sandbox.dialects import CONTROLLER, Dialect
from b24bridge.sandbox.entities import Entity
from b24bridge.sandbox.filters import Where
from b24bridge.sandbox.methods import Context
from b24bridge.sandbox.plain import Table
from b24bridge.sandbox.records import Record

from .prices import priced

__all__ = ["Owner", "find_owner", "kept", "rows_of"]

# Named by a client, and what else a new row has.
_MEASURES = {796: "pcs", 6: "m", 112: "l", 163: "g", 166: "kg"}


@dataclass(frozen=True, slots=True)
class Owner:
    """The record that rows belong to."""

    entity: Entity
    number: int

    @property
    def where(self) -> Where:
        """The condition on the owner's rows."""
        mark = owner_mark(self.entity.type_id)
        return Where("OWNER_TYPE=? AND OWNER_ID=?", (mark, self.number))

    def is_there(self, context: Context) -> bool:
        """Whether the record exists."""
        return place_of(context, self.entity, self.number) is not None

    def put(self, context: Context, record: Record, rows: Iterable[Mapping[str, Any]]) -> None:
        """Replace all rows; a row with a known id keeps it."""
        table = Table(context, record)
        before = {row["ID"]: row for row in rows_of(context, record, self, CONTROLLER_DATABASE)}
        ready = [kept(table, row, self) for row in rows]
        context.store.run(f"DELETE FROM {record.table}{self.where.clause}", self.where.arguments)
        for place, row in enumerate(ready, 1):
            known = before.get(row.pop("ID", None), {})
            number = {"ID": known["ID"]} if known else {}
            table.add({"SORT": 10 * place, **row, **number})
        self.total(context, record)

    def total(self, context: Context, record: Record) -> None:
        """Bring the owner's amount up to its rows, unless it was set by hand."""
        fields = self.entity.record.fields
        if "OPPORTUNITY" not in fields:
            return
        amount, tax = context.store.one(
            "SELECT ifnull(sum(PRICE*QUANTITY),0), ifnull(sum((PRICE-PRICE_EXCLUSIVE)*QUANTITY),0) "
            f"FROM {record.table}{self.where.clause}",
            self.where.arguments,
        )
        by_hand = "IS_MANUAL_OPPORTUNITY" in fields and context.store.one(
            f"SELECT 1 FROM {self.entity.record.table} WHERE ID=? AND IS_MANUAL_OPPORTUNITY='Y'",
            (self.number,),
        )
        values = {"TAX_VALUE": round(tax, 2)} if "TAX_VALUE" in fields else {}
        if not by_hand:
            values["OPPORTUNITY"] = round(amount, 2)
        context.store.update(self.entity.record.table, self.number, values)


CONTROLLER_DATABASE = Dialect("rows-database", lambda item: item.name, CONTROLLER.show)


def find_owner(context: Context, mark: str, number: int) -> Owner | None:
    """Return the owner that rows name by the short name of its kind, or None without such a kind."""
    for entity in context.portal.entities.all():
        if owner_mark(entity.type_id).upper() == mark.upper():
            return Owner(entity, number)
    return None


def rows_of(context: Context, record: Record, owner: Owner, dialect: Dialect) -> list[Any]:
    """Return the rows of an owner, in order."""
    return Table(context, record, dialect).many(owner.where, " ORDER BY SORT, ID")


def kept(
    table: Table, given: Mapping[str, Any], owner: Owner, before: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Return a row as it is stored, its prices computed.

    Args:
        given: Names as in the database.
        before: The row until now; None for a new one.
    """
    row = {**(before or {}), **table.read(given)}
    row = {name: value for name, value in row.items() if name not in ("OWNER_ID", "OWNER_TYPE", "ID")}
    if str(given.get("ID") or "").isdigit():
        row["ID"] = int(given["ID"])
    code = int(row.get("MEASURE_CODE") or 796)
    row.update(MEASURE_CODE=code, MEASURE_NAME=row.get("MEASURE_NAME") or _MEASURES.get(code, "pcs"))
    row.setdefault("XML_ID", "")
    row.setdefault("PRODUCT_NAME", _product_name(table.context, row.get("PRODUCT_ID")))
    row.update(OWNER_ID=owner.number, OWNER_TYPE=owner_mark(owner.entity.type_id))
    return priced(row)


def _product_name(context: Context, product: Any) -> str:
    row = context.store.one("SELECT NAME FROM crm_products WHERE ID=?", (product or 0,))
    return row[0] if row else ""
