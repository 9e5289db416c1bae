"""``crm.category.*`` and ``crm.dealcategory.*``: pipelines and their stages."""

from __future__ import annotations

from typing import Any

import pytest
from doors import Door


def _add(door: Door, type_id: int = 2, **fields: Any) -> dict[str, Any]:
    params = {"entityTypeId": type_id, "fields": {"name": "New funnel", **fields}}
    added: dict[str, Any] = door.call("crm.category.add", params).result["category"]
    return added


def test_deals_have_a_default_pipeline_with_id_zero(door: Door) -> None:
    """The default pipeline of deals has the id 0 and no origin."""
    categories = door.call("crm.category.list", {"entityTypeId": 2}).result["categories"]

    assert [{"id": 0, "name": "General", "sort": 300, "entityTypeId": 2, "isDefault": "Y"}] == categories


def test_new_pipeline_of_deals_has_prefixed_stages(door: Door) -> None:
    """Stages of pipeline n are ``Cn:NEW`` and so on, in the directory ``DEAL_STAGE_n``."""
    number = _add(door, sort=200)["id"]

    stages = door.call("crm.status.list", {"filter": {"ENTITY_ID": f"DEAL_STAGE_{number}"}}).result

    codes = [
        "NEW",
        "PREPARATION",
        "PREPAYMENT_INVOIC",
        "EXECUTING",
        "FINAL_INVOICE",
        "WON",
        "LOSE",
        "APOLOGY",
    ]
    assert [f"C{number}:{code}" for code in codes] == [stage["STATUS_ID"] for stage in stages]
    assert {str(number)} == {stage["CATEGORY_ID"] for stage in stages}
    assert ["#39A8EF", "#7BD500"] == [stages[0]["COLOR"], stages[5]["COLOR"]]


def test_deal_of_a_pipeline_begins_in_its_first_stage(door: Door) -> None:
    """A deal that names only the pipeline starts there."""
    number = _add(door)["id"]

    deal = door.call("crm.deal.add", {"fields": {"TITLE": "x", "CATEGORY_ID": number}}).result

    found = door.call("crm.deal.get", {"id": deal}).result
    assert (str(number), f"C{number}:NEW") == (found["CATEGORY_ID"], found["STAGE_ID"])


def test_item_moves_to_another_pipeline(door: Door) -> None:
    """``crm.item.update`` with a pipeline puts a deal into that pipeline's first stage."""
    number = _add(door)["id"]
    deal = door.call("crm.deal.add", {"fields": {"TITLE": "x"}}).result

    params = {"entityTypeId": 2, "id": deal, "fields": {"categoryId": number}}
    item = door.call("crm.item.update", params).result["item"]

    assert (number, f"C{number}:NEW") == (item["categoryId"], item["stageId"])


def test_new_default_takes_the_place_of_the_old_one(door: Door) -> None:
    """A smart process has one default pipeline."""
    _add(door, 140, isDefault="Y")

    categories = door.call("crm.category.list", {"entityTypeId": 140}).result["categories"]

    assert ["New funnel"] == [row["name"] for row in categories if row["isDefault"] == "Y"]


def test_pipelines_of_contacts_can_be_found_by_code(door: Door) -> None:
    """Contacts have a system pipeline for vendors, which is found by its code only."""
    params = {"entityTypeId": 3, "filter": {"code": "CATALOG_CONTRACTOR_CONTACT"}}

    (found,) = door.call("crm.category.list", params).result["categories"]

    assert ("Vendor Contacts", "Y", "CATALOG_CONTRACTOR_CONTACT") == (
        found["name"],
        found["isSystem"],
        found["code"],
    )


def test_pipeline_is_changed_and_deleted(door: Door) -> None:
    """``update`` answers the pipeline, ``delete`` null, and its stages go."""
    number = _add(door)["id"]

    params = {"entityTypeId": 2, "id": number, "fields": {"name": "Renamed"}}
    changed = door.call("crm.category.update", params).result["category"]

    assert ("Renamed", "", "") == (changed["name"], changed["originId"], changed["originatorId"])
    assert None is door.call("crm.category.delete", {"entityTypeId": 2, "id": number}).result
    assert [] == door.call("crm.status.list", {"filter": {"ENTITY_ID": f"DEAL_STAGE_{number}"}}).result


def test_pipeline_with_deals_stays(door: Door) -> None:
    """Deals keep their pipeline alive, in both families of methods."""
    number = _add(door)["id"]
    door.call("crm.deal.add", {"fields": {"TITLE": "x", "CATEGORY_ID": number}})

    answer = door.call("crm.category.delete", {"entityTypeId": 2, "id": number}).json

    assert {"error": "0", "error_description": "Deals related to the funnel New funnel found"} == answer
    assert 400 == door.call("crm.dealcategory.delete", {"id": number}).status


@pytest.mark.parametrize(
    ("verb", "params", "code", "text"),
    [
        ("list", {"entityTypeId": 999}, "NOT_FOUND", "Smart process not found"),
        ("list", {}, "100", "Could not find value for parameter {entityTypeId}"),
        ("get", {"entityTypeId": 2, "id": 999}, "NOT_FOUND", "Element not found"),
        ("list", {"entityTypeId": 1}, "ENTITY_TYPE_NOT_SUPPORTED", "Entity type LEAD is not supported"),
        ("add", {"entityTypeId": 2, "fields": {"sort": 1}}, "0", "Field 'NAME' is required"),
        ("delete", {"entityTypeId": 2, "id": 0}, "0", "Default deal category cannot be deleted"),
    ],
)
def test_pipelines_refuse_with_the_documented_texts(
    door: Door, verb: str, params: dict[str, Any], code: str, text: str
) -> None:
    """Codes and texts of the error tables of these pages."""
    answer = door.call(f"crm.category.{verb}", params)

    assert (400, {"error": code, "error_description": text}) == (answer.status, answer.json)


def test_category_fields_are_those_of_the_page(door: Door) -> None:
    """Names, types and marks of the example of ``crm.category.fields``."""
    fields = door.call("crm.category.fields", {"entityTypeId": 2}).result["fields"]

    assert ["id", "name", "sort", "entityTypeId", "isDefault", "originId", "originatorId"] == list(fields)
    assert ("boolean", True, "IS_DEFAULT") == tuple(
        fields["isDefault"][name] for name in ("type", "isReadOnly", "upperName")
    )


def test_old_methods_show_the_same_pipelines(door: Door) -> None:
    """``crm.dealcategory.add`` makes a pipeline that ``crm.category.get`` knows; the default has no part."""
    number = door.call("crm.dealcategory.add", {"fields": {"NAME": "old", "SORT": 20}}).result

    row = door.call("crm.dealcategory.get", {"id": number}).result
    listed = door.call("crm.dealcategory.list").json

    assert (str(number), "old", "20", "N") == tuple(row[name] for name in ("ID", "NAME", "SORT", "IS_LOCKED"))
    assert (1, [str(number)]) == (listed["total"], [item["ID"] for item in listed["result"]])
    category = door.call("crm.category.get", {"entityTypeId": 2, "id": number}).result["category"]
    assert ("old", 20) == (category["name"], category["sort"])
    assert f"DEAL_STAGE_{number}" == door.call("crm.dealcategory.status", {"id": number}).result


def test_stages_of_the_default_pipeline(door: Door) -> None:
    """The recorded answer: name, sort as a number, code without prefix."""
    stages = door.call("crm.dealcategory.stage.list", {"ID": 0}).result

    assert {"NAME": "New", "SORT": 10, "STATUS_ID": "NEW"} == stages[0]
    assert ["WON", "LOSE", "APOLOGY"] == [stage["STATUS_ID"] for stage in stages[5:]]


def test_default_pipeline_is_renamed(door: Door) -> None:
    """``default.set`` gives the default pipeline another name."""
    assert True is door.call("crm.dealcategory.default.set", {"name": "Main"}).result

    assert {"ID": 0, "NAME": "Main"} == door.call("crm.dealcategory.default.get").result
