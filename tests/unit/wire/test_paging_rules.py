"""How pages follow each other."""

from __future__ import annotations

from typing import Any

import pytest

from b24bridge.errors import DataError, IncompleteList
from b24bridge.wire.call import Api, Call
from b24bridge.wire.idlist import id_list
from b24bridge.wire.paging import (
    ByCursor,
    ById,
    ByNavigation,
    ByNext,
    ByOffset3,
    Page,
    StallGuard,
    Strategy,
    default_strategy,
    rows_of,
)

FULL = [{"ID": str(at)} for at in range(1, 51)]


def params_after(strategy: Strategy, call: Call[Any], page: Page) -> Any:
    """Return the parameters of the call for the second page."""
    following = strategy.following(strategy.first(call), page)
    assert following is not None
    return following.params


def test_next_is_followed_from_the_callers_start() -> None:
    """The offset of the portal is taken, the other parameters stay."""
    call = Call("user.get", {"start": 50, "FILTER": {"A": 1}})

    assert {"start": 100, "FILTER": {"A": 1}} == params_after(ByNext(), call, Page(FULL, 100))


def test_without_next_or_rows_the_list_ends() -> None:
    """``next`` is absent on the last page; an empty page ends the list too."""
    assert ByNext().following(Call("user.get"), Page(FULL)) is None
    assert ByNext().following(Call("user.get"), Page([], 50)) is None


def test_a_next_that_does_not_grow_is_a_stall() -> None:
    """``start`` past the end brings page 1 with ``next: 50`` again."""
    with pytest.raises(IncompleteList, match="does not get on"):
        ByNext().following(Call("crm.deal.list", {"start": 10_000}), Page(FULL, 50))


def test_by_id_asks_behind_the_last_id_without_counting() -> None:
    """``start=-1`` and a growing lower bound, in the caller's spelling of the parameters."""
    call = Call("crm.deal.list", {"FILTER": {"A": 1}})

    assert {"FILTER": {"A": 1}, "order": {"ID": "ASC"}, "start": -1} == ById().first(call).params
    assert {
        "FILTER": {"A": 1, ">ID": "50"},
        "order": {"ID": "ASC"},
        "start": -1,
    } == params_after(ById(), call, Page(FULL))


def test_by_id_refuses_another_order() -> None:
    """The order of the caller is respected or refused, never dropped."""
    with pytest.raises(DataError, match="order"):
        ById().first(Call("crm.deal.list", {"order": {"TITLE": "ASC"}}))


def test_by_id_needs_the_id_in_the_rows() -> None:
    """Without the id the next page cannot be asked for (crm.item.list with a selection)."""
    with pytest.raises(DataError, match="selected"):
        params_after(ById("id", "id"), Call("crm.item.list"), Page([{"title": "x"}] * 50))


def test_elapsed_items_are_paged_by_number() -> None:
    """The positional arguments are filled up and the page number grows."""
    call = Call("task.elapseditem.getlist", [12])

    params = params_after(ByNavigation(), call, Page(FULL))

    assert [12, {"ID": "ASC"}, {}, ["*"], {"NAV_PARAMS": {"nPageSize": 50, "iNumPage": 2}}] == params


def test_a_left_out_task_id_means_all_tasks() -> None:
    """If the first argument is a map, the portal takes task 0."""
    call = Call("task.elapseditem.getlist", [{"ID": "DESC"}, {"X": 1}])

    assert [0, {"ID": "DESC"}, {"X": 1}] == list(ByNavigation().first(call).params)[:3]


def test_rest_3_pages_by_limit_and_offset() -> None:
    """There is no total and no next; a short page ends the list."""
    call = Call("tasks.task.list", {"filter": []}, api=Api.V3)
    strategy = ByOffset3(limit=2)

    assert {"filter": [], "pagination": {"limit": 2, "offset": 2}} == params_after(
        strategy, call, Page([1, 2])
    )
    assert strategy.following(strategy.first(call), Page([1])) is None


def test_tail_moves_its_cursor() -> None:
    """The cursor stands on the last row."""
    call = Call("main.eventlog.tail", api=Api.V3)

    assert {"cursor": {"field": "id", "value": 9, "order": "ASC", "limit": 2}} == params_after(
        ByCursor(limit=2), call, Page([{"id": 8}, {"id": 9}])
    )


@pytest.mark.parametrize(
    ("call", "kind"),
    [
        (Call("crm.deal.list"), ByNext),
        (Call("task.elapseditem.getlist"), ByNavigation),
        (Call("tasks.task.list", api=Api.V3), ByOffset3),
        (Call("main.eventlog.tail", api=Api.V3), ByCursor),
    ],
)
def test_default_strategy_goes_by_the_method(call: Call[Any], kind: type) -> None:
    """Families page in different ways."""
    assert kind is type(default_strategy(call))


def test_a_page_that_came_before_is_noticed() -> None:
    """Equal pages mean that the list does not get on; empty ones do not."""
    guard = StallGuard("m")
    guard.check(Page(FULL))
    guard.check(Page([]))
    guard.check(Page([]))

    with pytest.raises(IncompleteList):
        guard.check(Page(list(FULL)))


@pytest.mark.parametrize(
    ("result", "container", "expected"),
    [
        ([1, 2], None, [1, 2]),
        ({"items": [1]}, None, [1]),
        ({"tasks": [1], "other": [2]}, "tasks", [1]),
        ([], "items", []),
    ],
)
def test_rows_are_found_in_their_container(result: Any, container: str | None, expected: list[int]) -> None:
    """A list, or the one list inside; PHP's empty array stands for both."""
    assert expected == rows_of(result, container)


@pytest.mark.parametrize("result", [None, 5, "x", {"a": [1], "b": [2]}, {"a": 1}])
def test_what_holds_no_rows_is_an_error(result: Any) -> None:
    """Nothing is guessed."""
    with pytest.raises(DataError):
        rows_of(result)


def test_ranges_of_ids_are_asked_within_the_callers_filter() -> None:
    """Bounds are added to the filter; nothing is counted; recurring deals stay out as they do by default."""
    ids = id_list(Call("crm.deal.list", {"filter": {"STAGE_ID": "NEW"}}))

    assert ids is not None
    assert {
        "filter": {"STAGE_ID": "NEW", "IS_RECURRING": "N", ">ID": 5, "<=ID": 9},
        "order": {"ID": "ASC"},
        "start": -1,
    } == ids.above(5, 9).params


def test_a_selection_without_id_gets_one_that_is_hidden_again() -> None:
    """The rows reach the caller as he asked for them."""
    ids = id_list(Call("crm.item.list", {"entityTypeId": 140, "select": ["title"]}))

    assert ids is not None
    assert ["title", "id"] == ids.above(0).params["select"]  # type: ignore[call-overload]
    assert [{"title": "x"}] == ids.finished([{"title": "x", "id": 1}])


def test_a_chain_refers_to_the_last_row_of_the_page_before() -> None:
    """The reference reads the fiftieth row inside the container."""
    ids = id_list(Call("crm.item.list", {"entityTypeId": 140}))

    assert ids is not None
    assert {">id": "$result[r0][items][49][id]", "<=id": 9} == ids.behind("r0", 9).params["filter"]  # type: ignore[call-overload]


@pytest.mark.parametrize(
    "call",
    [
        Call("user.get"),
        Call("tasks.task.list"),
        Call("crm.deal.list", {"order": {"TITLE": "ASC"}}),
        Call("crm.deal.list", {"order": {"ID": "DESC"}}),
        Call("crm.deal.list", {"start": 50}),
        Call("crm.deal.list", {"filter": {">=ID": 5}}),
        Call("crm.deal.list", {"filter": {"@ID": [5]}}),
        Call("crm.deal.list", {"filter": {}, "FILTER": {}}),
        Call("crm.item.list", {"filter": {"logic": "OR", "0": {}}}),
        Call("crm.deal.list", [1]),
        Call("crm.item.list", api=Api.V3),
    ],
)
def test_ranges_of_ids_are_left_alone_where_they_would_change_the_question(call: Call[Any]) -> None:
    """Another order, a start, conditions on the id, alternatives: the plain way is taken."""
    assert id_list(call) is None


def test_a_start_in_capitals_is_moved_and_not_doubled() -> None:
    """Two spellings of one parameter would hide one of them from the portal."""
    call = Call("bizproc.workflow.instances", {"START": 100})

    following = ByNext().following(call, Page([{"ID": "1"}], next=150))

    assert following is not None
    assert ({"START": 150}, {"START": 200}) == (following.params, ByNext().nth(call, 2).params)
