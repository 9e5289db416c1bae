"""Product rows; prices are those of the documentation's examples."""

from __future__ import annotations

from typing import Any

import pytest
from doors import Door


def _deal(door: Door, **fields: Any) -> int:
    number: int = door.call("crm.deal.add", {"fields": {"TITLE": "x", **fields}}).result
    return number


def _row(door: Door, deal: int, **fields: Any) -> dict[str, Any]:
    given = {"ownerId": deal, "ownerType": "D", **fields}
    row: dict[str, Any] = door.call("crm.item.productrow.add", {"fields": given}).result["productRow"]
    return row


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (
            {"price": 80000, "quantity": 2, "discountTypeId": 2, "discountRate": 20, "taxRate": 20},
            {
                "priceExclusive": 66666.67,
                "priceNetto": 83333.34,
                "priceBrutto": 100000.01,
                "discountSum": 16666.67,
            },
        ),
        (
            {"price": 90000, "quantity": 3, "discountTypeId": 2, "discountRate": 10, "taxRate": 10},
            {
                "priceExclusive": 81818.18,
                "priceNetto": 90909.09,
                "priceBrutto": 100000,
                "discountSum": 9090.91,
            },
        ),
        (
            {"price": 22175.328, "discountRate": 40, "discountTypeId": 2, "taxRate": 12},
            {"priceExclusive": 19799.4, "priceNetto": 32999, "priceBrutto": 36958.88, "discountSum": 13199.6},
        ),
        (
            {"price": 1000, "discountTypeId": 1, "discountSum": 500.12},
            {"priceExclusive": 1000, "priceNetto": 1500.12, "priceBrutto": 1500.12, "discountRate": 33.34},
        ),
    ],
)
def test_prices_follow_from_price_tax_and_discount(
    door: Door, given: dict[str, Any], expected: dict[str, Any]
) -> None:
    """The price is what is paid; the others are computed as in the examples of the pages."""
    row = _row(door, _deal(door), **given)

    assert expected == {name: row[name] for name in expected}


def test_new_row_has_the_documented_defaults(door: Door) -> None:
    """A row that names only a product and a price is one piece without discount."""
    deal = _deal(door)

    row = _row(door, deal, productName="Test", price=0.5)

    expected = {
        "ownerId": deal,
        "ownerType": "D",
        "productName": "Test",
        "quantity": 1,
        "discountTypeId": 2,
        "discountRate": 0,
        "taxRate": None,
        "taxIncluded": "N",
        "customized": "Y",
        "measureCode": 796,
        "measureName": "pcs",
        "xmlId": "",
    }
    assert expected == {name: row[name] for name in expected}


def test_classic_and_universal_methods_show_the_same_rows(door: Door) -> None:
    """A row set by ``crm.deal.productrows.set`` is in ``crm.item.productrow.list``."""
    deal = _deal(door)
    rows = [{"PRODUCT_NAME": "Product #1", "PRICE": "100.00", "QUANTITY": 2, "SORT": 10}]
    door.call("crm.deal.productrows.set", {"id": deal, "rows": rows})

    (classic,) = door.call("crm.deal.productrows.get", {"id": deal}).result
    wanted = {"filter": {"=ownerType": "D", "=ownerId": deal, ">price": 50}, "order": {"price": "desc"}}
    answer = door.call("crm.item.productrow.list", wanted).json

    assert (str(deal), "D", "100.00", 100, 2) == tuple(
        classic[name] for name in ("OWNER_ID", "OWNER_TYPE", "PRICE_ACCOUNT", "PRICE", "QUANTITY")
    )
    assert (1, "Product #1") == (answer["total"], answer["result"]["productRows"][0]["productName"])


def test_amount_of_a_deal_follows_its_rows(door: Door) -> None:
    """The deal's amount is the sum of its rows unless it was set by hand."""
    counted, by_hand = _deal(door), _deal(door, OPPORTUNITY=5, IS_MANUAL_OPPORTUNITY="Y")
    for deal in (counted, by_hand):
        door.call("crm.deal.productrows.set", {"id": deal, "rows": [{"PRICE": 10.5, "QUANTITY": 3}]})

    amounts = [door.call("crm.deal.get", {"id": deal}).result["OPPORTUNITY"] for deal in (counted, by_hand)]

    assert ["31.50", "5.00"] == amounts


def test_set_replaces_rows_and_keeps_those_with_an_id(door: Door) -> None:
    """Rows that are not named go; a row with its id stays the same row."""
    deal = _deal(door)
    kept, gone = _row(door, deal, price=1)["id"], _row(door, deal, price=2)["id"]

    params = {"ownerType": "D", "ownerId": deal, "productRows": [{"id": kept, "price": 3}, {"price": 4}]}
    rows = door.call("crm.item.productrow.set", params).result["productRows"]

    assert [3, 4] == [row["price"] for row in rows]
    assert kept == rows[0]["id"]
    assert gone not in [row["id"] for row in rows]


def test_deleted_row_answers_null_and_is_gone(door: Door) -> None:
    """``delete`` answers null; then there is no such row."""
    row = _row(door, _deal(door), price=1)["id"]

    assert None is door.call("crm.item.productrow.delete", {"id": row}).result

    answer = door.call("crm.item.productrow.get", {"id": row})
    assert {"error": "NOT_FOUND", "error_description": "Item not found"} == answer.json


def test_rows_go_with_their_owner(door: Door) -> None:
    """A deleted deal leaves no rows behind."""
    deal = _deal(door)
    row = _row(door, deal, price=1)["id"]

    door.call("crm.deal.delete", {"id": deal})

    assert "NOT_FOUND" == door.call("crm.item.productrow.get", {"id": row}).json["error"]


def test_items_of_a_smart_process_own_rows(door: Door) -> None:
    """The short name of a smart process is T and its number in hexadecimal: 140 is ``T8c``."""
    fields = {"ownerId": 3002, "ownerType": "T8c", "price": 1}

    row = door.call("crm.item.productrow.add", {"fields": fields}).result["productRow"]

    assert ("T8c", 3002) == (row["ownerType"], row["ownerId"])


@pytest.mark.parametrize(
    ("method", "params", "code", "text"),
    [
        (
            "crm.item.productrow.add",
            {"fields": {"ownerType": "D", "ownerId": 999}},
            "OWNER_NOT_FOUND",
            "Owner was not found",
        ),
        (
            "crm.deal.productrows.get",
            {},
            "",
            "The parameter id is invalid or not defined.",
        ),
        ("crm.deal.productrows.set", {"id": 999, "rows": []}, "", "Not found"),
        (
            "crm.item.productrow.set",
            {"ownerType": "D", "ownerId": 1},
            "100",
            "Could not find value for parameter {productRows}",
        ),
    ],
)
def test_rows_are_refused_with_the_documented_texts(
    door: Door, method: str, params: dict[str, Any], code: str, text: str
) -> None:
    """Codes and texts of the error examples and tables of these pages."""
    answer = door.call(method, params)

    assert (400, {"error": code, "error_description": text}) == (answer.status, answer.json)


@pytest.mark.parametrize(
    ("row", "text"),
    [
        (
            {"DISCOUNT_TYPE_ID": 2, "DISCOUNT_RATE": 100},
            "Discount Sum (DISCOUNT_SUM) is required if Percentage Discount Type (DISCOUNT_TYPE_ID) is defined "
            "and Discount Rate (DISCOUNT_RATE) is 100%<br>",
        ),
        (
            {"DISCOUNT_TYPE_ID": 1},
            "Discount Sum (DISCOUNT_SUM) is required if Monetary Discount Type (DISCOUNT_TYPE_ID) is defined<br>",
        ),
    ],
)
def test_discount_without_its_size_is_refused(door: Door, row: dict[str, Any], text: str) -> None:
    """Nothing is written then: the rows stay as they were."""
    deal = _deal(door)
    door.call("crm.deal.productrows.set", {"id": deal, "rows": [{"PRICE": 1}]})

    answer = door.call("crm.deal.productrows.set", {"id": deal, "rows": [{"PRICE": 7, **row}]})

    assert {"error": "ERROR_CORE", "error_description": text} == answer.json
    assert [1] == [item["PRICE"] for item in door.call("crm.deal.productrows.get", {"id": deal}).result]
