"""Reading a large list by ranges of ids, many at once.

Right for every record that is there throughout, under inserts and deletes, and never counts
(``start=-1``). One batch brings both ends; the ids between them are cut into ranges: dense ones into
windows of 50 ids, which cannot overflow, sparse ones into chains, in which each command starts behind
the last row of the one before (``$result[…][49][ID]``). Requests slide through a window; of their answers
one at a time is in memory, and of its rows one page.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Coroutine, Iterator
from contextlib import aclosing
from itertools import pairwise
from math import ceil
from typing import Any

from b24bridge.engine.executor import Executor
from b24bridge.engine.rangereader import END_DOUBT, RangeReader
from b24bridge.engine.ranges import Plan, Range, Stretch, pages_of, smoothed
from b24bridge.engine.report import Report
from b24bridge.engine.window import in_order
from b24bridge.errors import B24Error
from b24bridge.wire.call import Call, Json
from b24bridge.wire.idlist import IdList
from b24bridge.wire.paging import PAGE

__all__ = ["read_by_id"]

#: Up to this many ids between the ends, windows need no knowledge of the density.
SMALL_SPAN = 5000
#: Up to this many pages the density at the ends is guide enough: a wrong guess costs a request or two.
FEW_PAGES = 150
#: Places at which samples are taken, for lists of few and of many requests.
SAMPLES, MORE_SAMPLES, MANY_PAGES = 12, 24, 1500
#: Requests over which a short list is spread.
SHARES = 10


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
    reader = RangeReader(executor, id_list, report, deadline)
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


async def _plan(reader: RangeReader, after: int) -> Plan:
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


async def _between(reader: RangeReader, low: int, high: int, density: float) -> list[Range | Stretch]:
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
    reader: RangeReader,
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


async def _read(reader: RangeReader, plan: Plan) -> AsyncGenerator[list[Json], None]:
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
