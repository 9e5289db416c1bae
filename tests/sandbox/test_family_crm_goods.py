"""``crm.product.*``, ``crm.vat.*``, ``crm.currency.*``: what is sold, taxed and paid in."""

from __future__ import annotations

from typing import Any

import pytest
from doors import Door

# The example of the page "crm.currency.add".
YUAN = {
    "CURRENCY": "CNY",
    "BASE": "N",
    "AMOUNT": 12.2251,
    "AMOUNT_CNT": 1,
    "SORT": 9000,
    "LANG": {
        "ru": {
            "DECIMALS": 2,
            "DEC_POINT": ".",
            "FORMAT_STRING": "# CNY",
            "FULL_NAME": "юань",
            "HIDE_ZERO": "Y",
        },
        "en": {
            "DECIMALS": 2,
            "DEC_POINT": ",",
            "FORMAT_STRING": "# CNY",
            "FULL_NAME": "yuan",
            "HIDE_ZERO": "Y",
        },
    },
}


def test_product_lives_and_dies(door: Door) -> None:
    """Products are added, read as texts, changed, filtered and removed."""
    number = door.call("crm.product.add", {"fields": {"NAME": "Стул", "PRICE": 10.5}}).result
    changed = door.call("crm.product.update", {"id": number, "fields": {"NAME": "Стол"}}).result
    product = door.call("crm.product.get", {"id": number}).result
    params = {"filter": {"%NAME": "тол"}, "select": ["ID", "NAME"]}
    listed = door.call("crm.product.list", params).result

    assert True is changed
    assert (str(number), "Стол", "10.50", "Y", "RUB") == tuple(
        product[name] for name in ("ID", "NAME", "PRICE", "ACTIVE", "CURRENCY_ID")
    )
    assert [{"ID": str(number), "NAME": "Стол"}] == listed
    assert True is door.call("crm.product.delete", {"id": number}).result
    assert 400 == door.call("crm.product.get", {"id": number}).status


def test_product_rows_take_the_name_of_their_product(door: Door) -> None:
    """A row that names only the product shows its name."""
    product = door.call("crm.product.add", {"fields": {"NAME": "iphone 14"}}).result
    deal = door.call("crm.deal.add", {"fields": {"TITLE": "x"}}).result
    fields = {"ownerId": deal, "ownerType": "D", "productId": product, "price": 1}

    row = door.call("crm.item.productrow.add", {"fields": fields}).result["productRow"]

    assert (product, "iphone 14") == (row["productId"], row["productName"])


def test_portal_has_tax_rates(door: Door) -> None:
    """The list of the documentation begins with a rate that is none."""
    rates = door.call("crm.vat.list", {"order": {"ID": "ASC"}, "select": ["ID", "NAME", "RATE"]}).result

    assert [
        {"ID": "1", "NAME": "No VAT", "RATE": None},
        {"ID": "2", "NAME": "VAT 20%", "RATE": "20.00"},
    ] == rates


def test_tax_rate_answers_its_id_when_changed(door: Door) -> None:
    """``add`` and ``update`` answer the id; ``get`` has no date of change."""
    fields = {"ACTIVE": "Y", "C_SORT": 100, "NAME": "VAT 12%", "RATE": 12.0}
    number = door.call("crm.vat.add", {"fields": fields}).result

    assert {
        "ID": str(number),
        "ACTIVE": "Y",
        "NAME": "VAT 12%",
        "RATE": "12.00",
        "C_SORT": "100",
    } == door.call("crm.vat.get", {"id": number}).result
    assert number == door.call("crm.vat.update", {"id": number, "fields": {"ACTIVE": "N"}}).result
    assert "N" == door.call("crm.vat.get", {"id": number}).result["ACTIVE"]
    assert True is door.call("crm.vat.delete", {"id": number}).result


def test_vat_fields_are_those_of_the_page(door: Door) -> None:
    """Sizes are texts, and there are no marks for immutable and multiple fields."""
    fields = door.call("crm.vat.fields").result

    assert {
        "type": "double",
        "size": "18,2",
        "isRequired": False,
        "isReadOnly": False,
        "title": "Rate",
    } == fields["RATE"]
    assert {
        "type": "datetime",
        "isRequired": False,
        "isReadOnly": True,
        "title": "Modification Date",
    } == fields["TIMESTAMP_X"]


def test_currency_is_known_by_its_code(door: Door) -> None:
    """``add`` answers the code; rates have four digits, texts are those of the portal's language."""
    assert "CNY" == door.call("crm.currency.add", {"fields": YUAN}).result

    currency = door.call("crm.currency.get", {"id": "CNY"}).result

    expected = {
        "CURRENCY": "CNY",
        "AMOUNT_CNT": "1",
        "AMOUNT": "12.2251",
        "SORT": "9000",
        "BASE": "N",
        "FULL_NAME": "yuan",
        "LID": "en",
        "FORMAT_STRING": "# CNY",
        "DEC_POINT": ",",
        "DECIMALS": "2",
    }
    assert expected == {name: currency[name] for name in expected}


def test_nobody_counts_currencies(door: Door) -> None:
    """The documented list has ``total`` 0 beside its rows, in the order of their sort."""
    answer = door.call("crm.currency.list", {"order": {"sort": "asc", "currency": "asc"}}).json

    assert (0, ["RUB", "USD", "EUR"]) == (answer["total"], [row["CURRENCY"] for row in answer["result"]])


def test_currency_is_changed_and_deleted(door: Door) -> None:
    """Only the named fields change; the base currency stays."""
    door.call("crm.currency.add", {"fields": YUAN})

    assert True is door.call("crm.currency.update", {"ID": "CNY", "fields": {"AMOUNT": 15.3449}}).result
    currency = door.call("crm.currency.get", {"id": "cny"}).result
    assert ("15.3449", "9000") == (currency["AMOUNT"], currency["SORT"])
    assert True is door.call("crm.currency.delete", {"id": "CNY"}).result
    refused = door.call("crm.currency.delete", {"id": "RUB"}).json
    assert {"error": "", "error_description": "Cannot delete base currency."} == refused


def test_portal_has_one_base_currency(door: Door) -> None:
    """``base.set`` moves the mark."""
    assert True is door.call("crm.currency.base.set", {"id": "USD"}).result

    assert "USD" == door.call("crm.currency.base.get").result
    rows = door.call("crm.currency.list").result
    assert ["USD"] == [row["CURRENCY"] for row in rows if row["BASE"] == "Y"]


def test_localizations_are_a_map_by_language(door: Door) -> None:
    """Languages are set, read and deleted one by one; the last one leaves an empty array."""
    door.call("crm.currency.add", {"fields": {**YUAN, "LANG": {}}})
    text = {
        "FORMAT_STRING": "$#",
        "FULL_NAME": "Юань",
        "DEC_POINT": ".",
        "THOUSANDS_SEP": ",",
        "DECIMALS": "2",
        "THOUSANDS_VARIANT": "C",
        "HIDE_ZERO": "Y",
    }
    params = {"id": "CNY", "localizations": {"ru": text, "de": text}}

    assert True is door.call("crm.currency.localizations.set", params).result
    assert {"ru": text, "de": text} == door.call("crm.currency.localizations.get", {"id": "CNY"}).result
    door.call("crm.currency.localizations.delete", {"id": "CNY", "lids": ["ru", "de"]})
    assert [] == door.call("crm.currency.localizations.get", {"id": "CNY"}).result


@pytest.mark.parametrize(
    ("method", "params", "text"),
    [
        ("crm.vat.get", {"id": 999}, "VAT rate not found."),
        ("crm.vat.delete", {}, "Invalid identifier."),
        ("crm.vat.add", {"fields": {"RATE": 1}}, "Invalid parameters."),
        ("crm.currency.get", {"id": "XXX"}, "Not found"),
        ("crm.currency.localizations.get", {}, "The parameter id is invalid or not defined."),
    ],
)
def test_goods_refuse_with_the_documented_texts(
    door: Door, method: str, params: dict[str, Any], text: str
) -> None:
    """Texts of the error tables of these pages; the code of classic methods is empty."""
    answer = door.call(method, params)

    assert (400, {"error": "", "error_description": text}) == (answer.status, answer.json)
