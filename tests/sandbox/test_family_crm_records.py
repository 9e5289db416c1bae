"""Leads, deals, contacts, companies and quotes: what both families of methods show of them."""

from __future__ import annotations

from typing import Any

import pytest
from doors import Door

PHONES = [{"typeId": "PHONE", "valueType": "WORK", "value": "+6111111111"}]


def test_quote_lives_and_dies(door: Door) -> None:
    """Quotes begin as drafts and are closed by their last status."""
    number = door.call("crm.quote.add", {"fields": {"TITLE": "Смета", "OPPORTUNITY": 45000}}).result
    begun = door.call("crm.quote.get", {"id": number}).result
    door.call("crm.quote.update", {"id": number, "fields": {"STATUS_ID": "APPROVED"}})
    ended = door.call("crm.quote.get", {"id": number}).result
    params = {"filter": {"=STATUS_ID": "APPROVED"}, "select": ["ID", "TITLE", "OPPORTUNITY"]}
    listed = door.call("crm.quote.list", params).result

    assert ("Смета", "DRAFT", "N", "45000.00") == tuple(
        begun[name] for name in ("TITLE", "STATUS_ID", "CLOSED", "OPPORTUNITY")
    )
    assert "Y" == ended["CLOSED"]
    assert [{"ID": str(number), "TITLE": "Смета", "OPPORTUNITY": "45000.00"}] == listed
    assert True is door.call("crm.quote.delete", {"id": number}).result


def test_quotes_are_items_of_type_7(door: Door) -> None:
    """``crm.item.get`` shows a quote with its stage."""
    number = door.call("crm.quote.add", {"fields": {"TITLE": "x"}}).result

    item = door.call("crm.item.get", {"entityTypeId": 7, "id": number}).result["item"]

    assert ("x", "DRAFT", 7) == (item["title"], item["stageId"], item["entityTypeId"])


def test_items_show_the_first_phone_and_mail_address(door: Door) -> None:
    """Beside ``fm`` an item has single fields by kind of number (example of ``crm.item.get``)."""
    mail = {"typeId": "EMAIL", "valueType": "WORK", "value": "admin@example.com"}
    params = {"entityTypeId": 1, "fields": {"title": "x", "fm": [*PHONES, mail]}}

    item = door.call("crm.item.add", params).result["item"]

    expected = {
        "hasPhone": "Y",
        "hasEmail": "Y",
        "hasImol": "N",
        "phoneMobile": "",
        "phoneWork": "+6111111111",
        "emailWork": "admin@example.com",
        "email": "admin@example.com",
        "phone": "+6111111111",
        "imol": "",
        "skype": None,
    }
    assert expected == {name: item[name] for name in expected}


def test_items_are_filtered_by_open_line(door: Door) -> None:
    """``imol`` can be filtered although ``fm`` cannot (tutorial of open lines)."""
    line = "imol|myconnector|107|channel-123|ext-user-42"
    fields = {"name": "Klaus", "fm": [{"typeId": "IM", "valueType": "OPENLINE", "value": line}]}
    number = door.call("crm.item.add", {"entityTypeId": 3, "fields": fields}).result["item"]["id"]

    params = {"entityTypeId": 3, "select": ["id", "imol"], "filter": {"=imol": line}}

    assert {"items": [{"id": number, "imol": line}]} == door.call("crm.item.list", params).result


@pytest.mark.parametrize("kind", ["lead", "contact", "company"])
def test_classic_answers_have_no_fields_of_items(door: Door, kind: str) -> None:
    """Lists of links and single phones are the universal methods' own."""
    number = door.call(f"crm.{kind}.add", {"fields": {"TITLE": "x", "NAME": "x"}}).result

    answer = door.call(f"crm.{kind}.get", {"id": number}).result

    assert set() == set(answer) & {
        "CONTACT_IDS",
        "COMPANY_IDS",
        "PHONE_WORK",
        "SEARCH_CONTENT",
        "FM",
        "PHONE",
    }


def test_lists_of_links_are_described_though_not_shown(door: Door) -> None:
    """``crm.deal.fields`` names ``CONTACT_IDS``, and calls ``CONTACT_ID`` deprecated."""
    fields = door.call("crm.deal.fields").result

    assert ("crm_contact", True) == (fields["CONTACT_IDS"]["type"], fields["CONTACT_IDS"]["isMultiple"])
    assert True is fields["CONTACT_ID"]["isDeprecated"]
    assert {"parentEntityTypeId": 4} == fields["COMPANY_ID"]["settings"]


@pytest.mark.parametrize(
    ("kind", "names"),
    [
        ("lead", {"STATUS_SEMANTIC_ID", "DATE_CLOSED", "CONTACT_IDS", "LINK"}),
        ("deal", {"IS_REPEATED_APPROACH", "LOCATION_ID", "QUOTE_ID", "MOVED_TIME"}),
        ("contact", {"FACE_ID", "COMPANY_IDS", "EXPORT", "ADDRESS_LOC_ADDR_ID"}),
        ("company", {"REG_ADDRESS_LOC_ADDR_ID", "ADDRESS_LEGAL", "BANKING_DETAILS", "CONTACT_ID"}),
        ("quote", {"QUOTE_NUMBER", "CLIENT_TPA_ID", "ACTUAL_DATE", "PERSON_TYPE_ID", "MYCOMPANY_ID"}),
    ],
)
def test_fields_name_what_the_portal_names(door: Door, kind: str, names: set[str]) -> None:
    """Some of each page's names; none of the universal methods' own."""
    fields = set(door.call(f"crm.{kind}.fields").result)

    assert names <= fields
    assert set() == fields & {"PHONE_WORK", "SEARCH_CONTENT", "OBSERVERS", "WEBFORM_ID"}


def test_empty_number_is_null(door: Door) -> None:
    """A number that nobody gave is null, not 0.00."""
    door.call("crm.deal.add", {"fields": {"TITLE": "x", "OPPORTUNITY": ""}})

    (deal,) = door.call("crm.deal.list", {"select": ["OPPORTUNITY"]}).result

    assert None is deal["OPPORTUNITY"]


def test_untitled_records_are_called_by_their_number(door: Door) -> None:
    """A deal without a title is ``Deal #n``, by both families of methods."""
    classic = door.call("crm.deal.add", {"fields": {}}).result
    item = door.call("crm.item.add", {"entityTypeId": 2, "fields": {"opened": "Y"}}).result["item"]

    assert f"Deal #{classic}" == door.call("crm.deal.get", {"id": classic}).result["TITLE"]
    assert f"Deal #{item['id']}" == item["title"]


def _lead(door: Door, **fields: Any) -> Any:
    number = door.call("crm.lead.add", {"fields": {"TITLE": "x", **fields}}).result
    return door.call("crm.lead.get", {"id": number}).result


def test_closed_lead_has_a_closing_date(door: Door) -> None:
    """A lead in its last status has ``DATE_CLOSED``; an open one an empty text."""
    assert "" == _lead(door)["DATE_CLOSED"]
    assert "" != _lead(door, STATUS_ID="JUNK")["DATE_CLOSED"]


def test_invoices_are_items_of_type_31(door: Door) -> None:
    """Every portal has smart invoices, whose directory of stages is ``SMART_INVOICE_STAGE_n``."""
    (pipeline,) = door.call("crm.category.list", {"entityTypeId": 31}).result["categories"]
    params = {"entityTypeId": 31, "fields": {"title": "Счёт", "opportunity": 100}}

    item = door.call("crm.item.add", params).result["item"]

    assert ("Счёт", f"DT31_{pipeline['id']}:N", 100) == (item["title"], item["stageId"], item["opportunity"])
    stages = door.call("crm.status.list", {"filter": {"ENTITY_ID": f"SMART_INVOICE_STAGE_{pipeline['id']}"}})
    assert [None, None, "S", "F"] == [stage["SEMANTICS"] for stage in stages.result]
    row = {"ownerId": item["id"], "ownerType": "SI", "price": 7}
    assert 7 == door.call("crm.item.productrow.add", {"fields": row}).result["productRow"]["price"]
