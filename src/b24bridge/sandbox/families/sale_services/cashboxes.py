"""``sale.cashbox.*``: cash registers of an application's handler."""

from __future__ import annotations

from typing import Any

from b24bridge.sandbox.methods import Context, Params, in_capitals
from b24bridge.sandbox.plain import Table
from b24bridge.sandbox.refusals import Refusal

from .records import CASHBOXES
from .services import TEXTS, Handlers, Values, administrator, given, identifier, listed, needed

__all__ = ["CASHBOX_HANDLERS", "METHODS"]


def _check_handler(values: Values) -> None:
    needed(in_capitals(values["SETTINGS"]), "PRINT_URL", "CHECK_URL", "CONFIG")


class _CashboxHandlers(Handlers):
    """Handlers whose support of a fiscal format is printed among their settings."""

    def listed(self, context: Context, params: Params) -> Any:
        """Return all handlers."""
        rows = Handlers.listed(self, context, params)
        for row in rows:
            row["SETTINGS"] = {**(row["SETTINGS"] or {}), "SUPPORTS_FFD105": row.pop("SUPPORTS_FFD105")}
        return rows


CASHBOX_HANDLERS = _CashboxHandlers(
    "sale.cashbox",
    "cashbox",
    ("CODE", "NAME", "SETTINGS"),
    ("ID", "NAME", "CODE", "SORT", "SETTINGS", "SUPPORTS_FFD105"),
    check=_check_handler,
)


def _add(context: Context, params: Params) -> Any:
    administrator(context)
    values = in_capitals(params)
    needed(values, "NAME", "REST_CODE", "EMAIL")
    if CASHBOX_HANDLERS.by_code(context, values["REST_CODE"]) is None:
        raise Refusal("ERROR_CHECK_FAILURE", "Handler not found")
    table = Table(context, CASHBOXES)
    stored = table.read(values)
    for name in ("ID", "DATE_CREATE", "DATE_LAST_CHECK"):
        stored.pop(name, None)
    return table.add({"NUMBER_KKM": "", "OFD": "", **stored})


def _found(context: Context, params: Params) -> int:
    number = identifier(params)
    if Table(context, CASHBOXES).by_id(number) is None:
        raise Refusal("ERROR_CASHBOX_NOT_FOUND", "Cash register not found")
    return number


def _update(context: Context, params: Params) -> Any:
    administrator(context)
    number = _found(context, params)
    table = Table(context, CASHBOXES)
    table.change(number, {key: value for key, value in table.read(given(params)).items() if key != "ID"})
    return True


def _delete(context: Context, params: Params) -> Any:
    administrator(context)
    return Table(context, CASHBOXES).remove(_found(context, params))


def _list(context: Context, params: Params) -> Any:
    administrator(context)
    return listed(context, params, CASHBOXES, TEXTS, "")


def _apply(context: Context, params: Params) -> Any:
    """``sale.cashbox.check.apply``: nothing is printed here, so no receipt waits for its result."""
    administrator(context)
    needed(in_capitals(params), "UUID")
    raise Refusal("ERROR_CHECK_NOT_FOUND", "Check not found")


METHODS = {
    "sale.cashbox.add": _add,
    "sale.cashbox.update": _update,
    "sale.cashbox.delete": _delete,
    "sale.cashbox.list": _list,
    "sale.cashbox.check.apply": _apply,
}
