"""Filters, order, select and pages ("How a portal behaves", sections 2.6 and 4)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from doors import Door

from b24bridge.sandbox import Portal

ROWS = [
    {"id": 1, "title": "Альфа", "opportunity": 10, "stageId": "DT200_0:NEW", "assignedById": 5},
    {"id": 2, "title": "альфа 100%", "opportunity": 20.5, "stageId": "DT200_0:NEW", "assignedById": 6},
    {
        "id": 3,
        "title": "beta_x",
        "opportunity": 30,
        "stageId": "DT200_0:SUCCESS",
        "ufCrm3Tags": ["Red", "blue"],
    },
    {"id": 4, "title": None, "createdTime": "2025-03-01T00:00:00+03:00", "ufCrm3Tags": []},
]


@pytest.fixture
def items(door: Door) -> Door:
    """A portal with four items of a smart process with the number 200."""
    tags = {"name": "UF_CRM_3_TAGS", "key": "ufCrm3Tags", "type": "string", "multiple": True}
    door.portal.seed(
        {"types": [{"id": 3, "entityTypeId": 200, "title": "T", "userFields": [tags]}], "items_200": ROWS}
    )
    return door


def _ids(door: Door, **params: Any) -> list[int]:
    listed = door.call("crm.item.list", {"entityTypeId": 200, "select": ["id"], **params})
    return [row["id"] for row in listed.result["items"]]


@pytest.mark.parametrize(
    ("conditions", "ids"),
    [
        ({"title": "АЛЬФА"}, [1]),
        ({"%title": "льф"}, [1, 2]),
        ({"!%title": "льф"}, [3, 4]),
        ({"%title": "0%"}, [2]),
        ({"%title": "a_x"}, [3]),
        ({"=%title": "бет%"}, []),
        ({"=%title": "b%"}, [3]),
        ({"!=title": ""}, [1, 2, 3]),
        ({"title": ""}, [4]),
        ({">opportunity": 10}, [2, 3]),
        ({"<=opportunity": "20.5", ">opportunity": 0}, [1, 2]),
        ({"@id": ["1", 3, 99]}, [1, 3]),
        ({"id": [1, 2]}, [1, 2]),
        ({"!@id": [1, 2]}, [3, 4]),
        ({"!assignedById": 5}, [2, 3, 4]),
        ({"ufCrm3Tags": "red"}, [3]),
        ({"!ufCrm3Tags": "red"}, [1, 2, 4]),
        ({"logic": "OR", "id": 1, "=title": "beta_x"}, [1, 3]),
        ({"0": {"logic": "OR", "0": {"id": 1}, "1": {"id": 2}}, ">id": 1}, [2]),
        ({"<createdTime": "01.03.2025 00:00:01", "!createdTime": ""}, [4]),
        ({">=createdTime": "2025-02-28T21:00:00Z", "<=createdTime": "2025-03-01"}, [4]),
        ({">createdTime": "not a date"}, []),
    ],
)
def test_item_filters(items: Door, conditions: dict[str, Any], ids: list[int]) -> None:
    """Operators, groups, lists of values, letter case and dates of ``crm.item.list``."""
    assert ids == _ids(items, filter=conditions)


@pytest.mark.parametrize("key", ["%title", ">id", "><id"])
def test_item_filter_refuses_lists_where_one_value_belongs(items: Door, key: str) -> None:
    """Only five operators take lists."""
    answer = items.call("crm.item.list", {"entityTypeId": 200, "filter": {key: [1, 2]}})

    assert (400, "INVALID_ARG_VALUE", f"Invalid filter: field '{key.upper()}' has invalid value") == (
        answer.status,
        answer.json["error"],
        answer.json["error_description"],
    )


def test_item_order(items: Door) -> None:
    """Directions in any letter case; others and unknown fields are refused with the field in upper case."""
    down = _ids(items, order={"id": "desc"})
    wrong = items.call("crm.item.list", {"entityTypeId": 200, "order": {"stageId": "UP"}}).json
    unknown = items.call("crm.item.list", {"entityTypeId": 200, "order": {"nope": "ASC"}}).json

    assert [4, 3, 2, 1] == down
    assert (
        "Invalid order: allowed sort directions are ASC, DESC. But got 'UP' for field 'STAGE_ID'"
        == (wrong["error_description"])
    )
    assert "Invalid order: field 'NOPE' is not allowed in order" == unknown["error_description"]


def test_original_names_of_user_fields(items: Door) -> None:
    """With the switch, user fields keep their database names in filter, select and answer."""
    params = {"entityTypeId": 200, "useOriginalUfNames": "Y", "filter": {"UF_CRM_3_TAGS": "blue"}}

    found = items.call("crm.item.list", {**params, "select": ["UF_CRM_3_TAGS"]}).result["items"]

    assert [{"UF_CRM_3_TAGS": ["Red", "blue"]}] == found


def test_upper_case_user_field_is_known_after_its_camel_case_name_was_selected(items: Door) -> None:
    """The filter accepts the database name if the select holds the other one."""
    select = ["id", "ufCrm3Tags"]

    found = items.call(
        "crm.item.list", {"entityTypeId": 200, "select": select, "filter": {"UF_CRM_3_TAGS": "red"}}
    )

    assert [3] == [row["id"] for row in found.result["items"]]


def test_full_items_have_numbers_zeros_and_nulls(items: Door) -> None:
    """Whole amounts have no fraction, missing links are 0, missing dates null, lists empty."""
    item = items.call("crm.item.get", {"entityTypeId": 200, "id": 1}).result["item"]

    assert (10, 0, None, [], 200) == (
        item["opportunity"],
        item["companyId"],
        item["closedate"],
        item["ufCrm3Tags"],
        item["entityTypeId"],
    )


@pytest.mark.parametrize(
    ("start", "first", "length", "following"),
    [
        (None, 3193, 50, 50),
        (50, None, 50, 100),
        (75, None, 50, 100),
        (100, None, 20, None),
        (150, None, 0, None),
    ],
)
def test_controller_pages(
    door: Door, start: int | None, first: int | None, length: int, following: int | None
) -> None:
    """Pages of 50, rounded down, empty beyond the end, ``total`` always right."""
    params = {"entityTypeId": 140, "select": ["id"], "order": {"id": "DESC"}, "filter": {"!id": [3202, 3201]}}
    params |= {} if start is None else {"start": start}

    answer = door.call("crm.item.list", params | {"filter": {}}).json

    assert (length, 120, following) == (len(answer["result"]["items"]), answer["total"], answer.get("next"))
    assert first is None or answer["result"]["items"][0]["id"] >= first


@pytest.mark.parametrize(
    ("conditions", "ids"),
    [
        ({"TITLE": "ALPHA"}, ["1"]),
        ({"%TITLE": "ph"}, ["1", "2"]),
        ({"!%TITLE": "ph"}, ["1", "2"]),
        ({"=%TITLE": "alpha%"}, ["1", "2"]),
        ({"?TITLE": "beta"}, ["3"]),
        ({"!TITLE": "alpha"}, ["2", "3"]),
        ({"TITLE": ["alpha", "beta"]}, ["1", "3"]),
        ({"!@ID": [1, 2]}, ["3", "4"]),
        ({">=ID": "2"}, ["2", "3", "4"]),
        ({"COMPANY_ID": 0}, ["1", "3"]),
        ({"!COMPANY_ID": 0}, ["2"]),
        ({"><ID": [1, 2]}, ["1", "2", "3"]),
        ({"LOGIC": "OR", "ID": 1, "TITLE": "beta"}, []),
        ({"IS_RECURRING": "Y"}, ["4"]),
        ({"ID": [3, 4]}, ["3", "4"]),
    ],
)
def test_classic_filters(door: Door, conditions: dict[str, Any], ids: list[str]) -> None:
    """Operators of ``crm.deal.list``; what is unknown is dropped; recurring ones hide unless ``ID`` is named."""
    rows = [
        {"id": 1, "title": "Alpha"},
        {"id": 2, "title": "alpha two", "companyId": 7},
        {"id": 3, "title": "Beta"},
        {"id": 4, "title": "Template", "isRecurring": "Y"},
    ]
    door.portal.seed({"items_2": rows})

    found = door.call("crm.deal.list", {"FILTER": conditions, "select": ["ID"]}).result

    assert ids == [row["ID"] for row in found]


def test_classic_order_by_stage_follows_the_pipeline(door: Door) -> None:
    """Stages sort by their place, not by their code; other directions than ASC are DESC."""
    stages = ("WON", "NEW", "EXECUTING")
    door.portal.seed({"items_2": [{"id": n, "title": s, "stageId": s} for n, s in enumerate(stages, 1)]})

    up = door.call("crm.deal.list", {"order": {"STAGE_ID": "ASC"}, "select": ["STAGE_ID"]}).result
    down = door.call("crm.deal.list", {"order": {"STAGE_ID": "up"}, "select": ["STAGE_ID"]}).result

    assert ["NEW", "EXECUTING", "WON"] == [row["STAGE_ID"] for row in up]
    assert ["WON", "EXECUTING", "NEW"] == [row["STAGE_ID"] for row in down]


def test_tasks_come_newest_first_and_plainly_by_offset(door: Door) -> None:
    """Without an order the highest id is first; ``start`` is taken as it is; the end is empty."""
    first = door.call("tasks.task.list", {"select": ["ID"], "start": 7}).json
    beyond = door.call("tasks.task.list", {"select": ["ID"], "start": 100}).json

    ids = [int(task["id"]) for task in first["result"]["tasks"]]
    assert (sorted(ids, reverse=True), 50, 57, 64) == (ids, len(ids), first["next"], first["total"])
    assert ([], False) == (beyond["result"]["tasks"], "next" in beyond)


def test_tasks_ignore_unknown_filters_and_names(door: Door) -> None:
    """camelCase names are unknown in both places; time can be selected but not filtered by."""
    conditions = {">timeSpentInLogs": 0, ">TIME_SPENT_IN_LOGS": 10**9, "nope": 1}
    select = ["ID", "timeSpentInLogs", "TIME_SPENT_IN_LOGS", "ufCrmTask", "RESPONSIBLE_ID"]

    answer = door.call("tasks.task.list", {"filter": conditions, "select": select}).json

    assert 64 == answer["total"]
    assert {"id", "timeSpentInLogs", "responsibleId", "responsible", "group"} == set(
        answer["result"]["tasks"][0]
    )


def test_logged_time_of_all_tasks_comes_in_pages(door: Door) -> None:
    """Without a task id the list pages by ``NAV_PARAMS``, with one it is whole."""
    page = {"NAV_PARAMS": {"nPageSize": 60, "iNumPage": 4}}
    last = door.call("task.elapseditem.getlist", [{"ID": "asc"}, {}, ["*"], page]).json
    whole = door.call("task.elapseditem.getlist", {"taskId": 71085, "start": 50}).json

    assert (20, 170, False) == (len(last["result"]), last["total"], "next" in last)
    assert (57, 57) == (len(whole["result"]), whole["total"])


def test_users_page_by_exact_offset(door: Door) -> None:
    """``start`` of ``user.get`` is honoured as it is, and people without a department are left out."""
    everybody = door.call("user.get", {"select": ["ID"]}).json
    some = door.call("user.get", {"select": ["ID"], "start": 20}).json

    assert 29 == everybody["total"]
    assert everybody["result"][20:] == some["result"]


def test_user_filter_replaces_plain_conditions(door: Door) -> None:
    """If ``FILTER`` is an array, conditions beside it do not count."""
    found = door.call("user.get", {"ID": 113, "filter": {"ID": 1}, "select": ["ID"]}).result

    assert [{"ID": "1"}] == found


def test_user_search_matches_beginnings_of_words(door: Door) -> None:
    """``FIND`` looks at names, by the beginning of words, in any letter case."""
    found = door.call("user.search", {"FIND": "хран"}).result

    assert ["1051"] == [user["ID"] for user in found]


def test_status_filter_must_be_text() -> None:
    """``crm.status.list`` refuses lists in its filter."""
    with Portal() as portal:
        door = Door(portal)

        answer = door.call("crm.status.list", {"filter": {"ENTITY_ID": ["SOURCE"]}})

        assert (400, "Filter by ENTITY_ID must be a string") == (
            answer.status,
            answer.json["error_description"],
        )
        assert 8 == door.call("crm.status.list", {"filter": {"ENTITY_ID": "DEAL_STAGE"}}).json["total"]


@pytest.mark.parametrize(("direction", "step"), [("ASC", 1), ("DESC", -1)])
def test_pages_go_on_after_writes_between_them(direction: str, step: int) -> None:
    """A page begins at its offset in the present records, whatever was added or removed since the last."""
    with Portal({"items_2": ({"id": number, "title": "x"} for number in range(1, 181))}) as portal:
        door, pages = Door(portal), []
        question = {"order": {"ID": direction}, "select": ["ID"], "filter": {"TITLE": "x"}}

        for start in (0, 50, 100, 100, 150):
            pages.append(
                [int(row["ID"]) for row in door.call("crm.deal.list", {**question, "start": start}).result]
            )
            if start == 50:
                door.call("crm.deal.delete", {"id": 1})
                door.call("crm.deal.delete", {"id": 180})

    before, after = list(range(1, 181))[::step], list(range(2, 180))[::step]
    assert [before[:50], before[50:100], after[100:150], after[100:150], after[150:]] == pages


@pytest.fixture(scope="module")
def deals() -> Iterator[Door]:
    """Five deals, the last without an amount and with a name that holds signs of patterns."""
    rows = [{"id": number, "title": f"Сделка {number}", "opportunity": number * 10} for number in range(1, 5)]
    with Portal({"items_2": [*rows, {"id": 5, "title": "100%_sale", "opportunity": None}]}) as portal:
        yield Door(portal)


@pytest.mark.parametrize(
    ("conditions", "ids"),
    [
        ({"!=TITLE": ["Сделка 1", "Сделка 2"]}, [3, 4, 5]),
        ({"!TITLE": ["Сделка 1"]}, [2, 3, 4, 5]),
        ({"!@ID": [1, 2]}, [3, 4, 5]),
        ({"!@ID": 1}, [2, 3, 4, 5]),
        ({"!>OPPORTUNITY": 20}, [1, 2, 5]),
        ({"!<=ID": 3}, [4, 5]),
        ({"!=%TITLE": "Сделка%"}, [5]),
        ({"!%TITLE": "100"}, [5]),
        ({"?TITLE": "СДЕЛКА 2"}, [2]),
        ({"?TITLE": "1 | 2"}, [1, 2, 5]),
        ({"?TITLE": "сделка && (1 || 3)"}, [1, 3]),
        ({"?TITLE": "сделка & !4"}, [1, 2, 3]),
        ({"?TITLE": '"сделка 3" | %_'}, [3, 5]),
        ({"?TITLE": ""}, [1, 2, 3, 4, 5]),
        ({"?TITLE": "((("}, [1, 2, 3, 4, 5]),
    ],
    ids=str,
)
def test_classic_lists_negate_and_search(deals: Door, conditions: Any, ids: list[int]) -> None:
    """A negation takes in what is null; a logical query knows AND, OR, NOT, brackets and phrases."""
    rows = deals.call("crm.deal.list", {"filter": conditions, "select": ["ID"]}).result

    assert ids == [int(row["ID"]) for row in rows]
