"""Pages and parts of the service desk lose nothing."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from examples.service_desk.rules import chunks
from examples.service_desk.time.details import page_of
from examples.service_desk.time.options import Options

NOW = datetime(2025, 12, 18, 9, tzinfo=UTC)


def _options(**body: Any) -> Options:
    return Options.read({"includeTaskDetails": True, **body}, NOW)


@given(st.lists(st.integers(), max_size=300), st.integers(1, 60))
def test_parts_put_together_are_the_whole(values: list[int], size: int) -> None:
    """No part is empty or too long, and their order is that of the values."""
    parts = [list(part) for part in chunks(values, size)]

    assert values == [value for part in parts for value in part]
    assert all(1 <= len(part) <= size for part in parts)


@given(st.integers(0, 350), st.integers(-5, 150))
def test_pages_put_together_are_all_tasks(tasks: int, per_page: int) -> None:
    """Every task is on exactly one page, however many a page holds."""
    rows = [{"id": number} for number in range(tasks)]
    pages = page_of(rows, _options(perPage=per_page))["pagination"]["totalPages"]

    seen = [
        row
        for number in range(1, pages + 1)
        for row in page_of(rows, _options(perPage=per_page, page=number))["tasks"]
    ]

    assert rows == seen


def test_a_page_beyond_the_last_is_the_last() -> None:
    """The module moves the page back instead of answering with nothing."""
    page = page_of([{"id": number} for number in range(28)], _options(perPage=5, page=99))

    assert {"totalTasks": 28, "currentPage": 6, "perPage": 5, "totalPages": 6} == page["pagination"]
    assert [{"id": 25}, {"id": 26}, {"id": 27}] == page["tasks"]


def test_a_list_without_tasks_has_a_first_page_and_no_pages() -> None:
    """Nothing to list counts as page 1 of 0."""
    page = page_of([], _options())

    assert {"totalTasks": 0, "currentPage": 1, "perPage": 10, "totalPages": 0} == page["pagination"]


def test_a_page_holds_at_most_a_hundred_tasks() -> None:
    """More is held to 100, less than one to 1."""
    assert (100, 1) == (_options(perPage=5000).per_page, _options(perPage=-1).per_page)
