"""What each service method asks."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from b24bridge import F, calls
from b24bridge.errors import DataError
from b24bridge.modern.reading import new_id, rows_in

ITEMS = calls.crm.items(140)


@pytest.mark.parametrize(
    ("call", "method", "params"),
    [
        (ITEMS.get(7), "crm.item.get", {"entityTypeId": 140, "id": 7}),
        (ITEMS.add({"TITLE": "x"}), "crm.item.add", {"entityTypeId": 140, "fields": {"title": "x"}}),
        (
            ITEMS.update(7, {"opened": True}),
            "crm.item.update",
            {"entityTypeId": 140, "id": 7, "fields": {"opened": "Y"}},
        ),
        (ITEMS.delete(7), "crm.item.delete", {"entityTypeId": 140, "id": 7}),
        (ITEMS.fields(), "crm.item.fields", {"entityTypeId": 140}),
        (
            ITEMS.list(F.id > 5, {"created_time": "ASC"}, ["*", "UF_*", "stage_id"]),
            "crm.item.list",
            {
                "entityTypeId": 140,
                "filter": {">id": 5},
                "order": {"createdTime": "ASC"},
                "select": ["*", "UF_*", "stageId"],
            },
        ),
        (
            ITEMS.list(select=["UF_CRM_7_X"], use_original_uf_names=True),
            "crm.item.list",
            {"entityTypeId": 140, "select": ["UF_CRM_7_X"], "useOriginalUfNames": "Y"},
        ),
        (calls.crm.deals.get(7), "crm.deal.get", {"id": 7}),
        (
            calls.crm.deals.add({"title": "x"}, {"REGISTER_SONET_EVENT": "N"}),
            "crm.deal.add",
            {"fields": {"TITLE": "x"}, "params": {"REGISTER_SONET_EVENT": "N"}},
        ),
        (calls.crm.contacts.list(select=["name"]), "crm.contact.list", {"select": ["NAME"]}),
        (calls.crm.leads.list(F.stageId == "NEW"), "crm.lead.list", {"filter": {"=STATUS_ID": "NEW"}}),
        (calls.crm.categories(2).list(), "crm.category.list", {"entityTypeId": 2}),
        (calls.users.get(1), "user.get", {"FILTER": {"ID": 1}}),
        (
            calls.users.list({"ACTIVE": True}, sort="id"),
            "user.get",
            {"FILTER": {"ACTIVE": True}, "sort": "ID", "order": "ASC"},
        ),
        (calls.users.search("Анна"), "user.search", {"FILTER": {"FIND": "Анна"}}),
        (calls.departments.list({"PARENT": 1}), "department.get", {"PARENT": 1}),
        (
            calls.tasks.get(5, ["id", "timeSpentInLogs"]),
            "tasks.task.get",
            {"taskId": 5, "select": ["ID", "TIME_SPENT_IN_LOGS"]},
        ),
        (
            calls.tasks.list(F.changedDate >= "2025-12-01", {"id": "asc"}, ["uf_crm_task"]),
            "tasks.task.list",
            {"filter": {">=CHANGED_DATE": "2025-12-01"}, "order": {"ID": "asc"}, "select": ["UF_CRM_TASK"]},
        ),
        (calls.tasks.elapsed.list(5), "task.elapseditem.getlist", {"TASKID": 5}),
        (calls.tasks.checklist(5).list(), "task.checklistitem.getlist", {"TASKID": 5}),
        (
            calls.tasks.comments(5).add("Привет"),
            "task.commentitem.add",
            {"TASKID": 5, "FIELDS": {"POST_MESSAGE": "Привет"}},
        ),
        (calls.crm.quotes.list(F.stageId == "SENT"), "crm.quote.list", {"filter": {"=STATUS_ID": "SENT"}}),
        (
            calls.crm.stage_history(2).list(F.ownerId == 21),
            "crm.stagehistory.list",
            {"entityTypeId": 2, "filter": {"=OWNER_ID": 21}},
        ),
        (
            calls.crm.product_rows("T8c", 7).list(),
            "crm.item.productrow.list",
            {"filter": {"=ownerType": "T8c", "=ownerId": 7}},
        ),
        (
            calls.crm.product_rows("D", 7).set([{"productName": "x", "price": 10.5}]),
            "crm.item.productrow.set",
            {"ownerType": "D", "ownerId": 7, "productRows": [{"productName": "x", "price": "10.5"}]},
        ),
        (
            calls.office.calendar("user", 1, date(2025, 12, 1)),
            "calendar.event.get",
            {"type": "user", "ownerId": 1, "from": "2025-12-01"},
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_method_asks_what_the_vendor_documents(call: Any, method: str, params: Any) -> None:
    """Names and parameters are those of the vendor's page of the method."""
    assert (method, params) == (call.method, call.params)


def test_positional_parameters_stand_in_order() -> None:
    """task.elapseditem.getlist reads by position; an empty one before another would shift it."""
    call = calls.tasks.elapsed.list(filter={">=CREATED_DATE": "2025-12-01"}, select=["seconds"])

    assert [
        ("ORDER", {"ID": "ASC"}),
        ("FILTER", {">=CREATED_DATE": "2025-12-01"}),
        ("SELECT", ["SECONDS"]),
    ] == list(
        call.params.items()  # type: ignore[union-attr]  # a mapping here
    )


@pytest.mark.parametrize(
    ("result", "container", "rows"),
    [
        ([1], "", [1]),
        ({"items": [1]}, "items", [1]),
        ({"items": []}, "items", []),
        ({"items": {"5": 1, "9": 2}}, "items", [1, 2]),
        ([], "tasks", []),
        (None, "", []),
    ],
)
def test_rows_are_found_in_every_container(result: Any, container: str, rows: Any) -> None:
    """PHP lists with gaps come as objects, empty maps as lists."""
    assert rows == rows_in(result, container)


def test_missing_container_names_what_is_there() -> None:
    """The error lists the keys of the answer."""
    with pytest.raises(DataError, match=r"items.*holds: tasks"):
        rows_in({"tasks": []}, "items")


@pytest.mark.parametrize("result", [7, "7", {"item": {"id": 7}}, {"task": {"id": "7"}}])
def test_id_of_a_new_record_is_found(result: Any) -> None:
    """Families put the new id in different places."""
    assert 7 == new_id(result)
