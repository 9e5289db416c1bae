"""How a currency is written in each language."""

# ruff: noqa: S608  # names of tables and columns are declared in code; values are always bound

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from b24bridge.sandbox.filters import Where
from b24bridge.sandbox.methods import Context, Params, pick
from b24bridge.sandbox.phpjson import php_array
from b24bridge.sandbox.plain import Table, describe
from b24bridge.sandbox.records import Record
from b24bridge.sandbox.refusals import Refusal

__all__ = ["delete", "fields", "get", "put", "texts_of", "write_texts"]


def fields(_: Record, texts: Record, __: Context, ___: Params) -> Any:
    """``localizations.fields``."""
    return {item.name: describe(item) for item in texts.fields.values() if not item.unlisted}


def get(record: Record, texts: Record, context: Context, params: Params) -> Any:
    """``localizations.get``: a map by language."""
    return php_array(texts_of(context, texts, _code(record, context, params)))


def put(record: Record, texts: Record, context: Context, params: Params) -> Any:
    """``localizations.set``: the languages that are named."""
    write_texts(context, texts, _code(record, context, params), pick(params, "localizations"))
    return True


def delete(record: Record, texts: Record, context: Context, params: Params) -> Any:
    """``localizations.delete``."""
    code = _code(record, context, params)
    given = pick(params, "lids")
    languages = list(given.values()) if isinstance(given, dict) else given
    for language in languages if isinstance(languages, list) else [languages]:
        _forget(context, texts, code, str(language))
    return True


def texts_of(context: Context, texts: Record, code: str) -> dict[str, dict[str, Any]]:
    """Return the texts of a currency by language."""
    rows = Table(context, texts).many(Where("CURRENCY=?", (code,)))
    hidden = ("ID", "CURRENCY", "LID")
    return {row["LID"]: {key: value for key, value in row.items() if key not in hidden} for row in rows}


def write_texts(context: Context, texts: Record, code: str, given: Any) -> None:
    """Write the texts of the languages that are named, others stay as they are."""
    table = Table(context, texts)
    for language, text in given.items() if isinstance(given, Mapping) else ():
        if isinstance(text, Mapping):
            known = texts_of(context, texts, code).get(str(language), {})
            _forget(context, texts, code, str(language))
            table.add({**table.read({**known, **text}), "CURRENCY": code, "LID": str(language)})


def _forget(context: Context, texts: Record, code: str, language: str) -> None:
    context.store.run(f"DELETE FROM {texts.table} WHERE CURRENCY=? AND LID=?", (code, language))


def _code(record: Record, context: Context, params: Params) -> str:
    code = str(pick(params, "id") or "").upper()
    if not context.store.one(f"SELECT 1 FROM {record.table} WHERE CURRENCY=?", (code,)):
        raise Refusal("", "The parameter id is invalid or not defined.")
    return code
