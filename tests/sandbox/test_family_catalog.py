"""The product catalogue (documentation section "Product Catalog")."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from doors import Door

from b24bridge.sandbox import Portal

PICTURE = b"\x89PNG picture"


@pytest.fixture
def shop() -> Any:
    """A portal of its own, in the process."""
    with Portal(webhook_code="code") as portal:
        yield Door(portal)


def _add(door: Door, family: str, fields: dict[str, Any]) -> Any:
    (row,) = door.call(f"catalog.{family}.add", {"fields": fields}).result.values()
    return row


def _error(door: Door, method: str, params: dict[str, Any]) -> tuple[str, str]:
    answer = door.call(method, params).json
    return answer["error"], answer["error_description"]


def test_products_of_crm_and_catalogue_are_the_same(shop: Door) -> None:
    """A product of the CRM is one of the catalogue; its base price is the price of the CRM."""
    number = shop.call("crm.product.add", {"fields": {"NAME": "Чайник"}}).result
    fields = {"productId": number, "catalogGroupId": 1, "price": 12.5, "currency": "EUR"}

    _add(shop, "price", fields)
    params = {"select": ["id", "iblockId", "name"], "filter": {"iblockId": 23, "name": "Чайник"}}
    listed = shop.call("catalog.product.list", params).result
    crm = shop.call("crm.product.get", {"id": number}).result

    assert {"products": [{"iblockId": 23, "id": number, "name": "Чайник"}]} == listed
    assert ("12.50", "EUR") == (crm["PRICE"], crm["CURRENCY_ID"])


def test_kinds_of_products_do_not_see_each_other(shop: Door) -> None:
    """A service is no product: other methods do not find it."""
    service = _add(shop, "product.service", {"iblockId": 23, "name": "Доставка"})

    code, text = _error(shop, "catalog.product.get", {"id": service["id"]})

    assert (7, "0", "product does not exist") == (service["type"], code, text)


def test_values_of_properties_are_shown_with_the_product(shop: Door) -> None:
    """A property's value has an id; several come as a list, a list prints those that it selects."""
    one = _add(shop, "productProperty", {"iblockId": 23, "name": "Цвет", "propertyType": "S"})["id"]
    fields = {"iblockId": 23, "name": "Размеры", "propertyType": "S", "multiple": "Y"}
    many = _add(shop, "productProperty", fields)["id"]
    values = {f"property{one}": "red", f"property{many}": [{"value": "S"}, {"value": "M"}]}

    product = _add(shop, "product", {"iblockId": 23, "name": "Рубашка", **values})
    params = {"select": ["id", "iblockId", f"property{one}"], "filter": {"iblockId": 23}}
    row = shop.call("catalog.product.list", params).result["products"][0]

    assert {"value": "red", "valueId": "1"} == product[f"property{one}"]
    assert ["S", "M"] == [item["value"] for item in product[f"property{many}"]]
    assert {"id", "iblockId", f"property{one}"} == set(row)


def test_picture_of_a_product_is_sent_as_a_file(shop: Door) -> None:
    """The address of a picture leads to its bytes; another file is refused."""
    picture = {"fileData": ["чай.png", base64.b64encode(PICTURE).decode()]}
    product = _add(shop, "product", {"iblockId": 23, "name": "Чай", "detailPicture": picture})
    fields = {
        "fieldName": "detailPicture",
        "fileId": product["detailPicture"]["id"],
        "productId": product["id"],
    }

    file = shop.call("catalog.product.download", {"fields": fields})
    error = _error(shop, "catalog.product.download", {"fields": {**fields, "fileId": 99}})

    assert PICTURE == file.body
    assert ("0", "file does not exist") == error


@pytest.mark.parametrize(
    ("method", "params", "expected"),
    [
        ("catalog.product.list", {}, ("0", "Required select fields: id, iblockId")),
        ("catalog.product.list", {"select": ["*"]}, ("0", "Required filter fields: iblockId")),
        (
            "catalog.product.add",
            {"fields": {"iblockId": 5, "name": "x"}},
            ("200040300000", "Iblock not found"),
        ),
        (
            "catalog.price.add",
            {"fields": {"productId": 1, "catalogGroupId": 9, "price": 1, "currency": "EUR"}},
            ("0", "Validate price error. Catalog price group is wrong"),
        ),
        ("catalog.priceType.delete", {"id": 1}, ("BASE", "The base price type cannot be deleted")),
        (
            "catalog.productProperty.add",
            {"fields": {"iblockId": 23, "name": "x", "propertyType": "?"}},
            ("0", "Invalid property type specified"),
        ),
        (
            "catalog.measure.add",
            {"fields": {"code": 796, "measureTitle": "x"}},
            ("200600000000", "Measure with this code already exists"),
        ),
        (
            "catalog.document.add",
            {"fields": {"docType": "?", "currency": "USD", "responsibleId": 1}},
            ("0", "DOC_TYPE isn't available"),
        ),
    ],
)
def test_catalogue_refuses_as_documented(
    shop: Door, method: str, params: dict[str, Any], expected: tuple[str, str]
) -> None:
    """Codes are those of the documentation's tables of errors."""
    assert expected == _error(shop, method, params)


def test_document_moves_goods_when_it_is_conducted(shop: Door) -> None:
    """Goods come into the store, stay while the document is conducted, and go back when it is cancelled."""
    product = _add(shop, "product", {"iblockId": 23, "name": "Чай"})["id"]
    document = _add(shop, "document", {"docType": "A", "currency": "USD", "responsibleId": 1})["id"]
    _add(shop, "document.element", {"docId": document, "elementId": product, "storeTo": 1, "amount": 5})

    shop.call("catalog.document.conduct", {"id": document})
    stock = shop.call("catalog.storeproduct.list", {"select": ["amount"]}).result
    change = {"id": 1, "fields": {"docId": document, "elementId": product, "amount": 7}}
    closed = _error(shop, "catalog.document.element.update", change)
    again, _ = _error(shop, "catalog.document.conduct", {"id": document})
    shop.call("catalog.document.cancel", {"id": document})
    after = shop.call("catalog.storeproduct.list", {"select": ["amount"]}).result

    assert {"storeProducts": [{"amount": 5}]} == stock
    assert ("ERROR_DOCUMENT_STATUS", "Conducted document") == closed
    assert ("0", {"storeProducts": [{"amount": 0}]}) == (again, after)


def test_prices_of_a_product_are_put_together(shop: Door) -> None:
    """The prices that ``modify`` names stay, all others go."""
    product = _add(shop, "product", {"iblockId": 23, "name": "Чай"})["id"]
    other = _add(shop, "priceType", {"name": "Wholesale"})["id"]
    _add(shop, "price", {"productId": product, "catalogGroupId": other, "price": 1, "currency": "EUR"})
    prices = [{"catalogGroupId": 1, "price": 20, "currency": "EUR"}]

    params = {"fields": {"product": {"id": product, "prices": prices}}}
    written = shop.call("catalog.price.modify", params).result["prices"]

    assert [(1, 20, 20)] == [(row["catalogGroupId"], row["price"], row["priceScale"]) for row in written]
