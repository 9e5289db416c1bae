"""Reading a large list by ranges of ids, many at once.

Right for every record that is there throughout, under inserts and deletes, and never counts
(``start=-1``). One batch brings both ends; the ids between them are cut into ranges: dense ones into
windows of 50 ids, which cannot overflow, sparse ones into chains, in which each command starts behind
the last row of the one before (``$result[…][49][ID]``). Requests slide through a window; of their answers
one at a time is in memory, and of its rows one page.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing
from itertools import pairwise
from math import ceil
from typing import Any

from b24bridge.engine.executor import Executor
from b24bridge.engine.rangereader import END_DOUBT, Begun, RangeReader
from b24bridge.engine.ranges import Plan, Range, Stretch, density_of, smoothed
from b24bridge.engine.report import Report
from b24bridge.errors import B24Error
from b24bridge.wire.batch import MAX_COMMANDS
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
    begun = Begun()
    try:
        plan = await _plan(reader, after, begun)
        async with aclosing(reader.read(plan, begun)) as pages:
            async for rows in pages:
                report.rows += len(rows)
                report.position = id_list.id_of(rows[-1])
                yield id_list.finished(rows)
    except B24Error as error:
        if report.position is not None:
            error.remedy = f"{error.remedy} Resume behind id {report.position}.".strip()
        raise
    finally:
        begun.cancel()
    report.finished = True


async def _plan(reader: RangeReader, after: int, begun: Begun) -> Plan:
    """Return what the whole list takes, with the rows at both ends."""
    ids = reader.ids
    ends = await reader.ask({"head": ids.above(after), "tail": ids.below(low=after)}, 2)
    head, rising = reader.rows(ends["head"])
    tail, falling = reader.rows(ends["tail"])
    reader.check(rising, after, max([after, *rising]))
    if len(head) < PAGE:
        return Plan([Range(after, rising[-1] if rising else after, rows=head)])
    low, high = rising[-1], falling[0] - 1
    first = Range(after, low, rows=head)
    last = Range(max(low, high), max(low, falling[-1]), rows=tail)
    if low >= high:
        return Plan([first, last])
    density = density_of([rising, falling])
    whole = Stretch(low, high, density, END_DOUBT)
    if whole.pages <= FEW_PAGES or high - low <= SMALL_SPAN:
        shares = max(1, ceil(whole.pages / reader.spread(whole.pages, SHARES)))
        points = [low + (high - low) * at // shares for at in range(shares + 1)]
        cuts = [Stretch(start, end, whole.density, END_DOUBT) for start, end in pairwise(points)]
        return Plan([first, *(one for one in cuts if one.low < one.high), last])
    return Plan([*await _between(reader, first, whole, begun), last])


async def _between(reader: RangeReader, first: Range, whole: Stretch, begun: Begun) -> list[Range | Stretch]:
    """Return what lies between the ends of a long list, by samples of its density.

    The rows behind the first page are asked for meanwhile, by the density at the ends.
    """
    samples = MORE_SAMPLES if whole.pages > MANY_PAGES else SAMPLES
    span = whole.high - whole.low
    points = [whole.low + span * at // samples for at in range(samples + 1)]
    requests = max(1, reader.pace.connections - 1)  # and one for the samples
    early = min(samples // 2, ceil(requests * MAX_COMMANDS * samples / whole.pages))
    beginning = Plan([first, Stretch(whole.low, points[early], whole.density, END_DOUBT)])
    # Where every connection is used more than once, fewer requests cost no time.
    is_long = whole.pages > reader.pace.connections * MAX_COMMANDS
    width = reader.width if is_long else reader.spread(beginning.pages(), requests)
    for _ in range(min(requests, beginning.pages() // width)):
        part = beginning.take(width)
        asked = reader.calls(part)
        begun.parts.append((part, asked))
        begun.flows.append(reader.executor.port.start(reader.fetch(asked)))
    calls: dict[str, Call[Any]] = {}
    for start, end in pairwise(points[early:]):
        calls[f"up{start}"] = reader.ids.above(start, end)
        calls[f"down{start}"] = reader.ids.below(end, start)
    found = await reader.samples(calls)
    pieces: list[Range | Stretch] = []
    for start, end in pairwise(points[early:]):
        pieces.extend(_sampled(reader, start, end, found[f"up{start}"], found[f"down{start}"]))
    better = iter(smoothed([one for one in pieces if isinstance(one, Stretch)]))
    return [*beginning.rest(), *(next(better) if isinstance(one, Stretch) else one for one in pieces)]


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
        yield Stretch(first, last, density_of([rising, falling]))
    yield Range(max(first, last), high, rows=down[1])
