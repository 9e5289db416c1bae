"""Fields and methods of currencies (documentation pages ``crm.currency.*``)."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from b24bridge.sandbox.methods import Context, Family, Method, Params
from b24bridge.sandbox.plain import describe, prepare
from b24bridge.sandbox.records import Field, Record, parse_fields

from . import localizations, rules

if TYPE_CHECKING:
    from b24bridge.sandbox.portal import Portal

__all__ = ["FAMILY"]

_CURRENCIES = Record(
    "crm_currencies",
    parse_fields(
        """
        ID integer ou ID
        CURRENCY string ri Currency
        AMOUNT_CNT integer:1 r Par value
        AMOUNT double:1 r Rate
        SORT integer:100 . Sorting
        BASE char:N . Base currency
        DATE_UPDATE datetime o Modified on
        """
    ),
    ("CURRENCY",),
)
_TEXTS = Record(
    "crm_currency_texts",
    parse_fields(
        """
        ID integer ou ID
        CURRENCY string ou Currency
        LID string ou Language
        FORMAT_STRING string . Format
        FULL_NAME string . Name
        DEC_POINT string:. . Decimal point
        THOUSANDS_SEP string . Thousands separator
        DECIMALS integer:2 . Decimal places
        THOUSANDS_VARIANT string . Kind of thousands separator
        HIDE_ZERO char:N . Hide trailing zeros
        """
    ),
    ("CURRENCY",),
)
_BUILT_IN = (
    ("RUB", 1.0, 100, "Y", "Russian Ruble", "# rub."),
    ("USD", 90.0, 200, "N", "US Dollar", "$#"),
    ("EUR", 100.0, 300, "N", "Euro", "&euro;#"),
)


def _fields(_: Context, __: Params) -> Any:
    """``crm.currency.fields``."""
    own = {item.name: describe(item) for item in _CURRENCIES.fields.values() if not item.unlisted}
    shown = ("FULL_NAME", "LID", "FORMAT_STRING", "DEC_POINT", "THOUSANDS_SEP", "DECIMALS")
    texts = {name: {**describe(_TEXTS.fields[name]), "isReadOnly": True} for name in shown}
    many = describe(Field("LANG", "currency_localization", "Localizations", multiple=True))
    return {**own, **texts, "LANG": many}


def _prepare(portal: Portal) -> None:
    prepare(portal, _CURRENCIES, _TEXTS)
    if portal.store.setting("currencies") is None:
        for code, amount, sort, base, name, template in _BUILT_IN:
            row = {"CURRENCY": code, "AMOUNT_CNT": 1, "AMOUNT": amount, "SORT": sort, "BASE": base}
            portal.store.insert(_CURRENCIES.table, row)
            text = {"FORMAT_STRING": template, "FULL_NAME": name, "DEC_POINT": ".", "DECIMALS": 2}
            more = {"CURRENCY": code, "LID": rules.LANGUAGE, "THOUSANDS_VARIANT": "C", "HIDE_ZERO": "Y"}
            portal.store.insert(_TEXTS.table, {**text, **more, "THOUSANDS_SEP": ","})
        portal.store.keep("currencies", True)


FAMILY = Family(
    "crm_currencies",
    [
        Method("crm.currency.fields", _fields, "crm"),
        Method("crm.currency.base.get", rules.base, "crm"),
        Method("crm.currency.base.set", rules.set_base, "crm"),
        *(
            Method(f"crm.currency.{verb}", partial(handler, _CURRENCIES, _TEXTS), "crm")
            for verb, handler in (
                ("list", rules.listed),
                ("get", rules.get),
                ("add", rules.add),
                ("update", rules.update),
                ("delete", rules.delete),
                ("localizations.get", localizations.get),
                ("localizations.set", localizations.put),
                ("localizations.delete", localizations.delete),
                ("localizations.fields", localizations.fields),
            )
        ),
    ],
    prepare=_prepare,
)
