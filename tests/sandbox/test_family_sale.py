"""Orders, settings and services of the online store (documentation section "Online Store")."""

from __future__ import annotations

from typing import Any

import pytest
from doors import Door

from b24bridge.sandbox import Portal

ORDER = {"lid": "s1", "personTypeId": 1, "currency": "USD", "price": 100}
HANDLERS: dict[str, dict[str, Any]] = {
    "sale.delivery.handler": {
        "CODE": "own",
        "NAME": "Курьер",
        "SETTINGS": {"CALCULATE_URL": "https://example.com/c", "CONFIG": [{"CODE": "KEY", "TYPE": "STRING"}]},
        "PROFILES": [{"NAME": "Express", "CODE": "EXPRESS", "DESCRIPTION": "fast"}],
    },
    "sale.paysystem.handler": {
        "CODE": "own",
        "NAME": "Карта",
        "SETTINGS": {"CODES": {"MODE": {"DEFAULT": {"PROVIDER_KEY": "VALUE", "PROVIDER_VALUE": "TEST"}}}},
    },
    "sale.cashbox.handler": {
        "CODE": "own",
        "NAME": "Касса",
        "SETTINGS": {
            "PRINT_URL": "https://example.com/p",
            "CHECK_URL": "https://example.com/c",
            "CONFIG": {"A": 1},
        },
    },
}


@pytest.fixture
def shop() -> Any:
    """A portal of its own, in the process."""
    with Portal(webhook_code="code") as portal:
        yield Door(portal)


def _add(door: Door, family: str, fields: dict[str, Any]) -> Any:
    (row,) = door.call(f"sale.{family}.add", {"fields": fields}).result.values()
    return row


def _error(door: Door, method: str, params: dict[str, Any]) -> tuple[str, str]:
    answer = door.call(method, params).json
    return answer["error"], answer["error_description"]


def test_order_keeps_its_parts_together(shop: Door) -> None:
    """An order shows its basket, payments and shipments, and takes them with it when it goes."""
    order = _add(shop, "order", ORDER)["id"]
    item = _add(
        shop,
        "basketitem",
        {"orderId": order, "productId": 0, "name": "Чай", "quantity": 2, "currency": "USD", "price": 5},
    )
    payment = _add(shop, "payment", {"orderId": order, "paySystemId": 2, "sum": 10})
    shipment = _add(
        shop, "shipment", {"orderId": order, "deliveryId": 2, "allowDelivery": "Y", "deducted": "N"}
    )

    shown = shop.call("sale.order.get", {"id": order}).result["order"]
    shop.call("sale.order.delete", {"id": order})
    left = shop.call("sale.basketitem.list").result

    assert ["Чай"] == [row["name"] for row in shown["basketItems"]]
    assert ("Cash", "Y", f"{order}/1") == (
        payment["paySystemName"],
        payment["paySystemIsCash"],
        payment["accountNumber"],
    )
    assert (1, "Courier delivery") == (shipment["empAllowDeliveryId"], shipment["deliveryName"])
    assert item["xmlId"].startswith("bx_")
    assert {"basketItems": []} == left


def test_paid_order_stays(shop: Door) -> None:
    """An order with an active payment cannot be removed."""
    order = _add(shop, "order", ORDER)["id"]
    payment = _add(shop, "payment", {"orderId": order, "paySystemId": 1, "sum": 100})["id"]
    params = {"PAYMENT_ID": payment, "PAY_SYSTEM_ID": 1}

    paid = shop.call("sale.paysystem.pay.payment", params).result
    code, _ = _error(shop, "sale.order.delete", {"id": order})

    assert (True, "SALE_ORDER_CANCEL_PAYMENT_EXIST_ACTIVE") == (paid, code)


def test_shipped_goods_stay(shop: Door) -> None:
    """A shipment that left cannot be removed (page "Delete Shipment")."""
    order = _add(shop, "order", ORDER)["id"]
    fields = {"orderId": order, "deliveryId": 1, "allowDelivery": "Y", "deducted": "Y"}
    shipment = _add(shop, "shipment", fields)["id"]

    code, _ = _error(shop, "sale.shipment.delete", {"id": shipment})

    assert "SALE_SHIPMENT_EXIST_SHIPPED" == code


@pytest.mark.parametrize(
    ("method", "params", "expected"),
    [
        ("sale.order.add", {}, ("100", "Could not find value for parameter {fields}")),
        ("sale.order.add", {"fields": {"lid": "s1"}}, ("0", "Required fields: currency, personTypeId")),
        ("sale.order.get", {"id": 9}, ("200540400001", "order does not exist")),
        (
            "sale.propertygroup.update",
            {"id": 9, "fields": {}},
            ("200940400001", "property group does not exist"),
        ),
        (
            "sale.status.add",
            {"fields": {"id": "N", "type": "O"}},
            ("201350000001", "Duplicate entry for key [id]"),
        ),
        ("sale.status.delete", {"id": "F"}, ("201350000002", "The status F cannot be deleted")),
        (
            "sale.statusLang.deleteByFilter",
            {"fields": {"statusId": "N", "lid": "en"}},
            ("0", "Required fields: name"),
        ),
        ("sale.cashbox.list", {"SELECT": ["BAD_FIELD"]}, ("", "BAD_FIELD not allowed for select")),
        ("sale.delivery.add", {}, ("ERROR_CHECK_FAILURE", "Parameter NAME is not defined")),
        ("sale.cashbox.check.apply", {"UUID": "x"}, ("ERROR_CHECK_NOT_FOUND", "Check not found")),
    ],
)
def test_store_refuses_as_documented(
    shop: Door, method: str, params: dict[str, Any], expected: tuple[str, str]
) -> None:
    """Codes and texts are those of the documentation's error examples."""
    assert expected == _error(shop, method, params)


def test_basket_is_in_the_currency_of_its_order(shop: Door) -> None:
    """Another currency is refused (page "Add Basket Item")."""
    order = _add(shop, "order", ORDER)["id"]
    fields = {"orderId": order, "productId": 0, "quantity": 1, "currency": "EUR"}

    code, _ = _error(shop, "sale.basketitem.add", {"fields": fields})

    assert "200140400011" == code


def test_list_ignores_what_it_does_not_know(shop: Door) -> None:
    """Unknown names in select, filter and order count for nothing; known ones do."""
    for name in ("Alpha", "Beta"):
        _add(shop, "propertygroup", {"personTypeId": 1, "name": name, "sort": 10})
    params = {
        "select": ["name", "unknown"],
        "filter": {"%name": "a", "unknown": 1},
        "order": {"unknown": "asc", "name": "desc"},
    }

    answer = shop.call("sale.propertygroup.list", params)

    assert {"propertyGroups": [{"name": "Beta"}, {"name": "Alpha"}]} == answer.result
    assert 2 == answer.json["total"]


def test_change_names_what_is_required_again(shop: Door) -> None:
    """Required fields that can change are required when a record is changed, too."""
    group = _add(shop, "propertygroup", {"personTypeId": 1, "name": "A"})["id"]

    error = _error(shop, "sale.propertygroup.update", {"id": group, "fields": {"personTypeId": 1}})

    assert ("0", "Required fields: name") == error


def test_payer_type_of_an_order_stays(shop: Door) -> None:
    """A payer type in use cannot be removed, one that the CRM owns never."""
    kind = _add(shop, "persontype", {"name": "Own"})["id"]
    _add(shop, "order", {**ORDER, "personTypeId": kind})

    used, _ = _error(shop, "sale.persontype.delete", {"id": kind})
    protected, _ = _error(shop, "sale.persontype.delete", {"id": 1})

    assert ("200750000008", "200750000003") == (used, protected)


def test_values_of_properties_are_written_by_the_property(shop: Door) -> None:
    """Writing again changes the value; a property that is not there has none."""
    order = _add(shop, "order", ORDER)["id"]
    fields = {"personTypeId": 1, "propsGroupId": 1, "name": "Телефон", "type": "STRING", "code": "PHONE"}
    own = _add(shop, "property", fields)["id"]

    for value in ("1", "2"):
        values = [{"orderPropsId": own, "value": value}, {"orderPropsId": 99, "value": "x"}]
        params = {"fields": {"order": {"id": order, "propertyValues": values}}}
        written = shop.call("sale.propertyvalue.modify", params).result["propertyValues"]

    kept = shop.call("sale.propertyvalue.list").result["propertyValues"]
    assert [("PHONE", "2")] == [(row["code"], row["value"]) for row in written]
    assert [(order, "Телефон", "2")] == [(row["orderId"], row["name"], row["value"]) for row in kept]


@pytest.mark.parametrize("family", list(HANDLERS))
def test_code_of_a_handler_is_its_own(shop: Door, family: str) -> None:
    """A second handler with the code is refused; the first is listed with its number as text."""
    number = shop.call(f"{family}.add", HANDLERS[family]).result

    code, _ = _error(shop, f"{family}.add", HANDLERS[family])
    listed = shop.call(f"{family}.list").result

    assert "ERROR_HANDLER_ALREADY_EXIST" == code
    assert [(str(number), "100")] == [(row["ID"], row["SORT"]) for row in listed]


def test_delivery_has_the_profiles_of_its_handler(shop: Door) -> None:
    """A new service comes with its profiles; its settings are kept as text."""
    shop.call("sale.delivery.handler.add", HANDLERS["sale.delivery.handler"])
    config = [{"CODE": "KEY", "VALUE": 5}]
    params = {"REST_CODE": "own", "NAME": "Курьер", "CURRENCY": "USD", "CONFIG": config}

    added = shop.call("sale.delivery.add", params).result
    parent = added["parent"]["ID"]
    kept = shop.call("sale.delivery.config.get", {"ID": parent}).result
    deleted = shop.call("sale.delivery.delete", {"ID": parent}).result
    left = shop.call("sale.delivery.getlist", {"SELECT": ["ID"], "FILTER": {">=ID": parent}}).result

    assert [("Express", parent)] == [(row["NAME"], row["PARENT_ID"]) for row in added["profiles"]]
    assert ([{"CODE": "KEY", "VALUE": "5"}], True, []) == (kept, deleted, left)


def test_settings_of_a_payment_system_begin_with_its_handler(shop: Door) -> None:
    """A payment system has its handler's defaults until it is told otherwise."""
    shop.call("sale.paysystem.handler.add", HANDLERS["sale.paysystem.handler"])
    params = {"NAME": "Карта", "BX_REST_HANDLER": "own", "PERSON_TYPE_ID": 1}
    number = shop.call("sale.paysystem.add", params).result

    before = shop.call("sale.paysystem.settings.get", {"ID": number, "PERSON_TYPE_ID": 1}).result
    fresh = {"MODE": {"TYPE": "VALUE", "VALUE": "LIVE"}}
    shop.call("sale.paysystem.settings.update", {"ID": number, "SETTINGS": fresh})
    after = shop.call("sale.paysystem.settings.get", {"ID": number}).result

    assert ({"MODE": {"TYPE": "VALUE", "VALUE": "TEST"}}, fresh) == (before, after)


def test_store_is_changed_by_administrators() -> None:
    """Somebody else is refused, in the words of each family."""
    people = [{"ID": 1, "NAME": "Anna", "ADMIN": "Y"}, {"ID": 2, "NAME": "Boris", "ADMIN": "N"}]
    with Portal({"users": people}, webhook_code="code") as portal:
        door, token = Door(portal), portal.tokens(2)["access"]

        order = door.token("sale.order.add", token, {"fields": ORDER})
        handler = door.token("sale.cashbox.handler.list", token)

    assert "200040300020" == order.json["error"]
    assert (403, "ACCESS_DENIED") == (handler.status, handler.json["error"])


def test_payments_of_a_deal_are_those_of_its_order(shop: Door) -> None:
    """The first payment of a record makes its order; the store and the CRM show the same payment."""
    deal = shop.call("crm.deal.add", {"fields": {"TITLE": "Сделка", "CURRENCY_ID": "EUR"}}).result
    item = {"entityId": deal, "entityTypeId": 2}

    first, second = (shop.call("crm.item.payment.add", item).result for _ in range(2))
    shop.call("crm.item.payment.pay", {"id": second})
    part = {"paymentId": first, "rowId": 5, "quantity": 3}
    shop.call("crm.item.payment.product.add", part)
    listed = shop.call("crm.item.payment.list", {**item, "order": {"id": "desc"}}).result
    goods = shop.call("crm.item.payment.product.list", {"paymentId": first}).result
    stored = shop.call("sale.payment.get", {"id": second}).result["payment"]
    missing = _error(shop, "crm.item.payment.add", {**item, "entityId": 99})

    assert [(second, "Y", "EUR"), (first, "N", "EUR")] == [
        (row["id"], row["paid"], row["currency"]) for row in listed
    ]
    assert [{"id": 1, **part}] == goods
    assert ("Y", 1) == (stored["paid"], stored["empPaidId"])
    assert ("0", "Entity with identifier №99 does not exist") == missing
