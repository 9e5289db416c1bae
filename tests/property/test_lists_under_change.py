"""Lists whose rows are inserted, deleted and edited while they are read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from b24bridge.auth.credentials import Webhook
from b24bridge.engine import flows
from b24bridge.engine.blocking import BlockingPort, iterate
from b24bridge.engine.executor import Executor
from b24bridge.engine.policy import EAGER
from b24bridge.engine.report import Report
from b24bridge.errors import ConfigError, IncompleteList
from b24bridge.wire.call import Api, Call
from tests.property.changing_portal import LISTS, ChangingPortal, Listed

IDS = st.one_of(
    st.integers(0, 260).map(lambda count: list(range(1, count + 1))),
    st.sets(st.integers(1, 900), max_size=260).map(sorted),
    st.sets(st.integers(1, 60_000), min_size=90, max_size=260).map(sorted),
    st.tuples(st.integers(1, 150), st.integers(40_000, 40_150)).map(
        lambda ends: [*range(1, ends[0]), *range(40_000, ends[1])]
    ),
)
PLACES = st.integers(0, 300)


def reading(portal: ChangingPortal, listed: Listed, *, complete: bool) -> flows.Reading:
    """Return the list being read by its strategy."""
    executor = Executor(BlockingPort(portal), Webhook(portal.portal.webhook_url), policy=EAGER)
    return flows.pages(executor, listed.call, strategy=listed.strategy, id_key=listed.key, complete=complete)


def ids_of(rows: list[Any], listed: Listed) -> list[int]:
    """Return the ids of rows."""
    return [int(row[listed.key]) for row in rows]


def judge(portal: ChangingPortal, listed: Listed, found: list[int], report: Report) -> None:
    """Hold a list that was read to what it promises."""
    assert len(found) == len(set(found))
    assert set(found) <= portal.ever
    lost = portal.throughout - set(found)
    if not listed.by_offset:
        assert set() == lost
    if lost:
        assert not report.is_proven
        assert report.doubts()


class ListUnderChange(RuleBasedStateMachine):
    """A list is read page by page; rows change between pages, requests and commands."""

    @initialize(ids=IDS, listed=st.sampled_from(LISTS), complete=st.booleans())
    def open(self, ids: list[int], listed: Listed, complete: bool) -> None:
        self.listed = listed
        self.portal = ChangingPortal(listed, ids)
        self.reading = reading(self.portal, listed, complete=complete)
        self.pages: Iterator[list[Any]] = iterate(self.reading.__aiter__())
        self.found: list[int] = []
        self.ended = False
        self.refused = False

    @rule()
    def insert(self) -> None:
        self.portal.insert()

    @rule(place=PLACES)
    def delete(self, place: int) -> None:
        self.portal.delete(place)

    @rule(place=PLACES)
    def edit(self, place: int) -> None:
        self.portal.edit(place)

    @rule()
    def bring_back(self) -> None:
        self.portal.bring_back()

    @rule(after=st.integers(0, 8), place=PLACES, change=st.sampled_from(["delete", "edit", "insert", "swap"]))
    def plan(self, after: int, place: int, change: str) -> None:
        """Change rows before a request or a command that is still to come."""
        if change in ("delete", "swap"):
            self.portal.plan(after, lambda: self.portal.delete(place))
        if change in ("insert", "swap"):
            self.portal.plan(after, self.portal.insert)
        if change == "edit":
            self.portal.plan(after, lambda: self.portal.edit(place))

    @precondition(lambda self: not self.ended)
    @rule()
    def read_a_page(self) -> None:
        self._next()

    def _next(self) -> None:
        try:
            self.found.extend(ids_of(next(self.pages), self.listed))
        except StopIteration:
            self.ended = True
        except IncompleteList:
            self.ended = self.refused = True

    def teardown(self) -> None:
        if not hasattr(self, "portal"):
            return
        while not self.ended:
            self._next()
        if not self.refused:
            judge(self.portal, self.listed, self.found, self.reading.report)
        self.portal.portal.close()


TestListUnderChange = pytest.mark.slow(ListUnderChange.TestCase)
TestListUnderChange.settings = settings(max_examples=60, stateful_step_count=14, deadline=None)


@pytest.mark.parametrize("listed", LISTS, ids=repr)
def test_quiet_list_can_prove_that_it_is_complete(listed: Listed) -> None:
    """Without changes every strategy brings each row once, and proves it when asked to."""
    portal = ChangingPortal(listed, range(1, 241))

    read = reading(portal, listed, complete=True)
    found = [number for rows in iterate(read.__aiter__()) for number in ids_of(rows, listed)]

    assert list(range(1, 241)) == sorted(found)
    assert read.report.is_proven


def test_row_hidden_by_a_balanced_change_is_not_passed_over_in_silence() -> None:
    """One row deleted and one added between two pages hide a third one while the total stays the same."""
    listed = next(one for one in LISTS if one.strategy == "next")
    found: dict[bool, list[int]] = {}
    reports: list[Report] = []

    for complete in (False, True):
        portal = ChangingPortal(listed, range(1, 151))
        portal.plan(1, lambda portal=portal: (portal.delete(0), portal.insert()))  # type: ignore[misc]
        read = reading(portal, listed, complete=complete)
        reports.append(read.report)
        found[complete] = []
        pages = iterate(read.__aiter__())
        if complete:
            with pytest.raises(IncompleteList, match="a second reading brought other rows"):
                found[complete].extend(number for rows in pages for number in ids_of(rows, listed))
        else:
            found[complete] = [number for rows in pages for number in ids_of(rows, listed)]

    assert 51 not in found[False]
    assert (150, 150) == (reports[0].rows, reports[0].total)
    assert not reports[0].is_proven
    assert "read by offset" in reports[0].doubts()


@pytest.mark.parametrize(
    ("method", "api", "strategy"),
    [
        ("tasks.task.list", 3, "cursor"),
        ("tasks.task.list", 3, "next"),
        ("main.eventlog.tail", 3, "offset"),
        ("crm.deal.list", 2, "offset"),
    ],
)
def test_strategy_that_a_method_ignores_is_refused(method: str, api: int, strategy: str) -> None:
    """The portal drops what it does not know, so one page would pass for the whole list."""
    executor = Executor(BlockingPort(), Webhook("https://portal.test/rest/1/code/"), policy=EAGER)

    with pytest.raises(ConfigError, match=f"{method} cannot be read by {strategy}"):
        flows.pages(executor, Call(method, api=Api(api)), strategy=strategy)


@pytest.mark.slow
@settings(max_examples=15)
@given(
    changes=st.lists(st.tuples(st.integers(0, 90), PLACES), min_size=1, max_size=12),
    gap=st.integers(3, 40),
)
def test_sampled_ranges_keep_every_row_that_stays(changes: list[tuple[int, int]], gap: int) -> None:
    """A list long enough to be sampled first loses nothing under deletions at any command."""
    listed = LISTS[0]
    ids = [number * gap for number in range(1, 3001)] + [number + 200_000 for number in range(2500)]
    portal = ChangingPortal(listed, ids)
    for after, place in changes:
        portal.plan(after, lambda place=place: portal.delete(place * 17))  # type: ignore[misc]

    read = reading(portal, listed, complete=True)
    found = [number for rows in iterate(read.__aiter__()) for number in ids_of(rows, listed)]

    judge(portal, listed, found, read.report)
