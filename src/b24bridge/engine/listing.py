"""Reading a large list by ranges of ids, many at once.

Right for every record that is there throughout, under inserts and deletes, and never counts
(``start=-1``). One batch brings both ends; the ids between them are cut into ranges: dense ones into
windows of 50 ids, which cannot overflow, sparse ones into chains, in which each command starts behind
the last row of the one before (``$result[…][49][ID]``). Requests slide through a window; of their answers
one at a time is in memory, and of its rows one page.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Coroutine, Iterable, Iterator, Mapping, Sequence
from contextlib import aclosing, suppress
from itertools import pairwise
from math import ceil
from typing import Any

from b24bridge.engine.batches import batch
from b24bridge.engine.executor import Executor
from b24bridge.engine.pace import Pace
from b24bridge.engine.ranges import Plan, Range, Stretch, pages_of, smoothed
from b24bridge.engine.report import Report
from b24bridge.engine.rowjson import load_rows
from b24bridge.engine.window import in_order
from b24bridge.errors import B24Error, BadAnswer, BatchError, IncompleteList
from b24bridge.knowledge.codes import explain
from b24bridge.wire.batch import MAX_COMMANDS, Command, Outcome, pack, unpack
from b24bridge.wire.call import Call, Json
from b24bridge.wire.cutting import CutBatch, cut
from b24bridge.wire.idlist import IdList
from b24bridge.wire.paging import PAGE, rows_of
from b24bridge.wire.request import WireResponse
from b24bridge.wire.response import decode

__all__ = ["read_by_id"]

#: Up to this many ids between the ends, windows need no knowledge of the density.
SMALL_SPAN = 5000
#: Up to this many pages the density at the ends is guide enough: a wrong guess costs a request or two.
FEW_PAGES = 150
#: Error of a density that is known from the two pages at the ends only.
END_DOUBT = 0.03
#: Places at which samples are taken, for lists of few and of many requests.
SAMPLES, MORE_SAMPLES, MANY_PAGES = 12, 24, 1500
#: Commands of a request that takes samples, and least commands of any other.
SAMPLED = 16
NARROW = 16
#: Requests over which a short list is spread.
SHARES = 10
#: Portal seconds that a request may take; the cloud cuts it after 60.
REQUEST_S = 40.0


class _Reader:
    """One list on its way.

    Args:
        executor: Carries out the requests.
        ids: How the method is asked for ranges of ids.
        report: Grows while the list is read.
        deadline: Monotonic time at which to give up, or None.
    """

    def __init__(self, executor: Executor, ids: IdList, report: Report, deadline: float | None) -> None:
        self.executor = executor
        self.ids = ids
        self.report = report
        self.deadline = deadline
        self.width = MAX_COMMANDS
        self.pace = Pace(max(1, executor.policy.connections), executor.port.now)

    def spread(self, commands: int, requests: int) -> int:
        """Return how many commands a request should carry.

        The commands of a request run one after the other, so few of them are spread over as many
        requests, as long as requests are to be had without waiting.
        """
        budget = self.executor.budget()
        if budget is not None and budget.wait(self.executor.port.now()) > 0:
            return self.width
        return min(self.width, max(NARROW, ceil(commands / requests)))

    async def ask(self, calls: Mapping[str, Call[Any]], size: int) -> dict[str, Outcome[Json]]:
        """Run the commands and return their outcomes, what was lost asked again."""
        size = min(size, self.width)
        began = self.executor.port.now()
        outcomes = await batch(self.executor, calls, size=size, deadline_s=self.left_s())
        self.report.requests += ceil(len(calls) / size)
        self.pace.sent(min(size, len(calls)), self.executor.port.now() - began)
        self._learn(outcomes.values())
        return outcomes

    async def fetch(self, calls: Mapping[str, Call[Any]]) -> Json:
        """Return the answer to some commands, unread if it can be; None if there are none.

        What the portal refuses command by command, and what is lost, is asked again when it is opened.
        """
        if not calls:
            return None
        commands = [Command.of(name, call) for name, call in calls.items()]
        await self.executor.rest([self.ids.method])
        began = self.executor.port.now()
        answer = await self.executor.execute(
            Call("batch", pack(commands)), deadline_s=self.left_s(), safe=True, hold=True, bulk=True
        )
        self.report.requests += 1
        held_s = answer.result.held_s if isinstance(answer.result, WireResponse) else 0.0
        self.pace.sent(len(calls), self.executor.port.now() - began - held_s)
        return answer.result

    def opened(self, calls: Mapping[str, Call[Any]], result: Json) -> _Opened:
        """Return an answer as outcomes by command; none of them if it cannot be read."""
        commands = [Command.of(name, call) for name, call in calls.items()]
        parts = None
        with suppress(BadAnswer, BatchError):
            if isinstance(result, WireResponse):
                parts = cut(result.body, list(calls))
                result = decode(result, method="batch").result if parts is None else parts.outline()
            outcomes = unpack(result, commands, explain=explain)
            self._learn(outcomes.values())
            return _Opened(self.ids, outcomes, parts)
        return _Opened(self.ids, {})

    async def samples(
        self, calls: Mapping[str, Call[Any]]
    ) -> dict[str, tuple[list[int], list[Json] | bytes]]:
        """Return the ids and the rows that some commands bring; of the rows the bytes if possible."""
        size = min(SAMPLED, self.width)
        names = list(calls)
        groups = [{name: calls[name] for name in names[at : at + size]} for at in range(0, len(names), size)]
        found: dict[str, tuple[list[int], list[Json] | bytes]] = {}
        answers = in_order(
            self.executor.port, (self.fetch(group) for group in groups), lambda: self.pace.connections
        )
        async with aclosing(answers):
            async for result in answers:
                group = groups[0]
                del groups[0]
                answer = self.opened(group, result)
                for name, call in group.items():
                    rows = answer.rows(name)
                    if rows is None:
                        rows = self.rows((await self.ask({name: call}, 1))[name])
                        found[name] = self.ids.numbers(rows), rows
                    else:
                        found[name] = self.ids.numbers(rows), answer.kept(name)
        return found

    def known(self, one: Range) -> list[Json]:
        """Return those rows of a range that are there already."""
        rows = one.rows
        assert rows is not None  # only asked for such ranges
        if isinstance(rows, bytes):
            rows = self.ids.ordered(rows_of(load_rows(rows), self.ids.container, method=self.ids.method))
        numbers = self.ids.numbers(rows)
        return [row for row, number in zip(rows, numbers, strict=True) if one.low < number <= one.high]

    async def pages(self, one: Range, answer: _Opened) -> AsyncIterator[list[Json]]:
        """Yield the rows of a range page by page.

        What failed, or could not be read, is asked again; what follows a short page of a chain is not to
        be trusted.

        Raises:
            B24Error: The portal refuses a command for good.
        """
        asked, low = one, one.low
        while True:
            begin, read = low, 0
            for name in asked.names():
                outcome = answer.outcomes.get(name)
                rows = answer.rows(name)
                if rows is None:
                    break
                numbers = self.ids.numbers(rows)
                self.check(numbers, low, one.high)
                if rows:
                    yield rows
                    low = numbers[-1]
                    read += len(rows)
                if len(rows) < PAGE or low >= one.high:
                    return
            if asked is not one and not read and outcome is not None and outcome.error is not None:
                raise outcome.error
            density = read / max(1, low - begin)
            pages = pages_of(one.high - low, density, END_DOUBT) if read else asked.pages
            asked = Range(low, one.high, min(MAX_COMMANDS, pages))
            answer = _Opened(self.ids, await self.ask(self.calls([asked]), MAX_COMMANDS))

    def left_s(self) -> float | None:
        """Return the seconds until the deadline."""
        return None if self.deadline is None else self.deadline - self.executor.port.now()

    def calls(self, part: Sequence[Range]) -> dict[str, Call[Any]]:
        """Return the commands of some ranges by their ids."""
        calls: dict[str, Call[Any]] = {}
        for one in part:
            names = one.names()
            if names:
                calls[names[0]] = self.ids.above(one.low, one.high)
            for before, name in pairwise(names):
                calls[name] = self.ids.behind(before, one.high)
        return calls

    def rows(self, outcome: Outcome[Json]) -> list[Json]:
        """Return the rows of a command in the order of ids.

        Raises:
            B24Error: The command failed.
        """
        if outcome.error is not None:
            raise outcome.error
        return self.ids.ordered(rows_of(outcome.value, self.ids.container, method=self.ids.method))

    def check(self, numbers: Sequence[int], low: int, high: int) -> None:
        """Make sure that the portal kept to a range: a filter that it does not know is dropped silently.

        Raises:
            IncompleteList: It did not.
        """
        if numbers and (numbers[0] <= low or numbers[-1] > high):
            raise IncompleteList(
                f"{self.ids.method} sent rows outside the ids {low + 1} to {high} that were asked for.",
                method=self.ids.method,
                remedy="Read the list with strategy='next'.",
            )

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


class _Opened:
    """An answer to a batch whose rows are decoded command by command.

    Args:
        ids: How the method is asked.
        outcomes: What became of each command; values are there only if nothing was cut.
        parts: The results as bytes.
    """

    def __init__(
        self, ids: IdList, outcomes: Mapping[str, Outcome[Json]], parts: CutBatch | None = None
    ) -> None:
        self.outcomes = outcomes
        self._ids = ids
        self._parts = parts

    def rows(self, name: str) -> list[Json] | None:
        """Return the rows of a command in the order of ids, None if it failed or they cannot be read."""
        outcome = self.outcomes.get(name)
        if outcome is None or outcome.error is not None:
            return None
        value = outcome.value
        if self._parts is not None:
            try:
                value = self._parts.result(name, load_rows)
            except ValueError:
                return None
        return self._ids.ordered(rows_of(value, self._ids.container, method=self._ids.method))

    def kept(self, name: str) -> list[Json] | bytes:
        """Return the rows of a command for later, in the form that takes least memory."""
        if self._parts is not None:
            return self._parts.part(name)
        return rows_of(self.outcomes[name].value, self._ids.container, method=self._ids.method)


async def read_by_id(
    executor: Executor, id_list: IdList, report: Report, deadline: float | None, after: int = 0
) -> AsyncGenerator[list[Json], None]:
    """Yield all rows in the order of ids, in lists of no fixed length.

    Args:
        executor: Carries out the requests.
        id_list: How the method is asked for ranges of ids.
        report: Grows while the list is read.
        deadline: Monotonic time at which to give up, or None.
        after: Id behind which to begin.

    Raises:
        IncompleteList: The portal did not keep to the ranges.
        B24Error: A part of the list could not be read; the report says where to resume.
    """
    reader = _Reader(executor, id_list, report, deadline)
    try:
        plan = await _plan(reader, after)
        async with aclosing(_read(reader, plan)) as pages:
            async for rows in pages:
                report.rows += len(rows)
                report.position = id_list.id_of(rows[-1])
                yield id_list.finished(rows)
    except B24Error as error:
        if report.position is not None:
            error.remedy = f"{error.remedy} Resume behind id {report.position}.".strip()
        raise
    report.finished = True


async def _plan(reader: _Reader, after: int) -> Plan:
    """Return what the whole list takes, with the rows at both ends."""
    ids = reader.ids
    ends = await reader.ask({"head": ids.above(after), "tail": ids.below(low=after)}, 2)
    head = reader.rows(ends["head"])
    tail = reader.rows(ends["tail"])
    reader.check(ids.numbers(head), after, max([after, *ids.numbers(head)]))
    if len(head) < PAGE:
        return Plan([Range(after, after if not head else ids.id_of(head[-1]), rows=head)])
    low, high = ids.id_of(head[-1]), ids.id_of(tail[0]) - 1
    extent = low - ids.id_of(head[0]) + ids.id_of(tail[-1]) - high
    between = await _between(reader, low, high, 2 * PAGE / max(2 * PAGE, extent)) if low < high else []
    last = ids.id_of(tail[-1])
    return Plan([Range(after, low, rows=head), *between, Range(max(low, high), max(low, last), rows=tail)])


async def _between(reader: _Reader, low: int, high: int, density: float) -> list[Range | Stretch]:
    """Return what lies between the ends.

    Few pages are cut by the density (rows per id) at the ends; for many, samples are taken first.
    """
    span = high - low
    pages = pages_of(span, density, END_DOUBT)
    if pages <= FEW_PAGES or span <= SMALL_SPAN:
        shares = max(1, ceil(pages / reader.spread(pages, SHARES)))
        points = [low + span * at // shares for at in range(shares + 1)]
        return [Stretch(start, end, density, END_DOUBT) for start, end in pairwise(points) if start < end]
    samples = MORE_SAMPLES if pages > MANY_PAGES else SAMPLES
    points = [low + span * at // samples for at in range(samples + 1)]
    calls: dict[str, Call[Any]] = {}
    for at, (start, end) in enumerate(pairwise(points)):
        calls[f"up{at}"] = reader.ids.above(start, end)
        calls[f"down{at}"] = reader.ids.below(end, start)
    found = await reader.samples(calls)
    pieces: list[Range | Stretch] = []
    for at, (start, end) in enumerate(pairwise(points)):
        pieces.extend(_sampled(reader, start, end, found[f"up{at}"], found[f"down{at}"]))
    better = iter(smoothed([one for one in pieces if isinstance(one, Stretch)]))
    return [next(better) if isinstance(one, Stretch) else one for one in pieces]


def _sampled(
    reader: _Reader,
    low: int,
    high: int,
    up: tuple[list[int], list[Json] | bytes],
    down: tuple[list[int], list[Json] | bytes],
) -> Iterator[Range | Stretch]:
    """Yield what lies in one part of the ids, of which the rows at both ends are known."""
    rising, falling = up[0], down[0]
    reader.check(rising, low, high)
    reader.check(falling, low, high)
    if len(rising) < PAGE:
        yield Range(low, high, rows=up[1])
        return
    first, last = rising[-1], falling[0] - 1
    yield Range(low, first, rows=up[1])
    if first < last:
        # Between the known rows themselves: a hole at the edge says nothing of the middle.
        extent = first - rising[0] + falling[-1] - last
        yield Stretch(first, last, 2 * PAGE / max(2 * PAGE, extent))
    yield Range(max(first, last), high, rows=down[1])


async def _read(reader: _Reader, plan: Plan) -> AsyncGenerator[list[Json], None]:
    """Yield the rows of a plan in order, page by page."""
    width = reader.spread(plan.pages(), reader.pace.connections)
    pace = reader.pace
    parts: list[list[Range]] = []

    def requests() -> Iterator[Coroutine[Any, Any, Json]]:
        while part := plan.take(min(width, reader.width)):
            parts.append(part)
            yield reader.fetch(reader.calls(part))

    answers = in_order(reader.executor.port, requests(), pace.requests)
    async with aclosing(answers):
        async for result in answers:
            part = parts.pop(0)
            answer = reader.opened(reader.calls(part), result)
            del result
            began = reader.executor.port.now()
            for one in part:
                if one.rows is None:
                    async for rows in reader.pages(one, answer):
                        yield rows
                elif rows := reader.known(one):
                    yield rows
            pace.used(sum(one.cost for one in part), reader.executor.port.now() - began)


def _duration(outcome: Outcome[Json]) -> float:
    # `duration` counts from the whole second, so it is up to a second too long; `processing` is mostly 0.
    duration = outcome.time.get("duration")
    return max(0.0, float(duration) - 0.5) if isinstance(duration, int | float) else 0.0
