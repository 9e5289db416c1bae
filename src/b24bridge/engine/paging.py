"""Reading whole lists: pages in a row, with a report on how complete they are."""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Coroutine, Iterator, Mapping
from contextlib import aclosing
from dataclasses import dataclass, field
from itertools import islice
from math import ceil
from typing import Any

from b24bridge.engine.batches import batch
from b24bridge.engine.choosing import can_be_batched, chosen_for, container_of, id_key_of, name_of
from b24bridge.engine.executor import Executor
from b24bridge.engine.held import fetch, opened
from b24bridge.engine.listing import read_by_id
from b24bridge.engine.pace import Pace
from b24bridge.engine.report import BY_OFFSET, Report
from b24bridge.engine.window import in_order
from b24bridge.errors import ConfigError, DeadlineExceeded, IncompleteList
from b24bridge.wire.batch import MAX_COMMANDS
from b24bridge.wire.call import Call, Json
from b24bridge.wire.idlist import IdList, id_list
from b24bridge.wire.ownpaging import ByLastId, ByLimit, ByPageNumber
from b24bridge.wire.paging import (
    PAGE,
    ByNavigation,
    ByNext,
    Page,
    StallGuard,
    Strategy,
    offset_of,
    resumed,
    rows_of,
)

__all__ = ["Reading", "Report", "pages"]


class Reading:
    """A list being read: iterate over its pages; ``report`` says how complete it is."""

    def __init__(self, report: Report, stream: AsyncIterator[list[Json]]) -> None:
        self.report = report
        self._stream = stream

    def __aiter__(self) -> AsyncIterator[list[Json]]:
        return self._stream


def pages(
    executor: Executor,
    call: Call[Any],
    *,
    strategy: str | Strategy | None = None,
    id_key: str | None = None,
    container: str | None = None,
    deadline_s: float | None = None,
    complete: bool = False,
    resume: Json = None,
    progress: Callable[[Report], None] | None = None,
) -> Reading:
    """Return the pages of a list, read while they are iterated.

    Args:
        executor: Carries out the requests.
        call: The list method as for its first page.
        strategy: A way of paging or its name; default: what suits the method.
        id_key: Field by which rows are told apart, to leave out those that come twice.
        container: Key inside ``result`` that holds the rows; default: the catalogue's.
        deadline_s: Seconds for the whole list.
        complete: End in ``IncompleteList`` if the list cannot prove that it is complete; pages counted by
            offset are read twice for that.
        resume: ``report.position`` of an earlier reading with the same call and strategy: go on behind it.
        progress: Called with the report after each page.

    Raises:
        ConfigError: No strategy has that name, or it cannot go on from a position.
    """
    ids = id_list(call) if strategy in (None, "ranges") else None
    if strategy == "ranges" and ids is None:
        raise ConfigError(
            f"{call.method} with these parameters cannot be read by ranges of ids.",
            remedy="Leave out order, start and conditions on the id, or take strategy='next'.",
        )
    chosen = chosen_for(call, strategy, id_key)
    if resume is not None and ids is None:
        if isinstance(chosen, ByLimit | ByPageNumber | ByLastId):
            call = chosen.resumed(call, resume)
        else:
            call, chosen = resumed(call, chosen, resume)
    reading = _List(
        executor,
        call,
        chosen,
        Report("ranges" if ids is not None else name_of(chosen)),
        id_key or id_key_of(call),
        container or getattr(call, "container", "") or container_of(call),
        None if deadline_s is None else executor.port.now() + deadline_s,
        StallGuard(call.method),
    )
    if ids is not None:
        stream = _by_id(reading, ids, _id_of(resume, call))
    elif isinstance(chosen, ByNext | ByNavigation) and strategy in (None, "batched") and can_be_batched(call):
        reading.report.strategy = "batched"
        stream = _in_batches(reading, chosen)
    else:
        stream = _one_after_another(reading, chosen.first(call))
    if isinstance(chosen, ByLimit | ByPageNumber):
        reading.passed = chosen.passed(call)
    elif reading.report.strategy in BY_OFFSET:
        reading.passed = offset_of(call)
    return Reading(reading.report, _whole(reading, stream, complete, progress))


async def _confirm(reading: _List) -> None:
    """Read the list a second time and note whether the same rows came.

    Ids are not given twice, so equal rows mean that none of them went away before it was passed the
    second time, and only a row that goes away behind the reader moves another one out of its sight.
    """
    again = pages(
        reading.executor,
        reading.call,
        strategy="batched" if reading.report.strategy == "batched" else reading.strategy,
        id_key=reading.key,
        container=reading.container,
        deadline_s=reading.left_s(),
    )
    report, second = reading.report, set[Json]()
    async for rows in again:
        second.update(row.get(reading.key) for row in rows if isinstance(row, Mapping))
    report.requests += again.report.requests
    if len(reading.seen) < report.rows:
        report.notes.append(f"rows without {reading.key!r} cannot be told apart")
    elif second != reading.seen or not again.report.is_complete:
        report.notes.append("a second reading brought other rows")
    else:
        report.confirmed = True


@dataclass(slots=True)
class _List:
    """One list on its way."""

    executor: Executor
    call: Call[Any]
    strategy: Strategy
    report: Report
    key: str
    container: str | None
    deadline: float | None
    guard: StallGuard
    seen: set[Json] = field(default_factory=set)
    passed: int = 0

    def left_s(self) -> float | None:
        """Return the seconds until the deadline.

        Raises:
            DeadlineExceeded: There are none.
        """
        if self.deadline is None:
            return None
        left_s = self.deadline - self.executor.port.now()
        if left_s <= 0:
            report = self.report
            raise DeadlineExceeded(
                f"The list of {self.call.method} did not end before its deadline, after {report.rows} rows.",
                method=self.call.method,
                remedy=f"Resume behind {report.position!r}." if report.position is not None else "",
            )
        return left_s

    async def fetch(self, call: Call[Any]) -> Page:
        """Return one page."""
        answer = await self.executor.execute(call, deadline_s=self.left_s())
        self.report.requests += 1
        return Page(self.rows_in(answer.result), answer.next, answer.total)

    def rows_in(self, result: Json) -> list[Json]:
        """Return the rows inside a result."""
        return rows_of(result, self.container, method=self.call.method)

    def take(self, page: Page) -> list[Json]:
        """Note a page and return those of its rows that are new.

        Raises:
            IncompleteList: The page came before.
        """
        self.guard.check(page)
        _note_total(self.report, page)
        rows = _fresh(page.rows, self.key, self.seen, self.report)
        self.passed += len(page.rows)
        if rows:
            self.report.rows += len(rows)
            last = rows[-1]
            mark = last.get(self.key) if isinstance(last, Mapping) else None
            self.report.position = self.passed if self.report.strategy in BY_OFFSET else mark
        return rows


async def _one_after_another(reading: _List, call: Call[Any] | None) -> AsyncGenerator[list[Json], None]:
    """Yield the pages from this call on, each asked for when the one before has come."""
    while call is not None:
        page = await reading.fetch(call)
        if isinstance(reading.strategy, ByNavigation | ByPageNumber) and reading.guard.knows(page):
            return  # a number past the end brings the last page again
        if _begins_behind_the_end(reading, page):
            return
        rows = reading.take(page)
        if rows:
            yield rows
        call = reading.strategy.following(call, page)


def _begins_behind_the_end(reading: _List, page: Page) -> bool:
    """Return whether a list goes on where nothing is left: asked for that, classic lists begin anew."""
    is_first = reading.report.requests == 1 and not reading.report.rows
    return is_first and page.total is not None and 0 < page.total <= reading.passed


async def _in_batches(reading: _List, strategy: ByNext | ByNavigation) -> AsyncGenerator[list[Json], None]:
    """Yield the first page, then the others by their offsets, 50 pages in a request."""
    call = strategy.first(reading.call)
    page = await reading.fetch(call)
    if _begins_behind_the_end(reading, page):
        return
    if rows := reading.take(page):
        yield rows
    last = strategy.following(call, page)
    if last is None or page.total is None:
        async for rows in _one_after_another(reading, last):
            yield rows
        return
    begin = page.next - PAGE if page.next is not None else 0
    count = ceil((page.total - begin) / PAGE)
    async with aclosing(_numbered(reading, {at: strategy.nth(call, at) for at in range(1, count)})) as pages:
        async for at, asked, found in pages:
            page, last = found, asked
            if len(page.rows) < PAGE and at < count - 1:
                reading.report.notes.append(f"page {at + 1} of {count} was short: rows were deleted")
            if rows := reading.take(page):
                yield rows
    # A list that grew meanwhile, or a total that was too small, goes on behind the last page.
    async for rows in _one_after_another(reading, strategy.following(last, page)):
        yield rows


async def _numbered(
    reading: _List, calls: Mapping[int, Call[Any]]
) -> AsyncGenerator[tuple[int, Call[Any], Page], None]:
    """Yield the pages of many calls in order; their answers stay bytes until their turn comes."""
    executor = reading.executor
    pace = Pace(max(1, executor.policy.connections), executor.port.now)
    groups: deque[dict[str, Call[Any]]] = deque()

    async def ask(group: Mapping[str, Call[Any]]) -> Json:
        result = await fetch(executor, group, reading.left_s())
        reading.report.requests += 1
        return result

    def requests() -> Iterator[Coroutine[Any, Any, Json]]:
        names = iter(calls)
        while part := list(islice(names, MAX_COMMANDS)):
            groups.append({str(at): calls[at] for at in part})
            yield ask(groups[-1])

    async with aclosing(in_order(executor.port, requests(), lambda: pace.connections)) as answers:
        async for result in answers:
            group = groups.popleft()
            answer = opened(executor, group, result)
            del result
            for name, call in group.items():
                try:
                    value, outcome = answer.value(name), answer.outcomes[name]
                except ValueError:  # refused or lost: asked again, by itself
                    outcome = (await batch(executor, {name: call}, deadline_s=reading.left_s()))[name]
                    reading.report.requests += 1
                    if outcome.error is not None:
                        raise outcome.error from None
                    value = outcome.value
                yield int(name), call, Page(reading.rows_in(value), outcome.next, outcome.total)


async def _by_id(reading: _List, ids: IdList, after: int) -> AsyncGenerator[list[Json], None]:
    async with aclosing(read_by_id(reading.executor, ids, reading.report, reading.deadline, after)) as stream:
        async for rows in stream:
            yield rows


def _id_of(resume: Json, call: Call[Any]) -> int:
    try:
        return int(resume or 0)
    except (TypeError, ValueError) as exc:
        raise ConfigError(
            f"The list of {call.method} cannot go on behind {resume!r}: that is no id.",
            remedy="Hand in report.position of the earlier reading.",
        ) from exc


async def _whole(
    reading: _List,
    stream: AsyncGenerator[list[Json], None],
    complete: bool,
    progress: Callable[[Report], None] | None,
) -> AsyncGenerator[list[Json], None]:
    """Yield the pages of a stream, and look at the end whether all have come."""
    async with aclosing(stream):
        async for rows in stream:
            if progress is not None:
                progress(reading.report)
            yield rows
    report = reading.report
    report.finished = True
    if complete and report.is_complete and not report.is_proven:
        await _confirm(reading)
    if complete and not report.is_proven:
        raise IncompleteList(
            f"The list of {reading.call.method} cannot prove that it is complete: {report.doubts()}.",
            method=reading.call.method,
            remedy="Read it again, by id if the method can.",
        )


def _note_total(report: Report, page: Page) -> None:
    if page.total is None:
        return
    if report.total is None:
        report.total = page.total
    elif page.total != report.total and not any(note.startswith("total") for note in report.notes):
        report.notes.append(f"total changed from {report.total} to {page.total} while reading")


def _fresh(rows: Any, key: str, seen: set[Json], report: Report) -> list[Json]:
    """Return the rows that did not come before."""
    fresh: list[Json] = []
    for row in rows:
        mark = row.get(key) if isinstance(row, Mapping) else None
        if isinstance(mark, str | int):
            if mark in seen:
                report.duplicates += 1
                continue
            seen.add(mark)
        fresh.append(row)
    return fresh
