"""Currencies: the code is the id, one of them is the base of all rates."""

# ruff: noqa: S608  # names of tables and columns are declared in code; values are always bound

from __future__ import annotations

from typing import Any

from b24bridge.sandbox.classicquery import ClassicQuery
from b24bridge.sandbox.dialects import CLASSIC, Dialect
from b24bridge.sandbox.filters import Where
from b24bridge.sandbox.listing import Answer
from b24bridge.sandbox.methods import Context, Params, array, in_capitals, pick
from b24bridge.sandbox.phpjson import php_array
from b24bridge.sandbox.plain import Table
from b24bridge.sandbox.records import Field, Kind, Record
from b24bridge.sandbox.refusals import Refusal

from .localizations import texts_of, write_texts

__all__ = ["LANGUAGE", "add", "base", "delete", "get", "listed", "set_base", "update"]

# The language of the portal, in which lists show a currency.
LANGUAGE = "en"
_SHOWN = ("FULL_NAME", "LID", "FORMAT_STRING", "DEC_POINT", "THOUSANDS_SEP", "DECIMALS")
_NEEDED = ("AMOUNT_CNT", "AMOUNT")


def _show(item: Field) -> str:
    return "printf('%.4f',{})" if item.kind is Kind.REAL else CLASSIC.show(item)


_DIALECT = Dialect("currency", lambda item: item.name, _show)


def listed(record: Record, texts: Record, context: Context, params: Params) -> Any:
    """``list``: all at once; nobody counts them."""
    order = ClassicQuery(record, context.moment).order(array(params, "order") or {"SORT": "ASC"})
    rows = Table(context, record, _DIALECT).many(Where(), order)
    return Answer([_shown(context, texts, row) for row in rows], 0)


def get(record: Record, texts: Record, context: Context, params: Params) -> Any:
    """``get``: with the texts of all languages."""
    row = _row(record, context, params)
    return {**_shown(context, texts, row), "LANG": php_array(texts_of(context, texts, row["CURRENCY"]))}


def add(record: Record, texts: Record, context: Context, params: Params) -> Any:
    """``add``: answers the code."""
    given = in_capitals(array(params, "fields"))
    code = str(given.get("CURRENCY") or "").upper()
    if not code:
        raise Refusal("", "The parameter id is invalid or not defined.")
    for name in _NEEDED:
        if name not in given:
            raise Refusal("ERROR_CORE", f'Undefined array key "{name}"')
    if context.store.one(f"SELECT 1 FROM {record.table} WHERE CURRENCY=?", (code,)):
        raise Refusal("ERROR_CORE", f"Currency {code} already exists.<br>")
    table = Table(context, record)
    table.add({**table.read(given), "CURRENCY": code, "BASE": "N", "DATE_UPDATE": context.moment.text})
    write_texts(context, texts, code, given.get("LANG"))
    if str(given.get("BASE")).upper() == "Y":
        _make_base(context, code)
    _announce(context, "ADD", code)
    return code


def update(record: Record, texts: Record, context: Context, params: Params) -> Any:
    """``update``."""
    row = _row(record, context, params)
    given = in_capitals(array(params, "fields"))
    table = Table(context, record)
    values = table.read({key: value for key, value in given.items() if key != "BASE"}, changing=True)
    table.change(int(row["ID"]), {**values, "DATE_UPDATE": context.moment.text})
    write_texts(context, texts, row["CURRENCY"], given.get("LANG"))
    if str(given.get("BASE")).upper() == "Y":
        _make_base(context, row["CURRENCY"])
    _announce(context, "UPDATE", row["CURRENCY"])
    return True


def delete(record: Record, texts: Record, context: Context, params: Params) -> Any:
    """``delete``."""
    row = _row(record, context, params)
    if row["BASE"] == "Y":
        raise Refusal("", "Cannot delete base currency.")
    context.store.delete(record.table, int(row["ID"]))
    context.store.run(f"DELETE FROM {texts.table} WHERE CURRENCY=?", (row["CURRENCY"],))
    _announce(context, "DELETE", row["CURRENCY"])
    return True


def base(context: Context, _: Params) -> Any:
    """``base.get``."""
    row = context.store.one("SELECT CURRENCY FROM crm_currencies WHERE BASE='Y'")
    return row[0] if row else ""


def set_base(context: Context, params: Params) -> Any:
    """``base.set``."""
    code = str(pick(params, "id") or "").upper()
    if not context.store.one("SELECT 1 FROM crm_currencies WHERE CURRENCY=?", (code,)):
        raise Refusal("", "The parameter id is invalid or not defined.")
    _make_base(context, code)
    return True


def _announce(context: Context, what: str, code: str) -> None:
    context.changed.append((f"ONCRMCURRENCY{what}", {"FIELDS": {"ID": code}}))


def _make_base(context: Context, code: str) -> None:
    context.store.run("UPDATE crm_currencies SET BASE=CASE CURRENCY WHEN ? THEN 'Y' ELSE 'N' END", (code,))


def _row(record: Record, context: Context, params: Params) -> Any:
    code = str(pick(params, "id") or "").upper()
    if not code:
        raise Refusal("", "The parameter id is invalid or not defined.")
    row = Table(context, record, _DIALECT).one(Where("CURRENCY=?", (code,)))
    if row is None:
        raise Refusal("", "Not found")
    return row


def _shown(context: Context, texts: Record, row: dict[str, Any]) -> dict[str, Any]:
    """Return a currency with its texts in the portal's language, or in the first that it has."""
    known = texts_of(context, texts, row["CURRENCY"])
    language = LANGUAGE if LANGUAGE in known else next(iter(known), None)
    text = {**known.get(language or "", {}), "LID": language}
    own = {name: value for name, value in row.items() if name not in ("ID", "DATE_UPDATE")}
    return {**own, **{name: text.get(name) for name in _SHOWN}, "DATE_UPDATE": row["DATE_UPDATE"]}
