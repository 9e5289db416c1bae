"""Whole lists, under faults and changes."""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Callable
from typing import Any

import pytest

from b24bridge import errors
from b24bridge.auth.credentials import Webhook
from b24bridge.engine import flows
from b24bridge.engine.executor import Executor
from b24bridge.engine.policy import EAGER, Policy
from b24bridge.wire.call import Api, Call
from b24bridge.wire.request import WireRequest, WireResponse
from tests.unit.engine.scripted import HOOK, ModelPortal, ScriptedPort, collect, ok, refusal, reply, step

DEALS = Call("crm.deal.list")


def rows(*numbers: int) -> list[dict[str, Any]]:
    """Return rows with these ids."""
    return [{"ID": str(number)} for number in numbers]


def read(port: ScriptedPort, call: Call[Any] = DEALS, policy: Policy = EAGER, **options: Any) -> list[int]:
    """Return the ids of a list."""
    reading = flows.pages(Executor(port, Webhook(HOOK), policy=policy), call, **options)
    return [int(row["ID"]) for page in collect(reading.__aiter__()) for row in page]


def disturbed(
    model: ModelPortal, spoil: Callable[[int, dict[str, Any]], WireResponse | None]
) -> ScriptedPort:
    """Return a port whose answers are spoiled by a function of the request's number and decoded answer."""
    count = [0]

    def answer(request: WireRequest) -> WireResponse:
        response = model(request)
        count[0] += 1
        return spoil(count[0], json.loads(response.body)) or response

    return ScriptedPort(answer)


ALL = list(range(1, 2001))


@pytest.mark.parametrize(
    "spoiled",
    [
        refusal("QUERY_LIMIT_EXCEEDED", 503),
        refusal("INTERNAL_SERVER_ERROR", 500),
        reply(b"<html>502</html>", 502),
        reply(b""),
        reply(b'{"result":{"result":{"r1":[{"ID":'),
        reply(b'{"result":{"result":{"broken}'),
        reply(
            b'{"result":{"result":[],"result_error":[],"result_total":[],"result_next":[],"result_time":[]}}'
        ),
    ],
)
def test_a_spoiled_answer_loses_no_row(spoiled: WireResponse) -> None:
    """The request, or the commands that it did not answer, is sent again."""
    port = disturbed(ModelPortal(rows(*ALL)), lambda number, body: spoiled if number % 3 == 0 else None)

    assert ALL == read(port)


@pytest.mark.parametrize("code", ["OPERATION_TIME_LIMIT", "QUERY_LIMIT_EXCEEDED", "INTERNAL_SERVER_ERROR"])
@pytest.mark.parametrize("strategy", [None, "batched"])
def test_a_failed_command_inside_a_batch_loses_no_row(code: str, strategy: str | None) -> None:
    """It is asked again alone; the official SDKs take such a list for complete."""

    def spoil(number: int, body: dict[str, Any]) -> WireResponse | None:
        results = body["result"]["result"] if isinstance(body["result"], dict) else None
        if number != 2 or not isinstance(results, dict):
            return None
        name = list(results)[1]
        del results[name]
        body["result"]["result_error"] = {name: {"error": code, "error_description": ""}}
        return reply(body)

    port = disturbed(ModelPortal([{"ID": str(n)} for n in ALL]), spoil)

    assert ALL == read(port, strategy=strategy, policy=Policy())


def test_a_refused_command_ends_the_list_with_its_error() -> None:
    """Rows that cannot be had are never left out silently; the error says where to resume."""

    def spoil(number: int, body: dict[str, Any]) -> WireResponse | None:
        results = body["result"]["result"]
        for name in [name for name, found in results.items() if {"ID": "1000"} in found]:
            del results[name]
            body["result"]["result_error"] = {name: {"error": "ACCESS_DENIED"}}
        return reply(body)

    port = disturbed(ModelPortal(rows(*ALL)), spoil)

    with pytest.raises(errors.AccessError, match=r"Resume behind id 9\d\d\."):
        read(port)


def test_a_portal_that_drops_the_bounds_is_noticed() -> None:
    """A filter that the portal does not know is ignored without a word: all rows come each time."""

    class Deaf(ModelPortal):
        def _deals(self, params: dict[str, Any]) -> dict[str, Any]:
            return super()._deals({**params, "filter": {}})

    with pytest.raises(errors.IncompleteList, match="outside the ids"):
        read(ScriptedPort(Deaf(rows(*ALL))))


def test_rows_deleted_while_reading_hide_no_other_row() -> None:
    """Ranges of ids are right for every row that is there throughout; offsets would lose some."""
    model = ModelPortal(rows(*ALL))

    def delete(number: int, body: dict[str, Any]) -> None:
        model.rows = [row for row in model.rows if int(row["ID"]) > 40]

    found = read(disturbed(model, delete))

    assert ALL[40:] == [number for number in found if number > 40]


def test_rows_added_while_reading_appear_once_at_most() -> None:
    """What is added behind the end was not there when reading began."""
    model = ModelPortal(rows(*ALL))

    def add(number: int, body: dict[str, Any]) -> None:
        model.rows.append({"ID": str(3000 + number)})

    found = read(disturbed(model, add))

    assert ALL == [number for number in found if number <= 2000]
    assert sorted(set(found)) == found


def test_offsets_report_what_changed_and_can_be_made_to_prove_themselves() -> None:
    """A total that changes is noted; a list that must be complete ends in an error."""
    model = ModelPortal(rows(*ALL))

    def delete(number: int, body: dict[str, Any]) -> None:
        model.rows = model.rows[1:]

    with pytest.raises(errors.IncompleteList, match="total changed from 2000 to"):
        read(disturbed(model, delete), strategy="next", complete=True)


def test_a_list_that_starts_again_ends_in_an_error() -> None:
    """A ``next`` that never ends brings page 1 again (portal source, navigated lists)."""
    page = rows(*range(1, 51))

    def answer(request: WireRequest) -> WireResponse:
        start = json.loads(request.body).get("start", 0)
        return ok(page, next=start + 50, total=10_000)

    with pytest.raises(errors.IncompleteList, match="same page"):
        read(ScriptedPort(answer), Call("user.get"), strategy="next")


def test_a_list_that_grew_goes_on_behind_its_first_total() -> None:
    """The last page says that there is more."""
    model = ModelPortal(rows(*range(1, 101)))

    def grow(number: int, body: dict[str, Any]) -> None:
        if number == 1:
            model.rows.extend(rows(*range(101, 131)))

    assert list(range(1, 131)) == read(disturbed(model, grow), strategy="batched")


def test_elapsed_items_end_when_the_last_page_comes_again() -> None:
    """A page number past the end brings the last page, not an empty one."""

    def answer(request: WireRequest) -> WireResponse:
        number = json.loads(request.body)[4]["NAV_PARAMS"]["iNumPage"]
        first = min(number, 2) * 50 - 49
        return ok(rows(*range(first, first + 50)))

    assert list(range(1, 101)) == read(ScriptedPort(answer), Call("task.elapseditem.getlist", [0]))


def test_rest_3_lists_end_with_a_short_page() -> None:
    """Neither total nor next is sent."""

    def answer(request: WireRequest) -> WireResponse:
        at = json.loads(request.body)["pagination"]
        numbers = range(at["offset"] + 1, min(1500, at["offset"] + at["limit"]) + 1)
        return ok({"items": [{"id": n, "ID": n} for n in numbers]})

    assert list(range(1, 1501)) == read(ScriptedPort(answer), Call("tasks.task.list", api=Api.V3))


def test_a_deadline_ends_a_list_and_says_where_to_resume() -> None:
    """The rows that came were handed out before."""
    port = ScriptedPort(ModelPortal(rows(*range(1, 501))), latency_s=3.0)

    with pytest.raises(errors.DeadlineExceeded, match="Resume behind"):
        read(port, strategy="next", deadline_s=10)


def test_an_unknown_strategy_is_refused_with_the_known_ones() -> None:
    """The error names what exists."""
    with pytest.raises(errors.ConfigError, match="batched, ranges"):
        read(ScriptedPort(ok([])), strategy="magic")


def test_ranges_are_refused_where_they_do_not_fit() -> None:
    """An order of the caller's is never dropped."""
    with pytest.raises(errors.ConfigError, match="order"):
        read(ScriptedPort(ok([])), Call("crm.deal.list", {"order": {"TITLE": "ASC"}}), strategy="ranges")


def test_nothing_is_counted_by_default() -> None:
    """A count costs the portal more than a page."""
    model = ModelPortal(rows(*ALL))

    read(ScriptedPort(model))

    assert 0 == model.counted


@pytest.mark.parametrize(("count", "most"), [(30, 1), (2000, 11), (5000, 12), (9000, 26)])
def test_requests_are_few(count: int, most: int) -> None:
    """Short lists are spread over the connections, long ones fill their requests."""
    port = ScriptedPort(ModelPortal(rows(*range(1, count + 1))))

    assert count == len(read(port))

    assert len(port.requests) <= most


class LongPortal(ModelPortal):
    """Answers ranges of many ids without looking at all of them."""

    def __init__(self, numbers: list[int]) -> None:
        super().__init__()
        self.numbers = numbers

    def _deals(self, params: dict[str, Any]) -> dict[str, Any]:
        conditions = params["filter"]
        after = conditions[">ID"]
        # A reference to a row that a short page does not have is no number.
        low = bisect_right(self.numbers, int(after) if isinstance(after, str) else 0)
        high = bisect_right(self.numbers, int(conditions.get("<=ID", self.numbers[-1])))
        backwards = params["order"]["ID"] == "DESC"
        part = self.numbers[max(low, high - 50) : high][::-1] if backwards else self.numbers[low:high][:50]
        return {"result": rows(*part)}


@pytest.mark.parametrize(("count", "most"), [(50_000, 26), (200_000, 84)])
def test_requests_of_long_lists_are_full(count: int, most: int) -> None:
    """As many as their pages need, the ends and the samples: 84 for 200,000 rows with every tenth missing."""
    numbers = [number for number in range(1, count * 10 // 9 + 12) if number % 10 != 7][:count]
    port = ScriptedPort(LongPortal(numbers))

    found = read(port)

    assert numbers == found
    assert len(port.requests) <= most


def test_a_list_whose_ends_are_sparser_than_its_middle_is_read_whole() -> None:
    """What the ends let expect is far from what there is; the rest of each range is planned anew."""
    ends = range(1, 10_000, 100), range(60_000, 70_000, 100)
    numbers = [*ends[0], *range(10_001, 50_001), *ends[1]]
    port = ScriptedPort(LongPortal(numbers))

    found = read(port)

    assert numbers == found
    assert len(port.requests) <= 65


def test_requests_under_way_end_with_a_list_that_fails() -> None:
    """The samples are refused while the rows behind the first page are asked for already."""
    numbers = list(range(1, 50_001))

    def refuse_samples(request: int, answer: dict[str, Any]) -> WireResponse | None:
        return refusal("ACCESS_DENIED", 403) if request == 2 else None

    port = disturbed(LongPortal(numbers), refuse_samples)

    with pytest.raises(errors.AccessError):
        read(port)

    assert 2 == len(port.requests)


def test_many_records_by_id_take_few_requests() -> None:
    """Fifty ids in a command: order is the caller's, ids without a row are left out, doubles count once."""
    model = ModelPortal(rows(*range(1, 3001)))
    port = ScriptedPort(model)
    wanted = [*range(2000, 0, -1), 99_999, 2000]

    found = step(flows.get_many(Executor(port, Webhook(HOOK), policy=EAGER), DEALS, wanted))

    assert list(range(2000, 0, -1)) == list(found)
    assert len(port.requests) <= 8
    assert 41 == model.commands


@pytest.mark.parametrize("strategy", ["ranges", "id", "next", "batched"])
def test_a_list_goes_on_where_an_earlier_reading_stopped(strategy: str) -> None:
    """Together the two readings bring every row once."""
    executor = Executor(ScriptedPort(ModelPortal(rows(*ALL))), Webhook(HOOK), policy=EAGER)
    begun = flows.pages(executor, DEALS, strategy=strategy)
    stream = begun.__aiter__()
    first = [int(row["ID"]) for _ in range(5) for row in step(stream.__anext__())]  # type: ignore[arg-type]

    rest = flows.pages(executor, DEALS, strategy=strategy, resume=begun.report.position)
    second = [int(row["ID"]) for page in collect(rest.__aiter__()) for row in page]

    assert ALL == [*first, *second]


@pytest.mark.parametrize("tail", [False, True])
def test_rest_3_lists_go_on_behind_an_offset_or_a_cursor(tail: bool) -> None:
    """The position is what the strategy counts by."""

    def answer(request: WireRequest) -> WireResponse:
        asked = json.loads(request.body)
        low = asked["cursor"]["value"] if tail else asked["pagination"]["offset"]
        return ok({"items": [{"id": n, "ID": n} for n in range(low + 1, min(2500, low + 1000) + 1)]})

    call = Call("main.eventlog.tail" if tail else "tasks.task.list", api=Api.V3)

    assert list(range(2001, 2501)) == read(ScriptedPort(answer), call, resume=2000)


def test_numbered_pages_cannot_be_resumed() -> None:
    """Rather an error than rows from the beginning."""
    with pytest.raises(errors.ConfigError, match="from a position"):
        read(ScriptedPort(ok([])), Call("task.elapseditem.getlist", [0]), resume=50)


def test_progress_is_told_after_each_page() -> None:
    """The report grows."""
    seen: list[int] = []

    read(
        ScriptedPort(ModelPortal(rows(*range(1, 121)))),
        strategy="next",
        progress=lambda report: seen.append(report.rows),
    )

    assert [50, 100, 120] == seen


def by_limit(request: WireRequest) -> WireResponse:
    """Answer a list of 120 rows by limit and offset."""
    params = json.loads(request.body)
    numbers = range(1, 121)[params["offset"] : params["offset"] + params["limit"]]
    return reply({"result": [{"id": number} for number in numbers]})


TAIL = Call("sign.b2e.personal.tail")


def test_lists_by_limit_and_offset_are_read_whole() -> None:
    """They were one page before; two readings alike prove them complete."""
    reading = flows.pages(Executor(ScriptedPort(by_limit), Webhook(HOOK), policy=EAGER), TAIL, complete=True)

    found = [row["id"] for page in collect(reading.__aiter__()) for row in page]

    assert list(range(1, 121)) == found
    assert ("limit", 120, True) == (reading.report.strategy, reading.report.rows, reading.report.is_proven)


def test_lists_by_limit_and_offset_go_on_from_a_position() -> None:
    """The position is the number of rows passed over."""
    reading = flows.pages(Executor(ScriptedPort(by_limit), Webhook(HOOK), policy=EAGER), TAIL, resume=100)

    found = [row["id"] for page in collect(reading.__aiter__()) for row in page]

    assert (list(range(101, 121)), 120) == (found, reading.report.position)


@pytest.mark.parametrize("strategy", ["next", "batched", "ranges", "id"])
def test_lists_that_page_in_their_own_way_are_read_in_no_other(strategy: str) -> None:
    """The portal drops parameters that a method does not know, and one page would pass for the list."""
    with pytest.raises(errors.ConfigError):
        read(ScriptedPort(by_limit), TAIL, strategy=strategy)


def test_a_list_that_ignores_its_offset_ends_in_an_error() -> None:
    """The same page came twice."""
    with pytest.raises(errors.IncompleteList, match="does not get on"):
        read(ScriptedPort(lambda request: reply({"result": [{"id": 1}]})), TAIL, id_key="id")
