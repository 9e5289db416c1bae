"""The prices of a product row: with and without tax and discount."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from b24bridge.sandbox.refusals import Refusal
from b24bridge.sandbox.values import php_double

__all__ = ["MONETARY", "PERCENT", "priced"]

MONETARY, PERCENT = 1, 2
_HUNDRED = Decimal(100)
_MOST = 1e15


def priced(row: dict[str, Any]) -> dict[str, Any]:
    """Return a row with all its prices; ``PRICE`` is what is paid, with tax and discount.

    Raises:
        Refusal: A discount is named but not said how large it is.
    """
    price, rate = _money(row.get("PRICE")), _money(row.get("TAX_RATE")) / _HUNDRED
    exclusive = _rounded(price / (1 + rate)) if rate != -1 else price
    kind = int(row.get("DISCOUNT_TYPE_ID") or PERCENT)
    if kind == MONETARY:
        if row.get("DISCOUNT_SUM") is None:
            raise _lacks("Discount Sum (DISCOUNT_SUM)", "Monetary")
        discount = _money(row["DISCOUNT_SUM"])
        net = exclusive + discount
        percent = _rounded(discount / net * _HUNDRED) if net else Decimal()
    else:
        if row.get("DISCOUNT_TYPE_ID") and row.get("DISCOUNT_RATE") is None:
            raise _lacks("Discount Rate (DISCOUNT_RATE)", "Percentage")
        percent = _money(row.get("DISCOUNT_RATE"))
        if percent == _HUNDRED:
            if row.get("DISCOUNT_SUM") is None:
                more = " and Discount Rate (DISCOUNT_RATE) is 100%"
                raise _lacks("Discount Sum (DISCOUNT_SUM)", "Percentage", more)
            net = exclusive + _money(row["DISCOUNT_SUM"])
        else:
            net = _rounded(exclusive / (1 - percent / _HUNDRED))
        discount = net - exclusive
    return {
        **row,
        "PRICE": float(price),
        "PRICE_EXCLUSIVE": float(exclusive),
        "PRICE_NETTO": float(net),
        "PRICE_BRUTTO": float(_rounded(net * (1 + rate))),
        "PRICE_ACCOUNT": float(price),
        "DISCOUNT_TYPE_ID": kind,
        "DISCOUNT_RATE": float(percent),
        "DISCOUNT_SUM": float(discount),
    }


def _money(value: Any) -> Decimal:
    number = php_double(value)
    # Beyond that nobody sells anything, and two digits do not fit any more.
    return Decimal(repr(number)) if abs(number) < _MOST else Decimal()


def _rounded(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.01"), ROUND_HALF_UP)


def _lacks(what: str, kind: str, more: str = "") -> Refusal:
    text = f"{what} is required if {kind} Discount Type (DISCOUNT_TYPE_ID) is defined{more}"
    return Refusal("ERROR_CORE", f"{text}<br>")
