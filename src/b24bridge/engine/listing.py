"""Reading a large list by ranges of ids, many at once.

Right for every record that is there throughout, under inserts and deletes, and never counts
(``start=-1``). One batch brings both ends; the ids between them are cut into ranges: dense ones into
windows of 50 ids, which cannot overflow, sparse ones into chains, in which each command starts behind
the last row of the one before (``$result[…][49][ID]``).
"""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import pairwise
from math import ceil
from typing import Any

from b24bridge.engine.batches import batch
from b24bridge.engine.executor import Executor
from b24bridge.engine.report import Report
from b24bridge.errors import B24Error, BadAnswer, BatchError, IncompleteList
from b24bridge.knowledge.codes import explain
from b24bridge.wire.batch import MAX_COMMANDS, Command, Outcome, pack, unpack
from b24bridge.wire.call import Call, Json
from b24bridge.wire.idlist import IdList
from b24bridge.wire.paging import PAGE, rows_of
from b24bridge.wire.request import WireResponse
from b24bridge.wire.response import decode

__all__ = ["read_by_id"]

#: Up to this many ids between the ends, windows need no knowledge of the density.
SMALL_SPAN = 5000
#: Up to this many pages the density at the ends is guide enough: a wrong guess costs a request or two.
FEW_PAGES = 100
SAMPLES = 24
#: Commands of a request that takes samples, and least commands of any other.
SAMPLED = 16
NARROW = 10
#: Pages of one chain: the commands of a request run one after the other, so chains are kept apart.
CHAIN = 25
#: Portal seconds that a request may take; the cloud cuts it after 60.
REQUEST_S = 40.0


@dataclass(slots=True)
class _Range:
    """Ids above ``low`` up to ``high``, and how to read them.

    Attributes:
        low: Exclusive lower end.
        high: Inclusive upper end.
        pages: 1 for a window, which is at most 50 wide; more for a chain.
        rows: Rows that are there already; then nothing is asked.
    """

    low: int
    high: int
    pages: int = 1
    rows: list[Json] | None = None

    @property
    def cost(self) -> int:
        """Commands that it takes."""
        return self.pages if self.rows is None else 0


@dataclass(slots=True)
class _Reader:
    executor: Executor
    ids: IdList
    report: Report
    deadline: float | None
    width: int = MAX_COMMANDS

    def spread(self, commands: int) -> int:
        """Return how many commands a request should carry.

        The commands of a request run one after the other, so few of them are spread over the
        connections, as long as requests are to be had without waiting.
        """
        connections = max(1, self.executor.policy.connections)
        budget = self.executor.budget()
        if budget is not None and budget.wait(self.executor.port.now()) > 0:
            return self.width
        return min(self.width, max(NARROW, ceil(commands / connections)))

    async def ask(self, calls: Mapping[str, Call[Any]], size: int) -> dict[str, Outcome[Json]]:
        """Run the commands and return their outcomes."""
        size = min(size, self.width)
        outcomes = await batch(self.executor, calls, size=size, deadline_s=self.left_s())
        self.report.requests += ceil(len(calls) / size)
        self._learn(outcomes.values())
        return outcomes

    async def fetch(self, part: Sequence[_Range]) -> Json:
        """Return the answer to the commands of some ranges, undecoded where it can be; None if there is none.

        What the portal refuses command by command, and what is lost, is asked again when it is opened.
        """
        calls = self._calls(part)
        if not calls:
            return None
        commands = [Command.of(name, call) for name, call in calls.items()]
        await self.executor.rest([self.ids.method])
        answer = await self.executor.execute(
            Call("batch", pack(commands)), deadline_s=self.left_s(), safe=True, hold=True
        )
        self.report.requests += 1
        return answer.result

    def outcomes(self, part: Sequence[_Range], body: Json) -> dict[str, Outcome[Json]]:
        """Return the outcomes in an answer; none of them if it cannot be read."""
        with suppress(BadAnswer, BatchError):
            if isinstance(body, bytes):
                body = decode(WireResponse(200, (), body), method="batch").result
            commands = [Command.of(name, call) for name, call in self._calls(part).items()]
            outcomes = unpack(body, commands, explain=explain)
            self._learn(outcomes.values())
            return outcomes
        return {}

    async def open(
        self, one: _Range, outcomes: Mapping[str, Outcome[Json]]
    ) -> tuple[list[Json], _Range | None]:
        """Return the rows of a range, and what of it is still to be read.

        Commands that failed, or whose answer could not be read, are asked again.
        """
        if one.rows is not None:
            return one.rows, None
        names = _names(one)
        first = outcomes.get(names[0])
        if first is None or first.error is not None:
            outcomes = await self.ask(self._calls([one]), MAX_COMMANDS)
        return _chain(self, one, [outcomes[name] for name in names])

    def left_s(self) -> float | None:
        """Return the seconds until the deadline."""
        return None if self.deadline is None else self.deadline - self.executor.port.now()

    def _calls(self, part: Sequence[_Range]) -> dict[str, Call[Any]]:
        calls: dict[str, Call[Any]] = {}
        for one in part:
            if one.rows is not None:
                continue
            names = _names(one)
            calls[names[0]] = self.ids.above(one.low, one.high)
            for before, name in pairwise(names):
                calls[name] = self.ids.behind(before, one.high)
        return calls

    def _learn(self, outcomes: Iterable[Outcome[Json]]) -> None:
        """Make requests narrower where commands are slow, and heed the method's operating time."""
        budget = self.executor.budget()
        slowest = 0.0
        for outcome in outcomes:
            slowest = max(slowest, _duration(outcome))
            if budget is not None and outcome.time:
                budget.observe(self.ids.method, dict(outcome.time))
        if slowest > 0:
            self.width = max(1, min(MAX_COMMANDS, int(REQUEST_S / slowest)))

    def rows(self, outcome: Outcome[Json]) -> list[Json]:
        """Return the rows of a command in the order of ids.

        Raises:
            B24Error: The command failed.
        """
        if outcome.error is not None:
            raise outcome.error
        rows = rows_of(outcome.value, self.ids.container, method=self.ids.method)
        return sorted(rows, key=self.ids.id_of)


async def read_by_id(
    executor: Executor, id_list: IdList, report: Report, deadline: float | None
) -> AsyncIterator[list[Json]]:
    """Yield all rows in the order of ids, in lists of no fixed length.

    Args:
        executor: Carries out the requests.
        id_list: How the method is asked for ranges of ids.
        report: Grows while the list is read.
        deadline: Monotonic time at which to give up, or None.

    Raises:
        IncompleteList: The portal did not keep to the ranges.
        B24Error: A part of the list could not be read; the report says where to resume.
    """
    reader = _Reader(executor, id_list, report, deadline)
    try:
        ranges = await _ranges(reader)
        async for rows in _read(reader, ranges):
            report.rows += len(rows)
            report.position = id_list.id_of(rows[-1])
            yield [id_list.finished(row) for row in rows]
    except B24Error as error:
        if report.position is not None:
            error.remedy = f"{error.remedy} Resume behind id {report.position}.".strip()
        raise
    report.finished = True


async def _ranges(reader: _Reader) -> list[_Range]:
    """Return the ranges of the whole list, those at both ends with their rows."""
    ends = await reader.ask({"head": reader.ids.above(0), "tail": reader.ids.below()}, 2)
    head = reader.rows(ends["head"])
    tail = reader.rows(ends["tail"])
    if len(head) < PAGE:
        return [_Range(0, 0, rows=head)]
    id_of = reader.ids.id_of
    low, high = id_of(head[-1]), id_of(tail[0]) - 1
    extent = low - id_of(head[0]) + id_of(tail[-1]) - high
    between = await _between(reader, low, high, 2 * PAGE / max(1, extent)) if low < high else []
    known = [row for row in tail if id_of(row) > low]
    return [_Range(0, low, rows=head), *between, _Range(high, high, rows=known)]


async def _between(reader: _Reader, low: int, high: int, density: float) -> list[_Range]:
    """Return the ranges between the ends.

    Few pages are cut by the density (rows per id) at the ends; for many, samples are taken first.
    """
    if high - low <= SMALL_SPAN:
        return list(_windows(low, high))
    if _pages(high - low, density) <= FEW_PAGES:
        return list(_cut(low, high, density))
    points = [low + (high - low) * at // SAMPLES for at in range(SAMPLES + 1)]
    calls: dict[str, Call[Any]] = {}
    for at in range(SAMPLES):
        calls[f"up{at}"] = reader.ids.above(points[at], points[at + 1])
        calls[f"down{at}"] = reader.ids.below(points[at + 1], points[at])
    outcomes = await reader.ask(calls, SAMPLED)
    ranges: list[_Range] = []
    for at in range(SAMPLES):
        rising = reader.rows(outcomes[f"up{at}"])
        falling = reader.rows(outcomes[f"down{at}"])
        ranges.extend(_sampled(reader, points[at], points[at + 1], rising, falling))
    return ranges


def _sampled(
    reader: _Reader, low: int, high: int, rising: list[Json], falling: list[Json]
) -> Iterator[_Range]:
    """Yield the ranges of one part of the ids, of which the rows at both ends are known."""
    id_of = reader.ids.id_of
    _check(reader, rising, low, high)
    _check(reader, falling, low, high)
    if len(rising) < PAGE:
        yield _Range(low, high, rows=rising)
        return
    first, last = id_of(rising[-1]), id_of(falling[0]) - 1
    yield _Range(low, first, rows=rising)
    if first < last:
        # Between the known rows themselves: a hole at the edge says nothing of the middle.
        extent = first - id_of(rising[0]) + id_of(falling[-1]) - last
        density = 2 * PAGE / max(1, extent)
        yield from _cut(first, last, density)
    yield _Range(max(first, last), high, rows=[row for row in falling if id_of(row) > first])


def _windows(low: int, high: int) -> Iterator[_Range]:
    for start in range(low, high, PAGE):
        yield _Range(start, min(start + PAGE, high))


def _pages(width: int, density: float) -> int:
    """Return how many pages so many ids probably hold, with some to spare."""
    return ceil(width * density / PAGE * 1.15) + 1


def _cut(low: int, high: int, density: float) -> Iterator[_Range]:
    """Cut ids of about that density (rows per id) into windows or chains, whichever takes fewer commands."""
    width = high - low
    if width <= 0:
        return
    pages = _pages(width, density)
    if ceil(width / PAGE) <= pages * 1.2:
        yield from _windows(low, high)
        return
    chains = ceil(pages / CHAIN)
    for at in range(chains):
        start, end = low + width * at // chains, low + width * (at + 1) // chains
        if start < end:
            yield _Range(start, end, pages=max(2, ceil(pages / chains)))


async def _read(reader: _Reader, ranges: Sequence[_Range]) -> AsyncIterator[list[Json]]:
    """Yield the rows of the ranges in order, asking as many requests at once as there are connections.

    Answers wait as bytes until their turn comes, so memory does not grow with the list.
    """
    waiting = deque(ranges)
    while waiting:
        parts = _parts(reader, waiting)
        bodies = list(await reader.executor.port.gather([reader.fetch(part) for part in parts]))
        for at, part in enumerate(parts):
            body, bodies[at] = bodies[at], None
            outcomes = {} if body is None else reader.outcomes(part, body)
            for one in part:
                rest: _Range | None = one
                while rest is not None:
                    # An unfinished chain goes on at once: what follows it comes later in order.
                    rows, rest = await reader.open(rest, outcomes if rest is one else {})
                    if rows:
                        yield rows
                one.rows = None


def _parts(reader: _Reader, waiting: deque[_Range]) -> list[list[_Range]]:
    """Take the ranges of the next requests, one list for each."""
    connections = max(1, reader.executor.policy.connections)
    left = sum(part.pages for part in waiting if part.rows is None)
    width = reader.spread(left)
    parts: list[list[_Range]] = []
    while waiting and len(parts) < connections:
        room = width
        part: list[_Range] = []
        while waiting and (not part or waiting[0].cost <= room):
            room -= waiting[0].cost
            part.append(waiting.popleft())
        parts.append(part)
    return parts


def _names(one: _Range) -> list[str]:
    """Return the ids of the commands of a range."""
    return [f"r{one.low}_{at}" for at in range(one.pages)]


def _chain(
    reader: _Reader, part: _Range, outcomes: Sequence[Outcome[Json]]
) -> tuple[list[Json], _Range | None]:
    """Return the rows of a chain up to its first short page; what follows that is not to be trusted."""
    found: list[Json] = []
    low = part.low
    for outcome in outcomes:
        if found and outcome.error is not None:
            return found, _Range(low, part.high, pages=part.pages)
        rows = reader.rows(outcome)
        _check(reader, rows, low, part.high)
        found.extend(rows)
        if len(rows) < PAGE:
            return found, None
        low = reader.ids.id_of(rows[-1])
    if low >= part.high:
        return found, None
    return found, _Range(low, part.high, pages=min(MAX_COMMANDS, max(2, part.pages * 2)))


def _check(reader: _Reader, rows: Sequence[Json], low: int, high: int) -> None:
    """Make sure that the portal kept to the range: a filter that it does not know is dropped silently."""
    id_of = reader.ids.id_of
    if rows and (id_of(rows[0]) <= low or id_of(rows[-1]) > high):
        raise IncompleteList(
            f"{reader.ids.method} sent rows outside the ids {low + 1} to {high} that were asked for.",
            method=reader.ids.method,
            remedy="Read the list with strategy='next'.",
        )


def _duration(outcome: Outcome[Json]) -> float:
    # `duration` counts from the whole second, so it is up to a second too long; `processing` is mostly 0.
    duration = outcome.time.get("duration")
    return max(0.0, float(duration) - 0.5) if isinstance(duration, int | float) else 0.0
