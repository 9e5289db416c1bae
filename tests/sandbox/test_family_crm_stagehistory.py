"""``crm.stagehistory.list``: written when records change their stage, by either family of methods."""

from __future__ import annotations

from typing import Any

import pytest
from doors import Door


def _history(door: Door, type_id: int, **params: Any) -> Any:
    return door.call("crm.stagehistory.list", {"entityTypeId": type_id, **params}).result["items"]


def test_creation_moves_and_end_are_written(door: Door) -> None:
    """Kinds of entries: 1 created, 2 moved on, 3 finished."""
    deal = door.call("crm.deal.add", {"fields": {"TITLE": "x"}}).result
    door.call("crm.deal.update", {"id": deal, "fields": {"STAGE_ID": "PREPARATION"}})
    door.call("crm.deal.update", {"id": deal, "fields": {"TITLE": "no move"}})
    door.call("crm.item.update", {"entityTypeId": 2, "id": deal, "fields": {"stageId": "WON"}})

    items = _history(door, 2, filter={"OWNER_ID": deal}, order={"ID": "ASC"})

    assert [(1, "NEW", "P"), (2, "PREPARATION", "P"), (3, "WON", "S")] == [
        (item["TYPE_ID"], item["STAGE_ID"], item["STAGE_SEMANTIC_ID"]) for item in items
    ]
    assert {(deal, 0)} == {(item["OWNER_ID"], item["CATEGORY_ID"]) for item in items}


def test_entries_have_the_documented_keys(door: Door) -> None:
    """Numbers are numbers, names are in capitals."""
    door.call("crm.deal.add", {"fields": {"TITLE": "x"}})

    (item,) = _history(door, 2)

    names = ["ID", "TYPE_ID", "OWNER_ID", "CREATED_TIME", "CATEGORY_ID", "STAGE_SEMANTIC_ID", "STAGE_ID"]
    assert names == list(item)
    assert isinstance(item["ID"], int)


def test_leads_have_statuses_and_no_pipeline(door: Door) -> None:
    """The history of leads names ``STATUS_ID`` and ``STATUS_SEMANTIC_ID``."""
    lead = door.call("crm.lead.add", {"fields": {"TITLE": "x"}}).result
    door.call("crm.lead.update", {"id": lead, "fields": {"STATUS_ID": "CONVERTED"}})

    items = _history(door, 1, filter={"OWNER_ID": lead}, order={"ID": "DESC"})

    assert ["ID", "TYPE_ID", "OWNER_ID", "CREATED_TIME", "STATUS_SEMANTIC_ID", "STATUS_ID"] == list(items[0])
    assert [("S", "CONVERTED"), ("P", "NEW")] == [(i["STATUS_SEMANTIC_ID"], i["STATUS_ID"]) for i in items]


def test_change_of_pipeline_has_a_kind_of_its_own(door: Door) -> None:
    """Kind 5: the item went to another pipeline."""
    params = {"entityTypeId": 140, "id": 3002, "fields": {"categoryId": 13}}
    door.call("crm.item.update", params)

    (item,) = _history(door, 140, filter={"OWNER_ID": 3002})

    assert (5, 13) == (item["TYPE_ID"], item["CATEGORY_ID"])


def test_keys_may_have_operators_before_capital_names(door: Door) -> None:
    """Names come as in the database here, so ``<ID`` and ``>=ID`` are good; pages go by ids."""
    for _ in range(3):
        door.call("crm.deal.add", {"fields": {"TITLE": "x"}})

    window = _history(door, 2, filter={"<ID": 3}, order={"ID": "DESC"}, select=["ID"])

    assert [{"ID": 2}, {"ID": 1}] == window


@pytest.mark.parametrize(
    ("params", "code", "text"),
    [
        ({}, "100", "Could not find value for parameter {entityTypeId}"),
        ({"entityTypeId": 3}, "ENTITY_TYPE_NOT_SUPPORTED", "Entity type 3 is not supported"),
        (
            {"entityTypeId": 2, "filter": {"X": 1}},
            "INVALID_ARG_VALUE",
            "Invalid filter: field 'X' is not allowed in filter",
        ),
        (
            {"entityTypeId": 2, "order": {"X": "ASC"}},
            "INVALID_ARG_VALUE",
            "Invalid order: field 'X' is not allowed in order",
        ),
    ],
)
def test_history_refuses_with_the_documented_texts(
    door: Door, params: dict[str, Any], code: str, text: str
) -> None:
    """Codes and texts of the error table of the page."""
    answer = door.call("crm.stagehistory.list", params)

    assert (400, {"error": code, "error_description": text}) == (answer.status, answer.json)
